"""Actors: state, and a handler for each type of message.

Mail is typed. An actor declares what it handles, ``class Canal(Actor[VerCanal | Regravar])``; mypy lets nothing else be
sent to its ref. When the class is defined, its handlers are held to that: each declared type has one, none handles what
is not declared, and each is annotated with the very types that it is marked with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar

import pykka
from pykka.messages import _ActorStop

from engine.runtime._group import Group
from engine.runtime._handlers import declared_by, handlers_of, handles
from engine.runtime._ref import Ref
from engine.runtime._reply import Reply
from engine.runtime._supervisor import Quarantined, Released, Undelivered
from engine.runtime._timers import Deadline, Timer

if TYPE_CHECKING:
    from engine.modelo import EventoRow, Row

R = TypeVar("R")
if TYPE_CHECKING:
    from typing_extensions import TypeVar as TypeVarWithDefault

    M = TypeVarWithDefault("M", default=Any)
else:
    M = TypeVar("M")


class Actor(pykka.Actor, Generic[M]):
    """Base of our actors. Subclasses declare ``__slots__`` and mark handlers with :func:`~engine.runtime.handles`.

    A handler is synchronous, runs to its end, and returns the answer to the asker, if there is one. To refuse, it
    raises an :class:`~engine.errors.BalcaoError` before it has changed anything. Whatever else it raises is a crash:
    the turn is undone, ``row`` is what it was, :meth:`restore` rebuilds everything that is not in the row, and then
    :meth:`recovered` runs as a turn of its own, to tell the neighbours.

    An actor with ``retiring`` set stops when its mailbox is empty. A crash clears it; what rebuilds the actor sets it
    again where that is due.
    """

    __slots__ = ("due", "group", "ref", "retiring", "row", "turn")

    handlers: ClassVar[dict[type, Callable[[Any, Any], Any]]] = {}
    declares_deadlines: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.handlers = handlers_of(cls, declared_by(cls, Actor), inherited=Actor.handlers)
        cls.declares_deadlines = cls.deadlines is not Actor.deadlines

    def __init__(self, group: Group, *, parent: Ref[Any] | None = None, row: Any = None) -> None:
        # Not pykka's __init__: its URN, thread event and ref cost more than the rest of an idle actor.
        self.group = group
        self.turn = group.dispatcher.turn
        self.row = row
        self.retiring = False
        self.due = 0  # when the first of its deadlines comes; 0: none does
        self.ref: Ref[M] = Ref(self, group, parent)

    @classmethod
    def start(cls, *args: Any, **kwargs: Any) -> Ref[M]:
        """Make an actor and give its ref. It runs when it has mail."""
        return cls(*args, **kwargs).ref

    # -- pykka's extension points ----------------------------------------------------------------------------------

    @staticmethod
    def _create_actor_inbox() -> NoReturn:
        raise NotImplementedError("the Ref is the inbox")

    @staticmethod
    def _create_future() -> Reply[Any]:
        return Reply()

    def _start_actor_loop(self) -> NoReturn:
        raise NotImplementedError("the dispatcher drains the mailbox")

    @property
    def actor_ref(self) -> Ref[M]:
        return self.ref

    @property
    def actor_inbox(self) -> Ref[M]:  # type: ignore[override]
        return self.ref

    @property
    def actor_stopped(self) -> Any:  # type: ignore[override]
        return self.ref

    @property
    def actor_urn(self) -> str:  # type: ignore[override]
        """A name for logs: the class and, where there is a row, its id."""
        return f"{type(self).__name__}:{getattr(self.row, 'id', self.group.name)}"

    def stop(self) -> None:
        """Stop at the end of this turn; what is still in the mailbox goes to the parent."""
        self.turn.touched = True
        self.turn.callbacks.append(lambda: self.group.dispatcher.stop(self.ref))

    # -- what a handler may do ---------------------------------------------------------------------------------------

    def become(self, row: Row) -> None:
        """Take ``row`` as the new durable state, and save it."""
        turn = self.turn
        turn.before.append((self, self.row))
        turn.touched = True
        turn.rows.append(row)
        self.row = row
        if self.declares_deadlines:
            turn.declaring.append(self)

    def save(self, row: Row) -> None:
        """Save a row that is not this actor's own state."""
        turn = self.turn
        turn.touched = True
        turn.rows.append(row)

    def publish(self, event: EventoRow) -> None:
        """Append an event to the log; it leaves the node after the commit."""
        turn = self.turn
        turn.touched = True
        turn.events.append(event)
        if self.group.follower is not None:
            self.group.follower(self, event)

    def next_seq(self) -> int:
        """The number that the next published event will have."""
        return self.group.seq + len(self.turn.events) + 1

    def at(self, deadline: int, message: M) -> Timer:
        """Have ``message`` delivered to this actor at ``deadline`` (ms since the epoch).

        It does not survive a crash of its handler, nor of the node. A deadline that must is one of :meth:`deadlines`.
        """
        timer = Timer(deadline, self.ref, message)
        self.turn.touched = True
        self.turn.timers.append(timer)
        return timer

    def arm_deadlines(self) -> None:
        """Arm what :meth:`deadlines` says, after the actor was built or rebuilt. Inside a turn it is held until that
        succeeds.
        """
        turn = self.turn
        if self.group.dispatcher.in_turn:
            turn.declaring.append(self)
            turn.touched = True
        else:
            self.group.dispatcher.declare(self.ref, tuple(self.deadlines()))

    def once_released(self, callback: Callable[[], None]) -> None:
        """Run ``callback`` when the turn has succeeded: for what actors of a group share (its directory).

        It runs outside the turn, after the turn's mail was sent: it may send more, and change, publish or schedule
        nothing. If it raises, the turn stands.
        """
        self.turn.touched = True
        self.turn.callbacks.append(callback)

    def defer(self) -> Reply[Any]:
        """Keep the answer for later, or for somebody else to give with :meth:`answer`.

        The message that carries it on must have it in a field named ``resposta``, so that a crash can refuse it.
        """
        turn = self.turn
        turn.deferred = True
        if turn.reply is None:  # nobody asked: an answer nobody reads keeps the handlers free of ifs
            turn.reply = Reply()
        return turn.reply

    def answer(self, reply: Reply[R], value: R) -> None:
        """Answer a deferred request, when this turn is durable."""
        self.turn.touched = True
        self.turn.replies.append((reply, value, None))

    def refuse(self, reply: Reply[Any], error: BaseException) -> None:
        """Answer a deferred request with an error."""
        self.turn.touched = True
        self.turn.replies.append((reply, None, error))

    def now(self) -> int:
        """The time of this turn, in milliseconds."""
        turn = self.turn
        time = turn.time
        if not time:
            time = turn.time = self.group.dispatcher.now()
        return time

    # -- what every actor understands --------------------------------------------------------------------------------

    @handles(_ActorStop)
    def _stop_asked(self, _: _ActorStop) -> None:
        self.stop()

    @handles(Undelivered)
    def _refuse_undelivered(self, m: Undelivered) -> None:
        self.group.dispatcher.refuse_item(m.ref, m.item, "mailbox closed")

    @handles(Quarantined, Released)
    def _leave_it_to_the_log(self, _: Quarantined | Released) -> None:
        """The supervisor has written it down."""

    # -- what a subclass may define ------------------------------------------------------------------------------------

    def deadlines(self) -> Iterable[Deadline]:
        """What this actor waits for, as its ``row`` says: each deadline (ms) and the message that is then due to it.

        A pure function of ``row``. The runtime asks it after every turn that changed the row, after a crash and at the
        end of a quarantine, arms what is new and disarms what is gone: the actor never calls :meth:`at` for one. One
        that passed meanwhile is due at once. Whoever builds the actor from a saved row has them armed when everybody is
        there: by :meth:`arm_deadlines`, or by a first message that changes the row.

        The handler of the message changes the row, so that the deadline is not there any more. A crash of it is tried
        again, as long as the supervisor has patience. A message may be in the mailbox while the row changes, so it
        carries its deadline, and the handler does nothing unless the row still says the same::

            def deadlines(self) -> Iterable[Deadline]:
                if self.row.offline_em is not None:
                    yield self.row.offline_em, GracaVencida(self.row.offline_em)

            @handles(GracaVencida)
            def vencer_graca(self, m: GracaVencida) -> None:
                if self.row.offline_em == m.prazo:
                    self.become(replace(self.row, online=False, offline_em=None))
        """
        return ()

    def restore(self) -> None:
        """Rebuild what is not in ``row``, after a crash. Must not depend on the state the crash left."""

    def recovered(self, message: object) -> None:
        """After :meth:`restore`: tell the neighbours what they must know, since ``message`` was lost."""

    def suspended(self) -> None:
        """The actor was quarantined, outside any turn: nobody must go on waiting for it. It may still send mail."""

    def stopped(self) -> None:
        """The actor has stopped, outside any turn: leave the directories. It may still send mail."""


Actor.handlers = handlers_of(Actor)
"""What every actor understands, which none has to declare."""
