r"""An IMAP server (RFC 3501) with real sockets: as much of it as a client needs that reads and marks mails, with IDLE
(RFC 2177), STARTTLS, and the faults of real ones.

::

    imap = ImapFalso(usuarios={"suporte@exemplo.com.br": "senha"})
    porta = await nursery.start(imap.servir)
    imap.pastas["INBOX"].depositar(b"From: ana@exemplo.com\r\n\r\nOla")
    imap.cair_em("FETCH")
"""

from __future__ import annotations

import re
import ssl
from base64 import b64decode
from binascii import Error as Base64Error
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Final

import trio

from connectors.fakes.caixa_postal import CaixaPostal, Guardada
from connectors.fakes.imap_busca import conjunto, procurar, trecho
from connectors.fakes.linhas import FimDaConexao, Linhas

_COMANDOS: Final = frozenset({
    "CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "LOGIN", "AUTHENTICATE", "SELECT", "SEARCH", "FETCH", "STORE", "IDLE",
})  # fmt: skip
_literal: Final = re.compile(r"\{(\d+)(\+?)\}\Z")
_palavra: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s"]+)')
_fuga: Final = re.compile(r"\\(.)")


class ImapFalso:
    """The server. ``tem_idle`` False: it has to be polled. ``fala_antes_do_idle``: it tells something before it says
    that it idles, as it may when a mail comes just then.
    """

    def __init__(
        self,
        *,
        usuarios: Mapping[str, str],
        contexto: ssl.SSLContext | None = None,
        tls_direto: bool = False,
        tem_idle: bool = True,
        fala_antes_do_idle: bool = False,
        pastas: dict[str, CaixaPostal] | None = None,
    ) -> None:
        self.usuarios = usuarios
        self.contexto = contexto
        self.tls_direto = tls_direto
        self.tem_idle = tem_idle
        self.fala_antes_do_idle = fala_antes_do_idle
        self.pastas = pastas if pastas is not None else {"INBOX": CaixaPostal()}
        self.ligacoes = 0
        self.abertas = 0
        self.comandos: Counter[str] = Counter()
        self._quedas: Counter[str] = Counter()
        self._recusas: dict[tuple[str, int | None], int] = {}

    def cair_em(self, comando: str, vezes: int = 1) -> None:
        """The next ``vezes`` such commands (``FETCH``, ``STORE``, ``IDLE``…) find the connection closed."""
        self._quedas[comando] += vezes

    def recusar(self, comando: str, uid: int | None = None, vezes: int = 1) -> None:
        """The next ``vezes`` such commands (about that mail) are answered NO."""
        self._recusas[comando, uid] = vezes

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

    def conferir(self, comando: str, uids: list[int]) -> bool:
        """Count a command; drop the connection, or say that it is to be refused, if such a fault is due."""
        self.comandos[comando] += 1
        if self._quedas[comando] > 0:
            self._quedas[comando] -= 1
            raise FimDaConexao
        for chave in [(comando, None), *((comando, uid) for uid in uids)]:
            if self._recusas.get(chave, 0) > 0:
                self._recusas[chave] -= 1
                return False
        return True

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
    def __init__(self, servidor: ImapFalso, linhas: Linhas) -> None:
        self._servidor = servidor
        self._linhas = linhas
        self._segura = servidor.tls_direto
        self._dentro = False
        self._pasta: CaixaPostal | None = None
        self._anunciadas = 0

    async def conversar(self) -> None:
        await self._linhas.dizer(f"* OK [CAPABILITY {self._recursos()}] ready")
        while True:
            etiqueta, comando, resto = await self._pedido()
            fazer = getattr(self, f"_{comando.lower()}") if comando in _COMANDOS else None
            if fazer is None:
                await self._linhas.dizer(f"{etiqueta} BAD unknown command")
                continue
            await fazer(etiqueta, resto)

    async def _pedido(self) -> tuple[str, str, str]:
        """Tag, command and arguments; ``UID FETCH`` is ``FETCH`` here, for only that is used."""
        linha = await self._linhas.linha()
        while (achado := _literal.search(linha)) is not None:
            if not achado[2]:
                await self._linhas.dizer("+ go ahead")
            dado = (await self._linhas.bytes_(int(achado[1]))).decode("utf-8", "replace")
            escapado = dado.replace("\\", "\\\\").replace('"', '\\"')
            linha = f'{linha[: achado.start()]}"{escapado}"{await self._linhas.linha()}'
        etiqueta, _, pedido = linha.partition(" ")
        comando, _, resto = pedido.partition(" ")
        if comando.upper() == "UID":
            comando, _, resto = resto.partition(" ")
        return etiqueta, comando.upper(), resto

    def _recursos(self) -> str:
        s = self._servidor
        recursos = ["IMAP4rev1", "AUTH=PLAIN", "UIDPLUS"]
        recursos += ["IDLE"] if s.tem_idle else []
        recursos += ["STARTTLS"] if s.contexto is not None and not self._segura else []
        return " ".join(recursos)

    async def _fim(self, etiqueta: str, comando: str, como: str = "OK", texto: str = "done") -> None:
        """Tell what is new, and that the command is over."""
        await self._anunciar()
        await self._linhas.dizer(f"{etiqueta} {como} {comando} {texto}")

    async def _anunciar(self) -> None:
        if self._pasta is not None and len(self._pasta.cartas) != self._anunciadas:
            self._anunciadas = len(self._pasta.cartas)
            await self._linhas.dizer(f"* {self._anunciadas} EXISTS")

    async def _capability(self, etiqueta: str, _resto: str) -> None:
        await self._linhas.dizer(f"* CAPABILITY {self._recursos()}")
        await self._fim(etiqueta, "CAPABILITY")

    async def _noop(self, etiqueta: str, _resto: str) -> None:
        self._servidor.conferir("NOOP", [])
        await self._fim(etiqueta, "NOOP")

    async def _logout(self, etiqueta: str, _resto: str) -> None:
        await self._linhas.dizer("* BYE")
        await self._fim(etiqueta, "LOGOUT")
        raise FimDaConexao

    async def _starttls(self, etiqueta: str, _resto: str) -> None:
        if self._servidor.contexto is None or self._segura:
            await self._fim(etiqueta, "STARTTLS", "BAD", "not here")
            return
        await self._fim(etiqueta, "STARTTLS")
        await self._linhas.proteger(self._servidor.contexto)
        self._segura = True

    async def _login(self, etiqueta: str, resto: str) -> None:
        await self._entrar(etiqueta, "LOGIN", *[*_palavras(resto), "", ""][:2])

    async def _authenticate(self, etiqueta: str, _resto: str) -> None:
        await self._linhas.dizer("+ ")
        try:
            partes = b64decode(await self._linhas.linha(), validate=True).decode().split("\0")
        except (Base64Error, UnicodeDecodeError):
            partes = []
        await self._entrar(etiqueta, "AUTHENTICATE", *[*partes[1:], "", ""][:2])

    async def _entrar(self, etiqueta: str, comando: str, usuario: str, senha: str) -> None:
        certo = self._servidor.conferir("LOGIN", []) and bool(senha) and self._servidor.usuarios.get(usuario) == senha
        self._dentro = certo
        if certo:
            await self._fim(etiqueta, comando)
        else:
            await self._fim(etiqueta, comando, "NO", "[AUTHENTICATIONFAILED] invalid credentials")

    async def _select(self, etiqueta: str, resto: str) -> None:
        nome = (_palavras(resto) or [""])[0]
        pasta = self._servidor.pastas.get("INBOX" if nome.upper() == "INBOX" else nome) if self._dentro else None
        if pasta is None or not self._servidor.conferir("SELECT", []):
            await self._fim(etiqueta, "SELECT", "NO", "there is no such folder")
            return
        self._pasta, self._anunciadas = pasta, len(pasta.cartas)
        livres = " \\*" if pasta.marcas_livres else ""
        await self._linhas.dizer("* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)")
        await self._linhas.dizer(
            f"* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft{livres})] limited"
        )
        await self._linhas.dizer(f"* {len(pasta.cartas)} EXISTS")
        await self._linhas.dizer("* 0 RECENT")
        await self._linhas.dizer(f"* OK [UIDVALIDITY {pasta.validade}] valid")
        await self._linhas.dizer(f"* OK [UIDNEXT {pasta.proximo}] next")
        modo = "[READ-ONLY]" if pasta.so_leitura else "[READ-WRITE]"
        await self._linhas.dizer(f"{etiqueta} OK {modo} done")

    async def _search(self, etiqueta: str, resto: str) -> None:
        if await self._pronto(etiqueta, "SEARCH", []) and self._pasta is not None:
            achadas = procurar(self._pasta, resto.split())
            await self._linhas.dizer(f"* SEARCH {' '.join(map(str, achadas))}".rstrip())
            await self._fim(etiqueta, "SEARCH")

    async def _fetch(self, etiqueta: str, resto: str) -> None:
        quais, _, o_que = resto.partition(" ")
        cartas = self._quais(quais)
        if await self._pronto(etiqueta, "FETCH", [carta.uid for carta in cartas]) and self._pasta is not None:
            for carta in cartas:
                numero = self._pasta.cartas.index(carta) + 1
                await self._linhas.dizer(b"* %d FETCH (UID %d %s)" % (numero, carta.uid, trecho(carta, o_que)))
            await self._fim(etiqueta, "FETCH")

    async def _store(self, etiqueta: str, resto: str) -> None:
        quais, _, o_que = resto.partition(" ")
        cartas = self._quais(quais)
        if await self._pronto(etiqueta, "STORE", [carta.uid for carta in cartas]) and self._pasta is not None:
            for carta in cartas:
                self._pasta.marcar(carta, set(o_que.partition("(")[2].rstrip(")").split()))
            await self._fim(etiqueta, "STORE")

    async def _idle(self, etiqueta: str, _resto: str) -> None:
        if not self._servidor.tem_idle or not await self._pronto(etiqueta, "IDLE", []):
            return
        if self._servidor.fala_antes_do_idle:
            await self._linhas.dizer("* 0 RECENT")
        await self._linhas.dizer("+ idling")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._vigiar)
            acabou = await self._ate_done()
            nursery.cancel_scope.cancel()
        if not acabou:
            raise FimDaConexao
        await self._fim(etiqueta, "IDLE")

    async def _ate_done(self) -> bool:
        """Whether the client ended it; otherwise the connection did."""
        try:
            while (await self._linhas.linha()).upper() != "DONE":
                pass
        except FimDaConexao:
            return False
        return True

    async def _vigiar(self) -> None:
        """Tell what is new, while nothing is asked. The reader sees when the connection is gone."""
        with suppress(FimDaConexao):
            while self._pasta is not None:
                await self._anunciar()
                await self._pasta.mudar()

    def _quais(self, quais: str) -> list[Guardada]:
        return conjunto(self._pasta, quais) if self._pasta is not None else []

    async def _pronto(self, etiqueta: str, comando: str, uids: list[int]) -> bool:
        """Whether a folder is chosen, and no fault is due."""
        if self._pasta is None:
            await self._fim(etiqueta, comando, "BAD", "no folder is chosen")
            return False
        if not self._servidor.conferir(comando, uids):
            await self._fim(etiqueta, comando, "NO", "[UNAVAILABLE] not now")
            return False
        return True


def _palavras(resto: str) -> list[str]:
    return [_fuga.sub(r"\1", achado[1]) if achado[1] is not None else achado[2] for achado in _palavra.finditer(resto)]
