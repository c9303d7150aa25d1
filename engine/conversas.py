"""Of several open conversations of a canal with one person, as there are when contacts are united: which goes on."""

from __future__ import annotations

from engine.modelo import TicketRow


def falada_em(row: TicketRow) -> tuple[int, int, int]:
    """What is greater of the conversation that was spoken in last: by when the contact wrote, where the channel has a
    window that tells it, then by when anything of the ticket changed.
    """
    return (row.janela_ate or 0, row.atualizado_em, row.numero)
