"""Presence and estado: what somebody means, and what it is when it says nothing."""

from __future__ import annotations

import unicodedata
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import presenca
from engine.modelo import AUSENTE, DISPONIVEL, AtendenteRow

nomes = st.text(st.characters(categories=("L", "N", "Zs", "Pd")), min_size=1, max_size=30)
conhecidos = st.sampled_from(presenca.CONHECIDOS)


def linha(*, online: bool, estado: str, ao_voltar: str | None = None) -> AtendenteRow:
    return AtendenteRow(
        "e1", "a1", "Ana", "ana@x", 1, (), online, estado, None, False, None, 0, 0, 0, None, ao_voltar
    )  # fmt: skip


def como_quiser(nome: str, maiusculas: bool, forma: Literal["NFC", "NFD"], em_volta: str) -> str:
    escrito = nome.upper() if maiusculas else nome.title()
    return em_volta + unicodedata.normalize(forma, escrito) + em_volta


@given(conhecidos, st.booleans(), st.sampled_from(["NFC", "NFD"]), st.sampled_from(["", " ", "\u00a0"]))
def test_a_known_name_is_known_however_it_is_written(
    nome: str, maiusculas: bool, forma: Literal["NFC", "NFD"], em_volta: str
) -> None:
    online = nome == DISPONIVEL
    assert presenca.estado_dito(como_quiser(nome, maiusculas, forma, em_volta), (), online=online) == nome


@given(nomes)
def test_a_name_has_one_key_whatever_its_case_and_accents(nome: str) -> None:
    chave = presenca.chave(nome)
    assert presenca.chave(chave) == chave
    assert presenca.chave(unicodedata.normalize("NFD", nome)) == presenca.chave(unicodedata.normalize("NFC", nome))


@pytest.mark.parametrize(
    ("dito", "estado"),
    [("almoço", "almoco"), ("ALMOÇO", "almoco"), ("Reunião", "reuniao"), ("disponível", "disponivel"),
     ("DISPON\u00cdVEL", "disponivel"), ("dis\u200bponivel", "disponivel")],
)  # fmt: skip
def test_accents_and_what_is_not_seen_make_no_difference(dito: str, estado: str) -> None:
    assert presenca.estado_dito(dito, (), online=True) == estado


@given(nomes, st.booleans(), st.lists(nomes, max_size=3))
def test_what_is_said_is_a_known_estado_or_refused_with_all_of_them(
    dito: str, online: bool, proprios: list[str]
) -> None:
    todos = (*presenca.CONHECIDOS, *proprios)
    qual = presenca.chave(dito)
    if qual not in {AUSENTE, *map(presenca.chave, todos)}:
        with pytest.raises(presenca.Incoerente) as recusa:
            presenca.estado_dito(dito, proprios, online=online)
        assert all(nome in str(recusa.value) for nome in todos)
        return
    if qual in {AUSENTE, DISPONIVEL} and online == (qual == AUSENTE):
        with pytest.raises(presenca.Incoerente, match="contradiz"):
            presenca.estado_dito(dito, proprios, online=online)
        return
    estado = presenca.estado_dito(dito, proprios, online=online)
    assert presenca.chave(estado) == qual
    assert estado in {*presenca.CONHECIDOS, *proprios, AUSENTE}
    assert (estado == AUSENTE) <= (not online)
    assert (estado == DISPONIVEL) <= online


@given(st.booleans(), st.sampled_from([*presenca.CONHECIDOS, AUSENTE]), st.sampled_from([None, "almoco"]))
def test_presence_alone_says_nothing_of_the_estado(online: bool, estado: str, ao_voltar: str | None) -> None:
    row = linha(online=online, estado=estado, ao_voltar=ao_voltar)
    assert presenca.estado_sem_dizer(row, online=False) == AUSENTE
    chegando = presenca.estado_sem_dizer(row, online=True)
    assert chegando == (estado if online else ao_voltar or DISPONIVEL)


@given(st.lists(nomes, max_size=5))
def test_an_estado_of_an_empresa_is_found_by_any_of_its_writings(proprios: list[str]) -> None:
    repetido = presenca.repetido(proprios)
    if repetido is not None:
        assert repetido in proprios
        return
    for nome in proprios:
        assert presenca.estado_dito(nome, proprios, online=True) == nome


@pytest.mark.parametrize("nome", ["pausa", "PAUSA", "Disponível", "online", "Offline", "almoço"])
def test_what_every_empresa_knows_is_nobodys_own(nome: str) -> None:
    assert presenca.repetido(["Visita", nome]) == nome
