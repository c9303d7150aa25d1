"""A contact sees that somebody is writing to it, where its channel can show that."""

from __future__ import annotations

from typing import Any

import pytest

from actors.canal.comandos import (
    AtualizarCanal,
)
from actors.ticket.comandos import SinalizarDigitacao
from engine.modelo import EnvioRow
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CenaDeCanal, com_ticket

HORA = 3_600_000


def sinais(cena: CenaDeCanal) -> list[object]:
    return [um.envio.opcoes["sinal"] for um in cena.toma() if um.envio is not None and um.trabalho == "sinalizar"]


def test_the_contact_sees_that_somebody_is_writing_while_it_can_be_written_to() -> None:
    cena, ticket_id = com_ticket()
    cena.pedir(SinalizarDigitacao(quem=ADMIN, ticket_id=ticket_id))
    assert sinais(cena) == ["digitando"]
    cena.mundo.avancar(25 * HORA)
    cena.pedir(SinalizarDigitacao(quem=ADMIN, ticket_id=ticket_id))
    assert sinais(cena) == []


def test_that_somebody_was_writing_a_while_ago_is_not_told() -> None:
    cena, ticket_id = com_ticket()
    cena.pedir(SinalizarDigitacao(quem=ADMIN, ticket_id=ticket_id))
    cena.mundo.avancar(30_000)
    assert sinais(cena) == []
    assert {row.estado for row in cena.loja.de(EnvioRow, EMPRESA)} == {"cancelado"}
    cena.pedir(SinalizarDigitacao(quem=ADMIN, ticket_id=ticket_id))
    assert sinais(cena) == ["digitando"]


@pytest.mark.parametrize("tipo", ["sms", "email", "api"])
def test_other_channels_show_nothing_of_it(tipo: Any) -> None:
    cena, ticket_id = com_ticket(tipo)
    cena.pedir(SinalizarDigitacao(quem=ADMIN, ticket_id=ticket_id))
    assert not list(cena.loja.de(EnvioRow, EMPRESA))


def test_whoever_wants_its_reading_kept_to_itself_shows_nothing() -> None:
    cena, ticket_id = com_ticket()
    cena.pedir(AtualizarCanal(quem=ADMIN, canal_id=cena.canal_id, config='{"confirmarLeitura":false}'))
    cena.pedir(SinalizarDigitacao(quem=ADMIN, ticket_id=ticket_id))
    assert sinais(cena) == []
