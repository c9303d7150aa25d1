"""Two things at the same moment: every interleaving of two commands, and what may not come of any."""

from __future__ import annotations

import pytest

from actors.atendente.comandos import MudarPresenca
from actors.fila.comandos import VerFila
from actors.fila.fila import Fila
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, EncerrarTicket, EnviarMensagem, TransferirTicket
from engine.modelo import Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores
from tests.simulacao.mundo import uma_mensagem_por_vez

MOMENTOS = range(14)


def conferir(cena: Cena) -> None:
    cena.mundo.assentar()
    conferir_atores(cena.mundo.vivas[EMPRESA])


@pytest.mark.parametrize("depois", [0, 1, 2, 3])
@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_fila_and_a_person_who_give_an_agent_the_same_ticket_take_one_slot(momento: int, depois: int) -> None:
    """Its fila has offered it; it is put on hold and assigned by hand meanwhile; another one waits."""
    with uma_mensagem_por_vez():
        cena = Cena()
        ana = cena.atendente("ana", online=False)
        disputado, outro = cena.ticket(), cena.ticket()
        cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True))
        cena.mundo.andar(momento)
        cena.enviar(AtualizarTicket(quem=ADMIN, ticket_id=disputado, status="PENDENTE"))
        cena.mundo.andar(depois)
        cena.enviar(AtribuirTicket(quem=ADMIN, ticket_id=disputado, atendente_id=ana))
        conferir(cena)
    assert cena.ativos(ana) == 1
    assert ana in {cena.dono(disputado), cena.dono(outro)}


@pytest.mark.parametrize("momento", MOMENTOS)
def test_an_assignment_of_a_ticket_that_leaves_its_agent_meanwhile_does_not_exceed_its_capacity(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        outra_fila = cena.fila("outra")
        ana = cena.atendente("ana")
        meu = cena.ticket()
        cena.mudar(meu, "PENDENTE")
        cena.ticket()  # waits for the slot
        cena.enviar(AtribuirTicket(quem=ADMIN, ticket_id=meu, atendente_id=ana))
        cena.mundo.andar(momento)
        cena.enviar(TransferirTicket(quem=ADMIN, ticket_id=meu, fila_id=outra_fila))
        conferir(cena)
    assert cena.ativos(ana) == 1


@pytest.mark.parametrize("momento", MOMENTOS)
def test_of_two_agents_who_take_a_ticket_at_once_one_gets_it_and_keeps_it(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        manual = cena.fila("manual", distribuicao_automatica=False)
        ana, bia = cena.atendente("ana", manual), cena.atendente("bia", manual)
        ticket = cena.ticket(manual)
        for agente in (ana, bia):
            quem = Quem(EMPRESA, agente, "atendente")
            cena.enviar(AtualizarTicket(quem=quem, ticket_id=ticket, status="EM_ANDAMENTO"))
            cena.mundo.andar(momento)
        conferir(cena)
    assert len(cena.eventos("ticket_atribuido")) == 1
    assert cena.ativos(ana) + cena.ativos(bia) == 1


@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_ticket_that_closes_while_it_is_being_given_stays_closed_and_frees_the_agent(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        ana = cena.atendente("ana", online=False)
        ticket, outro = cena.ticket(), cena.ticket()
        cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True))
        cena.mundo.andar(momento)
        cena.enviar(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
        conferir(cena)
    assert cena.ver(ticket).status == "FECHADO"
    assert cena.dono(outro) == ana


@pytest.mark.parametrize("momento", MOMENTOS)
def test_messages_to_a_ticket_that_is_being_loaded_keep_their_order(momento: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        ticket = cena.ticket()
        cena.mudar(ticket, "RESOLVIDO")
        envios = []
        for n in range(4):
            envios.append(cena.enviar(EnviarMensagem(quem=ADMIN, ticket_id=ticket, conteudo=str(n))))
            cena.mundo.andar(1)
            if n == 1:
                cena.mundo.assentar() if momento == 0 else cena.mundo.andar(momento)
        cena.mundo.assentar()
    seqs = [envio.get().seq for envio in envios]
    assert seqs == sorted(seqs)
    assert not cena.mundo.vivas[EMPRESA].diretorio.a_caminho


@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_fila_that_crashes_at_any_moment_of_an_assignment_leaves_no_ghost_in_its_line(
    momento: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quebrar(fila: Fila, comando: VerFila) -> None:
        raise RuntimeError("crash")

    with uma_mensagem_por_vez():
        cena = Cena()
        ana = cena.atendente("ana", online=False)
        ticket = cena.ticket()
        with monkeypatch.context() as veneno:
            veneno.setitem(Fila.handlers, VerFila, quebrar)
            cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True))
            cena.mundo.andar(momento)
            cena.enviar(VerFila(quem=ADMIN, fila_id=cena.geral))
            conferir(cena)
    assert cena.dono(ticket) == ana
    assert cena.pedir(VerFila(quem=ADMIN, fila_id=cena.geral)).aguardando == 0
