"""A database of the first version, with what people had written in it, brought to this one."""

from __future__ import annotations

import asyncio

from engine.contatos import chave_de_email, chave_de_telefone
from engine.ports import FiltroContatos, FiltroTickets, Vidente
from engine.vistas import json_text
from storage import Banco, migrar
from storage.diagnostico import INVARIANTES, Diagnostico
from storage.migrar import migracoes
from tests.storage.linhas import AGORA, aberto, novo_id, por_fora

EMPRESA, OUTRA, FILA, ATENDENTE = (novo_id() for _ in range(4))

TICKETS = (
    # nome, telefone, email, assunto, status
    ("João Ávila", "5511999998888", "joao@x.y", "Pedido não chegou", "FECHADO"),
    ("João d'Ávila", "551199998888", None, None, "FECHADO"),  # the same phone, without its ninth digit
    ("J. Ávila", None, "JOAO@x.y", None, "ABERTO"),  # the same e-mail, without a phone
    ("Marta", "5521333334444", "joao@x.y", None, "FECHADO"),  # uses his e-mail since: it is hers now
    ("Rui", None, "rui@x.y", None, "EM_ANDAMENTO"),
    ("Ninguém", None, None, "Sem endereço", "FECHADO"),
)


async def semear(dsn: str) -> None:
    """What the first version had in it; the second empresa has the same people."""
    await migrar(dsn, migracoes()[:1])
    async with por_fora(dsn) as con:
        for empresa_id in (EMPRESA, OUTRA):
            await con.execute("INSERT INTO atendimento_empresas VALUES ($1, 'E', 7)", empresa_id)
            await con.execute(
                "INSERT INTO atendimento_leases VALUES ($1, 1, 0, 0, $2, NULL, '', 0)", empresa_id, len(TICKETS)
            )
            await con.execute(
                "INSERT INTO atendimento_filas VALUES ($1, $2, 'Geral', NULL, 'MENOS_OCUPADO', true, 'devolver', 5, "
                "true, 0, 0, NULL)",
                empresa_id,
                FILA,
            )
            await con.execute(
                "INSERT INTO atendimento_atendentes VALUES ($1, $2, 'Ana', 'a@x.y', 5, '{}', true, 'disponivel', NULL, "
                "false, NULL, 0, 0, 0, NULL)",
                empresa_id,
                ATENDENTE,
            )
            for numero, (nome, telefone, email, assunto, status) in enumerate(TICKETS, 1):
                await con.execute(
                    "INSERT INTO atendimento_tickets VALUES ($1, $2, $3, $4, 'NORMAL', $5, $6, $7, $8, $9, $10, NULL, "
                    "false, $11, $11, $11, NULL, NULL, NULL)",
                    empresa_id,
                    novo_id(),
                    numero,
                    status,
                    nome,
                    telefone,
                    email,
                    assunto,
                    FILA,
                    ATENDENTE if status == "EM_ANDAMENTO" else None,
                    AGORA + numero,
                )


async def achados(banco: Banco, empresa_id: str, **campos: str) -> list[int]:
    tickets, total = await banco.leituras.tickets(empresa_id, FiltroTickets(ordem="antigas", **campos), 1, 100)  # type: ignore[arg-type]
    assert total == len(tickets)
    return [ticket.numero for ticket in tickets]


def test_the_tickets_there_were_are_counted_found_and_have_their_contacts(postgres_vazio: str) -> None:
    async def main() -> None:
        await semear(postgres_vazio)
        assert await migrar(postgres_vazio) == [uma.nome for uma in migracoes()[1:]]
        async with Diagnostico(postgres_vazio) as diagnostico:
            for invariante in INVARIANTES:
                assert await diagnostico.violacoes(invariante) == [], invariante.nome
        async with aberto(postgres_vazio) as banco:
            for empresa_id in (EMPRESA, OUTRA):
                await conferir(banco, empresa_id)
            while await banco.store.reescrever(2):
                pass
            for empresa_id in (EMPRESA, OUTRA):
                assert await achados(banco, empresa_id, busca="joao avi") == [1, 2, 3]  # by his e-mail too, now
                assert await achados(banco, empresa_id, busca="JOAO@x.y") == [1, 3, 4]
                assert await achados(banco, empresa_id, busca="(0)11 99999-8888") == [1, 2]
            imagem = await banco.store.activate(EMPRESA, provision=False, now=AGORA)
            assert [ticket.numero for ticket in imagem.tickets] == [3, 5]
            assert (imagem.empresa.capacidade_padrao, imagem.empresa.janela_reabertura) == (5, None)
            assert imagem.empresa.pais_padrao == "BR"

    asyncio.run(main())


async def conferir(banco: Banco, empresa_id: str) -> None:
    assert await achados(banco, empresa_id) == [1, 2, 3, 4, 5, 6]
    assert await achados(banco, empresa_id, status="ABERTO") == [3]
    assert await achados(banco, empresa_id, atendente_id=ATENDENTE) == [5]
    assert await achados(banco, empresa_id, busca="joao avi") == [1, 2]
    assert await achados(banco, empresa_id, busca="99998888") == [1, 2]
    assert await achados(banco, empresa_id, busca="pedido NÃO") == [1]
    assert await achados(banco, empresa_id, busca="6") == [6]

    chaves = {
        chave_de_telefone("5511999998888"): "João d'Ávila",
        chave_de_telefone("5521333334444"): "Marta",
        chave_de_email("joao@x.y"): "Marta",
        chave_de_email("rui@x.y"): "Rui",
    }
    de = await banco.store.contatos(empresa_id, chaves, [])
    nomes = {contato.id: contato.nome for contato in de.contatos}
    assert {chave: nomes[id_] for chave, id_ in de.chaves.items()} == chaves
    por_nome = {contato.nome: contato for contato in de.contatos}
    assert (por_nome["João d'Ávila"].telefone, por_nome["João d'Ávila"].email) == ("551199998888", None)
    assert (por_nome["Marta"].telefone, por_nome["Marta"].email) == ("5521333334444", "joao@x.y")
    assert await achados(banco, empresa_id, contato_id=por_nome["João d'Ávila"].id) == [1, 2]
    assert await achados(banco, empresa_id, contato_id=por_nome["Marta"].id) == [3, 4]
    assert await achados(banco, empresa_id, contato_id=por_nome["Rui"].id) == [5]
    assert (await banco.leituras.contatos(empresa_id, FiltroContatos(busca="rui x"), 1, 10))[1] == 1
    assert (await banco.leituras.contatos(empresa_id, FiltroContatos(), 1, 10))[1] == 3
    da_fila = FiltroContatos(visivel_para=Vidente(novo_id(), (FILA,)))
    assert (await banco.leituras.contatos(empresa_id, da_fila, 1, 10))[1] == 3


MUDADO = """
INSERT INTO atendimento_eventos VALUES ($1, 1, 'contato_atualizado', 1, NULL, NULL, NULL, NULL, NULL, NULL, 'admin',
    json_build_object('contato', json_build_object('id', $2::uuid))::text,
    '{"telefone":["5511999998888","5511977776666"]}')
"""


def test_an_address_that_was_changed_in_an_older_version_is_free(postgres_vazio: str) -> None:
    async def main() -> None:
        anteriores = [uma for uma in migracoes() if uma.nome < "0009"]
        await migrar(postgres_vazio, anteriores)
        ana, segunda = chave_de_telefone("551199998888"), chave_de_email("segundo@x.y")
        atual = chave_de_telefone("5511977776666")
        contato_id, empresa_id = novo_id(), novo_id()
        async with por_fora(postgres_vazio) as con:
            await con.execute(
                "INSERT INTO atendimento_contatos VALUES ($1, $2, 'Ana', '5511977776666', 'ana@x.y', NULL, NULL, 1, 2, "
                "NULL, '')",
                empresa_id,
                contato_id,
            )
            for chave in (ana, segunda, atual):
                await con.execute(
                    "INSERT INTO atendimento_contato_chaves VALUES ($1, $2, $3)", empresa_id, chave, contato_id
                )
            await con.execute(MUDADO, empresa_id, contato_id)
        await migrar(postgres_vazio)
        async with aberto(postgres_vazio) as banco:
            achados = await banco.store.contatos(empresa_id, [ana, segunda, atual], [])
            assert achados.chaves == {segunda: contato_id, atual: contato_id}, "what was only added leads there still"

    asyncio.run(main())


def test_what_an_older_version_had_deleted_is_blank(postgres_vazio: str) -> None:
    """A message, a ticket with one, and a contact with a closed ticket; all of them also in the log."""
    empresa_id, ana, bia = novo_id(), novo_id(), novo_id()
    vivo, excluido, mensagem, do_excluido = (novo_id() for _ in range(4))

    async def semear_exclusoes() -> None:
        await migrar(postgres_vazio, [uma for uma in migracoes() if uma.nome < "0013"])
        async with por_fora(postgres_vazio) as con:
            await con.execute("INSERT INTO atendimento_empresas VALUES ($1, 'E', 7)", empresa_id)
            for id_, nome, termos, em in ((ana, "Ana Secreta", "'x secreta'", 5), (bia, "Bia", "", None)):
                await con.execute(
                    "INSERT INTO atendimento_contatos VALUES ($1, $2, $3, '5511999998888', NULL, 'deve', NULL, 1, 2,"
                    " $4, $5::text::tsvector)", empresa_id, id_, nome, em, termos,
                )  # fmt: skip
            await con.execute(
                "INSERT INTO atendimento_contato_chaves VALUES ($1, 'email:secreta@x.y', $2)", empresa_id, ana
            )
            for numero, (id_, dono, em) in enumerate(((vivo, ana, None), (excluido, bia, 5)), 1):
                await con.execute(
                    "INSERT INTO atendimento_tickets VALUES ($1, $2, $3, 'FECHADO', 'NORMAL', 'Ana Secreta',"
                    " '5511999998888', NULL, 'Pedido', $4, NULL, NULL, false, 1, 1, 1, NULL, NULL, NULL, $5, $6)",
                    empresa_id, id_, numero, FILA, dono, em,
                )  # fmt: skip
                await con.execute(
                    "INSERT INTO atendimento_tickets_busca VALUES ($1, $2, $3, '''secreta''')", empresa_id, id_, numero
                )
            for seq, (id_, ticket_id, em) in enumerate(((mensagem, vivo, 5), (do_excluido, excluido, None)), 1):
                await con.execute(
                    "INSERT INTO atendimento_mensagens VALUES ($1, $2, $3, $4, 'dito em segredo', 'texto', 'recebida',"
                    " NULL, NULL, false, 'entregue', 1, NULL, $5)", empresa_id, id_, ticket_id, seq, em,
                )  # fmt: skip
                for tabela in ("atendimento_eventos", "atendimento_historico"):
                    for em_seq, tipo, dados in (
                        (seq, "nova_mensagem", {"id": id_, "conteudo": "dito em segredo"}),
                        (seq + 10, "ticket_criado", {"ticket": {"id": ticket_id, "contato_nome": "Ana Secreta"}}),
                    ):
                        await con.execute(
                            f"INSERT INTO {tabela} VALUES ($1, $2, $3, 1, $4, NULL, NULL, NULL, NULL, NULL,"
                            " 'admin', $5)", empresa_id, em_seq, tipo, ticket_id, json_text(dados),
                        )  # fmt: skip
            await con.execute(
                "INSERT INTO atendimento_eventos VALUES ($1, 20, 'contato_criado', 1, NULL, NULL, NULL, NULL, NULL,"
                " NULL, 'admin', $2)", empresa_id, json_text({"contato": {"id": ana, "nome": "Ana Secreta"}}),
            )  # fmt: skip
            await con.execute(
                "INSERT INTO atendimento_idempotencia VALUES ($1, $2, 'k', '', $3, 1)",
                empresa_id, novo_id(), json_text({"id": mensagem, "conteudo": "dito em segredo"}),
            )  # fmt: skip

    async def main() -> None:
        await semear_exclusoes()
        await migrar(postgres_vazio)
        async with aberto(postgres_vazio) as banco:
            while await banco.store.reescrever(2):
                pass
        async with por_fora(postgres_vazio) as con:
            tabelas = ("contatos", "contato_chaves", "tickets", "tickets_busca", "mensagens", "eventos", "historico")
            for tabela in (*tabelas, "idempotencia"):
                texto = str(await con.fetch(f"SELECT t::text FROM atendimento_{tabela} t"))
                assert not [segredo for segredo in ("ecreta", "segredo") if segredo in texto], (tabela, texto)
            assert await con.fetchval("SELECT count(*) FROM atendimento_eventos") == 5
            assert await con.fetchval("SELECT nome FROM atendimento_contatos WHERE id = $1", bia) == "Bia"
            assert await con.fetchval("SELECT assunto FROM atendimento_tickets WHERE id = $1", vivo) == "Pedido"

    asyncio.run(main())
