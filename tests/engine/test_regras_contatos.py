"""Contacts: one key for all the ways an address is written; completed and merged without losing anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from engine import identidade
from engine.busca import termos_do_contato
from engine.contatos import Enderecos, chave_de_email, chave_de_telefone, chaves
from engine.modelo import ContatoRow

EMPRESA = "01980000-0000-7000-8000-0000000000aa"
NOW = 1_000

telefones = st.none() | st.sampled_from(["5511999998888", "551199998888", "5521988887777", "14155550100"])
emails = st.none() | st.sampled_from(["a@x.com", "A@X.com", "b@x.com"])
CODIGOS = ["codigo:28080", "usuario:whatsapp:BR.1"]
LIVRES = ["telefone", "email", *CODIGOS]


@st.composite
def contatos(draw: st.DrawFn, id_: str | None = None) -> ContatoRow:
    return identidade.novo(
        EMPRESA,
        id_ or draw(st.sampled_from(["c1", "c2", "c3"])),
        draw(st.sampled_from(["Ana", "João"])),
        draw(telefones),
        draw(emails),
        draw(st.none() | st.just("vip")),
        1,
    )


@pytest.mark.parametrize(
    ("um", "outro"),
    [("5511999998888", "551199998888"), ("5585987654321", "558587654321")],
)
def test_both_forms_of_a_brazilian_mobile_have_one_key(um: str, outro: str) -> None:
    assert chave_de_telefone(um) == chave_de_telefone(outro)


@pytest.mark.parametrize(
    ("um", "outro"),
    [
        ("5511933334444", "551133334444"),  # a land line, and a mobile that began with 3 after the ninth digit
        ("5511999998888", "5521999998888"),
        ("14155550100", "1415550100"),
        ("5510999998888", "551099998888"),  # no such area code
    ],
)
def test_numbers_of_different_people_have_different_keys(um: str, outro: str) -> None:
    assert chave_de_telefone(um) != chave_de_telefone(outro)


def test_an_email_is_one_in_upper_and_lower_case_and_no_phone_is_an_email() -> None:
    assert chave_de_email("Ana@X.com") == chave_de_email("ana@x.COM")
    assert chaves("5511999998888", "ana@x.com") == ("tel:551199998888", "email:ana@x.com")
    assert chaves(None, "ana@x.com") == ("email:ana@x.com",)
    assert chaves(None, None) == ()


@given(contatos(), telefones, emails, st.sets(st.sampled_from(CODIGOS)), st.sets(st.sampled_from(LIVRES)))
def test_a_contact_gains_only_what_it_lacked_and_what_was_nobodys(
    row: ContatoRow, telefone: str | None, email: str | None, codigos: set[str], livres: set[str]
) -> None:
    outros = tuple(sorted(codigos))
    de_ninguem = {
        *(chaves(telefone, None) if "telefone" in livres else ()),
        *(chaves(None, email) if "email" in livres else ()),
        *(livres & codigos),
    }
    depois = identidade.completar(row, Enderecos(telefone, email, outros), de_ninguem, NOW)
    assert set(depois.outros) == {*row.outros, *(livres & codigos)}
    assert len(set(depois.outros)) == len(depois.outros)
    assert depois.nome == row.nome
    for campo, dado in (("telefone", telefone), ("email", email)):
        antes = getattr(row, campo)
        assert getattr(depois, campo) == (dado if antes is None and campo in livres else antes)
    if depois == row:
        assert depois is row
    else:
        assert depois.atualizado_em == NOW


@given(contatos("c1"), st.lists(contatos("c2"), min_size=1, max_size=3))
def test_a_merge_loses_no_row_and_makes_no_chain(fica: ContatoRow, saem: list[ContatoRow]) -> None:
    depois, sairam = identidade.unir(
        fica, [replace(row, unido_a="c2" if n else None) for n, row in enumerate(saem)], NOW
    )
    assert [row.unido_a for row in sairam] == ["c1"] * len(saem)
    assert depois.unido_a is None
    for campo in ("telefone", "email", "observacao"):
        todos = [getattr(row, campo) for row in (fica, *saem)]
        assert getattr(depois, campo) == next((valor for valor in todos if valor is not None), None)
    for antes, agora in zip(saem, sairam, strict=True):
        mudou = {nome for nome, valor in asdict(antes).items() if getattr(agora, nome) != valor}
        assert mudou == {"unido_a", "atualizado_em"}


def test_a_contact_that_changes_its_name_is_found_by_the_new_one() -> None:
    row = identidade.novo(EMPRESA, "c1", "Ana", None, None, None, 1)
    depois = replace(row, nome="Beatriz")
    assert "ana" in termos_do_contato(row)
    assert "beatriz" in termos_do_contato(depois)
    assert "ana" not in termos_do_contato(depois)
