"""The contact of a resolved ticket is asked one question by its channel, and its answer opens nothing again.

When it is to be asked stands in the ticket's row, so what was due when the node died is asked once. Whether the contact
may be asked again is the contact's to say: the ticket asks the Empresa, which writes down that it is asked, and tells
the ticket. If the node dies between the two, nobody is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace

from actors.contatos.mensagens import PesquisarContato
from actors.ticket import envio
from actors.ticket.comandos import EnviarMensagem
from actors.ticket.mensagens import Pesquisar
from actors.ticket.registro import sistema
from engine import estados, eventos
from engine.eventos import do_ticket, publicar
from engine.modelo import MensagemRow, TicketRow
from engine.pesquisa import regra
from engine.pesquisa.estado import Perguntada
from engine.tempo import iso

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket

Dizer = Callable[["Ticket", EnviarMensagem], object]
"""How something is said to the contact of a ticket."""


def vencer(ticket: Ticket, em: int) -> None:
    """It is time to ask."""
    row = ticket.row
    if row.perguntar_em != em:
        return
    achada = ticket.group.pesquisas.da(row) if row.status == "RESOLVIDO" else None
    if achada is None or not envio.passa(ticket):
        _calar(ticket)
    elif row.contato_id is None:
        ticket.ref.tell(Pesquisar(em, sim=True))
    else:
        ticket.group.diretorio.empresa.tell(PesquisarContato(row.contato_id, row.id, em, achada[1].intervalo_dias))


def perguntar(ticket: Ticket, m: Pesquisar, dizer: Dizer) -> None:
    """The contact may be asked, or may not."""
    if ticket.row.perguntar_em != m.em:
        return
    achada = ticket.group.pesquisas.da(ticket.row)
    if not m.sim or achada is None or not envio.passa(ticket):
        _calar(ticket)
        return
    id_, pesquisa = achada
    _dizer(ticket, pesquisa.pergunta, dizer)
    _tomar(ticket, regra.perguntar(ticket.row, id_, pesquisa, ticket.now()))


def _calar(ticket: Ticket) -> None:
    _tomar(ticket, regra.calar(ticket.row))


def _tomar(ticket: Ticket, row: TicketRow) -> None:
    """It was kept in memory for this only."""
    ticket.become(row)
    ticket.retiring = not estados.aberto(row.status)


def _dizer(ticket: Ticket, texto: str | None, dizer: Dizer) -> None:
    if texto is not None and envio.passa(ticket):
        dizer(ticket, EnviarMensagem(quem=sistema(ticket), ticket_id=ticket.row.id, conteudo=texto))


def responder(ticket: Ticket, mensagem: MensagemRow, parte: regra.Parte, dizer: Dizer) -> None:
    """A message of the contact is part of the survey: it was stored, and what it says is kept."""
    perguntada = ticket.row.pesquisa
    assert perguntada is not None, "it is part of it"
    pesquisa = ticket.group.pesquisas.de_id(perguntada.pesquisa)
    if parte == "comentario":
        ticket.become(replace(ticket.row, pesquisa=regra.comentada(perguntada, mensagem.id)))
    elif parte == "nota":
        pede = None if pesquisa is None else pesquisa.comentario
        depois = regra.respondida(
            perguntada, mensagem.conteudo, mensagem.id, ticket.now(), pede_comentario=pede is not None
        )
        ticket.become(replace(ticket.row, pesquisa=depois))
        _contar(ticket, depois)
        _dizer(ticket, None if pesquisa is None else pesquisa.agradecimento, dizer)
        _dizer(ticket, pede if depois.pede_comentario else None, dizer)


def _contar(ticket: Ticket, perguntada: Perguntada) -> None:
    assert perguntada.nota is not None, "it was answered"
    evento = eventos.PesquisaRespondida(
        ticket.row.id, perguntada.pesquisa, perguntada.tipo, perguntada.nota, iso(perguntada.em)
    )
    publicar(ticket, sistema(ticket), evento, do_ticket(ticket.row))
