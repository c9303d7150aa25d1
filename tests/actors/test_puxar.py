"""Pulling: agents who take their next ticket themselves, all at once if need be."""

from __future__ import annotations

import pytest

from actors.fila.comandos import PuxarTicket
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket
from engine.errors import BalcaoError
from engine.modelo import DecisaoRow, Quem, TicketRow
from engine.runtime import Reply
from tests.actors.cena import ADMIN, EMPRESA, Cena

MUITOS = 160


@pytest.fixture
def cena() -> Cena:
    return Cena()


def puxar(cena: Cena, fila: str, atendente: str) -> Reply[TicketRow]:
    return cena.enviar(PuxarTicket(quem=Quem(EMPRESA, atendente, "atendente"), fila_id=fila))


def recusa(resposta: Reply[TicketRow]) -> str:
    with pytest.raises(BalcaoError) as erro:
        resposta.get()
    return erro.value.codigo


def test_in_a_manual_fila_nothing_is_given_and_whoever_asks_gets_the_best(cena: Cena) -> None:
    fila = cena.fila("manual", estrategia="MANUAL")
    ana = cena.atendente("ana", fila, capacidade=2)
    primeiro, urgente = cena.ticket(fila), cena.ticket(fila, "URGENTE")
    assert (cena.dono(primeiro), cena.dono(urgente)) == (None, None)
    for esperado in (urgente, primeiro):
        resposta = puxar(cena, fila, ana)
        cena.mundo.assentar()
        assert resposta.get().id == esperado
        assert cena.dono(esperado) == ana


def test_there_may_be_none_or_no_room_or_no_right_to_it(cena: Cena) -> None:
    fila, outra = cena.fila("manual", estrategia="MANUAL"), cena.fila("outra", estrategia="MANUAL")
    ana, fora = cena.atendente("ana", fila), cena.atendente("fora", fila, online=False)
    codigos = []
    for quem, de in ((ana, fila), (ana, outra), (fora, fila)):
        resposta = puxar(cena, de, quem)
        cena.mundo.assentar()
        codigos.append(recusa(resposta))
    assert codigos == ["nenhum_ticket", "atendente_fora_da_fila", "atendente_offline"]
    cena.ticket(fila)
    cena.ticket(fila)
    puxar(cena, fila, ana)
    cena.mundo.assentar()
    resposta = puxar(cena, fila, ana)
    cena.mundo.assentar()
    assert recusa(resposta) == "atendente_lotado"


@pytest.mark.parametrize("tickets", [MUITOS, MUITOS - 40])
def test_of_many_who_pull_at_once_each_ticket_goes_to_one_and_nobody_has_too_much(cena: Cena, tickets: int) -> None:
    fila = cena.fila("manual", estrategia="MANUAL")
    gente = [cena.atendente(f"a{n}", fila) for n in range(MUITOS)]
    postos = [cena.ticket(fila, nome=str(n)) for n in range(tickets)]
    respostas = [puxar(cena, fila, um) for um in gente]
    cena.mundo.assentar()
    dados = [resposta.get().id for resposta in respostas[:tickets]]
    assert sorted(dados) == sorted(postos)
    assert {recusa(resposta) for resposta in respostas[tickets:]} <= {"nenhum_ticket"}
    assert sorted(cena.ativos(um) for um in gente) == [0] * (MUITOS - tickets) + [1] * tickets


def test_of_many_who_pick_the_same_one_the_losers_are_told_who_has_it(cena: Cena) -> None:
    fila = cena.fila("manual", estrategia="MANUAL")
    gente = [cena.atendente(f"a{n}", fila) for n in range(MUITOS)]
    ticket = cena.ticket(fila)
    respostas = [
        cena.enviar(AtribuirTicket(quem=Quem(EMPRESA, um, "atendente"), ticket_id=ticket, atendente_id=um))
        for um in gente
    ]
    cena.mundo.assentar()
    vencedores = [um for um, resposta in zip(gente, respostas, strict=True) if not resposta._error]
    assert len(vencedores) == 1
    for resposta in respostas:
        if resposta._error:
            with pytest.raises(BalcaoError) as erro:
                resposta.get()
            assert erro.value.codigo == "ticket_ja_atribuido"
            assert vencedores[0] in str(erro.value.detalhes)


def test_what_is_pulled_is_written_down_and_goes_back_like_anything_else(cena: Cena) -> None:
    fila = cena.fila("manual", estrategia="MANUAL")
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    puxar(cena, fila, ana)
    cena.mundo.assentar()
    assert [row.tipo for row in cena.loja.de(DecisaoRow, EMPRESA) if row.ticket_id == ticket] == ["atribuicao"]
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket, status="ABERTO"))
    assert cena.dono(ticket) is None
