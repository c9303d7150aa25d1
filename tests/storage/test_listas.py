"""Lists of tickets: whatever the filter and order, the pages together are what a loop over all tickets would give."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from engine.busca import consulta, termos
from engine.modelo import Ordem, TicketBuscaRow, TicketRow
from engine.ports import FiltroTickets
from engine.silencio.estado import Adiamento
from storage import Banco
from tests.storage.linhas import AGORA, Escritor, aberto, contato, novo_id, por_fora

STATUS = ("ABERTO", "EM_ANDAMENTO", "PENDENTE", "RESOLVIDO", "FECHADO")
PRIORIDADES = ("URGENTE", "ALTA", "NORMAL", "BAIXA")
NOMES = ("João Ávila", "Joana D'Arc", "Zé da Silva", "Íris Gonçalves", "Ana")
FILAS, ATENDENTES, CANAIS = ([novo_id() for _ in range(quantos)] for quantos in (4, 3, 2))

ORDENS: dict[Ordem, Callable[[TicketRow], tuple[int, ...]]] = {
    "recentes": lambda t: (-t.numero,),
    "antigas": lambda t: (t.numero,),
    "atualizados": lambda t: (-t.atualizado_em, -t.numero),
    "prioridade": lambda t: (PRIORIDADES.index(t.prioridade), t.numero),
}
EU, MINHAS = ATENDENTES[0], (FILAS[0], FILAS[2])
FILTROS: list[dict[str, Any]] = [
    {},
    {"status": "FECHADO"},
    {"prioridade": "URGENTE"},
    {"prioridade": "NORMAL", "status": "ABERTO"},
    {"atendente_id": ATENDENTES[1]},
    {"atendente_id": ATENDENTES[1], "status": "PENDENTE"},
    {"fila_id": FILAS[1]},
    {"fila_id": FILAS[1], "status": "ABERTO"},
    {"fila_id": FILAS[1], "atendente_id": ATENDENTES[2]},
    {"canal_id": CANAIS[0]},
    {"canal_id": CANAIS[1], "prioridade": "ALTA", "fila_id": FILAS[3]},
    {"visivel_para": EU, "visivel_filas": MINHAS},
    {"visivel_para": EU, "visivel_filas": ()},
    {"visivel_para": EU, "visivel_filas": MINHAS, "status": "FECHADO"},
    {"visivel_para": EU, "visivel_filas": MINHAS, "fila_id": FILAS[0]},
    {"visivel_para": EU, "visivel_filas": MINHAS, "fila_id": FILAS[1]},
    {"visivel_para": EU, "visivel_filas": MINHAS, "fila_id": FILAS[1], "atendente_id": ATENDENTES[1]},
    {"visivel_para": EU, "visivel_filas": MINHAS, "atendente_id": EU, "status": "FECHADO"},
    {"visivel_para": EU, "visivel_filas": MINHAS, "atendente_id": ATENDENTES[1], "canal_id": CANAIS[0]},
    {"visivel_para": EU, "visivel_filas": MINHAS, "prioridade": "BAIXA"},
    {"busca": "jo"},
    {"busca": "silva zé"},
    {"busca": "JOÃO", "status": "FECHADO"},
    {"busca": "jo", "visivel_para": EU, "visivel_filas": MINHAS},
    {"busca": "jo", "fila_id": FILAS[1], "prioridade": "NORMAL"},
    {"contato_id": "primeiro"},
    {"contato_id": "primeiro", "status": "FECHADO", "busca": "ana"},
    {"status": "RESOLVIDO", "fila_id": novo_id()},
    {"adiado": True},
    {"adiado": True, "visivel_para": EU, "visivel_filas": MINHAS},
    {"adiado": True, "atendente_id": ATENDENTES[1], "busca": "jo"},
    {"adiado": True, "contato_id": "primeiro", "prioridade": "NORMAL"},
]


class Acervo:
    """Tickets as they are in the database, in all the states that a life of changes leaves them in."""

    def __init__(self, escritor: Escritor, semente: int) -> None:
        self.escritor = escritor
        self.acaso = Random(semente)
        self.tickets: dict[str, TicketRow] = {}
        self.contatos = [contato(escritor.id, nome=nome) for nome in NOMES]
        self.contatos.append(contato(escritor.id, nome="Unida", unido_a=self.contatos[0].id))

    def um(self, ticket: TicketRow) -> TicketRow:
        """The ticket with other values of everything that can change."""
        escolher = self.acaso.choice
        return replace(
            ticket,
            status=escolher(STATUS),
            prioridade=escolher(PRIORIDADES),
            fila_id=escolher(FILAS),
            atendente_id=escolher([None, *ATENDENTES]),
            canal_id=escolher([None, *CANAIS]),
            contato_id=escolher([None, *(um.id for um in self.contatos)]),
            atualizado_em=AGORA + self.acaso.randrange(30),
            excluido_em=ticket.excluido_em or (AGORA if self.acaso.random() < 0.1 else None),
            adiamento=escolher([None, Adiamento(AGORA, "PENDENTE")]),
        )

    def viver(self, novos: int, mudados: int) -> list[Any]:
        """The rows of a batch."""
        linhas: list[Any] = []
        for id_ in self.acaso.sample(sorted(self.tickets), min(mudados, len(self.tickets))):
            self.tickets[id_] = self.um(self.tickets[id_])
            linhas.append(self.tickets[id_])
        for _ in range(novos):
            ticket = self.um(self.escritor.ticket(contato_nome=self.acaso.choice(NOMES)))
            self.tickets[ticket.id] = ticket
            busca = TicketBuscaRow(ticket.empresa_id, ticket.id, ticket.numero, ticket.contato_nome, None, None)
            linhas += [ticket, busca]
        return linhas

    def esperados(self, filtro: FiltroTickets) -> list[TicketRow]:
        return sorted((t for t in self.tickets.values() if self._passa(t, filtro)), key=ORDENS[filtro.ordem])

    def _passa(self, t: TicketRow, filtro: FiltroTickets) -> bool:
        iguais = ("status", "prioridade", "atendente_id", "fila_id", "canal_id")
        return (
            t.excluido_em is None
            and all(getattr(filtro, campo) in {None, getattr(t, campo)} for campo in iguais)
            and (filtro.contato_id is None or t.contato_id in {filtro.contato_id, self.contatos[-1].id})
            and (filtro.visivel_para is None or t.atendente_id == EU or t.fila_id in filtro.visivel_filas)
            and (filtro.busca is None or _acha(t, filtro.busca))
            and (not filtro.adiado or t.adiamento is not None)
        )


def _acha(ticket: TicketRow, busca: str) -> bool:
    """Every word asked for is how a word of the ticket begins."""
    tem = re.findall(r"'(\w+)'", termos(ticket.empresa_id, ticket.contato_nome, numero=ticket.numero))
    pede = re.findall(r"'(\w+)'", consulta(ticket.empresa_id, busca) or "")
    return all(any(palavra.startswith(inicio) for palavra in tem) for inicio in pede)


async def acervo(banco: Banco, semente: int) -> Acervo:
    escritor = await Escritor.de(banco)
    um = Acervo(escritor, semente)
    await banco.store.commit(escritor.lote(*um.contatos, eventos=1))
    for _ in range(8):
        await banco.store.commit(escritor.lote(*um.viver(15, 20), eventos=1))
    return um


@pytest.mark.parametrize("ordem", ORDENS)
def test_the_pages_of_every_filter_together_are_all_that_it_lets_through_in_order(
    postgres_dsn: str, ordem: Ordem
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            um, _ = await acervo(banco, 1), await acervo(banco, 2)
            for campos in FILTROS:
                de_quem = {"contato_id": um.contatos[0].id} if "contato_id" in campos else {}
                filtro = FiltroTickets(ordem=ordem, **{**campos, **de_quem})
                esperados = um.esperados(filtro)
                for limite in (7, 100):
                    lidos: list[TicketRow] = []
                    for pagina in range(1, len(esperados) // limite + 3):
                        tickets, total = await banco.leituras.tickets(um.escritor.id, filtro, pagina, limite)
                        assert total == len(esperados), filtro
                        lidos += tickets
                    assert [t.numero for t in lidos] == [t.numero for t in esperados], filtro
                    assert lidos == esperados, filtro

    asyncio.run(main())


def test_an_empty_empresa_and_a_page_far_past_the_end_have_nothing(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            um, vazia = await acervo(banco, 3), await Escritor.de(banco)
            for ordem in ORDENS:
                for campos in FILTROS:
                    if "contato_id" not in campos:
                        filtro = FiltroTickets(ordem=ordem, **campos)
                        assert await banco.leituras.tickets(vazia.id, filtro, 1, 20) == ([], 0), filtro
                        assert (await banco.leituras.tickets(um.escritor.id, filtro, 2**62, 100))[0] == [], filtro

    asyncio.run(main())


@pytest.mark.parametrize("semente", range(5))
def test_totals_stay_right_through_any_history_of_new_changed_and_deleted_tickets(
    postgres_dsn: str, semente: int
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con:
            acervos = [Acervo(await Escritor.de(banco), semente * 10 + n) for n in range(2)]
            for _ in range(25):
                um = acervos[0].acaso.choice(acervos)
                linhas = um.viver(um.acaso.randrange(6), um.acaso.randrange(12))
                await banco.store.commit(um.escritor.lote(*linhas, eventos=1))
                assert await con.fetch(DIFERENCAS) == []
            assert await con.fetchval("SELECT count(*) FROM atendimento_contagens WHERE quantos < 0") == 0

    asyncio.run(main())


DIFERENCAS = """
WITH nulo AS (SELECT '00000000-0000-0000-0000-000000000000'::uuid AS id),
vivos AS (
    SELECT t.empresa_id, t.fila_id, coalesce(t.atendente_id, nulo.id) AS a, coalesce(t.canal_id, nulo.id) AS c,
           t.prioridade, t.status
    FROM atendimento_tickets t, nulo WHERE t.excluido_em IS NULL
), devidas AS (
    SELECT empresa_id, 1 AS corte, nulo.id AS f, nulo.id AS a, nulo.id AS c, '' AS p, status, count(*) AS quantos
    FROM vivos, nulo GROUP BY 1, 3, 4, 5, 7
    UNION ALL
    SELECT empresa_id, 2, fila_id, nulo.id, nulo.id, '', status, count(*) FROM vivos, nulo GROUP BY 1, 3, 4, 5, 7
    UNION ALL
    SELECT empresa_id, 3, nulo.id, vivos.a, nulo.id, '', status, count(*) FROM vivos, nulo GROUP BY 1, 3, 4, 5, 7
    UNION ALL
    SELECT empresa_id, 4, fila_id, vivos.a, vivos.c, prioridade, status, count(*) FROM vivos GROUP BY 1, 3, 4, 5, 6, 7
), contadas AS (
    SELECT empresa_id, corte::int, fila_id, atendente_id, canal_id, prioridade, status, quantos
    FROM atendimento_contagens WHERE quantos <> 0
)
(TABLE devidas EXCEPT TABLE contadas) UNION ALL (TABLE contadas EXCEPT TABLE devidas)
"""
"""Counts that are not what counting the tickets gives."""
