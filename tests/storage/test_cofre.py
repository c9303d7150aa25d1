"""The vault by itself: what was closed opens for its owner, unchanged, and for nobody else."""

from __future__ import annotations

import base64
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.modelo import CanalSegredosRow
from storage import Cofre
from storage.cofre import id_da_chave
from storage.erros import SegredoNaoAbre
from storage.segredos import aberta, abertas, fechada, so_sob
from tests.storage.linhas import novo_id

CHAVE, OUTRA = bytes(range(32)), bytes(range(1, 33))
EMPRESA, CANAL = novo_id(), novo_id()
COFRE = Cofre([CHAVE])
TEXTOS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


def row(segredos: str, empresa_id: str = EMPRESA, canal_id: str = CANAL) -> CanalSegredosRow:
    return CanalSegredosRow(empresa_id, canal_id, segredos)


def porque(cofre: Cofre, guardado: str, *de_quem: str) -> str:
    with pytest.raises(SegredoNaoAbre) as erro:
        cofre.abrir(guardado, *de_quem)
    return erro.value.porque


@given(TEXTOS, st.binary(min_size=32, max_size=32), st.lists(st.binary(min_size=32, max_size=32), max_size=3))
def test_what_was_closed_opens_as_it_was_also_after_its_key_is_not_the_first(
    texto: str, chave: bytes, outras: list[bytes]
) -> None:
    guardado = Cofre([chave, *outras]).fechar(texto, EMPRESA, CANAL)
    assert re.fullmatch(rf"v1:{id_da_chave(chave)}:[A-Za-z0-9+/=]+", guardado)
    assert Cofre([*outras, chave]).abrir(guardado, EMPRESA, CANAL) == texto
    assert Cofre([chave]).abrir(guardado, EMPRESA.upper(), CANAL) == texto


def test_the_same_text_is_never_stored_the_same_way_twice() -> None:
    guardados = [COFRE.fechar("x", EMPRESA, CANAL) for _ in range(1000)]
    assert len({base64.b64decode(guardado.rpartition(":")[2])[:12] for guardado in guardados}) == 1000


def test_no_flipped_bit_of_what_is_stored_goes_unnoticed() -> None:
    guardado = COFRE.fechar('{"token":"EAAG"}', EMPRESA, CANAL).encode()
    for n in range(len(guardado) * 8):
        mudado = bytearray(guardado)
        mudado[n // 8] ^= 1 << n % 8
        porque(COFRE, mudado.decode("latin-1"), EMPRESA, CANAL)


def test_nor_does_one_of_what_is_encoded_there() -> None:
    marca, _, corpo = COFRE.fechar('{"token":"EAAG"}', EMPRESA, CANAL).rpartition(":")
    octetos = base64.b64decode(corpo)
    for n in range(len(octetos) * 8):
        mudado = bytearray(octetos)
        mudado[n // 8] ^= 1 << n % 8
        guardado = f"{marca}:{base64.b64encode(mudado).decode()}"
        assert porque(COFRE, guardado, EMPRESA, CANAL) == "it was changed, or is another's"


@given(st.integers(0, 200))
def test_what_was_cut_short_does_not_open(ate: int) -> None:
    guardado = COFRE.fechar("um segredo", EMPRESA, CANAL)
    porque(COFRE, guardado[: min(ate, len(guardado) - 1)], EMPRESA, CANAL)


@given(st.text(max_size=100) | st.binary(max_size=60).map(lambda b: f"v1:{COFRE.chave}:{base64.b64encode(b).decode()}"))
def test_whatever_stands_there_is_refused_in_words_and_not_shown(guardado: str) -> None:
    dito = porque(COFRE, guardado, EMPRESA, CANAL)
    assert len(dito) < 60


@pytest.mark.parametrize(
    "de_quem", [(EMPRESA, novo_id()), (novo_id(), CANAL), (CANAL, EMPRESA), (EMPRESA,), (EMPRESA, CANAL, ""), ()]
)
def test_moved_to_another_row_it_does_not_open(de_quem: tuple[str, ...]) -> None:
    assert porque(COFRE, COFRE.fechar("x", EMPRESA, CANAL), *de_quem) == "it was changed, or is another's"


def test_under_another_key_it_does_not_open_and_the_key_is_named() -> None:
    guardado = COFRE.fechar("x", EMPRESA, CANAL)
    with pytest.raises(SegredoNaoAbre) as erro:
        Cofre([OUTRA]).abrir(guardado, EMPRESA, CANAL)
    assert erro.value.chave == id_da_chave(CHAVE) == COFRE.chave
    assert COFRE.chave in erro.value.porque
    disfarcado = guardado.replace(COFRE.chave, id_da_chave(OUTRA))
    assert porque(Cofre([OUTRA]), disfarcado, EMPRESA, CANAL) == "it was changed, or is another's"


def test_what_a_later_version_wrote_is_not_guessed_at() -> None:
    guardado = COFRE.fechar("x", EMPRESA, CANAL)
    assert porque(COFRE, "v2" + guardado[2:], EMPRESA, CANAL) == "it is of another version"


@pytest.mark.parametrize("chaves", [[b""], [CHAVE, CHAVE[:16]], [CHAVE + b"x"]])
def test_a_key_has_32_bytes(chaves: list[bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Cofre(chaves)


def test_neither_vault_nor_row_nor_error_shows_what_is_in_it() -> None:
    fechado = fechada(COFRE, row('{"token":"abracadabra"}'))
    with pytest.raises(SegredoNaoAbre) as erro:
        aberta(Cofre([OUTRA]), fechado)
    vistos = repr([COFRE, fechado, aberta(COFRE, fechado), erro.value, erro.value.porque, str(erro.value)])
    assert "abracadabra" not in vistos
    assert CHAVE.hex() not in vistos
    assert repr(CHAVE) not in vistos
    assert repr(COFRE) == f"Cofre({COFRE.chave})"


@given(st.dictionaries(st.from_regex("[A-Za-z][A-Za-z0-9_]{0,9}", fullmatch=True), TEXTOS))
def test_a_row_opens_to_the_letter_and_is_known_by_its_key(segredos: dict[str, str]) -> None:
    texto = json.dumps(segredos)
    fechado = fechada(COFRE, row(texto))
    assert aberta(COFRE, fechado) == row(texto)
    assert re.search(so_sob(COFRE.chave), fechado.segredos)
    assert not re.search(so_sob(id_da_chave(OUTRA)), fechado.segredos)


@pytest.mark.parametrize("texto", ["{}", '{"token": "x",  "pin":1}'])
def test_a_row_in_the_open_is_read_as_it_is(texto: str) -> None:
    assert abertas(COFRE, [row(texto)]) == [row(texto)]


@pytest.mark.parametrize("texto", ["", "null", "[]", "{", '{"":1}', '{"":"x"}', '{"":"v1:"}', '{"":{}}', "v1:00:AA=="])
def test_what_is_no_row_of_ours_is_said_to_be_so(texto: str) -> None:
    with pytest.raises(SegredoNaoAbre, match="não abrem") as erro:
        aberta(COFRE, row(texto))
    assert EMPRESA in erro.value.porque
    assert CANAL in erro.value.porque


def test_whoever_asks_for_the_rows_leaves_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(SegredoNaoAbre):
        abertas(Cofre([OUTRA]), [row("{}"), fechada(COFRE, row('{"token":"abracadabra"}'))])
    (registro,) = caplog.records
    assert f"its key {COFRE.chave} is not here" in registro.getMessage()
    assert "abracadabra" not in registro.getMessage()
