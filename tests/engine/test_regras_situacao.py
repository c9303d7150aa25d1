"""What was done in the last minute, and which dead letters are taken together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.envios.cadencia import Cadencia
from engine.envios.situacao import BYTES_TRATADOS, TRATADOS_NO_MAXIMO, Carta, Leva, levas


def test_what_was_done_a_minute_ago_does_not_count_any_more() -> None:
    cadencia = Cadencia()
    for segundo in range(120):
        cadencia.contar("enviar_mensagem", segundo * 1_000)
    assert cadencia.do_minuto(119_999) == {"enviar_mensagem": 60}
    assert cadencia.do_minuto(149_000) == {"enviar_mensagem": 30}
    assert cadencia.do_minuto(500_000) == {}


@given(st.lists(st.tuples(st.integers(0, 300), st.sampled_from(["enviar_mensagem", "enviar_sms"]))))
def test_what_is_counted_is_what_a_list_of_all_would_say(feitos: list[tuple[int, str]]) -> None:
    cadencia, em = Cadencia(), 0
    vistos: list[tuple[int, str]] = []
    for passam, trabalho in feitos:
        em += passam
        cadencia.contar(trabalho, em * 1_000)  # type: ignore[arg-type]  # one of them
        vistos.append((em, trabalho))
    for nome in ("enviar_mensagem", "enviar_sms"):
        esperado = sum(1 for quando, trabalho in vistos if trabalho == nome and quando > em - 60)
        assert cadencia.do_minuto(em * 1_000)[nome] == esperado


def test_dead_letters_are_taken_by_their_canal_and_no_more_than_fit() -> None:
    assert levas([]) == []
    assert levas([Carta("1", "b", True, 1), Carta("2", "a", True, 1), Carta("3", "b", True, 1)]) == [
        Leva("a", ("2",)), Leva("b", ("1", "3"))
    ]  # fmt: skip
    muitas = [Carta(str(n), "a", True, 1) for n in range(TRATADOS_NO_MAXIMO + 1)]
    (leva,) = levas(muitas)
    assert (len(leva.ids), leva.ha_mais) == (TRATADOS_NO_MAXIMO, True)
    grandes = [Carta(str(n), "a", True, BYTES_TRATADOS // 2) for n in range(3)]
    assert levas(grandes) == [Leva("a", ("0", "1"), ha_mais=True)]
    assert levas([Carta("0", "a", True, 10 * BYTES_TRATADOS)]) == [Leva("a", ("0",))]
