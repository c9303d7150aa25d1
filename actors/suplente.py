"""The stand-in: what the Empresa says for an actor that cannot take its mail, so that nobody waits for it."""

from __future__ import annotations

from actors.atendente import Atendente
from actors.protocolo import (
    Aceita,
    Atribuir,
    Chamada,
    Devolver,
    DonoSumiu,
    FilaMuda,
    Oferta,
    PedirVaga,
    Perdida,
    Recusa,
)
from engine.errors import Unavailable
from engine.runtime import Actor, Ask, Ref


def responder_por(empresa: Actor, ref: Ref, item: object) -> bool:
    """Answer ``item`` in the name of ``ref``. False if it is a request that only ``ref`` could have served.

    Announcements need no answer: the actor rebuilds itself from the tickets when it is released.
    """
    match item:
        case Ask():
            return False
        case Oferta():
            _recusar_oferta(ref, item)
        case Chamada() if item.chamada > 0:
            _fila_muda(empresa, ref, item)
        case Aceita():
            item.atendente.tell(Perdida(item.ticket_id))
        case DonoSumiu():
            _devolver(ref, item)
        case Atribuir():
            item.atendente.tell(Perdida(item.ticket_id))
            _recusar_pedido(empresa, item)
        case PedirVaga():
            _recusar_pedido(empresa, item)
        case _:
            pass
    return True


def _recusar_oferta(ref: Ref, oferta: Oferta) -> None:
    """An agent out of order has no room."""
    atendente = ref.actor
    fila = atendente.group.filas.get(oferta.fila_id) if isinstance(atendente, Atendente) else None
    if fila is not None and isinstance(atendente, Atendente):
        row = atendente.row
        fila.tell(Recusa(oferta.ticket_id, Chamada(row.id, 0, 0, row.capacidade, row.ocioso_desde, 0, False)))


def _devolver(fila: Ref, m: DonoSumiu) -> None:
    ator = fila.actor
    if ator is None or ator.row.ao_ficar_offline == "devolver":
        m.ticket.tell(Devolver(m.atendente_id))


def _recusar_pedido(empresa: Actor, m: Atribuir | PedirVaga) -> None:
    if m.resposta is not None:
        empresa.refuse(m.resposta, Unavailable("ator_parado", "Este recurso está indisponível agora; tente de novo", 5))


def _fila_muda(empresa: Actor, ref: Ref, chamada: Chamada) -> None:
    """A fila out of order is left out of the choice. (One that was deleted has told its agents so.)"""
    atendente = empresa.group.atendentes.get(chamada.atendente_id)  # type: ignore[attr-defined]  # an EmpresaViva
    if atendente is not None and ref.actor is not None:
        atendente.tell(FilaMuda(ref.actor.row.id, chamada.chamada))
