"""Rows for the tests of the rules: what a test does not name is as it is most of the time."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from engine.distribuicao import prioridade_efetiva
from engine.modelo import DISPONIVEL, AtendenteRow, FilaRow, TicketRow
from engine.ordenado import Chave

_TICKET = TicketRow(
    "empresa", "ticket", 1, "ABERTO", "NORMAL", "Contato", None, None, None, "fila", None, None, False, 0, 0, 0, None,
    None, None,
)  # fmt: skip
_FILA = FilaRow("empresa", "fila", "Fila", None, "MENOS_OCUPADO", True, "devolver", 5, False, 0, 0, None)
_ATENDENTE = AtendenteRow(
    "empresa", "atendente", "Atendente", "a@x.y", 1, (), True, DISPONIVEL, None, False, None, 0, 0, 0, None
)  # fmt: skip


def ticket(id_: str = "ticket", **campos: Any) -> TicketRow:
    return replace(_TICKET, id=id_, **campos)


def fila(id_: str = "fila", **campos: Any) -> FilaRow:
    return replace(_FILA, id=id_, **campos)


def atendente(id_: str = "atendente", **campos: Any) -> AtendenteRow:
    """Online, ready, with one slot."""
    return replace(_ATENDENTE, id=id_, nome=id_, **campos)


def chave_de_espera(row: TicketRow, prioridade_da_fila: int) -> Chave:
    """Place among all that waits, where nothing else is set: higher effective priority first, then longer wait, then
    lower number.
    """
    return (-prioridade_efetiva(row.prioridade, prioridade_da_fila), row.aguardando_desde, row.numero)
