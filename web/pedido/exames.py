"""What routes ask of who examines the empresas of the node."""

from __future__ import annotations

from typing import Protocol

from actors.no.exames import Exame
from engine.errors import Unavailable


class Examinador(Protocol):
    async def examinar(self, empresa_id: str) -> Exame:
        """What is amiss with an empresa now. It may take a minute. Raises Overloaded, NotFound, Unavailable."""
        ...


class SemExames:
    """Nobody examines: of whoever has no use for it."""

    async def examinar(self, empresa_id: str) -> Exame:
        raise Unavailable("sem_exames", f"Aqui não se examina a empresa {empresa_id}")
