"""What nobody needs any more is thrown away, and nothing else."""

from __future__ import annotations

import asyncio
import logging

import pytest

from engine.modelo import ArquivoRow, IdempotenciaRow
from engine.tempo import VirtualClock
from storage.faxina import Faxina
from tests.storage.linhas import AGORA, Escritor, aberto, arquivo, novo_id, por_fora

HORA = 3_600_000


class Pasta:
    """Files by (empresa, id); ``fora`` makes the next removal fail."""

    def __init__(self) -> None:
        self.removidos: list[tuple[str, str]] = []
        self.fora = False

    async def remover(self, empresa_id: str, arquivo_id: str) -> None:
        if self.fora:
            raise OSError("away")
        self.removidos.append((empresa_id, arquivo_id))


def test_answers_to_idempotency_keys_are_kept_for_a_day(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            linhas = [
                IdempotenciaRow(escritor.id, novo_id(), "chave", "r", '{"a":1}', AGORA + n * HORA) for n in range(30)
            ]
            await banco.store.commit(escritor.lote(*linhas))
            await Faxina(banco.store, VirtualClock(AGORA + 29 * HORA), Pasta().remover).limpar()
            for n, linha in enumerate(linhas):
                guardada = await banco.store.idempotencia(escritor.id, linha.usuario_id, "chave")
                assert guardada == (linha if n >= 5 else None)

    asyncio.run(main())


def test_more_expired_keys_than_one_statement_takes_all_go(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            linhas = [IdempotenciaRow(escritor.id, novo_id(), "c", "r", "{}", AGORA) for _ in range(2_500)]
            await banco.store.commit(escritor.lote(*linhas))
            assert await banco.store.vencidas(AGORA + 1) == 2_500
            assert await banco.store.vencidas(AGORA + 1) == 0

    asyncio.run(main())


def test_a_file_that_no_message_took_within_an_hour_is_removed(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            largado, tomado, recente = novo_id(), novo_id(), novo_id()
            for id_, desde in ((largado, AGORA), (tomado, AGORA), (recente, AGORA + HORA)):
                await banco.store.reservar_arquivo(escritor.id, id_, desde)
            ticket = escritor.ticket()
            mensagem = escritor.mensagem(ticket, 1, arquivo=arquivo(id=tomado))
            registro = ArquivoRow(escritor.id, tomado, ticket.id, mensagem.id, arquivo(id=tomado), AGORA)
            await banco.store.commit(escritor.lote(ticket, mensagem, registro, escritor.evento(ticket.id, 1)))

            pasta = Pasta()
            await Faxina(banco.store, VirtualClock(AGORA + HORA + 1), pasta.remover).limpar()
            assert pasta.removidos == [(escritor.id, largado)]
            async with por_fora(postgres_dsn) as con:
                assert await con.fetch("SELECT id::text FROM atendimento_arquivos_pendentes") == [(recente,)]

    asyncio.run(main())


def test_what_fails_is_logged_and_tried_again_and_keeps_nothing_else_from_being_done(
    postgres_dsn: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            id_ = novo_id()
            await banco.store.reservar_arquivo(escritor.id, id_, AGORA)
            pasta = Pasta()
            faxina = Faxina(banco.store, VirtualClock(AGORA + 2 * HORA), pasta.remover)
            pasta.fora = True
            await faxina.limpar()
            assert [registro.levelno for registro in caplog.records] == [logging.ERROR]
            pasta.fora = False
            await faxina.limpar()
            assert pasta.removidos == [(escritor.id, id_)]

            tarefa = asyncio.create_task(faxina.rodar())
            await asyncio.sleep(0)
            tarefa.cancel()
            with pytest.raises(asyncio.CancelledError):
                await tarefa

    asyncio.run(main())
