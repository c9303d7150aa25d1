"""Rows as the wire shows them: the field names of the mission page, times as ISO text.

REST answers and event payloads are made here and nowhere else, so both always agree.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct, field

from engine.canais import mostrado
from engine.conector.ganchos import config_do_gancho, situacao_do_gancho
from engine.conector.segredos import SO_NOSSOS
from engine.modelo import (
    AoFicarOffline,
    AtendenteRow,
    CanalRow,
    ContatoRow,
    ContatosVisiveis,
    Direcao,
    EmpresaRow,
    EquipeRow,
    Estrategia,
    FilaRow,
    MensagemRow,
    NotaRow,
    Pedida,
    Prioridade,
    Status,
    StatusEntrega,
    TicketRow,
    TipoCanal,
    TipoMensagem,
)
from engine.politica.capacidade import Capacidade
from engine.politica.modelo import Horario
from engine.sla import relogio
from engine.sla.estado import Sla, SlaEstado
from engine.tempo import iso, iso_or_none

codificar = msgspec.json.Encoder().encode
"""Compact JSON of a Struct or plain value."""


def json_text(value: object) -> str:
    return codificar(value).decode()


class PedidaVista(Struct, frozen=True, gc=False):
    """A skill that a ticket asks for, with at least that proficiency; ``preferida``: it is only liked."""

    nome: str
    nivel: int
    preferida: bool


def pedidas_vistas(pedidas: tuple[Pedida, ...] | None) -> tuple[PedidaVista, ...] | None:
    return None if pedidas is None else tuple(PedidaVista(um.nome, um.nivel, um.preferida) for um in pedidas)


class TicketVista(Struct, frozen=True, gc=False, rename="camel"):
    """A ticket on the wire. ``janelaAte``: until then the contact can be written to freely; null where the channel has
    no such window, or the contact never wrote by it. ``habilidades`` are those that a person has set; null: what the
    rules of its fila say is asked for. ``contato_etiquetas`` are the tags of its contact. ``prazo…``: by when a person
    is to answer, or to resolve it; null: nothing is promised, or it waits on the customer meanwhile. ``slaEstado``: how
    it stands with what is promised. ``adiadoAte``: it is put off until then; null: it is not.
    """

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
    contato_id: str | None
    created_at: str
    updated_at: str
    data_primeira_resposta: str | None
    data_resolucao: str | None
    data_fechamento: str | None
    janela_ate: str | None
    etiquetas: tuple[str, ...]
    idioma: str | None
    habilidades: tuple[PedidaVista, ...] | None
    contato_etiquetas: tuple[str, ...] = field(name="contato_etiquetas")
    prazo_primeira_resposta: str | None
    prazo_proxima_resposta: str | None
    prazo_resolucao: str | None
    sla_estado: SlaEstado | None
    adiado_ate: str | None


_SEM_PRAZOS: Final = (None, None, None, None)


def ticket_vista(row: TicketRow) -> TicketVista:
    rota = row.rota
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
        row.contato_id,
        iso(row.criado_em),
        iso(row.atualizado_em),
        iso_or_none(row.data_primeira_resposta),
        iso_or_none(row.data_resolucao),
        iso_or_none(row.data_fechamento),
        iso_or_none(row.janela_ate),
        () if rota is None else rota.etiquetas,
        None if rota is None else rota.idioma,
        None if rota is None else pedidas_vistas(rota.habilidades),
        () if rota is None else rota.etiquetas_do_contato,
        *(_SEM_PRAZOS if row.sla is None else _prazos(row.sla)),
        None if row.adiamento is None else iso(row.adiamento.ate),
    )


def _prazos(sla: Sla) -> tuple[str | None, str | None, str | None, SlaEstado | None]:
    return (
        iso_or_none(relogio.prazo(sla, sla.primeira)),
        iso_or_none(relogio.prazo(sla, sla.proxima)),
        iso_or_none(relogio.prazo(sla, sla.resolucao)),
        relogio.estado(sla),
    )


Endereco = Callable[[str, str], str]
"""Makes the address of a file, from its empresa and its id: signed, and good for a while."""


class MensagemVista(Struct, frozen=True, gc=False, rename="camel"):
    """A message on the wire, the same in REST answers, acks and ``nova_mensagem``. ``arquivoTipo`` is a MIME type,
    ``arquivoTamanho`` in bytes, ``largura`` and ``altura`` in pixels.
    """

    id: str
    conteudo: str
    tipo: TipoMensagem
    direcao: Direcao
    arquivo_url: str | None
    arquivo_nome: str | None
    arquivo_tipo: str | None
    arquivo_tamanho: int | None
    largura: int | None
    altura: int | None
    remetente_id: str | None
    ticket_id: str
    lida: bool
    status_entrega: StatusEntrega
    erro_entrega: str | None
    metadados: msgspec.Raw | None
    created_at: str


_endereco_de_arquivo = re.compile(r'"arquivoUrl":"[^"]*?/arquivos/([0-9a-f-]{36})(?:\?[^"]*)?"').sub


def com_enderecos_atuais(dados: str, empresa_id: str, endereco: Endereco) -> str:
    """The payload of an event of the log, with addresses of files that are good now: those in it have expired."""
    if '"arquivoUrl":"' not in dados:
        return dados
    return _endereco_de_arquivo(lambda achado: f'"arquivoUrl":{json_text(endereco(empresa_id, achado[1]))}', dados)


def mensagem_vista(row: MensagemRow, endereco: Endereco) -> MensagemVista:
    arquivo = row.arquivo
    return MensagemVista(
        row.id,
        row.conteudo,
        row.tipo,
        row.direcao,
        None if arquivo is None else endereco(row.empresa_id, arquivo.id),
        None if arquivo is None else arquivo.nome,
        None if arquivo is None else arquivo.tipo,
        None if arquivo is None else arquivo.tamanho,
        None if arquivo is None else arquivo.largura,
        None if arquivo is None else arquivo.altura,
        row.remetente_id,
        row.ticket_id,
        row.lida,
        row.status_entrega,
        row.erro_entrega,
        None if row.metadados is None else msgspec.Raw(row.metadados.encode()),
        iso(row.criada_em),
    )


class NotaVista(Struct, frozen=True, gc=False, rename="camel"):
    """An internal note on the wire. ``mencoes`` are the ids of the atendentes that it names; ``editadaEm``: when it was
    changed last.
    """

    id: str
    ticket_id: str
    conteudo: str
    autor_id: str | None
    mencoes: tuple[str, ...]
    created_at: str
    editada_em: str | None


def nota_vista(row: NotaRow) -> NotaVista:
    return NotaVista(
        row.id,
        row.ticket_id,
        row.conteudo,
        row.autor_id,
        row.mencoes,
        iso(row.criada_em),
        iso_or_none(row.editada_em),
    )


class HorarioVista(Horario, frozen=True, kw_only=True, omit_defaults=False):
    """Hours on the wire, with every field in them."""


horario_vista = lru_cache(maxsize=1024)(msgspec.json.Decoder(HorarioVista).decode)
"""Hours as they are kept, JSON text, as they are shown."""


class AtendenteVista(Struct, frozen=True, rename="camel"):
    """An agent on the wire. ``atendimentosAtivos`` counts the tickets that hold one of its slots. ``niveis`` is its
    proficiency in those of its skills of which it is known; ``turno``, when it works: null for always.
    """

    id: str
    nome: str
    email: str
    online: bool
    estado: str
    motivo: str | None
    capacidade: int
    atendimentos_ativos: int
    habilidades: tuple[str, ...]
    niveis: Mapping[str, int]
    turno: HorarioVista | None
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
        row.niveis,
        None if row.turno is None else horario_vista(row.turno),
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


class CanalVista(Struct, frozen=True, rename="camel"):
    """A channel on the wire. ``segredos`` are the names of what is secret in ``config``; the values are not told.
    ``pausadoEm``: nothing is sent since then, because of ``pausaMotivo``; ``situacao`` is what the provider says of it.
    """

    id: str
    nome: str
    tipo: TipoCanal
    fila_id: str | None
    ativo: bool
    config: msgspec.Raw
    segredos: tuple[str, ...]
    pausado_em: str | None
    pausa_motivo: str | None
    situacao: msgspec.Raw | None
    created_at: str
    updated_at: str


def canal_vista(row: CanalRow, segredos: tuple[str, ...]) -> CanalVista:
    config, escondidos = mostrado(row.tipo, row.config)
    return CanalVista(
        row.id,
        row.nome,
        row.tipo,
        row.fila_id,
        row.ativo,
        msgspec.Raw(config.encode()),
        tuple(sorted({*segredos, *escondidos}.difference(SO_NOSSOS.get(row.tipo, ())))),
        iso_or_none(row.pausado_em),
        row.pausa_motivo,
        None if row.situacao is None else msgspec.Raw(row.situacao.encode()),
        iso(row.criado_em),
        iso(row.atualizado_em),
    )


class WebhookVista(Struct, frozen=True, rename="camel"):
    """A webhook to another system, as events tell of it: without its address and its secrets. ``falhandoDesde``: since
    when nothing arrives; ``desativadoEm``: since when nothing is sent, because of ``motivo``.
    """

    id: str
    descricao: str | None
    eventos: tuple[str, ...]
    ativo: bool
    falhando_desde: str | None
    desativado_em: str | None
    motivo_desativacao: str | None
    created_at: str
    updated_at: str


def webhook_vista(row: CanalRow) -> WebhookVista:
    config, situacao = config_do_gancho(row.config), situacao_do_gancho(row.situacao)
    return WebhookVista(
        row.id,
        row.nome or None,
        config.eventos,
        row.ativo,
        iso_or_none(situacao.falhando_desde),
        iso_or_none(situacao.desativado_em),
        situacao.motivo,
        iso(row.criado_em),
        iso(row.atualizado_em),
    )


class EquipeVista(Struct, frozen=True, gc=False, rename="camel"):
    """A team on the wire."""

    id: str
    nome: str
    descricao: str | None
    created_at: str
    updated_at: str


def equipe_vista(row: EquipeRow) -> EquipeVista:
    return EquipeVista(row.id, row.nome, row.descricao, iso(row.criada_em), iso(row.atualizada_em))


class ContatoVista(Struct, frozen=True, gc=False, rename="camel"):
    """A contact on the wire. ``enderecos``: others by which it is reached, each as ``tipo:valor``. ``etiquetas``: its
    tags, which its tickets know.
    """

    id: str
    nome: str
    telefone: str | None
    email: str | None
    observacao: str | None
    enderecos: tuple[str, ...]
    etiquetas: tuple[str, ...]
    created_at: str
    updated_at: str


def contato_vista(row: ContatoRow) -> ContatoVista:
    return ContatoVista(
        row.id,
        row.nome,
        row.telefone,
        row.email,
        row.observacao,
        row.outros,
        row.etiquetas,
        iso(row.criado_em),
        iso(row.atualizado_em),
    )


class CapacidadeVista(Capacidade, frozen=True, kw_only=True, omit_defaults=False):
    """How slots are counted, on the wire: with every field in it."""


capacidade_vista = lru_cache(maxsize=1024)(msgspec.json.Decoder(CapacidadeVista).decode)
"""The same as it is kept, JSON text, as it is shown."""


class EmpresaVista(Struct, frozen=True, gc=False, rename="camel"):
    """An empresa on the wire. ``janelaReaberturaMinutos`` null: what the installation is set to. ``estados`` are those
    of its own in which an atendente can be, beside those of every empresa. ``contatosVisiveis``: which contacts an
    atendente sees. ``capacidade``: how its agents' slots are counted.
    """

    id: str
    nome: str
    janela_reabertura_minutos: int | None
    capacidade_padrao: int
    pais_padrao: str
    estados: tuple[str, ...]
    contatos_visiveis: ContatosVisiveis
    capacidade: CapacidadeVista
    created_at: str
    updated_at: str


def empresa_vista(row: EmpresaRow) -> EmpresaVista:
    return EmpresaVista(
        row.id,
        row.nome,
        None if row.janela_reabertura is None else row.janela_reabertura // 60_000,
        row.capacidade_padrao,
        row.pais_padrao,
        row.estados,
        row.contatos_visiveis,
        capacidade_vista(row.capacidade),
        iso(row.criada_em),
        iso(row.atualizada_em or row.criada_em),
    )
