"""Which empresas sleep though time does something in them: by what is stored, and by who lives."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE

from msgspec.structs import replace

from engine.modelo import Row
from storage import Banco
from tests.storage.linhas import AGORA, Escritor, aberto, ate, atendente, envio, novo_id

_MENOR = "00000000-0000-0000-0000-000000000000"
_MORRE = """
import asyncio, sys
from storage import Cofre, abrir
async def main():
    banco = await abrir(sys.argv[1], no=sys.argv[2], cofre=Cofre([bytes(32)]))
    await banco.store.activate(sys.argv[3], provision=False, now=0)
    print("pronto", flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


async def guardada(banco: Banco, *rows: Row, solta: bool = True) -> Escritor:
    """An empresa with these rows, which no node has (or, not ``solta``, this one)."""
    escritor = await Escritor.de(banco)
    delas = [replace(row, empresa_id=escritor.id) for row in rows]
    await banco.store.commit(escritor.lote(*delas, eventos=1))
    if solta:
        await banco.store.release([escritor.id])
    return escritor


async def das(banco: Banco, *escritores: Escritor, ativas: tuple[str, ...] = ()) -> dict[str, bool]:
    """Of these empresas, those that sleep, and whether they were this node's. (The database is shared.)"""
    achadas = dict[str, bool]()
    depois = _MENOR
    while pagina := await banco.store.adormecidas(ativas, depois, 3):
        achadas |= {uma.empresa_id: uma.nossa for uma in pagina}
        depois = pagina[-1].empresa_id
    return {um.id: achadas[um.id] for um in escritores if um.id in achadas}


def test_an_open_ticket_somebody_online_or_a_job_that_waits_is_something_and_nothing_else_is(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            modelo = await Escritor.de(banco)
            aberto_, fechado = modelo.ticket(), modelo.ticket(status="FECHADO", data_fechamento=AGORA)
            com_ticket = await guardada(banco, aberto_)
            com_alguem = await guardada(banco, atendente(modelo.id))
            com_envio = await guardada(banco, envio(modelo.id, novo_id(), 1))
            sem_nada = await guardada(banco)
            so_fechado = await guardada(banco, fechado)
            ninguem = await guardada(banco, atendente(modelo.id, online=False, offline_em=None))
            excluido = await guardada(banco, atendente(modelo.id, excluido_em=AGORA))
            feito = await guardada(banco, envio(modelo.id, novo_id(), 1, estado="enviado"))
            todas = (com_ticket, com_alguem, com_envio, sem_nada, so_fechado, ninguem, excluido, feito)
            assert set(await das(banco, *todas)) == {com_ticket.id, com_alguem.id, com_envio.id}

    asyncio.run(main())


def test_a_ticket_that_is_closed_is_nothing_any_more(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket = escritor.ticket()
            await banco.store.commit(escritor.lote(ticket, eventos=1))
            assert set(await das(banco, escritor)) == {escritor.id}
            await banco.store.commit(escritor.lote(replace(ticket, status="FECHADO"), eventos=1))
            assert await das(banco, escritor) == {}

    asyncio.run(main())


def test_what_a_living_node_has_does_not_sleep_but_for_what_this_one_has_and_is_not_active(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa:1") as alfa, aberto(postgres_dsn, "beta:1") as beta:
            modelo = await Escritor.de(alfa)
            dele = await guardada(alfa, modelo.ticket(), solta=False)
            assert await das(beta, dele) == {}
            assert await das(alfa, dele) == {dele.id: True}, "its activation failed half-way, or its commit"
            assert await das(alfa, dele, ativas=(dele.id,)) == {}

    asyncio.run(main())


def test_what_a_node_had_is_its_own_by_its_name_and_it_is_told_whether_another_lives(
    postgres_dsn: str,
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa:1") as alfa:
            modelo = await Escritor.de(alfa)
            de_alfa = await guardada(alfa, modelo.ticket())
        async with aberto(postgres_dsn, "beta:1") as beta, aberto(postgres_dsn, "gama:1"):
            assert await das(beta, de_alfa) == {de_alfa.id: False}
            assert all(uma.ha_outro for uma in await beta.store.adormecidas((), _MENOR, 3))
            async with aberto(postgres_dsn, "alfa:1") as de_novo:
                assert await das(de_novo, de_alfa) == {de_alfa.id: True}

    asyncio.run(main())


def test_what_a_killed_node_had_sleeps_at_once(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "beta:1") as beta:
            modelo = await Escritor.de(beta)
            escritor = await guardada(beta, modelo.ticket())
            morto = await asyncio.create_subprocess_exec(
                sys.executable, "-c", _MORRE, postgres_dsn, "alfa:1", escritor.id, stdout=PIPE
            )
            assert morto.stdout is not None
            assert await morto.stdout.readline() == b"pronto\n"
            assert await das(beta, escritor) == {}
            morto.kill()
            await morto.wait()

            async def dorme() -> bool:
                return escritor.id in await das(beta, escritor)

            await ate(dorme)

    asyncio.run(main())


def test_a_contact_that_is_to_be_asked_about_a_resolved_ticket_is_something(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            modelo = await Escritor.de(banco)
            resolvido = modelo.ticket(status="RESOLVIDO", data_resolucao=AGORA)
            a_perguntar = await guardada(banco, replace(resolvido, perguntar_em=AGORA + 60_000))
            ninguem = await guardada(banco, replace(resolvido, id=novo_id()))
            assert (await das(banco, a_perguntar, ninguem)).keys() == {a_perguntar.id}

    asyncio.run(main())
