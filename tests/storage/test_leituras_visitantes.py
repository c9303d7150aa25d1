"""What a visitor of a site reads: what it wrote, and what was said in answer to that; of nobody else."""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import Struct

from engine.contatos import chave_de_visitante
from engine.modelo import ContatoChaveRow, MensagemRow, TicketRow
from engine.visitantes import LugarNaConversa
from storage import Banco
from tests.storage.linhas import AGORA, Escritor, aberto, atendente, contato, novo_id

INICIO = LugarNaConversa()


class Cena(Struct):
    """A contact of two sessions ("a", and "b" by a contact that was merged into the first), in one ticket."""

    banco: Banco
    e: Escritor
    canal: str
    ticket: TicketRow
    mensagens: list[MensagemRow]

    async def le(
        self, sessao: str, depois: LugarNaConversa = INICIO, limite: int = 100
    ) -> list[tuple[str, str | None]]:
        ids = [t.id for t in await self.banco.leituras.tickets_do_visitante(self.e.id, self.canal, sessao)]
        falas = await self.banco.leituras.falas_do_visitante(self.e.id, ids, sessao, depois, limite)
        return [(fala.mensagem.conteudo, fala.nome) for fala in falas]


async def montar(banco: Banco) -> Cena:
    e = await Escritor.de(banco)
    canal, ana = novo_id(), atendente(e.id, nome="Ana Lima")
    um = contato(e.id, nome="Visitante", telefone=None)
    outro = contato(e.id, nome="Visitante", telefone=None, unido_a=um.id)
    chaves = [
        ContatoChaveRow(e.id, chave_de_visitante(canal, "a"), um.id),
        ContatoChaveRow(e.id, chave_de_visitante(canal, "b"), outro.id),
    ]
    campos: dict[str, Any] = {"canal_id": canal, "contato_id": um.id, "do_canal": True, "endereco": "visitante:b"}
    ticket = e.ticket(atendente_id=ana.id, status="EM_ANDAMENTO", data_primeira_resposta=AGORA, **campos)
    alheio = e.ticket(**campos | {"canal_id": novo_id()})
    ditas = (
        ("a pergunta", "a:1"), ("ana responde a", None), ("ana insiste", None),
        ("b pergunta", "b:1"), ("ana responde b", None),
    )  # fmt: skip
    mensagens = [
        e.mensagem(
            ticket, n + 1, conteudo=texto, id_externo=externo, criada_em=AGORA + n,
            **({} if externo else {"direcao": "enviada", "remetente_id": ana.id, "status_entrega": "enviado"}),
        )
        for n, (texto, externo) in enumerate(ditas)
    ]  # fmt: skip
    de_fora = e.mensagem(alheio, 6, conteudo="de outro canal", id_externo="a:9")
    await banco.store.commit(e.lote(ana, um, outro, *chaves, ticket, alheio, *mensagens, de_fora, eventos=6))
    return Cena(banco, e, canal, ticket, mensagens)


def test_a_session_reads_what_it_wrote_and_what_was_answered_to_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            esperadas = [("a pergunta", None), ("ana responde a", "Ana Lima"), ("ana insiste", "Ana Lima")]
            assert await cena.le("a") == esperadas
            assert await cena.le("b") == [("b pergunta", None), ("ana responde b", "Ana Lima")]
            assert await cena.le("c") == []

    asyncio.run(main())


def test_reading_goes_on_after_a_place_and_within_a_limit(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            assert [texto for texto, _ in await cena.le("a", limite=2)] == ["a pergunta", "ana responde a"]
            assert [texto for texto, _ in await cena.le("a", LugarNaConversa(2, AGORA + 1))] == ["ana insiste"]
            # a clock that went back since does not hide what came after
            assert [texto for texto, _ in await cena.le("a", LugarNaConversa(2, AGORA + 60_000))] == ["ana insiste"]

    asyncio.run(main())


def test_its_tickets_are_those_of_the_person_by_this_canal_with_who_has_them(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            (um,) = await banco.leituras.tickets_do_visitante(cena.e.id, cena.canal, "b")
            assert (um.id, um.status, um.endereco) == (cena.ticket.id, "EM_ANDAMENTO", "visitante:b")
            assert (um.respondido, um.atendente) == (True, "Ana Lima")

    asyncio.run(main())


def test_what_is_still_to_be_delivered_is_the_sessions_own(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            ler = banco.leituras.por_entregar
            falta = await ler(cena.e.id, [cena.ticket.id], "a", 99, ("pendente", "enviado"))
            assert [row.conteudo for row in falta] == ["ana responde a", "ana insiste"]
            assert [row.seq for row in await ler(cena.e.id, [cena.ticket.id], "a", 2, ("enviado",))] == [2]
            assert await ler(cena.e.id, [cena.ticket.id], "a", 99, ("entregue",)) == []

    asyncio.run(main())


def test_of_another_empresa_nothing_is_read(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            cena = await montar(banco)
            outra = await Escritor.de(banco)
            assert await banco.leituras.tickets_do_visitante(outra.id, cena.canal, "a") == []
            assert await banco.leituras.falas_do_visitante(outra.id, [cena.ticket.id], "a", INICIO, 10) == []

    asyncio.run(main())
