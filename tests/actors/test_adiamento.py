"""A ticket is put off: PENDENTE until its time, then its owner is reminded and has it again, or the line has it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.atendente.comandos import ExcluirAtendente
from actors.empresa.comandos import AtualizarEmpresa
from actors.fila.comandos import ExcluirFila, RemoverMembro
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import (
    AdiarTicket,
    CancelarAdiamento,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirTicket,
    TransferirTicket,
)
from engine.errors import Invalid
from engine.modelo import EventoRow, MensagemRow, Quem, TicketRow
from engine.politica.modelo import Politica
from engine.silencio.adiamento import DIAS_MAXIMO
from engine.tempo import iso
from tests.actors.cena import ADMIN, EMPRESA, Cena
from web.gateway._visao import alcanca

MINUTO = 60_000
HORA = 60 * MINUTO
DIA = 24 * HORA


@pytest.fixture
def cena() -> Cena:
    return Cena()


def adiar(cena: Cena, ticket: str, daqui_a: int = HORA, motivo: str | None = None, quem: Quem = ADMIN) -> TicketRow:
    return cena.pedir(AdiarTicket(quem=quem, ticket_id=ticket, ate=cena.clock.now() + daqui_a, motivo=motivo))


def cancelar(cena: Cena, ticket: str) -> TicketRow:
    return cena.pedir(CancelarAdiamento(quem=ADMIN, ticket_id=ticket))


def lembretes(cena: Cena) -> list[dict[str, Any]]:
    return [json.loads(evento.dados) for evento in cena.eventos("ticket_lembrete")]


def ultimo(cena: Cena) -> EventoRow:
    return cena.eventos("ticket_atualizado")[-1]


def mudancas(evento: EventoRow) -> dict[str, Any]:
    lidas: dict[str, Any] = json.loads(evento.mudancas or "{}")
    return lidas


def de(atendente: str) -> Quem:
    return Quem(EMPRESA, atendente, "atendente")


@pytest.mark.parametrize("reinicia", [False, True])
def test_it_is_pendente_with_its_owner_until_then_and_its_owner_is_reminded_once(cena: Cena, *, reinicia: bool) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    ate = cena.clock.now() + HORA
    row = adiar(cena, ticket, motivo="ligar para o cliente", quem=de(ana))
    assert (row.status, row.atendente_id, cena.ativos(ana)) == ("PENDENTE", ana, 1)
    dito = mudancas(ultimo(cena))
    assert dito == {
        "status": ["EM_ANDAMENTO", "PENDENTE"],
        "adiadoAte": [None, iso(ate)],
        "motivoDoAdiamento": [None, "ligar para o cliente"],
    }
    assert ultimo(cena).ator_id == ana
    cena.mundo.avancar(HORA - 1)
    assert cena.ver(ticket).status == "PENDENTE"
    if reinicia:
        cena.reiniciar()
        cena.presenca(ana, online=True)
    cena.mundo.avancar(1)
    row = cena.ver(ticket)
    assert (row.status, row.atendente_id, row.adiamento) == ("EM_ANDAMENTO", ana, None)
    (lembrete,) = lembretes(cena)
    assert (lembrete["ticketId"], lembrete["atendenteId"], lembrete["por"]) == (ticket, ana, ana)
    assert (lembrete["ate"], lembrete["motivo"]) == (iso(ate), "ligar para o cliente")
    assert (ultimo(cena).ator_papel, mudancas(ultimo(cena))["adiadoAte"]) == ("sistema", [iso(ate), None])
    cena.reiniciar()
    cena.mundo.avancar(90 * DIA)
    assert len(lembretes(cena)) == 1


def test_what_was_due_while_the_node_was_down_comes_once_when_it_is_back(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket)
    cena.mundo.fechar()
    cena.clock.advance_to(cena.clock.now() + 24 * HORA)
    cena.reiniciar()
    cena.mundo.avancar(1)
    assert (cena.dono(ticket), len(lembretes(cena))) == (ana, 1)
    cena.reiniciar()
    cena.mundo.avancar(24 * HORA)
    assert len(lembretes(cena)) == 1


def test_the_contact_wakes_it_and_nobody_is_reminded(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket)
    assert cena.recebida(ticket) == ticket
    row = cena.ver(ticket)
    assert (row.status, row.atendente_id, row.adiamento) == ("EM_ANDAMENTO", ana, None)
    assert mudancas(ultimo(cena))["adiadoAte"][1] is None
    cena.mundo.avancar(2 * HORA)
    assert lembretes(cena) == []


@pytest.mark.parametrize("acorda", ["the time", "the contact"])
@pytest.mark.parametrize(("ao_ficar_offline", "fica"), [("devolver", False), ("manter", True)])
def test_whoever_goes_home_meanwhile_keeps_it_until_then(
    cena: Cena, acorda: str, ao_ficar_offline: Any, *, fica: bool
) -> None:
    fila = cena.fila("fila", ao_ficar_offline=ao_ficar_offline)
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    adiar(cena, ticket, DIA)
    cena.presenca(ana, online=False)
    cena.mundo.avancar(DIA // 2)
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("PENDENTE", ana)
    if acorda == "the time":
        cena.mundo.avancar(DIA // 2)
        assert [um["atendenteId"] for um in lembretes(cena)] == [ana]
    else:
        cena.recebida(ticket)
    row = cena.ver(ticket)
    assert (row.status, row.atendente_id) == (("EM_ANDAMENTO", ana) if fica else ("ABERTO", None))


def test_whoever_is_back_in_time_goes_on_with_it(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket, DIA)
    cena.presenca(ana, online=False)
    cena.mundo.avancar(DIA - HORA)
    cena.presenca(ana, online=True)
    cena.mundo.avancar(HORA)
    assert (cena.ver(ticket).status, cena.dono(ticket)) == ("EM_ANDAMENTO", ana)


def test_an_owner_who_serves_its_fila_no_more_is_reminded_and_another_has_it(cena: Cena) -> None:
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    adiar(cena, ticket)
    cena.pedir(RemoverMembro(quem=ADMIN, fila_id=fila, atendente_id=ana))
    bia = cena.atendente("bia", fila)
    cena.mundo.avancar(HORA)
    assert cena.dono(ticket) == bia
    assert [um["atendenteId"] for um in lembretes(cena)] == [ana]


@pytest.mark.parametrize("como", ["atribuir", "transferir ao outro", "transferir de fila", "EM_ANDAMENTO", "ABERTO"])
def test_whoever_gets_it_meanwhile_sees_it_at_once_and_is_not_reminded(cena: Cena, como: str) -> None:
    outra = cena.fila("outra")
    cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket)
    bia = cena.atendente("bia")
    if como == "atribuir":
        cena.atribuir(ticket, bia)
    elif como == "transferir ao outro":
        cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, atendente_id=bia))
    elif como == "transferir de fila":
        cena.pedir(TransferirTicket(quem=ADMIN, ticket_id=ticket, fila_id=outra))
    else:
        cena.mudar(ticket, como)  # type: ignore[arg-type]  # a status
    row = cena.ver(ticket)
    assert row.adiamento is None
    assert row.status != "PENDENTE"
    cena.mundo.avancar(2 * HORA)
    assert lembretes(cena) == []


@pytest.mark.parametrize("como", ["RESOLVIDO", "FECHADO", "encerrar", "excluir"])
def test_what_is_over_is_not_put_off_any_more(cena: Cena, como: str) -> None:
    cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket)
    if como == "encerrar":
        cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket))
    elif como == "excluir":
        cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket))
    else:
        cena.mudar(ticket, como)  # type: ignore[arg-type]  # a status
    guardado = cena.loja.um(TicketRow, EMPRESA, ticket)
    assert guardado is not None
    assert guardado.adiamento is None
    cena.mundo.avancar(2 * HORA)
    assert lembretes(cena) == []
    assert cena.loja.um(TicketRow, EMPRESA, ticket) == guardado


@pytest.mark.parametrize("status", ["RESOLVIDO", "FECHADO"])
def test_what_is_over_cannot_be_put_off(cena: Cena, status: Any) -> None:
    cena.atendente("ana")
    ticket = cena.ticket()
    cena.mudar(ticket, status)
    assert cena.recusa(AdiarTicket(quem=ADMIN, ticket_id=ticket, ate=cena.clock.now() + HORA)) == "ticket_encerrado"


@pytest.mark.parametrize("daqui_a", [0, -1, -DIA, DIAS_MAXIMO * DIA + 1])
def test_an_instant_that_is_past_or_too_far_away_is_refused_with_the_remedy(cena: Cena, daqui_a: int) -> None:
    cena.atendente("ana")
    ticket = cena.ticket()
    erro = cena.erro(AdiarTicket(quem=ADMIN, ticket_id=ticket, ate=cena.clock.now() + daqui_a))
    assert isinstance(erro, Invalid)
    assert [um.campo for um in erro.detalhes] == ["ate"]
    assert "dê um instante" in erro.detalhes[0].problema
    assert cena.ver(ticket).adiamento is None


def test_put_off_again_it_has_the_new_time_and_the_same_twice_changes_nothing(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket, HORA)
    adiar(cena, ticket, 3 * HORA, motivo="depois do almoço")
    quantos = len(cena.eventos())
    adiar(cena, ticket, 3 * HORA, motivo="depois do almoço")
    assert len(cena.eventos()) == quantos
    cena.mundo.avancar(2 * HORA)
    assert lembretes(cena) == []
    cena.mundo.avancar(HORA)
    assert (cena.dono(ticket), [um["motivo"] for um in lembretes(cena)]) == (ana, ["depois do almoço"])


@pytest.mark.parametrize("antes", ["ABERTO", "EM_ANDAMENTO", "PENDENTE"])
def test_taken_back_it_is_as_it_was(cena: Cena, antes: Any) -> None:
    ana = cena.atendente("ana", online=antes != "ABERTO")
    ticket = cena.ticket()
    if antes == "PENDENTE":
        cena.mudar(ticket, "PENDENTE")
    era = cena.ver(ticket)
    assert era.status == antes
    assert adiar(cena, ticket).status == "PENDENTE"
    adiar(cena, ticket, 2 * HORA)
    row = cancelar(cena, ticket)
    assert (row.status, row.atendente_id, row.adiamento, row.aguardando_desde) == (
        antes, None if antes == "ABERTO" else ana, None, era.aguardando_desde,
    )  # fmt: skip
    quantos = len(cena.eventos())
    assert cancelar(cena, ticket) == row, "there is nothing to take back"
    assert len(cena.eventos()) == quantos
    cena.mundo.avancar(3 * HORA)
    assert lembretes(cena) == []


def test_what_was_in_the_line_is_in_the_line_again_at_its_age(cena: Cena) -> None:
    ticket = cena.ticket()
    desde = cena.ver(ticket).aguardando_desde
    assert adiar(cena, ticket).atendente_id is None
    ana = cena.atendente("ana")
    cena.mundo.avancar(HORA - 2)
    assert cena.dono(ticket) is None, "nobody is given what is put off"
    cena.mundo.avancar(2)
    assert (cena.dono(ticket), cena.ver(ticket).aguardando_desde) == (ana, desde)
    (lembrete,) = cena.eventos("ticket_lembrete")
    assert (lembrete.atendente_id, lembrete.fila_id) == (None, cena.geral)


def test_taken_back_while_its_owner_is_away_the_line_has_it(cena: Cena) -> None:
    for pendente in (False, True):
        cena = Cena()
        ana = cena.atendente("ana")
        ticket = cena.ticket()
        if pendente:
            cena.mudar(ticket, "PENDENTE")
        adiar(cena, ticket)
        cena.presenca(ana, online=False)
        row = cancelar(cena, ticket)
        assert (row.status, row.atendente_id) == ("PENDENTE" if pendente else "ABERTO", None)


def test_what_an_agent_may_keep_of_pendente_counts_what_it_puts_off(cena: Cena) -> None:
    cena.pedir(AtualizarEmpresa(quem=ADMIN, capacidade='{"maximoPendentes": 1}'))
    ana = cena.atendente("ana", capacidade=2)
    um, outro = cena.ticket(), cena.ticket()
    adiar(cena, um, quem=de(ana))
    pedido = AdiarTicket(quem=de(ana), ticket_id=outro, ate=cena.clock.now() + HORA)
    assert cena.recusa(pedido) == "limite_de_pendentes"
    assert cena.ver(outro).status == "EM_ANDAMENTO"
    adiar(cena, um, 2 * HORA, quem=de(ana))
    adiar(cena, outro, quem=ADMIN)


def test_who_owed_the_contact_an_answer_owes_it_again_when_it_is_back(cena: Cena) -> None:
    fila = cena.fila("fila")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(silencio_segundos=600)))
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    adiar(cena, ticket, DIA)
    cena.mundo.avancar(DIA)
    assert cena.dono(ticket) == ana
    cena.mundo.avancar(10 * MINUTO - 1)
    assert cena.dono(ticket) == ana
    cena.mundo.avancar(2)
    assert cena.ver(ticket).devolvido_por in {ana, None}
    assert any("silencio" in (um.mudancas or "") for um in cena.eventos("ticket_atualizado"))


def test_who_had_answered_owes_nothing_when_it_is_back(cena: Cena) -> None:
    fila = cena.fila("fila")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(silencio_segundos=600)))
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    cena.pedir(EnviarMensagem(quem=de(ana), ticket_id=ticket, conteudo="Já vejo"))
    adiar(cena, ticket, DIA)
    cena.mundo.avancar(2 * DIA)
    assert cena.dono(ticket) == ana


def test_of_a_fila_that_is_deleted_it_goes_to_the_other_and_stays_put_off(cena: Cena) -> None:
    fila, outra = cena.fila("fila"), cena.fila("outra")
    ana = cena.atendente("ana", fila, outra)
    ticket = cena.ticket(fila)
    adiar(cena, ticket)
    cena.pedir(ExcluirFila(quem=ADMIN, fila_id=fila, realocar=outra))
    cena.mundo.assentar()
    assert (cena.ver(ticket).fila_id, cena.ver(ticket).status) == (outra, "PENDENTE")
    cena.mundo.avancar(HORA)
    assert (cena.dono(ticket), len(lembretes(cena))) == (ana, 1)


def test_nothing_is_said_to_the_contact(cena: Cena) -> None:
    cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket, motivo="segredo")
    cena.mundo.avancar(HORA)
    assert not [*cena.loja.de(MensagemRow, EMPRESA)]


def test_in_the_same_millisecond_the_contact_and_the_time_both_count(cena: Cena) -> None:
    ana = cena.atendente("ana")
    ticket = cena.ticket()
    adiar(cena, ticket, HORA)
    cena.clock.advance_to(cena.clock.now() + HORA)
    cena.recebida(ticket)
    cena.mundo.avancar(1)
    assert (cena.dono(ticket), cena.ver(ticket).status, len(lembretes(cena)) <= 1) == (ana, "EM_ANDAMENTO", True)


@pytest.mark.parametrize("outra_serve", [False, True])
def test_an_owner_that_is_deleted_leaves_it_to_another_at_once_or_to_the_line_in_its_time(
    cena: Cena, *, outra_serve: bool
) -> None:
    fila = cena.fila("fila")
    ana = cena.atendente("ana", fila)
    ticket = cena.ticket(fila)
    adiar(cena, ticket)
    bia = cena.atendente("bia", *([fila] if outra_serve else [cena.fila("de bia")]))
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=ana, realocar=bia))
    cena.mundo.assentar()
    row = cena.ver(ticket)
    assert (row.status, row.atendente_id) == (("EM_ANDAMENTO", bia) if outra_serve else ("PENDENTE", None))
    cena.mundo.avancar(HORA)
    assert cena.ver(ticket).status == ("EM_ANDAMENTO" if outra_serve else "ABERTO")
    assert [um["atendenteId"] for um in lembretes(cena)] == ([] if outra_serve else [None])


def test_the_reminder_is_for_who_had_it_and_for_who_sees_all(cena: Cena) -> None:
    fila = cena.fila("fila")
    ana, bia = cena.atendente("ana", fila), cena.atendente("bia", fila)
    ticket = cena.ticket(fila)
    dono, outra = (ana, bia) if cena.dono(ticket) == ana else (bia, ana)
    adiar(cena, ticket)
    cena.mundo.avancar(HORA)
    (lembrete,) = cena.eventos("ticket_lembrete")
    viva = cena.mundo.vivas[EMPRESA]
    ve = {quem: alcanca(viva.diretorio, de(quem), set(), lembrete) for quem in (dono, outra)}
    assert ve == {dono: True, outra: False}
    assert alcanca(viva.diretorio, Quem(EMPRESA, None, "supervisor"), set(), lembrete)
