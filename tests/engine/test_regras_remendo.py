"""A PATCH, on a row."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import asdict

from engine.remendo import com_campos


class Linha(Struct, frozen=True):
    id: str
    nome: str
    descricao: str | None
    prioridade: int


class Pedido(Struct, frozen=True, kw_only=True):
    """It has what the row has not, and not all of what it has."""

    linha_id: str = "l"
    nome: str | UnsetType = UNSET
    descricao: str | UnsetType | None = UNSET


LINHAS = st.builds(Linha, st.text(), st.text(), st.none() | st.text(), st.integers())
PEDIDOS = st.builds(
    Pedido,
    nome=st.just(UNSET) | st.text(),
    descricao=st.just(UNSET) | st.none() | st.text(),
)


@given(LINHAS, PEDIDOS)
def test_what_the_patch_says_is_so_and_the_rest_stays_as_it_was(linha: Linha, pedido: Pedido) -> None:
    ditos = {campo: valor for campo, valor in asdict(pedido).items() if campo != "linha_id" and valor is not UNSET}
    assert asdict(com_campos(linha, pedido)) == asdict(linha) | ditos


@given(LINHAS, PEDIDOS)
def test_a_patch_done_twice_is_done_once(linha: Linha, pedido: Pedido) -> None:
    depois = com_campos(linha, pedido)
    assert com_campos(depois, pedido) == depois


@given(LINHAS)
def test_a_patch_that_says_nothing_leaves_the_very_same_row(linha: Linha) -> None:
    assert com_campos(linha, Pedido()) is linha


def test_null_is_said_and_takes_a_value_away() -> None:
    assert com_campos(Linha("1", "a", "b", 0), Pedido(descricao=None)).descricao is None
