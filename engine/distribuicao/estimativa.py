"""How long a ticket has to wait yet: from how often one like it was given of late, and how many stand before it.

If tickets of a signature are given at a rate, each in its own time, then the time until the k-th is the sum of k
exponentials, a gamma (Erlang, k): so P50 and P90 are its quantiles. What somebody was told is kept until the ticket is
given, to say how far off it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from math import sqrt
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from engine.distribuicao.exigencia import Pedidas
from engine.distribuicao.linha import Espera, Linha
from engine.estados import dono, espera
from engine.modelo import TicketRow

if TYPE_CHECKING:
    from engine.distribuicao.distribuidor import Distribuidor

LEMBRADAS: Final = 50
"""So many times at which one was given are remembered of a signature."""
UMA_HORA: Final = 3_600_000
"""What was given longer ago (ms) says nothing of now."""
POUCAS: Final = 3
"""Of fewer nothing is told."""
ASSINATURAS: Final = 5_000
"""Signatures of an empresa that are remembered, each in its fila: those that were given last."""
PREVISOES: Final = 10_000
"""Tickets of an empresa of which is kept what was told; then the first told is forgotten."""

_Z50: Final = 0.0
_Z90: Final = 1.2815515655446004


class Estimativa(Struct, frozen=True, gc=False):
    """In half of all cases it waits no longer than ``p50`` (ms) from now, in nine of ten no longer than ``p90``."""

    p50: int
    p90: int


class Posicao(Struct, frozen=True, gc=False):
    """``posicao`` in line, from 1, of ``aguardando``. ``estimativa`` None: too little was given of late to tell."""

    posicao: int
    aguardando: int
    estimativa: Estimativa | None
    em: int


class Erro(Struct, frozen=True, gc=False):
    """What was told, and what came of it: it waited so many ms longer (less: negative) than the P50 said."""

    ms: int
    dentro_do_p90: bool


def quantil(k: int, por_ms: float, z: float) -> float:
    """Of a gamma of shape ``k`` and rate ``por_ms``, where the normal one is ``z``: by the cube root (Wilson and
    Hilferty 1931), which is within a few percent, best where k is large.
    """
    return k / por_ms * max(0.0, 1 - 1 / (9 * k) + z / (3 * sqrt(k))) ** 3


def estimar(dadas: Sequence[int], k: int, now: int) -> Estimativa | None:
    """Of the ``k``-th from the front; ``dadas``: when some were given, oldest first (ms)."""
    recentes = [quando for quando in dadas if now - quando <= UMA_HORA]
    if len(recentes) < POUCAS or now <= recentes[0]:
        return None
    por_ms = (len(recentes) - 1) / (now - recentes[0])
    return Estimativa(round(quantil(k, por_ms, _Z50)), round(quantil(k, por_ms, _Z90)))


def lugar(linha: Linha, esta: Espera) -> int:
    """Which it is, from 1, of those in line that ask for the same skills."""
    pede = esta.classe.exigencia.habilidades
    iguais = (classe for classe in linha.frentes() if classe.exigencia.habilidades == pede)
    return 1 + sum(classe.esperando.quantos_antes(esta.chave) for classe in iguais)


class Ritmo:
    """When tickets were given, by fila and signature; and what was told of those that wait. Bounded."""

    __slots__ = ("_dadas", "_ditas")

    def __init__(self) -> None:
        self._dadas: dict[tuple[str, Pedidas], deque[int]] = {}
        self._ditas: dict[str, tuple[int, Estimativa]] = {}

    def posicao(self, linha: Linha, ticket_id: str, now: int) -> Posicao | None:
        """Where a ticket stands, and how long it waits yet. None if it does not stand there. What is told is kept."""
        esta = linha.esperas.get(ticket_id)
        if esta is None:
            return None
        dadas = self._dadas.get((linha.fila.id, esta.classe.exigencia.habilidades), ())
        estimativa = estimar(tuple(dadas), lugar(linha, esta), now) if linha.aberta else None
        if estimativa is not None:
            self._dizer(ticket_id, now, estimativa)
        return Posicao(linha.posicao(esta) + 1, len(linha.esperas), estimativa, now)

    def _dizer(self, ticket_id: str, now: int, estimativa: Estimativa) -> None:
        """The first time counts."""
        if len(self._ditas) >= PREVISOES:
            del self._ditas[next(iter(self._ditas))]
        self._ditas.setdefault(ticket_id, (now, estimativa))

    def mudou(self, de: Distribuidor, antes: TicketRow, depois: TicketRow, now: int) -> Erro | None:
        """A ticket that waited is now so, which ``de`` has not been told yet. If that gives it to somebody: as
        :meth:`deu`.
        """
        if dono(depois) is not None:
            pede = _pedia(de, antes)
            return None if pede is None else self.deu(antes.fila_id, pede, antes.id, now)
        if self._ditas and (not espera(depois) or antes.fila_id != depois.fila_id):
            self._ditas.pop(antes.id, None)
        return None

    def deu(self, fila_id: str, pede: Pedidas, ticket_id: str, now: int) -> Erro | None:
        """A ticket was given: how far off it was what was told of it, if anything was."""
        qual = (fila_id, pede)
        dadas = self._dadas.pop(qual, None)
        if dadas is None:
            if len(self._dadas) >= ASSINATURAS:
                del self._dadas[next(iter(self._dadas))]
            dadas = deque[int](maxlen=LEMBRADAS)
        dadas.append(now)
        self._dadas[qual] = dadas
        dita = self._ditas.pop(ticket_id, None)
        if dita is None:
            return None
        quando, estimativa = dita
        return Erro(now - quando - estimativa.p50, now - quando <= estimativa.p90)


def _pedia(de: Distribuidor, row: TicketRow) -> Pedidas | None:
    """What a ticket asks for that waits, or did until it was promised; None if that is not known."""
    promessa, linha = de.promessas.get(row.id), de.linhas.get(row.fila_id)
    if promessa is not None:
        return None if promessa.decisao is None else promessa.decisao.exige
    esta = None if linha is None else linha.esperas.get(row.id)
    return None if esta is None else esta.classe.exigencia.habilidades
