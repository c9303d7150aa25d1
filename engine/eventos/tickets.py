"""What happens to a ticket."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from engine.eventos._evento import Evento
from engine.pesquisa.estado import TipoDePesquisa
from engine.sla.estado import NomeDoAlvo
from engine.vistas import TicketVista

FimDaOferta = Literal["aceita", "recusada", "sem_resposta", "retirada"]


class TicketCriado(Evento, frozen=True):
    """The ticket as it begins."""

    tipo = "ticket_criado"

    ticket: TicketVista


class TicketAtualizado(Evento, frozen=True):
    """The ticket as it is now."""

    tipo = "ticket_atualizado"

    ticket: TicketVista


class Dono(Struct, frozen=True, gc=False):
    """The agent a ticket now belongs to."""

    id: str
    nome: str


class TicketAtribuido(Evento, frozen=True):
    """It has an owner."""

    tipo = "ticket_atribuido"

    ticket_id: str
    atendente: Dono


class TicketTransferido(Evento, frozen=True):
    """Somebody gave it to another fila, to another agent, or back to the line. ``nota`` is for whoever gets it: it is
    told to nobody outside.
    """

    tipo = "ticket_transferido"
    internos = frozenset({"nota"})

    ticket_id: str
    status: str
    fila_id: str
    fila_anterior_id: str
    atendente_id: str | None
    atendente_anterior_id: str | None
    motivo: str | None
    nota: str | None = None


class TicketEncerrado(Evento, frozen=True):
    """It is RESOLVIDO or FECHADO."""

    tipo = "ticket_encerrado"

    ticket_id: str
    status: str
    motivo: str | None
    ticket: TicketVista


class Oferta(Evento, frozen=True):
    """It is offered to these agents: the first who accepts it by ``ate`` has it."""

    tipo = "oferta"

    ticket_id: str
    fila_id: str
    atendentes: tuple[str, ...]
    ate: str
    ticket: TicketVista


class OfertaExpirada(Evento, frozen=True):
    """It is offered to these agents no more: ``aceita`` (one of them, or another, has it), ``recusada``,
    ``sem_resposta``, or ``retirada`` (the ticket is elsewhere, or the agent may not have it any more).
    """

    tipo = "oferta_expirada"

    ticket_id: str
    fila_id: str
    atendentes: tuple[str, ...]
    motivo: FimDaOferta


class TicketLembrete(Evento, frozen=True):
    """Its time has come: it was put off until ``ate``, by ``por``, who may have said why. ``atendenteId`` is who had it
    meanwhile.
    """

    tipo = "ticket_lembrete"
    internos = frozenset({"motivo"})

    ticket_id: str
    fila_id: str
    atendente_id: str | None
    ate: str
    por: str | None
    motivo: str | None


class TicketExcluido(Evento, frozen=True):
    """It is gone, and what was said in it."""

    tipo = "ticket_excluido"

    id: str


class SlaAlerta(Evento, frozen=True):
    """So much (``porcento``) of the time of a target (``alvo``: primeiraResposta, proximaResposta or resolucao) is
    over, which is due at ``prazo``. It was due ``devidoEm``; ``atrasado``: it is told late, since nobody was there to
    tell it.
    """

    tipo = "sla_alerta"

    ticket_id: str
    alvo: NomeDoAlvo
    porcento: int
    prazo: str
    devido_em: str
    politica_id: str
    atrasado: bool


class SlaViolado(Evento, frozen=True):
    """A target was missed: it was due at ``prazo``. ``atrasado``: it is told late."""

    tipo = "sla_violado"

    ticket_id: str
    alvo: NomeDoAlvo
    prazo: str
    politica_id: str
    atrasado: bool


class PesquisaRespondida(Evento, frozen=True):
    """The contact has answered the survey that was asked at ``perguntadaEm``, with this ``nota``: 1 to 5 of a csat, 0
    to 10 of an nps.
    """

    tipo = "pesquisa_respondida"

    ticket_id: str
    pesquisa_id: str
    tipo_de_pesquisa: TipoDePesquisa
    nota: int
    perguntada_em: str
