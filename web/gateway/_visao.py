"""Who may see an event: pure rules. The live path finds the same readers through its indexes (:mod:`_plateia`)."""

from __future__ import annotations

from typing import Final

from actors.empresa_viva import EmpresaViva
from engine.acesso import REVOGADO
from engine.modelo import EventoRow, Quem, TicketRow
from engine.ports import Lugar
from web.rota import CONFIGURA

DE_CONVERSA: Final = frozenset({"nova_mensagem", "mensagem_status", "mensagens_lidas", "mensagem_excluida"})
"""What is said in a ticket: for its room, its owner, and while it has none for the agents of its fila."""
DE_CANAL: Final = frozenset({"canal_criado", "canal_atualizado", "canal_excluido"})
"""How the empresa is connected: not for atendentes, as in REST."""
DE_ACESSO: Final = frozenset({REVOGADO})
"""Who may come in: for who configures the empresa."""


def pode_ver_agora(viva: EmpresaViva, quem: Quem, fila_id: str | None, atendente_id: str | None) -> bool:
    return viva.pode_ver(quem, fila_id or "", atendente_id)


def lugar_na_memoria(viva: EmpresaViva, ticket_id: str) -> Lugar | None:
    ref = viva.tickets.get(ticket_id)
    if ref is None or ref.actor is None:
        return None
    row: TicketRow = ref.actor.row
    return row.fila_id, row.atendente_id


def alcanca(viva: EmpresaViva, quem: Quem, salas: set[str], evento: EventoRow) -> bool:
    """Whether ``quem``, in those rooms, gets this event, by the memberships of now."""
    if evento.ticket_id is None:
        if evento.tipo in DE_ACESSO:
            return quem.papel in CONFIGURA
        return quem.papel != "atendente" or evento.tipo not in DE_CANAL
    if evento.tipo in DE_CONVERSA:
        return _alcanca_conversa(viva, quem, salas, evento)
    return pode_ver_agora(viva, quem, evento.fila_id, evento.atendente_id) or _acaba_de_perder(viva, quem, evento)


def alcanca_depois(viva: EmpresaViva, quem: Quem, salas: set[str], evento: EventoRow, lugar: Lugar | None) -> bool:
    """:func:`alcanca`, long after the event: the memberships are of now, so where the ticket is now counts too.

    Who came to its fila when it had left is not told of it. ``lugar`` is None if it is nowhere any more.
    """
    if not alcanca(viva, quem, salas, evento):
        return False
    if quem.papel != "atendente" or evento.ticket_id is None:
        return True
    if lugar is not None and pode_ver_agora(viva, quem, *lugar):
        return True
    return evento.tipo not in DE_CONVERSA and _acaba_de_perder(viva, quem, evento)


def _alcanca_conversa(viva: EmpresaViva, quem: Quem, salas: set[str], evento: EventoRow) -> bool:
    if evento.ticket_id in salas and pode_ver_agora(viva, quem, evento.fila_id, evento.atendente_id):
        return True
    if evento.atendente_id is not None:
        return evento.atendente_id == quem.id
    return quem.id in viva.membros_de.get(evento.fila_id or "", ())


def _acaba_de_perder(viva: EmpresaViva, quem: Quem, evento: EventoRow) -> bool:
    """The event takes the ticket away from its fila or from it: it must learn of that."""
    if evento.atendente_anterior_id is not None and evento.atendente_anterior_id == quem.id:
        return True
    return evento.fila_anterior_id is not None and quem.id in viva.membros_de.get(evento.fila_anterior_id, ())
