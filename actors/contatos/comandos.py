"""What may be asked of the keeper of the contacts."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from actors.comandos import ComandoContatos
from engine import permissoes
from engine.modelo import ContatoRow


class CriarContato(ComandoContatos[ContatoRow], frozen=True, kw_only=True):
    """Conflict if the phone or the e-mail is another contact's. A contact may have neither."""

    ato = permissoes.ATENDER

    nome: str
    telefone: str | None = None
    email: str | None = None
    observacao: str | None = None
    etiquetas: tuple[str, ...] = ()


class AtualizarContato(ComandoContatos[ContatoRow], frozen=True, kw_only=True):
    """An address that is replaced goes on leading to the contact. ``visto``: ``quem`` sees a ticket of the contact, as
    the caller has read it; Forbidden if it does not, unless it sees every contact.
    """

    ato = permissoes.ATENDER

    contato_id: str
    visto: bool = False
    nome: str | UnsetType = UNSET
    telefone: str | UnsetType | None = UNSET
    email: str | UnsetType | None = UNSET
    observacao: str | UnsetType | None = UNSET
    etiquetas: tuple[str, ...] | UnsetType = UNSET


class UnirContatos(ComandoContatos[ContatoRow], frozen=True, kw_only=True):
    """``outro_id`` becomes part of ``contato_id``: its addresses, its tickets, and those merged into it before."""

    ato = permissoes.CONFIGURAR

    contato_id: str
    outro_id: str


class ExcluirContato(ComandoContatos[None], frozen=True, kw_only=True):
    """Soft. Conflict while it has open tickets. Its addresses are free again."""

    ato = permissoes.CONFIGURAR

    contato_id: str
