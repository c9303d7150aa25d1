"""Who reads: the connections for reading, shared out among the empresas.

An empresa's searches may be slow, so what it holds is bounded: two thirds of the connections at most, and never the
last two, which are for empresas that hold none. What goes beyond waits in the empresa's own line, for a bounded time.
"""

from __future__ import annotations

from asyncio import Future, get_running_loop, timeout
from collections import deque
from typing import Final

from engine.errors import Overloaded

_RESERVA: Final = 2
"""Connections that only an empresa without any may take."""


class Reparticao:
    """So many places (``vagas``), waited for ``espera_s`` seconds at most. Whoever has taken one (:meth:`tentar`,
    :meth:`aguardar`) gives it back by :meth:`sair`.
    """

    __slots__ = ("_espera_s", "_esperas", "_livres", "_parte", "_tem")

    def __init__(self, vagas: int, espera_s: float) -> None:
        self._livres = vagas
        self._parte = max(1, vagas * 2 // 3)
        self._espera_s = espera_s
        self._tem: dict[str, int] = {}
        self._esperas: dict[str, deque[Future[None]]] = {}

    def tentar(self, empresa_id: str) -> bool:
        """Take a place, if there is one for this empresa now and nobody of it waits."""
        if empresa_id in self._esperas or not self._cabe(empresa_id):
            return False
        self._livres -= 1
        self._tem[empresa_id] = self._tem.get(empresa_id, 0) + 1
        return True

    async def aguardar(self, empresa_id: str) -> None:
        """Take a place when there is one. Raises Overloaded if that takes too long."""
        vez: Future[None] = get_running_loop().create_future()
        self._esperas.setdefault(empresa_id, deque()).append(vez)
        try:
            async with timeout(self._espera_s):
                await vez
        except BaseException as problema:
            if vez.done() and not vez.cancelled():  # it had come: pass it on
                self.sair(empresa_id)
            else:
                self._sair_da_linha(empresa_id, vez)
            if isinstance(problema, TimeoutError):
                raise Overloaded(
                    "consultas_demais", "Há consultas demais desta empresa em andamento; tente de novo em instantes", 2
                ) from None
            raise

    def sair(self, empresa_id: str) -> None:
        """Give a place back: to the first empresa in line that may have it."""
        self._livres += 1
        resta = self._tem[empresa_id] - 1
        if resta:
            self._tem[empresa_id] = resta
        else:
            del self._tem[empresa_id]
        if self._esperas:
            self._chamar()

    def _cabe(self, empresa_id: str) -> bool:
        tem = self._tem.get(empresa_id, 0)
        return self._livres > (_RESERVA if tem else 0) and tem < self._parte

    def _chamar(self) -> None:
        for empresa_id in list(self._esperas):
            if self._cabe(empresa_id):
                vez = self._esperas[empresa_id][0]
                self._sair_da_linha(empresa_id, vez)
                self._livres -= 1
                self._tem[empresa_id] = self._tem.get(empresa_id, 0) + 1
                vez.set_result(None)

    def _sair_da_linha(self, empresa_id: str, vez: Future[None]) -> None:
        """The empresa goes to the end of those that wait, if more of it do."""
        linha = self._esperas.pop(empresa_id)
        linha.remove(vez)
        if linha:
            self._esperas[empresa_id] = linha
