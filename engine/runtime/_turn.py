"""Turns: what one message caused, held until its handler returns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from engine.runtime._reply import Reply

if TYPE_CHECKING:
    from engine.modelo import EventoRow, Row
    from engine.runtime._actor import Actor
    from engine.runtime._group import Group
    from engine.runtime._ref import Ref
    from engine.runtime._timers import Timer

Settled = tuple[Reply[Any], object, BaseException | None]
"""An answer on its way: the reply, its value, or its error."""


class TurnSink(Protocol):
    """Where the outputs of a turn go. It settles the replies when everything before and in the turn is durable.

    It takes the turn whole, or raises: then the turn is undone. The lists are its to keep.
    """

    def release(
        self, group: Group, rows: Sequence[Row], events: Sequence[EventoRow], replies: Sequence[Settled]
    ) -> None: ...


class ImmediateSink:
    """A sink for actors that save nothing: answers are given at once."""

    def release(
        self,
        group: Group,  # noqa: ARG002
        rows: Sequence[Row],  # noqa: ARG002
        events: Sequence[EventoRow],  # noqa: ARG002
        replies: Sequence[Settled],
    ) -> None:
        for reply, value, error in replies:
            settle(reply, value, error)


def settle(reply: Reply[Any], value: object, error: BaseException | None) -> None:
    """Answer, unless somebody already did."""
    if not reply.is_set:
        reply.settle(value, error)


class Turn:
    """The effects of the turn that is running. One object serves all turns of a dispatcher, one after the other.

    ``touched`` says that there is more than mail; ``before`` holds each row that was replaced, with its actor,
    ``declaring`` the actors whose deadlines are to be looked at. ``time`` is when the turn happens, 0 as long as nobody
    has asked: it has one time, however long it takes.
    """

    __slots__ = (
        "before",
        "callbacks",
        "declaring",
        "deferred",
        "events",
        "mail",
        "replies",
        "reply",
        "rows",
        "time",
        "timers",
        "touched",
    )

    def __init__(self) -> None:
        self.mail: list[tuple[Ref, object]] = []
        self.clear()

    def clear(self) -> None:
        """Forget everything: the turn was released, or it failed."""
        self.mail.clear()
        self.rows: list[Row] = []
        self.events: list[EventoRow] = []
        self.replies: list[Settled] = []
        self.timers: list[Timer] = []
        self.callbacks: list[Callable[[], None]] = []
        self.before: list[tuple[Actor, Any]] = []
        self.declaring: list[Actor] = []
        self.reply: Reply[Any] | None = None
        self.deferred = False
        self.touched = False
        self.time = 0

    def undo(self) -> None:
        """Give back the rows as the turn found them, and forget the rest."""
        for actor, row in reversed(self.before):
            actor.row = row
        self.clear()

    def has_effects(self) -> bool:
        return self.touched or bool(self.mail)
