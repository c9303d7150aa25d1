"""The database the settings name; without one, the embedded PostgreSQL, minded for as long as it is needed."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from balcao.ajustes.campos import Ajustes
from balcao.erros import ErroDeUso
from balcao.servidor.parada import ate_o_fim
from storage import pastas
from storage.embutido import PostgresEmbutido, Vigia
from storage.erros import BancoAusente, DsnInvalido


@asynccontextmanager
async def dsn_de(ajustes: Ajustes, ao_religar: Callable[[], None] = lambda: None) -> AsyncIterator[str]:
    """The DSN of the database to use. ``ao_religar`` is called, on any thread, when the embedded one had died and was
    started again.

    Raises:
        ErroDeUso: the data folder cannot be written.
        EmbutidoFalhou: the embedded PostgreSQL cannot run.
    """
    if ajustes.dsn is not None:
        try:
            yield ajustes.dsn
        except (BancoAusente, DsnInvalido) as falha:
            problema, _, remedio = falha.message.rpartition("; ")
            raise type(falha)(falha.codigo, f"{problema}; banco: {ajustes.banco}; {remedio}") from falha
        return
    conferir_pasta(ajustes)
    servidor = PostgresEmbutido(ajustes.dados)
    try:
        dsn = await ate_o_fim(servidor.iniciar)
    except asyncio.CancelledError:
        await ate_o_fim(servidor.parar)
        raise
    vigia = Vigia(servidor, ao_religar)
    vigia.comecar()
    try:
        yield dsn
    finally:
        await ate_o_fim(vigia.parar)
        await ate_o_fim(servidor.parar)


def conferir_pasta(ajustes: Ajustes) -> None:
    """Make the data folder if it is missing, and see that it can be written, and by nobody else.

    Raises:
        ErroDeUso: it cannot.
    """
    try:
        with pastas.dos_dados(ajustes.dados):
            motivo = None if os.access(ajustes.dados, os.W_OK | os.X_OK) else "sem permissão"
    except OSError as erro:
        motivo = erro.strerror
    if motivo is not None:
        raise ErroDeUso(
            f"BALCAO_DADOS: não é possível escrever em {ajustes.dados} ({motivo})",
            "libere a pasta ou aponte BALCAO_DADOS para outra",
        )
