"""Who is told of a note, live and later: people who see its ticket; of a mention, who is named."""

from __future__ import annotations

import asyncio

from actors.ticket.comandos import AtribuirTicket, CriarNota, EditarNota, ExcluirNota, TransferirTicket
from engine.eventos import DE_NOTAS
from engine.modelo import NotaRow
from tests.web.gateway_apoio import EMPRESA, OUTRA_EMPRESA, Cliente, Servidor, pessoa, servidor
from tests.web.test_gateway_events import ADMIN, ANA, BIA, CONECTOR, duas_filas, falar

CHEFE = pessoa(5, "supervisor")


def das_notas(cliente: Cliente) -> list[str]:
    return [quadro["event"] for quadro in cliente.eventos(*DE_NOTAS)]


async def com_historia(s: Servidor, uma: str) -> str:
    """A ticket of Ana's fila, of which there was a note that named her, changed and deleted."""
    ticket = (await s.ticket(ADMIN, fila_id=uma)).id
    nota: NotaRow = await s.pedir(
        CriarNota(quem=ADMIN, ticket_id=ticket, conteudo="cuidado", mencoes=(ANA.id or "",))
    )  # fmt: skip
    await s.pedir(EditarNota(quem=ADMIN, ticket_id=ticket, nota=nota, conteudo="muito cuidado"))
    await s.pedir(ExcluirNota(quem=ADMIN, ticket_id=ticket, nota_id=nota.id, autor_id=ADMIN.id))
    return ticket


TODAS = ["nota_interna", "mencao", "nota_atualizada", "nota_excluida"]
SEM_MENCAO = ["nota_interna", "nota_atualizada", "nota_excluida"]


def test_people_who_see_the_ticket_are_told_of_its_notes_and_a_connector_never_is() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            quem = {um: (await s.conectar(um))[0] for um in (ANA, BIA, CHEFE, CONECTOR)}
            estranho, _ = await s.conectar(pessoa(6, "admin", OUTRA_EMPRESA))
            ticket = await com_historia(s, uma)
            for cliente in (quem[ANA], quem[CHEFE]):
                await cliente.ate_evento("nota_excluida")
            assert das_notas(quem[ANA]) == TODAS
            assert das_notas(quem[CHEFE]) == SEM_MENCAO
            assert [das_notas(um) for um in (quem[BIA], quem[CONECTOR], estranho)] == [[], [], []]
            mencao = quem[ANA].eventos("mencao")[0]["data"]
            assert (mencao["atendenteId"], mencao["ticketId"], mencao["autorId"]) == (ANA.id, ticket, ADMIN.id)
            assert [um["data"].get("conteudo") for um in quem[ANA].eventos(*SEM_MENCAO)] == [
                "cuidado", "muito cuidado", None,
            ]  # fmt: skip

    asyncio.run(main())


def test_a_mention_does_not_confuse_whose_ticket_the_room_is_of() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            await s.incluir(ADMIN, uma, BIA)
            ticket = (await s.ticket(ADMIN, fila_id=uma)).id
            await s.pedir(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ANA.id or "", forcar=True))
            ana, _ = await s.conectar(ANA)
            bia, da_bia = await s.conectar(BIA)
            await s.pedir(CriarNota(quem=ADMIN, ticket_id=ticket, conteudo="@bia", mencoes=(BIA.id or "",)))
            await bia.ate_evento("mencao")
            await s.mandar(da_bia, "ticket:entrar", {"ticketId": ticket}, 1)
            await falar(s, da_bia, ticket, "oi", 2)
            assert (await ana.ate_evento("nova_mensagem"))["data"]["conteudo"] == "oi"
            assert das_notas(ana) == ["nota_interna"]

    asyncio.run(main())


def test_who_comes_later_is_told_what_it_would_have_been_as_far_as_it_still_sees_the_ticket() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            ticket = await com_historia(s, uma)
            for quem, vistas in ((ANA, TODAS), (CHEFE, SEM_MENCAO), (BIA, []), (CONECTOR, [])):
                cliente, _ = await s.conectar(quem, desde=0)
                await cliente.ate_evento("retomado")
                assert das_notas(cliente) == vistas
            await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=outra))
            cliente, _ = await s.conectar(ANA, desde=0)
            await cliente.ate_evento("retomado")
            assert das_notas(cliente) == []

    asyncio.run(main())


def test_the_events_are_of_the_log_in_its_order() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            await com_historia(s, uma)
            seqs = [evento.seq for evento in s.loja.eventos if evento.empresa_id == EMPRESA]
            assert seqs == list(range(1, len(seqs) + 1))
            (nota,) = s.loja.de(NotaRow, EMPRESA)
            (escrita,) = (evento for evento in s.loja.eventos if evento.tipo == "nota_interna")
            assert nota.seq == escrita.seq

    asyncio.run(main())
