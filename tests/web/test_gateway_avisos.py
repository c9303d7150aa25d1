"""Who hears of a notice, live and later: the person whom it is for, and nobody else; who comes is made known."""

from __future__ import annotations

import asyncio
from typing import Any

from actors.documentos.comandos import CriarDocumento
from actors.empresa.comandos_de_avisos import VerPreferencias
from engine.avisos.modelo import Destinatarios, RegraDeAviso
from engine.modelo import Quem
from engine.vistas import json_text
from tests.web.gateway_apoio import OUTRA_EMPRESA, Cliente, Servidor, pessoa, servidor
from tests.web.test_gateway_events import ADMIN, ANA, CONECTOR, duas_filas

CHEFE = pessoa(5, "supervisor")
OUTRO_CHEFE = pessoa(7, "supervisor")


async def avisar_de_tickets(s: Servidor, *usuarios: Quem) -> None:
    regra = RegraDeAviso(
        eventos=("ticket_criado",), para=Destinatarios(usuarios=tuple(um.id or "" for um in usuarios)), por=("app",)
    )
    await s.pedir(CriarDocumento(quem=ADMIN, tipo="regra_de_aviso", nome="Novos", dados=json_text(regra)))


async def conhecido(s: Servidor, quem: Quem) -> None:
    """It was made known, which nobody waits for."""
    for _ in range(500):
        if (await s.pedir(VerPreferencias(quem=quem))).atualizada_em is not None:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"nobody knows {quem.id}")


def dos_avisos(cliente: Cliente) -> list[Any]:
    return cliente.eventos("notificacao")


def test_who_has_come_once_is_known_and_hears_alone_of_its_notices_on_all_its_connections() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            chefe, outro = (await s.conectar(CHEFE))[0], (await s.conectar(CHEFE))[0]
            outros = [(await s.conectar(um))[0] for um in (ANA, ADMIN, CONECTOR, OUTRO_CHEFE)]
            outros.append((await s.conectar(pessoa(5, "supervisor", OUTRA_EMPRESA)))[0])
            await conhecido(s, CHEFE)
            await avisar_de_tickets(s, CHEFE)
            ticket = (await s.ticket(ADMIN, fila_id=uma)).id
            dela = await chefe.ate_evento("notificacao")
            assert (dela["data"]["aviso"], dela["data"]["ticketId"]) == ("ticket_criado", ticket)
            assert await outro.ate_evento("notificacao") == dela
            for cliente in outros[:2]:
                await cliente.ate_evento("ticket_criado")
            assert [dos_avisos(um) for um in outros] == [[], [], [], [], []]

    asyncio.run(main())


def test_who_was_away_hears_later_of_its_own_and_of_no_others() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            chefe, _ = await s.conectar(CHEFE)
            await conhecido(s, CHEFE)
            await avisar_de_tickets(s, CHEFE)
            await s.ticket(ADMIN, fila_id=uma)
            seq = (await chefe.ate_evento("notificacao"))["seq"]
            for quem, quantas in ((CHEFE, 1), (OUTRO_CHEFE, 0), (CONECTOR, 0), (ADMIN, 0)):
                voltou, _ = await s.conectar(quem, desde=seq - 1)
                await voltou.ate_evento("retomado")
                assert len(dos_avisos(voltou)) == quantas, quem

    asyncio.run(main())
