"""What may be asked of a canal, and that there be one."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoCanal
from engine import permissoes
from engine.modelo import CanalRow, TipoCanal


class CanalEstado(Struct, frozen=True):
    """A canal, and the names of its secrets: their values are not told."""

    row: CanalRow
    segredos: tuple[str, ...]


class CriarCanal(Comando[CanalEstado], frozen=True, kw_only=True):
    """``config`` is a JSON object as text; what of it is secret is known by the ``tipo``."""

    ato = permissoes.CONFIGURAR

    nome: str
    tipo: TipoCanal
    fila_id: str | None = None
    ativo: bool = True
    config: str = "{}"


class ListarCanais(Comando[list[CanalEstado]], frozen=True, kw_only=True):
    """Every canal not deleted, by name."""

    ato = permissoes.VER_CANAIS


class VerCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    ato = permissoes.VER_CANAIS


class AtualizarCanal(ComandoCanal[CanalEstado], frozen=True, kw_only=True):
    """``config`` (a JSON object as text) replaces what was shown; of its secrets each one that is named replaces its
    value, and null takes it away. Conflict if there are then too many.
    """

    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    fila_id: str | UnsetType | None = UNSET
    ativo: bool | UnsetType = UNSET
    config: str | UnsetType = UNSET


class ExcluirCanal(ComandoCanal[None], frozen=True, kw_only=True):
    """Conflict while open tickets came by it, unless ``realocar`` names the canal by which they go on."""

    ato = permissoes.CONFIGURAR

    realocar: str | None = None
