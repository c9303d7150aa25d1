"""What is said of a database that does not serve: one outage, since when, why; and for how long memory is believed."""

from __future__ import annotations

import logging

import pytest

from engine.errors import Unavailable
from engine.saude import CAIU, NAO_RESPONDE, VALIDADE_S, Causa, Saude

CHEIO = Causa("disco cheio", "libere espaço")


class Relogio:
    def __init__(self) -> None:
        self.hora = 1000.0

    def __call__(self) -> float:
        return self.hora


@pytest.fixture
def relogio() -> Relogio:
    return Relogio()


def test_an_outage_has_one_beginning_and_one_end_whatever_fails_in_it(
    relogio: Relogio, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    saude = Saude(relogio)
    saude.falhou("gravacoes", CHEIO, relogio.hora - 3)
    relogio.hora += 35
    saude.falhou("pulso", NAO_RESPONDE)
    saude.falhou("gravacoes", CHEIO)
    assert saude.frase() == "O banco de dados está fora do ar há 38 s: disco cheio"
    saude.respondeu("gravacoes")
    assert saude.frase() == "O banco de dados não responde há 38 s"
    assert (saude.disponivel, saude.calada, saude.segundos()) == (False, True, 38)
    saude.respondeu("pulso")
    saude.respondeu("conexoes")
    assert (saude.disponivel, saude.calada, saude.segundos()) == (True, False, 0)
    assert [registro.message for registro in caplog.records] == [
        "database away: disco cheio; libere espaço",
        "database back after 38.0 s",
    ]


def test_what_says_more_is_said_and_the_last_that_is_known(relogio: Relogio) -> None:
    saude = Saude(relogio)
    saude.falhou("gravacoes", CAIU)
    assert saude.frase().endswith("a conexão caiu")
    saude.falhou("pulso", Causa("conexão recusada"))
    assert saude.frase().endswith(": conexão recusada")
    saude.falhou("pulso", Causa("está iniciando ou parando"))
    assert saude.recusa().message.startswith("O banco de dados está fora do ar há 0 s: está iniciando ou parando;")


def test_memory_is_believed_for_three_seconds_from_when_the_pulse_was_sent(relogio: Relogio) -> None:
    saude = Saude(relogio)
    assert saude.recente(), "before the first pulse nothing is amiss"
    saude.bateu(relogio.hora - 2)
    relogio.hora += 0.9
    saude.exigir_sinal()
    relogio.hora += 0.2
    assert not saude.recente()
    assert saude.recente(relogio.hora - 1), "a commit that was sent a second ago says so too"
    assert not saude.recente(relogio.hora - VALIDADE_S)
    for exigir in (saude.exigir_sinal, saude.exigir_pulso):
        with pytest.raises(Unavailable, match="não responde a este servidor há 3 s") as recusa:
            exigir()
        assert (recusa.value.codigo, recusa.value.retry_after) == ("banco_indisponivel", 2)


def test_a_lock_that_is_known_to_be_gone_ends_belief_at_once_but_takes_what_will_be_fenced(relogio: Relogio) -> None:
    saude = Saude(relogio)
    saude.bateu(relogio.hora)
    saude.calou()
    saude.exigir_pulso()
    with pytest.raises(Unavailable, match="retomando o contato"):
        saude.exigir_sinal()
    saude.bateu(relogio.hora)
    saude.exigir_sinal()
