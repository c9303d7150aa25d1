"""The dates of a ticket, on every path through its life."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from actors.ticket.comandos import (
    AtribuirTicket,
    AtualizarTicket,
    EncerrarTicket,
    EnviarMensagem,
    ExcluirTicket,
    ReabrirTicket,
    TransferirTicket,
)
from engine.modelo import Quem, Status, TicketRow
from tests.actors.cena import ADMIN, EMPRESA, Cena

HORA = 3_600_000
Datas = tuple[str, int | None, int | None, int | None]
"""Status, and at which step the three dates were set: first answer, resolution, closing."""


class Vida(Cena):
    """One ticket and its agent. Each step takes a second; dates are told by the number of their step, from 1."""

    def __init__(self) -> None:
        super().__init__()
        self.ana = self.atendente("ana", capacidade=5)
        self.outra = self.fila("outra")
        self.id = self.ticket()
        self.inicio = self.clock.now()

    def passo(self, acao: Callable[[Vida], object]) -> None:
        self.mundo.avancar(1_000)
        acao(self)

    def datas(self) -> Datas:
        row = self.loja.um(TicketRow, EMPRESA, self.id)
        assert row is not None
        quando = (row.data_primeira_resposta, row.data_resolucao, row.data_fechamento)
        primeira, resolucao, fechamento = (None if em is None else (em - self.inicio) // 1_000 for em in quando)
        return row.status, primeira, resolucao, fechamento


def para(status: Status) -> Callable[[Vida], object]:
    return lambda v: v.pedir(AtualizarTicket(quem=Quem(EMPRESA, v.ana, "admin"), ticket_id=v.id, status=status))


def encerrar(v: Vida) -> None:
    v.pedir(EncerrarTicket(quem=ADMIN, ticket_id=v.id))


def reabrir(v: Vida) -> None:
    v.pedir(ReabrirTicket(quem=ADMIN, ticket_id=v.id))


def excluir(v: Vida) -> None:
    v.pedir(ExcluirTicket(quem=ADMIN, ticket_id=v.id))


def responder(v: Vida) -> None:
    v.pedir(EnviarMensagem(quem=ADMIN, ticket_id=v.id, conteudo="oi"))


def robo(v: Vida) -> None:
    v.pedir(EnviarMensagem(quem=Quem(EMPRESA, None, "conector"), ticket_id=v.id, conteudo="oi"))


def escrever(v: Vida) -> None:
    """The contact does."""
    v.recebida(v.id)


def atribuir(v: Vida) -> None:
    v.pedir(AtribuirTicket(quem=ADMIN, ticket_id=v.id, atendente_id=v.ana))


def transferir_a_fila(v: Vida) -> None:
    v.pedir(TransferirTicket(quem=ADMIN, ticket_id=v.id, fila_id=v.outra))


def transferir_ao_atendente(v: Vida) -> None:
    v.pedir(TransferirTicket(quem=ADMIN, ticket_id=v.id, atendente_id=v.ana))


def ir_embora(v: Vida) -> None:
    """The agent, and with it the ticket."""
    v.presenca(v.ana, online=False)


RESOLVER, FECHAR = para("RESOLVIDO"), para("FECHADO")


@pytest.mark.parametrize(
    ("passos", "esperado"),
    [
        ([], ("EM_ANDAMENTO", None, None, None)),
        ([responder], ("EM_ANDAMENTO", 1, None, None)),
        ([robo], ("EM_ANDAMENTO", None, None, None)),
        ([escrever], ("EM_ANDAMENTO", None, None, None)),
        ([robo, escrever, responder, responder], ("EM_ANDAMENTO", 3, None, None)),
        ([ir_embora, responder], ("ABERTO", 2, None, None)),
        ([para("PENDENTE")], ("PENDENTE", None, None, None)),
        ([para("PENDENTE"), escrever], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER], ("RESOLVIDO", None, 1, None)),
        ([RESOLVER, responder], ("RESOLVIDO", 2, 1, None)),
        ([RESOLVER, RESOLVER], ("RESOLVIDO", None, 1, None)),
        ([FECHAR], ("FECHADO", None, None, 1)),
        ([encerrar], ("FECHADO", None, None, 1)),
        ([encerrar, encerrar], ("FECHADO", None, None, 1)),
        ([excluir], ("FECHADO", None, None, 1)),
        ([RESOLVER, FECHAR], ("FECHADO", None, 1, 2)),
        ([RESOLVER, encerrar], ("FECHADO", None, 1, 2)),
        ([RESOLVER, excluir], ("FECHADO", None, 1, 2)),
        ([FECHAR, excluir], ("FECHADO", None, None, 1)),
        ([para("PENDENTE"), RESOLVER, FECHAR], ("FECHADO", None, 2, 3)),
        ([ir_embora, RESOLVER], ("RESOLVIDO", None, 2, None)),
        # every way to reopen takes the date of resolution back, and the next one is of its own time
        ([RESOLVER, reabrir], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER, escrever], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER, para("ABERTO")], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER, para("EM_ANDAMENTO")], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER, atribuir], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER, transferir_ao_atendente], ("EM_ANDAMENTO", None, None, None)),
        ([RESOLVER, transferir_a_fila], ("ABERTO", None, None, None)),
        ([ir_embora, RESOLVER, reabrir], ("ABERTO", None, None, None)),
        ([RESOLVER, reabrir, RESOLVER], ("RESOLVIDO", None, 3, None)),
        ([responder, RESOLVER, reabrir, responder, FECHAR], ("FECHADO", 1, None, 5)),
        ([RESOLVER, escrever, RESOLVER, FECHAR], ("FECHADO", None, 3, 4)),
    ],
)
def test_each_date_is_set_when_it_happens_and_only_a_resolution_is_taken_back(
    passos: list[Callable[[Vida], object]], esperado: Datas
) -> None:
    vida = Vida()
    for passo in passos:
        vida.passo(passo)
    assert vida.datas() == esperado
    vida.reiniciar()
    assert vida.datas() == esperado


def test_a_message_after_the_window_leaves_the_dates_of_the_resolved_ticket_alone() -> None:
    vida = Vida()
    vida.passo(RESOLVER)
    vida.mundo.avancar(25 * HORA)
    assert vida.recebida(vida.id) != vida.id
    assert vida.datas() == ("RESOLVIDO", None, 1, None)


def test_every_change_of_a_date_is_in_the_history() -> None:
    vida = Vida()
    for passo in (RESOLVER, reabrir, RESOLVER, FECHAR):
        vida.passo(passo)
    mudancas = [evento.mudancas or "" for evento in vida.eventos() if evento.ticket_id == vida.id]
    assert sum('"dataResolucao":[null' in texto for texto in mudancas) == 2
    assert sum('"dataResolucao":["' in texto for texto in mudancas) == 1
    assert sum('"dataFechamento":[null' in texto for texto in mudancas) == 1
