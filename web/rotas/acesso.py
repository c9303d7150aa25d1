"""What an atendente may read: the tickets of its filas, and its own."""

from __future__ import annotations

from msgspec.structs import replace

from engine.errors import NotFound
from engine.ports import FiltroTickets, TicketDetalhe
from web.rota import Pedido


async def ticket_visivel(p: Pedido, ticket_id: str, mensagens: int = 0) -> TicketDetalhe:
    """A ticket that the caller may see, with its latest messages. Raises NotFound or Forbidden."""
    detalhe = await p.leitor.detalhe(p.quem.empresa_id, ticket_id, mensagens)
    if detalhe is None:
        raise NotFound("ticket_nao_encontrado", "Ticket não encontrado")
    if p.quem.papel == "atendente":
        viva = await p.no.ativar(p.quem.empresa_id)
        viva.exigir_acesso(p.quem, detalhe.ticket)
    return detalhe


async def so_visiveis(p: Pedido, filtro: FiltroTickets) -> FiltroTickets:
    """The filter, narrowed to what the caller may see."""
    if p.quem.papel != "atendente" or p.quem.id is None:
        return filtro
    viva = await p.no.ativar(p.quem.empresa_id)
    filas = tuple(sorted(viva.filas_de.get(p.quem.id, ())))
    return replace(filtro, visivel_para=p.quem.id, visivel_filas=filas)
