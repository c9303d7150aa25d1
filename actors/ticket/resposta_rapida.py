"""A quick reply is filled in for a ticket, by what its actor and its empresa know at that moment."""

from __future__ import annotations

from typing import TYPE_CHECKING

from actors.ticket.comandos import PreencherResposta, RespostaPreenchida
from engine.documentos.especies import CALENDARIO, RESPOSTA_RAPIDA
from engine.errors import Conflict, NotFound
from engine.modelo import Quem
from engine.politica.da_fila import politica_de
from engine.respostas_rapidas.preenchimento import FUSO_PADRAO, DeQuem, preencher

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def preenchida(ticket: Ticket, comando: PreencherResposta) -> RespostaPreenchida:
    """Raises NotFound, and Conflict for one that is not for the ticket's fila."""
    row, group = ticket.row, ticket.group
    resposta = group.documentos.de(RESPOSTA_RAPIDA).get(comando.resposta_id)
    if resposta is None:
        raise NotFound("documento_nao_encontrado", f"Não há {RESPOSTA_RAPIDA.um} com este id")
    if not resposta.serve(row.fila_id, frozenset(group.diretorio.participacao.servidas.com(row.fila_id))):
        problema = "esta resposta não é para a fila do ticket; use outra, ou inclua a fila nela"
        raise Conflict("resposta_de_outra_fila", f"ticketId: {problema}")
    return RespostaPreenchida(row.id, preencher(resposta.texto, row, _de_quem(ticket, comando.quem)))


def _de_quem(ticket: Ticket, quem: Quem) -> DeQuem:
    group, fila_id = ticket.group, ticket.row.fila_id
    atendente = group.diretorio.atendente_row(quem.id or "")
    fila = group.diretorio.fila_row(fila_id)
    return DeQuem(
        None if atendente is None else atendente.nome,
        None if fila is None else fila.nome,
        None if group.ajustes.nome == group.name else group.ajustes.nome,  # it has said nothing, and goes by its id
        ticket.now(),
        _fuso(ticket, fila_id),
    )


def _fuso(ticket: Ticket, fila_id: str) -> str:
    """The clock of the fila: of its calendar, or of its opening hours."""
    group = ticket.group
    calendario = group.documentos.de(CALENDARIO).get(group.calendarios.id_da_fila(fila_id) or "")
    if calendario is not None:
        return calendario.fuso
    fila = group.diretorio.fila_row(fila_id)
    horario = None if fila is None else politica_de(fila).horario
    return FUSO_PADRAO if horario is None else horario.fuso
