"""Fairness, counted and not timed: while a request of a quiet empresa waits, only so many of a flooding one's are
answered, however many there are.
"""

from __future__ import annotations

import asyncio
from collections import Counter

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from web.portaria.admissao import LimitesDeAdmissao

INUNDACAO = 600
"""Requests of the flood under way all the time: far more than are let in at once."""
PEDIDOS = 40
"""Of the quiet empresa, one after the other."""
NA_FRENTE = 4 * LimitesDeAdmissao().simultaneos
"""Answers of the flood between a quiet request and its answer, at most: those that are in when it comes, those let in
for them while it waits for the commit that was under way, and those that share its own; and as many again to spare.
"""


class Inundacao:
    """An empresa that always has so many requests under way."""

    def __init__(self, quem: Usuario, ticket_id: str) -> None:
        self.respostas: Counter[int] = Counter()
        self._quem = quem
        self._ticket_id = ticket_id

    async def correr(self) -> None:
        async with asyncio.TaskGroup() as grupo:
            for n in range(INUNDACAO):
                grupo.create_task(self._pedir_sem_parar(n))

    async def _pedir_sem_parar(self, n: int) -> None:
        while True:
            if n % 2:
                corpo = {"contato_nome": "João", "contato_telefone": f"55119{n:08}"}
                resposta = await self._quem("POST", "/tickets", corpo)
            else:
                resposta = await self._quem("POST", "/mensagens", {"ticketId": self._ticket_id, "conteudo": "mais uma"})
            self.respostas[resposta.status] += 1


def test_a_quiet_empresa_waits_for_a_bounded_number_of_a_flooding_one_s_requests(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        quieta, barulhenta = s.usuario(empresa=novo_id()), s.usuario()
        ticket_id = await _ticket(quieta)
        inundacao = Inundacao(barulhenta, await _ticket(barulhenta))
        tarefa = asyncio.create_task(inundacao.correr())
        entre: list[int] = []
        while inundacao.respostas.total() < INUNDACAO:  # until all of it is under way
            await _mensagem(quieta, ticket_id)
        for n in range(PEDIDOS):
            antes = inundacao.respostas.total()
            await (_mensagem(quieta, ticket_id) if n % 2 else _ticket(quieta))
            entre.append(inundacao.respostas.total() - antes)
        tarefa.cancel()
        await asyncio.gather(tarefa, return_exceptions=True)
        assert max(entre) <= NA_FRENTE, entre
        assert inundacao.respostas.keys() == {201}
        assert inundacao.respostas.total() > INUNDACAO + PEDIDOS  # it was not starved either

    com_servidor(dsn, teste)


async def _ticket(quem: Usuario) -> str:
    corpo = {"contato_nome": "Ana", "contato_telefone": "5511999998888"}
    ticket_id: str = (await quem("POST", "/tickets", corpo)).ok(201)["id"]
    return ticket_id


async def _mensagem(quem: Usuario, ticket_id: str) -> None:
    (await quem("POST", "/mensagens", {"ticketId": ticket_id, "conteudo": "olá"})).ok(201)
