"""A supervisor takes any ticket, and moves any: waiting, offered or somebody's; whoever had it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

import pytest

from actors.fila.comandos import IncluirMembro
from actors.fila.comandos_politica import GravarPolitica
from actors.ticket.comandos import AceitarOferta, AtribuirTicket, EnviarMensagem, TransferirTicket
from engine.modelo import Quem
from engine.politica.modelo import Oferta, Politica
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.mundo import uma_mensagem_por_vez


class Casa:
    """Ana serves a fila; Sofia supervises, serves it too, and was on a break when the ticket came."""

    def __init__(self, **politica: object) -> None:
        self.cena = Cena()
        self.fila, self.outra = self.cena.fila("fila"), self.cena.fila("outra")
        documento = Politica(**politica)  # type: ignore[arg-type]
        self.cena.pedir(GravarPolitica(quem=ADMIN, fila_id=self.fila, documento=documento))
        self.ana = self.cena.atendente("ana", self.fila)
        self.sofia = self.cena.atendente("sofia", self.fila)
        self.cena.pedir(IncluirMembro(quem=ADMIN, fila_id=self.outra, atendente_id=self.sofia))
        self.cena.presenca(self.sofia, online=True, estado="pausa")
        self.quem = Quem(EMPRESA, self.sofia, "supervisor")
        self.ticket = self.cena.ticket(self.fila)

    def toma(self, **campos: object) -> None:
        self.cena.presenca(self.sofia, online=True, estado="disponivel")
        comando = AtribuirTicket(quem=self.quem, ticket_id=self.ticket, atendente_id=self.sofia, **campos)  # type: ignore[arg-type]
        self.cena.pedir(comando)


def esperando() -> Casa:
    return Casa(estrategia="MANUAL")


def ofertado() -> Casa:
    casa = Casa(modo="oferta", oferta=Oferta(segundos=60))
    assert casa.cena.ver(casa.ticket).rota.oferta.atendentes == (casa.ana,)  # type: ignore[union-attr]
    return casa


def da_ana() -> Casa:
    casa = Casa()
    assert casa.cena.dono(casa.ticket) == casa.ana
    return casa


def respondido() -> Casa:
    casa = da_ana()
    dela = Quem(EMPRESA, casa.ana, "atendente")
    casa.cena.pedir(EnviarMensagem(quem=dela, ticket_id=casa.ticket, conteudo="Olá"))
    return casa


def pendente() -> Casa:
    casa = da_ana()
    casa.cena.mudar(casa.ticket, "PENDENTE")
    return casa


def resolvido() -> Casa:
    casa = da_ana()
    casa.cena.mudar(casa.ticket, "RESOLVIDO")
    return casa


COMO: Final = (esperando, ofertado, da_ana, respondido, pendente, resolvido)


@pytest.mark.parametrize("como", COMO, ids=lambda um: um.__name__)
def test_she_takes_it_whatever_it_is_doing(como: Callable[[], Casa]) -> None:
    casa = como()
    casa.toma()
    assert casa.cena.dono(casa.ticket) == casa.sofia
    assert casa.cena.ver(casa.ticket).status == "EM_ANDAMENTO"
    assert (casa.cena.ativos(casa.ana), casa.cena.ativos(casa.sofia)) == (0, 1)


@pytest.mark.parametrize("como", COMO, ids=lambda um: um.__name__)
def test_she_moves_it_to_another_fila_whatever_it_is_doing(como: Callable[[], Casa]) -> None:
    casa = como()
    casa.cena.pedir(TransferirTicket(quem=casa.quem, ticket_id=casa.ticket, fila_id=casa.outra))
    row = casa.cena.ver(casa.ticket)
    assert (row.fila_id, row.status, row.atendente_id, casa.cena.ativos(casa.ana)) == (casa.outra, "ABERTO", None, 0)


@pytest.mark.parametrize("como", COMO, ids=lambda um: um.__name__)
def test_she_moves_it_to_an_agent_of_another_fila_whatever_it_is_doing(como: Callable[[], Casa]) -> None:
    casa = como()
    bia = casa.cena.atendente("bia", casa.outra)
    comando = TransferirTicket(quem=casa.quem, ticket_id=casa.ticket, fila_id=casa.outra, atendente_id=bia)
    casa.cena.pedir(comando)
    assert (casa.cena.dono(casa.ticket), casa.cena.ver(casa.ticket).fila_id) == (bia, casa.outra)


def test_an_offer_that_stands_falls_and_who_was_asked_is_told() -> None:
    casa = ofertado()
    casa.toma()
    caiu = json.loads(casa.cena.eventos("oferta_expirada")[-1].dados)
    assert (caiu["atendentes"], caiu["motivo"]) == ([casa.ana], "aceita")
    recusa = AceitarOferta(quem=Quem(EMPRESA, casa.ana, "atendente"), ticket_id=casa.ticket)
    assert casa.cena.recusa(recusa) == "ticket_ja_atribuido"
    casa.cena.mundo.avancar(120_000)
    assert casa.cena.dono(casa.ticket) == casa.sofia
    assert casa.cena.dono(casa.cena.ticket(casa.outra)) is None  # she has no room: it is hers once


def test_an_offer_that_stands_falls_when_the_ticket_is_moved() -> None:
    casa = ofertado()
    casa.cena.pedir(TransferirTicket(quem=casa.quem, ticket_id=casa.ticket, fila_id=casa.outra))
    caiu = json.loads(casa.cena.eventos("oferta_expirada")[-1].dados)
    assert (caiu["atendentes"], caiu["motivo"]) == ([casa.ana], "retirada")


def test_whoever_had_it_is_told() -> None:
    casa = da_ana()
    casa.toma()
    atribuido = casa.cena.eventos("ticket_atribuido")[-1]
    assert (atribuido.atendente_id, atribuido.atendente_anterior_id) == (casa.sofia, casa.ana)
    casa.cena.pedir(TransferirTicket(quem=casa.quem, ticket_id=casa.ticket, fila_id=casa.outra))
    transferido = casa.cena.eventos("ticket_transferido")[-1]
    assert (transferido.atendente_anterior_id, transferido.fila_anterior_id) == (casa.sofia, casa.fila)


def test_beyond_her_room_only_by_force_and_the_refusal_says_so() -> None:
    casa = da_ana()
    casa.cena.presenca(casa.sofia, online=True, estado="disponivel")
    assert casa.cena.dono(casa.cena.ticket(casa.outra)) == casa.sofia
    comando = AtribuirTicket(quem=casa.quem, ticket_id=casa.ticket, atendente_id=casa.sofia)
    erro = casa.cena.erro(comando)
    assert (erro.codigo, erro.message) == ("atendente_lotado", "sofia já ocupa suas 1 vagas")
    assert [(um.campo, '"forcar": true' in um.problema) for um in erro.detalhes] == [("atendenteId", True)]
    assert casa.cena.dono(casa.ticket) == casa.ana
    casa.toma(forcar=True)
    assert casa.cena.ver(casa.ticket).forcado


def test_of_a_fila_that_she_does_not_serve_not_even_by_force_and_the_refusal_says_what_to_do() -> None:
    casa = da_ana()
    de_fora = casa.cena.atendente("de fora", casa.outra)
    erro = casa.cena.erro(AtribuirTicket(quem=casa.quem, ticket_id=casa.ticket, atendente_id=de_fora, forcar=True))
    assert (erro.codigo, "inclua-o na fila" in erro.message) == ("atendente_fora_da_fila", True)


def test_who_is_no_supervisor_takes_nothing_of_anothers() -> None:
    casa = da_ana()
    bia = casa.cena.atendente("bia", casa.fila)
    comando = AtribuirTicket(quem=Quem(EMPRESA, bia, "atendente"), ticket_id=casa.ticket, atendente_id=bia)
    assert casa.cena.recusa(comando) == "ticket_ja_atribuido"


@pytest.mark.parametrize("passes", range(6))
def test_she_takes_it_while_the_one_who_is_asked_accepts(passes: int) -> None:
    """Whoever comes last: if that is she, it is hers; if Ana, she is told who has it."""
    casa = ofertado()
    casa.cena.presenca(casa.sofia, online=True, estado="disponivel")
    with uma_mensagem_por_vez():
        aceita = casa.cena.enviar(AceitarOferta(quem=Quem(EMPRESA, casa.ana, "atendente"), ticket_id=casa.ticket))
        casa.cena.mundo.andar(passes)
        toma = casa.cena.enviar(AtribuirTicket(quem=casa.quem, ticket_id=casa.ticket, atendente_id=casa.sofia))
    casa.cena.mundo.assentar()
    assert (aceita.is_set, toma.is_set) == (True, True)
    assert casa.cena.dono(casa.ticket) == casa.sofia
    assert (casa.cena.ativos(casa.ana), casa.cena.ativos(casa.sofia)) == (0, 1)


# -- the note that goes with it --------------------------------------------------------------------------------------

NOTA: Final = "Já confirmei o CPF.\n\tQuer a segunda via."


def test_a_note_goes_with_it_and_is_kept_in_the_history() -> None:
    casa = da_ana()
    antes = len(casa.cena.eventos("nova_mensagem"))
    casa.cena.pedir(TransferirTicket(quem=casa.quem, ticket_id=casa.ticket, fila_id=casa.outra, nota=NOTA))
    evento = casa.cena.eventos("ticket_transferido")[-1]
    assert json.loads(evento.dados)["nota"] == NOTA
    assert (evento.fila_id, evento.ator_id) == (casa.outra, casa.sofia)
    assert len(casa.cena.eventos("nova_mensagem")) == antes


def test_a_note_is_not_kept_where_nothing_moves() -> None:
    casa = esperando()
    comando = TransferirTicket(quem=casa.quem, ticket_id=casa.ticket, fila_id=casa.fila, nota=NOTA)
    antes = len(casa.cena.eventos())
    casa.cena.pedir(comando)
    assert len(casa.cena.eventos()) == antes
