"""The parts of a ``multipart`` body (RFC 2046 §5.1), found as it comes, in whatever pieces.

Werkzeug's decoder is not used: where a piece ends right after a boundary, it takes the CR before that boundary for the
last byte of the file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct
from werkzeug.http import parse_options_header

_CABECA_MAXIMA: Final = 8_192
"""Bytes of the headers of a part."""
_BRANCOS_MAXIMO: Final = 64
"""Blanks that may follow a boundary on its line."""


class Malformado(ValueError):
    """It is no such body. ``str()`` says why, in Portuguese."""


class CabecaDaParte(Struct, frozen=True):
    """A part begins: what its Content-Disposition says (RFC 7578 §4.2)."""

    nome: str
    arquivo: str | None


_barra_sozinha = re.compile(r'\\(?!")').sub

Pedaco = CabecaDaParte | bytes
"""A part begins, or goes on."""


class Multipart:
    """Reads one body. ``completo`` once its last boundary was seen; what follows that is not looked at."""

    def __init__(self, fronteira: bytes) -> None:
        self._marca = b"\r\n--" + fronteira
        self._dados = bytearray(b"\r\n")  # the first boundary may be the first line
        self._antes = True
        """Before the first boundary there is nothing of any part."""
        self._passo: Callable[[], Iterator[Pedaco]] = self._conteudo
        self.completo = False

    def alimentar(self, dados: bytes) -> Iterator[Pedaco]:
        """What these bytes, after those before, are of. Raises Malformado."""
        if not self.completo:
            self._dados += dados
        while not self.completo:
            passo = self._passo
            yield from passo()
            if self._passo == passo:  # there is not enough to go on
                return

    def _conteudo(self) -> Iterator[Pedaco]:
        """Up to a boundary: what may be the beginning of one is kept."""
        fim = self._dados.find(self._marca)
        if fim >= 0:
            yield from self._tirar(fim)
            self._passo = self._fronteira
        else:
            yield from self._tirar(len(self._dados) - len(self._marca) + 1)

    def _fronteira(self) -> Iterator[Pedaco]:
        """The rest of a boundary's line. What goes on differently was none, but part of the content."""
        resto = bytes(self._dados[len(self._marca) : len(self._marca) + 2 + _BRANCOS_MAXIMO])
        linha = resto.lstrip(b" \t")
        if resto.startswith(b"--"):
            self.completo = True
            self._dados.clear()
        elif linha.startswith(b"\r\n"):
            del self._dados[: len(self._marca) + len(resto) - len(linha)]  # the CRLF may end the headers too
            self._antes = False
            self._passo = self._cabeca
        elif resto != b"-" and (linha not in {b"", b"\r"} or len(resto) > _BRANCOS_MAXIMO):
            yield from self._tirar(len(self._marca))
            self._passo = self._conteudo

    def _cabeca(self) -> Iterator[Pedaco]:
        fim = self._dados.find(b"\r\n\r\n", 0, _CABECA_MAXIMA)
        if fim >= 0:
            linhas = bytes(self._dados[:fim])
            del self._dados[: fim + 4]
            yield _ler_cabeca(linhas)
            self._passo = self._conteudo
        elif len(self._dados) >= _CABECA_MAXIMA:
            raise Malformado(f"tem uma parte com mais de {_CABECA_MAXIMA} bytes de cabeçalho")

    def _tirar(self, quantos: int) -> Iterator[bytes]:
        if quantos <= 0:
            return
        tirados = bytes(self._dados[:quantos])
        del self._dados[:quantos]
        if not self._antes:
            yield tirados


def _ler_cabeca(linhas: bytes) -> CabecaDaParte:
    for linha in _texto(linhas).split("\r\n"):
        titulo, _, valor = linha.partition(":")
        if titulo.strip().lower() == "content-disposition":
            # A backslash is what it is (https://html.spec.whatwg.org/#multipart-form-data): folders of Windows have it.
            tipo, opcoes = parse_options_header(_barra_sozinha(r"\\\\", valor.strip()))
            if tipo == "form-data" and "name" in opcoes:
                return CabecaDaParte(opcoes["name"], opcoes.get("filename"))
    raise Malformado("tem uma parte sem Content-Disposition: form-data com name")


def _texto(linhas: bytes) -> str:
    try:
        return linhas.decode()
    except UnicodeDecodeError:
        if b"filename" in linhas:  # old programs name files in the alphabet of their system
            return linhas.decode("cp1252", "replace")
        raise Malformado("tem um cabeçalho que não está em UTF-8") from None
