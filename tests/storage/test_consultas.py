"""The SQL files, and how PostgreSQL means to run what is in them."""

from __future__ import annotations

import asyncio
import re
from itertools import pairwise
from typing import Any, get_args

import pytest

from engine.modelo import ContatoChaveRow, DecisaoRow, EnvioRow, FilaRow, Ordem, Row, TicketRow
from engine.ports import Batch, FiltroTickets
from storage import lote
from storage.conexao import CARREGAR, GRAVAR, LER, Conexao, conectar, fechar
from storage.consultas import sql
from storage.listas import lista_de_tickets
from tests.storage.linhas import COFRE, Escritor, aberto, atendente, contato, fila, membro, novo_id, por_fora

POR_USO = (
    (GRAVAR, "gravar gravar_mensagens gravar_envios gravar_distribuicao gravar_tudo lease_conferir lease_devolver"),
    (CARREGAR, "lease_tomar lease_de_quem empresa_criar carregar_filas carregar_atendentes carregar_membros"),
    (CARREGAR, "carregar_tickets carregar_ticket carregar_canais carregar_segredos carregar_equipes"),
    (CARREGAR, "carregar_equipe_membros carregar_equipe_filas carregar_contatos carregar_idempotencia"),
    (CARREGAR, "carregar_mensagem carregar_modelos carregar_canais_com_envios mensagens_conhecidas ticket_do_canal"),
    (CARREGAR, "janela_do_contato carregar_escala carregar_arremates"),
    (CARREGAR, "envios_em_aberto envios_das_raias envios_adormecidos envios_de_fora envios_procurados"),
    (CARREGAR, "arquivos_esquecer eventos_podar"),
    (LER, "ler_detalhe ler_mensagens ler_mensagem ler_historico ler_eventos ler_primeiro_evento ler_lugares"),
    (LER, "ler_decisoes ler_nomes ler_estados ler_trafego"),
    (LER, "ler_situacao_dos_envios ler_mortos ler_mortos_a_tratar ler_cartas ler_modelos ler_canais_excluidos"),
    (LER, "ler_nao_lidas ler_contatos ler_contatos_achados ler_contato_da_chave ler_contato ler_arquivo"),
)


@pytest.fixture(params=["vazias", "com uma linha", "com uma linha, analisadas"])
def tabelas(request: pytest.FixtureRequest, postgres_dsn: str) -> str:
    """A database in the states in which PostgreSQL is most tempted to walk a whole table: it is so small."""

    async def encher() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            geral, maria = fila(escritor.id), atendente(escritor.id)
            participa = membro(escritor.id, geral.id, maria.id)
            mensagem, evento = escritor.mensagem(ticket, 1), escritor.evento(ticket.id, 1)
            joao = contato(escritor.id)
            chave = ContatoChaveRow(escritor.id, "tel:551199998888", joao.id)
            await banco.store.commit(escritor.lote(ticket, geral, maria, participa, mensagem, joao, chave, evento))

    if request.param != "vazias":
        asyncio.run(encher())
    if "analisadas" in request.param:
        asyncio.run(executar(postgres_dsn, "ANALYZE"))
    return postgres_dsn


async def executar(dsn: str, comando: str) -> None:
    async with por_fora(dsn) as con:
        await con.execute(comando)


def test_every_statement_finds_its_rows_by_an_index_that_begins_with_the_empresa(tabelas: str) -> None:
    async def main() -> None:
        for uso, nomes in POR_USO:
            con = await conectar(tabelas, uso)
            await con.execute("SET plan_cache_mode = force_generic_plan")
            for nome in nomes.split():
                plano = await planejar(con, nome)
                for linha, seguinte in pairwise([*plano, ""]):
                    if (
                        " Scan" in linha
                        and " on atendimento_" in linha
                        and not re.search("Bitmap Heap|Function", linha)
                    ):
                        assert "Index Cond" in seguinte, f"{nome}: " + "\n".join(plano)
                        assert "empresa_id" in seguinte, f"{nome}: " + "\n".join(plano)
            await fechar(con)

    asyncio.run(main())


def test_every_list_of_tickets_is_read_by_indexes_that_begin_with_the_empresa(tabelas: str) -> None:
    filtros: list[dict[str, Any]] = [
        {},
        {"status": "ABERTO"},
        {"fila_id": novo_id(), "prioridade": "ALTA"},
        {"visivel_para": novo_id(), "visivel_filas": (novo_id(),)},
        {"contato_id": novo_id()},
        {"busca": "joão"},
        {"busca": "joão", "status": "FECHADO"},
        {"adiado": True},
        {"adiado": True, "visivel_para": novo_id(), "visivel_filas": (novo_id(),)},
    ]
    ordens: tuple[Ordem, ...] = get_args(Ordem)

    async def main() -> None:
        con = await conectar(tabelas, LER)
        for ordem in ordens:
            for filtro in filtros:
                lista = lista_de_tickets(novo_id(), FiltroTickets(ordem=ordem, **filtro), 3, 20)
                assert lista is not None
                plano = [linha for (linha,) in await con.fetch(f"EXPLAIN {lista.texto}", *lista.argumentos)]
                for linha, seguinte in pairwise([*plano, ""]):
                    if (
                        " Scan" in linha
                        and " on atendimento_" in linha
                        and not re.search("Bitmap Heap|Function", linha)
                    ):
                        assert "Index Cond" in seguinte, "\n".join(plano)
                        assert "empresa_id" in seguinte, "\n".join(plano)
        await fechar(con)

    asyncio.run(main())


_USOS = "SELECT generic_plans + custom_plans FROM pg_prepared_statements WHERE statement LIKE $1"


def test_what_every_commit_asks_is_parsed_and_planned_once_however_long_it_is(dsn: str) -> None:
    """Each of the statements that write a batch, with nothing to write: sent twice, kept once."""

    async def main() -> None:
        con = await conectar(dsn, GRAVAR)
        lotes: list[dict[type[Row], list[Row]]] = [{}, {EnvioRow: []}, {TicketRow: []}, {DecisaoRow: []}, {FilaRow: []}]
        usos = []
        for _ in range(2):
            for rows in lotes:
                await lote.gravar(con, Batch([], rows), COFRE)
            usos.append([n for (n,) in await con.fetch(_USOS, "WITH nossas AS%")])
        await fechar(con)
        assert usos == [[1] * 5, [2] * 5]

    asyncio.run(main())


UMA_LINHA = (
    (GRAVAR, "gravar gravar_mensagens gravar_envios gravar_distribuicao gravar_tudo"),
    (
        CARREGAR,
        "carregar_ticket carregar_contatos mensagens_conhecidas ticket_do_canal janela_do_contato envios_procurados",
    ),
    (CARREGAR, "envios_em_aberto envios_das_raias envios_adormecidos envios_de_fora"),
    (LER, "ler_detalhe ler_mensagem ler_contato ler_contato_da_chave ler_arquivo ler_mensagens ler_cartas"),
)


def test_what_is_one_ticket_message_contact_or_address_is_looked_up_by_its_whole_key(tabelas: str) -> None:
    """Not by the empresa alone, of which a table that PostgreSQL knows as empty seems to hold one row."""

    async def main() -> None:
        for uso, nomes in UMA_LINHA:
            con = await conectar(tabelas, uso)
            await con.execute("SET plan_cache_mode = force_generic_plan")
            for nome in nomes.split():
                plano = await planejar(con, nome)
                for linha, seguinte in pairwise([*plano, ""]):
                    if re.search(r"Scan.* on atendimento_(tickets|mensagens|contatos|contato_chaves|envios)\b", linha):
                        assert re.search(r"Index Cond: .* AND ", seguinte), f"{nome}: " + "\n".join(plano)
            await fechar(con)

    asyncio.run(main())


@pytest.mark.parametrize("quantas", [1, 100])
def test_addresses_are_each_looked_up_by_their_key_however_many_are_asked_for(tabelas: str, quantas: int) -> None:
    """A plan made while the table seems to hold little would walk over all of the empresa's."""

    async def main() -> None:
        con = await conectar(tabelas, CARREGAR)
        chaves = [f"tel:{n}" for n in range(quantas)]
        plano = [linha for (linha,) in await con.fetch(f"EXPLAIN {sql('carregar_contatos')}", novo_id(), chaves, [])]
        await fechar(con)
        (condicao,) = (b for a, b in pairwise(plano) if re.search(r"Scan.* on atendimento_contato_chaves\b", a))
        assert re.search(r"Index Cond: .*empresa_id.* AND .*chave", condicao), "\n".join(plano)

    asyncio.run(main())


@pytest.mark.parametrize("nome", ["ler_mensagens", "ler_detalhe"])
def test_the_messages_of_a_ticket_are_met_in_their_order_and_not_sorted(postgres_dsn: str, nome: str) -> None:
    """However many there are: what is read is the page."""

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            await banco.store.commit(escritor.lote(ticket, eventos=1))
        async with por_fora(postgres_dsn) as con:
            await con.execute(ENCHER_TICKET, escritor.id, ticket.id)
            await con.execute("ANALYZE atendimento_mensagens")
        leitor = await conectar(postgres_dsn, LER)
        await leitor.execute("SET plan_cache_mode = force_generic_plan")
        plano = "\n".join(await planejar(leitor, nome))
        await fechar(leitor)
        pagina = r"Limit [^\n]*\n( *-> +Result [^\n]*\n *One-Time Filter[^\n]*\n)? *-> +Index Scan (Backward )?using "
        assert re.search(f"{pagina}atendimento_mensagens_ticket on", plano), plano

    asyncio.run(main())


ENCHER_TICKET = """
    INSERT INTO atendimento_mensagens
        (empresa_id, id, ticket_id, seq, conteudo, tipo, direcao, lida, status_entrega, criada_em)
    SELECT $1, gen_random_uuid(), $2, n, 'x', 'texto', 'recebida', false, 'entregue', 1000 + n / 2
    FROM generate_series(1, 5000) n
"""


async def planejar(con: Conexao, nome: str) -> list[str]:
    texto = sql(nome)
    quantos = max(int(numero) for numero in re.findall(r"\$(\d+)", texto))
    await con.execute(f"PREPARE {nome} AS {texto}")
    return [linha for (linha,) in await con.fetch(f"EXPLAIN EXECUTE {nome} ({', '.join(['NULL'] * quantos)})")]


def test_columns_that_are_written_once_are_put_where_they_are_named() -> None:
    assert not re.search(r"\{\w", sql("ler_detalhe"))
    assert sql("colunas_ticket") in sql("ler_detalhe")
    assert "--" not in sql("ler_detalhe")


def test_a_query_that_does_not_exist_is_an_error_when_it_is_named() -> None:
    with pytest.raises(KeyError, match="ler_tudo"):
        sql("ler_tudo")
