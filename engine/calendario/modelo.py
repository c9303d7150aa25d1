"""The documents of business time: when an empresa, an equipe or a fila works, and on which days it does not."""

from __future__ import annotations

from typing import Annotated, Final

from msgspec import Meta, field

from engine.politica.modelo import DiaDaSemana, Id, Nome, Parte

Intervalo = tuple[str, str]
"""From when to when, as ``["08:00", "12:00"]``; one that ends before it begins goes on past midnight, and belongs to
the day on which it begins."""
Intervalos = tuple[Intervalo, ...]
Pais = Nome
"""ISO 3166-1 alpha-2."""
Data = Nome
"""``2026-12-25``, or ``12-25`` for that day of every year; ``02-29`` is there in leap years only."""
PAIS_PADRAO: Final = "BR"


class Excecao(Parte, frozen=True):
    """On that date it is open in these intervals, and in none if there are none, whatever else is said of the day."""

    data: Data
    intervalos: Intervalos = ()


class Calendario(Parte, frozen=True):
    """When there is work, by the clock of ``fuso`` (an IANA name).

    ``dias``: for each day of the week the intervals in which it is open; a day that is left out is closed. ``sempre``:
    it is open day and night, holidays included, and ``dias`` is empty. ``feriados_oficiais``: it is closed on the
    public holidays of ``pais``, and of ``estado`` if one is said, and, with ``pontos_facultativos``, also on those that
    each decides for itself, as Brazil's Carnaval. ``cidade`` and ``estado`` also choose which of the empresa's own
    holidays (:class:`Feriado`) count here. ``excecoes`` win over all of these.

    It holds for the ``filas`` and ``equipes`` named, and, with ``empresa``, where no other is named.
    """

    fuso: Nome = "America/Sao_Paulo"
    sempre: bool = False
    dias: dict[DiaDaSemana, Intervalos] = field(default_factory=dict)
    pais: Pais = PAIS_PADRAO
    estado: Nome | None = None
    cidade: Nome | None = None
    feriados_oficiais: bool = True
    pontos_facultativos: bool = False
    excecoes: Annotated[tuple[Excecao, ...], Meta(max_length=1000)] = ()
    empresa: bool = False
    equipes: Annotated[tuple[Id, ...], Meta(max_length=1000)] = ()
    filas: Annotated[tuple[Id, ...], Meta(max_length=1000)] = ()


class Feriado(Parte, frozen=True):
    """A holiday of the empresa's own: on that ``data`` nothing is open, or, with ``intervalos``, only what is open in
    them as well as on any such day of the week.

    It counts in the calendars of its ``pais``, ``estado`` and ``cidade``, compared without case and accents; what it
    does not say is not asked. A state is Brazil's if no country is said; and a calendar that names no state is in that
    of its city.
    """

    data: Data
    pais: Pais | None = None
    estado: Nome | None = None
    cidade: Nome | None = None
    intervalos: Intervalos = ()
