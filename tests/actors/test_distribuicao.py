"""Who gets which ticket."""

from __future__ import annotations

import pytest

from actors.atendente.comandos import AtualizarAtendente, MudarPresenca
from actors.fila.comandos import AtualizarFila, ExcluirFila, IncluirMembro, VerFila
from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, CriarTicket, TransferirTicket
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores
from tests.simulacao.mundo import uma_mensagem_por_vez


@pytest.fixture
def cena() -> Cena:
    return Cena()


def test_a_new_ticket_goes_to_a_free_agent_and_waits_when_there_is_none(cena: Cena) -> None:
    ana = cena.atendente("ana")
    primeiro, segundo = cena.ticket(), cena.ticket()
    assert cena.dono(primeiro) == ana
    assert cena.dono(segundo) is None
    assert cena.ver(segundo).status == "ABERTO"


def test_a_freed_agent_gets_who_has_waited_longest_not_who_came_last(cena: Cena) -> None:
    """chatwoot 13050, 10376: a freed agent got the newest chat while older ones waited."""
    ana = cena.atendente("ana")
    ocupado = cena.ticket()
    fila = [cena.ticket() for _ in range(3)]
    cena.mudar(ocupado, "RESOLVIDO")
    assert [cena.dono(ticket) for ticket in fila] == [ana, None, None]


def test_a_higher_priority_goes_first_and_within_a_priority_the_older(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ocupado = cena.ticket()
    normal, urgente, outro_urgente = cena.ticket(), cena.ticket(prioridade="URGENTE"), cena.ticket(prioridade="URGENTE")
    atendidos = []
    for atual in (ocupado, urgente, outro_urgente, normal):
        assert cena.dono(atual) == ana
        atendidos.append(atual)
        cena.mudar(atual, "FECHADO")
    assert cena.ativos(ana) == 0


def test_a_freed_agent_takes_the_best_of_all_its_filas(cena: Cena) -> None:
    vendas, suporte = cena.fila("vendas", prioridade=2), cena.fila("suporte", prioridade=9)
    ana = cena.atendente("ana", vendas, suporte)
    ocupado = cena.ticket(vendas)
    antigo, importante = cena.ticket(vendas), cena.ticket(suporte)
    cena.mudar(ocupado, "RESOLVIDO")
    assert cena.dono(importante) == ana
    assert cena.dono(antigo) is None


def test_an_agent_that_comes_online_with_room_for_many_takes_them_best_first(cena: Cena) -> None:
    vendas, suporte = cena.fila("vendas", prioridade=5), cena.fila("suporte", prioridade=6)
    ana = cena.atendente("ana", vendas, suporte, capacidade=3, online=False)
    tickets = [cena.ticket(vendas), cena.ticket(suporte), cena.ticket(vendas, "ALTA"), cena.ticket(suporte)]
    cena.presenca(ana, online=True)
    ordem = [evento.ticket_id for evento in cena.eventos("ticket_atribuido")]
    assert ordem == [tickets[2], tickets[1], tickets[3]]


def test_round_robin_gives_equal_agents_equal_shares(cena: Cena) -> None:
    """chatwoot 11034: the shares of equal agents were not."""
    fila = cena.fila("roda", estrategia="ROUND_ROBIN")
    agentes = [cena.atendente(nome, fila, capacidade=10) for nome in ("ana", "bia", "caio")]
    donos = [cena.dono(cena.ticket(fila)) for _ in range(9)]
    assert donos[:3] * 3 == donos
    assert set(donos) == set(agentes)


def test_least_occupied_looks_at_the_share_of_capacity_in_use(cena: Cena) -> None:
    fila = cena.fila("ocupacao", estrategia="MENOS_OCUPADO")
    grande, pequena = cena.atendente("ana", fila, capacidade=4), cena.atendente("bia", fila, capacidade=2)
    donos = [cena.dono(cena.ticket(fila)) for _ in range(6)]
    assert donos.count(grande) == 4
    assert donos.count(pequena) == 2
    assert set(donos[:2]) == {grande, pequena}


def test_longest_idle_goes_to_who_finished_first(cena: Cena) -> None:
    fila = cena.fila("ocio", estrategia="MAIOR_TEMPO_OCIOSO")
    ana, bia = cena.atendente("ana", fila), cena.atendente("bia", fila)
    de = {cena.dono(t): t for t in (cena.ticket(fila), cena.ticket(fila))}
    for agente in (bia, ana):
        cena.mundo.avancar(1_000)
        cena.mudar(de[agente], "RESOLVIDO")
    assert cena.dono(cena.ticket(fila)) == bia


def test_who_returns_from_a_holiday_is_not_flooded(cena: Cena) -> None:
    """chatwoot 11034; Rocket.Chat 13134: whoever had had the fewest lately was given all there was."""
    fila = cena.fila("volta")
    ana = cena.atendente("ana", fila, capacidade=6)
    for _ in range(4):
        cena.ticket(fila)
    bia = cena.atendente("bia", fila, capacidade=6)
    donos = [cena.dono(cena.ticket(fila)) for _ in range(8)]
    assert donos.count(ana) == 2
    assert donos.count(bia) == 6  # up to her share and no further: both end full together
    assert donos.index(ana) < 7


def test_a_fila_without_automatic_distribution_keeps_its_tickets_until_it_is_turned_on(cena: Cena) -> None:
    fila = cena.fila("manual", distribuicao_automatica=False)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) is None
    cena.pedir(AtualizarFila(quem=ADMIN, fila_id=fila, distribuicao_automatica=True))
    assert cena.dono(ticket) == ana


def test_joining_a_fila_brings_its_waiting_tickets_and_raising_capacity_brings_more(cena: Cena) -> None:
    fila = cena.fila("nova")
    tickets = [cena.ticket(fila), cena.ticket(fila)]
    ana = cena.atendente("ana")
    cena.pedir(IncluirMembro(quem=ADMIN, fila_id=fila, atendente_id=ana))
    assert [cena.dono(t) for t in tickets] == [ana, None]
    cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=ana, capacidade=2))
    assert cena.dono(tickets[1]) == ana


def test_a_full_or_absent_agent_is_refused_and_a_supervisor_may_force(cena: Cena) -> None:
    ana, bia = cena.atendente("ana"), cena.atendente("bia", online=False)
    cena.ticket()
    ticket = cena.ticket()
    pedido = AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=ana)
    assert cena.recusa(pedido) == "atendente_lotado"
    assert cena.recusa(AtribuirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=bia)) == "atendente_offline"
    cena.atribuir(ticket, ana, forcar=True)
    assert cena.dono(ticket) == ana
    assert cena.ativos(ana) == 2
    assert '"forcado":[false,true]' in (cena.eventos("ticket_atribuido")[-1].mudancas or "")


def test_two_people_who_assign_at_once_never_exceed_a_capacity(cena: Cena) -> None:
    ana = cena.atendente("ana", online=False)
    tickets = [cena.ticket() for _ in range(5)]
    cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True))
    pedidos = [cena.enviar(AtribuirTicket(quem=ADMIN, ticket_id=t, atendente_id=ana)) for t in tickets]
    cena.mundo.assentar()
    assert cena.ativos(ana) == 1
    assert all(pedido.is_set for pedido in pedidos)


def test_going_offline_returns_the_work_at_its_old_place_or_keeps_it_as_the_fila_says(cena: Cena) -> None:
    """chatwoot 7204: who was offline, or off its shift, kept its chats."""
    devolve, mantem = cena.fila("devolve"), cena.fila("mantem", ao_ficar_offline="manter")
    ana = cena.atendente("ana", devolve, mantem, capacidade=2)
    volta, fica = cena.ticket(devolve), cena.ticket(mantem)
    mais_novo = cena.ticket(devolve)
    cena.presenca(ana, online=False)
    assert cena.dono(volta) is None
    assert cena.dono(fica) == ana
    bia = cena.atendente("bia", devolve)
    assert cena.dono(volta) == bia
    assert cena.dono(mais_novo) is None


def test_a_break_keeps_the_work_and_brings_no_more(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=2)
    ticket = cena.ticket()
    cena.presenca(ana, online=True, estado="almoco")
    outro = cena.ticket()
    assert cena.dono(ticket) == ana
    assert cena.dono(outro) is None
    cena.presenca(ana, online=True, estado="disponivel")
    assert cena.dono(outro) == ana


def test_a_transfer_to_a_fila_frees_the_agent_and_keeps_the_age(cena: Cena) -> None:
    destino = cena.fila("destino")
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    aguardando = cena.ver(ticket).aguardando_desde
    esperando = cena.ticket()
    cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=destino, motivo="pediu o gerente"))
    assert cena.ver(ticket).fila_id == destino
    assert cena.ver(ticket).aguardando_desde == aguardando
    assert cena.dono(esperando) == ana


def test_a_transfer_to_an_agent_and_a_fila_does_both_or_nothing(cena: Cena) -> None:
    destino = cena.fila("destino")
    cena.atendente("ana")
    cheia = cena.atendente("bia", destino, capacidade=0)
    ticket = cena.ticket()
    antes = cena.ver(ticket)
    pedido = TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=destino, atendente_id=cheia)
    assert cena.recusa(pedido) == "atendente_lotado"
    assert cena.ver(ticket) == antes


def test_deleting_a_fila_with_open_tickets_is_refused_and_says_so(cena: Cena) -> None:
    fila = cena.fila("some")
    ticket = cena.ticket(fila)
    assert cena.recusa(ExcluirFila(quem=ADMIN, fila_id=fila)) == "fila_em_uso"
    cena.mudar(ticket, "FECHADO")
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=fila))
    novo = CriarTicket(quem=ADMIN, contato_nome="x", contato_telefone="5511", fila_id=fila)
    assert cena.recusa(novo) == "fila_nao_encontrada"


@pytest.mark.parametrize("passes", range(12))
def test_a_change_of_priority_at_any_moment_of_an_assignment_leaves_no_ghost_in_the_line(passes: int) -> None:
    with uma_mensagem_por_vez():
        cena = Cena()
        ana = cena.atendente("ana", online=False)
        ticket = cena.ticket()
        cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=ana, online=True))
        cena.mundo.andar(passes)
        cena.enviar(AtualizarTicket(quem=ADMIN, ticket_id=ticket, prioridade="URGENTE"))
        cena.mundo.assentar()
    assert cena.dono(ticket) == ana
    assert cena.pedir(VerFila(quem=ADMIN, fila_id=cena.geral)).aguardando == 0
    conferir_atores(cena.mundo.vivas[EMPRESA])
