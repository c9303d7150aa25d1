"""Contacts and search: found by address, by id, by words, in any writing; and only in their own empresa."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from engine.contatos import chave_de_email, chave_de_telefone, chaves
from engine.modelo import ContatoChaveRow, ContatoRow
from engine.ports import ContatosAchados, FiltroContatos
from storage import Banco
from tests.storage.linhas import AGORA, Escritor, aberto, contato, novo_id


def com_chaves(linhas: Sequence[ContatoRow]) -> list[ContatoRow | ContatoChaveRow]:
    """Contacts with their addresses."""
    proprias = [
        ContatoChaveRow(row.empresa_id, chave, row.id) for row in linhas for chave in chaves(row.telefone, row.email)
    ]
    return [*linhas, *proprias]


async def gravar(banco: Banco, escritor: Escritor, *linhas: ContatoRow | ContatoChaveRow) -> None:
    await banco.store.commit(escritor.lote(*linhas, eventos=1))


def test_the_engine_finds_contacts_by_address_by_id_and_with_all_that_were_merged_into_them(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ana = contato(escritor.id, nome="Ana", telefone="5511999998888", email="Ana@x.y", observacao="vip")
            rui = contato(escritor.id, nome="Rui", telefone=None, email="rui@x.y")
            unido = contato(escritor.id, nome="Ana 2", telefone=None, unido_a=ana.id)
            excluido = contato(escritor.id, nome="Eva", telefone="5511777776666", excluido_em=AGORA)
            solta = ContatoChaveRow(escritor.id, chave_de_email("ninguem@x.y"), None)
            await gravar(banco, escritor, *com_chaves([ana, rui, unido, excluido]), solta)

            de_telefone, de_email = chave_de_telefone("551199998888"), chave_de_email("ana@X.Y")
            procuradas = [de_telefone, de_email, solta.chave, chave_de_telefone("5511777776666"), "tel:0"]
            ler = banco.store.contatos
            achados = await ler(escritor.id, procuradas, [])
            assert achados.chaves == {de_telefone: ana.id, de_email: ana.id}
            assert {row.id: row for row in achados.contatos} == {ana.id: ana, unido.id: unido}
            assert await ler(escritor.id, [], [rui.id]) == ContatosAchados({}, [rui])
            assert await ler(escritor.id, [], [unido.id]) == ContatosAchados({}, [unido])
            assert await ler(escritor.id, [], [excluido.id, novo_id()]) == ContatosAchados({}, [])
            assert await ler(escritor.id, [], []) == ContatosAchados({}, [])
            outra = await Escritor.de(banco)
            assert await ler(outra.id, procuradas, [ana.id, rui.id]) == ContatosAchados({}, [])

    asyncio.run(main())


def test_a_contact_is_read_with_the_merged_ones_answering_as_the_one_that_stands_for_them(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outra = await Escritor.de(banco), await Escritor.de(banco)
            ana = contato(escritor.id, nome="Ana")
            unido = contato(escritor.id, nome="Ana 2", unido_a=ana.id)
            excluido = contato(escritor.id, nome="Eva", excluido_em=AGORA)
            ticket = escritor.ticket(contato_id=unido.id)
            await banco.store.commit(escritor.lote(ana, unido, excluido, ticket, eventos=1))
            ler = banco.leituras.contato
            assert await ler(escritor.id, ana.id) == ana
            assert await ler(escritor.id, unido.id) == ana
            assert await ler(escritor.id, excluido.id) is None
            assert await ler(outra.id, ana.id) is None
            detalhe = await banco.leituras.detalhe(escritor.id, ticket.id, 10)
            assert detalhe is not None
            assert detalhe.contato == ana

    asyncio.run(main())


def test_contacts_are_listed_by_name_without_those_that_are_gone(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor, outra = await Escritor.de(banco), await Escritor.de(banco)
            vivos = [contato(escritor.id, nome=f"Nome {n // 2}", telefone=f"551188887{n:03}") for n in range(9)]
            sumidos = [
                contato(escritor.id, nome="A", unido_a=vivos[0].id),
                contato(escritor.id, nome="B", excluido_em=AGORA),
            ]
            await gravar(banco, escritor, *com_chaves(vivos), *sumidos)
            await gravar(banco, outra, *com_chaves([contato(outra.id)]))
            por_nome = sorted(vivos, key=lambda row: (row.nome, row.id))
            ler = banco.leituras.contatos
            paginas = [await ler(escritor.id, FiltroContatos(), pagina, 4) for pagina in (1, 2, 3, 4)]
            assert paginas == [(por_nome[:4], 9), (por_nome[4:8], 9), (por_nome[8:], 9), ([], 9)]
            busca = [await ler(escritor.id, FiltroContatos(busca="nome"), pagina, 6) for pagina in (1, 2)]
            assert busca == [(por_nome[:6], 9), (por_nome[6:], 9)]
            assert await ler(escritor.id, FiltroContatos(busca="!?"), 1, 6) == ([], 0)
            chave = chave_de_telefone("551188887003")
            assert await ler(escritor.id, FiltroContatos(chave=chave), 1, 6) == ([vivos[3]], 1)
            assert await ler(escritor.id, FiltroContatos(chave=chave, busca="nome 1"), 1, 6) == ([vivos[3]], 1)
            assert await ler(escritor.id, FiltroContatos(chave=chave, busca="nome 2"), 1, 6) == ([], 0)
            assert await ler(escritor.id, FiltroContatos(chave=chave), 2, 6) == ([], 1)
            assert await ler(outra.id, FiltroContatos(chave=chave), 1, 6) == ([], 0)

    asyncio.run(main())
