"""Surveys that were answered, as events."""

from __future__ import annotations

import json
from random import Random

from engine.modelo import EventoRow, TicketRow


def resposta(row: TicketRow, acaso: Random, em: int) -> EventoRow:
    """The contact of a ticket gives it a mark."""
    tipo = acaso.choice(("csat", "nps"))
    return respondida(row, acaso.randint(1, 5) if tipo == "csat" else acaso.randint(0, 10), em, tipo)


def respondida(row: TicketRow, nota: int, em: int, tipo: str = "csat") -> EventoRow:
    """It gets this mark."""
    dados = json.dumps({"ticketId": row.id, "nota": nota, "tipoDePesquisa": tipo})
    return EventoRow(
        row.empresa_id, 0, "pesquisa_respondida", em, row.id, row.fila_id, row.atendente_id, None, None, None,
        "conector", dados, None,
    )  # fmt: skip
