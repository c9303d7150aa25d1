"""What has to be known between two events. It is kept by key, and no content of anybody is in it.

A ticket is forgotten a while after it was closed (:data:`LEMBRADO_MS`): what happens to it later tells of itself what
can be known. So it makes no difference when its row is thrown away.
"""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

LEMBRADO_MS: Final = 31 * 86_400_000
"""For how long a closed ticket is known: surveys are answered and tickets reopened within it, nearly always."""


class TicketVivo(Struct, gc=False, array_like=True, omit_defaults=True):
    """A ticket. Times are ms; None is what is not known or not so. ``status`` None: it was seen first in the middle.

    ``desde``: since when it has this status, this fila and this owner; ``espera_desde``: since when it stands in a
    line. ``pedido_em``: when a person was asked last: opened, or reopened. ``sem_resposta_desde``: the contact, who had
    been answered before, waits since then. ``fim``: when it was closed, in ``fim_fila`` and by its owner ``fim_dono``.
    """

    fila: str
    canal: str | None = None
    status: str | None = None
    dono: str | None = None
    etiquetas: tuple[str, ...] = ()
    desde: int | None = None
    dono_desde: int | None = None
    espera_desde: int | None = None
    pedido_em: int | None = None
    respondido: bool = False
    sem_resposta_desde: int | None = None
    fim: int | None = None
    fim_fila: str | None = None
    fim_dono: str | None = None


class AtendenteVivo(Struct, gc=False, array_like=True, omit_defaults=True):
    """An agent. What it did is counted up to ``contado_ate`` (ms). ``ocupadas``: how many tickets it has."""

    contado_ate: int = 0
    online: bool = False
    estado: str = ""
    capacidade: int = 0
    ocupadas: int = 0
    equipes: tuple[str, ...] = ()


_codificar = msgspec.msgpack.Encoder().encode
ler_ticket = msgspec.msgpack.Decoder(TicketVivo).decode
ler_atendente = msgspec.msgpack.Decoder(AtendenteVivo).decode


def guardado(estado: TicketVivo | AtendenteVivo) -> bytes:
    """As it is kept."""
    return _codificar(estado)


def esquecido(ticket: TicketVivo, em: int) -> bool:
    """Whether it is not known any more at that moment."""
    return ticket.fim is not None and em - ticket.fim > LEMBRADO_MS
