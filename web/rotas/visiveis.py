"""What is read before what was asked for: whether the caller may see it, and whom an id stands for."""

from __future__ import annotations

from msgspec.structs import replace

from engine import permissoes
from engine.errors import NotFound
from engine.ids import NINGUEM
from engine.modelo import ContatoRow
from engine.ports import FiltroTickets, TicketDetalhe, Vidente
from web.pedido.rota import Pedido


async def ticket_visivel(p: Pedido, ticket_id: str, mensagens: int = 0) -> TicketDetalhe:
    """A ticket that the caller may see, with its latest messages. Raises NotFound or Forbidden."""
    detalhe = await p.leitor.detalhe(p.quem.empresa_id, ticket_id, mensagens)
    if detalhe is None:
        raise NotFound("ticket_nao_encontrado", "Ticket não encontrado")
    if not permissoes.pode(p.quem, permissoes.VER_TUDO):
        diretorio = await p.no.ativar(p.quem.empresa_id)
        diretorio.exigir_que_veja(p.quem, detalhe.ticket)
    return detalhe


async def so_visiveis(p: Pedido, filtro: FiltroTickets) -> FiltroTickets:
    """The filter, narrowed to what the caller may see."""
    eu = await vidente_de_tickets(p)
    return filtro if eu is None else replace(filtro, visivel_para=eu.atendente_id, visivel_filas=eu.filas)


async def do_contato(p: Pedido, contato_id: str | None) -> str | None:
    """The id under which the tickets of a contact are found: that of the one it was merged into, or its own."""
    row = None if contato_id is None else await p.leitor.contato(p.quem.empresa_id, contato_id)
    return contato_id if row is None else row.id


async def vidente(p: Pedido) -> Vidente | None:
    """Through whose tickets the caller sees contacts; None if it sees all."""
    eu = await vidente_de_tickets(p)
    if eu is None or (await p.no.ativar(p.quem.empresa_id)).ve_todos_os_contatos(p.quem):
        return None
    return eu


async def vidente_de_tickets(p: Pedido) -> Vidente | None:
    """Through whose eyes the store is read for the caller; None if it sees every ticket."""
    if permissoes.pode(p.quem, permissoes.VER_TUDO):
        return None
    diretorio = await p.no.ativar(p.quem.empresa_id)
    return permissoes.vidente(p.quem, diretorio.filas_que_serve(p.quem.id or NINGUEM))


async def contato_visivel(p: Pedido, contato_id: str) -> ContatoRow:
    """The contact, or the one it was merged into, if the caller may see it. Raises NotFound or Forbidden."""
    row = await p.leitor.contato(p.quem.empresa_id, contato_id)
    if row is None:
        raise NotFound("contato_nao_encontrado", "Contato não encontrado")
    eu = await vidente(p)
    if eu is not None and not await p.leitor.contatos_vistos(p.quem.empresa_id, eu, (row.id,)):
        raise permissoes.contato_sem_acesso()
    return row
