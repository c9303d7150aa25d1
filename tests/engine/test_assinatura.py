"""Addresses of files."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.assinatura import Assinador
from engine.errors import Forbidden
from engine.ids import is_uuid
from engine.tempo import VirtualClock

SEGREDO = "um segredo de teste com mais de 32 bytes"
EMPRESA = "01980000-0000-7000-8000-000000000001"
ARQUIVO = "01980000-0000-7000-8000-00000000000a"
HORA = 3_600_000
MEIO_DIA = 1_767_225_600_000 + 12 * HORA


def assinador(agora: int = MEIO_DIA, segredo: str = SEGREDO) -> tuple[Assinador, VirtualClock]:
    relogio = VirtualClock(agora)
    return Assinador(segredo, "https://api.exemplo.com/", relogio), relogio


def partes(endereco: str) -> tuple[str, str, str]:
    """Of an address: the file, ``expira`` and ``assinatura``."""
    url = urlsplit(endereco)
    consulta = parse_qs(url.query, strict_parsing=True)
    assert consulta.keys() == {"expira", "assinatura"}
    return url.path.rpartition("/")[2], consulta["expira"][0], consulta["assinatura"][0]


def test_an_address_names_its_file_and_proves_its_empresa() -> None:
    quem, _ = assinador()
    endereco = quem.endereco(EMPRESA, ARQUIVO)
    assert endereco.startswith(f"https://api.exemplo.com/atendimento/arquivos/{ARQUIVO}?expira=")
    assert quem.empresa(*partes(endereco)) == EMPRESA


def test_an_address_stays_the_same_for_four_hours() -> None:
    quem, relogio = assinador()
    primeiro = quem.endereco(EMPRESA, ARQUIVO)
    relogio.advance_to(MEIO_DIA + 4 * HORA - 1)
    assert quem.endereco(EMPRESA, ARQUIVO) == primeiro
    relogio.advance_to(MEIO_DIA + 4 * HORA)
    assert quem.endereco(EMPRESA, ARQUIVO) != primeiro


@given(st.integers(0, 4 * HORA - 1))
def test_an_address_is_good_for_four_hours_whenever_it_was_made_and_never_for_more_than_eight(depois: int) -> None:
    quem, relogio = assinador(MEIO_DIA + depois)
    endereco = partes(quem.endereco(EMPRESA, ARQUIVO))
    relogio.advance_to(MEIO_DIA + depois + 4 * HORA)
    assert quem.empresa(*endereco) == EMPRESA
    relogio.advance_to(MEIO_DIA + depois + 8 * HORA)
    with pytest.raises(Forbidden) as recusa:
        quem.empresa(*endereco)
    assert recusa.value.codigo == "endereco_expirado"


@given(st.integers(0, 2), st.integers(0, 63), st.characters())
def test_an_address_with_any_character_changed_is_refused(parte: int, onde: int, letra: str) -> None:
    quem, _ = assinador()
    certas = list(partes(quem.endereco(EMPRESA, ARQUIVO)))
    mexida = certas[parte]
    onde %= len(mexida)
    mexida = mexida[:onde] + letra + mexida[onde + 1 :]
    if mexida == certas[parte] or (parte == 0 and not is_uuid(mexida)):  # what is no UUID does not come this far
        return
    certas[parte] = mexida
    with pytest.raises(Forbidden) as recusa:
        quem.empresa(*certas)
    assert recusa.value.codigo == "assinatura_invalida"


@pytest.mark.parametrize("expira", ["", "0", "-1", "1e9", "01767225600", "١٧٦٧", "9" * 13])
def test_a_moment_that_is_not_one_is_refused(expira: str) -> None:
    quem, _ = assinador()
    arquivo, _, assinatura = partes(quem.endereco(EMPRESA, ARQUIVO))
    with pytest.raises(Forbidden):
        quem.empresa(arquivo, expira, assinatura)


def test_what_another_secret_signed_is_refused() -> None:
    quem, _ = assinador()
    outro, _ = assinador(segredo="outro segredo de teste com mais de 32 bytes")
    with pytest.raises(Forbidden):
        quem.empresa(*partes(outro.endereco(EMPRESA, ARQUIVO)))
