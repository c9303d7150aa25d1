"""A contact that waits is told where it stands, by its channel: at the time that stands in the row of its ticket, so
what was due when the node died is said once, and what was said is not said again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from actors.ticket import conversa
from actors.ticket.comandos import EnviarMensagem
from actors.ticket.envio import passa
from actors.ticket.espera_marcada import mensagem_da_fila
from actors.ticket.registro import sistema
from engine import estados
from engine.distribuicao.estimativa import Posicao
from engine.distribuicao.horarios import aberta
from engine.errors import Unavailable
from engine.modelo import MensagemPendente
from engine.politica.da_fila import politica_de
from engine.politica.mensagem_de_espera import escrever, seguinte
from engine.politica.modelo import MensagemDeEspera

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

DAQUI_A_POUCO: Final = 10_000
"""When it is looked at again (ms) where it cannot be said where it stands: somebody is about to have it, or the
distribution is made anew."""


def vencer(ticket: Ticket, em: int) -> None:
    """It is due, unless the ticket does not wait any more."""
    pendente = estados.mensagem_de_espera(ticket.row)
    if pendente is None or pendente.em != em:
        return
    mensagem = mensagem_da_fila(ticket.group, ticket.row)
    _marcar(ticket, None if mensagem is None else _tratada(ticket, mensagem, pendente))


def _marcar(ticket: Ticket, pendente: MensagemPendente | None) -> None:
    ticket.become(estados.com_mensagem_de_espera(ticket.row, pendente))


def _tratada(ticket: Ticket, mensagem: MensagemDeEspera, agora: MensagemPendente) -> MensagemPendente | None:
    """Say it, or put it off; when one is due next. What its channel does not take now is left out."""
    esta_aberta, muda_em = _horas(ticket)
    if not esta_aberta:
        return None if muda_em is None else replace(agora, em=muda_em + mensagem.apos_segundos * 1000)
    oferta = estados.oferta_de(ticket.row)
    if oferta is not None:  # somebody may have it any moment
        return replace(agora, em=max(oferta.ate, ticket.now()) + 1)
    posicao = _posicao(ticket)
    if posicao is None:
        return replace(agora, em=ticket.now() + DAQUI_A_POUCO)
    texto = escrever(mensagem, ticket.row.numero, posicao)
    if texto is not None and passa(ticket):
        comando = EnviarMensagem(
            quem=sistema(ticket), ticket_id=ticket.row.id, conteudo=texto, enquanto_espera=True
        )  # fmt: skip
        conversa.enviar(ticket, comando)
    return seguinte(mensagem, agora, ticket.now())


def _horas(ticket: Ticket) -> tuple[bool, int | None]:
    """Whether its fila is open, and when that changes: while it is closed, nobody can say how long it takes."""
    fila = ticket.group.diretorio.fila_row(ticket.row.fila_id)
    horario = None if fila is None else politica_de(fila).horario
    return (True, None) if horario is None else aberta(horario, ticket.now())


def _posicao(ticket: Ticket) -> Posicao | None:
    try:
        return ticket.group.distribuicao.posicao_de(ticket.row)
    except Unavailable:
        return None
