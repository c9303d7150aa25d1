"""Groups: the unit of fairness and of fate."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.runtime._dispatcher import Dispatcher
    from engine.runtime._ref import Ref


class Group:
    """Actors that share one place in the dispatcher's round: in Balcão, one empresa.

    ``seq`` numbers the events its turns publish, without a gap; ``unsettled`` counts released turns whose effects are
    not durable yet, so an answer knows whether it has to wait.
    """

    __slots__ = ("closed", "dispatcher", "name", "queued", "ready", "seq", "unsettled")

    def __init__(self, name: str, dispatcher: Dispatcher, seq: int = 0) -> None:
        self.name = name
        self.dispatcher = dispatcher
        self.seq = seq
        self.unsettled = 0
        self.closed = False
        self.queued = False
        self.ready: deque[Ref] = deque()
