"""The profile of an agent: what the distribution knows of it, and how many slots it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.capacidade import teto
from engine.modelo import AtendenteRow

if TYPE_CHECKING:
    from engine.distribuicao.escala import Candidato
    from engine.distribuicao.linha import Linha


class Perfil:
    """An agent.

    ``ocupadas`` are the tickets that hold a slot of it, ``prometidas`` those that it was promised and that have not
    said yet that they are its own: both count. ``ocioso_desde`` is when it was promised, given, or freed of work last,
    or its availability changed. ``lugares`` are the lines it serves, each with its place there. ``parado``: its actor
    is out of order; ``saindo``: it is being deleted. Neither is given anything.
    """

    __slots__ = ("lugares", "ocioso_desde", "ocupadas", "parado", "prometidas", "row", "saindo", "teto")

    def __init__(self, row: AtendenteRow) -> None:
        self.ocupadas: dict[str, None] = {}
        self.prometidas: dict[str, None] = {}
        self.lugares: dict[str, tuple[Linha, Candidato]] = {}
        self.ocioso_desde = row.ocioso_desde
        self.parado = False
        self.saindo = False
        self.mudou(row)

    @property
    def id(self) -> str:
        return self.row.id

    def mudou(self, row: AtendenteRow) -> None:
        self.row = row
        self.contar()

    def contar(self) -> None:
        """``teto`` is how many slots it has to give now."""
        self.teto = 0 if self.parado or self.saindo else teto(self.row)

    @property
    def ativos(self) -> int:
        """Slots in use or promised. Forced ones may exceed ``teto``."""
        return len(self.ocupadas) + len(self.prometidas)

    @property
    def livres(self) -> int:
        """Slots that can be promised; not above zero if there is none."""
        return self.teto - len(self.ocupadas) - len(self.prometidas)

    def tem(self, ticket_id: str) -> bool:
        """Whether a slot of it is this ticket's already."""
        return ticket_id in self.ocupadas or ticket_id in self.prometidas
