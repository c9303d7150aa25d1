"""The waiting line of a fila: higher priority first, then the longest wait."""

from __future__ import annotations

from typing import Final

from engine.distribuicao.escala import Escala
from engine.modelo import FilaRow, Prioridade, TicketRow
from engine.ordenado import Chave, Ordenado

PESO: Final[dict[Prioridade, int]] = {"BAIXA": 0, "NORMAL": 10, "ALTA": 20, "URGENTE": 30}
"""What a ticket's priority weighs beside its fila's 1-10: a higher class always goes first, the fila decides within."""


def prioridade_efetiva(prioridade: Prioridade, prioridade_da_fila: int) -> int:
    """The rank of a ticket among all filas: 1 (BAIXA in the least fila) to 40 (URGENTE in the foremost)."""
    return PESO[prioridade] + prioridade_da_fila


def chave_de_espera(row: TicketRow, prioridade_da_fila: int) -> Chave:
    """Place among all that waits: higher effective priority first, then longer wait, then lower number."""
    return (-prioridade_efetiva(row.prioridade, prioridade_da_fila), row.aguardando_desde, row.numero)


class Linha:
    """What waits in a fila, who serves it, and its policy (``fila``).

    The line is kept without the fila's own priority, which is the same for all that is in it: so a change of that costs
    nothing. ``prometidos`` is how many of its tickets are promised to somebody; ``parados`` are those whose actor is
    out of order, and which nobody is given.
    """

    __slots__ = ("escala", "esperando", "fila", "parados", "prometidos")

    def __init__(self, fila: FilaRow) -> None:
        self.fila = fila
        self.escala = Escala(fila.estrategia)
        self.esperando: Ordenado[TicketRow] = Ordenado()
        self.prometidos = 0
        self.parados: set[str] = set()

    def por(self, row: TicketRow) -> None:
        """Put a ticket where it belongs; replaces what was known of it."""
        self.parados.discard(row.id)
        self.esperando.por(row.id, (-PESO[row.prioridade], row.aguardando_desde, row.numero), row)

    def aguardando(self) -> int:
        """How many wait, for whatever reason."""
        return len(self.esperando) + self.prometidos + len(self.parados)

    def primeiro(self) -> TicketRow | None:
        achado = self.esperando.primeiro()
        return None if achado is None else achado[2]

    def primeiro_para(self, atendente_id: str) -> TicketRow | None:
        """The first that this agent may have: what came back from it is for another, if another has room."""
        primeiro = self.primeiro()
        if primeiro is None or primeiro.devolvido_por != atendente_id:
            return primeiro
        if self.escala.proximo_exceto(atendente_id) is None:
            return primeiro
        return next((row for _, _, row in self.esperando.em_ordem() if row.devolvido_por != atendente_id), None)
