"""A frame that is ready to leave: made once, sent to many."""

from __future__ import annotations

from typing import Final

_TEXTO: Final = 0x81
"""First byte of a whole text frame: FIN and the opcode (RFC 6455 §5.2)."""


class Quadro:
    """Text, and the same as a WebSocket frame: a server's frames are not masked, so one serves every client.

    ``tamanho`` is that of the text in bytes.
    """

    __slots__ = ("_bytes", "_pronto", "tamanho", "texto")

    def __init__(self, texto: str) -> None:
        self.texto = texto
        self._bytes = texto.encode()
        self.tamanho = len(self._bytes)
        self._pronto: bytes | None = None

    @property
    def pronto(self) -> bytes:
        """The WebSocket frame. Uncompressed, which is legal also where compression was agreed (RFC 7692 §6)."""
        if self._pronto is None:
            self._pronto = _cabeca(self.tamanho) + self._bytes
        return self._pronto


def _cabeca(tamanho: int) -> bytes:
    if tamanho < 126:
        return bytes((_TEXTO, tamanho))
    if tamanho < 65_536:
        return bytes((_TEXTO, 126)) + tamanho.to_bytes(2)
    return bytes((_TEXTO, 127)) + tamanho.to_bytes(8)
