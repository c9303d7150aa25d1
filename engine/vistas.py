"""Rows as the wire shows them: the field names of the mission page, times as ISO text.

REST answers and event payloads are made here and nowhere else, so both always agree.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, field

from engine.modelo import (
    AoFicarOffline,
    AtendenteRow,
    Direcao,
    Estrategia,
    FilaRow,
    MensagemRow,
    Prioridade,
    Status,
    StatusEntrega,
    TicketRow,
    TipoMensagem,
)
from engine.tempo import iso, iso_or_none

_encoder = msgspec.json.Encoder()


def json_text(value: object) -> str:
    """Compact JSON text of a Struct or plain value."""
    return _encoder.encode(value).decode()


class TicketVista(Struct, frozen=True, gc=False, rename="camel"):
    """A ticket on the wire."""

    id: str
    numero: int
    status: Status
    prioridade: Prioridade
    contato_nome: str = field(name="contato_nome")
    contato_telefone: str | None = field(name="contato_telefone")
    contato_email: str | None = field(name="contato_email")
    assunto: str | None
    empresa_id: str
    atendente_id: str | None
    fila_id: str
    canal_id: str | None
    created_at: str
    updated_at: str
    data_primeira_resposta: str | None
    data_resolucao: str | None
    data_fechamento: str | None


def ticket_vista(row: TicketRow) -> TicketVista:
    return TicketVista(
        row.id,
        row.numero,
        row.status,
        row.prioridade,
        row.contato_nome,
        row.contato_telefone,
        row.contato_email,
        row.assunto,
        row.empresa_id,
        row.atendente_id,
        row.fila_id,
        row.canal_id,
        iso(row.criado_em),
        iso(row.atualizado_em),
        iso_or_none(row.data_primeira_resposta),
        iso_or_none(row.data_resolucao),
        iso_or_none(row.data_fechamento),
    )


class MensagemVista(Struct, frozen=True, gc=False, rename="camel"):
    """A message on the wire, the same in REST answers, acks and ``nova_mensagem``."""

    id: str
    conteudo: str
    tipo: TipoMensagem
    direcao: Direcao
    arquivo_url: str | None
    remetente_id: str | None
    ticket_id: str
    lida: bool
    status_entrega: StatusEntrega
    created_at: str


def mensagem_vista(row: MensagemRow) -> MensagemVista:
    return MensagemVista(
        row.id,
        row.conteudo,
        row.tipo,
        row.direcao,
        row.arquivo_url,
        row.remetente_id,
        row.ticket_id,
        row.lida,
        row.status_entrega,
        iso(row.criada_em),
    )


class AtendenteVista(Struct, frozen=True, rename="camel"):
    """An agent on the wire. ``atendimentosAtivos`` counts the tickets that hold one of its slots."""

    id: str
    nome: str
    email: str
    online: bool
    estado: str
    motivo: str | None
    capacidade: int
    atendimentos_ativos: int
    habilidades: tuple[str, ...]
    created_at: str
    updated_at: str


def atendente_vista(row: AtendenteRow, ativos: int) -> AtendenteVista:
    return AtendenteVista(
        row.id,
        row.nome,
        row.email,
        row.online,
        row.estado,
        row.motivo,
        row.capacidade,
        ativos,
        row.habilidades,
        iso(row.criado_em),
        iso(row.atualizado_em),
    )


class AtendenteResumo(Struct, frozen=True, gc=False):
    """An agent as embedded in tickets and events."""

    id: str
    nome: str
    email: str | None = None


class FilaVista(Struct, frozen=True, gc=False, rename="camel"):
    """A fila on the wire. ``padrao`` marks the one that receives tickets without ``filaId``."""

    id: str
    nome: str
    descricao: str | None
    estrategia: Estrategia
    distribuicao_automatica: bool
    ao_ficar_offline: AoFicarOffline
    prioridade: int
    padrao: bool
    created_at: str
    updated_at: str


def fila_vista(row: FilaRow) -> FilaVista:
    return FilaVista(
        row.id,
        row.nome,
        row.descricao,
        row.estrategia,
        row.distribuicao_automatica,
        row.ao_ficar_offline,
        row.prioridade,
        row.padrao,
        iso(row.criada_em),
        iso(row.atualizada_em),
    )
