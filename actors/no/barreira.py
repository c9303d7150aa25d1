"""The barrier: until what was done before is in the store."""

from __future__ import annotations

from actors.diretorio.empresa_viva import EmpresaViva
from engine.journal import Journal
from engine.runtime import Reply


async def barreira(journal: Journal, viva: EmpresaViva) -> None:
    """Until all that the empresa did so far is durable: a ticket that has just retired is then in the store."""
    feito: Reply[None] = Reply()
    journal.release(viva, (), (), [(feito, None, None)])
    await feito
