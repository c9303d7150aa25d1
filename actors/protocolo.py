"""What the actors tell each other: the contract net (Smith 1980) between filas and atendentes, and ownership.

A new ticket, when an agent seems free::

    Ticket ──Enfileirar──► Fila ──Oferta──► Atendente ──Aceita──► Fila ──Atribuir──► Ticket ──Confirmado──► Atendente

A freed agent calls all its filas and takes the best::

    Ticket ──Liberar──► Atendente ──Chamada──► each Fila ──Proposta──► Atendente ──Aceita──► best Fila ──►

Only the Ticket writes who owns it, only the Atendente counts its slots. So an Aceita may come too late (``Perdida``:
the slot is free again), and every message may be repeated or lost by a crash: the actor that was rebuilt
announces itself, and the others correct what they believed.
"""

from __future__ import annotations

from msgspec import Struct

from actors.ticket.comandos import AtribuirTicket, AtualizarTicket, TransferirTicket
from engine.modelo import ContatoRow, Quem, TicketRow
from engine.ordenado import Chave
from engine.runtime import Ref, Reply

ComandoDeDono = AtribuirTicket | TransferirTicket | AtualizarTicket
"""The commands that need a slot of an agent before the ticket can change."""


# -- Ticket → Fila


class Enfileirar(Struct, frozen=True, gc=False):
    """The ticket waits in this fila, with this rank. Replaces what the fila knew of it.

    ``anuncio`` numbers what the ticket says of itself: who gives it away says which word it was the last to hear.
    """

    row: TicketRow
    ticket: Ref
    anuncio: int


class Retirar(Struct, frozen=True, gc=False):
    """The ticket waits no more."""

    ticket_id: str


class DonoSumiu(Struct, frozen=True, gc=False):
    """The owner went offline: does this fila's setting return the ticket?"""

    ticket: Ref
    atendente_id: str


# -- Fila → Atendente


class Oferta(Struct, frozen=True, gc=False):
    """One ticket, for an agent that seems free. Answered by Aceita or Recusa."""

    fila_id: str
    ticket_id: str


class Proposta(Struct, frozen=True, gc=False):
    """The fila's best ticket, or None, in answer to call number ``chamada``. Promises nothing."""

    fila_id: str
    chamada: int
    ticket_id: str | None
    chave: Chave | None


class EntrouNaFila(Struct, frozen=True, gc=False):
    fila_id: str
    fila: Ref


class SaiuDaFila(Struct, frozen=True, gc=False):
    fila_id: str


class PerdeuMembro(Struct, frozen=True, gc=False):
    """To the fila: this agent serves it no more."""

    atendente_id: str


class Apresente(Struct, frozen=True, gc=False):
    """Tell your filas how you are, and call for proposals."""


class SuaVez(Struct, frozen=True, gc=False):
    """To an agent that wants to call for proposals: those before it have chosen."""


class FilaMuda(Struct, frozen=True, gc=False):
    """The fila cannot answer call number ``chamada``: go on without it."""

    fila_id: str
    chamada: int


# -- Atendente → Fila


class Chamada(Struct, frozen=True, gc=False):
    """How the agent is now; with a ``chamada`` above 0 also a call for proposals.

    ``livres`` is how much it may be offered: nothing while it is choosing. ``vagas`` is how many slots are free, then
    too. ``reinicio``: the agent was rebuilt; offers it had not answered are void.
    """

    atendente_id: str
    livres: int
    vagas: int
    ativos: int
    capacidade: int
    ocioso_desde: int
    chamada: int
    reinicio: bool


class Aceita(Struct, frozen=True, gc=False):
    """The agent has a slot reserved for this ticket, and is now as ``estado`` says."""

    ticket_id: str
    atendente: Ref
    nome: str
    estado: Chamada


class Recusa(Struct, frozen=True, gc=False):
    """The agent does not take an Oferta."""

    ticket_id: str
    estado: Chamada


# -- Fila or Atendente → Ticket


class Atribuir(Struct, frozen=True):
    """An agent has a slot reserved for this ticket: become its work.

    From a fila, ``fila_id`` is the one that gives it, out of its line, and ``anuncio`` the last it had heard of it.
    From the agent itself (a manual assignment, or a return to the previous owner) they are None and 0. ``comando`` is
    what a person asked, answered through ``resposta``.
    """

    ticket_id: str
    atendente_id: str
    atendente: Ref
    nome: str
    fila_id: str | None
    anuncio: int = 0
    forcado: bool = False
    comando: ComandoDeDono | None = None
    resposta: Reply[TicketRow] | None = None


class DonoOffline(Struct, frozen=True, gc=False):
    """The agent that owns the ticket went offline."""

    atendente_id: str


class Devolver(Struct, frozen=True, gc=False):
    """Leave this owner, if it still is the owner, and go back to the line."""

    atendente_id: str


class MudarDeFila(Struct, frozen=True, gc=False):
    """The fila no longer exists: wait in the default one."""

    fila_id: str


class ContatoMudou(Struct, frozen=True, gc=False):
    """The contact of the ticket is now so: ``quem`` changed it."""

    quem: Quem
    contato: ContatoRow


class Anunciar(Struct, frozen=True, gc=False):
    """Tell your fila and your owner where you stand: one of them was rebuilt, or an agent has no slot for you."""


# -- Ticket → Atendente


class PedirVaga(Struct, frozen=True):
    """Reserve a slot for a ticket of the fila ``fila_id``. Refused through ``resposta`` when there is one, silently
    otherwise.
    """

    ticket_id: str
    ticket: Ref
    fila_id: str
    forcar: bool
    comando: ComandoDeDono | None
    resposta: Reply[TicketRow] | None


class Confirmado(Struct, frozen=True, gc=False):
    """The ticket is the agent's. ``reservado``: it answers an Atribuir, and so ends a claim."""

    ticket_id: str
    ticket: Ref
    reservado: bool


class Perdida(Struct, frozen=True, gc=False):
    """A claim came to nothing: the ticket went elsewhere."""

    ticket_id: str


class Liberar(Struct, frozen=True, gc=False):
    """The ticket gives its slot back."""

    ticket_id: str


# -- to the Atendente itself


class Iniciar(Struct, frozen=True, gc=False):
    """First message after activation: arm deadlines, look for work."""


class GracaVencida(Struct, frozen=True, gc=False):
    """The grace period that ends at ``prazo`` is over: no connection came back."""

    prazo: int
