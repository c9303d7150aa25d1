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

from typing import Final

from msgspec.structs import replace

from engine.errors import Conflict
from engine.modelo import Status, TicketRow

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
        atualizado_em=now,
    )


def devolver(row: TicketRow, now: int) -> TicketRow:
    """Without an owner. EM_ANDAMENTO goes back to the line at its old age; PENDENTE goes on waiting on the customer."""
    status: Status = "PENDENTE" if row.status == "PENDENTE" else "ABERTO"
    return replace(
        row, status=status, atendente_id=None, forcado=False, devolvido_por=_de_quem_volta(row), atualizado_em=now
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
        atualizado_em=now,
    )


def _de_quem_volta(row: TicketRow) -> str | None:
    """The agent that had it last before it came to the line."""
    return dono(row) or row.devolvido_por


def ao_responder(row: TicketRow, *, dono_serve: bool, now: int) -> TicketRow:
    """PENDENTE, and the customer has answered: its owner goes on if it serves the fila still (``dono_serve``), or was
    forced upon it; else it waits for somebody who does.
    """
    if dono(row) is not None and (dono_serve or row.forcado):
        return replace(row, status="EM_ANDAMENTO", atualizado_em=now)
    return esperar_na_fila(row, row.fila_id, now)


def responder(row: TicketRow, now: int) -> TicketRow:
    """A person has answered for the first time."""
    return replace(row, data_primeira_resposta=now, atualizado_em=now)


def segundos_ate_responder(row: TicketRow, now: int) -> float:
    """How long the contact waited for a first response that is given now: from when a person was asked."""
    return max(0, now - row.aguardando_desde) / 1000


def pendenciar(row: TicketRow, now: int) -> TicketRow:
    """PENDENTE: waiting on the customer, with the same owner, if any."""
    return replace(row, status="PENDENTE", atualizado_em=now)


def encerrar(row: TicketRow, status: Status, now: int) -> TicketRow:
    """RESOLVIDO or FECHADO, with its date."""
    if status == "RESOLVIDO":
        return replace(row, status=status, forcado=False, data_resolucao=now, atualizado_em=now)
    return replace(row, status=status, forcado=False, data_fechamento=now, atualizado_em=now)
