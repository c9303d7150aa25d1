"""What is said of a database that does not serve: one outage, since when, why; and for how long memory is believed."""

from __future__ import annotations

import asyncio
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
    assert not saude.pulsa
    with pytest.raises(Unavailable, match="não responde a este servidor há 3 s") as recusa:
        saude.exigir_sinal()
    assert (recusa.value.codigo, recusa.value.retry_after) == ("banco_indisponivel", 2)


def test_who_was_paused_waits_for_the_next_pulse_and_an_outage_that_is_known_is_not_waited_for(
    relogio: Relogio,
) -> None:
    async def main() -> None:
        saude = Saude(relogio)
        saude.bateu(relogio.hora)
        relogio.hora += 60
        espera = [asyncio.create_task(saude.pulso()) for _ in range(3)]
        await asyncio.sleep(0)
        saude.bateu(relogio.hora - 10)  # sent before the pause, answered after it: it says nothing of now
        await asyncio.sleep(0)
        assert not any(task.done() for task in espera)
        saude.bateu(relogio.hora)
        await asyncio.gather(*espera)
        relogio.hora += 60
        espera = [asyncio.create_task(saude.pulso()) for _ in range(3)]
        await asyncio.sleep(0)
        saude.falhou("pulso", NAO_RESPONDE)
        for task in (*espera, asyncio.create_task(saude.pulso())):
            with pytest.raises(Unavailable) as recusa:
                await task
            assert (recusa.value.codigo, recusa.value.retry_after) == ("banco_indisponivel", 2)

    asyncio.run(main())


def test_no_pulse_is_waited_for_without_end(relogio: Relogio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.saude._ESPERA_S", 0.01)

    async def main() -> None:
        saude = Saude(relogio)
        saude.bateu(relogio.hora - 60)
        with pytest.raises(Unavailable, match="não responde a este servidor há 60 s"):
            await saude.pulso()

    asyncio.run(main())


def test_a_lock_that_is_known_to_be_gone_ends_belief_at_once_but_takes_what_will_be_fenced(relogio: Relogio) -> None:
    saude = Saude(relogio)
    saude.bateu(relogio.hora)
    saude.calou()
    assert saude.pulsa
    with pytest.raises(Unavailable, match="retomando o contato"):
        saude.exigir_sinal()
    saude.bateu(relogio.hora)
    saude.exigir_sinal()
