"""What a contact that is silent is told: a text with variables (:mod:`engine.textos`)."""

from __future__ import annotations

from typing import Final

from engine import textos
from engine.modelo import TicketRow

VARIAVEIS: Final = ("contato.nome", "ticket.numero", "atendente.nome", "fila.nome")


def escrever(texto: str, row: TicketRow, *, atendente: str | None, fila: str | None) -> str:
    """``atendente`` and ``fila`` are their names: what there is not is left out."""
    valores = {
        "contato.nome": row.contato_nome,
        "ticket.numero": str(row.numero),
        "atendente.nome": atendente or "",
        "fila.nome": fila or "",
    }
    return textos.preencher(texto, valores)
