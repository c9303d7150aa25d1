"""What may be asked of an equipe, and that there be one."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoEquipe
from engine import permissoes
from engine.modelo import EquipeRow


class EquipeEstado(Struct, frozen=True):
    """An equipe with its members and the filas it serves (ids, sorted)."""

    row: EquipeRow
    membros: tuple[str, ...]
    filas: tuple[str, ...]


class CriarEquipe(Comando[EquipeEstado], frozen=True, kw_only=True):
    ato = permissoes.CONFIGURAR

    nome: str
    descricao: str | None = None


class ListarEquipes(Comando[list[EquipeEstado]], frozen=True, kw_only=True):
    """Every equipe not deleted, by name."""

    ato = permissoes.VER


class VerEquipe(ComandoEquipe[EquipeEstado], frozen=True, kw_only=True):
    ato = permissoes.VER


class AtualizarEquipe(ComandoEquipe[EquipeEstado], frozen=True, kw_only=True):
    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    descricao: str | UnsetType | None = UNSET


class ExcluirEquipe(ComandoEquipe[None], frozen=True, kw_only=True):
    """Conflict while it serves filas, unless ``realocar`` names the equipe that gets its members and filas."""

    ato = permissoes.CONFIGURAR

    realocar: str | None = None


class IncluirNaEquipe(ComandoEquipe[None], frozen=True, kw_only=True):
    """A member. Idempotent."""

    ato = permissoes.CONFIGURAR

    atendente_id: str


class RetirarDaEquipe(ComandoEquipe[None], frozen=True, kw_only=True):
    """Idempotent."""

    ato = permissoes.CONFIGURAR

    atendente_id: str


class VincularFila(ComandoEquipe[None], frozen=True, kw_only=True):
    """From now on the members of the equipe serve this fila. Idempotent."""

    ato = permissoes.CONFIGURAR

    fila_id: str


class DesvincularFila(ComandoEquipe[None], frozen=True, kw_only=True):
    """Members who are the fila's own, or another equipe's, go on serving it. Idempotent."""

    ato = permissoes.CONFIGURAR

    fila_id: str
