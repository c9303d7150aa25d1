r"""One session with an IMAP server (RFC 3501, RFC 2177). Its methods block, and are run in a thread by ``leitor``.

A mail that was handed over is marked with the keyword ``$Balcao`` where the server keeps such, so that one which a
person has read in the mailbox before is not passed over; elsewhere what is not ``\Seen`` counts as new.
"""

from __future__ import annotations

import imaplib
import logging
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final, cast

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import LoginError, ProtocolError
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.tls import IMAP4_TLS
from msgspec import Struct

from connectors import tcp
from connectors.base import DeFora
from connectors.email import limites
from connectors.email.alcance import Motivo, motivo_de
from connectors.email.configuracao import Servidor

MARCA: Final = b"$Balcao"
_VISTA: Final = b"\\Seen"
_ESTRELA: Final = b"\\Flagged"
_LITERAL: Final = limites.BRUTO + 1024 * 1024
"""Bytes that the server may send as one; imaplib would take as many as it is told."""
_SEM_SENTIDO: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What imaplib and IMAPClient raise at answers that make no sense, and when the session is closed under them."""
_LIGAR_S: Final = 15
_LER_S: Final = 60

logging.getLogger("imapclient").setLevel(logging.WARNING)  # its debug lines hold what people write


class SessaoCaiu(DeFora):
    """There is no connection, or it is gone, or makes no sense any more."""

    def __init__(self, dito: str, motivo: Motivo = "conversa") -> None:
        super().__init__(dito)
        self.motivo = motivo


class EntradaRecusada(DeFora):
    """The server does not accept the user or the password."""


class PastaRecusada(DeFora):
    """The folder does not exist, or nothing may be marked in it."""


class SemSegurancaNaCaixa(DeFora):
    """The connection cannot be made safe; the message says why."""


class Recusado(Exception):
    """The server said no to one command, and the session goes on."""


class Aberta(Struct, frozen=True):
    """What was found: the folder's UIDVALIDITY, whether mails can bear a keyword, whether the server has IDLE."""

    validade: int
    com_marca: bool
    com_idle: bool


class Ficha(Struct, frozen=True):
    """Of one mail: its bytes, and when it came (ms since the epoch; None if that is not told)."""

    tamanho: int
    em: int | None


class Caixa:
    """A mailbox that is open. One thread at a time uses it; ``interromper`` may be called from any."""

    def __init__(self, servidor: Servidor, contexto: ssl.SSLContext, pasta: str) -> None:
        self._servidor = servidor
        self._contexto = contexto
        self._pasta = pasta
        self._cliente: IMAPClient | None = None
        self._soquete: socket.socket | None = None
        self._interrompida = False
        self._com_marca = False

    def abrir(self) -> Aberta:
        """Connect, log in, choose the folder. Raises SessaoCaiu, EntradaRecusada, PastaRecusada,
        SemSegurancaNaCaixa, EnderecoRecusado.
        """
        try:
            aberta = self._abrir()
        except BaseException:
            self.fechar()
            raise
        if self._interrompida:
            self.fechar()
            raise SessaoCaiu("not wanted any more")
        return aberta

    def _abrir(self) -> Aberta:
        s = self._servidor
        try:
            self._cliente = _Cliente(
                self._ligar,
                s.host,
                s.porta,
                ssl=s.seguranca == "tls",
                ssl_context=self._contexto,
                timeout=SocketTimeout(connect=_LIGAR_S, read=_LER_S),
            )
            self._cliente.normalise_times = False
            if self._interrompida:
                raise SessaoCaiu("not wanted any more")
            if s.seguranca == "starttls":
                if not self._cliente.has_capability("STARTTLS"):
                    raise SemSegurancaNaCaixa("no STARTTLS")
                self._cliente.starttls(self._contexto)
            self._entrar(self._cliente)
            return self._escolher(self._cliente)
        except ssl.SSLError as erro:
            motivo = erro.verify_message if isinstance(erro, ssl.SSLCertVerificationError) else type(erro).__name__
            raise SemSegurancaNaCaixa(motivo) from erro
        except (imaplib.IMAP4.error, OSError, *_SEM_SENTIDO) as erro:
            raise SessaoCaiu(type(erro).__name__) from erro

    def _entrar(self, cliente: IMAPClient) -> None:
        s = self._servidor
        try:
            if s.senha.isascii() and s.usuario.isascii():
                cliente.login(s.usuario, s.senha)
            else:
                cliente.plain_login(s.usuario, s.senha)  # LOGIN takes ASCII alone
        except LoginError as erro:
            if isinstance(erro.__context__, imaplib.IMAP4.abort):  # it was cut off, and said nothing of the password
                raise SessaoCaiu("cut off at the login") from None
            raise EntradaRecusada(str(erro)[:200].replace(s.senha or "\0", "…")) from None

    def _escolher(self, cliente: IMAPClient) -> Aberta:
        try:
            dito = cliente.select_folder(self._pasta)
        except imaplib.IMAP4.readonly as erro:
            raise PastaRecusada("it can only be read") from erro
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as erro:
            raise PastaRecusada("there is no such folder") from erro
        if b"READ-ONLY" in dito:
            raise PastaRecusada("it can only be read")
        permitidas = dito.get(b"PERMANENTFLAGS", ())
        self._com_marca = b"\\*" in permitidas or MARCA in permitidas
        return Aberta(int(dito.get(b"UIDVALIDITY", 0)), self._com_marca, b"IDLE" in cliente.capabilities())

    def novas(self, desde: int, dia: date | None) -> list[int]:
        """UIDs from ``desde`` on that are not marked, of mails that came on ``dia`` or later."""
        criterios: list[Any] = ["UNKEYWORD", MARCA.decode()] if self._com_marca else ["UNSEEN"]
        criterios += ["UID", f"{desde}:*"]
        if dia is not None:
            criterios += ["SINCE", dia]
        achadas = cast("Sequence[int]", self._pedir(lambda c: c.search(criterios)))
        return sorted(uid for uid in achadas if uid >= desde)  # of nothing, "n:*" is the last one

    def ficha(self, uid: int) -> Ficha | None:
        """How large a mail is, and when it came; None if it is not there any more."""
        dados = self._pedir(lambda c: c.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"])).get(uid)
        if dados is None:
            return None
        quando = dados.get(b"INTERNALDATE")
        em = int(quando.timestamp() * 1000) if isinstance(quando, datetime) else None
        return Ficha(int(dados.get(b"RFC822.SIZE", 0)), em)

    def ler(self, uid: int, bytes_: int | None = None) -> bytes:
        """A mail as it came, or its first ``bytes_``; reading does not mark it."""
        return self._trecho(uid, "BODY.PEEK[]" if bytes_ is None else f"BODY.PEEK[]<0.{bytes_}>")

    def cabecalho(self, uid: int) -> bytes:
        """Only who wrote a mail and what about."""
        return self._trecho(uid, "BODY.PEEK[HEADER.FIELDS (FROM SUBJECT)]")

    def marcar(self, uid: int, *, estrela: bool = False) -> None:
        """A mail was handed over; with a star, if a person should look at it."""
        marcas = [_VISTA, *([MARCA] if self._com_marca else []), *([_ESTRELA] if estrela else [])]
        self._pedir(lambda c: c.add_flags([uid], marcas, silent=True))

    def esperar(self, segundos: float) -> None:
        """Wait by IDLE until something changes, or the time is over."""

        def esperar(cliente: IMAPClient) -> None:
            cliente.idle()
            cliente.idle_check(timeout=segundos)
            cliente.idle_done()

        self._pedir(esperar)

    def pulsar(self) -> None:
        """Ask for nothing, by which the server shows that it is there."""
        self._pedir(lambda c: c.noop())

    def _ligar(self) -> socket.socket:
        s = self._servidor
        try:
            self._soquete = soquete = tcp.ligar_na_thread(s.host, s.porta, s.regras, _LIGAR_S)
        except (OSError, UnicodeError) as erro:
            raise SessaoCaiu(type(erro).__name__, motivo_de(erro)) from erro
        if self._interrompida:
            soquete.close()
            raise SessaoCaiu("not wanted any more")
        return soquete

    def interromper(self) -> None:
        """Whatever waits for the server fails at once. From any thread."""
        self._interrompida = True
        cliente = self._cliente
        soquete = self._soquete if cliente is None else cliente.socket()
        if soquete is not None:
            # The socket's own method: that of a TLS socket takes the session from under the thread that reads.
            with suppress(OSError):  # it was closed already, which is what was wanted
                socket.socket.shutdown(soquete, socket.SHUT_RDWR)

    def fechar(self) -> None:
        """Close, without a goodbye."""
        cliente, self._cliente = self._cliente, None
        if cliente is not None:
            with suppress(OSError, imaplib.IMAP4.error):  # the other side may have closed first
                cliente.shutdown()

    def _trecho(self, uid: int, o_que: str) -> bytes:
        dados: dict[bytes, object] = self._pedir(lambda c: c.fetch([uid], [o_que])).get(uid, {})
        return next(
            (valor for nome, valor in dados.items() if nome.startswith(b"BODY[") and isinstance(valor, bytes)), b""
        )

    def _pedir(self, pedido: Callable[[IMAPClient], Any]) -> Any:
        if self._cliente is None or self._interrompida:
            raise SessaoCaiu("closed")
        try:
            return pedido(self._cliente)
        except (imaplib.IMAP4.abort, ProtocolError, OSError, *_SEM_SENTIDO) as erro:
            raise SessaoCaiu(type(erro).__name__) from erro
        except imaplib.IMAP4.error as erro:
            raise Recusado(str(erro)[:200]) from erro


class _Limitado:
    """What imaplib lacks: it takes a literal of whatever size, connects to whatever a name stands for, and tells nobody
    its socket before it has greeted.
    """

    ligar: Callable[[], socket.socket]

    def read(self, size: int) -> bytes:
        if size > _LITERAL:
            raise imaplib.IMAP4.abort("a literal that is too large")
        return cast("bytes", super().read(size))  # type: ignore[misc]


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


class _Cliente(IMAPClient):  # type: ignore[misc]  # it has no types
    def __init__(self, ligar: Callable[[], socket.socket], host: str, porta: int, **mais: object) -> None:
        self._ligar = ligar
        super().__init__(host, porta, **mais)

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802 (its name there)
        if self.ssl:
            return _Seguro(self._ligar, self.host, self.port, self.ssl_context, _LIGAR_S)
        return _Aberto(self._ligar, self.host, self.port, _LIGAR_S)
