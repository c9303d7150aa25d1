"""Replies: awaited on the loop, waited for in threads, never blocking the loop."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

import pykka
import pytest

from engine.errors import NotFound
from engine.runtime import Actor, AsyncioLoop, Group, ImmediateSink, ManualLoop, Reply, handles
from engine.tempo import SystemClock


class Echo(Actor[str]):
    @handles(str)
    def echo(self, text: str) -> str:
        if not text:
            raise NotFound("nada", "Nada")
        return text


class Blocks(Actor[str]):
    @handles(str)
    def block(self, _: str) -> object:
        reply: Reply[object] = Reply()
        return reply.get(timeout=1)


def start(actor: type[Actor]) -> tuple[AsyncioLoop, Group, pykka.ActorRef[Actor]]:
    loop = AsyncioLoop(SystemClock(), ImmediateSink())
    group = Group("empresa", loop.dispatcher)
    return loop, group, actor.start(group)


def test_a_reply_is_awaited_on_asyncio() -> None:
    async def main() -> None:
        loop = AsyncioLoop(SystemClock(), ImmediateSink())
        ref = Echo.start(Group("empresa", loop.dispatcher))
        assert await ref.request("one") == "one"
        assert await asyncio.gather(*(ref.request(str(n)) for n in range(100))) == [str(n) for n in range(100)]
        with pytest.raises(NotFound):
            await ref.request("")

    asyncio.run(main())


def test_a_reply_may_be_awaited_after_it_was_set_and_more_than_once() -> None:
    async def main() -> None:
        reply: Reply[int] = Reply()
        reply.set(3)
        assert await reply == 3
        assert await reply == 3
        assert reply.get() == 3

    asyncio.run(main())


def test_several_tasks_may_await_one_reply_and_a_cancelled_one_takes_no_other_with_it() -> None:
    async def main() -> None:
        reply: Reply[int] = Reply()

        async def wait() -> int:
            return await reply

        tasks = [asyncio.create_task(wait()) for _ in range(3)]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await asyncio.sleep(0)
        reply.set(7)
        assert await asyncio.gather(*tasks[1:]) == [7, 7]
        assert tasks[0].cancelled()

    asyncio.run(main())


def test_an_asker_that_gave_up_disturbs_nobody() -> None:
    async def main() -> None:
        loop = AsyncioLoop(SystemClock(), ImmediateSink())
        ref = Echo.start(Group("empresa", loop.dispatcher))

        async def ask() -> object:
            return await ref.request("never read")

        task = asyncio.create_task(ask())
        await asyncio.sleep(0)
        task.cancel()
        assert await ref.request("next") == "next"

    asyncio.run(main())


def test_get_on_the_event_loop_raises_instead_of_blocking() -> None:
    async def main() -> None:
        _, _, ref = start(Echo)
        reply = ref.ask("x", block=False)
        with pytest.raises(RuntimeError, match="await"):
            reply.get()
        with pytest.raises(RuntimeError, match="await"):
            ref.ask("y")
        assert await reply == "x"

    asyncio.run(main())


def test_get_in_a_handler_raises_instead_of_blocking() -> None:
    loop = ManualLoop()
    ref = Blocks.start(Group("empresa", loop.dispatcher))
    reply = ref.request("x")
    loop.run_until_idle()
    with pytest.raises(Exception, match="Erro interno"):
        reply.get()


def test_asking_and_blocking_on_the_thread_that_runs_the_actors_raises_instead_of_hanging() -> None:
    loop = ManualLoop()
    ref = Echo.start(Group("empresa", loop.dispatcher))
    with pytest.raises(RuntimeError, match="block"):
        ref.ask("x", timeout=1)
    with pytest.raises(RuntimeError, match="block"):
        ref.request("x").get(timeout=1)


def test_get_blocks_in_another_thread_until_the_answer_is_there() -> None:
    async def main() -> None:
        _, _, ref = start(Echo)
        answers = await asyncio.gather(*(asyncio.to_thread(ref.ask, str(n)) for n in range(20)))
        assert answers == [str(n) for n in range(20)]

    asyncio.run(main())


def test_several_threads_may_wait_for_one_reply() -> None:
    reply: Reply[int] = Reply()
    ready = threading.Barrier(5)

    def wait() -> int:
        ready.wait(30)
        return reply.get(timeout=30)

    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(wait) for _ in range(4)]
        ready.wait(30)
        reply.set(9)
        assert [future.result(30) for future in waiting] == [9] * 4


def test_two_threads_that_wait_share_the_event_that_wakes_them() -> None:
    reply: Reply[int] = Reply()
    outcomes: list[object] = []
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(reply.get, timeout=30)
        while reply._event is None:
            pass
        second = pool.submit(reply.get, timeout=0.01)
        with pytest.raises(pykka.Timeout):
            second.result(30)
        reply.set(1)
        outcomes.append(first.result(30))
    assert outcomes == [1]


def test_get_in_a_thread_times_out() -> None:
    reply: Reply[int] = Reply()
    with pytest.raises(pykka.Timeout):
        reply.get(timeout=0)


def test_a_reply_is_set_once() -> None:
    reply: Reply[int] = Reply()
    reply.set(1)
    with pytest.raises(RuntimeError):
        reply.set(2)
    with pytest.raises(RuntimeError):
        reply.fail(ValueError())


def test_the_derived_futures_of_pykka_work() -> None:
    reply: Reply[int] = Reply()
    doubled = reply.map(lambda n: 2 * n)
    reply.set(21)
    assert doubled.get() == 42
    assert doubled.get() == 42
    joined = reply.join(doubled)
    assert joined.get() == [21, 42]
    with pytest.raises(Exception, match=r"set|hook"):
        doubled.set(1)

    async def main() -> None:
        assert await doubled == 42
        unset: Reply[int] = Reply()
        with pytest.raises(RuntimeError, match="await"):
            await unset.map(str)

    asyncio.run(main())


def test_set_exception_takes_the_exception_being_handled() -> None:
    reply: Reply[int] = Reply()
    try:
        raise KeyError("x")
    except KeyError:
        reply.set_exception()
    with pytest.raises(KeyError):
        reply.get()


def test_a_failed_reply_nobody_reads_is_silent() -> None:
    async def main() -> None:
        loop = AsyncioLoop(SystemClock(), ImmediateSink())
        ref = Echo.start(Group("empresa", loop.dispatcher))
        ref.request("")
        await asyncio.sleep(0)

    asyncio.run(main())
