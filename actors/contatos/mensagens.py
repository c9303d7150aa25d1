"""What the keeper of the contacts is told, and tells itself, and all that it takes."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from engine.modelo import ContatoRow, Quem
from engine.ports import ContatosAchados


class LevarAosTickets(Struct, frozen=True):
    """To itself: these open tickets are to show this contact as it is now. ``trocas``: see
    :class:`~actors.ticket.mensagens.ContatoMudou`.
    """

    quem: Quem
    contato: ContatoRow
    tickets: tuple[str, ...]
    trocas: Mapping[str, str | None]


class ConferirConversas(Struct, frozen=True, gc=False):
    """A ticket of this contact has opened again that was a canal's conversation with it."""

    quem: Quem
    contato_id: str


class ContatoAtendido(Struct, frozen=True, gc=False):
    """An agent has closed a ticket of this contact (ms)."""

    contato_id: str
    atendente_id: str
    em: int


class PesquisarContato(Struct, frozen=True, gc=False):
    """The contact of a ticket is to be asked what it thinks, if it was not asked in so many days: tell the ticket. The
    ticket knows the question by ``em``.
    """

    contato_id: str
    ticket_id: str
    em: int
    intervalo_dias: int


class LeituraDeContatos(Struct, frozen=True, gc=False):
    """To itself: read what those who wait need."""


class LerContatos(Struct, frozen=True):
    """The addresses and the contacts that are to be read. It is known by its identity."""

    chaves: tuple[str, ...]
    ids: tuple[str, ...]


class ContatosCarregados(Struct, frozen=True):
    """What the store has of ``pedido``, or why it could not be read."""

    pedido: LerContatos
    achados: ContatosAchados | None
    erro: BaseException | None


CorreioDosContatos = (
    CriarContato
    | AtualizarContato
    | UnirContatos
    | ExcluirContato
    | LevarAosTickets
    | ConferirConversas
    | ContatoAtendido
    | PesquisarContato
    | LeituraDeContatos
    | ContatosCarregados
)  # fmt: skip
