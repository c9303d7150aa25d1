"""What the outside may ask of the actors. Each command names the type of its answer.

A command is addressed by the id it carries: to the Ticket, the Fila, the Atendente, or else to the Empresa. Who asks
is part of it; the tenant is ``quem.empresa_id``. Any of them may be answered by a
:class:`~engine.errors.Refusal` (nothing changed) or :class:`~engine.errors.Unavailable`.
"""

from __future__ import annotations

from typing import ClassVar, Generic, TypeVar

from msgspec import UNSET, Struct, UnsetType

from engine.modelo import (
    AcessoRow,
    AoFicarOffline,
    Arquivo,
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
    Prioridade,
    Quem,
    Status,
    TicketRow,
    TipoCanal,
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


class ComandoCanal(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one canal."""

    canal_id: str


class ComandoEquipe(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to one equipe."""

    equipe_id: str


class ComandoContatos(Comando[R], Generic[R], frozen=True, kw_only=True):
    """Addressed to the keeper of the empresa's contacts."""


class AtendenteEstado(Struct, frozen=True):
    """An atendente with its load: ``ativos`` tickets hold a slot."""

    row: AtendenteRow
    ativos: int


class FilaEstado(Struct, frozen=True):
    """A fila, who serves it (ids, sorted; through an equipe too), and how many tickets wait in line."""

    row: FilaRow
    membros: tuple[str, ...]
    aguardando: int


class CanalEstado(Struct, frozen=True):
    """A canal, and the names of its secrets: their values are not told."""

    row: CanalRow
    segredos: tuple[str, ...]


class EquipeEstado(Struct, frozen=True):
    """An equipe with its members and the filas it serves (ids, sorted)."""

    row: EquipeRow
    membros: tuple[str, ...]
    filas: tuple[str, ...]


class CriarTicket(Comando[TicketRow], frozen=True, kw_only=True):
    """``contato_telefone`` is as it is dialled in the empresa's country, or has a plus (see :mod:`engine.telefones`).
    So are the phones of all commands.
    """

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


class ExcluirTicket(ComandoTicket[None], frozen=True, kw_only=True):
    """Soft: it is closed, if it was not, and seen no more."""


class EnviarMensagem(ComandoTicket[MensagemRow], frozen=True, kw_only=True):
    """``arquivo``: a file that is stored already, and is nobody's until this is done. ``id`` is the sender's own for
    the message: the node sees to it that none has it already.
    """

    conteudo: str
    tipo: TipoMensagem = "texto"
    direcao: Direcao = "enviada"
    arquivo: Arquivo | None = None
    id: str | None = None


class MarcarLida(ComandoTicket[None], frozen=True, kw_only=True):
    """Marks one message of the ticket as read. The caller has checked that it is of this ticket."""

    mensagem_id: str


class MarcarLidas(ComandoTicket[int], frozen=True, kw_only=True):
    """Marks all that the contact has written in the ticket as read. ``nao_lidas`` is how much of it was unread, as the
    caller has read it, and is the answer; at 0 nothing happens.
    """

    nao_lidas: int


class ExcluirMensagem(ComandoTicket[None], frozen=True, kw_only=True):
    """Soft. ``remetente_id`` is whose the message is, as the caller has read it: it, a supervisor or an admin may
    delete it; Forbidden for anybody else. The caller has checked that the message is of this ticket.
    """

    mensagem_id: str
    remetente_id: str | None


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
    """Conflict while it holds tickets, unless ``realocar`` names the atendente who takes them (beyond its capacity or
    presence, if need be: that is a forced assignment). Those of filas that it does not serve go back to their line.
    """

    realocar: str | None = None


class RevogarAcesso(Comando[AcessoRow], frozen=True, kw_only=True):
    """From now on no token that this user has is good, whatever its ``exp``; only those issued from now on are. Any id
    will do: of an admin nothing else may be kept.
    """

    usuario_id: str


class MudarPresenca(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    """Online or offline, and in which ``estado`` (UNSET: as it is, for who is online; see :mod:`engine.presenca`)."""

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
    """Conflict if it is the default; and while it has open tickets, is a canal's fila or linked to an equipe, unless
    ``realocar`` names the fila that takes its place in all of these.
    """

    realocar: str | None = None


class IncluirMembro(ComandoFila[None], frozen=True, kw_only=True):
    """Idempotent."""

    atendente_id: str


class RemoverMembro(ComandoFila[None], frozen=True, kw_only=True):
    """Idempotent."""

    atendente_id: str


class CriarCanal(Comando[CanalEstado], frozen=True, kw_only=True):
    """``config`` is a JSON object as text; what of it is secret is known by the ``tipo``."""

    nome: str
    tipo: TipoCanal
    fila_id: str | None = None
    ativo: bool = True
    config: str = "{}"


class ListarCanais(Comando[list[CanalEstado]], frozen=True, kw_only=True):
    """Every canal not deleted, by name."""


class VerCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    pass


class AtualizarCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    """``config`` (a JSON object as text) replaces what was shown; of its secrets each one that is named replaces its
    value, and null takes it away. Conflict if there are then too many.
    """

    nome: str | UnsetType = UNSET
    fila_id: str | UnsetType | None = UNSET
    ativo: bool | UnsetType = UNSET
    config: str | UnsetType = UNSET


class ExcluirCanal(ComandoCanal[None], frozen=True, kw_only=True):
    """Conflict while open tickets came by it, unless ``realocar`` names the canal by which they go on."""

    realocar: str | None = None


class CriarEquipe(Comando[EquipeEstado], frozen=True, kw_only=True):
    nome: str
    descricao: str | None = None


class ListarEquipes(Comando[list[EquipeEstado]], frozen=True, kw_only=True):
    """Every equipe not deleted, by name."""


class VerEquipe(ComandoEquipe[EquipeEstado], frozen=True, kw_only=True):
    pass


class AtualizarEquipe(ComandoEquipe[EquipeEstado], frozen=True, kw_only=True):
    nome: str | UnsetType = UNSET
    descricao: str | UnsetType | None = UNSET


class ExcluirEquipe(ComandoEquipe[None], frozen=True, kw_only=True):
    """Conflict while it serves filas, unless ``realocar`` names the equipe that gets its members and filas."""

    realocar: str | None = None


class IncluirNaEquipe(ComandoEquipe[None], frozen=True, kw_only=True):
    """A member. Idempotent."""

    atendente_id: str


class RetirarDaEquipe(ComandoEquipe[None], frozen=True, kw_only=True):
    """Idempotent."""

    atendente_id: str


class VincularFila(ComandoEquipe[None], frozen=True, kw_only=True):
    """From now on the members of the equipe serve this fila. Idempotent."""

    fila_id: str


class DesvincularFila(ComandoEquipe[None], frozen=True, kw_only=True):
    """Members who are the fila's own, or another equipe's, go on serving it. Idempotent."""

    fila_id: str


class CriarContato(ComandoContatos[ContatoRow], frozen=True, kw_only=True):
    """Conflict if the phone or the e-mail is another contact's. A contact may have neither."""

    nome: str
    telefone: str | None = None
    email: str | None = None
    observacao: str | None = None


class AtualizarContato(ComandoContatos[ContatoRow], frozen=True, kw_only=True):
    """An address that is replaced goes on leading to the contact."""

    contato_id: str
    nome: str | UnsetType = UNSET
    telefone: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    observacao: str | UnsetType | None = UNSET


class UnirContatos(ComandoContatos[ContatoRow], frozen=True, kw_only=True):
    """``outro_id`` becomes part of ``contato_id``: its addresses, its tickets, and those merged into it before."""

    contato_id: str
    outro_id: str


class ExcluirContato(ComandoContatos[None], frozen=True, kw_only=True):
    """Soft. Conflict while it has open tickets. Its addresses are free again."""

    contato_id: str


class VerEmpresa(Comando[EmpresaRow], frozen=True, kw_only=True):
    pass


class AtualizarEmpresa(Comando[EmpresaRow], frozen=True, kw_only=True):
    """``janela_reabertura`` in ms; None: that of the installation. ``pais_padrao``: ISO 3166 alpha-2. ``estados``
    replace those it had of its own.
    """

    nome: str | UnsetType = UNSET
    janela_reabertura: int | UnsetType | None = UNSET
    capacidade_padrao: int | UnsetType = UNSET
    pais_padrao: str | UnsetType = UNSET
    estados: tuple[str, ...] | UnsetType = UNSET
    contatos_visiveis: ContatosVisiveis | UnsetType = UNSET
