"""What imaplib and IMAPClient lack: bounds, a socket of our making, and an IDLE that hears what is said before it."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable
from typing import Final, cast

from imapclient import IMAPClient
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS

from connectors.email import limites

_LITERAL: Final = limites.BRUTO + 1024 * 1024
"""Bytes that the server may send as one; imaplib would take as many as it is told."""
_POR_COMANDO: Final = _LITERAL + 16 * 1024 * 1024
"""Bytes that it may send after one command; imaplib keeps whatever is said until the command is answered."""
imaplib._MAXLINE = 10_000_000  # type: ignore[attr-defined]  # noqa: SLF001 (the UIDs of a million mails are one line)


def comecar_idle(cliente: IMAPClient) -> bool:
    """Begin IDLE; whether something changed meanwhile. IMAPClient's own takes any line before the continuation for a
    refusal, and a mail may be announced there (RFC 3501, section 7).
    """
    imap = cliente._imap  # noqa: SLF001 (there is no other way to it)
    cliente._idle_tag = imap._command("IDLE")  # noqa: SLF001
    mudou = False
    while imap._get_response() is not None:  # noqa: SLF001
        dito = imap.tagged_commands.get(cliente._idle_tag)  # noqa: SLF001
        if dito is not None:
            raise imaplib.IMAP4.error(f"IDLE: {dito[0]!r}")
        mudou = True
    return mudou


class _Limitado:
    """What imaplib lacks: it takes a literal of whatever size and answers without end, connects to whatever a name
    stands for, and tells nobody its socket before it has greeted.
    """

    ligar: Callable[[], socket.socket]
    _lidos = 0

    def read(self, size: int) -> bytes:
        if size > _LITERAL:
            raise imaplib.IMAP4.abort("a literal that is too large")
        return self._contado(cast("bytes", super().read(size)))  # type: ignore[misc]

    def readline(self) -> bytes:
        return self._contado(cast("bytes", super().readline()))  # type: ignore[misc]

    def send(self, data: bytes) -> None:
        self._lidos = 0
        super().send(data)  # type: ignore[misc]

    def _contado(self, dados: bytes) -> bytes:
        self._lidos += len(dados)
        if self._lidos > _POR_COMANDO:
            raise imaplib.IMAP4.abort("an answer without end")
        return dados


class _Aberto(_Limitado, IMAP4WithTimeout):  # type: ignore[misc]  # it has no types
    def __init__(self, ligar: Callable[[], socket.socket], *resto: object) -> None:
        self.ligar = ligar
        super().__init__(*resto)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:  # noqa: ARG002 (imaplib's interface)
        return self.ligar()


class _Seguro(_Limitado, IMAP4_TLS):  # type: ignore[misc]  # it has no types
    def __init__(self, ligar: Callable[[], socket.socket], *resto: object) -> None:
        self.ligar = ligar
        super().__init__(*resto)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:  # noqa: ARG002 (imaplib's interface)
        return cast("ssl.SSLContext", self.ssl_context).wrap_socket(self.ligar(), server_hostname=self.host)


class Cliente(IMAPClient):  # type: ignore[misc]  # it has no types
    """IMAPClient with the sockets that ``ligar`` makes; ``prazo``, in seconds, for the greeting."""

    def __init__(
        self, ligar: Callable[[], socket.socket], host: str, porta: int, prazo: float, **mais: object
    ) -> None:  # fmt: skip
        self._ligar = ligar
        self._prazo = prazo
        super().__init__(host, porta, **mais)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (its name there)
        if self.ssl:
            return _Seguro(self._ligar, self.host, self.port, self.ssl_context, self._prazo)
        return _Aberto(self._ligar, self.host, self.port, self._prazo)
