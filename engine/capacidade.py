"""Who can be given work, and why not. Slots are counted by the distribution (:mod:`engine.distribuicao.perfil`)."""

from __future__ import annotations

from typing import Literal

from engine.errors import Conflict
from engine.modelo import DISPONIVEL, AtendenteRow

Impedimento = Literal["fora_da_fila", "offline", "indisponivel", "lotado"]
"""Why an agent cannot be given a ticket."""


def disponivel(row: AtendenteRow) -> bool:
    """Whether the agent may be given work at all: online, and in the one state that means ready."""
    return row.online and row.estado == DISPONIVEL and row.excluido_em is None


def teto(row: AtendenteRow) -> int:
    """How many slots the agent has to give now: none while it is not available."""
    return row.capacidade if disponivel(row) else 0


def impedimento(row: AtendenteRow, *, serve: bool, livres: int) -> Impedimento | None:
    """What keeps an agent from a ticket, the gravest first: it must serve the ticket's fila (``serve``), be there, be
    ready, and have a free slot. None: nothing does.
    """
    if not serve:
        return "fora_da_fila"
    if not row.online:
        return "offline"
    if not disponivel(row):
        return "indisponivel"
    return None if livres > 0 else "lotado"


def pode_forcar(impedimento: Impedimento) -> bool:
    """Whether a supervisor may assign all the same: beyond capacity and presence, but never past the fila."""
    return impedimento != "fora_da_fila"


def recusa_de(impede: Impedimento, row: AtendenteRow) -> Conflict:
    """In words: why this agent is not given the ticket."""
    match impede:
        case "fora_da_fila":
            problema = "não atende a fila deste ticket: inclua-o na fila, ou transfira o ticket para uma que ele atenda"
            return Conflict("atendente_fora_da_fila", f"{row.nome} {problema}")
        case "offline":
            return Conflict("atendente_offline", f"{row.nome} está offline")
        case "indisponivel":
            return Conflict("atendente_indisponivel", f"{row.nome} está em {row.estado}")
        case "lotado":
            return Conflict("atendente_lotado", f"{row.nome} já ocupa suas {row.capacidade} vagas")
