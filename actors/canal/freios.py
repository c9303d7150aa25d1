"""What holds up a line, or all of its canal: the circuit breaker, and the rest that a provider asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec import Struct

from engine.envios.desfechos import Desfeito
from engine.envios.disjuntor import Disjuntor
from engine.envios.politica import REPETIVEIS
from engine.modelo import EnvioRow


class Descanso(Struct, frozen=True):
    """Nothing goes out before ``ate`` (ms), and why."""

    ate: int
    motivo: str | None = None


NENHUM = Descanso(0)


class Freios:
    """``pausar`` is told why nothing will pass. ``descanso`` is the longest that was asked for: it may be over."""

    __slots__ = ("_pausar", "_pediram", "descanso", "disjuntor")

    def __init__(self, pausar: Callable[[str], None]) -> None:
        self._pausar = pausar
        self._pediram: set[str] = set()
        self.descanso = NENHUM
        self.disjuntor = Disjuntor()

    def julgar(self, feito: Desfeito, now: int) -> None:
        """What an answer says of the channel."""
        if feito.saude == "nada" or feito.row.trabalho in REPETIVEIS:
            self.disjuntor.nada()
        elif feito.saude == "boa":
            self.disjuntor.foi_bem()
        else:
            self.disjuntor.foi_mal(now)
        self.segurar(feito, now)

    def segurar(self, feito: Desfeito, now: int) -> None:
        """What is asked for, by whatever was sent."""
        if feito.canal_ate is not None:
            self._descansar(feito.row, feito.canal_ate, now)
        if feito.pausar is not None:
            self._pausar(feito.pausar)

    def _descansar(self, row: EnvioRow, ate: int, now: int) -> None:
        if self.descanso.ate <= now:
            self._pediram.clear()
        self._pediram.add(row.id)
        if ate > self.descanso.ate:
            self.descanso = Descanso(ate, row.erro or row.codigo)

    def soltar(self) -> Collection[str]:
        """What was wrong is mended, somebody says. Gives the jobs that asked for the rest, which wait themselves."""
        pediram, self._pediram = self._pediram, set()
        self.descanso = NENHUM
        self.disjuntor = Disjuntor()
        return pediram
