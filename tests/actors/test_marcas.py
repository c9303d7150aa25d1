"""Tags, language and skills of a ticket: set, told, kept, and gone with it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from actors.atendente.comandos import AtualizarAtendente
from actors.ticket.comandos import AtualizarTicket, CriarTicket, ExcluirTicket, VerTicket
from engine.exclusao import sem_o_excluido
from engine.modelo import Pedida, Rota, TicketRow
from tests.actors.cena import ADMIN, Cena


@pytest.fixture
def cena() -> Cena:
    return Cena()


def criado(cena: Cena, **campos: Any) -> TicketRow:
    return cena.pedir(CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888", **campos))


def mudado(cena: Cena, ticket_id: str, **campos: Any) -> TicketRow:
    return cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket_id, **campos))


INGLES = (Pedida("inglês", 3),)


def test_they_are_told_from_the_first_event_on_and_each_change_before_and_after(cena: Cena) -> None:
    row = criado(cena, etiquetas=("vip", "VIP"), idioma="pt-BR", habilidades=INGLES)
    assert row.rota == Rota(("vip",), "pt-BR", INGLES)
    dito = json.loads(cena.eventos("ticket_criado")[-1].dados)["ticket"]
    assert (dito["etiquetas"], dito["idioma"]) == (["vip"], "pt-BR")
    assert dito["habilidades"] == [{"nome": "inglês", "nivel": 3, "preferida": False}]
    mudado(cena, row.id, etiquetas=("urgente",), habilidades=None, assunto="Outro")
    evento = cena.eventos("ticket_atualizado")[-1]
    assert json.loads(evento.mudancas or "") == {
        "assunto": [None, "Outro"],
        "etiquetas": [["vip"], ["urgente"]],
        "habilidades": [[{"nome": "inglês", "nivel": 3, "preferida": False}], None],
    }
    assert json.loads(evento.dados)["ticket"]["idioma"] == "pt-BR"
    cena.reiniciar()
    assert cena.pedir(VerTicket(quem=ADMIN, ticket_id=row.id)).rota == Rota(("urgente",), "pt-BR")


def test_what_changes_nothing_is_no_event(cena: Cena) -> None:
    row = criado(cena, etiquetas=("vip",))
    antes = len(cena.eventos())
    assert mudado(cena, row.id, etiquetas=("vip", "Vip"), idioma=None) == row
    assert len(cena.eventos()) == antes


def test_with_a_status_they_change_too(cena: Cena) -> None:
    row = criado(cena)
    depois = mudado(cena, row.id, status="RESOLVIDO", etiquetas=("resolvido na hora",))
    assert (depois.status, depois.rota) == ("RESOLVIDO", Rota(("resolvido na hora",)))


def test_a_ticket_that_waits_asks_for_other_skills_at_once(cena: Cena) -> None:
    ana = cena.atendente("ana", capacidade=5)
    cena.pedir(AtualizarAtendente(quem=ADMIN, atendente_id=ana, habilidades=("Inglês",), niveis={"inglês": 2}))
    row = criado(cena, habilidades=INGLES)
    assert cena.dono(row.id) is None, "she does not know it that well"
    mudado(cena, row.id, habilidades=(Pedida("INGLES", 2),))
    assert cena.dono(row.id) == ana


def test_a_ticket_that_is_deleted_says_nothing_of_itself_any_more_and_neither_do_its_events(cena: Cena) -> None:
    row = criado(cena, etiquetas=("processo do João",), idioma="pt", habilidades=INGLES)
    criacao = cena.eventos("ticket_criado")[-1]
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=row.id))
    gravado = cena.loja.um(TicketRow, row.empresa_id, row.id)
    assert gravado is not None
    assert gravado.rota is None
    dito = msgspec.json.decode(sem_o_excluido(criacao, cena.eventos("ticket_excluido")[-1]).dados)["ticket"]
    assert (dito["etiquetas"], dito["idioma"], dito["habilidades"]) == ([], None, None)
