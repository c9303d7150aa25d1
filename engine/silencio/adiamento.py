"""A ticket is put off ("lembrar em"): PENDENTE with its owner, if it has one, until a time, and then it is back.

It is so only as long as it is PENDENTE. Whatever makes it anything else ends it: the contact writes, its owner goes on
with it, somebody gives it to another or into a line, it is resolved or closed.
"""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from engine import estados
from engine.errors import Conflict, Detalhe, Invalid
from engine.modelo import TicketRow
from engine.silencio.estado import Adiamento, StatusAdiado

DIAS_MAXIMO: Final = 90
_DIA_MS: Final = 86_400_000


def exigir_instante(ate: int, now: int) -> None:
    """Raise Invalid unless a ticket may be put off until then."""
    problema: str | None = None
    if ate <= now:
        problema = "já passou; dê um instante no futuro"
    elif ate > now + DIAS_MAXIMO * _DIA_MS:
        problema = f"está a mais de {DIAS_MAXIMO} dias; dê um instante mais próximo"
    if problema is not None:
        raise Invalid("adiamento_invalido", f"ate: {problema}", (Detalhe("ate", problema),))


def adiar(row: TicketRow, ate: int, por: str | None, motivo: str | None, now: int) -> TicketRow:
    """PENDENTE until then. Put off once more, it goes back to what it was before the first time. Raises Conflict for
    what is over.
    """
    ja, deve = row.adiamento, estados.silencio_ate(row) is not None
    depois = Adiamento(ate, _aberto(row), por, motivo, deve=deve)
    if ja is not None:
        depois = replace(depois, antes=ja.antes, deve=ja.deve)
    return row if depois == ja else replace(estados.pendenciar(row, now), adiamento=depois)


def _aberto(row: TicketRow) -> StatusAdiado:
    """What it is. Raises Conflict if it is over."""
    match row.status:
        case "ABERTO" | "EM_ANDAMENTO" | "PENDENTE":
            return row.status
        case "RESOLVIDO":
            raise _acabou(row, "reabra-o antes")
        case "FECHADO":
            raise _acabou(row, "abra outro para este contato")


def _acabou(row: TicketRow, remedio: str) -> Conflict:
    return Conflict("ticket_encerrado", f"O ticket está {row.status}, e só se adia o que está em aberto: {remedio}")


def sem_adiamento(row: TicketRow, now: int) -> TicketRow:
    """It is put off no more, and PENDENTE still: what it is next is for others to say."""
    return row if row.adiamento is None else replace(row, adiamento=None, atualizado_em=now)


def ate(row: TicketRow) -> int | None:
    """Until when it is put off; None if it is not."""
    return None if row.adiamento is None or row.status != "PENDENTE" else row.adiamento.ate
