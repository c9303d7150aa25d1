"""The host of connectors, a process beside the server: started with it, kept running, and stopped before it."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from balcao.ajustes.campos import Ajustes
from engine.ambiente import ambiente_minimo
from web.conectores import chave_da_instalacao

log = logging.getLogger(__name__)

RECOMECO_S: Final = 1.0
RECOMECO_MAXIMO_S: Final = 60.0
"""Before it is started again."""
SAUDAVEL_S: Final = 60.0
PARAR_S: Final = 4.0
"""How long it may take to hand back what it has."""


def nome_do_hospedeiro(no: str, url: str) -> str:
    """What a server's own host is called: the same when it starts again, and another for each server on one database.
    What a host of that name had in hand is taken for lost when it is back; so no two may share one.
    """
    return f"balcao {no[:80]}:{urlsplit(url).port or 0}"


def ambiente_do_filho(ajustes: Ajustes, nosso: Mapping[str, str]) -> dict[str, str]:
    """Its environment: what any program has, and of our settings those that it reads, as they are here, also where they
    came by an option or from ``.env``.
    """
    ditos = {
        "BALCAO_ENV": ajustes.ambiente,
        "LOG_LEVEL": ajustes.log_level,
        "HOST": ajustes.host,
        "PORT": str(ajustes.port),
        "BACKEND_URL": ajustes.backend_url or "",
        "BALCAO_DADOS": str(ajustes.dados),
        "REDES_PERMITIDAS": ",".join(ajustes.redes_permitidas),
    }
    return ambiente_minimo(nosso) | ditos


class ProcessoDosConectores:
    """``url`` is where the server is reached. The child ends when its standard input does, so it never outlives us."""

    def __init__(self, ajustes: Ajustes, url: str) -> None:
        self._ajustes = ajustes
        self._url = url
        self._processo: Process | None = None
        self._parando = False

    @property
    def vivo(self) -> bool:
        return self._processo is not None and self._processo.returncode is None

    async def manter(self) -> None:
        """Keep it running until :meth:`parar`."""
        laco = asyncio.get_running_loop()
        espera = RECOMECO_S
        while not self._parando:
            inicio = laco.time()
            self._processo = await self._iniciar()
            codigo = await self._processo.wait()
            if self._parando:
                return
            if laco.time() - inicio > SAUDAVEL_S:
                espera = RECOMECO_S
            log.error("the connectors' process ended (%s); again in %.0f s", codigo, espera)
            await asyncio.sleep(espera)
            espera = min(espera * 2, RECOMECO_MAXIMO_S)

    async def _iniciar(self) -> Process:
        """It is given no secret but the key by which we know it, and that by a pipe: an environment can be read."""
        processo = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "balcao", "connectors", "--url", self._url,
            "--nome", nome_do_hospedeiro(self._ajustes.nome_do_no, self._url), "--filho",
            *(f"--porta-da-casa={porta}" for porta in self._ajustes.portas_da_casa),
            stdin=PIPE,
            env=ambiente_do_filho(self._ajustes, os.environ),
        )  # fmt: skip
        assert processo.stdin is not None, "it is a pipe"
        with suppress(OSError, RuntimeError):  # uvloop's word for a pipe that is closed: it has ended already
            processo.stdin.write(f"{chave_da_instalacao(self._ajustes.jwt_secret)}\n".encode())
        return processo

    async def parar(self) -> None:
        self._parando = True
        processo = self._processo
        if processo is None or processo.returncode is not None:
            return
        with suppress(ProcessLookupError):
            processo.terminate()
        try:
            async with asyncio.timeout(PARAR_S):
                await processo.wait()
        except TimeoutError:
            log.warning("the connectors' process did not stop in time: it is ended; what it had is in doubt")
            with suppress(ProcessLookupError):
                processo.kill()
            await processo.wait()
