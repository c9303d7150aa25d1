"""What came to an empresa, from its database."""

from __future__ import annotations

from typing import Final

from balcao.ajustes.campos import Ajustes
from balcao.erros import ErroDeUso
from balcao.exames.banco import dsn_no_ar
from engine.ports import TicketPassado
from engine.simulacao.da_empresa import cenario_de, ensaio_do_passado
from engine.simulacao.ensaio import Ensaio
from storage.passado import PassadoDaEmpresa

TICKETS_NO_MAXIMO: Final = 1_000_000


async def passado_da_empresa(ajustes: Ajustes, empresa_id: str, de: int, ate: int) -> Ensaio:
    """To be gone through again. Raises ErroDeUso."""
    async with dsn_no_ar(ajustes, iniciar=False) as dsn, PassadoDaEmpresa(dsn, empresa_id) as banco:
        empresa = await banco.empresa()
        if empresa is None:
            raise ErroDeUso(f"--empresa: não há a empresa {empresa_id} neste banco", "confira o id, ou aponte --dados")
        tickets: list[TicketPassado] = []
        async for pagina in banco.trafego(de, ate):
            tickets += pagina
            if len(tickets) > TICKETS_NO_MAXIMO:
                raise ErroDeUso(f"há mais de {TICKETS_NO_MAXIMO} tickets nesse tempo", "aproxime --de de --ate")
    if not tickets:
        raise ErroDeUso("a empresa não recebeu nenhum ticket nesse tempo", "escolha outro --de e --ate")
    return ensaio_do_passado(cenario_de(empresa), tickets, de, ate)
