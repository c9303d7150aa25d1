"""The life of a ticket: which status may follow which, and what each change does to the row.

::

    ABERTO ──────► EM_ANDAMENTO ◄──────► PENDENTE
      ▲  ▲───────────────┘ │                │
      │                    ▼                ▼
      └────────────── RESOLVIDO ───────► FECHADO      (ABERTO, EM_ANDAMENTO and PENDENTE may also close directly)

ABERTO has no owner and waits in its fila. EM_ANDAMENTO has an owner. PENDENTE waits on the customer, and keeps its
owner's slot so that the answer finds room. RESOLVIDO and FECHADO hold no slot; FECHADO is the end.

What an agent has is not given to it again: it keeps its tickets on a break, away (if the fila is set so) and when it
ceases to serve the fila. But one that waited on the customer is work anew when the customer answers.
"""

from __future__ import annotations

from typing import Any, Final

from msgspec.structs import replace

from engine.errors import Conflict
from engine.modelo import MensagemPendente, Ofertado, Rota, Status, TicketRow

SEGUINTES: Final[dict[Status, tuple[Status, ...]]] = {
    "ABERTO": ("EM_ANDAMENTO", "PENDENTE", "RESOLVIDO", "FECHADO"),
    "EM_ANDAMENTO": ("ABERTO", "PENDENTE", "RESOLVIDO", "FECHADO"),
    "PENDENTE": ("ABERTO", "EM_ANDAMENTO", "RESOLVIDO", "FECHADO"),
    "RESOLVIDO": ("EM_ANDAMENTO", "ABERTO", "FECHADO"),
    "FECHADO": (),
}


ABERTOS: Final[frozenset[Status]] = frozenset({"ABERTO", "EM_ANDAMENTO", "PENDENTE"})
"""What a ticket is while it is alive: waiting, in service, or waiting on the customer."""


def aberto(status: Status) -> bool:
    return status in ABERTOS


def espera(row: TicketRow) -> bool:
    """Whether it stands in the line of its fila."""
    return row.status == "ABERTO"


def dono(row: TicketRow) -> str | None:
    """The agent whose slot it holds, if any. A closed ticket keeps its last owner on record, but no slot."""
    return row.atendente_id if row.status in {"EM_ANDAMENTO", "PENDENTE"} else None


def _em_curso(rota: Rota) -> bool:
    """Whether anything was going on of a ticket that is over when somebody takes it."""
    oferta_ou_silencio = rota.oferta is not None or rota.responder_ate is not None
    return bool(oferta_ou_silencio or rota.recusado_por or rota.balanceado or rota.evita)


def _de_quem_assume(row: TicketRow, atendente_id: str) -> Rota | None:
    """Without what was going on of it until somebody took it. A new owner has not answered yet, also where others
    have.
    """
    if dono(row) == atendente_id:
        return com_rota(row, oferta=None, recusado_por=(), responder_ate=None)
    intocado, devolvido_por = row.data_primeira_resposta is not None, row.devolvido_por
    if row.rota is None and not intocado and devolvido_por is None:
        return None
    rota = row.rota or _SEM_ROTA
    if devolvido_por is None and intocado == rota.intocado and not _em_curso(rota):
        return row.rota
    evita = dict.fromkeys((*rota.recusado_por, *(() if devolvido_por is None else (devolvido_por,))))
    evita.pop(atendente_id, None)
    return com_rota(
        row, oferta=None, recusado_por=(), responder_ate=None, intocado=intocado, evita=tuple(evita),
        balanceado=rota.balanceado and dono(row) is None,
    )  # fmt: skip


def intocado_pelo_dono(row: TicketRow) -> bool:
    """Whether nobody has answered the contact since it was given to its owner."""
    return row.data_primeira_resposta is None or (row.rota is not None and row.rota.intocado)


def tocado(row: TicketRow) -> TicketRow:
    """Somebody has answered the contact: it is its owner's conversation now."""
    if row.rota is None or not (row.rota.intocado or row.rota.balanceado or row.rota.evita):
        return row
    return replace(row, rota=com_rota(row, intocado=False, balanceado=False, evita=()))


def balanceado(row: TicketRow) -> TicketRow:
    """It has moved to spread the load: until somebody answers the contact, or it comes back to a line, that is once."""
    return replace(row, rota=com_rota(row, balanceado=True))


def em_silencio(row: TicketRow, ate: int) -> TicketRow:
    """Its owner has not answered, and loses it then. One that was to answer sooner still is."""
    if row.rota is not None and row.rota.responder_ate is not None:
        return row
    return replace(row, rota=com_rota(row, responder_ate=ate))


def sem_silencio(row: TicketRow) -> TicketRow:
    """Nobody is to answer any more."""
    if row.rota is None or row.rota.responder_ate is None:
        return row
    return replace(row, rota=com_rota(row, responder_ate=None))


def _sem_pressa(row: TicketRow) -> TicketRow:
    """It is nobody's, and as it was before anybody had it."""
    return row if row.rota is None else replace(row, rota=com_rota(row, responder_ate=None, balanceado=False, evita=()))


def silencio_ate(row: TicketRow) -> int | None:
    """When its owner loses it, if it says nothing."""
    return row.rota.responder_ate if row.rota is not None and row.status == "EM_ANDAMENTO" else None


def oferta_de(row: TicketRow) -> Ofertado | None:
    """To whom it is offered, while it waits."""
    return row.rota.oferta if row.status == "ABERTO" and row.rota is not None else None


def mensagem_de_espera(row: TicketRow) -> MensagemPendente | None:
    """When its contact is told where it stands in line, while it waits."""
    return row.rota.mensagem_de_espera if row.status == "ABERTO" and row.rota is not None else None


def com_mensagem_de_espera(row: TicketRow, pendente: MensagemPendente | None) -> TicketRow:
    """``pendente``: when its contact is told where it stands in line; None: it is not."""
    if pendente == (None if row.rota is None else row.rota.mensagem_de_espera):
        return row
    return replace(row, rota=com_rota(row, mensagem_de_espera=pendente))


def muda_de_lugar(antes: TicketRow, depois: TicketRow) -> bool:
    """Whether a directory of tickets by fila, by canal or by contact has to be told of a change."""
    return (
        antes.fila_id != depois.fila_id
        or antes.canal_id != depois.canal_id
        or (antes.status != depois.status and not (antes.status in ABERTOS and depois.status in ABERTOS))
    )


def exigir_transicao(de: Status, para: Status) -> None:
    """Raise Conflict, naming what is allowed, unless ``de`` may become ``para``."""
    if para in SEGUINTES[de]:
        return
    permitidos = ", ".join(SEGUINTES[de]) or "nenhum (um ticket FECHADO não reabre; abra outro)"
    raise Conflict("transicao_invalida", f"Um ticket {de} não pode passar a {para}. Permitidos: {permitidos}")


_SEM_ROTA: Final = Rota()


def com_rota(row: TicketRow, **mudancas: Any) -> Rota | None:
    """What the distribution knows of it, with these fields changed; None if that is nothing."""
    rota = replace(row.rota or _SEM_ROTA, **mudancas)
    return None if rota == _SEM_ROTA else rota


def transbordar(row: TicketRow, fila_id: str, now: int) -> TicketRow:
    """It overflows to another fila, where it waits at its old age. Its own fila stays on record."""
    rota = row.rota or _SEM_ROTA
    rota = replace(
        rota,
        origem=rota.origem or row.fila_id,
        passou_por=(*rota.passou_por, row.fila_id),
        na_fila_desde=now,
        recusado_por=(),
    )
    return replace(row, fila_id=fila_id, rota=rota, atualizado_em=now)


def ofertar(row: TicketRow, atendentes: tuple[str, ...], ate: int, now: int) -> TicketRow:
    """It waits for one of these to accept it, until then."""
    return replace(row, rota=com_rota(row, oferta=Ofertado(atendentes, ate)), atualizado_em=now)


def desofertar(row: TicketRow, *atendentes: str, recusado: bool = False) -> TicketRow:
    """It is offered to these no more; ``recusado``: because they did not want it, or let the time pass."""
    oferta = oferta_de(row)
    if oferta is None or row.rota is None:
        return row
    ficam = tuple(id_ for id_ in oferta.atendentes if id_ not in atendentes)
    depois = replace(oferta, atendentes=ficam) if ficam else None
    recusado_por = tuple(dict.fromkeys((*row.rota.recusado_por, *(atendentes if recusado else ()))))
    return replace(row, rota=com_rota(row, oferta=depois, recusado_por=recusado_por))


def sem_oferta(antes: TicketRow, depois: TicketRow) -> tuple[str, ...]:
    """To whom a ticket was offered, and is not any more; who has it now is none of them."""
    tinha, tem = oferta_de(antes), oferta_de(depois)
    ficam = {dono(depois), *(() if tem is None else tem.atendentes)}
    return () if tinha is None else tuple(um for um in tinha.atendentes if um not in ficam)


def na_fila(row: TicketRow, fila_id: str, now: int) -> TicketRow:
    """In that fila, whatever it is doing. If it waits, it does so there from now, at its old age."""
    return replace(row, fila_id=fila_id, rota=_em_outra_fila(row, fila_id, now))


def _em_outra_fila(row: TicketRow, fila_id: str, now: int) -> Rota | None:
    """Somebody has put it into a fila, or back into its own: what it went through before is no matter any more."""
    if row.rota is None and (fila_id == row.fila_id or not aberto(row.status)):
        return None
    desde = now if fila_id != row.fila_id and aberto(row.status) else None
    if fila_id == row.fila_id and row.rota is not None and aberto(row.status):
        return com_rota(row, oferta=None, responder_ate=None, balanceado=False, evita=())
    return com_rota(
        row, oferta=None, responder_ate=None, na_fila_desde=desde, origem=None, passou_por=(), recusado_por=(),
        balanceado=False, evita=(),
    )  # fmt: skip


def assumir(row: TicketRow, atendente_id: str, *, forcado: bool, now: int) -> TicketRow:
    """EM_ANDAMENTO with that owner. Keeps its age, unless it had been resolved: should it ever wait again, it does so
    from now.
    """  # fmt: skip
    return replace(
        row,
        status="EM_ANDAMENTO",
        atendente_id=atendente_id,
        forcado=forcado,
        data_resolucao=None,
        aguardando_desde=row.aguardando_desde if aberto(row.status) else now,
        devolvido_por=None,
        rota=_de_quem_assume(row, atendente_id),
        atualizado_em=now,
    )


def devolver(row: TicketRow, now: int) -> TicketRow:
    """Without an owner. EM_ANDAMENTO goes back to the line at its old age; PENDENTE goes on waiting on the customer."""
    status: Status = "PENDENTE" if row.status == "PENDENTE" else "ABERTO"
    return replace(
        _sem_pressa(row),
        status=status,
        atendente_id=None,
        forcado=False,
        devolvido_por=_de_quem_volta(row),
        atualizado_em=now,
    )


def esperar_na_fila(row: TicketRow, fila_id: str, now: int) -> TicketRow:
    """ABERTO in a fila, without an owner. Keeps its age, unless it had been resolved: then it waits from now."""
    return replace(
        row,
        status="ABERTO",
        fila_id=fila_id,
        atendente_id=None,
        forcado=False,
        data_resolucao=None,
        aguardando_desde=row.aguardando_desde if aberto(row.status) else now,
        devolvido_por=_de_quem_volta(row),
        rota=_em_outra_fila(row, fila_id, now),
        atualizado_em=now,
    )


def _de_quem_volta(row: TicketRow) -> str | None:
    """The agent that had it last before it came to the line."""
    return dono(row) or row.devolvido_por


def ao_responder(row: TicketRow, *, dono_pode: bool, now: int) -> TicketRow:
    """PENDENTE, and the customer has answered: its owner goes on if it serves the fila still and has room
    (``dono_pode``), or was forced upon it; else it waits for somebody who does.
    """
    if dono(row) is not None and (dono_pode or row.forcado):
        return retomar(row, now)
    return esperar_na_fila(row, row.fila_id, now)


def responder(row: TicketRow, now: int) -> TicketRow:
    """A person has answered for the first time."""
    return replace(row, data_primeira_resposta=now, atualizado_em=now)


def segundos_ate_responder(row: TicketRow, now: int) -> float:
    """How long the contact waited for a first response that is given now: from when a person was asked."""
    return max(0, now - row.aguardando_desde) / 1000


def retomar(row: TicketRow, now: int) -> TicketRow:
    """EM_ANDAMENTO again, with the owner that it has."""
    return replace(row, status="EM_ANDAMENTO", atualizado_em=now)


def pendenciar(row: TicketRow, now: int) -> TicketRow:
    """PENDENTE: waiting on the customer, with the same owner, if any."""
    return replace(sem_silencio(row), status="PENDENTE", atualizado_em=now)


def encerrar(row: TicketRow, status: Status, now: int) -> TicketRow:
    """RESOLVIDO or FECHADO, with its date."""
    if status == "RESOLVIDO":
        return replace(sem_silencio(row), status=status, forcado=False, data_resolucao=now, atualizado_em=now)
    return replace(sem_silencio(row), status=status, forcado=False, data_fechamento=now, atualizado_em=now)
