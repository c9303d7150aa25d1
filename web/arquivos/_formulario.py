"""``multipart/form-data`` (RFC 7578) as it comes: one file, whose bytes are handed on at once, and a few short fields.

Knows neither sockets nor disks: it is given bytes and gives those of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Field, File, MultipartDecoder, NeedData

from engine.errors import Detalhe, Invalid, UnsupportedMedia
from web.arquivos._nome import nome_de_arquivo
from web.campos import Problema
from web.validacao import invalido

CAMPO: Final = "arquivo"
"""The part that is the file."""
TIPO: Final = "multipart/form-data"

_MORDIDA: Final = 65_536
"""Bytes that the decoder is given at a time."""
_MEMORIA: Final = 2 * _MORDIDA
"""Bytes it may hold: more means that the headers of a part have no end."""
_PARTES_MAXIMO: Final = 10
_CAMPO_MAXIMO: Final = 32_768
"""Bytes of a field: more than any of ours takes."""
_fronteira = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]").fullmatch
"""RFC 2046 §5.1.1."""


class Formulario:
    """Reads one form. ``campos`` and ``nome`` (that of the file, never empty) count when :meth:`terminar` returned."""

    def __init__(self, tipo_de_conteudo: str) -> None:
        """Raises UnsupportedMedia if the header does not announce such a form."""
        tipo, opcoes = parse_options_header(tipo_de_conteudo)
        if tipo != TIPO:
            raise UnsupportedMedia("tipo_de_conteudo", f"O corpo deve ser {TIPO}; ajuste o cabeçalho Content-Type")
        fronteira = opcoes.get("boundary", "")
        if _fronteira(fronteira) is None:
            raise _malformado("falta uma boundary válida no cabeçalho Content-Type")
        self._decodificador = MultipartDecoder(fronteira.encode(), _MEMORIA, max_parts=_PARTES_MAXIMO)
        self.campos: dict[str, object] = {}
        self.nome = ""
        self._campo: str | None = None
        """The field being read; None: the file is."""
        self._lido = bytearray()

    def alimentar(self, dados: bytes) -> Iterator[bytes]:
        """Take what has come, and give what of it is of the file. Raises Invalid."""
        for onde in range(0, len(dados), _MORDIDA):
            yield from self._eventos(dados[onde : onde + _MORDIDA])

    def terminar(self) -> None:
        """The body has ended. Raises Invalid if the form has not, or had no file."""
        for _ in self._eventos(None):
            pass
        if not self.nome:
            raise invalido([Detalhe(CAMPO, "é obrigatório: mande o arquivo neste campo, com o nome (filename)")])

    def _eventos(self, dados: bytes | None) -> Iterator[bytes]:
        decodificador = self._decodificador
        try:
            decodificador.receive_data(dados)
            while not isinstance(evento := decodificador.next_event(), NeedData):
                if isinstance(evento, File | Field):
                    self._abrir(evento)
                elif isinstance(evento, Data):
                    yield from self._receber(evento)
                elif dados is None:  # the epilogue
                    break
        except RequestEntityTooLarge:
            raise _malformado("tem partes demais, ou uma parte sem fim no cabeçalho") from None
        except ValueError:  # also of what is not UTF-8
            raise _malformado("não é um multipart/form-data completo") from None

    def _abrir(self, parte: File | Field) -> None:
        nome = parte.name or ""
        if isinstance(parte, Field):
            if nome == CAMPO:
                raise invalido([Detalhe(CAMPO, "deve ser um arquivo, com o nome (filename)")])
            if nome in self.campos:
                raise invalido([Detalhe(_curto(nome), "foi dado mais de uma vez")])
            self._campo = nome
        elif nome != CAMPO:
            raise invalido([Detalhe(_curto(nome), f"não pode ser um arquivo; mande-o no campo {CAMPO}")])
        elif self.nome:
            raise invalido([Detalhe(CAMPO, "mande um arquivo de cada vez")])
        else:
            self._campo = None
            self.nome = _nome(parte)

    def _receber(self, evento: Data) -> Iterator[bytes]:
        if self._campo is None:
            if evento.data:
                yield evento.data
            return
        self._lido += evento.data
        if len(self._lido) > _CAMPO_MAXIMO:
            raise invalido([Detalhe(_curto(self._campo), f"deve ter no máximo {_CAMPO_MAXIMO} bytes")])
        if not evento.more_data:
            self.campos[self._campo] = self._lido.decode()
            self._lido.clear()


def _nome(parte: File) -> str:
    """The name as it was sent. The header's own escapes would turn a backslash into nothing."""
    try:
        return nome_de_arquivo(parte.filename + ("\\" if "\\" in parte.headers["content-disposition"] else ""))
    except Problema as problema:
        raise invalido([Detalhe(CAMPO, str(problema))]) from None


def _malformado(motivo: str) -> Invalid:
    return Invalid("formulario_invalido", f"O corpo {motivo}")


def _curto(nome: str) -> str:
    return nome[:100]
