"""A chunked body (RFC 9112 §7.1), read strictly: h11's own reader takes a trailer whose lines end in LF alone.

Takes the place of h11's reader on a connection, so it is called as h11 calls that one.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

import h11
from h11._receivebuffer import ReceiveBuffer

_LINHA_MAXIMA: Final = 4_096
_FINAL_MAXIMO: Final = 8_192
"""Bytes of what follows the last chunk, which nobody reads."""
_tamanho = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?\r\n").fullmatch
_campo = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*\r\n").fullmatch


class Pedacos:
    """Gives h11 its events. Raises RemoteProtocolError for what is not chunked coding."""

    __slots__ = ("_acabou", "_faltam", "_final")

    def __init__(self) -> None:
        self._faltam = 0
        """Bytes of the chunk that are still to come, and its CRLF."""
        self._acabou = False
        self._final = 0

    def __call__(self, buffer: ReceiveBuffer) -> h11.Data | h11.EndOfMessage | None:
        if self._acabou:
            return self._ler_final(buffer)
        if self._faltam == 0 and not self._comecar(buffer):
            return self._ler_final(buffer) if self._acabou else None
        if self._faltam > 2:
            dados = buffer.maybe_extract_at_most(self._faltam - 2)
            if dados is None:
                return None
            self._faltam -= len(dados)
            return h11.Data(data=bytes(dados))
        return self(buffer) if self._terminar(buffer) else None

    def read_eof(self) -> NoReturn:
        raise h11.RemoteProtocolError("the client left in the middle of a chunked body")

    def _comecar(self, buffer: ReceiveBuffer) -> bool:
        """Read the size of the next chunk. False: it is not there yet, or it was the last one."""
        linha = _linha(buffer)
        if linha is None:
            return False
        achado = _tamanho(linha)
        if achado is None:
            raise h11.RemoteProtocolError("bad chunk size")
        tamanho = int(achado[1], 16)
        self._acabou = tamanho == 0
        self._faltam = 0 if self._acabou else tamanho + 2
        return not self._acabou

    def _terminar(self, buffer: ReceiveBuffer) -> bool:
        """Take the CRLF after a chunk. False: it is not there yet."""
        dados = buffer.maybe_extract_at_most(self._faltam)
        if dados is None:
            return False
        if dados != b"\r\n"[2 - self._faltam :][: len(dados)]:
            raise h11.RemoteProtocolError("a chunk is longer than it said")
        self._faltam -= len(dados)
        return self._faltam == 0

    def _ler_final(self, buffer: ReceiveBuffer) -> h11.EndOfMessage | None:
        while (linha := _linha(buffer)) is not None:
            if linha == b"\r\n":
                return h11.EndOfMessage()
            self._final += len(linha)
            if _campo(linha) is None or self._final > _FINAL_MAXIMO:
                raise h11.RemoteProtocolError("bad trailer")
        return None


def _linha(buffer: ReceiveBuffer) -> bytes | None:
    linha = buffer.maybe_extract_next_line()
    if linha is None and len(buffer) > _LINHA_MAXIMA:
        raise h11.RemoteProtocolError("a line of a chunked body is too long")
    return None if linha is None else bytes(linha)
