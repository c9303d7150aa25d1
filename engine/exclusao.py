"""What is left of something that was deleted: that it was, when, and its place; nothing that somebody wrote.

The event log keeps every event and its ``seq``, and history its order; what stood in them is blanked. In the database
the commit that deletes does that (``storage/sql/apagar.sql``); here is the same for rows and for events in memory.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from engine.eventos import (
    ContatoAtualizado,
    ContatoCriado,
    ContatoExcluido,
    ContatoUnido,
    MensagemExcluida,
    NotaAtualizada,
    NotaExcluida,
    NotaInterna,
    NovaMensagem,
    Oferta,
    TicketAtualizado,
    TicketCriado,
    TicketEncerrado,
    TicketExcluido,
    tipos,
)
from engine.modelo import ContatoRow, EventoRow, TicketRow
from engine.vistas import json_text

_DO_CONTATO_NO_TICKET: Final[dict[str, Any]] = {
    "contato_nome": "",
    "contato_telefone": None,
    "contato_email": None,
    "contato_etiquetas": [],
}
_DE_TICKET: Final[dict[str, Any]] = _DO_CONTATO_NO_TICKET | {
    "assunto": None,
    "etiquetas": [],
    "idioma": None,
    "habilidades": None,
}
_DE_CONTATO: Final[dict[str, Any]] = {
    "nome": "",
    "telefone": None,
    "email": None,
    "observacao": None,
    "etiquetas": [],
}
_EM_BRANCO: Final = {
    "conteudo": "",
    "arquivoUrl": None,
    "arquivoNome": None,
    "metadados": None,
    "motivo": None,
    "nota": None,
}
_EXCLUSOES: Final = tipos(MensagemExcluida, NotaExcluida, TicketExcluido, ContatoExcluido)
_DITOS_EM: Final = {MensagemExcluida.tipo: tipos(NovaMensagem), NotaExcluida.tipo: tipos(NotaInterna, NotaAtualizada)}
"""What tells of that which is deleted by itself."""
_DE_CONTATOS: Final = tipos(ContatoCriado, ContatoAtualizado, ContatoUnido)
_MOSTRAM_O_CONTATO: Final = tipos(TicketCriado, TicketAtualizado, TicketEncerrado, Oferta)

_ler = msgspec.json.Decoder(dict[str, Any]).decode


def ticket_excluido(row: TicketRow, now: int) -> TicketRow:
    return replace(
        row,
        contato_nome="",
        contato_telefone=None,
        contato_email=None,
        assunto=None,
        endereco=None,
        rota=None,
        excluido_em=now,
        atualizado_em=now,
    )


def contato_excluido(row: ContatoRow, now: int) -> ContatoRow:
    return replace(
        row,
        nome="",
        telefone=None,
        email=None,
        observacao=None,
        outros=(),
        etiquetas=(),
        excluido_em=now,
        atualizado_em=now,
    )


def e_exclusao(evento: EventoRow) -> bool:
    """Whether it takes the content out of events before it."""
    return evento.tipo in _EXCLUSOES


def sem_o_excluido(evento: EventoRow, exclusao: EventoRow) -> EventoRow:
    """``evento`` as it may still be read after ``exclusao``: the very same one, unless it told of what was deleted."""
    if evento.seq >= exclusao.seq:
        return evento
    if exclusao.tipo == ContatoExcluido.tipo:
        dados = _ler(exclusao.dados)
        return _sem_os_contatos(evento, {dados["id"], *dados.get("unidos", ())})
    if evento.ticket_id != exclusao.ticket_id:
        return evento
    if exclusao.tipo == TicketExcluido.tipo:
        return _apagado(evento, mudancas=None)
    ditos = _DITOS_EM[exclusao.tipo]
    fala_dele = evento.tipo in ditos and _ler(evento.dados)["id"] == _ler(exclusao.dados)["id"]
    return _apagado(evento, mudancas=evento.mudancas) if fala_dele else evento


def _sem_os_contatos(evento: EventoRow, ids: Collection[str]) -> EventoRow:
    """Nothing of their own events is left, nor of what was noted. A ticket's stay, and do not say whose it is."""
    if evento.tipo in _DITOS_EM[NotaExcluida.tipo]:
        return _apagado(evento, mudancas=None) if _ler(evento.dados)["contatoId"] in ids else evento
    if evento.tipo in _DE_CONTATOS:
        return _apagado(evento, mudancas=None) if _ler(evento.dados)["contato"]["id"] in ids else evento
    dados = _ler(evento.dados) if evento.tipo in _MOSTRAM_O_CONTATO else None
    if dados is None or dados["ticket"]["contatoId"] not in ids:
        return evento
    dados["ticket"] |= _DO_CONTATO_NO_TICKET
    mudancas = None if evento.mudancas is None else _ler(evento.mudancas)
    ficam = {nome: valor for nome, valor in (mudancas or {}).items() if nome not in _DO_CONTATO_NO_TICKET}
    return replace(evento, dados=json_text(dados), mudancas=json_text(ficam) if ficam else None)


def _apagado(evento: EventoRow, mudancas: str | None) -> EventoRow:
    dados = _ler(evento.dados)
    dados |= {nome: nada for nome, nada in _EM_BRANCO.items() if nome in dados}
    if "ticket" in dados:
        dados["ticket"] |= _DE_TICKET
    if "contato" in dados:
        dados["contato"] |= _DE_CONTATO
        if "enderecos" in dados["contato"]:
            dados["contato"]["enderecos"] = []
    return replace(evento, dados=json_text(dados), mudancas=mudancas)
