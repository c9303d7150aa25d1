"""A bounded queue of frames between the gateway, which never waits, and an edge that writes at its client's speed."""

from __future__ import annotations

from collections import deque

from web.gateway._quadro import Quadro
from web.gateway._sinal import Sinal


class FilaDeSaida:
    """Frames that wait for one reader, bounded in number and in bytes. Many put in one tick wake the writer once."""

    __slots__ = ("_bytes", "_folga", "_ha", "_max_bytes", "_max_quadros", "_quadros")

    def __init__(self, max_quadros: int, max_bytes: int) -> None:
        self._quadros: deque[Quadro] = deque()
        self._bytes = 0
        self._max_quadros = max_quadros
        self._max_bytes = max_bytes
        self._ha = Sinal(dado=False)
        self._folga = Sinal(dado=True)

    def __len__(self) -> int:
        return len(self._quadros)

    def por(self, quadro: Quadro) -> bool:
        """Put a frame at the end; False, and nothing is put, if the bound is reached: a reader so slow is cut (4408, by
        ``web/soquetes/saidas.py`` and ``web/socketio/_soquete.py``).

        One frame alone always fits, however large.
        """
        cheia = len(self._quadros) >= self._max_quadros or self._bytes + quadro.tamanho > self._max_bytes
        if cheia and self._quadros:
            return False
        self._quadros.append(quadro)
        self._bytes += quadro.tamanho
        self._ha.set()
        if not self.folgada():
            self._folga.clear()
        return True

    def tirar(self) -> Quadro | None:
        """Take the oldest frame; None if there is none."""
        if not self._quadros:
            self._ha.clear()
            return None
        quadro = self._quadros.popleft()
        self._bytes -= quadro.tamanho
        if not self._folga.is_set() and self.folgada():
            self._folga.set()
        return quadro

    def ver(self) -> Quadro | None:
        """The oldest frame, which stays."""
        return self._quadros[0] if self._quadros else None

    def folgada(self) -> bool:
        """Whether it is less than half full."""
        return len(self._quadros) * 2 < self._max_quadros and self._bytes * 2 < self._max_bytes

    def descartar(self) -> None:
        """Forget everything that waits."""
        self._quadros.clear()
        self._bytes = 0
        self.acordar()

    def acordar(self) -> None:
        """Wake whoever waits, for a reason of the caller's (the connection closes)."""
        self._ha.set()
        self._folga.set()

    async def esperar(self) -> None:
        """Until there is a frame, or :meth:`acordar`."""
        await self._ha.wait()

    async def escoar(self) -> None:
        """Until :meth:`folgada`, or :meth:`acordar`."""
        await self._folga.wait()
