"""The document that is a survey. Terms are those of the field: CSAT (customer satisfaction, 1 to 5) and NPS (net
promoter score: Reichheld, "The one number you need to grow", 2003; 0 to 10).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Final

from msgspec import Meta

from engine.pesquisa.estado import TipoDePesquisa
from engine.politica.modelo import UM_DIA, Parte, Texto
from engine.sla.modelo import Quando

NOTAS: Final[Mapping[TipoDePesquisa, tuple[int, int]]] = MappingProxyType({"csat": (1, 5), "nps": (0, 10)})
"""The lowest note and the highest."""


class Pesquisa(Parte, frozen=True):
    """The contact of a ticket that ``quando`` fits is asked ``pergunta`` by the ticket's channel, ``apos_segundos``
    after it was resolved, unless it has opened again by then, or the channel does not take it then. Within
    ``expira_horas`` a text that is a note is the answer, and opens nothing again; it is thanked for with
    ``agradecimento``, and then asked for a ``comentario``, where these are said: what the contact writes next is that
    comment. A contact is asked at most once in ``intervalo_dias``, by whatever survey (0: after each resolution).

    Of several that fit the one of the lowest ``ordem`` holds, then the oldest. ``ativa`` False: it asks nobody.
    """

    pergunta: Texto
    tipo: TipoDePesquisa = "csat"
    agradecimento: Texto | None = None
    comentario: Texto | None = None
    apos_segundos: Annotated[int, Meta(ge=0, le=UM_DIA)] = 60
    expira_horas: Annotated[int, Meta(ge=1, le=30 * 24)] = 72
    intervalo_dias: Annotated[int, Meta(ge=0, le=3650)] = 30
    quando: Quando = Quando()
    ordem: Annotated[int, Meta(ge=0, le=1_000_000)] = 100
    ativa: bool = True
