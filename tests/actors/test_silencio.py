"""A silent owner loses the ticket, and a fila that closes takes back what nobody has answered, if it is set so."""

from __future__ import annotations

import pytest

from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import EnviarMensagem
from engine.modelo import DecisaoRow, Quem
from engine.politica.modelo import Horario, Politica
from tests.actors.cena import ADMIN, EMPRESA, Cena

MINUTO = 60_000


@pytest.fixture
def cena() -> Cena:
    return Cena()


def fila_com(cena: Cena, politica: Politica) -> str:
    fila = cena.fila("fila")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=politica))
    return fila


def diz(cena: Cena, ticket: str, quem: str) -> None:
    cena.pedir(EnviarMensagem(quem=Quem(EMPRESA, quem, "atendente"), ticket_id=ticket, conteudo="Oi"))


def escreve(cena: Cena, ticket: str) -> None:
    cena.pedir(EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo="Alô?", direcao="recebida"))


@pytest.mark.parametrize("reinicia", [False, True])
def test_who_says_nothing_in_time_loses_it_to_another_at_its_age(cena: Cena, *, reinicia: bool) -> None:
    """chatwoot 13516: nothing took a conversation back from somebody who never answered it."""
    fila = fila_com(cena, Politica(silencio_segundos=600))
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila)
    desde = cena.ver(ticket).aguardando_desde
    cena.mundo.avancar(9 * MINUTO)
    assert cena.dono(ticket) == ana
    if reinicia:
        cena.reiniciar()
        cena.presenca(bia, online=True)
    cena.mundo.avancar(MINUTO)
    assert (cena.dono(ticket), cena.ver(ticket).aguardando_desde) == (bia, desde)
    devolucoes = [row for row in cena.loja.de(DecisaoRow, EMPRESA) if row.tipo == "devolucao"]
    assert [(row.atendente_id, '"silencio"' in row.dados) for row in devolucoes] == [(ana, True)]


def test_who_answers_keeps_it_until_the_contact_waits_again(cena: Cena) -> None:
    fila = fila_com(cena, Politica(silencio_segundos=600))
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila)
    diz(cena, ticket, ana)
    cena.mundo.avancar(60 * MINUTO)
    assert cena.dono(ticket) == ana
    escreve(cena, ticket)
    cena.mundo.avancar(5 * MINUTO)
    escreve(cena, ticket)  # once more does not put it off
    cena.mundo.avancar(5 * MINUTO)
    assert cena.dono(ticket) == bia


@pytest.mark.parametrize(("respondido", "fica"), [(False, False), (True, True)])
def test_a_fila_that_closes_takes_back_what_nobody_has_answered(cena: Cena, *, respondido: bool, fica: bool) -> None:
    agora = cena.clock.now()
    hora = agora // 3_600_000 % 24
    dias = dict.fromkeys(("seg", "ter", "qua", "qui", "sex", "sab", "dom"), ((f"{hora:02d}:00", f"{hora + 1:02d}:00"),))
    horario = Horario(fuso="UTC", dias=dias)  # type: ignore[arg-type]  # days of the week
    fila = fila_com(cena, Politica(horario=horario, ao_fechar="devolver"))
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) == ana
    if respondido:
        diz(cena, ticket, ana)
    cena.mundo.avancar(60 * MINUTO)
    assert cena.dono(ticket) == (ana if fica else None)
    if not fica:
        cena.mundo.avancar(23 * 60 * MINUTO)
        assert cena.dono(ticket) == ana, "the next day it is given again"
