"""What waits to be written: turns in order, and how a run of them becomes one batch."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import EmpresaRow, EventoRow, Row
from engine.ports import Batch, Fence
from engine.runtime import Group, Settled
from engine.tabelas import TABELAS, Chave, de_escrita

if TYPE_CHECKING:
    from engine.runtime import Dispatcher

_KEYS: Final = {row_type: TABELAS[row_type].chave_de for row_type in de_escrita("substitui", "muda")}


class DurableGroup(Group):
    """A group whose turns are journaled under a lease: ``epoch`` and ``token`` are its fencing token, ``durable_seq``
    the last committed ``seq``.
    """

    __slots__ = ("durable_seq", "epoch", "token")

    def __init__(self, name: str, dispatcher: Dispatcher, seq: int, epoch: int, token: str) -> None:
        super().__init__(name, dispatcher, seq)
        self.durable_seq = seq
        self.epoch = epoch
        self.token = token


class TurnRecord(Struct):
    """What one turn handed over."""

    group: DurableGroup
    rows: Sequence[Row]
    events: Sequence[EventoRow]
    replies: Sequence[Settled]


class Buffer:
    """Accepted turns that are not durable yet, oldest first."""

    __slots__ = ("turns",)

    def __init__(self) -> None:
        self.turns: deque[TurnRecord] = deque()

    def __len__(self) -> int:
        return len(self.turns)

    def append(self, turn: TurnRecord) -> None:
        turn.group.unsettled += 1
        self.turns.append(turn)

    def take(self, at_most: int) -> list[TurnRecord]:
        """Take out the oldest turns."""
        turns = self.turns
        if len(turns) <= at_most:
            taken = list(turns)
            turns.clear()
            return taken
        return [turns.popleft() for _ in range(at_most)]

    def split_off(self, groups: set[Group]) -> list[TurnRecord]:
        """Take out every turn of some groups."""
        out = [turn for turn in self.turns if turn.group in groups]
        self.turns = deque(turn for turn in self.turns if turn.group not in groups)
        return out

    def take_replies(self) -> list[Settled]:
        """Take the answers away from all turns, keeping what they write. A turn that only answers is over with that."""
        turns, self.turns = self.turns, deque()
        for turn in turns:
            if turn.rows or turn.events:
                self.turns.append(replace(turn, replies=()))
            else:
                turn.group.unsettled -= 1
        return [reply for turn in turns for reply in turn.replies]


def form_batch(turns: Iterable[TurnRecord]) -> Batch:
    """One transaction of a run of turns: a fence per empresa, rows coalesced by key, events as they came."""
    events_out: list[Row] = []
    inserted: dict[type[Row], list[Row]] = {}
    numbers: dict[str, int] = {}
    latest: dict[type[Row], dict[Chave, Row]] = {}
    groups: dict[DurableGroup, int] = {}
    for turn in turns:
        group, events = turn.group, turn.events
        if not events and not turn.rows:
            continue
        groups[group] = groups.get(group, 0) + len(events)
        events_out.extend(events)
        for row in turn.rows:
            row_type = type(row)
            key = _KEYS.get(row_type)
            if key is not None:
                versions = latest.get(row_type)
                if versions is None:
                    versions = latest[row_type] = {}
                versions[key(row)] = row
            elif isinstance(row, EmpresaRow):
                numbers[row.id] = row.numero
            else:
                inserted.setdefault(row_type, []).append(row)
    fences = [
        Fence(
            group.name,
            group.epoch,
            group.durable_seq,
            group.durable_seq + count,
            numbers.get(group.name),
            group.token,
        )
        for group, count in groups.items()
    ]
    rows_out: dict[type[Row], list[Row]] = {row_type: list(versions.values()) for row_type, versions in latest.items()}
    rows_out |= inserted
    if events_out:
        rows_out[EventoRow] = events_out
    return Batch(fences, {row_type: rows_out[row_type] for row_type in TABELAS if row_type in rows_out})
