"""What is replayed on a whole node: to whom, and of which tickets."""

from __future__ import annotations

import asyncio
from typing import Any

from actors.fila.comandos import RemoverMembro
from actors.ticket.comandos import EncerrarTicket, TransferirTicket
from tests.web.gateway_apoio import EMPRESA, LONGE, Cliente, pessoa, servidor, uid
from tests.web.test_gateway_events import ADMIN, ANA, BIA, duas_filas, falar
from web.gateway import AjustesGateway


def test_rooms_named_when_resuming_are_replayed_and_forbidden_ones_are_named() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            meu = await s.ticket(ADMIN, fila_id=uma)
            alheio = await s.ticket(ADMIN, fila_id=outra)
            _, admin = await s.conectar(ADMIN)
            viva = await s.no.ativar(EMPRESA)
            desde = viva.durable_seq
            for ticket in (meu, alheio):
                await falar(s, admin, ticket.id, "perdida")
            await admin.janela.esvaziar()
            chefe = Cliente()
            conexao = s.recepcao.chegou(Cliente.formato, chefe)
            resposta = await s.recepcao.identificar(
                conexao, pessoa(5, "supervisor"), LONGE, desde, (meu.id, uid(999))
            )  # fmt: skip
            assert resposta == {"userId": uid(5), "salasRecusadas": [uid(999)]}
            await chefe.ate_evento("retomado")
            assert [f["data"]["ticketId"] for f in chefe.eventos("nova_mensagem")] == [meu.id]

    asyncio.run(main())


def test_a_resume_and_a_live_client_see_the_same_events_but_of_tickets_that_moved_away() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(pagina=3, cauda=4)) as s:
            uma, outra = await duas_filas(s)
            atento, _ = await s.conectar(ANA)
            inicio = atento.recebidos[0]["data"]["seq"]
            foram: set[str] = set()
            _, admin = await s.conectar(ADMIN)
            for n in range(12):
                ticket = await s.ticket(ADMIN, fila_id=uma if n % 3 else outra)
                await falar(s, admin, ticket.id, f"m{n}", ack=n)
                if n % 4 == 1:
                    await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket.id, fila_id=outra))
                    foram.add(ticket.id)
            tardio, _ = await s.conectar(ANA, desde=inicio)
            for n in range(12):
                ticket = await s.ticket(ADMIN, fila_id=uma)
                await falar(s, admin, ticket.id, f"n{n}", ack=100 + n)
            await admin.janela.esvaziar()
            await tardio.ate_evento("retomado")
            ao_vivo = [f for f in atento.recebidos if "seq" in f]
            assert [f for f in tardio.recebidos if "seq" in f] == [
                f for f in ao_vivo if f["event"] == "ticket_transferido" or _ticket_de(f) not in foram
            ]
            assert {_ticket_de(f) for f in ao_vivo} & foram

    asyncio.run(main())


def _ticket_de(quadro: dict[str, Any]) -> str | None:
    """The ticket an event is about, if it is about one."""
    dados = quadro["data"]
    ticket_id: str | None = dados["ticketId"] if "ticketId" in dados else dados.get("ticket", {}).get("id")
    return ticket_id


def test_a_resume_of_who_sees_everything_asks_for_no_places() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            await s.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
            cliente, _ = await s.conectar(ADMIN, desde=0)
            await cliente.ate_evento("retomado")
            assert len(cliente.eventos("ticket_criado")) == 1
            assert not s.leitor.procurados

    asyncio.run(main())


def test_who_joins_a_fila_late_is_replayed_nothing_of_the_tickets_that_had_left_it() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            _, admin = await s.conectar(ADMIN)
            fica, foi, fechado, foi_e_fechou = [await s.ticket(ADMIN, fila_id=uma) for _ in range(4)]
            for n, ticket in enumerate((fica, foi, fechado, foi_e_fechou)):
                await falar(s, admin, ticket.id, f"m{n}", ack=n)
            await admin.janela.esvaziar()
            for ticket in (foi, foi_e_fechou):
                await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket.id, fila_id=outra))
            await falar(s, admin, foi.id, "só para a outra", ack=9)
            await admin.janela.esvaziar()
            for ticket in (fechado, foi_e_fechou):
                await s.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))
            await s.incluir(ADMIN, uma, BIA)
            await s.pedir(RemoverMembro(quem=ADMIN, fila_id=outra, atendente_id=BIA.id or ""))
            bia, _ = await s.conectar(BIA, desde=0)
            await bia.ate_evento("retomado")
            visiveis = [fica.id, fechado.id]
            assert [f["data"]["ticket"]["id"] for f in bia.eventos("ticket_criado")] == visiveis
            assert [f["data"]["ticketId"] for f in bia.eventos("nova_mensagem")] == visiveis
            assert [f["data"]["ticketId"] for f in bia.eventos("ticket_encerrado")] == [fechado.id]
            assert [f["data"]["ticketId"] for f in bia.eventos("ticket_transferido")] == [foi.id, foi_e_fechou.id]
            assert s.leitor.procurados == [sorted([fechado.id, foi_e_fechou.id])]  # the others are in memory

    asyncio.run(main())
