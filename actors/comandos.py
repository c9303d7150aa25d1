"""What the outside may ask of the actors. Each command names the type of its answer.

A command is addressed by the id it carries: to the Ticket, the Fila, the Atendente, or else to the Empresa. Who asks
is part of it; the tenant is ``quem.empresa_id``. Any of them may be answered by a
:class:`~engine.errors.Refusal` (nothing changed) or :class:`~engine.errors.Unavailable`.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

from engine.modelo import (
    AoFicarOffline,
    AtendenteRow,
    Direcao,
    Estrategia,
    FilaRow,
    MensagemRow,
    Prioridade,
    Quem,
    Status,
    TicketRow,
    TipoMensagem,
)

R = TypeVar("R")


class Comando(Struct, Generic[R], frozen=True, kw_only=True):
    """Base of commands; ``R`` is the type of the answer.

    ``sempre``: taken even while the journal refuses new work, since what it reports has already happened.
    """

    sempre: ClassVar[bool] = False

    quem: Quem


class ComandoTicket(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one ticket. NotFound if the empresa has no such ticket; Forbidden if ``quem`` may not see it."""

    ticket_id: str


class ComandoFila(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one fila."""

    fila_id: str


class ComandoAtendente(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one atendente."""

    atendente_id: str


class AtendenteEstado(Struct, frozen=True):
    """An atendente with its load: ``ativos`` tickets hold a slot."""

    row: AtendenteRow
    ativos: int


class FilaEstado(Struct, frozen=True):
    """A fila with its members (ids, sorted) and how many tickets wait in line."""

    row: FilaRow
    membros: tuple[str, ...]
    aguardando: int


class CriarTicket(Comando[TicketRow], frozen=True, kw_only=True):
    contato_nome: str
    contato_telefone: str | None = None
    contato_email: str | None = None
    assunto: str | None = None
    fila_id: str | None = None
    canal_id: str | None = None
    prioridade: Prioridade = "NORMAL"


class AtualizarTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """PATCH. A field left out stays as it is."""

    status: Status | UnsetType = UNSET
    prioridade: Prioridade | UnsetType = UNSET
    assunto: str | UnsetType | None = UNSET


class AtribuirTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    atendente_id: str
    forcar: bool = False


class TransferirTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """At least one of ``fila_id`` and ``atendente_id``."""

    fila_id: str | None = None
    atendente_id: str | None = None
    motivo: str | None = None
    forcar: bool = False


class EncerrarTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    motivo: str | None = None


class ReabrirTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    pass


class EnviarMensagem(ComandoTicket[MensagemRow], frozen=True, kw_only=True):
    conteudo: str
    tipo: TipoMensagem = "texto"
    direcao: Direcao = "enviada"


class MarcarLida(ComandoTicket[None], frozen=True, kw_only=True):
    """Marks one message of the ticket as read. The caller has checked that it is of this ticket."""

    mensagem_id: str


class VerTicket(ComandoTicket[TicketRow], frozen=True, kw_only=True):
    """The row, once every change it shows is committed; Forbidden if ``quem`` may not see the ticket."""


class CriarAtendente(Comando[AtendenteEstado], frozen=True, kw_only=True):
    """A new atendente joins the default fila. Conflict if the id or the e-mail is taken."""

    nome: str
    email: str
    id: str | None = None
    capacidade: int = 5
    habilidades: tuple[str, ...] = ()


class GarantirAtendente(Comando[AtendenteEstado], frozen=True, kw_only=True):
    """Provision ``quem`` as an atendente if it is not one yet (its first status change or connection)."""


class ListarAtendentes(Comando[list[AtendenteEstado]], frozen=True, kw_only=True):
    """Everyone not deleted, by name; or of these ids only, those that exist."""

    ids: tuple[str, ...] | None = None


class VerAtendente(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    pass


class AtualizarAtendente(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    nome: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    capacidade: int | UnsetType = UNSET
    habilidades: tuple[str, ...] | UnsetType = UNSET


class ExcluirAtendente(ComandoAtendente[None], frozen=True, kw_only=True):
    """Conflict while it holds tickets."""


class MudarPresenca(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    """Online or offline, and in which ``estado`` (UNSET: disponivel when coming online)."""

    online: bool
    estado: str | UnsetType = UNSET
    motivo: str | None = None


class Conectou(ComandoAtendente[None], frozen=True, kw_only=True):
    """A first live connection of this atendente was opened."""

    sempre = True


class Desconectou(ComandoAtendente[None], frozen=True, kw_only=True):
    """Its last live connection is gone: after the grace period it counts as offline."""

    sempre = True


class CriarFila(Comando[FilaEstado], frozen=True, kw_only=True):
    nome: str
    descricao: str | None = None
    estrategia: Estrategia = "MENOS_OCUPADO"
    distribuicao_automatica: bool = True
    ao_ficar_offline: AoFicarOffline = "devolver"
    prioridade: int = 5


class ListarFilas(Comando[list[FilaEstado]], frozen=True, kw_only=True):
    """Every fila not deleted, by name."""


class VerFila(ComandoFila[FilaEstado], frozen=True, kw_only=True):
    pass


class AtualizarFila(ComandoFila[FilaEstado], frozen=True, kw_only=True):
    nome: str | UnsetType = UNSET
    descricao: str | UnsetType | None = UNSET
    estrategia: Estrategia | UnsetType = UNSET
    distribuicao_automatica: bool | UnsetType = UNSET
    ao_ficar_offline: AoFicarOffline | UnsetType = UNSET
    prioridade: int | UnsetType = UNSET


class ExcluirFila(ComandoFila[None], frozen=True, kw_only=True):
    """Conflict while it is the default or has open tickets."""


class IncluirMembro(ComandoFila[None], frozen=True, kw_only=True):
    """Idempotent."""

    atendente_id: str


class RemoverMembro(ComandoFila[None], frozen=True, kw_only=True):
    """Idempotent."""

    atendente_id: str
