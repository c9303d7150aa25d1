"""The log keeps each event as it was written, with the version of its shape."""

from __future__ import annotations

import asyncio

from engine.tempo import VirtualClock
from storage.faxina import Faxina
from tests.evento_inventado import DE_AGORA, ESCRITOS, LIDOS, inventado
from tests.storage.linhas import AGORA, Escritor, aberto, por_fora


async def nada(_empresa_id: str, _arquivo_id: str) -> None:
    raise AssertionError("no file is to be removed")


def test_what_was_written_and_its_version_are_kept_also_when_the_log_is_pruned(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket, ler = escritor.ticket(), banco.leituras
            eventos = [
                escritor.evento(ticket.id, n, tipo="inventado", versao=versao, dados=dados)
                for n, (versao, dados) in enumerate(ESCRITOS.items(), 1)
            ]
            await banco.store.commit(escritor.lote(ticket, *eventos))
            assert [e.dados for e in await ler.eventos(escritor.id, 0, 100, 100)] == LIDOS
            await Faxina(banco.store, VirtualClock(AGORA + 2), nada, 1).limpar()
            assert await ler.primeiro_evento(escritor.id) == len(ESCRITOS) + 1
            async with por_fora(postgres_dsn) as con:
                linhas = await con.fetch("SELECT coalesce(versao, 1), dados FROM atendimento_historico ORDER BY seq")
            assert dict(linhas) == ESCRITOS
            historico, _ = await ler.historico(escritor.id, ticket.id, 1, 100)
            assert [(e.dados, e.versao) for e in historico] == list(zip(LIDOS, (3, 3, 3, 4), strict=True))

    with inventado():
        asyncio.run(main())


def test_what_the_program_before_this_one_writes_is_of_the_first_version(postgres_dsn: str) -> None:
    """It knows no version, and has all columns filled from what it says."""
    escrita = (
        "INSERT INTO atendimento_eventos SELECT n.* FROM json_populate_recordset(NULL::atendimento_eventos, "
        "json_build_array(json_build_object('empresa_id', $1::text, 'seq', 1, 'tipo', 'inventado', 'em', 0, "
        "'ator_papel', 'sistema', 'dados', $2::text))) n"
    )

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            async with por_fora(postgres_dsn) as con:
                await con.execute(escrita, escritor.id, ESCRITOS[1])
            (evento,) = await banco.leituras.eventos(escritor.id, 0, 1, 10)
            assert (evento.versao, evento.dados) == (3, DE_AGORA)

    with inventado():
        asyncio.run(main())
