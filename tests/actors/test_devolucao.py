"""A ticket that comes back from an agent goes to another while another has room."""

from __future__ import annotations

from random import Random
from typing import get_args

import pytest

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import ExcluirAtendente, MudarPresenca
from actors.fila.comandos import AtualizarFila, RemoverMembro
from actors.ticket.comandos import AtualizarTicket, TransferirTicket
from engine.modelo import Estrategia, Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez

ESTRATEGIAS: list[Estrategia] = [uma for uma in get_args(Estrategia) if uma != "MANUAL"]


@pytest.fixture
def cena() -> Cena:
    return Cena()


def devolver(cena: Cena, ticket: str, atendente: str) -> None:
    ela = Quem(EMPRESA, atendente, "atendente")
    cena.pedir(AtualizarTicket(quem=ela, ticket_id=ticket, status="ABERTO"))


def ocupar(cena: Cena, fila: str, atendente: str, quantos: int) -> None:
    for _ in range(quantos):
        cena.atribuir(cena.ticket(fila), atendente)


@pytest.mark.parametrize("estrategia", ESTRATEGIAS)
def test_what_the_least_busy_sends_back_goes_to_the_busier_one_each_time(cena: Cena, estrategia: Estrategia) -> None:
    """Rocket.Chat 22206: what an agent sent back came back to it at once, and again."""
    fila = cena.fila("fila", estrategia=estrategia)
    ana = cena.atendente("ana", fila, capacidade=10)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila, capacidade=10)
    ocupar(cena, fila, bia, 3)
    assert cena.dono(ticket) == ana
    for de, para in ((ana, bia), (bia, ana), (ana, bia)):
        devolver(cena, ticket, de)
        assert cena.dono(ticket) == para


def test_who_is_alone_gets_it_back(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=2)
    cena.atendente("bia", capacidade=0)
    ticket = cena.ticket()
    devolver(cena, ticket, ana)
    assert cena.dono(ticket) == ana


def test_a_transfer_to_the_fila_it_is_in_or_another_sends_it_back_too(cena: Cena) -> None:
    outra = cena.fila("outra")
    ana = cena.atendente("ana", cena.geral, outra, capacidade=9)
    cena.pedir(RemoverMembro(quem=ADMIN, fila_id=cena.geral, atendente_id=ana))
    ticket = cena.ticket(outra)
    assert cena.dono(ticket) == ana
    bia = cena.atendente("bia", outra, capacidade=9)
    ocupar(cena, outra, bia, 4)
    cena.pedir(TransferirTicket(quem=Quem(EMPRESA, ana, "atendente"), ticket_id=ticket, fila_id=outra))
    assert cena.dono(ticket) == bia
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=cena.geral))
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=outra))
    assert cena.dono(ticket) == ana, "whoever sent it"


def test_while_all_are_full_it_waits_and_the_first_to_have_room_takes_it(cena: Cena) -> None:
    fila = cena.fila("fila")
    ana, bia = cena.atendente("ana", fila), cena.atendente("bia", fila)
    primeiro, segundo = cena.ticket(fila), cena.ticket(fila)
    de = {cena.dono(primeiro): primeiro, cena.dono(segundo): segundo}
    urgente = cena.ticket(fila, prioridade="URGENTE")
    devolver(cena, de[ana], ana)
    assert cena.dono(urgente) == ana, "the best that waits, as always"
    assert cena.dono(de[ana]) is None
    cena.mudar(de[bia], "FECHADO")
    assert cena.dono(de[ana]) == bia
    devolver(cena, de[ana], bia)
    assert cena.dono(de[ana]) == bia, "nobody else has room"


@pytest.mark.parametrize("reinicia", [False, True])
def test_it_is_remembered_across_a_restart(cena: Cena, reinicia: bool) -> None:
    """Both have room, and the one from whom it came back has been idle for longest."""
    fila = cena.fila("fila", estrategia="MAIOR_TEMPO_OCIOSO")
    ana, bia = (cena.atendente(nome, fila, capacidade=2) for nome in ("ana", "bia"))
    cena.presenca(bia, online=False)
    ticket = cena.ticket(fila)
    cena.pedir(AtualizarFila(quem=ADMIN, fila_id=fila, distribuicao_automatica=False))
    devolver(cena, ticket, ana)
    cena.mundo.avancar(1)
    cena.presenca(bia, online=True)
    assert (cena.dono(ticket), cena.ver(ticket).devolvido_por) == (None, ana)
    if reinicia:
        cena.reiniciar()
    cena.pedir(AtualizarFila(quem=ADMIN, fila_id=fila, distribuicao_automatica=True))
    assert cena.dono(ticket) == bia
    assert cena.ver(ticket).devolvido_por is None, "somebody has it"


@pytest.mark.parametrize("quem_volta", ["ana", "bia"])
def test_whoever_comes_first_has_it_while_nobody_else_is_there(cena: Cena, quem_volta: str) -> None:
    fila = cena.fila("fila")
    pessoas = {nome: cena.atendente(nome, fila, capacidade=2) for nome in ("ana", "bia")}
    cena.presenca(pessoas["bia"], online=False)
    ticket = cena.ticket(fila)
    cena.presenca(pessoas["ana"], online=True, estado="pausa")
    devolver(cena, ticket, pessoas["ana"])
    cena.reiniciar()
    for nome in (quem_volta, *(set(pessoas) - {quem_volta})):
        cena.presenca(pessoas[nome], online=True, estado="disponivel")
    assert cena.dono(ticket) == pessoas[quem_volta]


@pytest.mark.parametrize("momento", range(10))
@pytest.mark.parametrize("capacidades", [(9, 9), (1, 4)])
def test_a_node_that_dies_while_it_comes_back_gives_it_to_the_other_too(
    momento: int, capacidades: tuple[int, int]
) -> None:
    """Loaded anew, nobody has said yet how it is: it is not the first to speak who has it."""
    with uma_mensagem_por_vez():
        cena = Cena()
        fila = cena.fila("fila")
        ana = cena.atendente("ana", fila, capacidade=capacidades[0])
        ticket = cena.ticket(fila)
        bia = cena.atendente("bia", fila, capacidade=capacidades[1])
        ocupar(cena, fila, bia, 3)
        ela = Quem(EMPRESA, ana, "atendente")
        cena.enviar(AtualizarTicket(quem=ela, ticket_id=ticket, status="ABERTO"))
        cena.mundo.andar(momento)
        cena.mundo._escrever()
        cena.reiniciar()
    voltou = any(evento.ticket_id == ticket for evento in cena.eventos("ticket_atualizado"))
    assert cena.dono(ticket) == (bia if voltou else ana)


@pytest.mark.parametrize("estrategia", ESTRATEGIAS)
@pytest.mark.parametrize("semente", range(6))
def test_of_many_that_come_back_none_goes_to_its_sender_while_another_has_room(
    estrategia: Estrategia, semente: int
) -> None:
    r = Random(semente)
    with uma_mensagem_por_vez():
        cena = Cena()
        fila = cena.fila("fila", estrategia=estrategia)
        pessoas = [cena.atendente(nome, fila, capacidade=8) for nome in ("ana", "bia", "caio")]
        tickets = [cena.ticket(fila) for _ in range(6)]
        for _ in range(12):
            ticket = r.choice(tickets)
            antes = cena.dono(ticket)
            assert antes in pessoas
            devolver(cena, ticket, antes)
            assert cena.dono(ticket) not in {antes, None}


def test_whoever_it_came_back_from_has_it_when_the_others_cannot_say(
    cena: Cena, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agent that is out of order is not waited for."""
    fila = cena.fila("fila")
    ana, bia = cena.atendente("ana", fila, capacidade=9), cena.atendente("bia", fila, capacidade=9)
    ticket = cena.ticket(fila)
    dono = cena.dono(ticket)
    outro = bia if dono == ana else ana

    def quebrar(ator: object, comando: object) -> None:
        raise RuntimeError("crash")

    with monkeypatch.context() as frasco:
        frasco.setitem(Atendente.handlers, MudarPresenca, quebrar)
        for _ in range(6):
            cena.recusa(MudarPresenca(quem=ADMIN, atendente_id=outro, online=True))
    devolver(cena, ticket, dono or "")
    assert cena.dono(ticket) == dono


def test_whoever_takes_the_place_of_a_deleted_agent_has_its_tickets_as_new(cena: Cena) -> None:
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila, capacidade=2)
    ticket = cena.ticket(fila)
    bia = cena.atendente("bia", fila, capacidade=2)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
    assert (cena.dono(ticket), cena.ver(ticket).devolvido_por) == (bia, None)
