"""What may be asked of an atendente, and that there be one; and what is said of its connections."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoAtendente, R
from engine import permissoes
from engine.modelo import AcessoRow, ArremateRow, AtendenteRow
from engine.permissoes import Ato


class AtendenteEstado(Struct, frozen=True):
    """An atendente with its load: ``ativos`` tickets hold a slot."""

    row: AtendenteRow
    ativos: int


class CriarAtendente(Comando[AtendenteEstado], frozen=True, kw_only=True):
    """A new atendente joins the default fila. Conflict if the id or the e-mail is taken; Invalid if ``niveis`` names
    what is not among ``habilidades``. ``turno`` as in :class:`~engine.modelo.AtendenteRow`.
    """

    ato = permissoes.CONFIGURAR

    nome: str
    email: str
    id: str | None = None
    capacidade: int = 5
    habilidades: tuple[str, ...] = ()
    niveis: Mapping[str, int] = {}
    turno: str | None = None


class GarantirAtendente(Comando[AtendenteEstado], frozen=True, kw_only=True):
    """Provision ``quem`` as an atendente if it is not one yet (its first status change or connection)."""

    ato = permissoes.SER_ATENDENTE


class ListarAtendentes(Comando[list[AtendenteEstado]], frozen=True, kw_only=True):
    """Everyone not deleted, by name; or of these ids only, those that exist."""

    ato = permissoes.VER

    ids: tuple[str, ...] | None = None


class VerAtendente(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    ato = permissoes.VER


class VerEstados(ComandoAtendente[None], frozen=True, kw_only=True):
    """That the atendente is there, and that ``quem`` may read how its days went: its own, or another's."""

    ato = permissoes.VER_ESTADOS

    def tambem(self) -> Ato | None:
        return None if self.atendente_id == self.quem.id else permissoes.VER_ESTADOS_ALHEIOS


class AtualizarAtendente(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    """``niveis`` takes the place of all that were known; what is known of a skill that it has no more goes."""

    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    capacidade: int | UnsetType = UNSET
    habilidades: tuple[str, ...] | UnsetType = UNSET
    niveis: Mapping[str, int] | UnsetType = UNSET
    turno: str | UnsetType | None = UNSET


class ExcluirAtendente(ComandoAtendente[None], frozen=True, kw_only=True):
    """Conflict while it holds tickets, unless ``realocar`` names the atendente who takes them (beyond its capacity or
    presence, if need be: that is a forced assignment). Those of filas that it does not serve go back to their line.
    """

    ato = permissoes.CONFIGURAR

    realocar: str | None = None


class RevogarAcesso(Comando[AcessoRow], frozen=True, kw_only=True):
    """From now on no token that this user has is good, whatever its ``exp``; only those issued from now on are. Any id
    will do: of an admin nothing else may be kept.
    """

    ato = permissoes.REVOGAR_ACESSO

    usuario_id: str


class ComandoDePresenca(ComandoAtendente[R], Generic[R], frozen=True, kw_only=True):
    """Changes whether an atendente is there: its own presence, or another's."""

    ato = permissoes.TER_PRESENCA

    def tambem(self) -> Ato | None:
        return None if self.atendente_id == self.quem.id else permissoes.MUDAR_PRESENCA_ALHEIA


class MudarPresenca(ComandoDePresenca[AtendenteEstado], frozen=True, kw_only=True):
    """Online or offline, and in which ``estado`` (UNSET: as it is, for who is online; see :mod:`engine.presenca`)."""

    online: bool
    estado: str | UnsetType = UNSET
    motivo: str | None = None


class Conectou(ComandoDePresenca[None], frozen=True, kw_only=True):
    """A first live connection of this atendente was opened."""

    sempre = True


class Desconectou(ComandoDePresenca[None], frozen=True, kw_only=True):
    """Its last live connection is gone: after the grace period it counts as offline."""

    sempre = True


class VerArremates(ComandoAtendente[list[ArremateRow]], frozen=True, kw_only=True):
    """What an atendente wraps up still, the one that ends first before the others: its own, or another's."""

    ato = permissoes.VER_ESTADOS

    def tambem(self) -> Ato | None:
        return None if self.atendente_id == self.quem.id else permissoes.VER_ESTADOS_ALHEIOS


class EncerrarArremates(ComandoDePresenca[list[ArremateRow]], frozen=True, kw_only=True):
    """It is done with the wrap-up of that ticket, if it is at it, or (None) with all of them. The answer is what is
    left.
    """

    ticket_id: str | None = None
