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

    __slots__ = ("ativos", "livres", "lugares", "ocioso_desde", "ocupadas", "parado", "prometidas", "row", "saindo",
                 "teto")  # fmt: skip

    def __init__(self, row: AtendenteRow) -> None:
        self.row = row
        self.ocupadas: dict[str, None] = {}
        self.prometidas: dict[str, None] = {}
        self.lugares: dict[str, tuple[Linha, Candidato]] = {}
        self.ocioso_desde = row.ocioso_desde
        self.parado = False
        self.saindo = False
        self.ativos = 0
        self.recontar()

    @property
    def id(self) -> str:
        return self.row.id

    def mudou(self, row: AtendenteRow) -> None:
        self.row = row
        self.recontar()

    def recontar(self) -> None:
        """``teto`` is how many slots it has to give now, ``ativos`` how many are in use or promised (forced ones may
        exceed ``teto``), ``livres`` how many can be promised: not above zero if there is none.
        """
        self.teto = 0 if self.parado or self.saindo else teto(self.row)
        self.livres = self.teto - self.ativos

    def tem(self, ticket_id: str) -> bool:
        """Whether a slot of it is this ticket's already."""
        return ticket_id in self.ocupadas or ticket_id in self.prometidas

    # -- its slots ---------------------------------------------------------------------------------------------------

    def prometer(self, ticket_id: str) -> None:
        self.prometidas[ticket_id] = None
        self.ativos += 1
        self.livres -= 1

    def cumprir(self, ticket_id: str) -> None:
        """What was promised is its own."""
        del self.prometidas[ticket_id]
        self.ocupadas[ticket_id] = None

    def desprometer(self, ticket_id: str) -> None:
        del self.prometidas[ticket_id]
        self.ativos -= 1
        self.livres += 1

    def ocupar(self, ticket_id: str) -> bool:
        """False if a slot is that ticket's already."""
        if ticket_id in self.ocupadas:
            return False
        self.ocupadas[ticket_id] = None
        self.ativos += 1
        self.livres -= 1
        return True

    def desocupar(self, ticket_id: str) -> None:
        if ticket_id in self.ocupadas:
            del self.ocupadas[ticket_id]
            self.ativos -= 1
            self.livres += 1
