"""The Socket.IO edge packet by packet: what no well-behaved client sends, and exactly what comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import trio
from trio_websocket import ConnectionClosed

from engine.modelo import Quem
from tests.web.gateway_apoio import Servidor
from tests.web.ws_apoio import NaThread, Tela, tela, token

NS = "/atendimento"
FIM = "1"


def conectar(com_token: str | None, **auth: Any) -> str:
    dados = {**auth} if com_token is None else {"token": com_token, **auth}
    return f"40{NS},{json.dumps(dados)}"


def evento(nome: str, dados: object, ack: int | str = "") -> str:
    return f"42{NS},{ack}{json.dumps([nome, dados])}"


def lido(pacote: str) -> dict[str, Any]:
    """A packet of the server in the shape of the plain edge's frames; if it is none, ``tipo`` has its two digits."""
    resto = pacote[2:].removeprefix(f"{NS},")
    if pacote.startswith("42"):
        nome, dados, *seq = json.loads(resto)
        return {"event": nome, "data": dados, **({"seq": seq[0]} if seq else {})}
    if pacote.startswith("43"):
        ack, _, dados = resto.partition("[")
        return {"ack": int(ack), "data": json.loads(dados[:-1])}
    return {"tipo": pacote[:2], "texto": resto}


class Polling:
    """A session by long polling. ``recebidos`` are its packets so far."""

    def __init__(self, servidor: NaThread, http: httpx2.AsyncClient) -> None:
        self._http = http
        self._base = f"{servidor.http}/socket.io/"
        self.sid = ""
        self.recebidos: list[str] = []

    @property
    def consulta(self) -> dict[str, str]:
        return {"EIO": "4", "transport": "polling", **({"sid": self.sid} if self.sid else {})}

    async def pedir(self, metodo: str = "GET", corpo: bytes | None = None, **consulta: str) -> httpx2.Response:
        return await self._http.request(metodo, self._base, params=self.consulta | consulta, content=corpo)

    async def pedir_em(self, consulta: str) -> httpx2.Response:
        """A GET with this query and no other."""
        return await self._http.get(self._base + consulta)

    async def abrir(self) -> dict[str, Any]:
        (pacote,) = await self.buscar()
        dados: dict[str, Any] = json.loads(pacote[1:])
        self.sid = dados["sid"]
        return dados

    async def buscar(self) -> list[str]:
        resposta = await self.pedir()
        assert resposta.status_code == 200, resposta.text
        pacotes = resposta.text.split("\x1e")
        self.recebidos += pacotes
        return pacotes

    async def mandar(self, *pacotes: str) -> None:
        resposta = await self.pedir("POST", "\x1e".join(pacotes).encode())
        assert (resposta.status_code, resposta.text) == (200, "ok")

    async def entrar(self, quem: Quem, **auth: Any) -> dict[str, Any]:
        """Open, and into the namespace. Returns the data of ``connected``."""
        await self.abrir()
        await self.mandar(conectar(token(quem), **auth))
        return (await self.ate("connected"))["data"]  # type: ignore[no-any-return]

    async def ate(self, nome: str) -> dict[str, Any]:
        """Fetch until an event of that name has come."""
        with trio.fail_after(20):
            while True:
                achados = [q for q in map(lido, await self.buscar()) if q.get("event") == nome]
                if achados:
                    return achados[-1]

    def eventos(self, nome: str) -> list[dict[str, Any]]:
        return [q for q in map(lido, self.recebidos) if q.get("event") == nome]


@asynccontextmanager
async def polling(servidor: NaThread, **cabecalhos: str) -> AsyncIterator[Polling]:
    async with httpx2.AsyncClient(timeout=20, headers=cabecalhos) as http:
        yield Polling(servidor, http)


def url_ws(servidor: NaThread, **consulta: str) -> str:
    campos = {"EIO": "4", "transport": "websocket", **consulta}
    return f"ws://127.0.0.1:{servidor.porta}/socket.io/?" + "&".join(f"{k}={v}" for k, v in campos.items())


class PorWs:
    """A session by WebSocket."""

    def __init__(self, t: Tela) -> None:
        self.ws = t.ws
        self.recebidos: list[str] = []

    async def ler(self) -> str:
        with trio.fail_after(20):
            pacote = str(await self.ws.get_message())
        self.recebidos.append(pacote)
        return pacote

    async def mandar(self, *pacotes: str | bytes) -> None:
        for pacote in pacotes:
            await self.ws.send_message(pacote)

    async def entrar(self, quem: Quem, **auth: Any) -> dict[str, Any]:
        await self.mandar(conectar(token(quem), **auth))
        return (await self.ate("connected"))["data"]  # type: ignore[no-any-return]

    async def ate(self, nome: str) -> dict[str, Any]:
        while (quadro := lido(await self.ler())).get("event") != nome:
            pass
        return quadro

    async def resposta(self, ack: int) -> Any:
        while (quadro := lido(await self.ler())).get("ack") != ack:
            pass
        return quadro["data"]

    async def ate_fechar(self) -> int:
        """The code, once the server has closed."""
        try:
            while True:
                await self.ler()
        except ConnectionClosed as fim:
            return int(fim.reason.code) if fim.reason else 0

    def eventos(self, nome: str) -> list[dict[str, Any]]:
        return [q for q in map(lido, self.recebidos) if q.get("event") == nome]


@asynccontextmanager
async def por_ws(servidor: NaThread, com_token: str | None = None, origem: str | None = None) -> AsyncIterator[PorWs]:
    """A new session, opened."""
    async with tela(url_ws(servidor), com_token, origem=origem) as t:
        cliente = PorWs(t)
        assert (await cliente.ler())[0] == "0"
        yield cliente


async def abertas(servidor: NaThread) -> tuple[int, int]:
    """Sessions of the edge, and connections of the gateway."""

    async def contar(s: Servidor) -> tuple[int, int]:
        return len(servidor.sio._sessoes), s.gateway.conexoes

    return await servidor.fazer(contar)


async def ate_acabarem(servidor: NaThread) -> None:
    """Until every session of now has ended."""

    async def esperar(_: Servidor) -> None:
        acabou = asyncio.Event()
        vivas = set(servidor.sio._sessoes.values())
        for sessao in vivas:
            antes = sessao._ao_acabar

            def ao_acabar(sessao: Any, antes: Any = antes) -> None:
                antes(sessao)
                vivas.discard(sessao)
                if not vivas:
                    acabou.set()

            sessao._ao_acabar = ao_acabar
        if vivas:
            await acabou.wait()

    await servidor.fazer(esperar)


@asynccontextmanager
async def de_subida(servidor: NaThread, sid: str) -> AsyncIterator[PorWs]:
    """A WebSocket for a session that goes by polling."""
    async with tela(url_ws(servidor, sid=sid)) as t:
        yield PorWs(t)


async def ate_tomar(servidor: NaThread, sid: str, *, tomando: bool) -> None:
    """Until a GET of this session is being served, or none is any more."""

    async def ver(_: Servidor) -> bool:
        fila = servidor.sio._sessoes[sid].transporte
        return fila.tomando is tomando  # type: ignore[attr-defined]

    with trio.fail_after(30):
        while not await servidor.fazer(ver):
            pass


async def ate_desistir(servidor: NaThread, sid: str) -> None:
    """Until no WebSocket tries to take this session over any more."""

    async def ver(_: Servidor) -> bool:
        return servidor.sio._sessoes[sid].candidato is None

    with trio.fail_after(30):
        while not await servidor.fazer(ver):
            pass
