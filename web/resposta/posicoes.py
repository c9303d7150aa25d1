"""Where a ticket stands in its line, as REST, the realtime events and visitors are told it."""

from __future__ import annotations

from msgspec import Struct

from engine.distribuicao.estimativa import Posicao
from engine.tempo import iso


class EsperaEstimada(Struct, frozen=True, rename="camel"):
    """In half of all cases it waits no longer than ``p50Segundos`` from now, in nine of ten than ``p90Segundos``."""

    p50_segundos: int
    p90_segundos: int


class PosicaoVista(Struct, frozen=True, rename="camel"):
    """``posicao`` from 1, of ``aguardando`` in line. ``esperaEstimada`` is null where too little was given of late."""

    posicao: int
    aguardando: int
    espera_estimada: EsperaEstimada | None
    calculada_em: str


class FilaPosicao(Struct, frozen=True, rename="camel"):
    """The event ``fila_posicao``: what :class:`PosicaoVista` says, of which ticket, in which fila."""

    ticket_id: str
    fila_id: str | None
    posicao: int
    aguardando: int
    espera_estimada: EsperaEstimada | None
    calculada_em: str


class PosicaoDoVisitante(Struct, frozen=True, rename="camel"):
    """The same for the contact itself: of the line it learns no more than its own place."""

    posicao: int
    espera_estimada: EsperaEstimada | None


def estimada(posicao: Posicao) -> EsperaEstimada | None:
    espera = posicao.estimativa
    return None if espera is None else EsperaEstimada(round(espera.p50 / 1000), round(espera.p90 / 1000))


def posicao_vista(posicao: Posicao) -> PosicaoVista:
    return PosicaoVista(posicao.posicao, posicao.aguardando, estimada(posicao), iso(posicao.em))


def fila_posicao(ticket_id: str, fila_id: str | None, posicao: Posicao) -> FilaPosicao:
    em = iso(posicao.em)
    return FilaPosicao(ticket_id, fila_id, posicao.posicao, posicao.aguardando, estimada(posicao), em)


def posicao_do_visitante(posicao: Posicao) -> PosicaoDoVisitante:
    return PosicaoDoVisitante(posicao.posicao, estimada(posicao))
