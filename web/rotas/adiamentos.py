"""Putting a ticket off ("lembrar em"): ``/atendimento/tickets/:id/adiar``."""

from __future__ import annotations

from typing import Final

from actors.ticket.comandos import AdiarTicket, CancelarAdiamento
from engine import permissoes
from engine.silencio.adiamento import DIAS_MAXIMO
from engine.tempo import ms_de
from engine.vistas import TicketVista, ticket_vista
from web.pedido.campos import Instante, Motivo
from web.pedido.rota import Documento, Pedido, Rotas
from web.pedido.validacao import DaEmpresa

rotas = Rotas("Tickets")

DO_ADIAMENTO: Final[Documento] = {
    "description": (
        "O ticket fica PENDENTE, com o seu atendente, até `ate`, no máximo "
        f"{DIAS_MAXIMO} dias adiante; conta no limite de tickets PENDENTE de quem o tem (409). Então o evento "
        "`ticket_lembrete` o diz a quem o tinha, e ele volta a EM_ANDAMENTO, se esse atendente ainda pode atendê-lo, "
        "ou à fila. Uma mensagem do contato o acorda antes; atribuir, transferir, resolver ou encerrar o ticket "
        "cancela o adiamento. Adiar de novo troca o instante e o motivo."
    )
}


class AdiamentoNovo(DaEmpresa, frozen=True, kw_only=True):
    ate: Instante
    motivo: Motivo | None = None


@rotas.post(
    "/tickets/<ticket_id>/adiar",
    resumo="Adiar um ticket, e ser lembrado dele",
    ato=permissoes.ATENDER,
    erros=(409,),
    documento=DO_ADIAMENTO,
)
async def adiar(p: Pedido, ticket_id: str, corpo: AdiamentoNovo) -> TicketVista:
    comando = AdiarTicket(quem=p.quem, ticket_id=ticket_id, ate=ms_de(corpo.ate), motivo=corpo.motivo or None)
    return ticket_vista(await p.pedir(comando))


@rotas.delete(
    "/tickets/<ticket_id>/adiar",
    resumo="Cancelar o adiamento de um ticket: volta a ser como era",
    ato=permissoes.ATENDER,
    erros=(409,),
)
async def cancelar(p: Pedido, ticket_id: str) -> TicketVista:
    return ticket_vista(await p.pedir(CancelarAdiamento(quem=p.quem, ticket_id=ticket_id)))
