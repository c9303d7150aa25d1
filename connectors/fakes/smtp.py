"""An SMTP server (RFC 5321) with a book of what it accepted, and the faults of real ones.

::

    smtp = SmtpFalso(usuarios={"suporte@exemplo.com.br": "senha"})
    porta = await nursery.start(smtp.servir)
    smtp.falhar("rcpt", "450 4.2.1 try again later")
    smtp.falhar("fim", cair=True)          # takes the mail, and drops the connection instead of saying so
"""

from __future__ import annotations

import re
import ssl
import time
from base64 import b64decode
from binascii import Error as Base64Error
from collections import deque
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, Literal

import trio
from msgspec import Struct

from connectors.fakes.linhas import FimDaConexao, Linhas

Momento = Literal["ligar", "ehlo", "starttls", "auth", "mail", "rcpt", "data", "fim", "rset"]
"""When a fault happens: ``data`` is the command, ``fim`` the dot after the mail."""
_VERBOS: Final = frozenset({"EHLO", "HELO", "AUTH", "MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT"})
_endereco: Final = re.compile(r"(?:FROM|TO):\s*<([^<>]*)>(.*)", re.IGNORECASE)
_tamanho: Final = re.compile(r"\bSIZE=(\d+)", re.IGNORECASE)


class Aceito(Struct, frozen=True):
    """A mail that was accepted: its envelope, its bytes, who was logged in, when (ms since the epoch)."""

    de: str
    para: tuple[str, ...]
    bruto: bytes
    usuario: str | None
    em: int


class Falta(Struct, frozen=True, kw_only=True):
    """A fault: an answer instead of the usual one, after ``espera``; or the connection drops. ``anota``: of ``fim``,
    whether the mail is in the book all the same.
    """

    resposta: str | None = None
    cair: bool = False
    anota: bool = True
    espera: trio.Event | None = None


class SmtpFalso:
    """The server. Without ``usuarios`` nobody needs to log in; with ``contexto`` it offers STARTTLS, or
    (``tls_direto``) speaks TLS from the first byte.
    """

    def __init__(
        self,
        *,
        usuarios: Mapping[str, str] | None = None,
        contexto: ssl.SSLContext | None = None,
        tls_direto: bool = False,
        tamanho_maximo: int = 35_000_000,
        utf8: bool = True,
        ao_aceitar: Callable[[Aceito], None] | None = None,
    ) -> None:
        self.usuarios = usuarios
        self.contexto = contexto
        self.tls_direto = tls_direto
        self.tamanho_maximo = tamanho_maximo
        self.utf8 = utf8
        self.ao_aceitar = ao_aceitar
        self.livro: list[Aceito] = []
        self.ligacoes = 0
        self.abertas = 0
        self._faltas: dict[Momento, deque[Falta]] = {}

    def falhar(
        self,
        quando: Momento,
        resposta: str | None = None,
        *,
        vezes: int = 1,
        cair: bool = False,
        anota: bool = True,
        espera: trio.Event | None = None,
    ) -> None:
        """The next ``vezes`` times go wrong."""
        falta = Falta(resposta=resposta, cair=cair, anota=anota, espera=espera)
        self._faltas.setdefault(quando, deque()).extend([falta] * vezes)

    async def servir(
        self,
        host: str = "127.0.0.1",
        porta: int = 0,
        task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
    ) -> None:
        """Serve until cancelled; started with its port."""
        async with trio.open_nursery() as nursery:
            ouvintes: list[trio.SocketListener] = await nursery.start(
                partial(trio.serve_tcp, self._atender, porta, host=host)
            )
            task_status.started(ouvintes[0].socket.getsockname()[1])

    def pendente(self, quando: Momento) -> bool:
        """Whether a fault is still to come."""
        return bool(self._faltas.get(quando))

    def tomar_falta(self, quando: Momento) -> Falta | None:
        """The fault that is due now."""
        faltas = self._faltas.get(quando)
        return faltas.popleft() if faltas else None

    def anotar(self, aceito: Aceito) -> None:
        """Write a mail into the book, and let it be carried on."""
        self.livro.append(aceito)
        if self.ao_aceitar is not None:
            self.ao_aceitar(aceito)

    async def _atender(self, fluxo: trio.SocketStream) -> None:
        self.ligacoes += 1
        self.abertas += 1
        linhas = Linhas(fluxo)
        try:
            if self.tls_direto and self.contexto is not None:
                await linhas.proteger(self.contexto)
            await _Sessao(self, linhas).conversar()
        except FimDaConexao:
            return
        finally:
            self.abertas -= 1
            await linhas.cair()


class _Sessao:
    def __init__(self, servidor: SmtpFalso, linhas: Linhas) -> None:
        self._servidor = servidor
        self._linhas = linhas
        self._segura = servidor.tls_direto
        self._usuario: str | None = None
        self._de: str | None = None
        self._para: list[str] = []

    async def conversar(self) -> None:
        await self._dizer("ligar", "220 smtp.falso ESMTP")
        while True:
            verbo, _, resto = (await self._linhas.linha()).partition(" ")
            fazer = getattr(self, f"_{verbo.lower()}") if verbo.upper() in _VERBOS else None
            if verbo.upper() == "STARTTLS":
                await self._comecar_tls()
            elif fazer is None:
                await self._linhas.dizer("500 5.5.2 unknown command")
            else:
                await fazer(resto)

    async def _dizer(self, quando: Momento, resposta: str) -> bool:
        """Answer, unless a fault is due. Whether all is well."""
        falta = self._servidor.tomar_falta(quando)
        if falta is None:
            await self._linhas.dizer(resposta)
            return True
        if falta.espera is not None:
            await falta.espera.wait()
        if falta.cair:
            raise FimDaConexao
        await self._linhas.dizer(falta.resposta or resposta)
        return falta.resposta is None

    async def _ehlo(self, _resto: str) -> None:
        s = self._servidor
        recursos = ["PIPELINING", f"SIZE {s.tamanho_maximo}", "8BITMIME", "ENHANCEDSTATUSCODES"]
        recursos += ["SMTPUTF8"] if s.utf8 else []
        recursos += ["STARTTLS"] if s.contexto is not None and not self._segura else []
        recursos += ["AUTH PLAIN LOGIN"] if s.usuarios is not None else []
        linhas = ["smtp.falso", *recursos]
        texto = "\r\n".join(f"250{'-' if n < len(linhas) - 1 else ' '}{linha}" for n, linha in enumerate(linhas))
        await self._dizer("ehlo", texto)

    async def _helo(self, _resto: str) -> None:
        await self._linhas.dizer("250 smtp.falso")

    async def _comecar_tls(self) -> None:
        if self._servidor.contexto is None or self._segura:
            await self._linhas.dizer("502 5.5.1 no TLS here")
        elif await self._dizer("starttls", "220 2.0.0 go ahead"):
            await self._linhas.proteger(self._servidor.contexto)
            self._segura = True

    async def _auth(self, resto: str) -> None:
        modo, _, inicial = resto.partition(" ")
        usuario, senha = await (self._login() if modo.upper() == "LOGIN" else self._plain(inicial))
        certos = self._servidor.usuarios or {}
        if certos.get(usuario) != senha or not senha:
            await self._linhas.dizer("535 5.7.8 authentication credentials invalid")
        elif await self._dizer("auth", "235 2.7.0 welcome"):
            self._usuario = usuario

    async def _plain(self, inicial: str) -> tuple[str, str]:
        if not inicial:
            await self._linhas.dizer("334 ")
            inicial = await self._linhas.linha()
        partes = _de_base64(inicial).split("\0")
        return (partes[1], partes[2]) if len(partes) == 3 else ("", "")

    async def _login(self) -> tuple[str, str]:
        await self._linhas.dizer("334 VXNlcm5hbWU6")
        usuario = _de_base64(await self._linhas.linha())
        await self._linhas.dizer("334 UGFzc3dvcmQ6")
        return usuario, _de_base64(await self._linhas.linha())

    async def _mail(self, resto: str) -> None:
        achado = _endereco.match(resto)
        tamanho = _tamanho.search(resto)
        if self._servidor.usuarios is not None and self._usuario is None:
            await self._linhas.dizer("530 5.7.0 authentication required")
        elif achado is None:
            await self._linhas.dizer("501 5.1.7 bad address")
        elif tamanho and int(tamanho[1]) > self._servidor.tamanho_maximo:
            await self._linhas.dizer("552 5.3.4 message too big")
        elif await self._dizer("mail", "250 2.1.0 ok"):
            self._de, self._para = achado[1], []

    async def _rcpt(self, resto: str) -> None:
        achado = _endereco.match(resto)
        if self._de is None or achado is None:
            await self._linhas.dizer("503 5.5.1 MAIL first")
        elif await self._dizer("rcpt", "250 2.1.5 ok"):
            self._para.append(achado[1])

    async def _data(self, _resto: str) -> None:
        if self._de is None or not self._para:
            await self._linhas.dizer("503 5.5.1 RCPT first")
            return
        if not await self._dizer("data", "354 go ahead"):
            return
        bruto = (await self._linhas.bytes_ate(b"\r\n.\r\n")).replace(b"\r\n..", b"\r\n.") + b"\r\n"
        falta = self._servidor.tomar_falta("fim")
        if falta is None or (falta.anota and not falta.resposta):
            em = time.time_ns() // 1_000_000
            self._servidor.anotar(Aceito(self._de, tuple(self._para), bruto, self._usuario, em))
        self._de, self._para = None, []
        if falta is not None and falta.espera is not None:
            await falta.espera.wait()
        if falta is not None and falta.cair:
            raise FimDaConexao
        numero = len(self._servidor.livro)
        await self._linhas.dizer((falta.resposta if falta else None) or f"250 2.0.0 queued as {numero}")

    async def _rset(self, _resto: str) -> None:
        self._de, self._para = None, []
        await self._dizer("rset", "250 2.0.0 ok")

    async def _noop(self, _resto: str) -> None:
        await self._linhas.dizer("250 2.0.0 ok")

    async def _quit(self, _resto: str) -> None:
        await self._linhas.dizer("221 2.0.0 bye")
        raise FimDaConexao


def _de_base64(texto: str) -> str:
    try:
        return b64decode(texto, validate=True).decode()
    except (Base64Error, UnicodeDecodeError):
        return ""
