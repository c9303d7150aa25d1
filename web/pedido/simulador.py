"""What routes ask of whoever simulates."""

from __future__ import annotations

from typing import Protocol

from engine.errors import Unavailable
from engine.simulacao.pedido import SimulacaoFeita


class Simulador(Protocol):
    async def simular(self, empresa_id: str, linhas: list[bytes]) -> SimulacaoFeita:
        """Have it done aside (``linhas``: see :mod:`engine.simulacao.pedido`). It goes on if nobody waits for it any
        more. Raises Unavailable: one of the empresa, or too many of all, are being done, or it took too long.
        """
        ...

    def livre(self, empresa_id: str) -> None:
        """Raise Unavailable unless one more could be done now."""
        ...


class NinguemSimula:
    """Where there is nobody who could: an application without a process beside it."""

    async def simular(self, empresa_id: str, linhas: list[bytes]) -> SimulacaoFeita:  # noqa: ARG002  # the interface
        raise _ninguem()

    def livre(self, empresa_id: str) -> None:  # noqa: ARG002  # the interface
        raise _ninguem()


def _ninguem() -> Unavailable:
    return Unavailable("sem_simulador", "Este servidor não faz simulações; use balcao simular", 60)
