"""What is a note, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pesquisa.estado import TipoDePesquisa
from engine.pesquisa.leitura import Lida, ler
from engine.pesquisa.modelo import NOTAS

TIPOS: tuple[TipoDePesquisa, ...] = ("csat", "nps")


@pytest.mark.parametrize(
    ("texto", "nota"),
    [
        ("5", 5),
        (" 5 \n", 5),
        ("5!", 5),
        ("5.", 5),
        ("05", 5),
        ("nota 5", 5),
        ("Nota: 4", 4),
        ("NOTA 3!!!", 3),
        ("minha nota é 4", 4),
        ("dou nota 2", 2),
        ("dou 4 estrelas", 4),
        ("4 estrelas", 4),
        ("1 estrela", 1),
        ("5/5", 5),
        ("4 de 5", 4),
        ("cinco", 5),
        ("Cinco!", 5),
        ("três", 3),
        ("TRÊS", 3),
        ("tres", 3),
        ("⭐⭐⭐⭐⭐", 5),
        ("⭐️⭐️⭐️", 3),
        ("★★★☆☆", 3),
        ("🌟", 1),
        ("5️⃣", 5),
        ("５", 5),
        ("٥", 5),
    ],
)
def test_what_people_write_for_a_note_is_one(texto: str, nota: int) -> None:
    assert ler(texto, "csat") == Lida(nota)


@pytest.mark.parametrize(
    ("texto", "nota"),
    [("0", 0), ("10", 10), ("dez", 10), ("nota 10!", 10), ("10/10", 10), ("9 de 10", 9), ("🔟", 10), ("zero", 0)],
)
def test_from_nought_to_ten(texto: str, nota: int) -> None:
    assert ler(texto, "nps") == Lida(nota)


@pytest.mark.parametrize(
    "texto",
    [
        "5 - muito bom", "5, ótimo atendimento", "5\nObrigado pela ajuda", "nota 5. Vocês são ótimos", "5! adorei",
        "⭐⭐⭐⭐⭐ adorei", "cinco, adorei",
    ],
)  # fmt: skip
def test_what_is_said_with_it_is_a_comment(texto: str) -> None:
    assert ler(texto, "csat") == Lida(5, comentada=True)


@pytest.mark.parametrize(
    "texto",
    [
        "", " ", "ok", "obrigado", "👍", "6", "0", "10", "55", "555", "-1", "5.5", "3,5", "10:30", "5.000", "5 caixas",
        "preciso de 5 caixas", "5 reais", "chego às 5", "4 de 10", "9/10", "5-10", "12/05", "umbigo", "dezembro",
        "um momento", "dois dias e nada", "cinco horas esperando", "quero falar com um atendente", "nota fiscal",
        "nota fiscal 5", "não recebi a nota 5", "☆⭐⭐", "☆☆☆☆☆", "⭐⭐⭐⭐⭐⭐", "5%", "#5", "R$ 5", "5a", "a5",
        "5" * 5_000,
    ],
)  # fmt: skip
def test_what_may_mean_something_else_is_no_answer(texto: str) -> None:
    assert ler(texto, "csat") is None


@given(st.sampled_from(TIPOS), st.text())
def test_whatever_is_written_a_note_is_within_its_bounds(tipo: TipoDePesquisa, texto: str) -> None:
    lida = ler(texto, tipo)
    menor, maior = NOTAS[tipo]
    assert lida is None or menor <= lida.nota <= maior


@given(st.sampled_from(TIPOS), st.integers(-3, 120), st.sampled_from(["{}", "nota {}", "{}!", "dou {}", "  {}\n"]))
def test_a_number_is_a_note_if_it_is_one_of_those_asked_for(tipo: TipoDePesquisa, numero: int, como: str) -> None:
    menor, maior = NOTAS[tipo]
    assert ler(como.format(numero), tipo) == (Lida(numero) if menor <= numero <= maior else None)
