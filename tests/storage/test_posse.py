"""What an epoch alone does not tell: whose lease it is after a failover has lost the last takings."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.errors import LeaseElsewhere, Unavailable
from engine.ports import Fenced, FiltroTickets, StoreAway
from storage.conexao import CARREGAR, GRAVAR, VIVER, conectar, fechar
from tests.storage.linhas import AGORA, Escritor, aberto, ate, novo_id, por_fora
from tests.storage.ponte import ponte

LEASE = "SELECT epoch, posse, posse_anterior, seq, seq_inicial, no FROM atendimento_leases WHERE empresa_id = $1"
VOLTAR = """
UPDATE atendimento_leases SET epoch = $2, posse = $3, posse_anterior = $4, seq = $5, seq_inicial = $6, no = NULL
WHERE empresa_id = $1
"""
TRAVAS = """
SELECT count(*) FROM pg_locks JOIN pg_database ON oid = database
WHERE datname = current_database() AND locktype = 'advisory' AND objid = $1
"""


async def perder_no_failover(con: Any, escritor: Escritor, antes: Any) -> None:
    """The lease row is what a standby that lags behind had of it."""
    await con.execute(VOLTAR, escritor.id, *list(antes)[:-1])


def test_an_epoch_that_was_given_twice_lets_only_the_second_node_write(postgres_dsn: str) -> None:
    async def main() -> None:
        nos = aberto(postgres_dsn, "alfa"), aberto(postgres_dsn, "beta")
        async with nos[0] as alfa, nos[1] as beta, por_fora(postgres_dsn) as con:
            primeira = await Escritor.de(beta)
            antes = await con.fetchrow(LEASE, primeira.id)
            await beta.store.release([primeira.id])
            perdido = Escritor(await alfa.store.activate(primeira.id, provision=False, now=AGORA))
            await perder_no_failover(con, perdido, antes)
            novo = Escritor(await beta.store.activate(primeira.id, provision=False, now=AGORA))
            assert (novo.epoch, novo.seq) == (perdido.epoch, perdido.seq)
            assert novo.token != perdido.token
            lote = perdido.lote(eventos=1)
            with pytest.raises(Fenced):
                await alfa.store.commit(lote)
            with pytest.raises(Fenced):
                await alfa.store.outcome(lote)
            posses = {perdido.id: (perdido.epoch, perdido.token)}
            assert await alfa.store.lost(posses) == [perdido.id]
            await beta.store.commit(novo.lote(eventos=1))

    asyncio.run(main())


def test_the_next_epoch_of_another_history_says_nothing_of_what_was_committed_before(postgres_dsn: str) -> None:
    """``seq_inicial`` of the next taking tells what the last holder wrote; here the last holder was another."""

    async def main() -> None:
        nos = aberto(postgres_dsn, "alfa"), aberto(postgres_dsn, "beta")
        async with nos[0] as alfa, nos[1] as beta, por_fora(postgres_dsn) as con:
            primeira = await Escritor.de(beta)
            antes = await con.fetchrow(LEASE, primeira.id)
            await beta.store.release([primeira.id])
            perdido = Escritor(await alfa.store.activate(primeira.id, provision=False, now=AGORA))
            lote = perdido.lote(eventos=1)
            await perder_no_failover(con, perdido, antes)
            novo = Escritor(await beta.store.activate(primeira.id, provision=False, now=AGORA))
            await beta.store.commit(novo.lote(eventos=5))
            await beta.store.activate(primeira.id, provision=False, now=AGORA)
            depois = await con.fetchrow(LEASE, primeira.id)
            assert depois is not None
            assert (depois["epoch"], depois["seq_inicial"]) == (perdido.epoch + 1, 5)
            with pytest.raises(Fenced):
                await alfa.store.outcome(lote)

    asyncio.run(main())


def test_a_node_of_the_version_before_takes_and_gives_leases_on_this_schema(postgres_dsn: str) -> None:
    """It knows of no posse: it leaves the one that is there, and its higher epoch fences."""
    tomar = "UPDATE atendimento_leases SET epoch = epoch + 1, seq_inicial = seq, no = $2 WHERE empresa_id = $1"
    criar = (
        "INSERT INTO atendimento_leases (empresa_id, epoch, seq, seq_inicial, numero, no, no_nome, desde) "
        "VALUES ($1, 0, 0, 0, 0, NULL, '', 0)"
    )

    async def main() -> None:
        async with aberto(postgres_dsn) as banco, por_fora(postgres_dsn) as con:
            escritor = await Escritor.de(banco)
            escrito, tarde = escritor.lote(eventos=1), escritor.lote(eventos=1)
            await banco.store.commit(escrito)
            await con.execute(tomar, escritor.id, 2**30)
            with pytest.raises(Fenced):
                await banco.store.commit(tarde)
            assert await banco.store.outcome(escrito) is True
            with pytest.raises(Fenced):
                await banco.store.outcome(tarde)
            await con.execute(criar, novo_id())

    asyncio.run(main())


def test_postgres_itself_ends_the_lock_of_a_node_that_goes_silent_and_the_transaction_of_one_that_stops_in_it(
    postgres_dsn: str,
) -> None:
    async def main() -> None:
        async with por_fora(postgres_dsn) as con:
            for perfil in (VIVER, GRAVAR, CARREGAR):
                nossa = await conectar(postgres_dsn, perfil)
                prazo = "idle_session_timeout" if perfil is VIVER else "idle_in_transaction_session_timeout"
                assert await nossa.fetchval(f"SHOW {prazo}") == "4s"
                await fechar(nossa)
        async with aberto(postgres_dsn, "calado") as banco, por_fora(postgres_dsn) as con:
            trava = banco._trava
            await trava._tarefas.parar()
            assert await con.fetchval(TRAVAS, trava.numero) == 1

            async def solta() -> bool:
                return bool(await con.fetchval(TRAVAS, trava.numero) == 0)

            await ate(solta)
            await ate_calar(banco)

    asyncio.run(main())


def test_a_pulse_that_ends_by_a_fault_of_ours_is_logged_with_its_trace_and_known_to_health(
    postgres_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:

            async def falhar() -> None:
                raise RuntimeError("a bug")

            banco._trava._pulsar = falhar  # type: ignore[method-assign]
            assert banco._trava._con is not None
            banco._trava._con.terminate()

            async def sabida() -> bool:
                return banco.saude.faltam == {"trava do nó: pulso"}

            await ate(sabida)

    asyncio.run(main())
    (registro,) = (um for um in caplog.records if um.name == "engine.tarefas")
    assert registro.getMessage() == "task trava do nó: pulso failed"
    assert registro.exc_info is not None
    assert str(registro.exc_info[1]) == "a bug"


async def ate_calar(banco: Any) -> None:
    async def calou() -> bool:
        return not banco.saude.recente()

    await ate(calou)


def test_until_it_is_known_what_was_lost_nothing_is_told_from_memory(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa") as banco, por_fora(postgres_dsn) as con:
            visto: list[bool] = []

            async def conferir() -> None:
                visto.append(banco.saude.recente())

            banco.ao_religar(conferir)
            assert banco.saude.recente()
            assert banco._trava._con is not None
            await con.execute("SELECT pg_terminate_backend($1, 5000)", banco._trava._con.get_server_pid())
            await ate(banco.alcancavel)
            assert visto == [False]
            assert banco.saude.recente()

    asyncio.run(main())


def test_a_node_behind_a_line_that_swallows_everything_is_replaced_and_finds_that_out_when_it_is_heard_again(
    postgres_dsn: str,
) -> None:
    async def main() -> None:
        async with (
            ponte(postgres_dsn) as (fio, dsn),
            aberto(dsn, "alfa") as alfa,
            aberto(postgres_dsn, "beta") as beta,
        ):
            ficou, levada = await Escritor.de(alfa), await Escritor.de(alfa)
            perdidas: list[str] = []

            async def religou() -> None:
                perdidas.extend(await alfa.store.lost({um.id: (um.epoch, um.token) for um in (ficou, levada)}))

            alfa.ao_religar(religou)
            fio.muda = True

            async def tomou() -> bool:
                try:
                    await beta.store.activate(levada.id, provision=False, now=AGORA)
                except LeaseElsewhere:
                    return False
                return True

            await ate(tomou)
            await ate_calar(alfa)
            await ate(lambda: calada(alfa))
            with pytest.raises(Unavailable, match=r"não responde há \d+ s"):
                await alfa.leituras.tickets(ficou.id, FiltroTickets(), 1, 10)
            with pytest.raises(StoreAway, match=r"não responde há \d+ s"):
                await alfa.store.ticket(ficou.id, novo_id())
            assert not await alfa.alcancavel()
            fio.muda = False
            await ate(alfa.alcancavel)
            assert perdidas == [levada.id]
            assert alfa.saude.recente()
            await alfa.store.commit(ficou.lote(eventos=1))

    asyncio.run(main())


async def calada(banco: Any) -> bool:
    return bool(banco.saude.calada)
