"""Affinity: a contact who comes back is for the agent who served it last, if the fila says so and she is there."""

from __future__ import annotations

import pytest

from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AtualizarTicket
from engine.politica.modelo import Afinidade, Politica
from tests.actors.cena import ADMIN, Cena

DIA = 86_400_000


@pytest.fixture
def cena() -> Cena:
    return Cena()


def com_afinidade(cena: Cena, *, segundos: int = 60, validade_dias: int = 30) -> str:
    fila = cena.fila("fila")
    afinidade = Afinidade(segundos=segundos, validade_dias=validade_dias)
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(afinidade=afinidade)))
    return fila


def atendido(cena: Cena, fila: str) -> str:
    """Who has served the contact."""
    ticket = cena.ticket(fila)
    dono = cena.dono(ticket)
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="RESOLVIDO"))
    assert dono is not None
    return dono


@pytest.mark.parametrize("reinicia", [False, True])
def test_whoever_served_the_contact_last_is_asked_first_and_waited_for(cena: Cena, *, reinicia: bool) -> None:
    fila = com_afinidade(cena)
    ana = cena.atendente("ana", fila)
    assert atendido(cena, fila) == ana
    bia = cena.atendente("bia", fila)
    if reinicia:
        cena.reiniciar()
        cena.presenca(ana, online=True)
        cena.presenca(bia, online=True)
    ocupar(cena, ana, fila)
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) is None, "kept for ana, though bia is free"
    cena.mundo.avancar(59_000)
    assert cena.dono(ticket) is None
    cena.mundo.avancar(1_001)
    assert cena.dono(ticket) == bia


def ocupar(cena: Cena, atendente: str, fila: str) -> str:
    """Something else takes her slot."""
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) == atendente
    return ticket


def test_she_has_it_as_soon_as_she_is_free(cena: Cena) -> None:
    fila = com_afinidade(cena)
    ana = cena.atendente("ana", fila)
    atendido(cena, fila)
    cena.atendente("bia", fila)
    outro = ocupar(cena, ana, fila)
    ticket = cena.ticket(fila)
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=outro, status="RESOLVIDO"))
    assert cena.dono(ticket) == ana


def test_nobody_waits_for_who_is_not_there(cena: Cena) -> None:
    fila = com_afinidade(cena)
    ana = cena.atendente("ana", fila)
    atendido(cena, fila)
    bia = cena.atendente("bia", fila)
    ocupar(cena, ana, fila)
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) is None
    cena.presenca(ana, online=True, estado="pausa")
    assert cena.dono(ticket) == bia


def test_what_was_long_ago_counts_no_more(cena: Cena) -> None:
    fila = com_afinidade(cena, validade_dias=2)
    ana = cena.atendente("ana", fila, capacidade=5)
    atendido(cena, fila)
    bia = cena.atendente("bia", fila, capacidade=5)
    cena.mundo.avancar(DIA)
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) == ana
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="RESOLVIDO"))
    cena.mundo.avancar(2 * DIA + 1)
    assert cena.dono(cena.ticket(fila)) == bia, "the longest idle"
