"""Whose turn it is to be looked at: seldom enough, soon enough, and nobody before everybody."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.rodizio import LEMBRADOS, Rodizio

CADA, MESMO_ASSIM = 5_000, 30_000


def rodizio() -> Rodizio:
    return Rodizio(CADA, MESMO_ASSIM)


def esvaziar(r: Rodizio, now: int, quantos: int = 10_000) -> list[tuple[str, str]]:
    return [(empresa, ticket) for empresa, tickets in r.tomar(now, quantos).items() for ticket in tickets]


def test_who_begins_to_follow_is_told_at_once_and_then_when_the_line_changes() -> None:
    r = rodizio()
    r.seguir("e", "t", "f", 0)
    assert r.proximo() == 0
    assert esvaziar(r, 0) == [("e", "t")]
    assert r.proximo() == MESMO_ASSIM
    r.mexeu("e", "f", 100)
    assert r.proximo() == CADA
    assert esvaziar(r, CADA - 1) == []
    assert esvaziar(r, CADA) == [("e", "t")]


def test_a_line_in_which_nothing_happens_is_looked_at_now_and_then() -> None:
    r = rodizio()
    r.seguir("e", "t", "f", 0)
    assert esvaziar(r, 0) == [("e", "t")]
    assert esvaziar(r, MESMO_ASSIM - 1) == []
    assert esvaziar(r, MESMO_ASSIM) == [("e", "t")]


def test_what_happens_in_another_line_or_to_nobody_moves_nobody() -> None:
    r = rodizio()
    r.mexeu("e", "f", 0)
    assert r.proximo() is None
    r.seguir("e", "t", "f", 0)
    esvaziar(r, 0)
    r.mexeu("e", "g", 10)
    r.mexeu("outra", "f", 10)
    assert r.proximo() == MESMO_ASSIM


def test_coming_and_going_does_not_make_it_more_often() -> None:
    r = rodizio()
    olhados = 0
    for now in range(0, 10_000, 100):
        r.seguir("e", "t", "f", now)
        olhados += len(esvaziar(r, now))
        r.largar("e", "t", now)
    assert olhados == 2
    assert r.proximo() is None


def test_a_change_of_a_line_with_ten_thousand_followed_is_one_step_and_a_round_is_bounded() -> None:
    r = rodizio()
    for n in range(10_000):
        r.seguir("e", f"t{n}", "f", 0)
    while r.tomar(0, 1_000):
        pass
    r.mexeu("e", "f", 10)
    now, olhados = CADA, list[tuple[str, str]]()
    while len(olhados) < 10_000:
        da_vez = esvaziar(r, now, 20)
        assert len(da_vez) == 20
        olhados += da_vez
        now += 100
    assert len(set(olhados)) == 10_000
    assert olhados == sorted(olhados, key=lambda um: int(um[1][1:]))


def test_empresas_take_turns_however_many_one_follows() -> None:
    r = rodizio()
    for n in range(1_000):
        r.seguir("grande", f"t{n}", f"f{n % 50}", 0)
    r.seguir("pequena", "unico", "f", 1)
    assert ("pequena", "unico") in esvaziar(r, 1, 2)


def test_filas_of_an_empresa_take_turns() -> None:
    r = rodizio()
    for n in range(1_000):
        r.seguir("e", f"t{n}", "cheia", 0)
    r.seguir("e", "unico", "vazia", 0)
    assert ("e", "unico") in esvaziar(r, 0, 2)


def test_those_who_come_do_not_keep_those_who_are_there_from_their_turn() -> None:
    r = rodizio()
    r.seguir("e", "antigo", "f", 0)
    esvaziar(r, 0)
    r.mexeu("e", "f", 0)
    for n in range(100):
        r.seguir("e", f"t{n}", "f", CADA + n)
    assert esvaziar(r, CADA + 100, 1) == [("e", "antigo")]


def test_a_ticket_that_goes_to_another_fila_is_followed_there() -> None:
    r = rodizio()
    r.seguir("e", "t", "f", 0)
    esvaziar(r, 0)
    r.seguir("e", "t", "g", 100)
    r.mexeu("e", "f", 200)
    assert r.proximo() == CADA
    assert esvaziar(r, CADA) == [("e", "t")]
    r.mexeu("e", "g", CADA)
    assert esvaziar(r, 2 * CADA) == [("e", "t")]


def test_what_was_looked_at_and_does_not_wait_rests_unless_it_came_back_meanwhile() -> None:
    r = rodizio()
    r.seguir("e", "t", "f", 0)
    esvaziar(r, 0)
    r.seguir("e", "t", "f", 1)
    r.descansar("e", "t", 1)
    assert esvaziar(r, CADA) == [("e", "t")]
    r.descansar("e", "t", CADA)
    assert r.proximo() is None
    r.descansar("e", "t", CADA)


def test_an_empresa_that_left_is_forgotten() -> None:
    r = rodizio()
    r.seguir("e", "t", "f", 0)
    r.seguir("e", "u", "g", 0)
    r.esquecer("e")
    assert r.proximo() is None
    r.largar("e", "t", 1)
    r.mexeu("e", "f", 1)
    assert esvaziar(r, MESMO_ASSIM) == []


def test_what_is_remembered_of_those_who_left_is_bounded() -> None:
    r = rodizio()
    for n in range(LEMBRADOS + 10):
        r.seguir("e", f"t{n}", "f", 0)
        r.tomar(0, 1)
        r.largar("e", f"t{n}", 0)
    r.seguir("e", f"t{LEMBRADOS}", "f", 1)
    assert r.proximo() == CADA
    r.seguir("e", "t0", "f", 1)
    assert r.proximo() == 1


PASSOS = st.lists(
    st.tuples(
        st.sampled_from(["seguir", "largar", "mexeu", "tomar", "passa"]),
        st.integers(0, 1),
        st.integers(0, 4),
        st.integers(0, 2),
        st.integers(0, 8_000),
    ),
    max_size=150,
)


@given(PASSOS)
def test_nobody_is_looked_at_too_often_and_everybody_when_it_is_time(
    passos: list[tuple[str, int, int, int, int]],
) -> None:
    """Against the plain rule, which looks at all of them each time."""
    r, now = rodizio(), 0
    seguidos: dict[tuple[str, str], str] = {}
    olhados: dict[tuple[str, str], int] = {}
    quer: set[tuple[str, str]] = set()
    mexidas: dict[tuple[str, str], int] = {}
    for que, e, t, f, quanto in passos:
        qual, fila = (f"e{e}", f"t{t}"), f"f{f}"
        if que == "seguir":
            r.seguir(*qual, fila, now)
            if seguidos.get(qual) != fila and fila not in {seguidos[um] for um in seguidos if um[0] == qual[0]}:
                mexidas.pop((qual[0], fila), None)
            seguidos[qual] = fila
            quer.add(qual)
        elif que == "largar":
            r.largar(*qual, now)
            seguidos.pop(qual, None)
            quer.discard(qual)
        elif que == "mexeu":
            r.mexeu(qual[0], fila, now)
            mexidas[qual[0], fila] = now
        elif que == "passa":
            now += quanto
        else:
            devidos = {
                qual
                for qual, fila in seguidos.items()
                if _deve(olhados.get(qual), mexidas.get((qual[0], fila), -1), now, quer=qual in quer)
            }
            tomados = set(esvaziar(r, now))
            for um in tomados:
                assert now - olhados.get(um, -CADA) >= CADA
                olhados[um] = now
            quer -= tomados
            assert devidos <= tomados <= set(seguidos)
        assert (r.proximo() is None) == (not seguidos)


def _deve(olhado_em: int | None, mexida_em: int, now: int, *, quer: bool) -> bool:
    if quer:
        return olhado_em is None or now >= olhado_em + CADA
    assert olhado_em is not None
    return now >= olhado_em + (CADA if olhado_em < mexida_em else MESMO_ASSIM)
