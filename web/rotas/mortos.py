"""Of which canais there may be dead letters, and which of these can be tried again."""

from __future__ import annotations

from typing import NamedTuple

from engine.envios.situacao import Carta
from engine.errors import Conflict
from web.pedido.rota import Pedido


class CanaisComMortos(NamedTuple):
    """``excluidos`` were deleted: what is dead of them can only be given up."""

    vivos: list[str]
    excluidos: list[str]

    @property
    def todos(self) -> list[str]:
        return [*self.vivos, *self.excluidos]

    def impede(self, carta: Carta) -> Conflict | None:
        """Why a dead letter cannot be tried again."""
        if carta.canal_id in self.excluidos:
            return Conflict("canal_excluido", "O canal desta mensagem foi excluído: ela só pode ser descartada")
        if carta.sem_carga:
            return Conflict("carga_excluida", "O ticket ou a mensagem foi excluído: este envio só pode ser descartado")
        return None

    def exigir_reenviavel(self, carta: Carta) -> None:
        """Raises Conflict."""
        recusa = self.impede(carta)
        if recusa is not None:
            raise recusa


async def canais_com_mortos(p: Pedido, canal_id: str | None = None) -> CanaisComMortos:
    """All there may be, or the one that was named: none, if that is none of the empresa's, as with every filter."""
    vivos = (await p.no.ativar(p.quem.empresa_id)).ids_dos_canais()
    if canal_id is None:
        return CanaisComMortos(vivos, await p.leitor.canais_excluidos(p.quem.empresa_id))
    if canal_id in vivos:
        return CanaisComMortos([canal_id], [])
    return CanaisComMortos([], await p.leitor.canais_excluidos(p.quem.empresa_id, canal_id))
