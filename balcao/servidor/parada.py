"""Stopping: asked for by a signal, in an orderly way, and never for longer than a hard deadline."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, Final, TypeVar

from engine.ambiente import ambiente_minimo

log = logging.getLogger(__name__)

PRAZO_S: Final = 9.0
"""From the first signal until the process is gone, whatever hangs."""
_SINAIS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_INTERROMPIDO: Final = 130

T = TypeVar("T")


class Parada:
    """The wish to stop. The first signal asks; a second one, or the deadline, ends the process at once."""

    def __init__(self, ao_pedir: Callable[[], None], ao_desistir: Callable[[], None]) -> None:
        """``ao_pedir`` is called once, when stopping begins; ``ao_desistir`` right before the process is ended the
        hard way.
        """
        self._pedida = asyncio.Event()
        self._ao_pedir = ao_pedir
        self._ao_desistir = ao_desistir
        self._prazo: threading.Timer | None = None

    def escutar_sinais(self) -> None:
        laco = asyncio.get_running_loop()
        for sinal in _SINAIS:
            laco.add_signal_handler(sinal, self._sinal)

    def _sinal(self) -> None:
        if self._pedida.is_set():
            self._desistir(_INTERROMPIDO)
        self.pedir()

    def pedir(self) -> None:
        """Ask to stop. The deadline runs from the first time."""
        if self._pedida.is_set():
            return
        self._pedida.set()
        # A thread: it must fire even while the loop is held.
        self._prazo = threading.Timer(PRAZO_S, self._vencer)
        self._prazo.daemon = True
        self._prazo.start()
        self._ao_pedir()

    def cumprida(self) -> None:
        """Everything is stopped: the deadline is called off."""
        if self._prazo is not None:
            self._prazo.cancel()

    async def esperar(self) -> None:
        await self._pedida.wait()

    async def ou(self, trabalho: Coroutine[Any, Any, T]) -> T | None:
        """The result of ``trabalho``, or None if the wish to stop came first (it is cancelled then, and waited for)."""
        tarefa = asyncio.create_task(trabalho, name="server: start")
        pedida = asyncio.create_task(self.esperar(), name="server: wish to stop")
        try:
            await asyncio.wait({tarefa, pedida}, return_when=asyncio.FIRST_COMPLETED)
            if tarefa.done():
                return tarefa.result()
            return None
        finally:
            pedida.cancel()
            tarefa.cancel()
            await asyncio.wait({tarefa, pedida})

    def _vencer(self) -> None:
        log.error("not stopped after %.0f s: ending at once", PRAZO_S)
        self._desistir(1)

    def _desistir(self, codigo: int) -> None:
        self._ao_desistir()
        os._exit(codigo)


def parar_postgres_depois(pasta: Path) -> None:
    """Have the embedded PostgreSQL of ``pasta`` stopped as soon as this process is gone.

    The helper sees this process's end as the end of its standard input; ``PostgresEmbutido.parar`` does nothing while
    another process uses the server.
    """
    programa = (
        "import sys, pathlib; sys.stdin.read(); "
        "from storage.embutido import PostgresEmbutido; PostgresEmbutido(pathlib.Path(sys.argv[1])).parar()"
    )
    leitura, _ = os.pipe()  # the other end stays open until we are gone
    subprocess.Popen(  # noqa: S603 - our own interpreter and a constant program
        [sys.executable, "-c", programa, str(pasta)],
        stdin=leitura,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=ambiente_minimo(os.environ),
        start_new_session=True,
    )


async def ate_o_fim(funcao: Callable[[], T]) -> T:
    """Run a blocking function in a thread. Cancelled, it waits for the function to end first: half a start of a
    PostgreSQL cannot be undone.
    """
    trabalho = asyncio.create_task(asyncio.to_thread(funcao), name="server: in a thread")
    try:
        return await asyncio.shield(trabalho)
    except asyncio.CancelledError:
        await asyncio.wait({trabalho})
        raise
