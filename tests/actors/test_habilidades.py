"""What is set of an agent's skills, by commands."""

from __future__ import annotations

import json

import pytest

from actors.atendente.comandos import AtualizarAtendente, CriarAtendente, VerAtendente
from engine.modelo import AtendenteRow
from tests.actors.cena import ADMIN, EMPRESA, Cena


@pytest.fixture
def cena() -> Cena:
    return Cena()


def criada(cena: Cena) -> AtendenteRow:
    comando = CriarAtendente(
        quem=ADMIN, nome="Ana", email="ana@x.y", habilidades=("Inglês", "vip"), niveis={"ingles": 4},
        turno='{"fuso":"UTC","dias":{"seg":[["08:00","12:00"]]},"fechadoEm":[]}',
    )  # fmt: skip
    return cena.pedir(comando).row


def ver(cena: Cena, id_: str) -> AtendenteRow:
    return cena.pedir(VerAtendente(quem=ADMIN, atendente_id=id_)).row


def test_proficiencies_are_kept_by_the_names_of_the_skills_and_told(cena: Cena) -> None:
    row = criada(cena)
    assert (row.habilidades, row.niveis) == (("Inglês", "vip"), {"Inglês": 4})
    evento = json.loads(cena.mundo.publicados[-1].dados)["atendente"]
    assert evento["niveis"] == {"Inglês": 4}
    assert evento["turno"] == {"fuso": "UTC", "dias": {"seg": [["08:00", "12:00"]]}, "fechadoEm": []}
    cena.reiniciar()
    assert ver(cena, row.id) == row


def test_new_proficiencies_take_the_place_of_all_and_go_with_their_skills(cena: Cena) -> None:
    id_ = criada(cena).id
    row = cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=id_, niveis={"VIP": 2})).row
    assert row.niveis == {"vip": 2}
    row = cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=id_, habilidades=("Vip", "vip"))).row
    assert (row.habilidades, row.niveis) == (("Vip",), {"Vip": 2})
    row = cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=id_, habilidades=("libras",), turno=None)).row
    assert (row.niveis, row.turno) == ({}, None)
    mudancas = json.loads(cena.mundo.publicados[-1].mudancas or "{}")
    assert mudancas["niveis"] == [{"Vip": 2}, {}]
    assert mudancas["turno"][1] is None


def test_a_proficiency_in_what_it_does_not_have_is_refused_and_changes_nothing(cena: Cena) -> None:
    id_ = criada(cena).id
    antes = ver(cena, id_)
    for comando in (
        AtualizarAtendente(quem=ADMIN, atendente_id=id_, nome="Outra", niveis={"libras": 5}),
        AtualizarAtendente(quem=ADMIN, atendente_id=id_, habilidades=("vip",), niveis={"inglês": 5}),
        CriarAtendente(quem=ADMIN, nome="Rui", email="rui@x.y", niveis={"x": 1}),
    ):
        erro = cena.erro(comando)
        assert (erro.status, erro.codigo) == (400, "dados_invalidos")
        assert erro.detalhes[0].campo.startswith("niveis.")
    assert ver(cena, id_) == antes
    assert [row.nome for row in cena.loja.de(AtendenteRow, EMPRESA)] == ["Ana"]
