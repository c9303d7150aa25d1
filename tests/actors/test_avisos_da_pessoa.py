"""What is kept of people for their notices: it goes with them, and with what it names."""

from __future__ import annotations

import pytest

from actors.atendente.comandos import ExcluirAtendente
from actors.empresa.comandos_de_avisos import MudarPreferencias, VerPreferencias
from actors.ticket.comandos import ExcluirTicket
from engine.avisos.modelo import Preferencias, Resumo, Silencio
from engine.errors import Invalid
from engine.modelo import (
    Quem,
)
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_avisos import CHEFE, HORA, CenaDeAvisos, por


def test_what_is_kept_of_a_person_goes_with_it() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", janela_segundos=60, **por("email", "app", papeis=("supervisor",), dono=True))
    cena.prefere(cena.ana, fuso="UTC", resumo=Resumo())
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.atendente("rui", capacidade=50)
    cena.pedir(ExcluirAtendente(quem=ADMIN, atendente_id=cena.ana, realocar=cena.atendente("bia", capacidade=50)))
    assert cena.ana not in {row.usuario_id for row in cena.de_pessoas()}
    assert cena.notificacoes(CHEFE)
    cena.passa(48 * HORA)
    assert all(para != "ana@x.y" for para, _ in cena.envios("enviar_email"))


def test_what_names_a_contact_goes_with_its_ticket() -> None:
    cena = CenaDeAvisos()
    cena.regra("nova_mensagem", **por("app"))
    ticket_id = cena.ticket()
    cena.recebida(ticket_id)
    cena.pedir(ExcluirTicket(quem=ADMIN, ticket_id=ticket_id))
    assert cena.notificacoes(cena.ana) == []


def test_preferences_are_kept_and_what_they_cannot_be_is_said_all_at_once() -> None:
    cena = CenaDeAvisos()
    cena.prefere(cena.ana, telefone="11 98888-7777", fuso="Europe/Lisbon")
    cena.reiniciar()
    quem = Quem(EMPRESA, cena.ana, "atendente")
    vistas = cena.pedir(VerPreferencias(quem=quem))
    assert (vistas.preferencias.telefone, vistas.preferencias.fuso, vistas.email) == (
        "5511988887777", "Europe/Lisbon", "ana@x.y",
    )  # fmt: skip
    erradas = Preferencias(fuso="America/Sao_Palo", silencio=Silencio(de="08:00", ate="08:00"))
    with pytest.raises(Invalid) as erro:
        cena.pedir(MudarPreferencias(quem=quem, preferencias=erradas))
    assert [um.campo for um in erro.value.detalhes] == ["fuso", "silencio"]
