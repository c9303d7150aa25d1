"""How many SMS a text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.segmentos import Codificacao, contar


@pytest.mark.parametrize(
    ("texto", "codificacao", "segmentos", "unidades", "restam"),
    [
        ("", "gsm7", 1, 0, 160),
        ("Ola, tudo bem?", "gsm7", 1, 14, 146),
        ("a" * 160, "gsm7", 1, 160, 0),
        ("a" * 161, "gsm7", 2, 161, 145),
        ("a" * 306, "gsm7", 2, 306, 0),
        ("a" * 307, "gsm7", 3, 307, 152),
        ("€" * 80, "gsm7", 1, 160, 0),
        ("€" * 81, "gsm7", 2, 162, 143),  # 76 in the first: the escape is not torn from its character
        ("a" * 152 + "€" + "a" * 10, "gsm7", 2, 164, 141),
        ("a" * 157 + "€", "gsm7", 1, 159, 1),
        ("{[~|^\\]}\f", "gsm7", 1, 18, 142),
        ("Èéàùòñ Çß@£¥§¿¡", "ucs2", 1, 15, 55),  # È is not in it, for all that è is
        ("éàùòñ Çß@£¥§¿¡", "gsm7", 1, 14, 146),
        ("ç", "ucs2", 1, 1, 69),
        ("ã" * 70, "ucs2", 1, 70, 0),
        ("ã" * 71, "ucs2", 2, 71, 63),
        ("ã" * 134, "ucs2", 2, 134, 0),
        ("😀" * 35, "ucs2", 1, 70, 0),
        ("😀" * 36, "ucs2", 2, 72, 61),  # 33 in the first: an emoji is not cut in half
        ("😀" * 67, "ucs2", 3, 134, 65),
    ],
)
def test_segments_are_counted_as_the_standard_says(
    texto: str, codificacao: Codificacao, segmentos: int, unidades: int, restam: int
) -> None:
    contado = contar(texto)
    assert (contado.codificacao, contado.segmentos) == (codificacao, segmentos)
    assert (contado.unidades, contado.restam) == (unidades, restam)


def test_what_makes_it_dearer_is_named() -> None:
    assert contar("Não há ação; não").forcam == ("ã", "á", "ç")
    assert contar("Nao ha acao").forcam == ()
    assert len(contar("".join(map(chr, range(0x400, 0x500)))).forcam) == 20


@given(st.text(max_size=800))
def test_whatever_is_written_fits_into_what_was_counted(texto: str) -> None:
    contado = contar(texto)
    cabem = {"gsm7": (160, 153), "ucs2": (70, 67)}[contado.codificacao]
    if contado.segmentos == 1:
        assert contado.unidades + contado.restam == cabem[0]
    else:
        perdidas = contado.segmentos * cabem[1] - contado.unidades - contado.restam
        assert 0 <= perdidas < contado.segmentos  # at most one place a segment, before what is not torn apart
    assert (contado.codificacao == "ucs2") == bool(contado.forcam)
    if contado.codificacao == "ucs2":
        assert contado.unidades == len(texto.encode("utf-16-le", "surrogatepass")) // 2
