"""What is written down when a job of the outbox has changed: itself, the message that it sends, and the event."""

from __future__ import annotations

from typing import Any

from actors.comandos import ComandoTicket
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import ParaTicket
from actors.ticket.comandos import ContarEntrega
from engine import eventos
from engine.envios.estados import DA_MENSAGEM
from engine.eventos import do_ticket, publicar
from engine.modelo import CanalRow, EntregaRow, EnvioRow, Quem, StatusEntrega
from engine.runtime import Reply, Stateful

COM_ERRO = frozenset({"falhou", "desconhecido", "cancelado"})
"""The states in which a message says what is wrong."""


class Anotacoes:
    """``anotar`` is an :class:`~actors.canal.linha.Anotador`."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Stateful[CanalRow], viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def anotar(self, antes: EnvioRow, depois: EnvioRow) -> None:
        """Save it. If a message shows another state now, or fails for another reason, that is saved and told."""
        self._ator.save(depois)
        mostrado = _mostrado(depois)
        if depois.mensagem_id is not None and (mostrado != _mostrado(antes) or depois.id_externo != antes.id_externo):
            status, erro = mostrado
            self._ator.save(EntregaRow(depois.empresa_id, depois.mensagem_id, status, erro, depois.id_externo))
            if mostrado != _mostrado(antes):
                self._contar(depois, depois.mensagem_id, status, erro)

    def _contar(self, row: EnvioRow, mensagem_id: str, status: StatusEntrega, erro: str | None) -> None:
        """Of a ticket that is not in memory its own actor tells, once it is read."""
        if row.ticket_id is None:
            return
        quem = Quem(row.empresa_id, None, "sistema")
        evento = eventos.MensagemStatus(mensagem_id, row.ticket_id, False, status, erro)
        ticket = self._viva.diretorio.ticket_row(row.ticket_id)
        if ticket is not None:
            publicar(self._ator, quem, evento, do_ticket(ticket))
        else:
            contar: ComandoTicket[Any] = ContarEntrega(quem=quem, ticket_id=row.ticket_id, evento=evento)
            self._viva.diretorio.empresa.forward(ParaTicket(contar), Reply())


def _mostrado(row: EnvioRow) -> tuple[StatusEntrega, str | None]:
    """What a message shows of its job."""
    return DA_MENSAGEM[row.estado], row.erro if row.estado in COM_ERRO else None
