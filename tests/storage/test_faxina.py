"""What nobody needs any more is thrown away, and nothing else."""

from __future__ import annotations

import asyncio
import logging
from typing import get_args

import pytest
from msgspec.structs import replace

from engine.exclusao import ticket_excluido
from engine.ids import UuidV7, menor_id
from engine.modelo import (
    ArquivoRow,
    ArremateRow,
    AvisoDadoRow,
    DecisaoRow,
    EnvioRow,
    EstadoAtendenteRow,
    EstadoEnvio,
    IdempotenciaRow,
    NotificacaoRow,
)
from engine.tempo import VirtualClock
from storage import faxina
from storage.faxina import Faxina
from tests.storage.contrato import canal
from tests.storage.linhas import AGORA, Escritor, aberto, arquivo, atendente, envio, novo_id, por_fora

HORA = 3_600_000
DIA = 24 * HORA
ESTADOS: tuple[EstadoEnvio, ...] = get_args(EstadoEnvio)


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


def job(empresa_id: str, estado: EstadoEnvio, em: int) -> EnvioRow:
    return envio(empresa_id, novo_id(), 1, estado=estado, atualizado_em=em)


async def guardados(dsn: str, empresa_id: str) -> set[str]:
    async with por_fora(dsn) as con:
        linhas = await con.fetch("SELECT id::text FROM atendimento_envios WHERE empresa_id = $1", empresa_id)
    return {id_ for (id_,) in linhas}


def test_jobs_that_are_done_are_kept_for_a_week_and_all_others_for_good(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            velhos = {estado: job(escritor.id, estado, AGORA) for estado in ESTADOS}
            novos = {estado: job(escritor.id, estado, AGORA + 2) for estado in ESTADOS}
            await banco.store.commit(escritor.lote(*velhos.values(), *novos.values()))
            await Faxina(banco.store, VirtualClock(AGORA + 7 * DIA + 1), Pasta().remover).limpar()
            feitos = {velhos[estado].id for estado in ("enviado", "entregue", "lido", "cancelado")}
            todos = {row.id for row in (*velhos.values(), *novos.values())}
            assert await guardados(postgres_dsn, escritor.id) == todos - feitos

    asyncio.run(main())


def test_deliveries_that_were_given_up_go_after_their_time_and_those_of_a_deleted_webhook_with_it(
    postgres_dsn: str,
) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            vivo = canal(escritor.id, tipo="webhook", config='{"eventos":["*"]}')
            excluido = canal(escritor.id, tipo="webhook", config='{"eventos":["*"]}', excluido_em=AGORA)

            def entrega(canal_id: str, estado: EstadoEnvio, em: int) -> EnvioRow:
                row = job(escritor.id, estado, em)
                return replace(row, canal_id=canal_id, trabalho="entregar_webhook")

            morta = entrega(vivo.id, "falhou", AGORA)
            recente = entrega(vivo.id, "falhou", AGORA + 2)
            espera = entrega(vivo.id, "pendente", AGORA)
            orfa = entrega(excluido.id, "pendente", AGORA + 2)
            carta_morta = job(escritor.id, "falhou", AGORA)
            await banco.store.commit(escritor.lote(vivo, excluido, morta, recente, espera, orfa, carta_morta))
            await Faxina(banco.store, VirtualClock(AGORA + 7 * DIA + 1), Pasta().remover).limpar()
            assert await guardados(postgres_dsn, escritor.id) == {recente.id, espera.id, carta_morta.id}
            rows, total = await banco.leituras.entregas(escritor.id, vivo.id, 1, 1)
            assert (len(rows), total) == (1, 2), "the log of deliveries, by pages"
            assert await banco.leituras.entregas(novo_id(), vivo.id, 1, 1) == ([], 0), "is nobody else's"

    asyncio.run(main())


def test_more_jobs_than_one_statement_takes_all_go_and_one_that_is_being_written_stays(
    postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faxina, "_ENVIOS_DE_CADA_VEZ", 7)
    monkeypatch.setattr(faxina, "_PAUSA_S", 0)

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            rows = [job(escritor.id, "lido", AGORA + n) for n in range(30)]
            await banco.store.commit(escritor.lote(*rows))
            async with por_fora(postgres_dsn) as con, con.transaction():
                await con.execute("SELECT FROM atendimento_envios WHERE id = $1 FOR UPDATE", rows[3].id)
                await Faxina(banco.store, VirtualClock(AGORA + HORA), Pasta().remover, envios_guardados=1).limpar()
                assert await guardados(postgres_dsn, escritor.id) == {rows[3].id}
            await banco.store.commit(escritor.lote(replace(rows[3], atualizado_em=AGORA + HORA)))
            assert await guardados(postgres_dsn, escritor.id) == {rows[3].id}

    asyncio.run(main())


def decididas(escritor: Escritor, ticket_id: str, em: int, quantas: int = 1) -> list[DecisaoRow]:
    ids = UuidV7(VirtualClock(em))
    return [
        DecisaoRow(escritor.id, ids.novo(), ticket_id, novo_id(), "oferta", em, None, 1, "{}") for _ in range(quantas)
    ]


def test_decisions_are_kept_for_ninety_days_of_each_empresa(postgres_dsn: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faxina, "_LINHAS_DE_CADA_VEZ", 7)
    monkeypatch.setattr(faxina, "_PAUSA_S", 0)

    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            ler = banco.leituras
            de_cada = {}
            for escritor in (await Escritor.de(banco), await Escritor.de(banco)):
                ticket = escritor.ticket()
                velhas = decididas(escritor, ticket.id, AGORA, 10)
                novas = [row for n in (1, 2) for row in decididas(escritor, ticket.id, AGORA + n)]
                await banco.store.commit(escritor.lote(ticket, *reversed(novas), *velhas))
                assert await ler.decisoes(escritor.id, ticket.id, 1, 100) == ([*novas[::-1], *velhas[::-1]], 12)
                assert await ler.decisoes(escritor.id, ticket.id, 2, 9) == (velhas[2::-1], 12)
                de_cada[escritor.id] = ticket.id, novas
            await Faxina(banco.store, VirtualClock(AGORA + 90 * DIA + 1), Pasta().remover).limpar()
            for id_, (ticket_id, novas) in de_cada.items():
                assert await ler.decisoes(id_, ticket_id, 1, 100) == (novas[::-1], 2)
            assert await ler.decisoes(novo_id(), ticket_id, 1, 100) == ([], 0)

    asyncio.run(main())


def test_the_decisions_about_a_ticket_go_with_it(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ticket, outro = escritor.ticket(status="FECHADO"), escritor.ticket()
            dele, do_outro = decididas(escritor, ticket.id, AGORA), decididas(escritor, outro.id, AGORA)
            await banco.store.commit(escritor.lote(ticket, outro, *dele, *do_outro))
            await banco.store.commit(escritor.lote(ticket_excluido(ticket, AGORA)))
            assert await banco.leituras.decisoes(escritor.id, ticket.id, 1, 10) == ([], 0)
            assert await banco.leituras.decisoes(escritor.id, outro.id, 1, 10) == (do_outro, 1)

    asyncio.run(main())


async def linha_do_tempo(dsn: str, atendente_id: str) -> list[int]:
    async with por_fora(dsn) as con:
        linhas = await con.fetch(
            "SELECT desde FROM atendimento_atendente_estados WHERE atendente_id = $1 ORDER BY desde", atendente_id
        )
    return [desde for (desde,) in linhas]


def test_of_a_timeline_what_was_over_goes_and_of_a_person_who_is_deleted_all(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            ana, rui = atendente(escritor.id), atendente(escritor.id)
            estados = [
                EstadoAtendenteRow(escritor.id, um.id, AGORA + n * DIA, True, "disponivel", None, None)
                for um, dias in ((ana, (0, 1, 2, 9)), (rui, (0,)))
                for n in dias
            ]
            await banco.store.commit(escritor.lote(ana, rui, *estados))
            de_novo = replace(estados[3], online=False, estado="offline", motivo="fim", ator_id=ana.id)
            await banco.store.commit(escritor.lote(de_novo))
            await Faxina(banco.store, VirtualClock(AGORA + 402 * DIA + 1), Pasta().remover).limpar()
            assert await linha_do_tempo(postgres_dsn, ana.id) == [AGORA + 2 * DIA, AGORA + 9 * DIA]
            assert await linha_do_tempo(postgres_dsn, rui.id) == [AGORA], "how it is since then"
            await banco.store.commit(escritor.lote(replace(ana, excluido_em=AGORA)))
            assert await linha_do_tempo(postgres_dsn, ana.id) == []
            assert await linha_do_tempo(postgres_dsn, rui.id) == [AGORA]

    asyncio.run(main())


def test_wrap_ups_that_are_over_go(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            arremates = [ArremateRow(escritor.id, novo_id(), novo_id(), AGORA + n, 100) for n in range(3)]
            await banco.store.commit(escritor.lote(*arremates))
            await Faxina(banco.store, VirtualClock(AGORA + 1), Pasta().remover).limpar()
            async with por_fora(postgres_dsn) as con:
                linhas = await con.fetch("SELECT ticket_id::text FROM atendimento_arremates")
            assert linhas == [(arremates[2].ticket_id,)]

    asyncio.run(main())


def test_notices_go_after_a_month_and_what_kept_them_from_being_told_again_with_its_time(postgres_dsn: str) -> None:
    async def main() -> None:
        async with aberto(postgres_dsn) as banco:
            escritor = await Escritor.de(banco)
            agora = AGORA + 31 * DIA
            velha, nova = menor_id(AGORA), menor_id(agora)
            notificacoes = [
                NotificacaoRow(escritor.id, id_, novo_id(), "oferta", None, "T", "t", False, AGORA)
                for id_ in (velha, nova)
            ]
            dados = [AvisoDadoRow(escritor.id, str(n), novo_id(), agora + n) for n in range(2)]
            await banco.store.commit(escritor.lote(*notificacoes, *dados))
            await Faxina(banco.store, VirtualClock(agora), Pasta().remover).limpar()
            async with por_fora(postgres_dsn) as con:
                assert await con.fetch("SELECT id::text FROM atendimento_notificacoes") == [(nova,)]
                assert await con.fetch("SELECT chave FROM atendimento_avisos_dados") == [("1",)]

    asyncio.run(main())
