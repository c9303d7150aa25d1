"""Business time: the days that people get wrong, each by its name."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from engine.calendario.agenda import SEMPRE, Agenda, agenda_de
from engine.calendario.modelo import Calendario, Excecao, Feriado, Intervalos
from engine.parede import SEMANA
from engine.politica.modelo import DiaDaSemana

MINUTO = 60_000
HORA = 60 * MINUTO
DIA = 24 * HORA
SP = "America/Sao_Paulo"
COM_ALMOCO = (("08:00", "12:00"), ("13:00", "18:00"))


def todo_dia(*intervalos: tuple[str, str]) -> dict[DiaDaSemana, Intervalos]:
    return dict.fromkeys(SEMANA, intervalos)


def dias_uteis(*intervalos: tuple[str, str]) -> dict[DiaDaSemana, Intervalos]:
    return dict.fromkeys(SEMANA[:5], intervalos)


def ms(texto: str, fuso: str = SP, fold: int = 0) -> int:
    return int(datetime.fromisoformat(texto).replace(tzinfo=ZoneInfo(fuso), fold=fold).timestamp()) * 1000


def escrito(instante: int | None, fuso: str = SP) -> str | None:
    if instante is None:
        return None
    return datetime.fromtimestamp(instante / 1000, ZoneInfo(fuso)).strftime("%Y-%m-%dT%H:%M")


COMERCIAL = Calendario(dias=dias_uteis(*COM_ALMOCO), estado="SP")


@pytest.mark.parametrize(
    ("de", "horas", "ate"),
    [
        ("2026-06-15T11:00", 2, "2026-06-15T14:00"),  # over lunch
        ("2026-06-15T11:00", 1, "2026-06-15T12:00"),  # due when lunch begins, not when it ends
        ("2026-06-15T12:30", 1, "2026-06-15T14:00"),  # asked at lunch
        ("2026-06-19T17:00", 2, "2026-06-22T09:00"),  # over a weekend
        ("2026-11-19T17:00", 2, "2026-11-23T09:00"),  # over a holiday on a Friday
        ("2026-07-08T17:00", 2, "2026-07-10T09:00"),  # over one of the state
        ("2026-06-15T07:00", 0, "2026-06-15T07:00"),  # nothing to wait for
        ("2026-06-15T14:00", -2, "2026-06-15T11:00"),
        ("2026-06-15T14:00", -1, "2026-06-15T13:00"),  # from when lunch ends, not from when it begins
        ("2026-06-22T09:00", -2, "2026-06-19T17:00"),
        ("2026-06-15T08:00", -9, "2026-06-12T08:00"),
    ],
)
def test_lunch_nights_weekends_and_holidays_do_not_count(de: str, horas: int, ate: str) -> None:
    agenda = agenda_de(COMERCIAL)
    fim = agenda.somar(ms(de), horas * HORA)
    assert escrito(fim) == ate
    assert fim is not None
    assert agenda.entre(ms(de), fim) == horas * HORA


def test_it_is_closed_from_the_millisecond_at_which_it_closes_to_that_at_which_it_opens() -> None:
    agenda = agenda_de(COMERCIAL)
    meio_dia = ms("2026-06-15T12:00")
    assert [agenda.aberto(meio_dia + um) for um in (-1, 0, HORA - 1, HORA)] == [True, False, False, True]
    assert agenda.proxima_abertura(meio_dia - 1) == meio_dia - 1
    assert agenda.proxima_abertura(meio_dia) == meio_dia + HORA


# -- the clock is set


def test_an_hour_that_is_skipped_does_not_count_and_one_that_is_repeated_counts_twice() -> None:
    fuso = "America/New_York"
    agenda = agenda_de(Calendario(fuso=fuso, dias=todo_dia(("00:00", "06:00")), feriados_oficiais=False))
    assert agenda.entre(ms("2026-03-08T00:00", fuso), ms("2026-03-09T00:00", fuso)) == 5 * HORA
    assert escrito(agenda.somar(ms("2026-03-08T01:30", fuso), HORA), fuso) == "2026-03-08T03:30"
    assert agenda.entre(ms("2026-11-01T00:00", fuso), ms("2026-11-02T00:00", fuso)) == 7 * HORA
    assert agenda.somar(ms("2026-11-01T01:30", fuso), HORA) == ms("2026-11-01T01:30", fuso, fold=1)


def test_what_opens_and_closes_in_a_repeated_hour_does_both_twice() -> None:
    fuso = "America/New_York"
    agenda = agenda_de(Calendario(fuso=fuso, dias=todo_dia(("01:00", "01:30")), feriados_oficiais=False))
    meia_noite = ms("2026-11-01T00:00", fuso)
    assert agenda.somar(meia_noite, 45 * MINUTO) == ms("2026-11-01T01:15", fuso, fold=1)


def test_lord_howe_moves_its_clocks_by_half_an_hour() -> None:
    fuso = "Australia/Lord_Howe"
    agenda = agenda_de(Calendario(fuso=fuso, dias=todo_dia(("01:00", "03:00")), feriados_oficiais=False))
    assert agenda.entre(ms("2026-04-05T00:00", fuso), ms("2026-04-06T00:00", fuso)) == 150 * MINUTO
    assert agenda.entre(ms("2026-10-04T00:00", fuso), ms("2026-10-05T00:00", fuso)) == 90 * MINUTO


def test_brazil_skipped_midnight_itself_and_repeated_the_hour_before_it() -> None:
    agenda = agenda_de(Calendario(dias=todo_dia(("22:00", "02:00")), feriados_oficiais=False))
    assert agenda.entre(ms("2018-11-03T12:00"), ms("2018-11-04T12:00")) == 3 * HORA
    assert escrito(agenda.somar(ms("2018-11-03T23:30"), HORA)) == "2018-11-04T01:30"
    assert agenda.entre(ms("2018-02-17T12:00"), ms("2018-02-18T12:00")) == 5 * HORA
    assert agenda.somar(ms("2018-02-17T23:30"), HORA) == ms("2018-02-17T23:30", fold=1)


def test_since_2019_brazil_does_not_set_its_clocks() -> None:
    agenda = agenda_de(Calendario(dias=todo_dia(("00:00", "24:00")), feriados_oficiais=False))
    assert agenda.entre(ms("2026-01-01T00:00"), ms("2027-01-01T00:00")) == 365 * DIA


def test_an_empresa_that_moves_to_another_zone_has_other_hours() -> None:
    de = ms("2026-06-15T08:00")
    assert agenda_de(COMERCIAL).aberto(de)
    em_lisboa = Calendario(fuso="Europe/Lisbon", dias=COMERCIAL.dias, pais="PT")
    assert escrito(agenda_de(em_lisboa).somar(de, HORA), "Europe/Lisbon") == "2026-06-15T14:00"


# -- days of their own


def test_the_leap_day_is_a_day() -> None:
    agenda = agenda_de(Calendario(dias=todo_dia(("08:00", "18:00")), feriados_oficiais=False))
    assert agenda.entre(ms("2028-02-28T00:00"), ms("2028-03-01T00:00")) == 20 * HORA
    assert agenda.entre(ms("2026-02-28T00:00"), ms("2026-03-01T00:00")) == 10 * HORA


def test_a_holiday_on_the_leap_day_comes_in_leap_years() -> None:
    calendario = Calendario(dias=todo_dia(("08:00", "18:00")), feriados_oficiais=False)
    agenda = agenda_de(calendario, [Feriado(data="02-29")])
    assert agenda.entre(ms("2028-02-28T00:00"), ms("2028-03-02T00:00")) == 20 * HORA
    assert agenda.entre(ms("2027-02-28T00:00"), ms("2027-03-02T00:00")) == 20 * HORA


def test_what_goes_on_past_midnight_belongs_to_the_day_on_which_it_begins() -> None:
    calendario = Calendario(dias={"sex": (("22:00", "06:00"),)}, feriados_oficiais=False)
    agenda = agenda_de(calendario)
    assert escrito(agenda.somar(ms("2026-06-19T23:00"), 2 * HORA)) == "2026-06-20T01:00"
    assert [agenda.aberto(ms(f"2026-06-20T{hora}")) for hora in ("00:00", "05:59", "06:00")] == [True, True, False]
    assert not agenda.aberto(ms("2026-06-19T05:00"))
    de_folga = agenda_de(calendario, [Feriado(data="2026-06-20"), Feriado(data="2026-06-26")])
    assert de_folga.aberto(ms("2026-06-20T05:00")), "it began on Friday, which is no holiday"
    assert not de_folga.aberto(ms("2026-06-27T05:00"))


def test_intervals_that_overlap_are_counted_once() -> None:
    dias = {
        "seg": (("08:00", "12:00"), ("10:00", "14:00"), ("14:00", "15:00"), ("22:00", "03:00")),
        "ter": (("00:00", "01:00"),),
    }
    agenda = agenda_de(Calendario(dias=dias, feriados_oficiais=False))  # type: ignore[arg-type]
    assert agenda.entre(ms("2026-06-15T00:00"), ms("2026-06-17T00:00")) == 12 * HORA


def test_what_ends_at_midnight_may_be_written_both_ways() -> None:
    uma, outra = (agenda_de(Calendario(dias=todo_dia(("18:00", fim)))) for fim in ("24:00", "00:00"))
    de = ms("2026-06-15T10:00")
    assert uma.somar(de, 20 * HORA) == outra.somar(de, 20 * HORA)


# -- holidays and exceptions


def test_a_holiday_of_one_city_counts_there_only() -> None:
    santo_antonio = Feriado(data="06-13", estado="sp", cidade="Osasco")
    dias = todo_dia(("08:00", "18:00"))
    dia = ms("2026-06-13T09:00")
    for cidade, estado, aberto in [
        ("Osasco", "SP", False),
        ("OSASCO ", "SP", False),
        ("Osasco", None, False),
        ("Santos", "SP", True),
        ("Osasco", "PR", True),
        (None, "SP", True),
        (None, None, True),
    ]:
        calendario = Calendario(dias=dias, cidade=cidade, estado=estado)
        assert agenda_de(calendario, [santo_antonio]).aberto(dia) == aberto, (cidade, estado)


def test_accents_and_the_way_a_state_is_written_make_no_difference() -> None:
    feriado = Feriado(data="2026-09-16", estado="São Paulo", cidade="sao jose do rio preto")
    calendario = Calendario(dias=todo_dia(("08:00", "18:00")), estado="SP", cidade="São José do Rio Preto")
    assert not agenda_de(calendario, [feriado]).aberto(ms("2026-09-16T09:00"))


@pytest.mark.parametrize(
    ("feriado", "onde", "conta"),
    [
        (Feriado(data="08-11"), Calendario(pais="PT"), True),
        (Feriado(data="08-11", pais="BR"), Calendario(pais="PT"), False),
        (Feriado(data="08-11", estado="SP"), Calendario(pais="US", estado="SC"), False),
        (Feriado(data="08-11", pais="US", estado="SC"), Calendario(pais="US", estado="South Carolina"), True),
        (Feriado(data="08-11", estado="SC"), Calendario(estado="Santa Catarina"), True),
        (Feriado(data="08-11", estado="SC"), Calendario(), False),
    ],
)
def test_a_holiday_counts_where_it_says(feriado: Feriado, onde: Calendario, *, conta: bool) -> None:
    calendario = Calendario(dias=todo_dia(("08:00", "18:00")), pais=onde.pais, estado=onde.estado)
    assert agenda_de(calendario, [feriado]).aberto(ms("2026-08-11T09:00")) != conta


@pytest.mark.parametrize(
    ("data", "calendario"),
    [
        ("2026-04-21", Calendario()),
        ("2026-04-03", Calendario()),  # Good Friday
        ("2026-07-09", Calendario(estado="SP")),
        ("2026-01-25", Calendario(estado="SP", cidade="São Paulo")),
        ("2026-02-17", Calendario(estado="RJ")),  # Carnaval is one there
        ("2026-02-17", Calendario(pontos_facultativos=True)),
        ("2026-06-10", Calendario(pais="PT")),
    ],
)
def test_official_holidays_of_country_state_and_city_close(data: str, calendario: Calendario) -> None:
    fechado, aberto = (
        Calendario(
            dias=todo_dia(("08:00", "18:00")),
            pais=calendario.pais,
            estado=calendario.estado,
            cidade=calendario.cidade,
            pontos_facultativos=calendario.pontos_facultativos,
            feriados_oficiais=oficiais,
        )
        for oficiais in (True, False)
    )
    assert not agenda_de(fechado).aberto(ms(f"{data}T09:00"))
    assert agenda_de(aberto).aberto(ms(f"{data}T09:00"))


def test_carnaval_is_no_holiday_where_nobody_says_so() -> None:
    assert agenda_de(COMERCIAL).aberto(ms("2026-02-17T09:00"))
    assert agenda_de(COMERCIAL).aberto(ms("2023-11-20T09:00")), "that of Zumbi is one everywhere since 2024"


def test_an_exception_wins_over_a_holiday() -> None:
    excecoes = (
        Excecao(data="12-25", intervalos=(("09:00", "12:00"),)),
        Excecao(data="2027-12-25"),
        Excecao(data="2026-06-15"),
    )
    agenda = agenda_de(Calendario(dias=dias_uteis(*COM_ALMOCO), excecoes=excecoes), [Feriado(data="12-25")])
    assert agenda.entre(ms("2026-12-25T00:00"), ms("2026-12-26T00:00")) == 3 * HORA
    assert agenda.entre(ms("2027-12-25T00:00"), ms("2027-12-26T00:00")) == 0, "one year is more than every year"
    assert escrito(agenda.somar(ms("2026-06-12T17:30"), HORA)) == "2026-06-16T08:30"


def test_half_a_holiday_leaves_what_the_day_has_of_it() -> None:
    cinzas = Feriado(data="2026-02-18", intervalos=(("12:00", "20:00"),))
    agenda = agenda_de(COMERCIAL, [cinzas])
    assert agenda.entre(ms("2026-02-18T00:00"), ms("2026-02-19T00:00")) == 5 * HORA
    no_domingo = agenda_de(COMERCIAL, [Feriado(data="2026-02-15", intervalos=(("12:00", "20:00"),))])
    assert no_domingo.entre(ms("2026-02-15T00:00"), ms("2026-02-16T00:00")) == 0, "a holiday opens nothing"
    duas = agenda_de(COMERCIAL, [cinzas, Feriado(data="02-18", intervalos=(("00:00", "14:00"),))])
    assert duas.entre(ms("2026-02-18T00:00"), ms("2026-02-19T00:00")) == HORA, "both hold"


# -- always and never


def test_day_and_night_business_time_is_time() -> None:
    for instante in (-(10**15), 0, ms("2026-12-25T03:00"), 10**17):
        assert SEMPRE.aberto(instante)
        assert SEMPRE.somar(instante, 90 * DIA) == instante + 90 * DIA
        assert SEMPRE.entre(instante, instante - 5) == -5
        assert SEMPRE.proxima_abertura(instante) == instante


def test_day_and_night_does_not_stop_on_holidays_only_for_exceptions() -> None:
    agenda = agenda_de(Calendario(sempre=True, excecoes=(Excecao(data="2026-12-31"),)), [Feriado(data="2026-12-25")])
    assert agenda.aberto(ms("2026-12-25T12:00"))
    assert escrito(agenda.somar(ms("2026-12-30T23:00"), 2 * HORA)) == "2027-01-01T01:00"


def test_what_is_never_open_is_never_reached() -> None:
    de = ms("2026-06-15T10:00")
    for vazio in (Calendario(), Calendario(dias={"seg": ()}), Calendario(excecoes=(Excecao(data="2026-06-16"),))):
        agenda = agenda_de(vazio, [Feriado(data="06-15")])
        assert (agenda.somar(de, 1), agenda.somar(de, -1), agenda.somar(de, 0)) == (None, None, de)
        assert agenda.entre(0, de) == 0
        assert not agenda.aberto(de)
        assert agenda.proxima_abertura(de) is None


def test_what_is_open_on_one_date_only_is_reached_from_far_away_and_not_after_it() -> None:
    um_dia = Calendario(excecoes=(Excecao(data="2090-06-15", intervalos=(("22:00", "02:00"),)),))
    agenda = agenda_de(um_dia)
    assert escrito(agenda.somar(ms("2026-06-15T10:00"), 3 * HORA)) == "2090-06-16T01:00"
    assert agenda.somar(ms("2026-06-15T10:00"), 5 * HORA) is None
    assert agenda.somar(ms("2090-06-16T02:00"), 1) is None
    assert escrito(agenda.somar(ms("2099-06-15T10:00"), -4 * HORA)) == "2090-06-15T22:00"


def test_outside_of_the_years_that_are_looked_at_nothing_is_open() -> None:
    agenda = agenda_de(COMERCIAL)
    longe = ms("9999-12-31T23:00")
    assert agenda.somar(longe, HORA) is None
    assert agenda.somar(-(10**17), -HORA) is None
    assert escrito(agenda.somar(-(10**17), HORA)) == "1970-01-02T09:00"
    assert agenda.somar(ms("2026-06-15T10:00"), 10**18) is None
    assert agenda.entre(longe, 2 * longe) == 0
    assert not agenda.aberto(longe)


def test_equal_calendars_have_one_agenda_wherever_they_hold_and_whatever_holidays_there_are_elsewhere() -> None:
    filas = ("00000000-0000-0000-0000-000000000001",)
    outro = Calendario(dias=dict(reversed(COMERCIAL.dias.items())), estado="SP", filas=filas, empresa=True)
    um = agenda_de(COMERCIAL)
    assert um is agenda_de(outro, [Feriado(data="06-13", cidade="Osasco")])
    assert um is not agenda_de(outro, [Feriado(data="06-13")])
    assert isinstance(um, Agenda)


def test_what_it_remembers_ends_where_it_opens_and_closes_to_the_millisecond() -> None:
    """An hour from the middle of a piece, before lunch and from within it; then from both ends of what it knows."""
    for de in ("2026-03-04T10:00", "2026-03-04T11:30", "2026-03-04T12:30", "2026-03-04T14:00", "2026-03-04T17:30"):
        agenda = Agenda(COMERCIAL, ())
        agenda.somar(ms(de), HORA)
        for perto in ("08:00", "11:00", "12:00", "13:00", "17:00", "18:00"):
            for passo in (-1, 0, 1, 2):
                instante = ms(f"2026-03-04T{perto}") + passo
                assert agenda.somar(instante, HORA) == Agenda(COMERCIAL, ()).somar(instante, HORA), (de, perto, passo)
                agenda.somar(ms(de), HORA)
