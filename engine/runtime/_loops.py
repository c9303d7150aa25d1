"""What drives a dispatcher: asyncio on a server, by hand under the virtual clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from threading import get_ident

from engine.ports import Clock
from engine.runtime._dispatcher import Dispatcher
from engine.runtime._supervisor import Supervisor
from engine.runtime._turn import Turn, TurnSink
from engine.tempo import VirtualClock

_MAX_DELAY_S = 60.0
"""Longest sleep before the clock is looked at again: it may be set, and the machine may be suspended."""
_FULL_S = 0.002
"""Before those are looked at again who could take none of what was due to them."""


class AsyncioLoop:
    """Runs a dispatcher on the running asyncio loop."""

    def __init__(self, clock: Clock, sink: TurnSink, supervisor: Supervisor | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        self._clock = clock
        self._alarm: asyncio.TimerHandle | None = None
        self._alarm_at: int | None = None
        self._full = False
        self.dispatcher = Dispatcher(clock, sink, supervisor)
        self.dispatcher.thread = get_ident()
        self.dispatcher.schedule = self._loop.call_soon
        self.dispatcher.wake = self._loop.call_soon_threadsafe
        self.dispatcher.arm = self._arm

    def _arm(self) -> None:
        deadline = self.dispatcher.timers.next_deadline()
        if deadline == self._alarm_at:
            return
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
        self._alarm_at = deadline
        if deadline is not None:
            delay = max(_FULL_S if self._full else 0.0, (deadline - self._clock.now()) / 1000)
            self._alarm = self._loop.call_later(min(delay, _MAX_DELAY_S), self._ring)

    def _ring(self) -> None:
        self._alarm = self._alarm_at = None
        try:
            self._full = not self.dispatcher.fire_timers()
        finally:
            self.dispatcher.arm()

    def close(self) -> None:
        """Stop ringing, for good."""
        self.dispatcher.arm = lambda: None
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None


class ManualLoop:
    """Runs a dispatcher step by step: tests, simulation, benchmarks."""

    def __init__(
        self,
        clock: VirtualClock | None = None,
        sink: TurnSink | None = None,
        supervisor: Supervisor | None = None,
        turn: Turn | None = None,
    ) -> None:
        self.clock = clock or VirtualClock()
        self.dispatcher = Dispatcher(self.clock, sink, supervisor, turn)
        self.dispatcher.wake = self._call_later
        self._calls: deque[tuple[Callable[..., object], tuple[object, ...]]] = deque()

    def _call_later(self, call: Callable[..., object], *args: object) -> None:
        self._calls.append((call, args))

    def run_calls(self) -> None:
        """Do what the loop was asked to do soon; what that asks for is left for the next round."""
        for _ in range(len(self._calls)):
            call, args = self._calls.popleft()
            call(*args)

    def idle(self) -> bool:
        """Whether nothing is left to do before the clock moves."""
        return not self._calls and self.dispatcher.idle()

    def run_until_idle(self, max_passes: int = 100_000) -> None:
        """Run passes until no mailbox has mail. Raises if that does not end: two actors tell each other for ever."""
        for _ in range(max_passes):
            self.run_calls()
            if self.idle():
                return
            self.dispatcher.run_pass()
        raise RuntimeError(f"still busy after {max_passes} passes")

    def advance_to(self, now: int) -> None:
        """Move the clock, firing each timer at its own deadline and settling before, in between and after."""
        self.run_until_idle()
        timers = self.dispatcher.timers
        deadline = timers.next_deadline()
        while deadline is not None and deadline <= now:
            self.clock.advance_to(max(deadline, self.clock.now()))
            if not self.dispatcher.fire_timers():
                break  # until what was done is durable, whose they are take no more
            self.run_until_idle()
            deadline = timers.next_deadline()
        self.clock.advance_to(now)
