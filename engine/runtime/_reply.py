"""Replies: pykka's Future, awaitable without blocking the loop."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable, Generator
from threading import get_ident
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import pykka

if TYPE_CHECKING:
    from pykka._types import OptExcInfo

    from engine.modelo import Row

T = TypeVar("T")

_making_event = threading.Lock()


class Reply(pykka.Future[T], Generic[T]):
    """The answer to a request: a value or an error, set once.

    ``await reply`` on the event loop; ``reply.get(timeout=…)`` from any other thread, or once it is set.
    """

    __slots__ = ("_error", "_event", "_get_hook", "_thread", "_value", "_waiters", "is_set")

    def __init__(self, thread: int | None = None) -> None:  # pykka's own allocates what only its hooks need
        """``thread``: the one that will set it, which would wait for itself in ``get()``."""
        self.is_set = False
        self._thread = thread
        self._value: T | None = None
        self._error: BaseException | None = None
        self._waiters: list[asyncio.Future[None]] | None = None
        self._event: threading.Event | None = None
        self._get_hook = None

    def set(self, value: T | None = None) -> None:
        self.settle(value, None)

    def fail(self, error: BaseException) -> None:
        """Set an error: whoever waits sees it raised."""
        self.settle(None, error)

    def set_exception(self, exc_info: OptExcInfo | None = None) -> None:
        error = (exc_info or sys.exc_info())[1]
        self.fail(error or RuntimeError("set_exception() without an exception"))

    def settle(self, value: T | None, error: BaseException | None) -> None:
        """Set a value, or an error."""
        if self.is_set or self._get_hook is not None:
            raise RuntimeError("this reply is already set")
        self._value = value
        self._error = error
        self.is_set = True  # after the value, before looking for waiters: see _blocking_wait
        if self._waiters is not None:
            for waiter in self._waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self._waiters = None
        if self._event is not None:
            self._event.set()

    def get(self, *, timeout: float | None = None) -> T:
        if not self.is_set:
            if self._get_hook is None:
                self._blocking_wait(timeout)
            else:
                self._value = self._get_hook(timeout)
                self.is_set = True
        return self._result()

    def _blocking_wait(self, timeout: float | None) -> None:
        if get_ident() == self._thread or _runs_a_loop():
            raise RuntimeError("get() would block the event loop: await the reply instead")
        with _making_event:
            event = self._event = self._event or threading.Event()
        if self.is_set:  # it was set between the caller's look and the line above
            return
        if not event.wait(timeout):
            raise pykka.Timeout(f"no reply in {timeout} seconds")

    def _result(self) -> T:
        if self._error is not None:
            raise self._error
        return cast("T", self._value)

    def __await__(self) -> Generator[None, None, T]:
        if self._get_hook is not None:
            return self.get()
        if not self.is_set:
            # A future for each task: cancelling one of them must not cancel what the others wait for.
            waiter = asyncio.get_running_loop().create_future()
            if self._waiters is None:
                self._waiters = [waiter]
            else:
                self._waiters.append(waiter)
            yield from waiter
        return self._result()

    __iter__ = __await__


class RecordedReply(Reply[T]):
    """A reply whose value is saved by the turn that gives it: ``record`` makes the row. An error is not saved."""

    __slots__ = ("record",)

    def __init__(self, record: Callable[[Any], Row], thread: int | None = None) -> None:
        super().__init__(thread)
        self.record = record


def _runs_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True
