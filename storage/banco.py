"""An open database: everything a node keeps open to it, and how it is opened and closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from engine.errors import Unavailable
from engine.saude import Saude
from storage.cofre import Cofre
from storage.conexao import FALHAS
from storage.erros import falha_ao_conectar
from storage.leituras import Leituras
from storage.no import TravaDoNo
from storage.store import PostgresStore


class Banco:
    """An open database. It survives the database: what is asked while it is away is refused, and works again after."""

    def __init__(self, dsn: str, trava: TravaDoNo, saude: Saude, cofre: Cofre) -> None:
        self._trava = trava
        self.saude = saude
        self.store = PostgresStore(dsn, trava, saude, cofre)
        self.leituras = Leituras(dsn, no=trava.nome, saude=saude)

    def ao_religar(self, chamar: Callable[[], Awaitable[None]]) -> None:
        """Have ``chamar`` awaited whenever this node was cut off and is about to be there again: its leases may be
        gone, and until it is known which, nothing is told from memory.
        """
        self._trava.ao_religar = chamar

    async def alcancavel(self) -> bool:
        """Whether the database answers now, and knows that this node is alive."""
        if self.saude.calada:
            return False
        try:
            await self.leituras.responde()
        except Unavailable:
            return False
        return self._trava.viva and self.saude.recente()

    async def fechar(self) -> None:
        """Close every connection. The node's lock goes last: until then nobody takes over what may still be written."""
        await asyncio.gather(self.store.fechar(), self.leituras.fechar())
        await self._trava.fechar()


async def abrir(dsn: str, *, no: str, cofre: Cofre) -> Banco:
    """Open a database that :func:`storage.migrar` has prepared.

    Args:
        dsn: ``postgresql://…``.
        no: what people call this node: whoever is refused an empresa is told who has it.
        cofre: where what is secret is closed. Whether it has all keys, ``store.conferir`` says.

    Raises:
        DsnInvalido, BancoAusente: it cannot be used, or not as the role that reads.
        MigracaoRecusada: it is not at this version's schema.
    """
    saude = Saude()
    trava = TravaDoNo(dsn, no, saude)
    try:
        await trava.iniciar()
    except (*FALHAS, ValueError) as exc:
        raise falha_ao_conectar(exc) from exc
    banco = Banco(dsn, trava, saude, cofre)
    try:
        await banco.leituras.conferir()
    except FALHAS as exc:
        await banco.fechar()
        raise falha_ao_conectar(exc) from exc
    return banco
