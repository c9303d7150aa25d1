"""Notices for an agent's browsers: what they say, and the job that sends one to each.

A notice goes through a push service and lies on a screen that others may see: it says who wrote and no more, unless the
canal wants it otherwise (``mostrarConteudo``).
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from engine.canais import valor_publico
from engine.conector.trabalhos import Push
from engine.modelo import CanalRow, EnvioRow, InscricaoRow, MensagemRow, TicketRow
from engine.vistas import json_text

NOME_MAXIMO: Final = 80
TEXTO_MAXIMO: Final = 160
_RAIA: Final = "push:"
_SEM_NOME: Final = "Um contato"


class Aviso(Struct, frozen=True):
    """``texto`` is what somebody wrote, ``corpo`` what is said instead of it."""

    titulo: str
    corpo: str
    texto: str


def da_mensagem(ticket: TicketRow, mensagem: MensagemRow) -> Aviso:
    """The contact has written."""
    texto = mensagem.conteudo or ("" if mensagem.arquivo is None else mensagem.arquivo.nome)
    return Aviso(_nome(ticket), "Nova mensagem", texto)


def da_oferta(ticket: TicketRow) -> Aviso:
    """The ticket is offered to the agent."""
    return Aviso(_nome(ticket), f"Atendimento em oferta (nº {ticket.numero})", ticket.assunto or "")


def da_atribuicao(ticket: TicketRow) -> Aviso:
    """The ticket is the agent's now."""
    return Aviso(_nome(ticket), f"Novo atendimento (nº {ticket.numero})", ticket.assunto or "")


def do_lembrete(ticket: TicketRow, motivo: str | None) -> Aviso:
    """The time has come until which the ticket was put off."""
    return Aviso(_nome(ticket), f"Lembrete: atendimento nº {ticket.numero}", motivo or "")


def envio_de(
    id_: str, ticket: TicketRow, canal: CanalRow, inscricao: InscricaoRow, aviso: Aviso, ordem: int, now: int
) -> EnvioRow:
    """The job that sends a notice to one browser, in a lane of its own. Of the notices of a ticket a browser shows the
    last.
    """
    push = Push(
        endpoint=inscricao.endpoint,
        p256dh=inscricao.p256dh,
        auth=inscricao.auth,
        titulo=aviso.titulo,
        corpo=_corpo(aviso, canal),
        url=f"/tickets/{ticket.id}",
        etiqueta=ticket.id,
    )
    return EnvioRow(
        ticket.empresa_id,
        id_,
        canal.id,
        "saida",
        "enviar_push",
        "pendente",
        _RAIA + inscricao.id,
        ordem,
        json_text(push),
        now,
        now,
        ticket_id=ticket.id,
    )


def inscricao_de(row: EnvioRow) -> str:
    """The id of the subscription that a job is for."""
    return row.raia.removeprefix(_RAIA).partition("#")[0]


def _corpo(aviso: Aviso, canal: CanalRow) -> str:
    texto = " ".join(aviso.texto.split())
    if not texto or not _mostra_conteudo(canal):
        return aviso.corpo
    return texto if len(texto) <= TEXTO_MAXIMO else texto[: TEXTO_MAXIMO - 1] + "…"


def _mostra_conteudo(canal: CanalRow) -> bool:
    dito = valor_publico(canal.config, "mostrarConteudo")
    return dito is True or (isinstance(dito, str) and dito.strip().lower() in {"sim", "true"})


def _nome(ticket: TicketRow) -> str:
    return ticket.contato_nome[:NOME_MAXIMO] or _SEM_NOME
