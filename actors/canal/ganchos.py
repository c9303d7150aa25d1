"""What may be asked of a webhook to another system (*gancho*), and that there be one.

What a command answers may be kept for its Idempotency-Key, so no answer but :class:`GanchoAberto` holds an address or a
secret: whoever may know them asks for that.
"""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoGancho
from engine import permissoes
from engine.modelo import CanalRow, EnvioRow


class GanchoEstado(Struct, frozen=True):
    """A webhook; ``marca`` is what its secret is known by."""

    row: CanalRow
    marca: str


class GanchoAberto(Struct, frozen=True):
    """A webhook with its address. ``segredo`` only for who has just made it."""

    row: CanalRow
    url: str
    segredo: str | None = None
    anterior_ate: int | None = None

    def __repr__(self) -> str:
        """Without what is secret."""
        return f"GanchoAberto(id={self.row.id!r}, …)"


class ListarGanchos(Comando[list[CanalRow]], frozen=True, kw_only=True):
    """Every one that was not deleted, the oldest first."""

    ato = permissoes.CONFIGURAR


class CriarGancho(Comando[GanchoEstado], frozen=True, kw_only=True):
    """Conflict if there are too many: each event is written down for each."""

    ato = permissoes.CONFIGURAR

    url: str
    eventos: tuple[str, ...]
    ativo: bool = True
    descricao: str | None = None

    def __repr__(self) -> str:
        """Without the address, which may have a key in it."""
        return f"CriarGancho(eventos={self.eventos!r}, …)"


class VerGancho(ComandoGancho[GanchoAberto], frozen=True, kw_only=True):
    """``marca``: show the secret too, if it is still the one that is known by this."""

    ato = permissoes.CONFIGURAR

    marca: str | None = None


class AtualizarGancho(ComandoGancho[GanchoEstado], frozen=True, kw_only=True):
    """What is activated again, or gets another address, begins anew: of what failed before nothing counts."""

    ato = permissoes.CONFIGURAR

    url: str | UnsetType = UNSET
    eventos: tuple[str, ...] | UnsetType = UNSET
    ativo: bool | UnsetType = UNSET
    descricao: str | UnsetType | None = UNSET

    def __repr__(self) -> str:
        """Without the address."""
        return f"AtualizarGancho(canal_id={self.canal_id!r}, …)"


class RenovarSegredo(ComandoGancho[GanchoEstado], frozen=True, kw_only=True):
    """Give it another secret; the one before signs too for a day."""

    ato = permissoes.CONFIGURAR


class ExcluirGancho(ComandoGancho[None], frozen=True, kw_only=True):
    """What was still to be delivered goes with it. Conflict while an SLA policy escalates to it."""

    ato = permissoes.CONFIGURAR


class TestarGancho(ComandoGancho[EnvioRow], frozen=True, kw_only=True):
    """Send it a ``teste``: answered by the delivery, whose fate its log tells. Conflict if it is not active."""

    __test__ = False  # no class of pytest's

    ato = permissoes.CONFIGURAR


class ReenviarEntrega(ComandoGancho[EnvioRow], frozen=True, kw_only=True):
    """Deliver again what was delivered, or given up, under the same id and at the end of its lane; and at once what
    waits for its next try. Conflict while somebody has it. NotFound if it is not one of this webhook's, or was swept.
    """

    ato = permissoes.CONFIGURAR

    entrega_id: str
