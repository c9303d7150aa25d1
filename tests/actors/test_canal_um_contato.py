"""A contact is one lane, by whatever address it writes and wherever it is reached by now."""

from __future__ import annotations

import pytest

from actors.canal.comandos import (
    PausarCanal,
    RetomarCanal,
)
from actors.ticket.comandos import CriarTicket
from engine.conector.enderecos import Endereco
from tests.actors.cena import ADMIN
from tests.actors.cena_canal import JOAO, com_ticket, um

SEM_NONO, USUARIO = Endereco("telefone", "551199990001"), Endereco("usuario", "BR.77")


@pytest.mark.parametrize(("antes", "depois"), [(SEM_NONO, JOAO), (USUARIO, JOAO), (JOAO, SEM_NONO), (JOAO, USUARIO)])
@pytest.mark.parametrize("reiniciado", [False, True])
def test_from_whatever_address_a_contact_writes_its_answers_keep_their_order(
    antes: Endereco, depois: Endereco, reiniciado: bool
) -> None:
    cena, ticket_id = com_ticket(de=antes)
    cena.pedir(PausarCanal(quem=ADMIN, canal_id=cena.canal_id))
    primeira = cena.responde(ticket_id, "p1")
    tambem = (USUARIO,) if USUARIO in {antes, depois} else ()
    assert cena.escreve(depois, tambem=tambem if depois is not USUARIO else (JOAO,)).ticket_id == ticket_id
    segunda = cena.responde(ticket_id, "p2")
    if reiniciado:
        cena.reiniciar()
    cena.pedir(RetomarCanal(quem=ADMIN, canal_id=cena.canal_id))
    trabalho = um(cena.toma())
    assert trabalho.id == primeira.id
    cena.resultado(trabalho, "falhou", classe="contato", codigo="131056")
    assert cena.toma() == [], "the second waits behind the first"
    cena.mundo.avancar(10_000)
    cena.resultado(um(cena.toma()))
    assert um(cena.toma()).id == segunda.id


def test_a_ticket_that_people_opened_goes_by_the_lane_of_its_contact_too() -> None:
    cena, ticket_id = com_ticket(tipo="api")
    por_mao = cena.pedir(
        CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="11999990001", canal_id=cena.canal_id)
    )
    primeira, segunda = cena.responde(ticket_id), cena.responde(por_mao.id)
    assert cena.envio(primeira.id).raia == cena.envio(segunda.id).raia
    assert um(cena.toma()).id == primeira.id


def test_what_waits_goes_where_the_contact_is_reached_by_now() -> None:
    cena, ticket_id = com_ticket(de=SEM_NONO)
    cena.responde(ticket_id)
    cena.escreve(JOAO)
    trabalho = um(cena.toma())
    assert trabalho.envio is not None
    assert trabalho.envio.para == JOAO
