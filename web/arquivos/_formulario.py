"""``multipart/form-data`` (RFC 7578) as it comes: one file, whose bytes are handed on at once, and a few short fields.

Knows neither sockets nor disks: it is given bytes and gives those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from werkzeug.http import parse_options_header

from engine.errors import Detalhe, Invalid, UnsupportedMedia
from web.arquivos._multipart import CabecaDaParte, Malformado, Multipart
from web.arquivos._nome import nome_limpo
from web.pedido.validacao import invalido

CAMPO: Final = "arquivo"
"""The part that is the file."""
TIPO: Final = "multipart/form-data"

_PARTES_MAXIMO: Final = 10
_CAMPO_MAXIMO: Final = 32_768
"""Bytes of a field: more than any of ours takes."""
_fronteira = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]").fullmatch
"""RFC 2046 §5.1.1."""


class Formulario:
    """Reads one form. ``campos`` and ``nome`` (that of the file, never empty) count when :meth:`terminar` returned."""

    def __init__(self, tipo_de_conteudo: str) -> None:
        """Raises UnsupportedMedia if the header does not announce such a form, Invalid if not how it is divided."""
        tipo, opcoes = parse_options_header(tipo_de_conteudo)
        if tipo != TIPO:
            raise UnsupportedMedia("tipo_de_conteudo", f"O corpo deve ser {TIPO}; ajuste o cabeçalho Content-Type")
        fronteira = opcoes.get("boundary", "")
        if _fronteira(fronteira) is None:
            raise _malformado("não tem uma boundary válida no cabeçalho Content-Type")
        self._multipart = Multipart(fronteira.encode())
        self.campos: dict[str, object] = {}
        self.nome = ""
        self._partes = 0
        self._campo: str | None = None
        """The field being read; None: the file is, or nothing yet."""
        self._lido = bytearray()

    def alimentar(self, dados: bytes) -> Iterator[bytes]:
        """Take what has come, and give what of it is of the file. Raises Invalid."""
        try:
            for pedaco in self._multipart.alimentar(dados):
                if isinstance(pedaco, CabecaDaParte):
                    self._fechar()
                    self._abrir(pedaco)
                elif self._campo is None:
                    yield pedaco
                else:
                    self._juntar(self._campo, pedaco)
        except Malformado as motivo:
            raise _malformado(str(motivo)) from None

    def terminar(self) -> None:
        """The body has ended. Raises Invalid if the form has not, or had no file."""
        if not self._multipart.completo:
            raise _malformado(f"não é um {TIPO} completo")
        self._fechar()
        if not self.nome:
            raise invalido([Detalhe(CAMPO, "é obrigatório: mande o arquivo neste campo, com o nome (filename)")])

    def _abrir(self, parte: CabecaDaParte) -> None:
        self._partes += 1
        if self._partes > _PARTES_MAXIMO:
            raise _malformado(f"tem mais de {_PARTES_MAXIMO} partes")
        if parte.arquivo is None:
            if parte.nome == CAMPO:
                raise invalido([Detalhe(CAMPO, "deve ser um arquivo, com o nome (filename)")])
            if parte.nome in self.campos:
                raise invalido([Detalhe(_curto(parte.nome), "foi dado mais de uma vez")])
            self._campo = parte.nome
        elif parte.nome != CAMPO:
            raise invalido([Detalhe(_curto(parte.nome), f"não pode ser um arquivo; mande-o no campo {CAMPO}")])
        elif self.nome:
            raise invalido([Detalhe(CAMPO, "mande um arquivo de cada vez")])
        else:
            self.nome = nome_limpo(parte.arquivo)

    def _juntar(self, campo: str, dados: bytes) -> None:
        self._lido += dados
        if len(self._lido) > _CAMPO_MAXIMO:
            raise invalido([Detalhe(_curto(campo), f"deve ter no máximo {_CAMPO_MAXIMO} bytes")])

    def _fechar(self) -> None:
        """A part has ended."""
        if self._campo is not None:
            try:
                self.campos[self._campo] = self._lido.decode()
            except UnicodeDecodeError:
                raise invalido([Detalhe(_curto(self._campo), "não está em UTF-8")]) from None
        self._campo = None
        self._lido.clear()


def _malformado(motivo: str) -> Invalid:
    return Invalid("formulario_invalido", f"O corpo {motivo}")


def _curto(nome: str) -> str:
    """A name as it may be echoed."""
    return nome[:100]
