"""Why a ticket went where it went: ``/atendimento/tickets/:id/decisoes``."""

from __future__ import annotations

from engine import permissoes
from engine.explicacao.palavras import escritas
from engine.explicacao.vista import DecisaoVista, decisao_vista, ids_de
from engine.modelo import DecisaoRow
from engine.ports import TicketDetalhe
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import Paginacao
from web.resposta.vistas import Lista, lista
from web.rotas.visiveis import ticket_visivel

rotas = Rotas("Tickets")


@rotas.get("/tickets/<ticket_id>/decisoes", resumo="Ver por que um ticket foi para quem foi", ato=permissoes.VER)
async def listar(p: Pedido, ticket_id: str, consulta: Paginacao) -> Lista[DecisaoVista]:
    detalhe = await ticket_visivel(p, ticket_id)
    rows, total = await p.leitor.decisoes(p.quem.empresa_id, ticket_id, consulta.page, consulta.limit)
    return lista(await _vistas(p, detalhe, rows), total, consulta.page, consulta.limit)


async def _vistas(p: Pedido, detalhe: TicketDetalhe, rows: list[DecisaoRow]) -> list[DecisaoVista]:
    nomes = await p.leitor.nomes(p.quem.empresa_id, ids_de(rows))
    ditas, rota = escritas(detalhe.fila, detalhe.ticket), detalhe.ticket.rota
    return [decisao_vista(row, nomes.get, ditas, None if rota is None else rota.afim) for row in rows]
