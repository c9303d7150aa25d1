"""Guards for tests."""

from __future__ import annotations

from collections.abc import Sequence

from engine.acesso import Acesso
from engine.saude import Saude
from web.portaria.acessos import Acessos, Guarda


class Nenhuma:
    """A node on which no empresa is active."""

    def epoca(self, empresa_id: str) -> int | None:
        return None


async def ninguem(empresa_id: str) -> Sequence[Acesso]:
    return ()


def todos() -> Guarda:
    """Lets everybody in."""
    return Guarda(Acessos(ninguem, Saude()), Nenhuma())
