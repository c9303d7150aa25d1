"""The deadline of a request: so many seconds from its beginning, whatever is tried or waited for in it.

What is not done by then is answered all the same, with what is true: nothing was done, or nobody knows yet.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from engine.errors import BalcaoError, Overloaded, Unavailable
from engine.saude import Saude
from web.pedido.prazo import Prazo

RESPOSTA_S: Final = 5.0

T = TypeVar("T")


class TempoDeResposta:
    """Requests of at most ``segundos``. ``saude`` knows whether it is the database that makes them late."""

    __slots__ = ("_prazo", "_saude", "_segundos")

    def __init__(self, saude: Saude, segundos: float = RESPOSTA_S) -> None:
        self._saude = saude
        self._segundos = segundos
        self._prazo = Prazo(segundos)

    async def cumprir(self, trabalho: Coroutine[Any, Any, T]) -> T:
        """Await ``trabalho`` in this task. Raises TimeoutError when it takes too long: see :meth:`atrasado`."""
        return await self._prazo.cumprir(trabalho)

    async def exigir(self, trabalho: Coroutine[Any, Any, T], *, muda: bool) -> T:
        """Await ``trabalho``, and raise :meth:`atrasado` when it takes too long."""
        try:
            return await self._prazo.cumprir(trabalho)
        except TimeoutError:
            raise self.atrasado(muda=muda) from None

    def atrasado(self, *, muda: bool, comecou: bool = True) -> BalcaoError:
        """What is said of a request that was not answered in time. ``muda``: it may have changed something;
        ``comecou``: it was not still at the door, where it is found out who it is and its turn is waited for.
        """
        if not self._saude.disponivel or not self._saude.recente():
            return self._saude.incerto() if muda and comecou else self._saude.recusa()
        if not comecou:
            frase = f"Há requisições demais desta empresa, e esta esperou {self._segundos:.0f} s pela vez"
            return Overloaded("sobrecarga", f"{frase}; nada foi feito, tente de novo em instantes", 2)
        frase = f"O pedido não foi atendido em {self._segundos:.0f} s"
        if muda:
            return Unavailable("resultado_incerto", f"{frase}; confira se a operação foi feita", 5)
        return Unavailable("resposta_demorada", f"{frase}; tente de novo em instantes", 2)
