"""What an atendente is offered: ``/atendimento/tickets/:id/oferta``."""

from __future__ import annotations

from actors.ticket.comandos import AceitarOferta, RecusarOferta
from engine import permissoes
from engine.vistas import TicketVista, ticket_vista
from web.pedido.campos import Motivo
from web.pedido.rota import Pedido, Rotas
from web.pedido.validacao import DaEmpresa

rotas = Rotas("Tickets")


class Recusa(DaEmpresa, frozen=True, kw_only=True):
    motivo: Motivo | None = None


@rotas.post(
    "/tickets/<ticket_id>/oferta/aceitar",
    resumo="Aceitar um ticket que lhe foi ofertado",
    ato=permissoes.TER_PRESENCA,
    erros=(409,),
)
async def aceitar(p: Pedido, ticket_id: str) -> TicketVista:
    return ticket_vista(await p.pedir(AceitarOferta(quem=p.quem, ticket_id=ticket_id)))


@rotas.post(
    "/tickets/<ticket_id>/oferta/recusar",
    resumo="Recusar um ticket que lhe foi ofertado",
    ato=permissoes.TER_PRESENCA,
    erros=(409,),
)
async def recusar(p: Pedido, ticket_id: str, corpo: Recusa) -> TicketVista:
    return ticket_vista(await p.pedir(RecusarOferta(quem=p.quem, ticket_id=ticket_id, motivo=corpo.motivo)))
