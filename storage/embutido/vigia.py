"""Starts the server again when it dies.

Every process that uses the server watches it, whoever started it: when it dies they meet at the start's lock, the first
starts it and the others find it running. So the one that leaves hands nothing over.
"""

from __future__ import annotations

import logging
import os
import select
import threading
import time
from collections.abc import Callable
from typing import Final

from storage.embutido.postgres import PostgresEmbutido
from storage.erros import EmbutidoFalhou

log = logging.getLogger(__name__)

_PAUSA_S: Final = (0.5, 30.0)
"""Before it is started again when that failed, or it died soon: first, and at most."""
_FIRME_S: Final = 60.0
"""What has lived so long counts as well: the next death is the first one."""


class Vigia:
    """Watches the server of a folder from a thread: starting it blocks, and waiting for its end costs nothing."""

    def __init__(self, servidor: PostgresEmbutido, ao_religar: Callable[[], None]) -> None:
        """``ao_religar`` is called, on the thread, each time it was us who started it again."""
        self._servidor = servidor
        self._ao_religar = ao_religar
        self._aviso, self._avisar = os.pipe()
        self._thread = threading.Thread(target=self._vigiar, name="vigia do PostgreSQL", daemon=True)

    def comecar(self) -> None:
        self._thread.start()

    def parar(self) -> None:
        """Return once nobody watches any more. It may be stopped then."""
        os.write(self._avisar, b"\0")
        self._thread.join()
        os.close(self._avisar)
        os.close(self._aviso)

    def _vigiar(self) -> None:
        try:
            self._cuidar()
        except Exception:
            log.exception("nobody watches the embedded PostgreSQL any more")

    def _cuidar(self) -> None:
        """Start it again whenever it dies, until asked to stop."""
        pausa = 0.0
        while True:
            inicio = time.monotonic()
            try:
                if not self._servidor.esperar_fim(self._aviso):
                    return
                if time.monotonic() - inicio > _FIRME_S:
                    pausa = 0.0
                if self._chamado(pausa):
                    return
                self._religar()
            except EmbutidoFalhou as exc:
                log.error("the embedded PostgreSQL did not start: %s", exc)  # noqa: TRY400 - one line for a person
                if self._chamado(pausa):
                    return
            pausa = min(max(_PAUSA_S[0], 2 * pausa), _PAUSA_S[1])

    def _chamado(self, segundos: float) -> bool:
        """Whether it is asked to stop, within so long."""
        return bool(select.select([self._aviso], [], [], segundos)[0])

    def _religar(self) -> None:
        log.error("the embedded PostgreSQL died: starting it again")
        inicio = time.monotonic()
        fomos_nos = self._servidor.religar()
        if fomos_nos:
            self._ao_religar()
        quem = "this process" if fomos_nos else "another process"
        log.warning("the embedded PostgreSQL runs again after %.1f s, started by %s", time.monotonic() - inicio, quem)
