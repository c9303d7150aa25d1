"""People of one empresa on a real server, and every door that they can come in by."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import trio

from engine.modelo import Papel
from engine.tempo import SystemClock
from tests.servidor import SEGREDO, Servidor, Usuario, novo_id
from tests.web.sio_apoio import conectar
from tests.web.ws_apoio import Tela, tela
from web.portaria.autenticacao import emitir

SEMANA = 7 * 24 * 3_600_000


class Casa:
    """An empresa, its admin, and REST as anybody of it."""

    def __init__(self, servidor: Servidor, http: httpx2.AsyncClient) -> None:
        self.servidor = servidor
        self.http = http
        self.admin = servidor.nova_empresa()
        self.empresa = self.admin.empresa_id

    def gente(self, papel: Papel, id_: str | None = None) -> Usuario:
        """Somebody with a token of a week, issued now."""
        id_ = id_ or novo_id()
        token = emitir(SEGREDO, self.empresa, id_, f"{id_}@example.com", papel, SEMANA, SystemClock().now())
        return Usuario(self.empresa, id_, papel, token)

    async def pedir(self, quem: Usuario, metodo: str, caminho: str, corpo: Any = None, **mais: Any) -> httpx2.Response:
        return await self.http.request(
            metodo, f"/atendimento{caminho}", headers=quem.cabecalhos, json=corpo, **mais
        )  # fmt: skip

    async def feito(self, quem: Usuario, metodo: str, caminho: str, corpo: Any = None) -> Any:
        resposta = await self.pedir(quem, metodo, caminho, corpo)
        assert resposta.is_success, (metodo, caminho, resposta.text)
        return resposta.json() if resposta.content else None

    async def cadastrado(self, papel: Papel = "atendente") -> Usuario:
        """Somebody with a row of its own, whatever its role, and a token of before."""
        quem = self.gente(papel)
        corpo = {"id": quem.id, "nome": "Alguém", "email": f"{quem.id}@example.com"}
        await self.feito(self.admin, "POST", "/atendentes", corpo)
        return quem

    async def excluir(self, quem: Usuario) -> None:
        await self.feito(self.admin, "DELETE", f"/atendentes/{quem.id}")

    async def revogar(self, quem: Usuario) -> Any:
        return await self.feito(self.admin, "POST", f"/atendentes/{quem.id}/revogar")


@asynccontextmanager
async def casa(servidor: Servidor) -> AsyncIterator[Casa]:
    async with httpx2.AsyncClient(base_url=servidor.url, timeout=30) as http:
        yield Casa(servidor, http)


async def socketio(c: Casa, quem: Usuario) -> tuple[str, str]:
    """Come in by Socket.IO, polling. Gives the ``sid`` and the first packet that answers the CONNECT."""
    consulta = {"EIO": "4", "transport": "polling"}
    aberto = (await c.http.get("/socket.io/", params=consulta)).text
    consulta["sid"] = json.loads(aberto[1:])["sid"]
    await c.http.post("/socket.io/", params=consulta, content=conectar(quem.token))
    return consulta["sid"], (await c.http.get("/socket.io/", params=consulta)).text.partition("\x1e")[0]


@asynccontextmanager
async def conectada(c: Casa, quem: Usuario) -> AsyncIterator[Tela]:
    """A plain WebSocket that is in."""
    async with tela(c.servidor.url_ws, quem.token) as t:
        await t.evento("connect")
        yield t


async def tentativas(c: Casa, quem: Usuario) -> dict[str, tuple[int, str]]:
    """What every door answers somebody: the status or close code, and the ``codigo``."""
    respostas = {
        f"{metodo} {caminho}": await c.pedir(quem, metodo, caminho, corpo)
        for metodo, caminho, corpo in (
            ("GET", "/tickets", None),
            ("GET", "/contatos", None),
            ("GET", "/atendentes", None),
            ("GET", f"/tickets/{novo_id()}", None),
            ("GET", f"/arquivos/{novo_id()}", None),
            ("HEAD", "/tickets", None),
            ("POST", "/tickets", {"contato_nome": "João", "contato_telefone": "5511999998888"}),
            ("POST", "/contatos", {"nome": "João"}),
            ("POST", "/mensagens", {"ticketId": novo_id(), "conteudo": "Olá"}),
            ("PATCH", f"/atendentes/{quem.id}/status", {"online": True}),
            ("PATCH", "/empresa", {"nome": "Minha"}),
            ("DELETE", f"/filas/{novo_id()}", None),
        )
    }
    formulario = {"files": {"arquivo": ("a.txt", b"oi", "text/plain")}, "data": {"ticketId": novo_id()}}
    respostas["arquivo"] = await c.http.post(
        "/atendimento/mensagens/arquivo", headers=quem.cabecalhos, **formulario  # type: ignore[arg-type]
    )  # fmt: skip
    feitas = {nome: (r.status_code, r.json()["codigo"] if r.content else "") for nome, r in respostas.items()}
    feitas["ws"], feitas["ws, first frame"] = await _por_ws(c, quem)
    _, pacote = await socketio(c, quem)
    assert pacote.startswith("44/atendimento,"), pacote
    feitas["socket.io"] = (403, json.loads(pacote.partition(",")[2])["data"]["codigo"])
    return feitas


async def _por_ws(c: Casa, quem: Usuario) -> list[tuple[int, str]]:
    fins = []
    async with tela(c.servidor.url_ws, quem.token) as t:
        fins.append(((await t.ate_fechar())[0], ""))
    async with tela(c.servidor.url_ws) as t:
        codigo = (await t.pedir("autenticar", {"token": quem.token}))["codigo"]
        fins.append(((await t.ate_fechar())[0], codigo))
    return fins


async def ate_mudar(c: Casa, quem: Usuario, status: int) -> httpx2.Response:
    """Ask until it is answered with this status."""
    with trio.fail_after(30):
        while (resposta := await c.pedir(quem, "GET", "/tickets")).status_code != status:  # noqa: ASYNC110 - another node wakes nobody
            await trio.sleep(0.05)
    return resposta
