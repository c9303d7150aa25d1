"""The actor runtime: pykka's vocabulary on one event loop, with atomic turns.

An actor handles one message at a time; handling one message is a *turn*. What a handler saves, publishes, tells and
schedules is held until it returns, and released together; if it raises, none of it happened. A whole program::

    from engine.runtime import Actor, Group, ManualLoop, handles

    class Contador(Actor[int]):
        __slots__ = ("total",)

        def __init__(self, group: Group) -> None:
            super().__init__(group)
            self.total = 0

        @handles(int)
        def somar(self, parcela: int) -> int:
            self.total += parcela
            return self.total

    loop = ManualLoop()
    ref = Contador.start(Group("empresa", loop.dispatcher))
    ref.tell(2)
    reply = ref.request(40)
    loop.run_until_idle()
    assert reply.get() == 42

On a server the same actors run on asyncio (``AsyncioLoop``), where ``await ref.request(40)`` never blocks the loop.

===================  ==============================================================================================
``Actor``            state and ``@handles`` methods; ``become``, ``save``, ``publish``, ``at``, ``defer``, ``deadlines``
``Ref``              the address and the mailbox of an actor: ``tell``, ``request``; takes what the actor handles
``Effects``          an actor as the plain objects that it holds see it
``Reply``            what ``request`` gives: awaitable on the loop, ``get()`` from other threads
``Group``            actors that take turns as one (an empresa), so that no group starves another
``Dispatcher``       drains mailboxes in bounded passes; releases turns; supervises
``Timers``           messages at a deadline, in slices; what an actor's row says is kept armed
``Supervisor``       restart budget, quarantine, dead letters
===================  ==============================================================================================
"""

from engine.runtime._actor import Actor
from engine.runtime._dispatcher import Dispatcher
from engine.runtime._effects import Address, Effects, Stateful
from engine.runtime._group import Group
from engine.runtime._handlers import handles
from engine.runtime._loops import AsyncioLoop, ManualLoop
from engine.runtime._ref import Ask, Ref
from engine.runtime._reply import RecordedReply, Reply
from engine.runtime._supervisor import DeadLetter, Quarantined, Released, Supervisor, Undelivered
from engine.runtime._timers import Deadline, Timer, Timers
from engine.runtime._turn import ImmediateSink, Settled, Turn, TurnSink, settle

__all__ = [
    "Actor",
    "Address",
    "Ask",
    "AsyncioLoop",
    "DeadLetter",
    "Deadline",
    "Dispatcher",
    "Effects",
    "Group",
    "ImmediateSink",
    "ManualLoop",
    "Quarantined",
    "RecordedReply",
    "Ref",
    "Released",
    "Reply",
    "Settled",
    "Stateful",
    "Supervisor",
    "Timer",
    "Timers",
    "Turn",
    "TurnSink",
    "Undelivered",
    "handles",
    "settle",
]
