"""Who writes for an empresa: one node at a time, and whoever lost it writes nothing more."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys

import pytest

from engine.errors import LeaseElsewhere
from engine.ports import Batch, Fenced
from tests.storage.linhas import AGORA, Escritor, aberto, ate, novo_id, por_fora


def test_a_second_node_is_refused_and_told_who_has_the_empresa(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa:3001") as alfa, aberto(postgres_dsn, "beta:3002") as beta:
            escritor = await Escritor.de(alfa)
            with pytest.raises(LeaseElsewhere, match=r"alfa:3001.*encerre-o"):
                await beta.store.activate(escritor.id, provision=True, now=AGORA)
            await alfa.store.commit(escritor.lote(eventos=1))

    asyncio.run(main())


def test_a_node_that_closes_leaves_its_empresas_to_the_next(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "beta:3002") as beta:
            async with aberto(postgres_dsn, "alfa:3001") as alfa:
                escritor = await Escritor.de(alfa)
                await alfa.store.commit(escritor.lote(escritor.ticket(), eventos=1))
            imagem = await beta.store.activate(escritor.id, provision=False, now=AGORA)
            assert (imagem.epoch, imagem.seq, len(imagem.tickets)) == (escritor.epoch + 1, 1, 1)

    asyncio.run(main())


def test_a_released_empresa_can_be_taken_while_the_first_node_lives_and_is_then_fenced_there(
    postgres_dsn: str,
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa:3001") as alfa, aberto(postgres_dsn, "beta:3002") as beta:
            antigo, outro = await Escritor.de(alfa), await Escritor.de(alfa)
            await alfa.store.release([antigo.id])
            novo = Escritor(await beta.store.activate(antigo.id, provision=False, now=AGORA))

            ticket = antigo.ticket()
            perdido, mantido = antigo.lote(ticket, eventos=1), outro.lote(outro.ticket(), eventos=1)
            juntos = Batch(
                [*mantido.fences, *perdido.fences],
                {tipo: [*mantido.rows[tipo], *perdido.rows[tipo]] for tipo in perdido.rows},
            )
            with pytest.raises(Fenced) as erro:
                await alfa.store.commit(juntos)
            assert erro.value.empresa_ids == (antigo.id,)
            assert await alfa.store.ticket(antigo.id, ticket.id) is None
            assert await alfa.leituras.eventos(outro.id, 0, 9, 9) == []

            await alfa.store.commit(mantido)
            await beta.store.commit(novo.lote(novo.ticket(), eventos=1))

    asyncio.run(main())


def test_a_node_that_lost_its_lock_without_noticing_is_fenced_once_another_took_over(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa:3001") as alfa, aberto(postgres_dsn, "beta:3002") as beta:
            antigo = await Escritor.de(alfa)
            await alfa._trava.fechar()
            novo = Escritor(await beta.store.activate(antigo.id, provision=False, now=AGORA))
            assert novo.epoch == antigo.epoch + 1
            with pytest.raises(Fenced):
                await alfa.store.commit(antigo.lote(antigo.ticket(), eventos=1))
            assert (await beta.store.activate(antigo.id, provision=False, now=AGORA)).tickets == []

    asyncio.run(main())


def test_a_commit_that_does_not_follow_the_last_one_is_fenced(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            lote = escritor.lote(eventos=1)
            await banco.store.commit(lote)
            with pytest.raises(Fenced):
                await banco.store.commit(lote)

    asyncio.run(main())


def test_a_node_takes_again_what_is_already_its_own(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            imagem = await banco.store.activate(escritor.id, provision=False, now=AGORA)
            assert imagem.epoch == escritor.epoch + 1

    asyncio.run(main())


def test_of_nodes_that_want_an_empresa_at_once_one_gets_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with (
            aberto(postgres_dsn, "alfa:1") as alfa,
            aberto(postgres_dsn, "beta:2") as beta,
            aberto(postgres_dsn, "gama:3") as gama,
        ):
            for _ in range(10):
                empresa_id = novo_id()
                respostas = await asyncio.gather(
                    *(no.store.activate(empresa_id, provision=True, now=AGORA) for no in (alfa, beta, gama)),
                    return_exceptions=True,
                )
                assert sorted(type(resposta).__name__ for resposta in respostas) == [
                    "EmpresaImage",
                    "LeaseElsewhere",
                    "LeaseElsewhere",
                ]

    asyncio.run(main())


def test_a_killed_process_leaves_its_empresas_free_at_once(postgres_dsn: str) -> None:
    empresa_id = novo_id()
    programa = (
        "import asyncio, sys\n"
        "from storage import Cofre, abrir\n"
        "async def main():\n"
        "    banco = await abrir(sys.argv[1], no='morto:3001', cofre=Cofre([bytes(32)]))\n"
        "    await banco.store.activate(sys.argv[2], provision=True, now=1)\n"
        "    print('pronto', flush=True)\n"
        "    await asyncio.Event().wait()\n"
        "asyncio.run(main())\n"
    )

    async def main() -> None:
        async with aberto(postgres_dsn, "beta:3002") as beta:
            with pytest.raises(LeaseElsewhere, match="morto:3001"):
                await beta.store.activate(empresa_id, provision=False, now=AGORA)
            processo.send_signal(signal.SIGKILL)
            processo.wait()

            async def tomou() -> bool:  # the server sees the closed socket a moment after the kill
                try:
                    return (await beta.store.activate(empresa_id, provision=False, now=AGORA)).epoch == 2
                except LeaseElsewhere:
                    return False

            async with asyncio.timeout(30):
                await ate(tomou)

    with subprocess.Popen(
        [sys.executable, "-c", programa, postgres_dsn, empresa_id], stdout=subprocess.PIPE, text=True
    ) as processo:
        try:
            assert processo.stdout is not None
            assert processo.stdout.readline() == "pronto\n"
            asyncio.run(main())
        finally:
            processo.kill()


def test_a_lock_connection_that_is_cut_is_made_again_by_itself(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn, "alfa:3001") as alfa, por_fora(postgres_dsn) as con:
            escritor = await Escritor.de(alfa)
            trancas = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND pid <> $2"
            assert alfa._trava._con is not None
            pid = alfa._trava._con.get_server_pid()
            await con.execute("SELECT pg_terminate_backend($1, 5000)", pid)
            await ate(lambda: con.fetchval(trancas, alfa._trava.numero, pid))
            await ate(alfa.alcancavel)
            async with aberto(postgres_dsn, "beta:3002") as beta:
                with pytest.raises(LeaseElsewhere):
                    await beta.store.activate(escritor.id, provision=False, now=AGORA)
            await alfa.store.commit(escritor.lote(eventos=1))

    asyncio.run(main())


def test_a_node_that_is_back_is_told_so_and_learns_which_of_its_empresas_were_taken(postgres_dsn: str) -> None:
    async def main() -> None:
        nos = (aberto(postgres_dsn, "alfa:3001"), aberto(postgres_dsn, "beta:3002"))
        async with nos[0] as alfa, nos[1] as beta, por_fora(postgres_dsn) as con:
            ficou, levada = await Escritor.de(alfa), await Escritor.de(alfa)
            voltou = asyncio.Event()

            async def religou() -> None:
                voltou.set()

            alfa.ao_religar(religou)
            await alfa.store.release([levada.id])
            await beta.store.activate(levada.id, provision=False, now=AGORA)
            assert alfa._trava._con is not None
            await con.execute("SELECT pg_terminate_backend($1, 5000)", alfa._trava._con.get_server_pid())
            await asyncio.wait_for(voltou.wait(), 20)
            posses = {um.id: (um.epoch, um.token) for um in (ficou, levada)}
            assert await alfa.store.lost(posses) == [levada.id]
            assert await alfa.store.lost({}) == []

    asyncio.run(main())
