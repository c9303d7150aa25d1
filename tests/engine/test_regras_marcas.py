"""What people say of a ticket for the rules of its fila."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from engine.modelo import Ofertado, Pedida, Rota
from engine.politica.marcas import com_marcas, idioma_escrito, uma_de_cada
from tests.engine.linhas import ticket


@pytest.mark.parametrize(
    ("dito", "escrito"),
    [
        ("pt", "pt"), ("PT_br", "pt-BR"), (" pt-BR ", "pt-BR"), ("zh-hant", "zh-Hant"), ("ZH-HANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"), ("tpi", "tpi"), ("por-BR", "por-BR"),
    ],
)  # fmt: skip
def test_a_language_is_written_as_bcp_47_has_it(dito: str, escrito: str) -> None:
    assert idioma_escrito(dito) == escrito
    assert idioma_escrito(escrito) == escrito


@pytest.mark.parametrize("dito", ["", "p", "português", "pt-B", "pt--BR", "pt-BR-x", "12", "pt BR", "-", "pt-BR\n-x"])
def test_what_is_no_language_is_none(dito: str) -> None:
    assert idioma_escrito(dito) is None


@given(st.text(max_size=12))
def test_whatever_is_said_is_a_language_that_stays_as_it_is_or_none(dito: str) -> None:
    escrito = idioma_escrito(dito)
    assert escrito is None or idioma_escrito(escrito) == escrito


def test_what_is_said_goes_beside_what_the_distribution_knows_and_what_is_not_said_stays() -> None:
    oferta = Ofertado(("ana",), 5)
    row = ticket(rota=Rota(idioma="es", oferta=oferta))
    depois = com_marcas(row, etiquetas=("VIP", "vip", "2ª via"), habilidades=(Pedida("inglês", 3),))
    assert depois.rota == Rota(("VIP", "2ª via"), "es", (Pedida("inglês", 3),), oferta=oferta)
    assert com_marcas(depois, UNSET, None, None).rota == Rota(("VIP", "2ª via"), oferta=oferta)


def test_a_ticket_of_which_nothing_is_said_has_nothing_to_save() -> None:
    row = ticket()
    assert com_marcas(row, (), None, None) is row
    marcado = com_marcas(row, ("vip",))
    assert com_marcas(marcado, ("vip", "VIP")) is marcado
    assert com_marcas(marcado, ()).rota is None
    assert com_marcas(row, habilidades=()).rota == Rota(habilidades=()), "nothing is asked, whatever the rules say"


def test_of_names_that_are_one_the_first_is_kept() -> None:
    assert uma_de_cada(("Ação", "acao", "b", "AÇÃO")) == ("Ação", "b")
