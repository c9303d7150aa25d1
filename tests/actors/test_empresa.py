"""What an empresa sets of itself."""

from __future__ import annotations

import json

import pytest

from actors.atendente.comandos import CriarAtendente, GarantirAtendente
from actors.empresa.comandos import AtualizarEmpresa, VerEmpresa
from engine.modelo import Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena

MINUTO = 60_000
NOVATO = Quem(EMPRESA, "00000000-0000-7000-8000-0000000000aa", "atendente", "novato@x.y")


@pytest.fixture
def cena() -> Cena:
    return Cena()


def test_the_settings_change_are_told_and_outlive_a_restart(cena: Cena) -> None:
    cena.ticket()
    cena.pedir(AtualizarEmpresa(quem=ADMIN, nome="Padaria", janela_reabertura=5 * MINUTO, capacidade_padrao=2))
    cena.ticket()
    evento = cena.eventos("empresa_atualizada")[0]
    assert json.loads(evento.mudancas or "") == {
        "nome": [EMPRESA, "Padaria"],
        "janelaReaberturaMinutos": [None, 5],
        "capacidadePadrao": [5, 2],
    }
    assert json.loads(evento.dados)["empresa"]["nome"] == "Padaria"
    antes = cena.pedir(VerEmpresa(quem=ADMIN))
    cena.reiniciar()
    assert cena.pedir(VerEmpresa(quem=ADMIN)) == antes
    assert (antes.nome, antes.janela_reabertura, antes.capacidade_padrao) == ("Padaria", 5 * MINUTO, 2)
    assert cena.ver(cena.ticket()).numero == 3  # the row also counts the tickets


def test_what_does_not_change_anything_is_no_event(cena: Cena) -> None:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, nome=EMPRESA))
    assert cena.eventos("empresa_atualizada") == []


def test_a_field_left_out_stays_and_null_gives_back_the_window_of_the_installation(cena: Cena) -> None:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, janela_reabertura=MINUTO))
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade_padrao=7))
    assert cena.pedir(VerEmpresa(quem=ADMIN)).janela_reabertura == MINUTO
    cena.pedir(AtualizarEmpresa(quem=ADMIN, janela_reabertura=None))
    viva = cena.mundo.vivas[EMPRESA]
    assert viva.ajustes.janela_reabertura == viva.ajustes.opcoes.janela_reabertura


def test_a_resolved_ticket_reopens_within_the_window_of_the_empresa_and_not_after_it(cena: Cena) -> None:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, janela_reabertura=MINUTO))
    ticket = cena.ticket()
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(MINUTO)
    assert cena.recebida(ticket) == ticket
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(MINUTO + 1)
    assert cena.recebida(ticket) != ticket


def test_whoever_is_provisioned_has_the_capacity_of_the_empresa(cena: Cena) -> None:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade_padrao=2))
    assert cena.pedir(GarantirAtendente(quem=NOVATO)).row.capacidade == 2
    assert cena.pedir(CriarAtendente(quem=ADMIN, nome="x", email="x@x.y")).row.capacidade == 5
