"""The invariants of what is kept beside the tickets: what the engine writes keeps them, and a break of each is seen."""

from __future__ import annotations

import asyncio

import pytest

from engine.modelo import ArquivoRow, Row
from storage.diagnostico import INVARIANTES, Diagnostico
from tests.storage.contrato import canal
from tests.storage.linhas import AGORA, Escritor, aberto, arquivo, contato, envio, fila, por_fora

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
        await banco.store.commit(escritor.lote(*do_canal(escritor, rui.id), eventos=1))
        return escritor.id


def do_canal(escritor: Escritor, contato_id: str) -> list[Row]:
    """A channel, its conversation with that contact, one of before, and what it sends."""
    site = canal(escritor.id)
    deles = {"canal_id": site.id, "contato_id": contato_id, "do_canal": True}
    conversa, de_antes = escritor.ticket(**deles), escritor.ticket(**deles, status="RESOLVIDO")
    rows: list[Row] = [site, conversa, de_antes]
    for n, (status, estado, prazo) in enumerate(ENVIOS, 2):
        mensagem = escritor.mensagem(conversa, n, direcao="enviada", status_entrega=status)
        dela = {"id": mensagem.id, "mensagem_id": mensagem.id, "ticket_id": conversa.id, "estado": estado}
        rows += [mensagem, envio(escritor.id, site.id, 2 * n, **dela, prazo=prazo)]
    return rows


CONVERSAS_DE_UNIDOS = """
    UPDATE atendimento_tickets t
    SET status = 'PENDENTE', contato_id = k.id
    FROM atendimento_contatos k
    WHERE t.status = 'RESOLVIDO' AND k.unido_a IS NOT NULL;
    UPDATE atendimento_contatos SET unido_a = (SELECT id FROM atendimento_contatos WHERE nome = 'Rui')
    WHERE unido_a IS NOT NULL
"""
ENVIOS: tuple[tuple[str, str, int | None], ...] = (
    ("pendente", "pendente", None),
    ("pendente", "enviando", 2**50),
    ("pendente", "desconhecido", 2**50),
    ("entregue", "entregue", None),
    ("falhou", "falhou", None),
    ("falhou", "cancelado", None),
)
"""What a message shows, of a job in which state, with which deadline."""


@pytest.mark.parametrize(
    ("estrago", "invariante"),
    [
        ("SELECT 1", None),
        ("UPDATE atendimento_contagens SET quantos = quantos + 1 WHERE corte = 4", "contagens"),
        ("UPDATE atendimento_contagens SET quantos = quantos + 1 WHERE corte = 1", "contagens"),
        ("DELETE FROM atendimento_contagens WHERE corte = 2", "contagens"),
        ("UPDATE atendimento_contagens SET fila_id = gen_random_uuid() WHERE corte = 4", "contagens"),
        ("UPDATE atendimento_tickets SET excluido_em = 1 WHERE NOT do_canal", "contagens"),
        ("UPDATE atendimento_tickets SET contato_id = gen_random_uuid()", "contatos"),
        ("UPDATE atendimento_contatos SET unido_a = gen_random_uuid() WHERE nome = 'Rui'", "unidos"),
        (UNIR_ANA_A_RUI, "unidos"),
        ("DELETE FROM atendimento_fila_contatos", "contatos das filas"),
        ("UPDATE atendimento_fila_contatos SET contato_id = gen_random_uuid()", "contatos das filas"),
        ("UPDATE atendimento_tickets SET status = 'PENDENTE' WHERE status = 'RESOLVIDO'", "contagens, conversas"),
        (CONVERSAS_DE_UNIDOS, "contagens, conversas"),
        ("UPDATE atendimento_envios SET estado = 'lido' WHERE estado = 'entregue'", "envios"),
        ("UPDATE atendimento_mensagens SET status_entrega = 'enviado' WHERE status_entrega = 'pendente'", "envios"),
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
        assert quebradas == (set() if invariante is None else {*invariante.split(", ")})
        assert {violacao.empresa_id for nome in quebradas for violacao in achados[nome]} <= {empresa_id}

    asyncio.run(main())


@pytest.mark.parametrize(
    ("estado", "atraso", "visto"),
    [
        ("desconhecido", "11 seconds", True),
        ("desconhecido", "5 seconds", False),
        ("enviando", "11 seconds", False),
        ("enviando", "2 hours", True),
        ("pendente", "2 hours", False),
    ],
)
def test_a_job_past_its_deadline_is_seen_while_somebody_serves_the_empresa(
    postgres_dsn: str, estado: str, atraso: str, *, visto: bool
) -> None:
    """A connector may go on with what it has; of what is in doubt nothing puts the deadline off."""
    prazos = next(um for um in INVARIANTES if um.nome == "prazos")

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            site = canal(escritor.id)
            await banco.store.commit(escritor.lote(site, envio(escritor.id, site.id, 1, estado=estado), eventos=1))
            async with por_fora(postgres_dsn) as con:
                await con.execute(PASSAR, atraso)
            async with Diagnostico(postgres_dsn) as diagnostico:
                assert [um.empresa_id for um in await diagnostico.violacoes(prazos)] == [escritor.id] * visto
        async with Diagnostico(postgres_dsn) as diagnostico:
            assert await diagnostico.violacoes(prazos) == [], "nobody serves it"

    asyncio.run(main())


PASSAR = "UPDATE atendimento_envios SET prazo = (extract(epoch FROM now() - $1::text::interval) * 1000)::bigint"
