"""Admission: how many requests of one empresa run at once.

A flooding empresa fills its own line, not the event loop: some of its requests run, the next ones wait in arrival
order, and beyond a bound they are refused. So a request of a quiet empresa meets only a bounded number of others,
whatever anybody sends.

How many run is shared out among the empresas seen lately. Alone, an empresa has them all, since group commit is the
cheaper the more requests share a transaction; the more there are, the smaller the part of each.
"""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections import deque
from time import monotonic
from typing import Final

from msgspec import Struct

from web.resposta.erros import TooManyRequests

_TENTE_EM: Final = 1
_JANELA_S: Final = 1.0
"""For how long, at least, an empresa counts as there after its last request."""


class LimitesDeAdmissao(Struct, frozen=True):
    """Numbers of requests."""

    simultaneos: int = 16
    """Run at once, shared among the empresas seen lately."""
    minimo: int = 8
    """Run at once of each empresa, however many there are."""
    em_espera: int = 1024
    """Wait, of each empresa; more are refused."""


class _DaEmpresa:
    """One empresa: how many run, and who waits."""

    __slots__ = ("correndo", "vezes")

    def __init__(self) -> None:
        self.correndo = 0
        self.vezes: deque[Future[None]] = deque()


class Admissao:
    """Turns for requests, per empresa. Every :meth:`entrar` that returns is paired with one :meth:`sair`."""

    __slots__ = ("_antes", "_empresas", "_fim_da_janela", "_limites", "_vistas")

    def __init__(self, limites: LimitesDeAdmissao | None = None) -> None:
        self._limites = limites or LimitesDeAdmissao()
        self._empresas: dict[str, _DaEmpresa] = {}
        self._vistas: set[str] = set()
        self._antes = 0
        self._fim_da_janela = 0.0

    def entrar(self, empresa_id: str) -> Future[None] | None:
        """Take a turn. None: it runs now; otherwise wait for it with :meth:`aguardar`.

        Raises:
            TooManyRequests: the line is full.
        """
        self._vista(empresa_id)
        dela = self._empresas.get(empresa_id)
        if dela is None:
            dela = self._empresas[empresa_id] = _DaEmpresa()
        if dela.correndo < self.parte():
            dela.correndo += 1
            return None
        if len(dela.vezes) >= self._limites.em_espera:
            raise TooManyRequests(
                "muitas_requisicoes", "Há requisições demais desta empresa em andamento; tente de novo", _TENTE_EM
            )
        vez: Future[None] = get_running_loop().create_future()
        dela.vezes.append(vez)
        return vez

    async def aguardar(self, empresa_id: str, vez: Future[None]) -> None:
        """Wait for a turn. If the waiting is cancelled, the turn is given up."""
        try:
            await vez
        except BaseException:
            if vez.done() and not vez.cancelled():  # it had come: pass it on
                self.sair(empresa_id)
            raise

    def sair(self, empresa_id: str) -> None:
        """Give the turn to whoever waits longest, as far as the empresa's part goes."""
        dela = self._empresas[empresa_id]
        dela.correndo -= 1
        parte = self.parte()
        while dela.vezes and dela.correndo < parte:
            vez = dela.vezes.popleft()
            if not vez.done():
                dela.correndo += 1
                vez.set_result(None)
        if not dela.correndo:
            del self._empresas[empresa_id]

    def parte(self) -> int:
        """How many requests of one empresa may run now."""
        return max(self._limites.minimo, self._limites.simultaneos // max(1, self._antes, len(self._vistas)))

    def aguardando(self) -> int:
        """How many wait now, over all empresas."""
        return sum(len(dela.vezes) for dela in self._empresas.values())

    def _vista(self, empresa_id: str) -> None:
        agora = monotonic()
        if agora >= self._fim_da_janela:
            self._antes = len(self._vistas) if agora < self._fim_da_janela + _JANELA_S else 0
            self._vistas.clear()
            self._fim_da_janela = agora + _JANELA_S
        self._vistas.add(empresa_id)
