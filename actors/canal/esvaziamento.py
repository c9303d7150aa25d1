"""A canal that is being deleted gives up what it has to do first."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from actors.canal.linha import LinhaDeEnvios
from engine.modelo import CanalRow
from engine.runtime import Ask, Stateful


class Esvaziamento:
    """``em_curso``: nothing is handed out, and what comes is given up too. ``linhas`` gives the lines as they are now.

    It changes in the middle of a turn: when one fails, whoever holds it takes those who wait (:meth:`soltar`).
    """

    __slots__ = ("_ator", "_depois", "_herdeiro", "_linhas", "em_curso")

    def __init__(self, ator: Stateful[CanalRow, Any], linhas: Callable[[], Iterable[LinhaDeEnvios]]) -> None:
        self._ator = ator
        self._linhas = linhas
        self._depois: list[Ask[Any]] = []
        self._herdeiro: CanalRow | None = None
        self.em_curso = False

    @property
    def feito(self) -> bool:
        """Whether it is known that nothing is to be done."""
        return all(linha.vazia for linha in self._linhas())

    def comecar(self, depois: Ask[Any], herdeiro: CanalRow | None) -> None:
        """``depois`` is handled when all is given up. ``herdeiro``: the canal that takes its place."""
        self._depois.append(depois)
        self._herdeiro = herdeiro
        self.em_curso = True

    def desistir(self) -> None:
        """The canal stays after all, unless somebody waits for it to be empty."""
        self.em_curso = bool(self._depois)

    def seguir(self) -> None:
        if not self.em_curso:
            return
        for linha in self._linhas():
            linha.esvaziar(self._herdeiro)
        if self._depois and self.feito:
            self._ator.once_released(self._chamar)

    def _chamar(self) -> None:
        """Not before the turn stands: one that fails leaves them to :meth:`soltar`."""
        prontos, self._depois = self._depois, []
        self._ator.ref.put_back(prontos)

    def soltar(self) -> list[Ask[Any]]:
        """It is over; who waited for it."""
        depois, self._depois = self._depois, []
        self.em_curso = False
        return depois
