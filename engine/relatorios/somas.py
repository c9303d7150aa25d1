"""Sums: numbers by measure, for each cut and hour. They only ever add, in any order.

A cut (``Corte``) is by what something is summed; its key (``chave``) says of which fila, agent… it is. What is about
two things has both in its key, with a slash between. Who or what there is not is the empty key.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Final

import msgspec

HORA_MS: Final = 3_600_000

Medidas = dict[int, int]
"""Numbers by measure (:mod:`.medidas`)."""


class Corte(IntEnum):
    """By what is summed. The numbers stand in what is kept."""

    TOTAL = 0
    FILA = 1
    EQUIPE = 2
    ATENDENTE = 3
    CANAL = 4
    ETIQUETA = 5
    FILA_E_ATENDENTE = 6
    ESTADO = 7
    EQUIPE_E_ESTADO = 8
    ATENDENTE_E_ESTADO = 9
    ATENDENTE_NO_DIA = 103
    FILA_E_ATENDENTE_NO_DIA = 106
    ATENDENTE_E_ESTADO_NO_DIA = 109


NO_DIA: Final = {
    Corte.ATENDENTE: Corte.ATENDENTE_NO_DIA,
    Corte.FILA_E_ATENDENTE: Corte.FILA_E_ATENDENTE_NO_DIA,
    Corte.ATENDENTE_E_ESTADO: Corte.ATENDENTE_E_ESTADO_NO_DIA,
}
"""Cuts of many keys are summed by the day (UTC), too: hundreds of agents have a hundred thousand hours in a month."""
DIA_H: Final = 24

Lugar = tuple[int, str, int]
"""Cut, key, and the hour (since the epoch, UTC) that it is of; of a day, its first."""
Somas = dict[Lugar, Medidas]

_NO_DIA: Final = {int(corte): int(no_dia) for corte, no_dia in NO_DIA.items()}
_codificar = msgspec.msgpack.Encoder().encode
_decodificar = msgspec.msgpack.Decoder(list[int]).decode


def hora_de(ms: int) -> int:
    return ms // HORA_MS


def somar(em: Medidas, medidas: Mapping[int, int]) -> None:
    for qual, quanto in medidas.items():
        em[qual] = em.get(qual, 0) + quanto


def empacotar(medidas: Mapping[int, int]) -> bytes:
    """MessagePack of a list: for each measure, in order, how far its number is from the one before, and its value. Most
    of these are a byte each.
    """
    lista: list[int] = []
    anterior = 0
    for qual in sorted(medidas):
        if medidas[qual]:
            lista += (qual - anterior, medidas[qual])
            anterior = qual
    return _codificar(lista)


def somar_pacote(em: Medidas, pacote: bytes) -> None:
    """Add what :func:`empacotar` has made."""
    qual = 0
    numeros = iter(_decodificar(pacote))
    for passo, quanto in zip(numeros, numeros, strict=True):
        qual += passo
        em[qual] = em.get(qual, 0) + quanto


def classes_de(medidas: Mapping[int, int], base: int, quantas: int) -> dict[int, int]:
    """The classes of a duration that begins at ``base``."""
    return {qual: n for qual in range(quantas) if (n := medidas.get(base + 1 + qual))}


def com_os_dias(somas: Somas) -> Somas:
    """These sums of hours, and what they add to those of days."""
    todas: Somas = dict(somas)
    for (corte, chave, hora), medidas in somas.items():
        no_dia = _NO_DIA.get(corte)
        if no_dia is not None:
            somar(todas.setdefault((no_dia, chave, hora - hora % DIA_H), {}), medidas)
    return todas


def inteiros(horas: range) -> tuple[range, range, range]:
    """The hours until the first whole day (UTC), those of whole days, and those after them."""
    de = -(-horas.start // DIA_H) * DIA_H
    ate = horas.stop // DIA_H * DIA_H
    if de >= ate:
        return horas, range(de, de), range(horas.stop, horas.stop)
    return range(horas.start, de), range(de, ate), range(ate, horas.stop)


def juntar(em: Somas, outras: Iterable[tuple[Lugar, Mapping[int, int]]]) -> None:
    for lugar, medidas in outras:
        somar(em.setdefault(lugar, {}), medidas)
