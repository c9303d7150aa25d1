"""People of an empresa on a real server, each by a keep-alive connection of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import trio

from tests.servidor import Servidor, Usuario
from tests.sistema.cliente import Http, http


class Equipe:
    """An empresa with a fila and those who serve it. ``agentes`` are online."""

    def __init__(self, servidor: Servidor, adm: Http, fila: str, agentes: Sequence[Http]) -> None:
        self.servidor = servidor
        self.adm = adm
        self.fila = fila
        self.agentes = agentes

    async def abrir(self, quantos: int = 1) -> list[str]:
        return [await self.adm.ticket(f"ticket {n}", self.fila) for n in range(quantos)]

    async def em_maos(self) -> Counter[str]:
        """How many tickets each agent has."""
        tickets = await self.adm.tudo("/tickets")
        return Counter(um["atendenteId"] for um in tickets if um["status"] in {"EM_ANDAMENTO", "PENDENTE"})

    async def exigir_que_tudo_esteja_certo(self) -> None:
        """By the server's own examination."""
        exame: dict[str, Any] = await self.adm.get("/ops/invariantes")
        quebrados = [um for um in exame["invariantes"] if not um["ok"]]
        assert not quebrados, quebrados


@asynccontextmanager
async def equipe(
    servidor: Servidor, quantos: int, *, capacidade: int = 5, online: bool = True, **da_fila: Any
) -> AsyncIterator[Equipe]:
    admin = servidor.nova_empresa()
    pessoas = [servidor.usuario(admin.empresa_id, "atendente") for _ in range(quantos)]
    async with AsyncExitStack() as pilha:
        adm = await pilha.enter_async_context(http(servidor, admin))
        fila: str = (await adm.post("/filas", {"nome": "Vendas", **da_fila}))["id"]
        agentes = [await pilha.enter_async_context(http(servidor, quem)) for quem in pessoas]
        for n, quem in enumerate(pessoas):
            await contratar(adm, quem, f"Agente {n}", fila, capacidade, online=online)
        yield Equipe(servidor, adm, fila, agentes)


async def contratar(adm: Http, quem: Usuario, nome: str, fila: str, capacidade: int, *, online: bool = True) -> None:
    corpo = {"id": quem.id, "nome": nome, "email": f"{quem.id}@exemplo.com", "capacidade": capacidade}
    await adm.post("/atendentes", corpo)
    await adm.post(f"/filas/{fila}/atendentes/{quem.id}")
    if online:
        await adm.patch(f"/atendentes/{quem.id}/status", {"online": True})


async def ao_mesmo_tempo(*trabalhos: Any) -> None:
    """Each is a function without arguments."""
    async with trio.open_nursery() as todos:
        for trabalho in trabalhos:
            todos.start_soon(trabalho)
