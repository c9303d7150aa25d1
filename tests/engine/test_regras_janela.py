"""The window in which a contact can be written to freely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.envios.janela import DURACAO_MS, aberta_ate, fechada
from engine.modelo import CanalRow, TipoCanal

LIGADO = '{"phoneNumberId":"1"}'


def canal(tipo: TipoCanal = "whatsapp", config: str = LIGADO) -> CanalRow:
    return CanalRow("empresa", "canal", "Zap", tipo, None, True, config, 0, 0)


@given(st.integers(0, 2**50), st.integers(-(2**40), 2**40))
def test_it_is_open_for_24_hours_from_what_the_contact_wrote_and_not_a_moment_longer(em: int, depois: int) -> None:
    ate = aberta_ate("whatsapp", em)
    assert fechada(canal(), ate, em + depois) == (depois >= DURACAO_MS == 86_400_000)


@pytest.mark.parametrize("tipo", ["email", "sms", "webchat", "push", "api"])
def test_other_channels_have_none(tipo: TipoCanal) -> None:
    assert aberta_ate(tipo, 5) is None
    assert not fechada(canal(tipo), None, 2**50)


def test_who_never_wrote_has_none_open_once_the_canal_has_a_number() -> None:
    assert fechada(canal(), None, 0)
    assert not fechada(canal(config="{}"), None, 0)
    assert fechada(canal(config="{}"), 5, 5)
