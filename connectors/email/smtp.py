"""The SMTP client (RFC 5321), on trio.

Not ``smtplib``: that one blocks a thread, which cannot be cancelled, and its errors do not tell whether the server may
have taken the mail. Here it is known to the byte: until the dot that ends the mail is being sent, a mail that failed
was not accepted; from then on until the answer comes, nobody knows.
"""

from __future__ import annotations

import re
import ssl
from base64 import b64encode
from contextlib import suppress
from typing import Final

import idna
import trio

from connectors import tcp
from connectors.email.alcance import Motivo, motivo_de
from connectors.email.configuracao import Servidor
from connectors.email.montar import Pronta
from connectors.email.respostas import Fase, Resposta

_LINHA: Final = 4_096
_LINHAS: Final = 100
"""Of one reply."""
_BLOCO: Final = 64 * 1024
_ponto: Final = re.compile(rb"^\.", re.MULTILINE)


class Recusada(Exception):
    """The server said no."""

    def __init__(self, resposta: Resposta, fase: str) -> None:
        super().__init__(f"{fase}: {resposta.codigo}")
        self.resposta = resposta
        self.fase = fase


class SemConexao(Exception):
    """There is no connection, or there is none any more; the server has no mail by it."""

    def __init__(self, dito: str, motivo: Motivo = "caiu") -> None:
        super().__init__(dito)
        self.motivo = motivo


class SemSeguranca(Exception):
    """The connection cannot be made safe: the certificate is not good, or the server offers no TLS."""


class SemRecurso(Exception):
    """The server cannot do what this mail needs; the message says what, in Portuguese."""


class Incerta(Exception):
    """The mail was sent, and no answer came: the server may have it."""


class Tempos:
    """Seconds (RFC 5321, section 4.5.3.2, has minutes; a lease is shorter)."""

    LIGAR: Final = 15.0
    RESPONDER: Final = 30.0
    ENVIAR: Final = 120.0
    ACEITAR: Final = 60.0


class Smtp:
    """One connection, ready to send. It sends one mail at a time."""

    def __init__(self, servidor: Servidor, contexto: ssl.SSLContext, eu: str) -> None:
        """``eu``: the domain that it says hello as."""
        self._servidor = servidor
        self._contexto = contexto
        self._eu = idna.encode(eu, uts46=True).decode() if not eu.isascii() else eu
        self._fluxo: trio.abc.Stream | None = None
        self._lido = bytearray()
        self.recursos: dict[str, str] = {}

    async def ligar(self) -> None:
        """Connect, make it safe, log in. Raises SemConexao, SemSeguranca, Recusada, EnderecoRecusado."""
        try:
            with trio.fail_after(Tempos.LIGAR + Tempos.RESPONDER):
                await self._ligar()
        except (trio.TooSlowError, trio.BrokenResourceError, trio.ClosedResourceError, OSError) as erro:
            await self.largar()
            raise SemConexao(_dito(erro), "conversa") from erro
        except SemConexao as erro:
            await self.largar()
            raise SemConexao(str(erro), "conversa" if erro.motivo == "caiu" else erro.motivo) from erro
        except BaseException:  # cancelled too: nobody else knows this connection
            await self.largar()
            raise

    async def _ligar(self) -> None:
        servidor = self._servidor
        self._fluxo = await self._alcancar()
        if servidor.seguranca == "tls":
            await self._proteger()
        self._exigir(await self._resposta(), Fase.LIGAR, 220)
        await self._ola()
        if servidor.seguranca == "starttls":
            if "STARTTLS" not in self.recursos:
                raise SemSeguranca("no STARTTLS")
            self._exigir(await self._comando("STARTTLS"), Fase.LIGAR, 220)
            self._lido.clear()  # what came in the clear is not believed (CVE-2011-0411)
            await self._proteger()
            await self._ola()
        if servidor.usuario:
            await self._entrar()

    async def _alcancar(self) -> trio.SocketStream:
        try:
            with trio.fail_after(Tempos.LIGAR):
                return await tcp.ligar(self._servidor.host, self._servidor.porta, self._servidor.regras)
        except (OSError, UnicodeError, trio.TooSlowError) as erro:
            raise SemConexao(_dito(erro), motivo_de(erro)) from erro

    async def _proteger(self) -> None:
        assert self._fluxo is not None
        nome = self._servidor.host
        protegido = trio.SSLStream(self._fluxo, self._contexto, server_hostname=nome, https_compatible=True)
        try:
            await protegido.do_handshake()
        except trio.BrokenResourceError as erro:
            if isinstance(erro.__cause__, ssl.SSLError):
                raise SemSeguranca(_motivo(erro.__cause__)) from erro
            raise
        self._fluxo = protegido

    async def _ola(self) -> None:
        resposta = await self._comando(f"EHLO {self._eu}")
        if resposta.codigo >= 500:
            self._exigir(await self._comando(f"HELO {self._eu}"), Fase.LIGAR, 250)
            self.recursos = {}
            return
        self._exigir(resposta, Fase.LIGAR, 250)
        linhas = (linha.strip().upper().partition(" ") for linha in resposta.linhas[1:])
        self.recursos = {nome.partition("=")[0]: resto for nome, _, resto in linhas}

    async def _entrar(self) -> None:
        modos = self.recursos.get("AUTH", "").split()
        usuario, senha = self._servidor.usuario, self._servidor.senha
        if "PLAIN" in modos or not modos:
            resposta = await self._comando("AUTH PLAIN " + _b64(f"\0{usuario}\0{senha}"))
        elif "LOGIN" in modos:
            resposta = await self._comando("AUTH LOGIN")
            for palavra in (usuario, senha):
                if resposta.codigo == 334:
                    resposta = await self._comando(_b64(palavra))
        else:
            raise SemRecurso("o servidor SMTP não oferece login por usuário e senha (PLAIN ou LOGIN)")
        self._exigir(resposta, Fase.ENTRAR, 235)

    async def aceitaria(self, de: str, para: str) -> bool:
        """Whether a mail to ``para`` would be taken; none is sent. Raises as :meth:`enviar` does."""
        with _traduzido(), trio.fail_after(Tempos.RESPONDER):
            self._exigir(await self._comando(f"MAIL FROM:<{de}>"), Fase.REMETENTE, 250)
            resposta = await self._comando(f"RCPT TO:<{para}>")
            await self._comando("RSET")
        return resposta.codigo < 500

    async def viva(self) -> bool:
        """Whether a connection that was idle can still be used."""
        try:
            with _traduzido(), trio.fail_after(Tempos.RESPONDER):
                return (await self._comando("RSET")).codigo == 250
        except SemConexao:
            return False

    async def enviar(self, pronta: Pronta) -> Resposta:
        """Send a mail. Raises Recusada, SemConexao, SemRecurso, and Incerta."""
        with _traduzido():
            with trio.fail_after(Tempos.RESPONDER * 3):
                await self._envelope(pronta)
            with trio.fail_after(Tempos.ENVIAR):
                dados = memoryview(_ponto.sub(b"..", pronta.bruto) if b"\n." in pronta.bruto else pronta.bruto)
                for inicio in range(0, len(dados), _BLOCO):
                    await self._enviar(bytes(dados[inicio : inicio + _BLOCO]))
        try:
            with trio.fail_after(Tempos.ACEITAR):
                await self._enviar(b".\r\n" if pronta.bruto.endswith(b"\r\n") else b"\r\n.\r\n")
                resposta = await self._resposta()
        except (trio.TooSlowError, SemConexao, trio.BrokenResourceError, trio.ClosedResourceError, OSError) as erro:
            raise Incerta("no answer after the mail was sent") from erro
        return self._exigir(resposta, Fase.DADOS, 250)

    async def _envelope(self, pronta: Pronta) -> None:
        parametros = ""
        if pronta.utf8:
            if "SMTPUTF8" not in self.recursos:
                raise SemRecurso("o servidor SMTP não aceita endereços com acentos (SMTPUTF8)")
            parametros += " SMTPUTF8"
        if "8BITMIME" in self.recursos and pronta.utf8:
            parametros += " BODY=8BITMIME"
        if "SIZE" in self.recursos:
            maximo = self.recursos["SIZE"].strip()
            if maximo.isascii() and maximo.isdecimal() and 0 < int(maximo[:20]) < len(pronta.bruto):
                raise SemRecurso(f"o e-mail tem {len(pronta.bruto)} bytes, e o servidor SMTP aceita até {maximo[:20]}")
            parametros += f" SIZE={len(pronta.bruto)}"
        self._exigir(await self._comando(f"MAIL FROM:<{pronta.de}>{parametros}"), Fase.REMETENTE, 250)
        self._exigir(await self._comando(f"RCPT TO:<{pronta.para}>"), Fase.DESTINATARIO, 250, 251, 252)
        self._exigir(await self._comando("DATA"), Fase.DADOS, 354)

    async def sair(self) -> None:
        """Say goodbye, and close."""
        with trio.move_on_after(1), suppress(SemConexao), _traduzido():
            await self._comando("QUIT")
        await self.largar()

    async def largar(self) -> None:
        """Close at once."""
        if self._fluxo is not None:
            await trio.aclose_forcefully(self._fluxo)

    async def _comando(self, linha: str) -> Resposta:
        if "\r" in linha or "\n" in linha:
            raise ValueError("a command is one line")
        await self._enviar(linha.encode() + b"\r\n")
        return await self._resposta()

    async def _enviar(self, dados: bytes) -> None:
        if self._fluxo is None:
            raise SemConexao("not connected")
        await self._fluxo.send_all(dados)

    async def _resposta(self) -> Resposta:
        linhas: list[str] = []
        while len(linhas) < _LINHAS:
            linha = await self._linha()
            if not linha[:3].isdecimal() or linha[3:4] not in {"", " ", "-"}:
                raise SemConexao("this is not an SMTP server")
            linhas.append(linha[4:])
            if linha[3:4] != "-":
                return Resposta(int(linha[:3]), tuple(linhas))
        raise SemConexao("a reply without end")

    async def _linha(self) -> str:
        while (fim := self._lido.find(b"\n")) == -1:
            if len(self._lido) > _LINHA:
                raise SemConexao("a line without end")
            assert self._fluxo is not None
            mais = await self._fluxo.receive_some(_LINHA)
            if not mais:
                raise SemConexao("closed by the server")
            self._lido += mais
        linha = bytes(self._lido[:fim])
        del self._lido[: fim + 1]
        return linha.decode("utf-8", "replace").rstrip("\r")

    def _exigir(self, resposta: Resposta, fase: str, *codigos: int) -> Resposta:
        if resposta.codigo not in codigos:
            raise Recusada(resposta, fase)
        return resposta


class _traduzido:  # noqa: N801 (a context manager, used as a function)
    """Turns the errors of trio's streams into SemConexao."""

    def __enter__(self) -> None:
        return

    def __exit__(self, _tipo: type[BaseException] | None, erro: BaseException | None, _traco: object) -> None:
        if isinstance(erro, trio.TooSlowError | trio.BrokenResourceError | trio.ClosedResourceError | OSError):
            raise SemConexao(_dito(erro)) from erro


def _dito(erro: BaseException) -> str:
    return f"{type(erro).__name__}: {erro}" if isinstance(erro, OSError) else type(erro).__name__


def _motivo(erro: BaseException) -> str:
    return erro.verify_message if isinstance(erro, ssl.SSLCertVerificationError) else type(erro).__name__


def _b64(texto: str) -> str:
    return b64encode(texto.encode()).decode()
