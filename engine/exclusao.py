"""What is left of something that was deleted: that it was, when, and its place; nothing that somebody wrote.

The event log keeps every event and its ``seq``, and history its order; what stood in them is blanked. In the database
the commit that deletes does that (``storage/sql/apagar.sql``); here is the same for rows and for events in memory.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.modelo import ContatoRow, EventoRow, TicketRow
from engine.vistas import json_text

_DE_MENSAGEM: Final = {"conteudo": "", "arquivoUrl": None, "arquivoNome": None}
_DE_TICKET: Final = {"contato_nome": "", "contato_telefone": None, "contato_email": None, "assunto": None}
_DE_CONTATO: Final = {"nome": "", "telefone": None, "email": None, "observacao": None}
_EXCLUSOES: Final = frozenset({"mensagem_excluida", "ticket_excluido", "contato_excluido"})
_DE_CONTATOS: Final = frozenset({"contato_criado", "contato_atualizado", "contato_unido"})

_ler = msgspec.json.Decoder(dict[str, Any]).decode


def ticket_excluido(row: TicketRow, now: int) -> TicketRow:
    return replace(
        row,
        contato_nome="",
        contato_telefone=None,
        contato_email=None,
        assunto=None,
        excluido_em=now,
        atualizado_em=now,
    )


def contato_excluido(row: ContatoRow, now: int) -> ContatoRow:
    return replace(row, nome="", telefone=None, email=None, observacao=None, excluido_em=now, atualizado_em=now)


def e_exclusao(evento: EventoRow) -> bool:
    """Whether it takes the content out of events before it."""
    return evento.tipo in _EXCLUSOES


def sem_o_excluido(evento: EventoRow, exclusao: EventoRow) -> EventoRow:
    """``evento`` as it may still be read after ``exclusao``: the very same one, unless it told of what was deleted."""
    if evento.ticket_id != exclusao.ticket_id or evento.seq >= exclusao.seq:
        return evento
    if exclusao.tipo == "ticket_excluido":
        return _apagado(evento, mudancas=None)
    alvo = _ler(exclusao.dados)["id"]
    if exclusao.tipo == "mensagem_excluida":
        da_mensagem = evento.tipo == "nova_mensagem" and _ler(evento.dados)["id"] == alvo
        return _apagado(evento, mudancas=evento.mudancas) if da_mensagem else evento
    do_contato = evento.tipo in _DE_CONTATOS and _ler(evento.dados)["contato"]["id"] == alvo
    return _apagado(evento, mudancas=None) if do_contato else evento


def _apagado(evento: EventoRow, mudancas: str | None) -> EventoRow:
    dados = _ler(evento.dados)
    if "conteudo" in dados:
        dados |= _DE_MENSAGEM
    if "motivo" in dados:
        dados["motivo"] = None
    if "ticket" in dados:
        dados["ticket"] |= _DE_TICKET
    if "contato" in dados:
        dados["contato"] |= _DE_CONTATO
    return replace(evento, dados=json_text(dados), mudancas=mudancas)
