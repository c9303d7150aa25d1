"""The stand-in: what the Empresa says for an actor that cannot take its mail, so that nobody waits for it."""

from __future__ import annotations

from msgspec.structs import replace

from actors.atendente.atendente import Atendente
from actors.diretorio.empresa_viva import atendente_nao_encontrado
from actors.protocolo import (
    Aceita,
    Anunciar,
    Atribuir,
    Chamada,
    Devolver,
    DonoSumiu,
    FilaMuda,
    Oferta,
    ParaTicket,
    PedirVaga,
    Perdida,
    Recusa,
)
from engine.errors import Unavailable
from engine.runtime import Actor, Ref


def responder_por(empresa: Actor, ref: Ref, item: object) -> None:
    """Answer ``item`` in the name of ``ref``. Announcements need no answer: the actor rebuilds itself from the tickets
    when it is released.
    """
    match item:
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
            _reencaminhar(empresa, ref, item)
        case PedirVaga():
            item.ticket.tell(Anunciar())
            if item.resposta is not None:
                empresa.refuse(item.resposta, parado() if ref.is_alive() else atendente_nao_encontrado())
        case _:
            pass


def sem_pedido(item: object) -> object:
    """The message without what a person asked by it: after a crash that has been answered with an error."""
    return replace(item, comando=None, resposta=None) if isinstance(item, Atribuir) else item


def _recusar_oferta(ref: Ref, oferta: Oferta) -> None:
    """An agent out of order has no room."""
    atendente = ref.actor
    fila = atendente.group.filas.get(oferta.fila_id) if isinstance(atendente, Atendente) else None
    if fila is not None and isinstance(atendente, Atendente):
        row = atendente.row
        fila.tell(Recusa(oferta.ticket_id, Chamada(row.id, 0, 0, 0, row.capacidade, row.ocioso_desde, 0, False)))


def _devolver(fila: Ref, m: DonoSumiu) -> None:
    ator = fila.actor
    if ator is None or ator.row.ao_ficar_offline == "devolver":
        m.ticket.tell(Devolver(m.atendente_id))


def _reencaminhar(empresa: Actor, ref: Ref, m: Atribuir) -> None:
    """What a person asked of a ticket that has closed in the meantime: the closed ticket says what is wrong with it."""
    if m.comando is None or m.resposta is None:
        return
    if ref.is_alive():
        empresa.refuse(m.resposta, parado())
    else:
        empresa.ref.forward(ParaTicket(m.comando), m.resposta)  # type: ignore[arg-type]  # any answer will do


def parado() -> Unavailable:
    return Unavailable("ator_parado", "Este recurso está indisponível agora; tente de novo em instantes", 5)


def _fila_muda(empresa: Actor, ref: Ref, chamada: Chamada) -> None:
    """A fila out of order is left out of the choice. (One that was deleted has told its agents so.)"""
    atendente = empresa.group.atendentes.get(chamada.atendente_id)  # type: ignore[attr-defined]  # an EmpresaViva
    if atendente is not None and ref.actor is not None:
        atendente.tell(FilaMuda(ref.actor.row.id, chamada.chamada))
