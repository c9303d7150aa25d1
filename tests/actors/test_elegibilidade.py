"""Work is only ever given to somebody who serves the fila, is there, and has room: on every path that gives it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.atendente.comandos import ExcluirAtendente
from actors.equipe.comandos import DesvincularFila, RetirarDaEquipe
from actors.fila.comandos import IncluirMembro, RemoverMembro
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, EnviarMensagem, ReabrirTicket, TransferirTicket
from engine.modelo import Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez


@pytest.fixture
def cena() -> Cena:
    return Cena()


def deixar(cena: Cena, atendente_id: str, fila_id: str | None = None) -> None:
    cena.pedir(RemoverMembro(quem=ADMIN, fila_id=fila_id or cena.geral, atendente_id=atendente_id))


def resolvido(cena: Cena, fila: str | None = None) -> str:
    ticket = cena.ticket(fila)
    cena.mudar(ticket, "RESOLVIDO")
    return ticket


def reabrir(cena: Cena, ticket: str) -> None:
    cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket))


VOLTAS: dict[str, Callable[[Cena, str], object]] = {"the contact writes": Cena.recebida, "it is reopened": reabrir}


@pytest.mark.parametrize("volta", VOLTAS)
def test_a_ticket_does_not_come_back_to_who_left_its_fila(cena: Cena, volta: str) -> None:
    ana = cena.atendente("ana")
    ticket = resolvido(cena)
    deixar(cena, ana)
    VOLTAS[volta](cena, ticket)
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("ABERTO", None)
    bia = cena.atendente("bia")
    assert cena.dono(ticket) == bia


@pytest.mark.parametrize("volta", VOLTAS)
def test_a_ticket_does_not_come_back_to_who_served_its_fila_through_an_equipe(cena: Cena, volta: str) -> None:
    fila, outra = cena.fila("fila"), cena.fila("outra")
    ana = cena.atendente("ana", outra)
    dia, noite = cena.equipe("dia", ana, filas=(fila,)), cena.equipe("noite", ana, filas=(fila,))
    ticket = resolvido(cena, fila=fila)
    cena.pedir(RetirarDaEquipe(quem=ADMIN, equipe_id=dia, atendente_id=ana))
    VOLTAS[volta](cena, ticket)
    assert cena.dono(ticket) == ana, "through the other equipe"
    cena.mudar(ticket, "RESOLVIDO")
    cena.pedir(DesvincularFila(quem=ADMIN, equipe_id=noite, fila_id=fila))
    VOLTAS[volta](cena, ticket)
    assert cena.dono(ticket) is None


@pytest.mark.parametrize("volta", VOLTAS)
@pytest.mark.parametrize("motivo", ["pausa", "offline", "full", "gone"])
def test_a_ticket_comes_back_to_the_line_when_its_agent_cannot_have_it(cena: Cena, volta: str, motivo: str) -> None:
    ana = cena.atendente("ana")
    ticket = resolvido(cena)
    if motivo == "full":
        assert cena.dono(cena.ticket()) == ana
    elif motivo == "gone":
        cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana))
    else:
        cena.presenca(ana, online=motivo == "pausa", estado=motivo)
    VOLTAS[volta](cena, ticket)
    assert cena.dono(ticket) is None
    assert cena.atendente("bia") == cena.dono(ticket)


def test_an_answer_to_what_waited_on_the_customer_goes_to_who_serves_the_fila(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=2)
    fica, sai = cena.ticket(), cena.ticket()
    cena.mudar(fica, "PENDENTE")
    cena.recebida(fica)
    assert (cena.ver(fica).status, cena.dono(fica)) == ("EM_ANDAMENTO", ana)
    cena.mudar(sai, "PENDENTE")
    bia = cena.atendente("bia")
    deixar(cena, ana)
    assert cena.dono(sai) == cena.dono(fica) == ana, "what it has, it keeps"
    cena.recebida(sai)
    assert (cena.ver(sai).status, cena.dono(sai)) == ("EM_ANDAMENTO", bia)
    assert cena.ativos(ana) == 1


def test_what_waited_on_the_customer_does_not_go_on_with_who_left_the_fila(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    cena.mudar(ticket, "PENDENTE")
    deixar(cena, ana)
    for quem in (ADMIN, Quem(EMPRESA, ana, "atendente")):
        erro = cena.erro(AtualizarTicket(quem=quem, ticket_id=ticket, status="EM_ANDAMENTO"))
        assert (erro.status, erro.codigo) == (409, "atendente_fora_da_fila")
        assert "ana" in erro.message
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("PENDENTE", ana)
    bia = cena.atendente("bia")
    cena.mudar(ticket, "ABERTO")
    assert cena.dono(ticket) == bia


def test_what_was_forced_upon_somebody_goes_on_with_it_though_it_left_the_fila(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=0)
    ticket = cena.ticket()
    cena.atribuir(ticket, ana, forcar=True)
    cena.mudar(ticket, "PENDENTE")
    deixar(cena, ana)
    assert cena.mudar(ticket, "EM_ANDAMENTO").atendente_id == ana


def test_what_a_supervisor_forced_stays_where_it_was_put(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=0)
    ticket = cena.ticket()
    cena.atribuir(ticket, ana, forcar=True)
    cena.mudar(ticket, "PENDENTE")
    deixar(cena, ana)
    cena.recebida(ticket)
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("EM_ANDAMENTO", ana)


@pytest.mark.parametrize("forcar", [False, True])
def test_nobody_assigns_past_the_fila_by_force_either(cena: Cena, forcar: bool) -> None:
    fila, destino = cena.fila("fila"), cena.fila("destino")
    ana = cena.atendente("ana", capacidade=5)
    ticket = cena.ticket(fila)
    pedidos = (
        AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana, forcar=forcar),
        TransferirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana, forcar=forcar),
        TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=destino, atendente_id=ana, forcar=forcar),
    )
    for pedido in pedidos:
        erro = cena.erro(pedido)
        assert (erro.status, erro.codigo) == (409, "atendente_fora_da_fila")
        assert "ana" in erro.message
    assert (cena.ver(ticket).fila_id, cena.dono(ticket)) == (fila, None)


def test_a_transfer_goes_by_the_fila_it_goes_to(cena: Cena) -> None:
    destino = cena.fila("destino")
    cena.atendente("ana")
    bia = cena.atendente("bia", destino)
    ticket = cena.ticket()
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=destino, atendente_id=bia))
    assert (cena.ver(ticket).fila_id, cena.dono(ticket)) == (destino, bia)
    volta = TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=cena.geral, atendente_id=bia)
    assert cena.recusa(volta) == "atendente_fora_da_fila", "it has the ticket, and would have it elsewhere"
    assert (cena.ver(ticket).fila_id, cena.dono(ticket)) == (destino, bia)


def test_a_supervisor_who_is_an_agent_takes_only_what_its_filas_have(cena: Cena) -> None:
    fila = cena.fila("fila")
    ana = cena.atendente("ana")
    chefe = Quem(EMPRESA, ana, "supervisor")
    ticket = cena.ticket(fila)
    tomar = AtualizarTicket(quem=chefe, ticket_id=ticket, status="EM_ANDAMENTO")
    assert cena.recusa(tomar) == "atendente_fora_da_fila"
    cena.pedir(IncluirMembro(quem=ADMIN, fila_id=fila, atendente_id=ana))
    assert cena.dono(ticket) == ana


def test_who_resolved_it_does_not_take_it_again_after_leaving_the_fila(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = resolvido(cena)
    deixar(cena, ana)
    ela = Quem(EMPRESA, ana, "atendente")
    assert cena.recusa(AtualizarTicket(quem=ela, ticket_id=ticket, status="EM_ANDAMENTO")) == "atendente_fora_da_fila"
    assert cena.ver(ticket).status == "RESOLVIDO"
    bia = cena.atendente("bia")
    cena.pedir(AtualizarTicket(quem=Quem(EMPRESA, bia, "atendente"), ticket_id=ticket, status="EM_ANDAMENTO"))
    assert cena.dono(ticket) == bia, "whoever asks has it, since the previous owner may not"


def test_a_message_of_an_agent_gives_it_nothing(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=0)
    ticket = cena.ticket()
    cena.pedir(EnviarMensagem(quem=Quem(EMPRESA, ana, "atendente"), ticket_id=ticket, conteudo="olá"))
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("ABERTO", None)


def test_the_tickets_of_one_who_goes_wait_where_the_other_does_not_serve(cena: Cena) -> None:
    fila, outra = cena.fila("fila"), cena.fila("outra")
    ana = cena.atendente("ana", fila, outra, capacidade=3)
    bia = cena.atendente("bia", fila, capacidade=0)
    comum, alheio, pendente = cena.ticket(fila), cena.ticket(outra), cena.ticket(outra)
    cena.mudar(pendente, "PENDENTE")
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
    assert [cena.dono(ticket) for ticket in (comum, alheio, pendente)] == [bia, None, None]
    assert [cena.ver(ticket).status for ticket in (alheio, pendente)] == ["ABERTO", "PENDENTE"]


def test_after_a_restart_nobody_is_given_what_it_does_not_serve(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=2)
    ticket = resolvido(cena)
    deixar(cena, ana)
    cena.reiniciar()
    cena.recebida(ticket)
    assert cena.dono(ticket) is None
    cena.reiniciar()
    assert cena.dono(ticket) is None


@pytest.mark.parametrize("momento", range(12))
def test_leaving_a_fila_at_any_moment_of_being_given_work(momento: int) -> None:
    """What was given before it left is its own; nothing is given after."""
    with uma_mensagem_por_vez():
        cena = Cena()
        ana = cena.atendente("ana")
        novo = cena.enviar(
            TransferirTicket(quem=ADMIN, ticket_id=cena.ticket(cena.fila("fila")), fila_id=cena.geral)
        )  # fmt: skip
        cena.mundo.andar(momento)
        saiu = cena.enviar(RemoverMembro(quem=ADMIN, fila_id=cena.geral, atendente_id=ana))
        cena.mundo.assentar()
    assert saiu.get() is None
    dados = [evento.seq for evento in cena.eventos("ticket_atribuido")]
    assert all(seq < cena.eventos("fila_membro_removido")[-1].seq for seq in dados)
    assert cena.dono(novo.get().id) == (ana if dados else None)
