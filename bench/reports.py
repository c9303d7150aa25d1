"""Reports on a month of 1,000,000 tickets (7,000,000 events, 600 agents, 20 filas), read as the API reads them.

``reports.month_s`` is the slowest of five: volume and times by fila, times by agent, volume by day and by fila and day;
each the median of rounds. The baseline is the times by fila and nothing else, by SQL over the log, once, in the same
run.

``reports.fold_us`` is what counting an event costs the loop's thread, ``reports.fold_per_s`` how many are counted a
second with reading and writing PostgreSQL, if nothing else is to be done.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import Any, Final
from zoneinfo import ZoneInfo

import asyncpg

from bench._database import VAULT, database
from bench._month import BEGIN, DAY, DAYS, HOUR, TICKETS, Month, write_day, write_rest
from bench.registry import Figure, Measured, Progress, Results, bench
from engine.relatorios.consulta import Consulta, Nome, Por
from engine.relatorios.contagem import Contagem
from engine.relatorios.leitura import relatorio
from engine.relatorios.periodo import Intervalo
from engine.relatorios.quadro import Tempos, Volume
from storage import Banco, abrir

ROUNDS: Final = 3
IN_ONE_GO: Final = 500
_ASKED: Final[tuple[tuple[Nome, Por, Intervalo], ...]] = (
    ("volume", "fila", "total"), ("tempos", "fila", "total"), ("tempos", "atendente", "total"),
    ("volume", "total", "dia"), ("volume", "fila", "dia"),
)  # fmt: skip
_BY_SQL: Final = """
WITH criados AS (
    SELECT ticket_id, fila_id, em FROM atendimento_eventos
    WHERE empresa_id = $1 AND em >= $2 AND em < $3 AND tipo = 'ticket_criado'
), fins AS (
    SELECT ticket_id, fila_id, em FROM atendimento_eventos
    WHERE empresa_id = $1 AND em >= $2 AND em < $3 AND tipo = 'ticket_encerrado'
), respostas AS (
    SELECT fila_id, (mudancas::json #>> '{tempoPrimeiraRespostaSegundos,1}')::float AS segundos FROM atendimento_eventos
    WHERE empresa_id = $1 AND em >= $2 AND em < $3 AND tipo = 'nova_mensagem' AND mudancas IS NOT NULL
), resolucoes AS (
    SELECT f.fila_id, count(*) AS quantas, percentile_cont(array[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY f.em - c.em)
    FROM fins f JOIN criados c USING (ticket_id) GROUP BY f.fila_id
), primeiras AS (
    SELECT fila_id, count(*) AS quantas, percentile_cont(array[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY segundos)
    FROM respostas GROUP BY fila_id
)
SELECT r.*, p.* FROM resolucoes r JOIN primeiras p USING (fila_id)
"""


async def _fold(banco: Banco, month: Month, progress: Progress) -> tuple[float, float]:
    """Count the first day; the microseconds of an event on the loop, and how many a second in all."""
    counting, begin, n = 0.0, perf_counter(), 0
    while (leva := await banco.store.relatorios.ler(month.empresa_id, IN_ONE_GO)) is not None:
        contagem = Contagem(leva.tickets, leva.atendentes)
        started = perf_counter()
        for evento in leva.eventos:
            contagem.contar(evento)
        counting += perf_counter() - started
        n += len(leva.eventos)
        assert await banco.store.relatorios.gravar(month.empresa_id, leva, contagem)
        if n % 50_000 < IN_ONE_GO:
            progress(f"{n:,} events counted")
    return counting / n * 1e6, n / (perf_counter() - begin)


async def _read(banco: Banco, month: Month, asked: tuple[Nome, Por, Intervalo]) -> float:
    """The seconds that a report takes, which must hold all there was."""
    nome, por, intervalo = asked
    horas = range(BEGIN // HOUR, (BEGIN + 30 * DAY) // HOUR)
    consulta = Consulta(nome, horas, ZoneInfo("America/Sao_Paulo"), por, intervalo)
    started = perf_counter()
    made = await relatorio(banco.leituras.relatorios, month.empresa_id, consulta, BEGIN + 30 * DAY)
    seconds = perf_counter() - started
    tickets = TICKETS // DAYS * DAYS
    if isinstance(made.geral, Volume):
        assert made.geral.criados == made.geral.resolvidos == tickets
    else:
        assert isinstance(made.geral, Tempos)
        assert made.geral.resolucao.quantos == made.geral.proxima_resposta.quantos == tickets
    return seconds


async def _by_sql(con: asyncpg.Connection[Any], month: Month) -> float:
    started = perf_counter()
    rows = await con.fetch(_BY_SQL, month.empresa_id, BEGIN, BEGIN + 30 * DAY, timeout=600)
    assert sum(row["quantas"] for row in rows) == TICKETS // DAYS * DAYS
    return perf_counter() - started


@bench(
    Figure("reports.month_s", "s", 2, "at most"),
    Figure("reports.fold_us", "µs/event"),
    Figure("reports.fold_per_s", "events/s"),
)
async def reports(progress: Progress) -> Results:
    progress("a day of events")
    month = Month()
    async with database() as dsn:
        banco = await abrir(dsn, no="bench", cofre=VAULT)
        con: asyncpg.Connection[Any] = await asyncpg.connect(dsn)
        try:
            await write_day(con, month)
            cost, rate = await _fold(banco, month, progress)
            await write_rest(con, month, progress)
            await con.execute("VACUUM (ANALYZE) atendimento_eventos, atendimento_relatorios")
            slowest = 0.0
            for asked in _ASKED:
                progress(f"report: {', '.join(asked)}")
                seconds = [await _read(banco, month, asked) for _ in range(ROUNDS)]
                slowest = max(slowest, median(seconds))
                progress(f"report: {', '.join(asked)}: {median(seconds):.2f} s")
            progress("the same by SQL over the log")
            by_sql = await _by_sql(con, month)
        finally:
            await con.close()
            await banco.fechar()
    return {
        "reports.month_s": Measured(slowest, by_sql),
        "reports.fold_us": Measured(cost),
        "reports.fold_per_s": Measured(rate),
    }
