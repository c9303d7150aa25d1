"""What is promised, where something else goes on at the same time: found by the simulation, each by itself."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from actors.canal.ganchos import CriarGancho
from actors.contatos.comandos import AtualizarContato, CriarContato
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import CriarTicket, EnviarMensagem
from actors.ticket.mensagens import RecalcularSla
from actors.ticket.ticket import Ticket
from engine.documentos.especies import POLITICA_SLA
from engine.modelo import EnvioRow
from engine.politica.modelo import Politica
from engine.sla.modelo import Escalonamento, PoliticaSla, Quando
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_sla import HORA, MINUTO, CenaSla


@pytest.fixture
def cena() -> CenaSla:
    return CenaSla()


def test_what_is_answered_while_it_waits_takes_the_place_of_its_next_deadline(cena: CenaSla) -> None:
    fila = cena.fila("fila")
    cena.pedir(GravarPolitica(quem=ADMIN, fila_id=fila, documento=Politica(ordem="prazo")))
    cena.politica(primeira_resposta_segundos=3600, resolucao_segundos=36_000)
    respondido, outro = cena.ticket(fila), cena.ticket(fila)
    cena.pedir(EnviarMensagem(quem=ADMIN, ticket_id=respondido, conteudo="Já vai"))
    bia = cena.atendente("bia", fila)
    assert (cena.dono(respondido), cena.dono(outro)) == (None, bia)


def test_what_is_open_again_without_a_promise_is_resolved_by_no_time(cena: CenaSla) -> None:
    com = cena.politica(resolucao_segundos=3600, quando=Quando(prioridades=("NORMAL",)))
    cena.politica("Alta", primeira_resposta_segundos=60, quando=Quando(prioridades=("ALTA",)))
    ticket = cena.ticket()
    cena.mudar(ticket, "RESOLVIDO")
    cena.prioridade(ticket, "ALTA")
    cena.reabrir(ticket)
    assert cena.prazos(ticket)[2] is None
    cena.mundo.avancar(10 * HORA)
    assert {alvo for alvo, _, _ in cena.ditos()} == {"primeiraResposta"}
    cena.prioridade(ticket, "NORMAL")
    assert cena.prazos(ticket)[2] == "13:00"  # an hour from the reopening
    assert com


def test_how_long_it_was_resolved_does_not_count_for_a_policy_that_comes_later(cena: CenaSla) -> None:
    cena.politica(resolucao_segundos=3600, quando=Quando(prioridades=("ALTA",)))
    ticket = cena.ticket()
    cena.mudar(ticket, "RESOLVIDO")
    cena.mundo.avancar(5 * HORA)
    cena.reabrir(ticket)
    cena.mundo.avancar(10 * MINUTO)
    cena.prioridade(ticket, "ALTA")
    assert cena.prazos(ticket)[2] == "18:00"
    assert cena.ditos() == []


def test_a_crash_does_not_lose_that_the_rules_have_changed(cena: CenaSla, monkeypatch: pytest.MonkeyPatch) -> None:
    politica = cena.politica(resolucao_segundos=36_000)
    ticket = cena.ticket()
    certo, vezes = Ticket.handlers[RecalcularSla], [0]

    def quebra_uma_vez(ator: Any, mensagem: Any) -> Any:
        vezes[0] += 1
        if vezes[0] == 1:
            raise RuntimeError("crash")
        return certo(ator, mensagem)

    monkeypatch.setitem(Ticket.handlers, RecalcularSla, quebra_uma_vez)
    cena.regravar(POLITICA_SLA.tipo, politica, PoliticaSla(resolucao_segundos=3600))
    cena.mundo.assentar()
    assert cena.prazos(ticket)[2] == "13:00"
    cena.mundo.avancar(HORA)
    assert cena.ditos(ticket)[-1] == ("resolucao", None, False)


def test_a_webhook_that_two_escalations_name_is_told_once(cena: CenaSla) -> None:
    gancho = cena.pedir(CriarGancho(quem=ADMIN, url="https://crm.example.net/x", eventos=("ticket_criado",))).row.id
    um = Escalonamento(em="violado", webhook=gancho)
    outro = replace(um, elevar_prioridade="ALTA")
    cena.politica(primeira_resposta_segundos=3600, escalonamentos=(um, outro))
    cena.ticket()
    cena.mundo.avancar(HORA)
    assert sum('"sla_violado"' in row.dados for row in cena.loja.de(EnvioRow, EMPRESA)) == 1


def test_what_is_to_go_to_a_fila_that_is_being_deleted_stays_and_is_told_all_the_same(cena: CenaSla) -> None:
    fila, saindo = cena.fila("fila"), cena.fila("saindo")
    mover = Escalonamento(em="violado", fila=saindo, elevar_prioridade="ALTA")
    cena.politica(primeira_resposta_segundos=3600, escalonamentos=(mover,))
    ticket = cena.ticket(fila)
    cena.mundo.vivas[EMPRESA].vai_sair(saindo, fila)
    cena.mundo.avancar(HORA)
    assert (cena.ver(ticket).fila_id, cena.ver(ticket).prioridade) == (fila, "ALTA")
    assert cena.ditos(ticket)[-1] == ("primeiraResposta", None, False)


def test_what_ends_because_the_contact_is_tagged_otherwise_is_told(cena: CenaSla) -> None:
    cena.politica(primeira_resposta_segundos=3600, quando=Quando(etiquetas=("vip",)))
    comum = cena.pedir(CriarContato(quem=ADMIN, nome="Ana", telefone="5511987654321", etiquetas=("vip",))).id
    ticket = cena.pedir(CriarTicket(quem=ADMIN, contato_nome="Ana", contato_telefone="5511987654321")).id
    assert cena.prazos(ticket)[0] is not None
    cena.pedir(AtualizarContato(quem=ADMIN, contato_id=comum, visto=True, etiquetas=()))
    cena.mundo.assentar()
    assert cena.prazos(ticket)[0] is None
    assert cena.desfechos(ticket) == {"slaPrimeiraResposta": "cancelado"}
