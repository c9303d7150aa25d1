"""What happens after a handler raised: to the actor, to the asker, and to the message.

The turn is undone. A refusal is answered and that is all. After a crash the actor is rebuilt, or quarantined if it
crashes too often; the asker gets an error and the message is a dead letter.
"""

from __future__ import annotations

import logging
from asyncio import CancelledError
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from engine.errors import BalcaoError, InternalFailure, Unavailable
from engine.runtime._ref import QUARANTINED, RUNNING, Ask, Ref
from engine.runtime._reply import Reply
from engine.runtime._supervisor import DeadLetter, Quarantined, Released, Undelivered
from engine.runtime._timers import Timer
from engine.runtime._turn import settle

if TYPE_CHECKING:
    from engine.runtime._actor import Actor
    from engine.runtime._dispatcher import Dispatcher

log = logging.getLogger(__name__)


class EndQuarantine:
    """A timer message: the quarantine of ``ref`` is over."""

    __slots__ = ("ref",)

    def __init__(self, ref: Ref) -> None:
        self.ref = ref


class Recovery:
    """The part of a dispatcher that deals with failures."""

    __slots__ = ("_dispatcher",)

    def __init__(self, dispatcher: Dispatcher) -> None:
        self._dispatcher = dispatcher

    def failed(self, ref: Ref, actor: Actor, item: object, error: BaseException) -> None:
        """Handling ``item`` raised: undo the turn, answer the asker, and rebuild the actor unless it only refused."""
        turn = self._dispatcher.turn
        refused = isinstance(error, BalcaoError) and not turn.has_effects()
        turn.undo()
        if refused:
            if not self.settle_error(ref, item, error):
                self.bury(ref, item, f"refused: {getattr(error, 'codigo', '')}")
            return
        log.error("crash in %s handling %s", actor.actor_urn, type_name(item), exc_info=error)
        self.bury(ref, item, f"crashed: {type(error).__name__}")
        self.settle_error(ref, item, InternalFailure())
        actor.retiring = False  # not part of the row: the turn that failed may have set it
        if ref.actor is None:
            return
        supervisor = self._dispatcher.supervisor
        supervisor.restarts[type(actor).__name__] += 1
        if not (supervisor.may_restart(ref, self._dispatcher.now()) and self._rebuild(ref, actor, message_of(item))):
            self._quarantine(ref)

    def _rebuild(self, ref: Ref, actor: Actor, message: object) -> bool:
        """Restore the actor and let it tell its neighbours; False if even that fails."""
        dispatcher = self._dispatcher
        dispatcher.timers.forget(ref)  # the deadline whose handler crashed has come, and is to come again
        dispatcher.turn.time = 0
        try:
            actor.restore()
            actor.arm_deadlines()
            actor.recovered(message)
            dispatcher.commit(ref, None)
        except (Exception, CancelledError) as error:  # whatever it is, the actor is beyond repair
            dispatcher.turn.undo()
            log.critical("cannot rebuild %s", actor.actor_urn, exc_info=error)
            return False
        dispatcher.complete(ref)
        return True

    def _quarantine(self, ref: Ref) -> None:
        dispatcher = self._dispatcher
        supervisor = dispatcher.supervisor
        ref.state = QUARANTINED
        supervisor.quarantined.add(ref)
        log.critical("%s is quarantined for %d s", ref.actor_urn, supervisor.rest // 1000)
        dispatcher.return_mail(ref)
        if ref.actor is not None:
            self.outside(ref, (ref.actor.suspended,), "suspended")
        if ref.parent is not None:
            dispatcher.deliver(ref.parent, Quarantined(ref))
        dispatcher.timers.add(Timer(dispatcher.now() + supervisor.rest, ref, EndQuarantine(ref)))
        dispatcher.arm()

    def end_quarantine(self, ref: Ref) -> None:
        """Rebuild a quarantined actor and give it mail again, or quarantine it again."""
        dispatcher = self._dispatcher
        actor = ref.actor
        if actor is None or ref.state != QUARANTINED:
            return
        ref.state = RUNNING
        dispatcher.supervisor.forgive(ref)
        dispatcher.in_turn = True
        try:
            rebuilt = self._rebuild(ref, actor, None)
        finally:
            dispatcher.in_turn = False
        if not rebuilt:
            self._quarantine(ref)
            return
        if ref.parent is not None:
            dispatcher.deliver(ref.parent, Released(ref))
        for timer in dispatcher.timers.let_go(ref):
            if not timer.cancelled:
                dispatcher.deliver(ref, timer)
        dispatcher.retire_if_done(ref)

    def settle_error(self, ref: Ref, item: object, error: BaseException) -> bool:
        """Answer whoever waits for ``item`` with an error; False if nobody does."""
        answers = [(reply, None, error) for reply in waiting_for(item)]
        if not answers:
            return False
        try:
            self._dispatcher.sink.release(ref.group, (), (), answers)
        except Exception as failure:  # the sink is broken: an asker must not wait for ever because of that
            log.critical("the sink took no answer of %s", ref.actor_urn, exc_info=failure)
            for reply, value, _ in answers:
                settle(reply, value, error)
        return True

    def refuse(self, ref: Ref, item: object, reason: str) -> None:
        """Nobody will handle ``item``: its asker gets an error, and it is kept among the dead letters."""
        error = Unavailable("ator_parado", "Este recurso está indisponível agora; tente de novo em instantes", 5)
        while type(item) is Undelivered:  # the letter is about the message, not about its way
            ref, item = item.ref, item.item
        self.settle_error(ref, item, error)
        self.bury(ref, item, reason)

    def bury(self, ref: Ref, item: object, reason: str) -> None:
        letter = DeadLetter(self._dispatcher.now(), ref.group.name, ref.actor_urn, type_name(item), reason)
        self._dispatcher.supervisor.bury(letter)

    def outside(self, ref: Ref, calls: Iterable[Callable[[], None]], what: str) -> None:
        """Run what belongs to no turn, so that its failure cannot be undone and must not spread.

        It may be in the middle of one (a handler stops another actor), whose effects are left alone.
        """
        dispatcher = self._dispatcher
        turn = dispatcher.turn
        in_the_middle = turn.has_effects()
        was_in_turn, dispatcher.in_turn = dispatcher.in_turn, False
        for call in calls:
            try:
                call()
                if turn.touched and not in_the_middle:
                    turn.undo()
                    raise RuntimeError(f"only a turn may change, publish or schedule: {what} did")
            except (Exception, CancelledError) as error:  # noqa: BLE001  # the turn it follows has been released
                self.failed_outside(ref, call, what, error)
        dispatcher.in_turn = was_in_turn

    def failed_outside(self, ref: Ref, call: Callable[[], None], what: str, error: BaseException) -> None:
        """What belongs to no turn has failed: it is written down, and that is all."""
        log.critical("%s of %s failed", what, ref.actor_urn, exc_info=error)
        self.bury(ref, call, f"{what} failed: {type(error).__name__}")


def message_of(item: object) -> object:
    """What the sender sent: mail is a message, an Ask around one, or the Timer that was due."""
    return item.message if isinstance(item, Ask | Timer) else item


def waiting_for(item: object) -> list[Reply[Any]]:
    """Whoever waits for ``item`` to be handled: its asker, and the one it carries an answer for."""
    replies: list[Reply[Any]] = []
    while True:
        if isinstance(item, Ask):
            replies.append(item.reply)
        item = message_of(item)
        passed_on = getattr(item, "resposta", None)
        if passed_on is not None:
            replies.append(passed_on)
        if not isinstance(item, Undelivered):
            return replies
        item = item.item


def type_name(item: object) -> str:
    return type(message_of(item)).__name__
