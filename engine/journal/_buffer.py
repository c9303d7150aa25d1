"""What waits to be written: turns in order, and how a run of them becomes one batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from engine.modelo import EmpresaRow, EventoRow, Row
from engine.ports import Batch, Fence
from engine.runtime import Group, Settled
from engine.tabelas import TABELAS, Chave, de_escrita

if TYPE_CHECKING:
    from engine.runtime import Dispatcher

_INSERTED: Final = frozenset(de_escrita("insere"))
_KEYS: Final = {tipo: TABELAS[tipo].chave_de for tipo in de_escrita("substitui", "muda")}


class DurableGroup(Group):
    """A group whose turns are journaled under a lease: ``epoch`` and ``posse`` are its fencing token, ``seq_duravel``
    the last committed ``seq``.
    """

    __slots__ = ("epoch", "posse", "seq_duravel")

    def __init__(self, name: str, dispatcher: Dispatcher, seq: int, epoch: int, posse: str) -> None:
        super().__init__(name, dispatcher, seq)
        self.seq_duravel = seq
        self.epoch = epoch
        self.posse = posse


class Turno(NamedTuple):
    """What one turn handed over."""

    group: DurableGroup
    rows: Sequence[Row]
    events: Sequence[EventoRow]
    replies: Sequence[Settled]


class Buffer:
    """Accepted turns that are not durable yet, oldest first."""

    __slots__ = ("_turnos",)

    def __init__(self) -> None:
        self._turnos: deque[Turno] = deque()

    def __len__(self) -> int:
        return len(self._turnos)

    def juntar(self, turno: Turno) -> None:
        turno.group.unsettled += 1
        self._turnos.append(turno)

    def tomar(self, maximo: int) -> list[Turno]:
        """Take out the oldest turns."""
        turnos = self._turnos
        if len(turnos) <= maximo:
            tomados = list(turnos)
            turnos.clear()
            return tomados
        return [turnos.popleft() for _ in range(maximo)]

    def separar(self, groups: set[Group]) -> list[Turno]:
        """Take out every turn of some groups."""
        fora = [turno for turno in self._turnos if turno.group in groups]
        self._turnos = deque(turno for turno in self._turnos if turno.group not in groups)
        return fora

    def sem_respostas(self) -> list[Settled]:
        """Take the answers away from all turns, keeping what they write. A turn that only answers is over with that."""
        turnos, self._turnos = self._turnos, deque()
        for turno in turnos:
            if turno.rows or turno.events:
                self._turnos.append(turno._replace(replies=()))
            else:
                turno.group.unsettled -= 1
        return [resposta for turno in turnos for resposta in turno.replies]


def formar(turnos: Iterable[Turno]) -> Batch:
    """One transaction of a run of turns: a fence per empresa, rows coalesced by key, events as they came."""
    eventos: list[Row] = []
    inseridas: dict[type[Row], list[Row]] = {}
    numeros: dict[str, int] = {}
    ultimas: dict[type[Row], dict[Chave, Row]] = {}
    grupos: dict[DurableGroup, int] = {}
    for group, rows, events, _ in turnos:
        if not rows and not events:
            continue
        grupos[group] = grupos.get(group, 0) + len(events)
        eventos.extend(events)
        for row in rows:
            tipo = type(row)
            if tipo in _INSERTED:
                inseridas.setdefault(tipo, []).append(row)
            elif isinstance(row, EmpresaRow):
                numeros[row.id] = row.numero
            else:
                versoes = ultimas.get(tipo)
                if versoes is None:
                    versoes = ultimas[tipo] = {}
                versoes[_KEYS[tipo](row)] = row
    fences = [
        Fence(
            group.name,
            group.epoch,
            group.seq_duravel,
            group.seq_duravel + quantos,
            numeros.get(group.name),
            group.posse,
        )
        for group, quantos in grupos.items()
    ]
    todas: dict[type[Row], list[Row]] = {tipo: list(versoes.values()) for tipo, versoes in ultimas.items()}
    todas |= inseridas
    if eventos:
        todas[EventoRow] = eventos
    return Batch(fences, {tipo: todas[tipo] for tipo in TABELAS if tipo in todas})
