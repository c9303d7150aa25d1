"""Presence and ``estado``: whether an agent is there, and what it is doing there. The two are told apart: a connection
or a tab that comes says that somebody is there, and nothing of what it does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from engine.modelo import AUSENTE, DISPONIVEL, AtendenteRow, EstadoAtendenteRow, Quem

CONHECIDOS: Final = (DISPONIVEL, "pausa", "almoco", "reuniao", "treinamento")
"""In every empresa. Only DISPONIVEL is given work."""
PRESENCAS: Final = (AUSENTE, "online")
"""What says whether somebody is there, and is no ``estado``."""

_SEPARADORES: Final = str.maketrans("_-", "  ")
_ENFEITES: Final = frozenset({"Mn", "Cf"})
"""Categories of Unicode: accents, and what is not seen."""


class Incoerente(ValueError):
    """The text says what is wrong with the ``estado``, and the remedy."""


@lru_cache(maxsize=4096)
def chave(nome: str) -> str:
    """What names of one estado have in common: ``Almoço``, ``ALMOCO`` and ``almoco`` are the same."""
    decomposto = unicodedata.normalize("NFKD", nome)
    letras = "".join(letra for letra in decomposto if unicodedata.category(letra) not in _ENFEITES)
    return " ".join(letras.casefold().translate(_SEPARADORES).split())


def repetido(nomes: Sequence[str]) -> str | None:
    """The first of an empresa's own estados that cannot be one: it is known already, or stands there twice."""
    vistas = {chave(nome) for nome in (*CONHECIDOS, *PRESENCAS)}
    for nome in nomes:
        if chave(nome) in vistas:
            return nome
        vistas.add(chave(nome))
    return None


def estado_desde(row: AtendenteRow, now: int, quem: Quem) -> EstadoAtendenteRow:
    """From now on it is as its row says, because of ``quem``."""
    return EstadoAtendenteRow(row.empresa_id, row.id, now, row.online, row.estado, row.motivo, quem.id)


def estado_sem_dizer(row: AtendenteRow, *, online: bool) -> str:
    """The estado of somebody who only says whether it is there: who is online goes on as it is, who comes back from a
    lost connection is as it was then.
    """
    if not online:
        return AUSENTE
    return row.estado if row.online else row.estado_ao_voltar or DISPONIVEL


def estado_dito(dito: str, proprios: Iterable[str], *, online: bool) -> str:
    """The estado that somebody means by ``dito``, as it is written here. ``proprios`` are those of the empresa.

    Raises Incoerente: there is no such estado, or it contradicts ``online``.
    """
    qual = chave(dito)
    if qual == AUSENTE:
        if online:
            raise Incoerente('"offline" contradiz online: true; para sair, mande online: false')
        return AUSENTE
    conhecidos = (*CONHECIDOS, *proprios)
    estado = next((nome for nome in conhecidos if chave(nome) == qual), None)
    if estado is None:
        raise Incoerente(f"deve ser um de {', '.join(conhecidos)}")
    if estado == DISPONIVEL and not online:
        raise Incoerente(f'"{DISPONIVEL}" contradiz online: false; para receber tickets, mande online: true')
    return estado
