"""Versions of events: what was written in an older shape is read in the one of now.

The log keeps each event as it was written, with the version of its shape. When a shape changes, its class counts one
more (``versao``), and the step from the version before has its place in ``SUBIDAS``, for good: an event of years ago
goes up step by step. Whoever reads the log for a client reads it through :func:`atual`. What a deletion blanks, it
blanks in what was written: ``storage/sql/apagar.sql`` has to know the names of every version.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.eventos._evento import POR_TIPO
from engine.modelo import EventoRow
from engine.vistas import json_text

Subida = Callable[[dict[str, Any]], dict[str, Any]]
"""From the payload of one version to that of the next."""

SUBIDAS: Final[Mapping[tuple[str, int], Subida]] = {
    # only messages of contacts, which are there when they come, were told of
    ("mensagem_status", 1): lambda dados: dados | {"statusEntrega": "entregue", "erroEntrega": None},
}
"""By the name of the event and the version that it is read from."""

_ler: Final = msgspec.json.Decoder(dict[str, Any]).decode


def atual(evento: EventoRow) -> EventoRow:
    """The event in the shape of now: the very same one if it was written so, or by a newer program than this."""
    classe = POR_TIPO.get(evento.tipo)
    if classe is None or evento.versao >= classe.versao:
        return evento
    dados = _ler(evento.dados)
    for versao in range(evento.versao, classe.versao):
        dados = SUBIDAS[evento.tipo, versao](dados)
    return replace(evento, dados=json_text(dados), versao=classe.versao)


def que_faltam() -> set[tuple[str, int]]:
    """The steps without which something that was written once could not be read."""
    degraus = {(tipo, versao) for tipo, classe in POR_TIPO.items() for versao in range(1, classe.versao)}
    return degraus - SUBIDAS.keys()
