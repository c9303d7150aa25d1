from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.modelo import EventoRow, MembroRow, Papel, TicketRow
from tests.web.gateway_apoio import EMPRESA, FORMATO, Cliente, empresa_parada, pessoa, uid
from web.gateway import AjustesGateway, Conexao
from web.gateway._plateia import Plateia
from web.gateway._visao import alcanca

FILAS = [uid(n) for n in range(50, 53)]
TICKETS = [uid(n) for n in range(60, 64)]
PESSOAS = 5
TIPOS = [
    "ticket_criado", "ticket_atribuido", "ticket_transferido", "nova_mensagem", "mensagem_status", "mensagens_lidas",
    "mensagem_excluida", "nota_interna", "nota_atualizada", "nota_excluida", "mencao",
]  # fmt: skip


def ticket_row(ticket_id: str, fila_id: str, atendente_id: str | None) -> TicketRow:
    return TicketRow(
        EMPRESA, ticket_id, 1, "ABERTO", "NORMAL", "João", None, None, None, fila_id, atendente_id, None, False,
        0, 0, 0, None, None, None,
    )  # fmt: skip


donos = st.none() | st.integers(0, PESSOAS - 1).map(uid)
filas = st.sampled_from(FILAS)


@st.composite
def eventos(draw: st.DrawFn) -> EventoRow:
    if draw(st.integers(0, 9)) == 0:
        tipo = draw(st.sampled_from(["fila_criada", "canal_atualizado"]))
        return EventoRow(
            EMPRESA, 1, tipo, 0, None, None, None, None, None, None, "sistema", '{"x":1}', None
        )  # fmt: skip
    return EventoRow(
        EMPRESA, 1, draw(st.sampled_from(TIPOS)), 0, draw(st.sampled_from(TICKETS)), draw(filas), draw(donos),
        draw(st.none() | filas), draw(donos), None, "sistema", '{"x":1}', None, draw(donos),
    )  # fmt: skip


papeis: st.SearchStrategy[Papel] = st.sampled_from(["atendente", "atendente", "supervisor", "admin", "conector"])


@settings(deadline=None)
@given(
    membros=st.sets(st.tuples(filas, st.integers(0, PESSOAS - 1))),
    conectados=st.lists(st.tuples(st.integers(0, PESSOAS - 1), papeis, st.sets(st.sampled_from(TICKETS))), max_size=8),
    evento=eventos(),
)
def test_the_indexes_find_exactly_the_connections_that_the_rules_allow(
    membros: set[tuple[str, int]], conectados: list[tuple[int, Papel, set[str]]], evento: EventoRow
) -> None:
    async def main() -> None:
        viva = empresa_parada()
        plateia = Plateia(viva.diretorio, AjustesGateway())
        for fila_id, numero in membros:
            viva.vincular([MembroRow(viva.name, fila_id, uid(numero), True)])
        conexoes = []
        for numero, papel, salas in conectados:
            conexao = Conexao(FORMATO, Cliente(), 1)
            conexao.quem = pessoa(numero, papel)
            plateia.entrou(conexao)
            for ticket_id in salas:
                plateia.entrar_na_sala(conexao, ticket_row(ticket_id, FILAS[0], None))
            conexoes.append(conexao)
        permitidas = {c for c in conexoes if alcanca(viva.diretorio, c.quem, c.salas, evento)}
        assert set(plateia.leitores(evento)) == permitidas
        for conexao in conexoes:
            plateia.saiu(conexao)
        assert not any((plateia.conexoes, plateia.por_usuario, plateia.salas, plateia.veem_tudo))

    asyncio.run(main())


def test_how_the_empresa_is_connected_is_not_told_to_atendentes() -> None:
    evento = EventoRow(
        EMPRESA, 1, "canal_criado", 0, None, None, None, None, None, None, "admin", '{"canal":{}}', None
    )  # fmt: skip
    viva = empresa_parada()
    assert not alcanca(viva.diretorio, pessoa(1, "atendente"), set(), evento)
    assert alcanca(viva.diretorio, pessoa(2, "supervisor"), set(), evento)
    assert alcanca(viva.diretorio, pessoa(3, "conector"), set(), evento)
