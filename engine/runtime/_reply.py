"""Replies: pykka's Future, awaitable without blocking the loop."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Generator
from typing import TYPE_CHECKING, Generic, TypeVar, cast

import pykka

if TYPE_CHECKING:
    from pykka._types import OptExcInfo

T = TypeVar("T")


class Reply(pykka.Future[T], Generic[T]):
    """The answer to a request: a value or an error, set once.

    ``await reply`` on the event loop; ``reply.get(timeout=…)`` from any other thread, or once it is set.
    """

    __slots__ = ("_error", "_event", "_get_hook", "_get_hook_result", "_value", "_waiter", "is_set")

    def __init__(self) -> None:  # pykka's own __init__ allocates what only its hooks need
        self.is_set = False
        self._value: T | None = None
        self._error: BaseException | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._event: threading.Event | None = None
        self._get_hook = None

    def set(self, value: T | None = None) -> None:
        self._settle(value, None)

    def fail(self, error: BaseException) -> None:
        """Set an error: whoever waits sees it raised."""
        self._settle(None, error)

    def set_exception(self, exc_info: OptExcInfo | None = None) -> None:
        error = (exc_info or sys.exc_info())[1]
        self.fail(error or RuntimeError("set_exception() without an exception"))

    def _settle(self, value: T | None, error: BaseException | None) -> None:
        if self.is_set:
            raise RuntimeError("this reply is already set")
        self._value = value
        self._error = error
        self.is_set = True  # after the value, before looking for waiters: see _blocking_wait
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)
        if self._event is not None:
            self._event.set()

    def get(self, *, timeout: float | None = None) -> T:
        if self._get_hook is not None:
            return super().get(timeout=timeout)
        if not self.is_set:
            self._blocking_wait(timeout)
        return self._result()

    def _blocking_wait(self, timeout: float | None) -> None:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            pass
        else:
            raise RuntimeError("get() would block the event loop: await the reply instead")
        event = self._event = threading.Event()
        if self.is_set:  # it was set between the caller's look and the line above
            return
        if not event.wait(timeout):
            raise pykka.Timeout(f"no reply in {timeout} seconds")

    def _result(self) -> T:
        if self._error is not None:
            raise self._error
        return cast("T", self._value)

    def __await__(self) -> Generator[None, None, T]:
        if not self.is_set:
            waiter = self._waiter
            if waiter is None or waiter.done():
                waiter = self._waiter = asyncio.get_running_loop().create_future()
            yield from waiter
        return self._result()

    __iter__ = __await__
