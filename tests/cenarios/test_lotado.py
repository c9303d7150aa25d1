"""Whoever is full is given nothing more, by whatever path it might come."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from actors.atendente.comandos import AtualizarAtendente, MudarPresenca
from actors.comandos import Comando
from actors.fila.comandos import AtualizarFila, IncluirMembro
from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    CriarTicket,
    EnviarMensagem,
    ReabrirTicket,
    TransferirTicket,
)
from engine.errors import BalcaoError
from engine.modelo import Quem
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores


class Lotada(Cena):
    """Ana has room for one, and has it. ``espera`` waits in the fila, ``resolvido`` was hers, ``pendente`` was nobody's
    when it was put off.
    """

    def __init__(self) -> None:
        super().__init__()
        self.vendas = self.fila("vendas")
        self.outra = self.fila("outra")
        self.ana = self.atendente("ana", self.vendas)
        self.resolvido = self.ticket(self.vendas)
        self.mudar(self.resolvido, "RESOLVIDO")
        self.dela = self.ticket(self.vendas)
        self.espera, self.pendente = self.ticket(self.vendas), self.ticket(self.vendas)
        self.mudar(self.pendente, "PENDENTE")
        self.de_fora = self.ticket(self.outra)


def _eu(cena: Lotada) -> Quem:
    return Quem(EMPRESA, cena.ana, "atendente")


CAMINHOS: dict[str, Callable[[Lotada], Comando[Any]]] = {
    "a new ticket": lambda c: CriarTicket(
        quem=ADMIN, contato_nome="x", contato_telefone="5511999998888", fila_id=c.vendas
    ),
    "atribuir": lambda c: AtribuirTicket(quem=ADMIN, ticket_id=c.espera, atendente_id=c.ana),
    "taking it oneself": lambda c: AtribuirTicket(quem=_eu(c), ticket_id=c.espera, atendente_id=c.ana),
    "taking it by its status": lambda c: AtualizarTicket(quem=_eu(c), ticket_id=c.espera, status="EM_ANDAMENTO"),
    "transferir": lambda c: TransferirTicket(quem=ADMIN, ticket_id=c.espera, atendente_id=c.ana),
    "transferir to her fila": lambda c: TransferirTicket(quem=ADMIN, ticket_id=c.de_fora, fila_id=c.vendas),
    "transferir to her fila and her": lambda c: TransferirTicket(
        quem=ADMIN, ticket_id=c.de_fora, fila_id=c.vendas, atendente_id=c.ana
    ),
    "reabrir": lambda c: ReabrirTicket(quem=ADMIN, ticket_id=c.resolvido),
    "reabrir by its status": lambda c: AtualizarTicket(quem=ADMIN, ticket_id=c.resolvido, status="EM_ANDAMENTO"),
    "the contact writes again": lambda c: EnviarMensagem(
        quem=ADMIN, ticket_id=c.resolvido, conteudo="oi", direcao="recebida"
    ),
    "the contact answers": lambda c: EnviarMensagem(
        quem=ADMIN, ticket_id=c.pendente, conteudo="oi", direcao="recebida"
    ),
    "a higher priority": lambda c: AtualizarTicket(quem=ADMIN, ticket_id=c.espera, prioridade="URGENTE"),
    "a fila with more in it": lambda c: IncluirMembro(quem=ADMIN, fila_id=c.outra, atendente_id=c.ana),
    "another strategy": lambda c: AtualizarFila(quem=ADMIN, fila_id=c.vendas, estrategia="ROUND_ROBIN"),
    "coming online again": lambda c: MudarPresenca(quem=ADMIN, atendente_id=c.ana, online=True),
    "a capacity that shrinks": lambda c: AtualizarAtendente(quem=ADMIN, atendente_id=c.ana, capacidade=0),
}


def recusa(cena: Lotada, caminho: str) -> str | None:
    """Go that way; the ``codigo`` of the refusal, if there is one."""
    resposta = cena.enviar(CAMINHOS[caminho](cena))
    cena.mundo.assentar()
    try:
        resposta.get()
    except BalcaoError as erro:
        return erro.codigo
    return None


@pytest.mark.parametrize("caminho", CAMINHOS)
def test_whoever_is_full_is_given_nothing_by_any_path(caminho: str) -> None:
    """chatwoot 13904, 13577: the limit held for automatic assignment, and on other paths it was not looked at."""
    cena = Lotada()
    assert cena.ativos(cena.ana) == 1
    assert recusa(cena, caminho) in {None, "atendente_lotado"}
    assert (cena.ativos(cena.ana), cena.dono(cena.dela)) == (1, cena.ana)
    conferir_atores(cena.mundo.vivas[EMPRESA])
