"""The rows: what is saved, one frozen Struct per table.

A row is at once the durable state of its actor, the message that carries that state and the unit the journal writes.
Changing state is making a new row (``msgspec.structs.replace``), so the row before is still there if the turn fails.

Times are integers: milliseconds since the Unix epoch, UTC. Ids are UUID strings in lower case.
"""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Status = Literal["ABERTO", "EM_ANDAMENTO", "PENDENTE", "RESOLVIDO", "FECHADO"]
Prioridade = Literal["BAIXA", "NORMAL", "ALTA", "URGENTE"]
Estrategia = Literal["MENOS_OCUPADO", "ROUND_ROBIN", "MAIOR_TEMPO_OCIOSO"]
AoFicarOffline = Literal["devolver", "manter"]
TipoMensagem = Literal["texto", "imagem", "audio", "video", "documento"]
Direcao = Literal["enviada", "recebida"]
StatusEntrega = Literal["pendente", "enviado", "entregue", "lido", "falhou"]
Papel = Literal["admin", "supervisor", "atendente", "conector", "sistema"]

DISPONIVEL: Final = "disponivel"
"""The only ``estado`` in which an online atendente is given work."""


class EmpresaRow(Struct, frozen=True, gc=False):
    """A tenant. ``numero`` is the last ticket number given."""

    id: str
    nome: str
    numero: int
    criada_em: int


class TicketRow(Struct, frozen=True, gc=False):
    """A ticket. It holds a slot of ``atendente_id`` while its status is EM_ANDAMENTO or PENDENTE.

    ``aguardando_desde`` is its age in the waiting line: when it was opened, or reopened. ``forcado`` marks an
    assignment that a supervisor forced beyond the agent's capacity or presence.
    """

    empresa_id: str
    id: str
    numero: int
    status: Status
    prioridade: Prioridade
    contato_nome: str
    contato_telefone: str | None
    contato_email: str | None
    assunto: str | None
    fila_id: str
    atendente_id: str | None
    canal_id: str | None
    forcado: bool
    criado_em: int
    atualizado_em: int
    aguardando_desde: int
    data_primeira_resposta: int | None
    data_resolucao: int | None
    data_fechamento: int | None


class MensagemRow(Struct, frozen=True, gc=False):
    """A message of a ticket. ``seq`` is that of its ``nova_mensagem`` event: the order within the ticket."""

    empresa_id: str
    id: str
    ticket_id: str
    seq: int
    conteudo: str
    tipo: TipoMensagem
    direcao: Direcao
    remetente_id: str | None
    arquivo_url: str | None
    lida: bool
    status_entrega: StatusEntrega
    criada_em: int


class LeituraRow(Struct, frozen=True, gc=False):
    """The fact that a message was read: sets ``lida`` on a saved mensagem."""

    empresa_id: str
    mensagem_id: str


class FilaRow(Struct, frozen=True, gc=False):
    """A queue and its distribution policy. ``padrao`` marks the fila of tickets that name none."""

    empresa_id: str
    id: str
    nome: str
    descricao: str | None
    estrategia: Estrategia
    distribuicao_automatica: bool
    ao_ficar_offline: AoFicarOffline
    prioridade: int
    padrao: bool
    criada_em: int
    atualizada_em: int
    excluida_em: int | None


class AtendenteRow(Struct, frozen=True):
    """An agent. ``por_conexao``: its presence is held by a live connection, so losing it counts as leaving;
    ``offline_em`` is the deadline of that grace period, armed again on recovery. ``ocioso_desde`` is when it last
    took or finished work, or came online.
    """

    empresa_id: str
    id: str
    nome: str
    email: str
    capacidade: int
    habilidades: tuple[str, ...]
    online: bool
    estado: str
    motivo: str | None
    por_conexao: bool
    offline_em: int | None
    ocioso_desde: int
    criado_em: int
    atualizado_em: int
    excluido_em: int | None


class MembroRow(Struct, frozen=True, gc=False):
    """Membership of an atendente in a fila; ``ativo`` False takes it out."""

    empresa_id: str
    fila_id: str
    atendente_id: str
    ativo: bool


class EventoRow(Struct, frozen=True, gc=False):
    """One entry of the event log. ``dados`` is the wire payload and ``mudancas`` the before/after, both JSON text.

    The four ids beside ``ticket_id`` say who may see it: the fila and the owner it concerns, and the ones it leaves.
    """

    empresa_id: str
    seq: int
    tipo: str
    em: int
    ticket_id: str | None
    fila_id: str | None
    atendente_id: str | None
    fila_anterior_id: str | None
    atendente_anterior_id: str | None
    ator_id: str | None
    ator_papel: Papel
    dados: str
    mudancas: str | None


Row = EmpresaRow | TicketRow | MensagemRow | LeituraRow | FilaRow | AtendenteRow | MembroRow | EventoRow
"""Anything the journal saves."""


class Quem(Struct, frozen=True, gc=False):
    """Who asks: the authenticated user (or the engine itself), inside one empresa."""

    empresa_id: str
    id: str | None
    papel: Papel
    email: str | None = None


class EmpresaImage(Struct, frozen=True):
    """What recovery loads: an empresa as it was at the last commit. ``seq`` and ``epoch`` are of the lease row.

    ``tickets`` are only those that are open (ABERTO, EM_ANDAMENTO, PENDENTE). ``excluidos`` are the ids of atendentes
    that were deleted.
    """

    empresa: EmpresaRow
    seq: int
    epoch: int
    filas: list[FilaRow]
    atendentes: list[AtendenteRow]
    membros: list[MembroRow]
    tickets: list[TicketRow]
    excluidos: tuple[str, ...] = ()
