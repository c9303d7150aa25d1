"""When something is open: against an oracle that looks at the clock on the wall, minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.parede import SEMANA
from engine.politica.horario import aberto, problemas, proxima_mudanca
from engine.politica.modelo import DiaDaSemana, Horario

MINUTO = 60_000
DIA = 86_400_000
FUSOS = (
    "UTC", "America/Sao_Paulo", "America/New_York", "Europe/Lisbon", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Pacific/Apia", "Africa/Casablanca",
)  # fmt: skip
VIRADAS = tuple(
    int(datetime(*dia, tzinfo=UTC).timestamp()) * 1000
    for dia in [(2026, 3, 8), (2026, 11, 1), (2026, 10, 25), (2018, 11, 4), (2011, 12, 30), (2026, 4, 4), (2026, 2, 18)]
)
"""Around these days some of the zones change their clocks: Apia left out the whole 30th of December 2011."""


def todo_dia(*intervalos: tuple[str, str]) -> dict[DiaDaSemana, tuple[tuple[str, str], ...]]:
    return dict.fromkeys(SEMANA, intervalos)


def ms(texto: str, fuso: str, fold: int = 0) -> int:
    return int(datetime.fromisoformat(texto).replace(tzinfo=ZoneInfo(fuso), fold=fold).timestamp()) * 1000


def oraculo(horario: Horario, now: int) -> bool:
    parede = datetime.fromtimestamp(now // 1000, ZoneInfo(horario.fuso))
    if parede.strftime("%Y-%m-%d") in horario.fechado_em:
        return False
    hora = parede.strftime("%H:%M")
    return any(de <= hora < ate for de, ate in horario.dias.get(SEMANA[parede.weekday()], ()))


def hora(minutos: int) -> str:
    return f"{minutos // 60:02d}:{minutos % 60:02d}"


@st.composite
def intervalos(draw: st.DrawFn) -> tuple[tuple[str, str], ...]:
    """Apart from each other or touching, in any order."""
    limites = draw(st.lists(st.sampled_from([*range(0, 1440, 15), 1, 1439, 1440]), unique=True, max_size=6))
    limites.sort()
    pares = list(pairwise(limites))
    escolhidos = draw(st.lists(st.sampled_from(pares), unique=True, max_size=4)) if pares else []
    return tuple((hora(de), hora(ate)) for de, ate in escolhidos)


@st.composite
def horarios(draw: st.DrawFn, perto: int) -> Horario:
    inteira = draw(st.booleans())
    dias = todo_dia(("00:00", "24:00")) if inteira else draw(st.dictionaries(st.sampled_from(SEMANA), intervalos()))
    datas = draw(st.lists(st.integers(-2, 9), max_size=4, unique=True))
    fechado = tuple(datetime.fromtimestamp((perto + dia * DIA) // 1000, UTC).strftime("%Y-%m-%d") for dia in datas)
    return Horario(fuso=draw(st.sampled_from(FUSOS)), dias=dias, fechado_em=fechado)


@st.composite
def momentos(draw: st.DrawFn) -> tuple[Horario, int]:
    perto = draw(st.sampled_from(VIRADAS))
    now = perto + draw(st.integers(-3 * DIA, 3 * DIA))
    return draw(horarios(perto)), now


@given(momentos())
@settings(deadline=None)
def test_it_is_open_when_the_clock_on_the_wall_says_so(caso: tuple[Horario, int]) -> None:
    horario, now = caso
    assert not problemas(horario)
    assert aberto(horario, now) == oraculo(horario, now)


@given(momentos())
@settings(deadline=None, max_examples=60)
def test_the_next_change_is_the_first_minute_that_is_other(caso: tuple[Horario, int]) -> None:
    horario, now = caso
    agora = oraculo(horario, now)
    inicio = now - now % MINUTO + MINUTO
    minutos = range(inicio, inicio + 20 * DIA, MINUTO)
    assert proxima_mudanca(horario, now) == next((um for um in minutos if oraculo(horario, um) != agora), None)


def test_what_is_never_or_always_open_does_not_change() -> None:
    sempre = todo_dia(("00:00", "12:00"), ("12:00", "24:00"))
    assert proxima_mudanca(Horario(), 0) is None
    assert proxima_mudanca(Horario(dias=sempre), 0) is None
    assert proxima_mudanca(Horario(dias={"seg": ()}), 0) is None


def test_a_day_that_is_closed_in_many_years_is_found() -> None:
    horario = Horario(fuso="UTC", dias=todo_dia(("00:00", "24:00")), fechado_em=("2100-12-31",))
    assert proxima_mudanca(horario, ms("2026-01-01T00:00", "UTC")) == ms("2100-12-31T00:00", "UTC")
    assert proxima_mudanca(horario, ms("2100-12-31T05:00", "UTC")) == ms("2101-01-01T00:00", "UTC")
    assert proxima_mudanca(horario, ms("2101-01-01T00:00", "UTC")) is None


def test_a_long_closing_ends_at_the_first_opening_after_it() -> None:
    ferias = tuple(f"2026-07-{dia:02d}" for dia in range(1, 32))
    horario = Horario(fuso="America/Sao_Paulo", dias={"qua": (("08:00", "12:00"),)}, fechado_em=ferias)
    assert proxima_mudanca(horario, ms("2026-06-24T12:00", horario.fuso)) == ms("2026-08-05T08:00", horario.fuso)


def test_an_hour_that_is_skipped_does_not_open_and_one_that_is_repeated_is_open_twice() -> None:
    fuso = "America/New_York"
    de_madrugada = Horario(fuso=fuso, dias={"dom": (("02:15", "02:45"),)})
    assert proxima_mudanca(de_madrugada, ms("2026-03-08T00:00", fuso)) == ms("2026-03-15T02:15", fuso)
    atravessa = Horario(fuso=fuso, dias={"dom": (("02:15", "03:15"),)})
    assert proxima_mudanca(atravessa, ms("2026-03-08T00:00", fuso)) == ms("2026-03-08T03:00", fuso)
    repetida = Horario(fuso=fuso, dias={"dom": (("01:00", "01:30"),)})
    momentos_da_noite = []
    now: int | None = ms("2026-11-01T00:00", fuso)
    for _ in range(4):
        assert now is not None
        now = proxima_mudanca(repetida, now)
        momentos_da_noite.append(now)
    assert momentos_da_noite == [ms(f"2026-11-01T{hora}", fuso, fold) for fold in (0, 1) for hora in ("01:00", "01:30")]


@pytest.mark.parametrize(
    ("horario", "campo", "trecho"),
    [
        (Horario(fuso="America/Sao_Paolo"), "fuso", "você quis dizer America/Sao_Paulo?"),
        (Horario(fuso="../etc/passwd"), "fuso", "não é um fuso"),
        (Horario(fuso="America"), "fuso", "não é um fuso"),
        (Horario(fuso="\0"), "fuso", "use um como America/Sao_Paulo"),
        (Horario(fuso="localtime"), "fuso", "não é um fuso"),
        (Horario(dias={"seg": (("8:00", "12:00"),)}), "dias.seg[0]", "duas horas de 00:00 a 24:00"),
        (Horario(dias={"seg": (("08:00", "24:01"),)}), "dias.seg[0]", "duas horas"),
        (Horario(dias={"seg": (("08:00", "12:60"),)}), "dias.seg[0]", "duas horas"),
        (Horario(dias={"seg": (("08:00", "1२:00"),)}), "dias.seg[0]", "duas horas"),
        (Horario(dias={"seg": (("08:00", "12:00\n"),)}), "dias.seg[0]", "duas horas"),
        (Horario(dias={"ter": (("22:00", "06:00"),)}), "dias.ter[0]", "segue no outro dia"),
        (Horario(dias={"ter": (("09:00", "09:00"),)}), "dias.ter[0]", "termina (09:00) antes de começar"),
        (Horario(dias={"dom": (("08:00", "12:00"), ("11:00", "13:00"))}), "dias.dom[1]", "antes de [0] terminar"),
        (Horario(dias={"dom": (("11:00", "13:00"), ("08:00", "12:00"))}), "dias.dom[0]", "junte os dois"),
        (Horario(dias={"sab": (("00:00", "00:01"),) * 25}), "dias.sab", "no máximo 24"),
        (Horario(fechado_em=("2026-02-29",)), "fechadoEm[0]", "data que existe"),
        (Horario(fechado_em=("2026-W01-1",)), "fechadoEm[0]", "data que existe"),
        (Horario(fechado_em=("1999-12-31",)), "fechadoEm[0]", "de 2000 a 2100"),
        (Horario(fechado_em=("2026-12-25", "2026-12-25")), "fechadoEm[1]", "já está na lista"),
    ],
)
def test_what_is_wrong_is_named_with_the_field_and_the_remedy(horario: Horario, campo: str, trecho: str) -> None:
    (problema,) = problemas(horario)
    assert problema.campo == campo
    assert trecho in problema.problema


def test_everything_that_is_wrong_is_told_at_once() -> None:
    horario = Horario(fuso="Marte", dias={"seg": (("x", "y"), ("09:00", "08:00"))}, fechado_em=("ontem",))
    assert [um.campo for um in problemas(horario)] == ["fuso", "dias.seg[0]", "dias.seg[1]", "fechadoEm[0]"]
