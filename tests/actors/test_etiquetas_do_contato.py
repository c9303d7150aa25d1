"""Tags of contacts: what their tickets know of them, from the first moment on and through every change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.ticket.comandos import AtualizarTicket, CriarTicket, EncerrarTicket, ReabrirTicket
from engine.identidade import ETIQUETAS_NO_MAXIMO
from engine.modelo import ContatoRow, Rota, TicketRow
from engine.sla.modelo import Quando
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.actors.cena_sla import CenaSla


@pytest.fixture
def cena() -> Cena:
    return Cena()


def contato(cena: Cena, telefone: str = "5511999998888", *etiquetas: str) -> ContatoRow:
    return cena.pedir(CriarContato(quem=ADMIN, nome="João", telefone=telefone, etiquetas=etiquetas))


def ticket(cena: Cena, telefone: str = "5511999998888", **campos: Any) -> TicketRow:
    return cena.pedir(CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone=telefone, **campos))


def etiquetar(cena: Cena, row: ContatoRow, *etiquetas: str) -> ContatoRow:
    return cena.pedir(AtualizarContato(quem=ADMIN, contato_id=row.id, etiquetas=etiquetas))


def do_contato(cena: Cena, ticket_id: str) -> tuple[str, ...]:
    """What the ticket knows, which is what is stored of it."""
    guardado = cena.loja.um(TicketRow, EMPRESA, ticket_id)
    assert guardado is not None
    return (guardado.rota or Rota()).etiquetas_do_contato


def test_a_new_ticket_knows_the_tags_of_its_contact_from_its_first_event_on(cena: Cena) -> None:
    contato(cena, "5511999998888", "VIP", "vip", "Inadimplente")
    row = ticket(cena, etiquetas=("urgente",))
    assert row.rota == Rota(etiquetas=("urgente",), etiquetas_do_contato=("VIP", "Inadimplente"))
    dito = json.loads(cena.eventos("ticket_criado")[-1].dados)["ticket"]
    assert (dito["etiquetas"], dito["contato_etiquetas"]) == (["urgente"], ["VIP", "Inadimplente"])


def test_a_ticket_of_a_contact_without_tags_has_nothing_more_to_keep(cena: Cena) -> None:
    assert ticket(cena).rota is None


def test_open_tickets_follow_their_contact_and_tell_before_and_after(cena: Cena) -> None:
    dele = contato(cena)
    row = ticket(cena, etiquetas=("urgente",))
    etiquetar(cena, dele, "vip")
    evento = cena.eventos("ticket_atualizado")[-1]
    assert json.loads(evento.mudancas or "") == {"contato_etiquetas": [[], ["vip"]]}
    assert json.loads(evento.dados)["ticket"]["contato_etiquetas"] == ["vip"]
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=row.id, etiquetas=()))
    assert cena.ver(row.id).rota == Rota(etiquetas_do_contato=("vip",))
    cena.reiniciar()
    assert cena.ver(row.id).rota == Rota(etiquetas_do_contato=("vip",))
    etiquetar(cena, dele)
    assert cena.ver(row.id).rota is None


def test_closed_tickets_follow_too_and_know_it_when_they_open_again(cena: Cena) -> None:
    dele = contato(cena, "5511999998888", "antiga")
    row = ticket(cena)
    cena.pedir(AtualizarTicket(quem=ADMIN, ticket_id=row.id, status="RESOLVIDO"))
    etiquetar(cena, dele, "nova")
    assert do_contato(cena, row.id) == ("nova",)
    cena.pedir(ReabrirTicket(quem=ADMIN, ticket_id=row.id))
    assert do_contato(cena, row.id) == ("nova",)


def test_the_contact_tells_its_tags_before_and_after_and_nothing_if_they_are_the_same(cena: Cena) -> None:
    dele = contato(cena, "5511999998888", "vip")
    assert json.loads(cena.eventos("contato_criado")[-1].dados)["contato"]["etiquetas"] == ["vip"]
    antes = len(cena.eventos())
    assert etiquetar(cena, dele, "vip", "VIP") == dele
    assert len(cena.eventos()) == antes
    etiquetar(cena, dele, "Vip", "ouro")
    evento = cena.eventos("contato_atualizado")[-1]
    assert json.loads(evento.mudancas or "") == {"etiquetas": [["vip"], ["Vip", "ouro"]]}


def test_contacts_that_are_merged_have_the_tags_of_both_and_so_have_their_tickets(cena: Cena) -> None:
    um, outro = contato(cena, "5511999998888", "VIP", "sul"), contato(cena, "5511999997777", "vip", "norte")
    dele, do_outro = ticket(cena), ticket(cena, "5511999997777")
    unido = cena.pedir(UnirContatos(quem=ADMIN, contato_id=um.id, outro_id=outro.id))
    assert unido.etiquetas == ("VIP", "sul", "norte")
    for row in (dele, do_outro):
        assert do_contato(cena, row.id) == unido.etiquetas
    saiu = cena.loja.um(ContatoRow, EMPRESA, outro.id)
    assert saiu is not None
    assert saiu.etiquetas == ()


def test_a_contact_of_many_keeps_as_many_tags_as_are_bounded(cena: Cena) -> None:
    um = contato(cena, "5511999998888", *(f"e{n}" for n in range(20)))
    for n in range(1, 7):
        outro = contato(cena, f"551199999777{n}", *(f"e{n}-{m}" for m in range(20)))
        um = cena.pedir(UnirContatos(quem=ADMIN, contato_id=um.id, outro_id=outro.id))
    assert len(um.etiquetas) == ETIQUETAS_NO_MAXIMO
    assert um.etiquetas[:20] == tuple(f"e{n}" for n in range(20))


def test_a_contact_that_is_deleted_leaves_no_tag_in_its_tickets(cena: Cena) -> None:
    dele = contato(cena, "5511999998888", "segredo")
    row = ticket(cena)
    cena.pedir(EncerrarTicket(quem=ADMIN, ticket_id=row.id))
    cena.pedir(ExcluirContato(quem=ADMIN, contato_id=dele.id))
    assert do_contato(cena, row.id) == ()
    excluido = cena.loja.um(ContatoRow, EMPRESA, dele.id)
    assert excluido is not None
    assert excluido.etiquetas == ()


def test_a_policy_for_a_tag_holds_for_tickets_of_contacts_that_have_it_from_then_on() -> None:
    cena = CenaSla()
    cena.politica(primeira_resposta_segundos=3600, quando=Quando(etiquetas=("vip",)))
    dele = contato(cena)
    row = ticket(cena)
    assert cena.vista(row.id).prazo_primeira_resposta is None
    etiquetar(cena, dele, "VIP")
    assert cena.vista(row.id).prazo_primeira_resposta is not None
    assert cena.vista(ticket(cena).id).prazo_primeira_resposta is not None
    etiquetar(cena, dele)
    assert cena.vista(row.id).prazo_primeira_resposta is None
