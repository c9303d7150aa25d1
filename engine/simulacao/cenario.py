"""What is simulated: traffic, filas and agents, as a JSON object that somebody may keep in a file.

Rates are per hour, times are seconds, and what is left out has the default. The same scenario with the same seed gives
the same figures, to the last digit.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, field

from engine.modelo import Prioridade, TipoComContatos
from engine.politica.capacidade import PADRAO as CAPACIDADE_PADRAO
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import HabilidadeExigida, Horario, Id, Nivel, Nome, Parte, Politica

HORAS_DA_SEMANA: Final = 168
FUSO: Final = "America/Sao_Paulo"
INICIO: Final = "2026-01-05T03:00:00Z"
"""A Monday, midnight in São Paulo."""

Taxa = Annotated[float, Meta(ge=0, le=1_000_000)]
"""Tickets per hour."""
Media = Annotated[float, Meta(gt=0, le=2_592_000)]
"""Seconds, up to a month."""
Peso = Annotated[float, Meta(ge=0, le=1_000_000)]
"""What share something has of all: its own weight over the sum of all."""


class Tempo(Parte, frozen=True):
    """How long something takes: ``media_segundos`` on average. ``cv`` is the coefficient of variation of ``lognormal``
    (standard deviation over mean; service times of contact centres are lognormal: Brown et al. 2005).
    """

    media_segundos: Media
    forma: Literal["exponencial", "lognormal", "fixa"] = "exponencial"
    cv: Annotated[float, Meta(gt=0, le=10)] = 1.0


class Exigidas(Parte, frozen=True):
    """Tickets that ask for these skills, and how many of all they are."""

    peso: Peso
    habilidades: Annotated[tuple[HabilidadeExigida, ...], Meta(max_length=20)] = ()


class FilaDoCenario(Parte, frozen=True):
    """A fila, and what comes to it: a Poisson stream of ``chegadas_por_hora``, or of 168 rates ``chegadas_da_semana``,
    one for each hour of the week from Monday 00:00 by the clock of ``fuso``. ``paciencia_segundos``: how long a contact
    waits on average before it gives up (exponential); without it nobody does. ``prioridades``, ``canais`` and
    ``exigidas`` say how the tickets are mixed. ``equipes`` are those that serve it.
    """

    nome: Nome
    id: Id | None = None
    politica: Politica = Politica()
    chegadas_por_hora: Taxa = 0
    chegadas_da_semana: Annotated[tuple[Taxa, ...], Meta(max_length=HORAS_DA_SEMANA)] = ()
    atendimento: Tempo = Tempo(media_segundos=300)
    paciencia_segundos: Media | None = None
    prioridades: dict[Prioridade, Peso] = field(default_factory=dict)
    canais: dict[TipoComContatos, Peso] = field(default_factory=dict)
    exigidas: Annotated[tuple[Exigidas, ...], Meta(max_length=100)] = ()
    equipes: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()


class AtendenteDoCenario(Parte, frozen=True):
    """``quantos`` agents that are alike. ``filas`` are the names of those that they serve by themselves, ``equipes``
    those of which they are members, and serve the filas of (neither: they serve all). ``habilidades`` are the skills
    that they have, each with its proficiency; ``turno`` when they are there (None: always).
    """

    nome: Nome
    id: Id | None = None
    quantos: Annotated[int, Meta(ge=1, le=10_000)] = 1
    capacidade: Annotated[int, Meta(ge=0, le=100)] = 1
    filas: tuple[Nome, ...] = ()
    equipes: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    habilidades: dict[Nome, Nivel] = field(default_factory=dict)
    turno: Horario | None = None


class Cenario(Parte, frozen=True):
    """The whole: ``dias`` from ``inicio`` on, or until ``tickets`` have come, whichever is first. What comes in the
    first ``descarte_segundos`` is simulated and not counted. The service level is the share of tickets that is
    answered within ``nivel_segundos``. ``capacidade`` is how slots are counted; ``canais`` are those that policies
    name, by id.
    """

    filas: Annotated[tuple[FilaDoCenario, ...], Meta(min_length=1, max_length=5_000)]
    atendentes: Annotated[tuple[AtendenteDoCenario, ...], Meta(min_length=1, max_length=10_000)]
    semente: Annotated[int, Meta(ge=0, le=2**53)] = 1
    inicio: str = INICIO
    fuso: Annotated[str, Meta(min_length=1, max_length=60)] = FUSO
    dias: Annotated[float, Meta(gt=0, le=366)] = 7
    tickets: Annotated[int, Meta(ge=1, le=5_000_000)] = 5_000_000
    descarte_segundos: Annotated[float, Meta(ge=0, le=31_622_400)] = 0
    capacidade: Capacidade = CAPACIDADE_PADRAO
    canais: dict[Id, TipoComContatos] = field(default_factory=dict)
    nivel_segundos: Annotated[float, Meta(ge=0, le=2_592_000)] = 60


def exemplo() -> Cenario:
    """One to begin with: a day of support and sales, of a busy small contact centre."""
    comercial = Horario(dias=dict.fromkeys(("seg", "ter", "qua", "qui", "sex"), (("08:00", "18:00"),)))
    semana = tuple(30.0 if 8 <= hora < 18 and dia < 5 else 0.0 for dia in range(7) for hora in range(24))
    return Cenario(
        dias=28,
        filas=(
            FilaDoCenario(
                nome="Suporte",
                politica=Politica(estrategia="MENOS_OCUPADO"),
                chegadas_da_semana=semana,
                atendimento=Tempo(media_segundos=480, forma="lognormal", cv=1.2),
                paciencia_segundos=900,
                prioridades={"NORMAL": 9, "ALTA": 1},
            ),
            FilaDoCenario(
                nome="Vendas",
                politica=Politica(estrategia="MENOS_OCUPADO", prioridade=8),
                chegadas_da_semana=tuple(taxa / 3 for taxa in semana),
                atendimento=Tempo(media_segundos=600, forma="lognormal", cv=0.8),
                paciencia_segundos=600,
            ),
        ),
        atendentes=(
            AtendenteDoCenario(nome="Suporte", quantos=4, capacidade=1, filas=("Suporte",), turno=comercial),
            AtendenteDoCenario(nome="Polivalente", quantos=2, capacidade=1, turno=comercial),
        ),
    )
