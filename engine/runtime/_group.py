"""Groups: the unit of fairness and of fate."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.modelo import EventoRow
    from engine.runtime._actor import Actor
    from engine.runtime._dispatcher import Dispatcher
    from engine.runtime._ref import Ref


class Group:
    """Actors that share one place in the dispatcher's round: in Balcão, one empresa.

    ``seq`` numbers the events its turns publish, without a gap; ``unsettled`` counts released turns whose effects are
    not durable yet, so an answer knows whether it has to wait. ``follower``, if there is one, is shown every event that
    is published, in the turn that publishes it and with the actor whose turn it is: what it then saves or tells happens
    if that turn succeeds, in the same commit.
    """

    __slots__ = ("closed", "dispatcher", "follower", "name", "queued", "ready", "seq", "unsettled")

    def __init__(self, name: str, dispatcher: Dispatcher, seq: int = 0) -> None:
        self.name = name
        self.dispatcher = dispatcher
        self.seq = seq
        self.unsettled = 0
        self.closed = False
        self.follower: Callable[[Actor, EventoRow], None] | None = None
        self.queued = False
        self.ready: deque[Ref] = deque()
