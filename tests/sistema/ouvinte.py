"""A client that only listens, and resumes where it was each time the server goes away."""

from __future__ import annotations

import trio

from tests.servidor import Servidor, Usuario
from tests.sistema.cliente import Interrompida, fio
from tests.web.ws_apoio import Tela


class Ouvinte:
    """Listens as ``quem`` in some rooms. ``recebidos`` are the durable events it got: ``seq`` and name.

    ``inicio`` is the ``seq`` it began after.
    """

    def __init__(self, servidor: Servidor, quem: Usuario, salas: list[str]) -> None:
        self._servidor = servidor
        self._quem = quem
        self._salas = salas
        self.inicio = -1
        self.recebidos: list[tuple[int, str]] = []
        self.retomadas = 0
        self.ouvindo = trio.Event()

    @property
    def ultimo(self) -> int:
        return self.recebidos[-1][0] if self.recebidos else self.inicio

    async def ouvir_ate(self, tipo: str, marca: str) -> None:
        """Listen until an event of that name that says ``marca`` has come."""
        while True:
            desde = None if self.inicio < 0 else self.ultimo
            try:
                async with fio(self._servidor, self._quem, desde, self._salas) as tela:
                    await self._seguir(tela, tipo, marca)
                    return
            except Interrompida:
                self.retomadas += 1
                await trio.sleep(0.05)

    async def _seguir(self, tela: Tela, tipo: str, marca: str) -> None:
        connect = await tela.evento("connect")
        if self.inicio < 0:
            self.inicio = connect["data"]["seq"]
            self.ouvindo.set()
        while True:
            quadro = await tela.ate(lambda f: "event" in f)
            assert quadro["event"] not in {"resync", "erro"}, quadro
            if "seq" in quadro:
                self.recebidos.append((quadro["seq"], quadro["event"]))
                if quadro["event"] == tipo and marca in str(quadro["data"]):
                    return
