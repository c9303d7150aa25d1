"""Hours of filas, shifts of agents, and wrap-up: what begins and ends at its very millisecond."""

from __future__ import annotations

import msgspec
import pytest

from engine.distribuicao import porque_nao
from engine.modelo import Rota
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Afinidade, Horario, Politica
from tests.engine.bancada import Bancada

UMA_HORA = 3_600_000
MEIA_NOITE = 0
"""Of a Thursday, by UTC."""


def horario(*intervalos: tuple[str, str], dia: str = "qui") -> Horario:
    return Horario(fuso="UTC", dias={dia: intervalos})  # type: ignore[dict-item]


def turno(*intervalos: tuple[str, str]) -> str:
    return msgspec.json.encode(horario(*intervalos)).decode()


# -- filas


def test_a_fila_gives_out_from_the_millisecond_at_which_it_opens_to_that_at_which_it_closes() -> None:
    b = Bancada(now=MEIA_NOITE)
    b.fila(politica=Politica(horario=horario(("08:00", "12:00"))))
    b.pessoa("ana", capacidade=9)
    b.chega("at night")
    b.passa(8 * UMA_HORA - 1)
    assert b.dono("at night") is None
    b.passa(1)
    assert b.quando("at night") == 8 * UMA_HORA
    b.passa(4 * UMA_HORA - 1)
    assert b.dono(b.chega("at the last moment")) == "ana"
    b.passa(1)
    assert b.dono(b.chega("too late")) is None
    b.passa(6 * 24 * UMA_HORA)
    assert b.dono("too late") is None
    b.passa(20 * UMA_HORA)
    assert b.quando("too late") == 7 * 24 * UMA_HORA + 8 * UMA_HORA, "next Thursday"


def test_what_is_given_by_hand_is_given_at_night_too_and_what_somebody_has_stays() -> None:
    b = Bancada(now=MEIA_NOITE)
    b.fila(politica=Politica(horario=horario(("08:00", "12:00"))))
    b.pessoa("ana", capacidade=1)
    b.assume(b.chega("by hand"), "ana")
    b.passa(20 * UMA_HORA)
    assert b.dono("by hand") == "ana"


def test_a_restart_while_it_is_closed_opens_at_the_same_time() -> None:
    b = Bancada(now=MEIA_NOITE)
    b.fila(politica=Politica(horario=horario(("08:00", "12:00"))))
    b.pessoa("ana")
    b.chega("t")
    b.passa(UMA_HORA)
    b.reinicia()
    assert b.d.proximo_prazo() == 8 * UMA_HORA
    b.passa(7 * UMA_HORA)
    assert b.quando("t") == 8 * UMA_HORA


def test_hours_that_are_taken_away_let_what_waits_go_at_once() -> None:
    b = Bancada(now=MEIA_NOITE)
    b.fila(politica=Politica(horario=horario(("08:00", "12:00"))))
    b.pessoa("ana")
    b.chega("t")
    b.fila()
    assert b.dono("t") == "ana"


# -- shifts


def de_plantao(*intervalos: tuple[str, str], sem_novos: int = 0) -> Bancada:
    b = Bancada(Capacidade(minutos_sem_novos=sem_novos), now=MEIA_NOITE)
    b.fila()
    b.pessoa("ana", capacidade=9, turno=turno(*intervalos))
    return b


def test_an_agent_is_given_something_within_its_shift_only() -> None:
    b = de_plantao(("08:00", "12:00"), ("13:00", "17:00"))
    b.chega("early")
    assert porque_nao(b.linha(), b.espera("early"), b.candidato("ana")) == "fora_do_turno"
    b.passa(8 * UMA_HORA)
    assert b.quando("early") == 8 * UMA_HORA
    b.passa(4 * UMA_HORA)
    assert b.dono(b.chega("at noon")) is None
    b.passa(UMA_HORA)
    assert b.quando("at noon") == 13 * UMA_HORA
    assert b.dono("early") == "ana", "what it has it keeps"


@pytest.mark.parametrize("sem_novos", [0, 1, 30])
def test_nothing_new_comes_in_the_last_minutes_of_a_shift(sem_novos: int) -> None:
    b = de_plantao(("08:00", "12:00"), sem_novos=sem_novos)
    b.passa(12 * UMA_HORA - sem_novos * 60_000 - 1)
    assert b.dono(b.chega()) == "ana"
    b.passa(1)
    assert b.dono(b.chega()) is None
    b.passa(UMA_HORA)
    assert b.dono(b.chega()) is None


def test_a_shift_shorter_than_that_is_given_nothing() -> None:
    b = de_plantao(("08:00", "08:20"), sem_novos=30)
    b.chega("t")
    b.passa(24 * UMA_HORA)
    assert b.dono("t") is None


def test_a_shift_that_goes_on_past_midnight_is_one() -> None:
    b = Bancada(Capacidade(minutos_sem_novos=30), now=MEIA_NOITE + 23 * UMA_HORA)
    b.fila()
    noite = Horario(fuso="UTC", dias={"qui": (("22:00", "24:00"),), "sex": (("00:00", "06:00"),)})
    b.pessoa("ana", capacidade=9, turno=msgspec.json.encode(noite).decode())
    b.passa(45 * 60_000)
    assert b.dono(b.chega()) == "ana", "a quarter to midnight"
    b.passa(int(5.75 * UMA_HORA) - 1)
    assert b.dono(b.chega()) == "ana"
    b.passa(1)
    assert b.dono(b.chega()) is None


def test_a_shift_that_is_set_or_taken_away_holds_at_once() -> None:
    b = de_plantao(("08:00", "12:00"))
    b.chega("t")
    b.muda_pessoa("ana", turno=None)
    assert b.dono("t") == "ana"
    b.muda_pessoa("ana", turno=turno(("08:00", "12:00")))
    assert b.dono(b.chega()) is None


def test_out_of_its_shift_nothing_is_kept_for_the_last_agent() -> None:
    b = de_plantao(("08:00", "12:00"))
    b.fila(politica=Politica(afinidade=Afinidade(segundos=600)))
    b.pessoa("bia")
    b.chega("t", rota=Rota(afim="ana"))
    assert b.dono("t") == "bia"


# -- wrap-up


def test_a_slot_is_free_so_many_seconds_after_its_ticket_was_resolved() -> None:
    b = Bancada(Capacidade(arremate_segundos=30), now=1)
    b.fila()
    b.pessoa("ana")
    b.chega("a")
    b.chega("b")
    b.passa(999)
    b.resolve("a")
    assert (b.dono("b"), b.livre("ana")) == (None, False)
    b.passa(29_999)
    assert b.dono("b") is None
    b.passa(1)
    assert b.quando("b") == 31_000


def test_who_wraps_up_is_idle_from_the_end_of_it() -> None:
    b = Bancada(Capacidade(arremate_segundos=30), now=1)
    b.fila()
    b.pessoa("ana")
    b.chega("a")
    b.resolve("a")
    b.passa(60_000)
    assert b.d.perfis["ana"].ocioso_desde == 30_001


def test_wrapping_up_goes_on_over_a_restart_and_what_was_over_meanwhile_is_over() -> None:
    b = Bancada(Capacidade(arremate_segundos=30), now=1)
    b.fila()
    b.pessoa("ana")
    b.chega("a")
    b.resolve("a")
    b.chega("b")
    b.passa(20_000)
    b.reinicia()
    assert b.dono("b") is None
    b.passa(10_000)
    assert b.quando("b") == 30_001
    b.resolve("b")
    b.chega("c")
    b.now += 60_000
    b.reinicia()
    assert b.dono("c") == "ana"


def test_wrap_up_takes_what_its_ticket_took() -> None:
    b = Bancada(Capacidade(arremate_segundos=30, custos={"email": 0.5}), now=1)
    b.fila()
    b.canal("e", "email")
    b.pessoa("ana")
    b.chega("a", canal_id="e")
    b.resolve("a")
    assert b.dono(b.chega(canal_id="e")) == "ana", "half a slot is free"
    assert b.dono(b.chega(canal_id="e")) is None
