"""What may be asked of a fila, and that there be one."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from actors.comandos import Comando, ComandoFila
from engine import permissoes
from engine.modelo import AoFicarOffline, Estrategia, FilaRow, TicketRow


class FilaEstado(Struct, frozen=True):
    """A fila, who serves it (ids, sorted; through an equipe too), and how many tickets wait in line."""

    row: FilaRow
    membros: tuple[str, ...]
    aguardando: int


class CriarFila(Comando[FilaEstado], frozen=True, kw_only=True):
    ato = permissoes.CONFIGURAR

    nome: str
    descricao: str | None = None
    estrategia: Estrategia = "MENOS_OCUPADO"
    distribuicao_automatica: bool = True
    ao_ficar_offline: AoFicarOffline = "devolver"
    prioridade: int = 5


class ListarFilas(Comando[list[FilaEstado]], frozen=True, kw_only=True):
    """Every fila not deleted, by name."""

    ato = permissoes.VER


class VerFila(ComandoFila[FilaEstado], frozen=True, kw_only=True):
    ato = permissoes.VER


class AtualizarFila(ComandoFila[FilaEstado], frozen=True, kw_only=True):
    ato = permissoes.CONFIGURAR

    nome: str | UnsetType = UNSET
    descricao: str | UnsetType | None = UNSET
    estrategia: Estrategia | UnsetType = UNSET
    distribuicao_automatica: bool | UnsetType = UNSET
    ao_ficar_offline: AoFicarOffline | UnsetType = UNSET
    prioridade: int | UnsetType = UNSET


class PuxarTicket(ComandoFila[TicketRow], frozen=True, kw_only=True):
    """Whoever asks takes the next ticket of the fila that it may have: each ticket goes to one. NotFound if there is
    none; Conflict if it may have nothing now.
    """

    ato = permissoes.TER_PRESENCA


class ExcluirFila(ComandoFila[None], frozen=True, kw_only=True):
    """Conflict if it is the default; and while it has open tickets, is a canal's fila, linked to an equipe or where
    another overflows to, unless ``realocar`` names the fila that takes its place in all of these.
    """

    ato = permissoes.CONFIGURAR

    realocar: str | None = None


class IncluirMembro(ComandoFila[None], frozen=True, kw_only=True):
    """Idempotent."""

    ato = permissoes.CONFIGURAR

    atendente_id: str


class RemoverMembro(ComandoFila[None], frozen=True, kw_only=True):
    """Idempotent."""

    ato = permissoes.CONFIGURAR

    atendente_id: str
