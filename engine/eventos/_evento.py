"""The base of events, and which there are."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Final

import msgspec
from msgspec import Struct

from engine.vistas import codificar

_por_tipo: Final[dict[str, type[Evento]]] = {}


class Evento(Struct, frozen=True, gc=False, rename="camel"):
    """The payload of an event: one class for each name. ``tipo`` is the name on the wire. ``versao`` is that of the
    shape: whoever changes it in a way that a client would notice adds one, and says in :mod:`engine.eventos.versoes`
    what the one before is now. ``internos`` are the fields that are for the people of the empresa only: they stand in
    the log and are told to who sees the ticket, and are left out of whatever goes out (:func:`para_fora`). ``interno``
    says that of the whole event: outside, it is told only to who asks for it by its full name.

    Raises TypeError, where a class is made, if its name is missing or is another's.
    """

    tipo: ClassVar[str]
    versao: ClassVar[int] = 1
    internos: ClassVar[frozenset[str]] = frozenset()
    interno: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        tipo = vars(cls).get("tipo")
        if not isinstance(tipo, str):
            raise TypeError(f"{cls.__name__} does not say its tipo")
        if tipo in _por_tipo:
            raise TypeError(f"{cls.__name__}: {tipo} is the name of {_por_tipo[tipo].__name__} already")
        _por_tipo[tipo] = cls

    def texto(self) -> str:
        """The payload as it is on the wire, JSON text."""
        return codificar(self).decode()


POR_TIPO: Final[Mapping[str, type[Evento]]] = MappingProxyType(_por_tipo)
"""Every event, by its name."""


def e_interno(tipo: str) -> bool:
    """Whether the event is for the people of the empresa only."""
    classe = POR_TIPO.get(tipo)
    return classe is not None and classe.interno


def para_fora(tipo: str, dados: str) -> str:
    """The payload of an event, JSON text, as it may be told outside of the empresa: without what is internal."""
    classe = POR_TIPO.get(tipo)
    if classe is None or not classe.internos:
        return dados
    campos = msgspec.json.decode(dados, type=dict[str, Any])
    return codificar({nome: valor for nome, valor in campos.items() if nome not in classe.internos}).decode()


def tipos(*classes: type[Evento]) -> frozenset[str]:
    """The names of these events."""
    return frozenset(classe.tipo for classe in classes)
