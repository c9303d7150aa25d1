"""What may be asked of an atendente, and that there be one; and what is said of its connections."""

from __future__ import annotations

from typing import Generic

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoAtendente, R
from engine import permissoes
from engine.modelo import AcessoRow, AtendenteRow, CanalRow, InscricaoRow
from engine.permissoes import Ato


class AtendenteEstado(Struct, frozen=True):
    """An atendente with its load: ``ativos`` tickets hold a slot."""

    row: AtendenteRow
    ativos: int


class CriarAtendente(Comando[AtendenteEstado], frozen=True, kw_only=True):
    """A new atendente joins the default fila. Conflict if the id or the e-mail is taken."""

    ato = permissoes.CONFIGURAR

    nome: str
    email: str
    id: str | None = None
    capacidade: int = 5
    habilidades: tuple[str, ...] = ()


class GarantirAtendente(Comando[AtendenteEstado], frozen=True, kw_only=True):
    """Provision ``quem`` as an atendente if it is not one yet (its first status change or connection)."""

    ato = permissoes.SER_ATENDENTE


class ListarAtendentes(Comando[list[AtendenteEstado]], frozen=True, kw_only=True):
    """Everyone not deleted, by name; or of these ids only, those that exist."""

    ato = permissoes.VER

    ids: tuple[str, ...] | None = None


class VerAtendente(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    ato = permissoes.VER


class AtualizarAtendente(ComandoAtendente[AtendenteEstado], frozen=True, kw_only=True):
    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    capacidade: int | UnsetType = UNSET
    habilidades: tuple[str, ...] | UnsetType = UNSET


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


# -- how it is told ------------------------------------------------------------------------------------------------


class InscricoesDoAtendente(Struct, frozen=True):
    """The browsers by which an atendente is told, the oldest first; and the canais of push that there are."""

    inscricoes: tuple[InscricaoRow, ...]
    canais: tuple[CanalRow, ...]


class InscreverPush(ComandoAtendente[InscricaoRow], frozen=True, kw_only=True):
    """A browser of this atendente wants to be told (a ``PushSubscription``), by this canal or by the one that there is.
    Conflict if there is none.
    """

    ato = permissoes.TER_PRESENCA

    endpoint: str
    p256dh: str
    auth: str
    canal_id: str | None = None

    def __repr__(self) -> str:
        """Without what whoever has it could write to the browser by."""
        return f"InscreverPush(atendente_id={self.atendente_id!r}, …)"


class VerInscricoes(ComandoAtendente[InscricoesDoAtendente], frozen=True, kw_only=True):
    ato = permissoes.TER_PRESENCA


class CancelarInscricao(ComandoAtendente[None], frozen=True, kw_only=True):
    """NotFound if it is not this atendente's."""

    ato = permissoes.TER_PRESENCA

    inscricao_id: str
