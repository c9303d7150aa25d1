"""The outbox with a million jobs that wait, beside one with a thousand: what it costs to take one.

Both servers run at the same time, each with a PostgreSQL of its own. A connector takes a thousand jobs of each in turn,
over its WebSocket, and answers them. The ratio is what a job costs the full one over what it costs the other, in CPU
time of the server and all the processes of its PostgreSQL: 1 is flat.
"""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from functools import partial
from statistics import median
from typing import Final

import asyncpg
import httpx2
import trio

from bench._cpu import cost_of
from bench._servers import balcao
from bench.registry import Figure, Measured, Progress, Results, bench
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Envio
from engine.vistas import json_text
from tests.servidor import Servidor, Usuario
from tests.sistema.banco import dsn_embutido
from tests.web.conector_de_teste import conectado

MANY: Final = 1_000_000
FEW: Final = 1_000
"""Waiting; and as many are taken in a round."""
ROUNDS: Final = 7
CREDIT: Final = 200
_CONTACTS: Final = 50_000
_FILL: Final = """
    INSERT INTO atendimento_envios (
        empresa_id, id, canal_id, linha, trabalho, estado, raia, ordem, dados, criado_em, atualizado_em, tentativas,
        falhas, duvidas
    )
    SELECT
        $1, gen_random_uuid(), $2, 'saida', 'enviar_mensagem', 'pendente', 'codigo:' || n % $4, n, $5, 1, 1, 0, 0, 0
    FROM generate_series(1, $3::int) n
"""


def made(server: Servidor, admin: Usuario, waiting: int) -> str:
    """A canal with so many jobs that wait."""
    body = {"nome": "Fora", "tipo": "api"}
    created = httpx2.post(f"{server.url}/atendimento/canais", json=body, headers=admin.cabecalhos)
    assert created.is_success, created.text
    canal_id: str = created.json()["id"]
    asyncio.run(_fill(server, admin.empresa_id, canal_id, waiting))
    return canal_id


async def _fill(server: Servidor, empresa_id: str, canal_id: str, waiting: int) -> None:
    connection = await asyncpg.connect(dsn_embutido(server))
    try:
        data = json_text(Envio(para=Endereco("codigo", "1"), conteudo="Bom dia!"))
        await connection.execute(_FILL, empresa_id, canal_id, waiting, _CONTACTS, data, timeout=600)
        await connection.execute("VACUUM ANALYZE atendimento_envios", timeout=600)
    finally:
        await connection.close()


def take(server: Servidor, admin: Usuario, canal_id: str) -> int:
    """Take a thousand, and answer each."""

    async def work() -> None:
        async with conectado(server, server.token(admin.empresa_id, "conector")) as connector:
            for _ in range(FEW // CREDIT):
                await connector.assinar(canal_id, CREDIT)
                jobs = [await connector.trabalho() for _ in range(CREDIT)]
                await connector.assinar(canal_id, 0)  # so that exactly these are taken
                for job in jobs:
                    await connector.mandar("resultado", id=job["id"], tentativa=job["tentativa"], desfecho="aceito")
                for _ in jobs:
                    await connector.receber("anotado")

    trio.run(work)
    return FEW


@bench(
    Figure("outbox.flat_ratio", "×", 1.5, "at most"),
    Figure("outbox.take_cpu_us", "µs"),
)
def flat(progress: Progress) -> Results:
    with ExitStack() as stack:
        full, fresh = (stack.enter_context(balcao()) for _ in range(2))
        admins = {server.porta: server.nova_empresa() for server in (full, fresh)}
        progress(f"{MANY:,} jobs are written")
        many = made(full, admins[full.porta], MANY)
        few = [made(fresh, admins[fresh.porta], FEW) for _ in range(ROUNDS + 1)]
        costs: dict[str, list[float]] = {"full": [], "fresh": []}
        for n, canal_id in enumerate(few):
            progress(f"round {n} of {ROUNDS}")
            of_full = cost_of(full, partial(take, full, admins[full.porta], many)).total
            of_fresh = cost_of(fresh, partial(take, fresh, admins[fresh.porta], canal_id)).total
            if n:  # the first one warms up
                costs["full"].append(of_full)
                costs["fresh"].append(of_fresh)
    full_us, fresh_us = median(costs["full"]), median(costs["fresh"])
    return {
        "outbox.flat_ratio": Measured(full_us / fresh_us, 1),
        "outbox.take_cpu_us": Measured(full_us, fresh_us),
    }
