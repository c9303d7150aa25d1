"""An empresa on a real server, whose canais are served by the real process of connectors."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import httpx2
import trio
from msgspec import Struct

from tests.servidor import Servidor, Usuario

T = TypeVar("T")
PACIENCIA_S = 60.0


class Empresa(Struct):
    """By its admin."""

    servidor: Servidor
    admin: Usuario
    http: httpx2.AsyncClient

    async def pedir(self, metodo: str, caminho: str, quem: Usuario | None = None, **corpo: Any) -> Any:
        """The answer, which has to be good."""
        cabecalhos = (quem or self.admin).cabecalhos
        resposta = await self.http.request(
            metodo, f"/atendimento{caminho}", headers=cabecalhos, json=corpo if corpo or metodo == "POST" else None
        )
        assert resposta.status_code < 300, resposta.text
        return resposta.json() if resposta.content else None

    async def canal(self, tipo: str, **config: Any) -> str:
        feito = await self.pedir("POST", "/canais", nome=tipo, tipo=tipo, config=config)
        return str(feito["id"])

    async def ticket(self, quantas: int = 1) -> Any:
        """The only ticket, once it has so many messages."""

        async def ver() -> Any:
            tickets = (await self.pedir("GET", "/tickets"))["data"]
            assert len(tickets) <= 1
            ticket = await self.pedir("GET", f"/tickets/{tickets[0]['id']}") if tickets else None
            return ticket if ticket is not None and len(ticket["mensagens"]) >= quantas else None

        return await ate(ver)

    async def responder(self, ticket_id: str, conteudo: str) -> Any:
        return await self.pedir("POST", "/mensagens", ticketId=ticket_id, conteudo=conteudo)

    async def ate_status(self, ticket_id: str, mensagem_id: str, status: str) -> Any:
        """The message, once it has got so far."""

        async def ver() -> Any:
            mensagens = (await self.pedir("GET", f"/tickets/{ticket_id}"))["mensagens"]
            uma = next(mensagem for mensagem in mensagens if mensagem["id"] == mensagem_id)
            return uma if uma["statusEntrega"] == status else None

        return await ate(ver)


async def ate(ver: Callable[[], Awaitable[T | None]]) -> T:
    """What ``ver`` gives, once it gives something: it looks at another process, which does not tell."""
    with trio.fail_after(PACIENCIA_S):
        while True:
            visto = await ver()
            if visto:
                return visto
            await trio.sleep(0.05)


@asynccontextmanager
async def empresa_em(servidor: Servidor) -> AsyncIterator[Empresa]:
    async with httpx2.AsyncClient(base_url=servidor.url, timeout=30) as http:
        yield Empresa(servidor, servidor.nova_empresa(), http)
