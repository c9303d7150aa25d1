"""Admission: how many requests of one empresa run at once.

A flooding empresa fills its own line, not the event loop: at most ``simultaneos`` of its requests run, the next ones
wait in arrival order, and beyond ``em_espera`` they are refused. So the requests of a quiet empresa meet only a bounded
number of others, whatever anybody sends.
"""

from __future__ import annotations

from asyncio import Future, get_running_loop
from collections import deque
from typing import Final

from web.erros import TooManyRequests

_TENTE_EM: Final = 1


class _Linha:
    """One empresa: how many run, and who waits."""

    __slots__ = ("correndo", "espera")

    def __init__(self) -> None:
        self.correndo = 0
        self.espera: deque[Future[None]] = deque()


class Admissao:
    """Turns for requests, per empresa. Every :meth:`entrar` that returns is paired with one :meth:`sair`."""

    __slots__ = ("_em_espera", "_linhas", "_simultaneos")

    def __init__(self, simultaneos: int, em_espera: int) -> None:
        self._simultaneos = simultaneos
        self._em_espera = em_espera
        self._linhas: dict[str, _Linha] = {}

    def entrar(self, empresa_id: str) -> Future[None] | None:
        """Take a turn. None: it runs now; otherwise wait for it with :meth:`aguardar`.

        Raises:
            TooManyRequests: the line is full.
        """
        linha = self._linhas.get(empresa_id)
        if linha is None:
            linha = self._linhas[empresa_id] = _Linha()
        if linha.correndo < self._simultaneos:
            linha.correndo += 1
            return None
        if len(linha.espera) >= self._em_espera:
            raise TooManyRequests(
                "muitas_requisicoes", "Há requisições demais desta empresa em andamento; tente de novo", _TENTE_EM
            )
        vez: Future[None] = get_running_loop().create_future()
        linha.espera.append(vez)
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
        """Give the turn to whoever waits longest."""
        linha = self._linhas[empresa_id]
        while linha.espera:
            vez = linha.espera.popleft()
            if not vez.done():
                vez.set_result(None)
                return
        linha.correndo -= 1
        if not linha.correndo:
            del self._linhas[empresa_id]

    def aguardando(self) -> int:
        """How many wait now, over all empresas."""
        return sum(len(linha.espera) for linha in self._linhas.values())
