"""The dispatcher: drains mailboxes, releases turns, supervises.

Everything here runs on one thread. A pass takes the groups that have mail in turn, gives each a quantum of messages,
and ends when its budget is spent, so the event loop is never held for long and no group starves another: a message for
a quiet group waits for at most one quantum of each other group that has mail.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from threading import get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any, NoReturn

from pykka import ActorDeadError
from pykka.messages import _ActorStop

from engine.errors import InternalFailure
from engine.runtime._recovery import EndQuarantine, Recovery, message_of, waiting_for
from engine.runtime._ref import QUARANTINED, RUNNING, STOPPED, Ask, Ref
from engine.runtime._supervisor import Supervisor, Undelivered
from engine.runtime._timers import Deadline, Timer, Timers
from engine.runtime._turn import ImmediateSink, Turn, TurnSink, settle

if TYPE_CHECKING:
    from engine.ports import Clock
    from engine.runtime._actor import Actor
    from engine.runtime._group import Group

log = logging.getLogger(__name__)

PASS_BUDGET = 512
"""Messages per pass, about 2 ms of work, before the loop may do something else. The last quantum may exceed it."""
GROUP_QUANTUM = 64
"""Messages one group may handle before the next group's turn."""
ACTOR_QUANTUM = 16
"""Messages one actor may handle before the next actor of its group."""


_Counted = list[Any]
"""How many turns (int), and how many seconds (float) they took."""


class Dispatcher:
    """Runs the actors of one node.

    ``schedule`` has the loop call a function soon; ``wake`` does so from other threads; both are set by the loop that
    drives it (:mod:`engine.runtime._loops`). ``turns`` and ``turn_seconds`` count by class of actor.
    """

    def __init__(
        self, clock: Clock, sink: TurnSink | None = None, supervisor: Supervisor | None = None, turn: Turn | None = None
    ) -> None:
        self.now: Callable[[], int] = clock.now
        self.sink: TurnSink = sink or ImmediateSink()
        self.supervisor = supervisor or Supervisor()
        self.timers = Timers()
        self.turn = turn or Turn()
        self.in_turn = False
        self.thread = get_ident()
        self.schedule: Callable[[Callable[[], None]], object] = lambda _: None
        self.wake: Callable[..., object] = lambda *_: None
        self.arm: Callable[[], None] = lambda: None
        self._stats: defaultdict[type, _Counted] = defaultdict(lambda: [0, 0.0])
        self._recovery = Recovery(self)
        self._groups: deque[Group] = deque()
        self._scheduled = False
        self._running: Ref | None = None

    # -- mail ------------------------------------------------------------------------------------------------------

    def deliver(self, ref: Ref, item: object) -> None:
        """Put a message, an Ask or a due Timer into a mailbox, and the actor into the round."""
        if ref.state:
            self._undeliverable(ref, item)
            return
        queue = ref.queue
        if queue is None:
            ref.queue = deque((item,))
        else:
            queue.append(item)
        if not ref.ready:
            ref.ready = True
            group = ref.group
            if group.queued and not group.closed:
                group.ready.append(ref)
            else:
                self._enqueue(ref)

    def _enqueue(self, ref: Ref) -> None:
        group = ref.group
        if group.closed:
            self._refuse_mail(ref)
            return
        group.ready.append(ref)
        if not group.queued:
            group.queued = True
            self._groups.append(group)
            if not self._scheduled:
                self._scheduled = True
                self.schedule(self.run_pass)

    def _undeliverable(self, ref: Ref, item: object) -> None:
        if isinstance(item, Timer):
            if item.cancelled:
                return
            if ref.state == QUARANTINED:
                self.timers.hold(item)
                return
        if isinstance(message_of(item), _ActorStop):
            for reply in waiting_for(item):
                settle(reply, None, ActorDeadError("this actor has stopped"))
            return
        parent = ref.parent
        if parent is not None and parent.state == RUNNING and not parent.group.closed:
            self.deliver(parent, Undelivered(ref, item.message if isinstance(item, Timer) else item))
        else:
            self.refuse_item(ref, item, "mailbox closed")

    def refuse_item(self, ref: Ref, item: object, reason: str) -> None:
        """Nobody will handle ``item``: its asker gets an error, and it is kept among the dead letters."""
        self._recovery.refuse(ref, item, reason)

    def return_mail(self, ref: Ref) -> None:
        """Give what is in a mailbox to the parent."""
        queue, ref.queue = ref.queue, None
        while queue:  # emptied, since the drain that got us here may hold it too
            self._undeliverable(ref, queue.popleft())

    def _refuse_mail(self, ref: Ref) -> None:
        queue, ref.queue = ref.queue, None
        ref.ready = False
        while queue:
            self.refuse_item(ref, queue.popleft(), "group closed")

    def backlog(self) -> int:
        """How many messages wait in all mailboxes that are in the round."""
        return sum(ref.depth() for group in self._groups for ref in group.ready)

    # -- passes ----------------------------------------------------------------------------------------------------

    def run_pass(self) -> None:
        """One bounded pass over the groups with mail; schedules the next if some is left."""
        self._scheduled = True  # nothing that happens in the pass needs to schedule another: its end does
        groups = self._groups
        budget = PASS_BUDGET
        try:
            while groups and budget > 0:
                group = groups.popleft()
                try:
                    budget -= self._run_group(group)
                finally:  # an interrupt (Ctrl-C) must not take the group out of the round
                    if group.ready:
                        groups.append(group)
                    else:
                        group.queued = False
        finally:
            self._scheduled = bool(groups)
            if groups:
                self.schedule(self.run_pass)

    def idle(self) -> bool:
        return not self._groups

    def _run_group(self, group: Group) -> int:
        """Give a group its quantum. What the turns took is counted by class of actor, overhead included."""
        ready = group.ready
        done = 0
        started = perf_counter()
        self.in_turn = True
        try:
            while ready and done < GROUP_QUANTUM:
                ref = self._running = ready.popleft()
                actor = ref.actor
                turns = 0
                try:
                    if actor is not None and ref.queue:
                        turns = self._drain(ref, actor, ref.queue, min(ACTOR_QUANTUM, GROUP_QUANTUM - done))
                except BaseException:  # an interrupt: this turn did not happen
                    self.turn.undo()
                    raise
                finally:
                    if ref.queue:
                        ready.append(ref)
                    else:
                        ref.ready = False
                        ref.queue = None
                        if actor is not None and actor.retiring:
                            self.retire_if_done(ref)
                done += turns
                ended = perf_counter()
                counted = self._stats[type(actor)]
                counted[0] += turns
                counted[1] += ended - started
                started = ended
        finally:
            self.in_turn = False
            self._running = None
            self.turn.time = 0
        return done

    def _drain(self, ref: Ref, actor: Actor, queue: deque[object], limit: int) -> int:
        """Run up to ``limit`` turns of one actor. This is the hot path: see bench/runtime.py before touching it."""
        handlers = actor.handlers
        turn = self.turn
        done = 0
        while queue and done < limit:
            item = queue.popleft()
            turn.time = 0
            if (
                actor.due
                and actor.due <= actor.now()
                and type(item) is not Timer
                and self._overdue(ref, actor, queue, item)
            ):
                continue
            done += 1
            try:
                handler = handlers.get(type(item))
                if handler is not None:
                    value = handler(actor, item)
                elif type(item) is Ask:
                    turn.reply = item.reply
                    message = item.message
                    value = (handlers.get(type(message)) or _unhandled)(actor, message)
                else:
                    value = self._timer_or_unhandled(actor, item)
                if turn.touched or turn.reply is not None:
                    self.commit(ref, value)
            except (Exception, CancelledError) as error:  # noqa: BLE001  # supervision is the place that decides
                self._recovery.failed(ref, actor, item, error)
                continue
            if turn.mail or turn.callbacks:
                self.complete(ref)
        return done

    @property
    def turns(self) -> dict[str, int]:
        """Turns so far, by class of actor."""
        return {cls.__name__: counted[0] for cls, counted in self._stats.items()}

    @property
    def turn_seconds(self) -> dict[str, float]:
        """Seconds spent in them."""
        return {cls.__name__: counted[1] for cls, counted in self._stats.items()}

    def _timer_or_unhandled(self, actor: Actor, item: object) -> object:
        if not isinstance(item, Timer):
            return _unhandled(actor, item)
        if item.cancelled:  # between its deadline and now
            return None
        return (actor.handlers.get(type(item.message)) or _unhandled)(actor, item.message)

    def commit(self, ref: Ref, value: object) -> None:
        """Hand over to the sink what the turn collected. If the sink raises, the turn failed."""
        turn = self.turn
        declared = self._deadlines(turn.declaring) if turn.declaring else ()
        if turn.reply is not None:
            if not turn.deferred:
                turn.replies.append((turn.reply, value, None))
            turn.reply = None
            turn.deferred = False
        rows, events, replies = turn.rows, turn.events, turn.replies
        if rows or events or replies:
            group = ref.group
            group.seq += len(events)
            try:
                self.sink.release(group, rows, events, replies)
            except BaseException:
                group.seq -= len(events)
                raise
            turn.rows, turn.events, turn.replies = [], [], []  # the sink keeps those it was given
        turn.touched = False
        if turn.before:
            turn.before.clear()
        for changed, deadlines in declared:
            if self.timers.declare(changed, deadlines):
                self.arm()
        if turn.timers:
            for timer in turn.timers:
                self.timers.add(timer)
            turn.timers.clear()
            self.arm()

    def complete(self, ref: Ref) -> None:
        """What follows a turn that was released: its mail, then its callbacks."""
        turn = self.turn
        for target, sent in turn.mail:  # what `deliver` does, without a call for each
            if target.state:
                self._undeliverable(target, sent)
                continue
            queue = target.queue
            if queue is None:
                target.queue = deque((sent,))
            else:
                queue.append(sent)
            if not target.ready:
                target.ready = True
                group = target.group
                if group.queued and not group.closed:
                    group.ready.append(target)
                else:
                    self._enqueue(target)
        turn.mail.clear()
        if turn.callbacks:
            self._call_back(ref, turn)

    def _call_back(self, ref: Ref, turn: Turn) -> None:
        """Run the callbacks of a turn: they are no part of it, and it stands whatever they do."""
        callbacks, turn.callbacks = turn.callbacks, []
        self.in_turn = False
        for callback in callbacks:
            try:
                callback()
                if turn.touched:
                    raise RuntimeError("only a turn may change, publish or schedule: a callback did")
            except (Exception, CancelledError) as error:  # noqa: BLE001  # the others are to run
                turn.undo()
                self._recovery.failed_outside(ref, callback, "callback", error)
        self.in_turn = True

    # -- the end of actors -----------------------------------------------------------------------------------------

    def retire_if_done(self, ref: Ref) -> None:
        """Stop an actor that wants to retire, if it has no mail."""
        actor = ref.actor
        if actor is not None and actor.retiring and not ref.queue and ref.state == RUNNING:
            self.stop(ref)

    def stop(self, ref: Ref) -> None:
        """Stop an actor now. Its mail goes to its parent; it leaves its directories."""
        actor = ref.actor
        if actor is None or ref.state == STOPPED:
            return
        ref.state = STOPPED
        self._recovery.outside(ref, (actor.stopped,), "stopped")
        self.return_mail(ref)
        self.timers.drop(ref)
        ref.actor = None  # breaks the cycle actor ↔ ref: memory is returned without the garbage collector
        self.supervisor.forgive(ref)

    def close(self, group: Group) -> None:
        """Take a group out of the round, refusing the mail it has and will get: its empresa left this node."""
        group.closed = True
        refs = list(group.ready)
        group.ready.clear()
        if self._running is not None and self._running.group is group:
            refs.append(self._running)
        for ref in refs:
            self._refuse_mail(ref)

    # -- time --------------------------------------------------------------------------------------------------------

    def _deadlines(self, declaring: list[Actor]) -> list[tuple[Ref, tuple[Deadline, ...]]]:
        """What the rows of these actors say now, of those of which anything is or was declared."""
        asked: list[tuple[Ref, tuple[Deadline, ...]]] = []
        for actor in declaring:
            deadlines = tuple(actor.deadlines())
            if deadlines or self.timers.declares(actor.ref):
                asked.append((actor.ref, deadlines))
        declaring.clear()
        return asked

    def _overdue(self, ref: Ref, actor: Actor, queue: deque[object], item: object) -> bool:
        """Put what the actor's row says that has come before ``item``, which came later than that, however long the
        loop took to see it. Once for each: a handler that leaves it in the row is not asked again.
        """
        actor.due = 0
        timers = self.timers.overdue(ref, actor.now())
        if not timers:
            return False
        queue.appendleft(item)
        queue.extendleft(reversed(timers))
        return True

    def declare(self, ref: Ref, deadlines: Sequence[Deadline]) -> None:
        """Have exactly these armed as what the row of an actor says."""
        if self.timers.declare(ref, deadlines):
            self.arm()

    def fire_timers(self) -> bool:
        """Deliver the timers that are due: of many a slice, and the next one when the loop comes round again. False if
        none was: none is due, or whose they are have enough to do.
        """
        due = self.timers.due(self.now())
        for timer in due:
            if isinstance(timer.message, EndQuarantine):
                self._recovery.end_quarantine(timer.ref)
            else:
                self.deliver(timer.ref, timer)
        return bool(due)


def _unhandled(actor: Actor, message: object) -> NoReturn:
    """A bug of the sender, so the receiver is not restarted for it."""
    log.error("%s has no handler for %s", actor.actor_urn, type(message).__name__)
    raise InternalFailure("mensagem_sem_tratador")
