"""Teams: whoever is in one serves the filas it is linked to."""

from __future__ import annotations

import json

import pytest

from actors.atendente.comandos import ExcluirAtendente
from actors.equipe.comandos import (
    AtualizarEquipe,
    DesvincularFila,
    EquipeEstado,
    ExcluirEquipe,
    IncluirNaEquipe,
    ListarEquipes,
    RetirarDaEquipe,
    VerEquipe,
    VincularFila,
)
from actors.fila.comandos import IncluirMembro, RemoverMembro
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores, conferir_participacao

NENHUM = "ffffffff-0000-7000-8000-000000000000"


@pytest.fixture
def cena() -> Cena:
    return Cena()


def ver(cena: Cena, equipe_id: str) -> EquipeEstado:
    return cena.pedir(VerEquipe(quem=ADMIN, equipe_id=equipe_id))


def conferir(cena: Cena) -> None:
    viva = cena.mundo.vivas[EMPRESA]
    conferir_atores(viva)
    conferir_participacao(viva, cena.loja)


def test_an_equipe_is_created_renamed_and_listed_by_name(cena: Cena) -> None:
    noite, dia = cena.equipe("noite"), cena.equipe("dia")
    assert [estado.row.id for estado in cena.pedir(ListarEquipes(quem=ADMIN))] == [dia, noite]
    cena.pedir(AtualizarEquipe(quem=ADMIN, equipe_id=noite, nome="madrugada", descricao="0 às 6"))
    row = ver(cena, noite).row
    assert (row.nome, row.descricao) == ("madrugada", "0 às 6")
    mudancas = json.loads(cena.eventos("equipe_atualizada")[0].mudancas or "")
    assert mudancas == {"nome": ["noite", "madrugada"], "descricao": [None, "0 às 6"]}


def test_the_members_of_an_equipe_are_given_the_tickets_of_the_filas_it_is_linked_to(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    ana = cena.atendente("ana")
    espera = cena.ticket(suporte)
    equipe = cena.equipe("dia", ana)
    assert cena.dono(espera) is None
    cena.pedir(VincularFila(quem=ADMIN, equipe_id=equipe, fila_id=suporte))
    assert cena.dono(espera) == ana
    assert cena.membros(suporte) == {ana}
    assert ver(cena, equipe).filas == (suporte,)
    conferir(cena)


def test_whoever_joins_an_equipe_serves_its_filas_and_whoever_leaves_does_not(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    equipe = cena.equipe("dia", filas=(suporte,))
    ana = cena.atendente("ana", capacidade=5)
    espera = cena.ticket(suporte)
    cena.pedir(IncluirNaEquipe(quem=ADMIN, equipe_id=equipe, atendente_id=ana))
    assert cena.dono(espera) == ana
    cena.pedir(RetirarDaEquipe(quem=ADMIN, equipe_id=equipe, atendente_id=ana))
    assert cena.dono(cena.ticket(suporte)) is None
    assert cena.dono(espera) == ana  # what it has, it keeps
    assert cena.dono(cena.ticket()) == ana
    conferir(cena)


def test_a_fila_is_served_while_there_is_any_reason_left(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    ana = cena.atendente("ana", suporte, capacidade=5)
    dia, noite = cena.equipe("dia", ana, filas=(suporte,)), cena.equipe("noite", ana, filas=(suporte,))
    for comando in (
        DesvincularFila(quem=ADMIN, equipe_id=dia, fila_id=suporte),
        RemoverMembro(quem=ADMIN, fila_id=suporte, atendente_id=ana),
    ):
        cena.pedir(comando)
        assert cena.membros(suporte) == {ana}
        assert cena.dono(cena.ticket(suporte)) == ana
    cena.pedir(RetirarDaEquipe(quem=ADMIN, equipe_id=noite, atendente_id=ana))
    assert cena.membros(suporte) == set()
    assert cena.dono(cena.ticket(suporte)) is None
    conferir(cena)


def test_memberships_outlive_a_restart(cena: Cena) -> None:
    suporte, vendas = cena.fila("suporte"), cena.fila("vendas")
    ana, bia = cena.atendente("ana", suporte, capacidade=3), cena.atendente("bia", vendas)
    equipe = cena.equipe("dia", ana, bia, filas=(vendas, suporte))
    cena.pedir(RetirarDaEquipe(quem=ADMIN, equipe_id=equipe, atendente_id=bia))
    cena.pedir(DesvincularFila(quem=ADMIN, equipe_id=equipe, fila_id=suporte))
    cena.reiniciar()
    assert ver(cena, equipe) == EquipeEstado(ver(cena, equipe).row, (ana,), (vendas,))
    assert cena.membros(suporte) == {ana}
    assert cena.membros(vendas) == {ana, bia}
    conferir(cena)


def test_each_change_is_an_event_and_the_same_again_is_none(cena: Cena) -> None:
    ana, suporte = cena.atendente("ana"), cena.fila("suporte")
    equipe = cena.equipe("dia")
    for comando, tipo in (
        (IncluirNaEquipe(quem=ADMIN, equipe_id=equipe, atendente_id=ana), "equipe_membro_incluido"),
        (VincularFila(quem=ADMIN, equipe_id=equipe, fila_id=suporte), "equipe_fila_vinculada"),
        (DesvincularFila(quem=ADMIN, equipe_id=equipe, fila_id=suporte), "equipe_fila_desvinculada"),
        (RetirarDaEquipe(quem=ADMIN, equipe_id=equipe, atendente_id=ana), "equipe_membro_removido"),
    ):
        cena.pedir(comando)
        cena.pedir(comando)
        dados = json.loads(cena.eventos(tipo)[0].dados)
        assert dados["equipeId"] == equipe
        assert len(cena.eventos(tipo)) == 1


@pytest.mark.parametrize("comando", [IncluirNaEquipe, RetirarDaEquipe])
def test_somebody_who_does_not_exist_is_no_member(cena: Cena, comando: type[IncluirNaEquipe | RetirarDaEquipe]) -> None:
    equipe = cena.equipe("dia")
    assert cena.recusa(comando(quem=ADMIN, equipe_id=equipe, atendente_id=NENHUM)) == "atendente_nao_encontrado"


@pytest.mark.parametrize("comando", [VincularFila, DesvincularFila])
def test_a_fila_that_does_not_exist_is_not_linked(cena: Cena, comando: type[VincularFila | DesvincularFila]) -> None:
    equipe = cena.equipe("dia")
    assert cena.recusa(comando(quem=ADMIN, equipe_id=equipe, fila_id=NENHUM)) == "fila_nao_encontrada"


def test_a_deleted_atendente_leaves_its_equipes_and_comes_back_without_them(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    ana = cena.atendente("ana")
    equipe = cena.equipe("dia", ana, filas=(suporte,))
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana))
    assert ver(cena, equipe).membros == ()
    assert cena.membros(suporte) == set()
    cena.reiniciar()
    assert ver(cena, equipe).membros == ()
    conferir(cena)


def test_an_equipe_that_serves_filas_is_in_use(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    ana = cena.atendente("ana")
    equipe = cena.equipe("dia", ana, filas=(suporte,))
    erro = cena.erro(ExcluirEquipe(quem=ADMIN, equipe_id=equipe))
    assert erro.codigo == "equipe_em_uso"
    assert [(detalhe.campo, detalhe.problema[:15]) for detalhe in erro.detalhes] == [("filas", "Serve 1 fila(s)")]
    cena.pedir(DesvincularFila(quem=ADMIN, equipe_id=equipe, fila_id=suporte))
    cena.pedir(ExcluirEquipe(quem=ADMIN, equipe_id=equipe))
    assert cena.recusa(VerEquipe(quem=ADMIN, equipe_id=equipe)) == "equipe_nao_encontrada"
    cena.reiniciar()
    assert cena.pedir(ListarEquipes(quem=ADMIN)) == []


def test_another_equipe_takes_over_members_and_filas(cena: Cena) -> None:
    suporte, vendas = cena.fila("suporte"), cena.fila("vendas")
    ana, bia = cena.atendente("ana", capacidade=2), cena.atendente("bia", capacidade=2)
    dia = cena.equipe("dia", ana, filas=(suporte,))
    noite = cena.equipe("noite", ana, bia, filas=(vendas,))
    cena.pedir(ExcluirEquipe(quem=ADMIN, equipe_id=dia, realocar=noite))
    assert set(ver(cena, noite).membros) == {ana, bia}
    assert set(ver(cena, noite).filas) == {suporte, vendas}
    assert cena.membros(suporte) == cena.membros(vendas) == {ana, bia}
    assert [json.loads(e.dados)["filaId"] for e in cena.eventos("equipe_fila_vinculada")][-1] == suporte
    conferir(cena)
    cena.reiniciar()
    assert cena.membros(suporte) == {ana, bia}
    conferir(cena)


def test_the_equipe_that_takes_over_is_another_and_exists(cena: Cena) -> None:
    dia, extinta = cena.equipe("dia"), cena.equipe("extinta")
    cena.pedir(ExcluirEquipe(quem=ADMIN, equipe_id=extinta))
    for realocar, codigo in ((dia, "requisicao_invalida"), (NENHUM, "equipe_nao_encontrada"),
                             (extinta, "equipe_nao_encontrada")):  # fmt: skip
        erro = cena.erro(ExcluirEquipe(quem=ADMIN, equipe_id=dia, realocar=realocar))
        assert (erro.codigo, erro.detalhes[0].campo) == (codigo, "realocar")
    assert ver(cena, dia).row.nome == "dia"


def test_a_member_of_the_fila_itself_is_listed_once(cena: Cena) -> None:
    suporte = cena.fila("suporte")
    ana = cena.atendente("ana")
    cena.equipe("dia", ana, filas=(suporte,))
    cena.pedir(IncluirMembro(quem=ADMIN, fila_id=suporte, atendente_id=ana))
    assert cena.membros(suporte) == {ana}
    assert len(cena.eventos("fila_membro_incluido")) == 1
