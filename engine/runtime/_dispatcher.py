"""The dispatcher: drains mailboxes, releases turns, supervises.

Everything here runs on one thread. A pass takes the groups that have mail in turn, gives each a quantum of messages,
and ends when its budget is spent, so the event loop is never held for long and no group starves another.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from threading import get_ident
from time import perf_counter
from typing import TYPE_CHECKING, Any

from engine.errors import BalcaoError, InternalFailure, Unavailable
from engine.runtime._ref import QUARANTINED, RUNNING, STOPPED, Ask, Ref
from engine.runtime._reply import Reply
from engine.runtime._supervisor import DeadLetter, Quarantined, Released, Supervisor, Undelivered
from engine.runtime._timers import Timer, Timers
from engine.runtime._turn import ImmediateSink, Turn, TurnSink

if TYPE_CHECKING:
    from engine.ports import Clock
    from engine.runtime._actor import Actor
    from engine.runtime._group import Group

log = logging.getLogger(__name__)

PASS_BUDGET = 512
"""Messages per pass: about 2 ms of work before the loop may do something else."""
GROUP_QUANTUM = 64
"""Messages one group may handle before the next group's turn."""
ACTOR_QUANTUM = 16
"""Messages one actor may handle before the next actor of its group."""


class _Release:
    """A timer message: the quarantine of ``ref`` is over."""

    __slots__ = ("ref",)

    def __init__(self, ref: Ref) -> None:
        self.ref = ref


class Dispatcher:
    """Runs the actors of one node.

    ``schedule`` has the loop call a function soon; ``wake`` does so from other threads; both are set by the loop that
    drives it (:mod:`engine.runtime._loops`).
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
        self._groups: deque[Group] = deque()
        self._scheduled = False
        self.turns: Counter[str] = Counter()
        self.turn_seconds: defaultdict[str, float] = defaultdict(float)

    # -- mail ------------------------------------------------------------------------------------------------------

    def deliver(self, ref: Ref, item: object) -> None:
        """Put a message or an Ask into a mailbox, and the actor into the round."""
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
            self._enqueue(ref)

    def _enqueue(self, ref: Ref) -> None:
        group = ref.group
        group.ready.append(ref)
        if not group.queued:
            group.queued = True
            self._groups.append(group)
            if not self._scheduled:
                self._scheduled = True
                self.schedule(self.run_pass)

    def _undeliverable(self, ref: Ref, item: object) -> None:
        parent = ref.parent
        if parent is not None and parent.state == RUNNING:
            self.deliver(parent, Undelivered(ref, item))
        else:
            self.refuse_item(ref, item, "mailbox closed")

    def refuse_item(self, ref: Ref, item: object, reason: str) -> None:
        """Nobody will handle ``item``: its asker gets an error, and it is kept among the dead letters."""
        message = item.message if isinstance(item, Ask) else item
        error = Unavailable("ator_parado", "Este recurso está indisponível agora; tente de novo em instantes", 5)
        self._settle_error(ref, item, error)
        self._bury(ref, message, reason)

    def backlog(self) -> int:
        """How many messages wait in all mailboxes that are in the round."""
        return sum(ref.depth() for group in self._groups for ref in group.ready)

    # -- passes ----------------------------------------------------------------------------------------------------

    def run_pass(self) -> None:
        """One bounded pass over the groups with mail; schedules the next if some is left."""
        self._scheduled = False
        groups = self._groups
        budget = PASS_BUDGET
        while groups and budget > 0:
            group = groups.popleft()
            budget -= self._run_group(group)
            if group.ready:
                groups.append(group)
            else:
                group.queued = False
        if groups and not self._scheduled:
            self._scheduled = True
            self.schedule(self.run_pass)

    def idle(self) -> bool:
        return not self._groups

    def _run_group(self, group: Group) -> int:
        ready = group.ready
        done = 0
        while ready and done < GROUP_QUANTUM:
            ref = ready.popleft()
            done += self._drain(ref)
            if ref.queue:
                ready.append(ref)
            else:
                ref.ready = False
                ref.queue = None
                actor = ref.actor
                if actor is not None and actor.retiring:
                    self.stop(ref)
        return done

    def _drain(self, ref: Ref) -> int:
        """Run up to a quantum of turns of one actor. This is the hot path: see bench/engine.py before touching it."""
        actor = ref.actor
        queue = ref.queue
        if actor is None or queue is None:
            return 0
        handlers = actor.handlers
        turn = self.turn
        mail = turn.mail
        done = 0
        started = perf_counter()
        self.in_turn = True
        while queue and done < ACTOR_QUANTUM:
            item = queue.popleft()
            done += 1
            if type(item) is Ask:
                message: object = item.message
                turn.reply = item.reply
            else:
                message = item
            try:
                value = handlers[type(message)](actor, message)
            except (Exception, CancelledError) as error:  # noqa: BLE001  # supervision is the place that decides
                self._failed(ref, item, error)
                if ref.state:
                    break
                continue
            if turn.touched or turn.reply is not None:
                self._release(ref, value)
            if mail:
                for target, sent in mail:
                    self.deliver(target, sent)
                mail.clear()
        self.in_turn = False
        name = type(actor).__name__
        self.turns[name] += done
        self.turn_seconds[name] += perf_counter() - started
        return done

    def _release(self, ref: Ref, value: object) -> None:
        """Let go of what the turn collected, other than mail."""
        turn = self.turn
        group = ref.group
        replies = turn.replies
        if turn.reply is not None:
            if not turn.deferred:
                replies.append((turn.reply, value, None))
            turn.reply = None
            turn.deferred = False
        rows, events = turn.rows, turn.events
        if rows or events or replies:
            group.seq += len(events)
            turn.rows, turn.events, turn.replies = [], [], []
            self.sink.release(group, rows, events, replies)
        if turn.timers:
            for timer in turn.timers:
                self.timers.add(timer)
            turn.timers = []
            self.arm()
        if turn.callbacks:
            callbacks, turn.callbacks = turn.callbacks, []
            for callback in callbacks:
                callback()
        turn.before = None
        turn.touched = False

    # -- failures --------------------------------------------------------------------------------------------------

    def _failed(self, ref: Ref, item: object, error: BaseException) -> None:
        """Undo the turn. A refusal is answered; anything else is a crash."""
        actor = ref.actor
        assert actor is not None
        clean = not self.turn.has_effects()
        self._undo(actor)
        if isinstance(error, BalcaoError) and clean:
            if not self._settle_error(ref, item, error):
                self._bury(ref, item, f"refused: {error.codigo}")
            return
        log.error("crash in %s handling %s", actor.actor_urn, _type_name(item), exc_info=error)
        self._bury(ref, item, f"crashed: {type(error).__name__}")
        self._settle_error(ref, item, InternalFailure())
        self.supervisor.restarts[type(actor).__name__] += 1
        if not (self.supervisor.may_restart(ref, self.now()) and self._rebuild(ref, actor, item)):
            self._quarantine(ref)

    def _undo(self, actor: Actor) -> None:
        turn = self.turn
        if turn.before is not None:
            actor.row = turn.before
        turn.clear()

    def _rebuild(self, ref: Ref, actor: Actor, item: object) -> bool:
        """Restore the actor and let it tell its neighbours; False if even that fails."""
        message = item.message if isinstance(item, Ask) else item
        try:
            actor.restore()
            actor.recovered(message)
        except (Exception, CancelledError) as error:  # whatever it is, the actor is beyond repair
            self._undo(actor)
            log.critical("cannot rebuild %s", actor.actor_urn, exc_info=error)
            return False
        self._release_quietly(ref)
        return True

    def _release_quietly(self, ref: Ref) -> None:
        """Release a turn that answers nobody."""
        turn = self.turn
        self._release(ref, None)
        for target, sent in turn.mail:
            self.deliver(target, sent)
        turn.mail.clear()

    def _quarantine(self, ref: Ref) -> None:
        ref.state = QUARANTINED
        self.supervisor.quarantined.add(ref)
        log.critical("%s is quarantined for %d s", ref.actor_urn, self.supervisor.rest // 1000)
        self._return_mail(ref)
        if ref.parent is not None:
            self.deliver(ref.parent, Quarantined(ref))
        self.timers.add(Timer(self.now() + self.supervisor.rest, ref, _Release(ref)))
        self.arm()

    def _end_quarantine(self, ref: Ref) -> None:
        actor = ref.actor
        if actor is None or ref.state != QUARANTINED:
            return
        ref.state = RUNNING
        self.supervisor.forgive(ref)
        was_in_turn, self.in_turn = self.in_turn, True
        rebuilt = self._rebuild(ref, actor, None)
        self.in_turn = was_in_turn
        if not rebuilt:
            self._quarantine(ref)
        elif ref.parent is not None:
            self.deliver(ref.parent, Released(ref))

    def _return_mail(self, ref: Ref) -> None:
        queue, ref.queue = ref.queue, None
        while queue:  # emptied, since the drain that got us here holds it too
            self._undeliverable(ref, queue.popleft())

    def _settle_error(self, ref: Ref, item: object, error: BaseException) -> bool:
        """Answer whoever waits for ``item`` with an error; False if nobody does."""
        replies: list[Reply[Any]] = []
        message = item.message if isinstance(item, Ask) else item
        if isinstance(item, Ask):
            replies.append(item.reply)
        passed_on = getattr(message, "resposta", None)
        if passed_on is not None:
            replies.append(passed_on)
        if replies:
            self.sink.release(ref.group, (), (), [(reply, None, error) for reply in replies])
        return bool(replies)

    def _bury(self, ref: Ref, item: object, reason: str) -> None:
        letter = DeadLetter(self.now(), ref.group.name, ref.actor_urn, _type_name(item), reason)
        self.supervisor.bury(letter)

    # -- the end of actors -----------------------------------------------------------------------------------------

    def stop(self, ref: Ref) -> None:
        """Stop an actor now. Its mail goes to its parent; it leaves its directories."""
        actor = ref.actor
        if actor is None:
            return
        ref.state = STOPPED
        actor.stopped()
        self._return_mail(ref)
        ref.actor = None  # breaks the cycle actor ↔ ref: memory is returned without the garbage collector
        self.supervisor.forgive(ref)

    def close(self, group: Group) -> None:
        """Drop a group from the round with all its mail: its empresa left this node."""
        group.closed = True
        for ref in list(group.ready):
            queue, ref.queue = ref.queue, None
            for item in queue or ():
                self.refuse_item(ref, item, "group closed")
            ref.ready = False
        group.ready.clear()

    # -- time --------------------------------------------------------------------------------------------------------

    def fire_timers(self) -> None:
        """Deliver every timer that is due."""
        for timer in self.timers.due(self.now()):
            if type(timer.message) is _Release:
                self._end_quarantine(timer.ref)
            elif not timer.ref.group.closed:
                self.deliver(timer.ref, timer.message)


def _type_name(item: object) -> str:
    return type(item.message if isinstance(item, Ask) else item).__name__
