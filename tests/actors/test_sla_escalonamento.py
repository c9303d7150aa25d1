"""What is done when a target is near its time, or past it: once, in the turn that tells it."""

from __future__ import annotations

import msgspec
import pytest

from actors.canal.ganchos import CriarGancho, ExcluirGancho, ListarGanchos
from actors.documentos.comandos import ExcluirDocumento
from actors.ticket.comandos import AtribuirTicket
from engine.errors import Conflict
from engine.modelo import EnvioRow, EventoRow
from engine.sla.modelo import Escalonamento, Quando
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_sla import HORA, MINUTO, CenaSla


@pytest.fixture
def cena() -> CenaSla:
    return CenaSla()


def quantos(cena: CenaSla, tipo: str) -> int:
    return sum(1 for row in cena.loja.eventos if row.tipo == tipo)


def test_the_priority_is_raised_and_never_lowered(cena: CenaSla) -> None:
    elevar = Escalonamento(em="alerta", porcento=50, elevar_prioridade="ALTA")
    cena.politica(primeira_resposta_segundos=3600, alertas_porcento=(50,), escalonamentos=(elevar,))
    normal, urgente = cena.ticket(), cena.ticket(prioridade="URGENTE")
    cena.mundo.avancar(30 * MINUTO)
    assert [cena.ver(id_).prioridade for id_ in (normal, urgente)] == ["ALTA", "URGENTE"]
    cena.prioridade(normal, "BAIXA")
    cena.reiniciar()
    cena.mundo.avancar(HORA)
    assert cena.ver(normal).prioridade == "BAIXA"  # once


def test_what_is_raised_goes_by_the_policy_of_its_new_priority_without_end(cena: CenaSla) -> None:
    """Each tells its own, each once, though one brings the other."""
    elevar = Escalonamento(em="violado", elevar_prioridade="URGENTE")
    cena.politica("Urgente", primeira_resposta_segundos=60, quando=Quando(prioridades=("URGENTE",)), ordem=1)
    cena.politica("Outras", primeira_resposta_segundos=3600, resolucao_segundos=7200, escalonamentos=(elevar,))
    ticket = cena.ticket()
    cena.mundo.avancar(10 * HORA)
    assert cena.ver(ticket).prioridade == "URGENTE"
    assert cena.ditos() == [("primeiraResposta", 80, False), ("primeiraResposta", None, False)]
    assert cena.vista(ticket).prazo_resolucao is None  # the policy of what is urgent promises none


def test_it_goes_to_another_fila(cena: CenaSla) -> None:
    fila, nivel_2 = cena.fila("um", estrategia="MANUAL"), cena.fila("dois")
    bia = cena.atendente("bia", nivel_2)
    mover = Escalonamento(em="violado", alvo="primeiraResposta", fila=nivel_2)
    cena.politica(primeira_resposta_segundos=3600, escalonamentos=(mover,))
    ticket = cena.ticket(fila)
    cena.mundo.avancar(HORA)
    assert (cena.ver(ticket).fila_id, cena.dono(ticket)) == (nivel_2, bia)
    assert quantos(cena, "ticket_transferido") == 1


def test_it_goes_back_to_the_line_for_somebody_else(cena: CenaSla) -> None:
    fila = cena.fila("fila")
    bia = cena.atendente("bia", fila)
    devolver = Escalonamento(em="alerta", devolver=True)
    cena.politica(primeira_resposta_segundos=3600, escalonamentos=(devolver,))
    ticket = cena.ticket(fila)
    assert cena.dono(ticket) == bia
    caio = cena.atendente("caio", fila)
    cena.mundo.avancar(48 * MINUTO)
    assert cena.dono(ticket) == caio


def test_who_has_no_room_is_not_given_it_and_the_rest_is_done_all_the_same(cena: CenaSla) -> None:
    fila = cena.fila("fila", estrategia="MANUAL")
    bia = cena.atendente("bia", fila)
    cheio = cena.ticket(fila)
    cena.pedir(AtribuirTicket(quem=ADMIN, ticket_id=cheio, atendente_id=bia))
    dar = Escalonamento(em="violado", atendente=bia, elevar_prioridade="URGENTE")
    cena.politica(primeira_resposta_segundos=3600, escalonamentos=(dar,))
    ticket = cena.ticket(fila)
    cena.mundo.avancar(HORA)
    assert (cena.dono(ticket), cena.ver(ticket).prioridade) == (None, "URGENTE")


def test_what_was_told_late_is_escalated_all_the_same(cena: CenaSla) -> None:
    cena.politica(
        primeira_resposta_segundos=3600, escalonamentos=(Escalonamento(em="violado", elevar_prioridade="ALTA"),)
    )
    ticket = cena.ticket()
    cena.mundo.fechar()
    cena.clock.advance_to(cena.clock.now() + 24 * HORA)
    cena.reiniciar()
    cena.mundo.avancar(0)
    assert cena.ver(ticket).prioridade == "ALTA"


def test_the_history_says_that_the_system_did_it(cena: CenaSla) -> None:
    cena.politica(
        primeira_resposta_segundos=3600, escalonamentos=(Escalonamento(em="violado", elevar_prioridade="ALTA"),)
    )
    cena.ticket()
    cena.mundo.avancar(HORA)
    (mudou,) = [row for row in cena.loja.eventos if row.mudancas and '"prioridade"' in row.mudancas]
    assert isinstance(mudou, EventoRow)
    assert (mudou.ator_papel, msgspec.json.decode(mudou.mudancas or "")["prioridade"]) == (
        "sistema",
        ["NORMAL", "ALTA"],
    )


@pytest.mark.parametrize("pedidos", [("ticket_criado",), ("sla_violado",), ("*",)])
def test_a_webhook_is_told_once_whatever_it_has_asked_for(cena: CenaSla, pedidos: tuple[str, ...]) -> None:
    gancho = cena.pedir(CriarGancho(quem=ADMIN, url="https://crm.example.net/x", eventos=pedidos)).row.id
    avisar = Escalonamento(em="violado", webhook=gancho)
    cena.politica(primeira_resposta_segundos=3600, escalonamentos=(avisar,))
    cena.ticket()
    cena.mundo.avancar(HORA)
    envios = [row for row in cena.loja.de(EnvioRow, EMPRESA) if '"sla_violado"' in row.dados]
    assert [row.canal_id for row in envios] == [gancho]


def test_a_webhook_that_a_policy_escalates_to_is_deleted_only_after_it_is_named_no_more(cena: CenaSla) -> None:
    gancho = cena.pedir(CriarGancho(quem=ADMIN, url="https://crm.example.net/x", eventos=("*",))).row.id
    avisar = Escalonamento(em="violado", webhook=gancho)
    politica = cena.politica(primeira_resposta_segundos=3600, escalonamentos=(avisar,))
    with pytest.raises(Conflict) as recusa:
        cena.pedir(ExcluirGancho(quem=ADMIN, canal_id=gancho))
    assert recusa.value.codigo == "webhook_em_uso"
    assert [um.campo for um in recusa.value.detalhes] == ["politica_sla"]
    cena.pedir(ExcluirDocumento(quem=ADMIN, tipo="politica_sla", documento_id=politica))
    cena.pedir(ExcluirGancho(quem=ADMIN, canal_id=gancho))
    assert cena.pedir(ListarGanchos(quem=ADMIN)) == []
