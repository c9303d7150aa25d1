"""Visitors of a site, over real sockets, and the people who answer them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import httpx2

from tests.servidor import Servidor, Usuario, novo_id
from tests.web.ws_apoio import Tela, tela

LOJA = "https://loja.example"
AMBIENTE = {"PROXY_CONFIAVEL": "127.0.0.0/8"}
"""Each visitor comes from an address of its own."""
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c4944415408d763f8cfc000000301010018dd8d"
    "b00000000049454e44ae426082"
)
"""One pixel."""
_enderecos = count(1)


class Visitante:
    """A page of ``origem`` (None: our own) on a canal."""

    def __init__(self, casa: Chat, canal: str, origem: str | None, endereco: str | None = None) -> None:
        n = next(_enderecos)
        self.casa = casa
        self.canal = canal
        self.origem = origem
        self.endereco = endereco or f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"
        self.token: str | None = None
        self.respostas: list[str] = []

    def cabecalhos(self, **mais: str) -> dict[str, str]:
        cabecalhos = {"x-forwarded-for": self.endereco} | mais
        if self.origem is not None:
            cabecalhos["origin"] = self.origem
        if self.token is not None:
            cabecalhos["authorization"] = f"Bearer {self.token}"
        return cabecalhos

    async def pedir(self, metodo: str, caminho: str, corpo: Any = None, **mais: Any) -> httpx2.Response:
        resposta = await self.casa.http.request(
            metodo,
            f"/webchat/{self.canal}{caminho}",
            headers=self.cabecalhos(**mais.pop("headers", {})),
            json=corpo,
            **mais,
        )
        self.respostas.append(f"{resposta.headers} {resposta.text}")
        return resposta

    async def comecar(self) -> Visitante:
        resposta = await self.pedir("POST", "/sessoes", {})
        assert resposta.status_code == 201, resposta.text
        self.token = resposta.json()["token"]
        return self

    async def escreve(self, texto: str = "oi", id_: str | None = None, **campos: Any) -> dict[str, Any]:
        resposta = await self.pedir("POST", "/mensagens", {"id": id_ or novo_id(), "texto": texto, **campos})
        assert resposta.status_code in {200, 201}, resposta.text
        return dict(resposta.json())

    async def le(self, cursor: str | None = None) -> dict[str, Any]:
        resposta = await self.pedir("GET", "/mensagens" + ("" if cursor is None else f"?cursor={cursor}"))
        assert resposta.status_code == 200, resposta.text
        return dict(resposta.json())

    async def textos(self, cursor: str | None = None) -> list[str]:
        return [um["texto"] for um in (await self.le(cursor))["mensagens"]]

    @asynccontextmanager
    async def soquete(self, cursor: str | None = None) -> AsyncIterator[Tela]:
        """A socket that has shown its session."""
        async with tela(self.casa.url_ws, origem=self.origem) as t:
            await t.mandar("autenticar", {"token": self.token} | ({} if cursor is None else {"cursor": cursor}))
            yield t


class Chat:
    """An empresa with a chat on a site, and an agent."""

    def __init__(self, servidor: Servidor, http: httpx2.AsyncClient) -> None:
        self.servidor = servidor
        self.http = http
        self.admin = servidor.nova_empresa()
        self.canal = ""

    @property
    def url_ws(self) -> str:
        return f"ws://127.0.0.1:{self.servidor.porta}/webchat/ws"

    async def api(self, metodo: str, caminho: str, corpo: Any = None, quem: Usuario | None = None) -> Any:
        resposta = await self.http.request(
            metodo, f"/atendimento{caminho}", headers=(quem or self.admin).cabecalhos, json=corpo
        )
        assert resposta.is_success, resposta.text
        return json.loads(resposta.text or "null")

    async def novo_canal(self, **config: Any) -> str:
        padrao = {"origens": LOJA, "titulo": "Loja", "cor": "#0a7d33", "saudacao": "Olá!"}
        canal = await self.api("POST", "/canais", {"nome": "Site", "tipo": "webchat", "config": padrao | config})
        return str(canal["id"])

    async def agente(self, nome: str = "Ana Lima") -> Usuario:
        """Online, with room."""
        quem = self.servidor.usuario(self.admin.empresa_id, "atendente")
        corpo = {"id": quem.id, "nome": nome, "email": f"{quem.id}@loja.example", "capacidade": 50}
        await self.api("POST", "/atendentes", corpo)
        (fila,) = (await self.api("GET", "/filas"))["data"]
        await self.api("POST", f"/filas/{fila['id']}/atendentes/{quem.id}")
        await self.api("PATCH", f"/atendentes/{quem.id}/status", {"online": True}, quem)
        return quem

    async def tickets(self) -> list[dict[str, Any]]:
        return list((await self.api("GET", "/tickets?ordem=antigas&limit=100"))["data"])

    async def mensagens(self, ticket_id: str) -> list[dict[str, Any]]:
        return list((await self.api("GET", f"/tickets/{ticket_id}"))["mensagens"])

    async def responde(self, ticket_id: str, texto: str = "olá", quem: Usuario | None = None) -> dict[str, Any]:
        return dict(await self.api("POST", "/mensagens", {"ticketId": ticket_id, "conteudo": texto}, quem))

    def visitante(self, canal: str | None = None, origem: str | None = LOJA, endereco: str | None = None) -> Visitante:
        return Visitante(self, canal or self.canal, origem, endereco)


@asynccontextmanager
async def chat(servidor: Servidor, **config: Any) -> AsyncIterator[Chat]:
    async with httpx2.AsyncClient(base_url=servidor.url, timeout=30) as http:
        casa = Chat(servidor, http)
        casa.canal = await casa.novo_canal(**config)
        yield casa
