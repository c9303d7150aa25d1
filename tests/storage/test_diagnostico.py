"""The invariants of what is kept beside the tickets: what the engine writes keeps them, and a break of each is seen."""

from __future__ import annotations

import asyncio

import pytest

from engine.modelo import ArquivoRow
from storage.diagnostico import INVARIANTES, Diagnostico
from tests.storage.linhas import AGORA, Escritor, aberto, arquivo, contato, fila, por_fora

UNIR_ANA_A_RUI = """
UPDATE atendimento_contatos SET unido_a = (SELECT id FROM atendimento_contatos WHERE nome = 'Rui') WHERE nome = 'Ana'
"""
"""A chain: somebody was merged into Ana before."""


async def encher(dsn: str) -> str:
    """A small empresa in order; its id."""
    async with aberto(dsn) as banco:
        escritor = await Escritor.de(banco)
        geral = fila(escritor.id, id=escritor.fila_id)
        ana, rui = contato(escritor.id, nome="Ana"), contato(escritor.id, nome="Rui")
        unido = contato(escritor.id, unido_a=ana.id)
        tickets = [escritor.ticket(contato_id=unido.id), escritor.ticket(status="FECHADO", excluido_em=AGORA)]
        foto = arquivo()
        mensagem = escritor.mensagem(tickets[0], 1, arquivo=foto)
        registro = ArquivoRow(escritor.id, foto.id, tickets[0].id, mensagem.id, foto, AGORA)
        evento = escritor.evento(tickets[0].id, 1)
        await banco.store.commit(escritor.lote(geral, ana, rui, unido, *tickets, mensagem, registro, evento))
        return escritor.id


@pytest.mark.parametrize(
    ("estrago", "invariante"),
    [
        ("SELECT 1", None),
        ("UPDATE atendimento_contagens SET quantos = quantos + 1 WHERE corte = 4", "contagens"),
        ("UPDATE atendimento_contagens SET quantos = quantos + 1 WHERE corte = 1", "contagens"),
        ("DELETE FROM atendimento_contagens WHERE corte = 2", "contagens"),
        ("UPDATE atendimento_contagens SET fila_id = gen_random_uuid() WHERE corte = 4", "contagens"),
        ("UPDATE atendimento_tickets SET excluido_em = 1", "contagens"),
        ("UPDATE atendimento_tickets SET contato_id = gen_random_uuid()", "contatos"),
        ("UPDATE atendimento_contatos SET unido_a = gen_random_uuid() WHERE nome = 'Rui'", "unidos"),
        (UNIR_ANA_A_RUI, "unidos"),
        ("DELETE FROM atendimento_fila_contatos", "contatos das filas"),
        ("UPDATE atendimento_fila_contatos SET contato_id = gen_random_uuid()", "contatos das filas"),
        ("DELETE FROM atendimento_arquivos", "arquivos"),
        ("UPDATE atendimento_arquivos SET mensagem_id = gen_random_uuid()", "arquivos"),
    ],
)  # fmt: skip
def test_what_the_engine_writes_is_in_order_and_each_way_to_break_it_is_seen(
    postgres_dsn: str, estrago: str, invariante: str | None
) -> None:
    async def main() -> None:
        empresa_id = await encher(postgres_dsn)
        async with por_fora(postgres_dsn) as con:
            await con.execute(estrago)
        async with Diagnostico(postgres_dsn) as banco:
            achados = {um.nome: await banco.violacoes(um) for um in INVARIANTES}
        quebradas = {nome for nome, violacoes in achados.items() if violacoes}
        assert quebradas == (set() if invariante is None else {invariante})
        assert {violacao.empresa_id for nome in quebradas for violacao in achados[nome]} <= {empresa_id}

    asyncio.run(main())
