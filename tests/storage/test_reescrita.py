"""What the version before wrote is found by the rules of this one, once it was written anew."""

from __future__ import annotations

import asyncio
from typing import Any

from engine.busca import termos_do_contato, termos_do_ticket, ticket_busca
from engine.contatos import chave_de_email, chave_de_telefone, chaves
from engine.modelo import ContatoChaveRow
from engine.ports import FiltroContatos, FiltroTickets, StoreAway
from storage import Banco, reescrita
from storage.conexao import Conexao
from tests.storage.linhas import AGORA, Escritor, aberto, contato, por_fora

ANTES = (
    # telefone, email, and the keys of before
    ("11999998888", None, ["tel:11999998888"]),
    ("55011988887777", "Ana@X.com", ["tel:55011988887777", "email:ana@x.com"]),
    ("5491123456789", "straße@x.com", ["tel:5491123456789", "email:strasse@x.com"]),
    ("5215512345678", None, ["tel:5215512345678"]),
    ("442079460958", "joao@x.com", ["tel:442079460958", "email:joao@x.com"]),
    ("12345678", None, ["tel:12345678"]),
    ("51987654321", None, ["tel:51987654321"]),  # Peru's: it came with its country, and is no Brazilian's now
)


async def semear(banco: Banco, con: Conexao) -> tuple[Escritor, list[Any]]:
    """What the version before had written: other words, other keys, and its note that it did."""
    escritor = await Escritor.de(banco)
    contatos = [contato(escritor.id, nome="Ana", telefone=tel, email=email) for tel, email, _ in ANTES]
    antigas = [
        ContatoChaveRow(escritor.id, chave, row.id)
        for row, (_, _, de_antes) in zip(contatos, ANTES, strict=True)
        for chave in de_antes
    ]
    tickets = [escritor.ticket(assunto=f"Pedido 2024-{n:03}", contato_email="ana@exemplo.com") for n in range(7)]
    lote = escritor.lote(*contatos, *antigas, *tickets, *(ticket_busca(ticket) for ticket in tickets), eventos=1)
    await banco.store.commit(lote)
    await con.execute("UPDATE atendimento_contatos SET termos = 'velho' WHERE empresa_id = $1", escritor.id)
    await con.execute("UPDATE atendimento_tickets_busca SET termos = 'velho' WHERE empresa_id = $1", escritor.id)
    await anotar(con, escritor.id)
    return escritor, [contatos, tickets]


async def anotar(con: Conexao, empresa_id: str) -> None:
    await con.execute("DELETE FROM atendimento_reescritas")
    await con.execute(
        "INSERT INTO atendimento_reescritas SELECT $1, o_que, '00000000-0000-0000-0000-000000000000' "
        "FROM unnest(ARRAY['contatos', 'tickets']) o_que",
        empresa_id,
    )


async def por_inteiro(banco: Banco, limite: int) -> int:
    passos = 0
    while await banco.store.reescrever(limite):
        passos += 1
    return passos


def test_all_that_was_there_is_written_anew_a_little_at_a_time(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con:
            escritor, (contatos, tickets) = await semear(banco, con)
            assert await por_inteiro(banco, 4) == 4  # seven contacts and seven tickets, four at a time
            assert await con.fetchval("SELECT count(*) FROM atendimento_reescritas") == 0
            ler = banco.leituras
            for busca in ("2024-003", "2024003", "003"):
                achados, _ = await ler.tickets(escritor.id, FiltroTickets(busca=busca), 1, 10)
                assert [row.id for row in achados] == [tickets[3].id]
            assert (await ler.tickets(escritor.id, FiltroTickets(busca="exemplo.com"), 1, 10))[1] == 7
            for busca, qual in (("020 7946 0958", 4), ("joao@x.com", 4), ("+55 11 99999-8888", 0)):
                encontrados, _ = await ler.contatos(escritor.id, FiltroContatos(busca=busca), 1, 10)
                assert [row.id for row in encontrados] == [contatos[qual].id], busca

    asyncio.run(main())


def test_who_has_an_address_is_found_by_its_key_of_now_and_letters_are_not_joined(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con:
            escritor, (contatos, _) = await semear(banco, con)
            await por_inteiro(banco, 100)
            agora = {
                chave_de_telefone("5511999998888"): 0,
                chave_de_telefone("551199998888"): 0,
                chave_de_telefone("5511988887777"): 1,
                chave_de_email("ana@x.com"): 1,
                chave_de_telefone("541123456789"): 2,
                chave_de_email("STRAßE@x.com"): 2,
                chave_de_telefone("525512345678"): 3,
                "tel:12345678": 5,
                chave_de_telefone("51987654321"): 6,
            }
            alheias = [chave_de_email("strasse@x.com"), chave_de_telefone("5551987654321")]
            achados = await banco.store.contatos(escritor.id, [*agora, *alheias], [])
            assert achados.chaves == {chave: contatos[qual].id for chave, qual in agora.items()}

    asyncio.run(main())


def test_what_is_somebodys_already_stays_so_and_what_was_deleted_gets_nothing(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con:
            escritor = await Escritor.de(banco)
            velho = contato(escritor.id, telefone="11999998888")
            novo = contato(escritor.id, telefone="5511999998888")
            excluido = contato(escritor.id, telefone="11988887777", excluido_em=AGORA)
            (chave,) = chaves(novo.telefone, None)
            linhas = (velho, novo, excluido, ContatoChaveRow(escritor.id, chave, novo.id))
            await banco.store.commit(escritor.lote(*linhas, eventos=1))
            await anotar(con, escritor.id)
            await por_inteiro(banco, 2)
            procuradas = [chave, chave_de_telefone("5511988887777")]
            assert (await banco.store.contatos(escritor.id, procuradas, [])).chaves == {chave: novo.id}

    asyncio.run(main())


def test_a_row_that_is_being_written_is_left_to_its_writer_and_nobody_waits(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con, por_fora(postgres_dsn) as outra:
            escritor, (contatos, tickets) = await semear(banco, con)
            async with outra.transaction():
                await outra.execute(
                    "UPDATE atendimento_contatos SET termos = 'novo' WHERE empresa_id = $1 AND id = $2",
                    escritor.id, contatos[0].id,
                )  # fmt: skip
                await outra.execute(
                    "UPDATE atendimento_tickets_busca SET termos = 'novo' WHERE empresa_id = $1 AND ticket_id = $2",
                    escritor.id, tickets[0].id,
                )  # fmt: skip
                async with asyncio.timeout(30):
                    await por_inteiro(banco, 100)
            dele = "SELECT termos::text FROM atendimento_contatos WHERE id = ANY($1::uuid[]) ORDER BY id"
            ids = [contatos[0].id, contatos[4].id]
            escritos = [termos for (termos,) in await con.fetch(dele, ids)]
            esperado = await con.fetchval("SELECT ($1::tsvector)::text", termos_do_contato(contatos[4]))
            assert set(escritos) == {"'novo'", esperado}
            do_ticket = "SELECT termos::text FROM atendimento_tickets_busca WHERE ticket_id = $1"
            assert await con.fetchval(do_ticket, tickets[0].id) == "'novo'"
            esperado = await con.fetchval("SELECT ($1::tsvector)::text", termos_do_ticket(ticket_busca(tickets[1])))
            assert await con.fetchval(do_ticket, tickets[1].id) == esperado

    asyncio.run(main())


def test_it_goes_on_until_nothing_is_left_and_tries_again_what_has_failed(monkeypatch: Any) -> None:
    monkeypatch.setattr(reescrita, "_PAUSA_S", 0)
    monkeypatch.setattr(reescrita, "_ESPERA_S", 0)
    respostas: list[bool | Exception] = [True, StoreAway("banco_indisponivel", "fora"), True, False]
    pedidos: list[int] = []

    async def reescrever(limite: int) -> bool:
        pedidos.append(limite)
        resposta = respostas.pop(0)
        if isinstance(resposta, Exception):
            raise resposta
        return resposta

    asyncio.run(reescrita.rodar(reescrever))
    assert respostas == []
    assert len(set(pedidos)) == 1
