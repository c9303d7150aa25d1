"""Sizes as people read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web.arquivos._medidas import tamanho_dito
from web.arquivos._recepcao import grande_demais

UNIDADES = {"bytes": 1, "KB": 2**10, "MB": 2**20, "GB": 2**30}


@pytest.mark.parametrize(
    ("tamanho", "dito"),
    [
        (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1 KB"), (1536, "1,5 KB"), (10_000_000, "9,5 MB"),
        (16_777_216, "16 MB"), (104_857_600, "100 MB"), (3 * 2**30, "3 GB"), (2**42, "4096 GB"),
    ],
)  # fmt: skip
def test_a_size_is_said_as_phones_show_it(tamanho: int, dito: str) -> None:
    assert tamanho_dito(tamanho) == dito


@given(st.integers(0, 2**50))
def test_what_is_said_is_never_more_than_it_is_and_hardly_less(tamanho: int) -> None:
    numero, unidade = tamanho_dito(tamanho).split()
    dito = float(numero.replace(",", ".")) * UNIDADES[unidade]
    assert dito <= tamanho <= dito + UNIDADES[unidade] / 10 + 1


def test_whoever_sends_too_large_a_file_reads_how_large_it_may_be() -> None:
    erro = grande_demais(16_777_216)
    assert erro.message == "O arquivo passa de 16 MB; mande um menor"
    assert [um.problema for um in erro.detalhes] == ["deve ter no máximo 16 MB"]
