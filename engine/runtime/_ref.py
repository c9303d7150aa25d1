"""Refs: the address and the mailbox of an actor in one lean object."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from threading import Event, get_ident
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, NoReturn, TypeVar, cast, overload

import pykka

from engine.runtime._group import Group
from engine.runtime._reply import Reply

if TYPE_CHECKING:
    from engine.runtime._actor import Actor

R = TypeVar("R")
T = TypeVar("T")
if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    M_contra = TypeVarWithDefault("M_contra", contravariant=True, default=Any)
else:
    M_contra = TypeVar("M_contra", contravariant=True)

RUNNING: Final[int] = 0
QUARANTINED: Final[int] = 1
STOPPED: Final[int] = 2


class Ask(Generic[R]):
    """A message whose sender waits for an answer."""

    __slots__ = ("message", "reply")

    def __init__(self, message: object, reply: Reply[R]) -> None:
        self.message = message
        self.reply = reply


class Ref(pykka.ActorRef["Actor"], Generic[M_contra]):
    """Sends messages to an actor; safe to pass around and to use from any thread.

    ``Ref[A | B]`` takes what its actor says it handles (``class Fila(Actor[A | B])``), and may be passed on to whoever
    sends less, as a ``Ref[A]``.

    It is pykka's ActorRef and its inbox at once: half a million idle actors are affordable only if each costs few
    objects. The queue exists only while there is mail.
    """

    __slots__ = ("actor", "group", "parent", "queue", "ready", "state")

    def __init__(self, actor: Actor, group: Group, parent: Ref | None) -> None:  # replaces pykka's, on purpose
        self.actor: Actor | None = actor
        self.group = group
        self.parent = parent
        self.queue: deque[object] | None = None
        self.ready = False
        self.state: int = RUNNING

    # -- sending -------------------------------------------------------------------------------------------------

    def tell(self, message: M_contra) -> None:
        """Send without waiting. Inside a turn it is held until the turn succeeds."""
        dispatcher = self.group.dispatcher
        if get_ident() != dispatcher.thread:
            dispatcher.wake(self.deliver, message)
        elif dispatcher.in_turn:
            dispatcher.turn.mail.append((self, message))
        else:
            dispatcher.deliver(self, message)

    def deliver(self, message: M_contra) -> None:
        """Put a message into the mailbox now: in the middle of a turn it is no part of it, and stays if that fails."""
        self.group.dispatcher.deliver(self, message)

    def put_back(self, asks: Iterable[Ask[Any]]) -> None:
        """Have these handled next, in this order, before what is in the mailbox already. Not held by a turn."""
        queue = self.queue
        if queue is None:
            for ask in asks:
                self.group.dispatcher.deliver(self, ask)
        else:
            queue.extendleft(reversed(list(asks)))

    def request(self, message: M_contra) -> Reply[Any]:
        """Send and get a :class:`Reply` to wait on."""
        reply: Reply[Any] = Reply(self.group.dispatcher.thread)
        self.forward(message, reply)
        return reply

    def forward(self, message: M_contra, reply: Reply[Any]) -> None:
        """Send a message whose answer is due to somebody else's ``reply``."""
        self.tell(Ask(message, reply))  # type: ignore[arg-type]  # which the dispatcher unwraps

    @overload
    def ask(self, message: Any, *, block: Literal[False], timeout: float | None = None) -> Reply[Any]: ...
    @overload
    def ask(self, message: Any, *, block: Literal[True], timeout: float | None = None) -> Any: ...
    @overload
    def ask(self, message: Any, *, block: bool = True, timeout: float | None = None) -> Any: ...
    def ask(self, message: Any, *, block: bool = True, timeout: float | None = None) -> Any:
        """Pykka's ask. ``block=True`` is for other threads than the loop's."""
        reply = self.request(message)
        return reply.get(timeout=timeout) if block else reply

    def proxy(self) -> NoReturn:
        raise NotImplementedError("send messages: a proxy would go round the handlers")

    # -- what pykka expects of a ref and of an inbox ----------------------------------------------------------------

    @property
    def actor_class(self) -> type[Actor]:  # type: ignore[override]  # pykka has plain attributes here
        return type(self._live_actor())

    @property
    def actor_urn(self) -> str:  # type: ignore[override]
        return "stopped actor" if self.actor is None else self.actor.actor_urn

    @property
    def actor_inbox(self) -> Ref:  # type: ignore[override]
        return self

    @property
    def actor_stopped(self) -> Event:  # type: ignore[override]
        return cast("Event", self)

    @property
    def _actor_weakref(self) -> Callable[[], Actor | None]:  # type: ignore[override]
        return lambda: self.actor

    def _live_actor(self) -> Actor:
        if self.actor is None:
            raise pykka.ActorDeadError("this actor has stopped")
        return self.actor

    def is_alive(self) -> bool:
        return self.state != STOPPED

    def is_running(self) -> bool:
        """Whether its mail is handled: it has neither stopped nor been quarantined."""
        return self.state == RUNNING

    def is_set(self) -> bool:
        """As ``actor_stopped``: whether the actor has stopped."""
        return self.state == STOPPED

    def put(self, envelope: Any) -> None:
        """As ``actor_inbox``: pykka's envelopes are unwrapped."""
        self.tell(envelope.message)

    def published(self, row_type: type[T]) -> T | None:
        """The row of the actor as its last turn left it, if it is one of this type; None once it has stopped.

        This is all that is read of an actor from outside. In its own turn an actor looks at its ``row``.
        """
        row = None if self.actor is None else self.actor.row
        return row if isinstance(row, row_type) else None

    def depth(self) -> int:
        """How many messages wait."""
        return 0 if self.queue is None else len(self.queue)

    def __repr__(self) -> str:
        return f"<Ref {self.actor_urn}>"

    __str__ = __repr__
