"""Presence is one thing, and what somebody does while there another."""

from __future__ import annotations

import json

import pytest
from msgspec import UNSET, UnsetType

from actors.atendente.comandos import Conectou, Desconectou, MudarPresenca, VerAtendente
from actors.empresa.comandos import AtualizarEmpresa
from engine.modelo import AtendenteRow
from tests.actors.cena import ADMIN, Cena


@pytest.fixture
def cena() -> Cena:
    return Cena()


def dizer(
    cena: Cena, id_: str, *, online: bool, estado: str | UnsetType = UNSET, motivo: str | None = None
) -> AtendenteRow:
    return cena.pedir(
        MudarPresenca(quem=ADMIN, atendente_id=id_, online=online, estado=estado, motivo=motivo)
    ).row  # fmt: skip


@pytest.mark.parametrize("dito", ["Disponivel", "DISPONIVEL", "disponível", " Disponível ", "DISPONI\u0301VEL"])
def test_a_known_estado_is_known_in_any_case_and_gets_work(cena: Cena, dito: str) -> None:
    ana = cena.atendente("ana", online=False)
    assert dizer(cena, ana, online=True, estado=dito).estado == "disponivel"
    assert cena.dono(cena.ticket()) == ana


@pytest.mark.parametrize(("dito", "estado"), [("Almoço", "almoco"), ("PAUSA", "pausa"), ("Reunião", "reuniao")])
def test_a_known_estado_is_kept_as_it_is_written_here(cena: Cena, dito: str, estado: str) -> None:
    ana = cena.atendente("ana")
    assert dizer(cena, ana, online=True, estado=dito).estado == estado
    assert cena.dono(cena.ticket()) is None


@pytest.mark.parametrize("dito", ["online", "Online", "ocupado", "disponiveis", "-", "x" * 60])
@pytest.mark.parametrize("online", [True, False])
def test_an_unknown_estado_is_refused_with_those_there_are(cena: Cena, dito: str, online: bool) -> None:
    ana = cena.atendente("ana")
    cena.pedir(AtualizarEmpresa(quem=ADMIN, estados=("Fila do banco",)))
    erro = cena.erro(MudarPresenca(quem=ADMIN, atendente_id=ana, online=online, estado=dito))
    assert (erro.status, [detalhe.campo for detalhe in erro.detalhes]) == (400, ["estado"])
    for nome in ("disponivel", "pausa", "almoco", "Fila do banco"):
        assert nome in erro.detalhes[0].problema
        assert nome in erro.message
    row = cena.pedir(VerAtendente(quem=ADMIN, atendente_id=ana)).row
    assert (row.online, row.estado) == (True, "disponivel")


@pytest.mark.parametrize(
    ("online", "estado"), [(True, "offline"), (True, "OFFLINE"), (False, "disponivel"), (False, "Disponível")]
)
def test_a_contradiction_is_refused(cena: Cena, online: bool, estado: str) -> None:
    ana = cena.atendente("ana")
    erro = cena.erro(MudarPresenca(quem=ADMIN, atendente_id=ana, online=online, estado=estado))
    assert (erro.status, erro.codigo) == (400, "estado_invalido")


def test_an_empresa_has_estados_of_its_own(cena: Cena) -> None:
    ana = cena.atendente("ana")
    mudada = cena.pedir(AtualizarEmpresa(quem=ADMIN, estados=("Fila do banco", "Academia")))
    assert mudada.estados == ("Fila do banco", "Academia")
    assert json.loads(cena.eventos("empresa_atualizada")[-1].mudancas or "")["estados"] == [
        [], ["Fila do banco", "Academia"],
    ]  # fmt: skip
    assert dizer(cena, ana, online=True, estado="FILA DO BANCO").estado == "Fila do banco"
    cena.reiniciar()
    assert dizer(cena, ana, online=True, estado="academia").estado == "Academia"


@pytest.mark.parametrize("estados", [("Pausa",), ("online",), ("Offline",), ("A", "á")])
def test_an_estado_is_not_there_twice(cena: Cena, estados: tuple[str, ...]) -> None:
    erro = cena.erro(AtualizarEmpresa(quem=ADMIN, estados=estados))
    assert (erro.status, [detalhe.campo for detalhe in erro.detalhes]) == (400, ["estados"])


def test_a_second_tab_ends_no_break(cena: Cena) -> None:
    ana = cena.atendente("ana")
    dizer(cena, ana, online=True, estado="pausa", motivo="café")
    eventos = len(cena.eventos("atendente_status"))
    row = dizer(cena, ana, online=True)
    assert (row.online, row.estado, row.motivo) == (True, "pausa", "café")
    assert len(cena.eventos("atendente_status")) == eventos
    assert cena.dono(cena.ticket()) is None
    assert dizer(cena, ana, online=True, motivo="ainda").motivo == "ainda"


def test_who_reconnects_in_time_is_as_it_was(cena: Cena) -> None:
    ana = cena.atendente("ana")
    cena.pedir(Conectou(quem=ADMIN, atendente_id=ana))
    dizer(cena, ana, online=True, estado="almoco")
    cena.pedir(Desconectou(quem=ADMIN, atendente_id=ana))
    cena.mundo.avancar(10_000)
    cena.pedir(Conectou(quem=ADMIN, atendente_id=ana))
    assert dizer(cena, ana, online=True).estado == "almoco"


@pytest.mark.parametrize("reinicio", [False, True])
def test_who_lost_its_connection_on_a_break_comes_back_on_it(cena: Cena, reinicio: bool) -> None:
    ana = cena.atendente("ana")
    cena.pedir(Conectou(quem=ADMIN, atendente_id=ana))
    dizer(cena, ana, online=True, estado="almoco")
    cena.pedir(Desconectou(quem=ADMIN, atendente_id=ana))
    cena.mundo.avancar(31_000)
    row = cena.pedir(VerAtendente(quem=ADMIN, atendente_id=ana)).row
    assert (row.online, row.estado) == (False, "offline")
    if reinicio:
        cena.reiniciar()
    assert dizer(cena, ana, online=True).estado == "almoco"
    dizer(cena, ana, online=False)
    assert dizer(cena, ana, online=True).estado == "disponivel", "whoever left by itself comes back to work"


def test_who_lost_its_connection_at_work_comes_back_to_it(cena: Cena) -> None:
    ana = cena.atendente("ana")
    cena.pedir(Conectou(quem=ADMIN, atendente_id=ana))
    cena.pedir(Desconectou(quem=ADMIN, atendente_id=ana))
    cena.mundo.avancar(31_000)
    assert dizer(cena, ana, online=True).estado == "disponivel"


def test_leaving_with_a_word_of_why_is_leaving(cena: Cena) -> None:
    ana = cena.atendente("ana")
    row = dizer(cena, ana, online=False, estado="Almoço", motivo="volto às 14h")
    assert (row.online, row.estado, row.motivo) == (False, "almoco", "volto às 14h")
    assert dizer(cena, ana, online=True).estado == "disponivel"
    assert dizer(cena, ana, online=False, estado="Offline").estado == "offline"
