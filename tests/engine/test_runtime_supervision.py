"""Supervision: rebuild, budget, quarantine, release; dead letters and what goes to the parent."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from typing import NoReturn

import pytest

from engine.errors import BalcaoError, InternalFailure
from engine.runtime import (
    Actor,
    Ask,
    Group,
    ManualLoop,
    Quarantined,
    Ref,
    Released,
    Reply,
    Supervisor,
    Undelivered,
    handles,
)

REST = 1_000
WINDOW = 10_000


class Carry:
    def __init__(self, resposta: Reply[object]) -> None:
        self.resposta = resposta


class Fragile(Actor[str | int | bytes | ZeroDivisionError | asyncio.CancelledError | MemoryError]):
    """Echoes text; raises what it is sent; sets a timer."""

    __slots__ = ("beyond_repair", "heard", "rebuilt")

    def __init__(self, group: Group, *, parent: Ref | None = None) -> None:
        super().__init__(group, parent=parent)
        self.rebuilt: list[object] = []
        self.heard: list[str] = []
        self.beyond_repair = False

    @handles(str)
    def echo(self, text: str) -> str:
        self.heard.append(text)
        return text

    @handles(int)
    def arm(self, delay: int) -> None:
        self.at(self.now() + delay, "due")

    @handles(bytes)
    def leave(self, _: bytes) -> None:
        self.stop()

    @handles(ZeroDivisionError, asyncio.CancelledError, MemoryError)
    def fail(self, error: ZeroDivisionError | asyncio.CancelledError | MemoryError) -> None:
        raise error

    def restore(self) -> None:
        if self.beyond_repair:
            raise RuntimeError("beyond repair")

    def recovered(self, message: object) -> None:
        self.rebuilt.append(message)


class Parent(Actor[Undelivered | Quarantined | Released]):
    __slots__ = ("crash", "news")

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.news: list[object] = []
        self.crash = False

    @handles(Undelivered, Quarantined, Released)
    def hear(self, m: Undelivered | Quarantined | Released) -> None:
        if self.crash:
            raise ZeroDivisionError
        self.news.append(m)


class Bench:
    def __init__(self) -> None:
        self.supervisor = Supervisor(max_failures=3, window=WINDOW, rest=REST)
        self.loop = ManualLoop(supervisor=self.supervisor)
        self.group = Group("empresa", self.loop.dispatcher)
        self.parent = Parent(self.group)
        self.actor = Fragile(self.group, parent=self.parent.ref)
        self.ref = self.actor.ref

    def fail(self, times: int = 1) -> None:
        for _ in range(times):
            self.ref.tell(ZeroDivisionError())
        self.loop.run_until_idle()

    def wait(self, ms: int) -> None:
        self.loop.advance_to(self.loop.clock.now() + ms)

    def reasons(self) -> list[str]:
        return [letter.reason for letter in self.supervisor.dead_letters]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_an_actor_that_crashes_is_rebuilt_told_what_was_lost_and_goes_on(bench: Bench) -> None:
    reply = bench.ref.request(ZeroDivisionError())
    after = bench.ref.request("after")
    bench.loop.run_until_idle()
    with pytest.raises(InternalFailure):
        reply.get()
    assert after.get() == "after"
    assert [type(message) for message in bench.actor.rebuilt] == [ZeroDivisionError]
    assert bench.supervisor.restarts == {"Fragile": 1}
    assert bench.reasons() == ["crashed: ZeroDivisionError"]


def test_a_dead_letter_says_who_what_and_why_but_not_the_content(bench: Bench) -> None:
    bench.fail()
    letter = bench.supervisor.dead_letters[0]
    assert (letter.group, letter.message) == ("empresa", "ZeroDivisionError")
    assert "Fragile" in letter.actor
    assert letter.at == bench.loop.clock.now()


def test_a_cancelled_error_in_one_handler_stops_nobody(bench: Bench) -> None:
    neighbour = Fragile(bench.group)
    reply = bench.ref.request(asyncio.CancelledError())
    others = [bench.ref.request("same actor"), neighbour.ref.request("neighbour")]
    bench.loop.run_until_idle()
    with pytest.raises(InternalFailure):
        reply.get()
    assert [other.get() for other in others] == ["same actor", "neighbour"]
    assert bench.ref.is_alive()


def test_failures_within_the_budget_are_forgiven_and_the_next_one_quarantines(bench: Bench) -> None:
    bench.fail(3)
    assert bench.supervisor.quarantined == set()
    bench.fail()
    assert bench.supervisor.quarantined == {bench.ref}
    assert bench.parent.news == [Quarantined(bench.ref)]
    assert bench.ref.is_alive()


def test_failures_older_than_the_window_do_not_count(bench: Bench) -> None:
    for _ in range(10):
        bench.fail(3)
        bench.wait(WINDOW + 1)
    assert bench.supervisor.quarantined == set()


def test_failures_spread_over_the_window_are_counted_one_by_one(bench: Bench) -> None:
    for _ in range(6):
        bench.fail()
        bench.wait(WINDOW // 3 + 1)
    assert bench.supervisor.quarantined == set()


def test_the_failures_of_one_actor_do_not_count_for_another(bench: Bench) -> None:
    others = [Fragile(bench.group) for _ in range(4)]
    for other in others:
        other.ref.tell(ZeroDivisionError())
    bench.loop.run_until_idle()
    assert bench.supervisor.quarantined == set()


def test_the_mail_of_a_quarantined_actor_goes_to_its_parent(bench: Bench) -> None:
    for _ in range(4):
        bench.ref.tell(ZeroDivisionError())
    bench.ref.tell("was waiting behind")
    bench.loop.run_until_idle()
    bench.ref.tell("came later")
    bench.loop.run_until_idle()
    assert bench.parent.news == [
        Undelivered(bench.ref, "was waiting behind"),
        Quarantined(bench.ref),
        Undelivered(bench.ref, "came later"),
    ]


def test_a_question_undelivered_reaches_the_parent_with_its_reply(bench: Bench) -> None:
    bench.fail(4)
    reply = bench.ref.request("hello?")
    bench.loop.run_until_idle()
    undelivered = bench.parent.news[-1]
    assert isinstance(undelivered, Undelivered)
    assert isinstance(undelivered.item, Ask)
    assert undelivered.item.reply is reply


def test_without_a_parent_undelivered_mail_is_a_dead_letter_and_its_asker_is_refused(bench: Bench) -> None:
    orphan = Fragile(bench.group)
    bench.loop.dispatcher.stop(orphan.ref)
    reply = orphan.ref.request("hello?")
    orphan.ref.tell("and this")
    bench.loop.run_until_idle()
    with pytest.raises(BalcaoError) as refused:
        reply.get()
    assert refused.value.status == 503
    assert bench.reasons() == ["mailbox closed", "mailbox closed"]


def test_the_asker_is_answered_if_the_parent_crashes_on_undelivered_mail(bench: Bench) -> None:
    bench.fail(4)
    bench.parent.crash = True
    asked = bench.ref.request("hello?")
    carried: Reply[object] = Reply()
    bench.ref.tell(Carry(carried))  # type: ignore[arg-type]  # which it never gets
    bench.loop.run_until_idle()
    for reply in (asked, carried):
        with pytest.raises(InternalFailure):
            reply.get()


def test_a_parent_that_does_not_handle_undelivered_mail_refuses_it_and_is_not_restarted(bench: Bench) -> None:
    uncaring = Fragile(bench.group)
    child = Fragile(bench.group, parent=uncaring.ref)
    for _ in range(4):
        child.ref.tell(ZeroDivisionError())
    bench.loop.run_until_idle()
    reply = child.ref.request("hello?")
    bench.loop.run_until_idle()
    with pytest.raises(BalcaoError) as refused:
        reply.get()
    assert refused.value.status == 503
    assert uncaring.rebuilt == []
    bench.wait(REST)
    assert uncaring.rebuilt == []
    assert bench.reasons() == ["crashed: ZeroDivisionError"] * 4 + ["mailbox closed"]


def test_after_its_rest_a_quarantined_actor_is_rebuilt_and_works_again(bench: Bench) -> None:
    bench.fail(4)
    bench.wait(REST - 1)
    assert bench.supervisor.quarantined == {bench.ref}
    bench.wait(1)
    assert bench.supervisor.quarantined == set()
    assert bench.parent.news[-1] == Released(bench.ref)
    assert bench.actor.rebuilt[-1] is None
    reply = bench.ref.request("again")
    bench.loop.run_until_idle()
    assert reply.get() == "again"


def test_a_released_actor_has_a_fresh_budget(bench: Bench) -> None:
    bench.fail(4)
    bench.wait(REST)
    bench.fail(3)
    assert bench.supervisor.quarantined == set()


def test_an_actor_that_cannot_be_rebuilt_is_quarantined_at_once_and_again_after_its_rest(bench: Bench) -> None:
    bench.actor.beyond_repair = True
    bench.fail()
    assert bench.parent.news == [Quarantined(bench.ref)]
    bench.wait(REST)
    assert bench.parent.news == [Quarantined(bench.ref)] * 2
    bench.actor.beyond_repair = False
    bench.wait(REST)
    assert bench.parent.news[-1] == Released(bench.ref)


def test_a_quarantined_actor_may_be_stopped(bench: Bench) -> None:
    bench.fail(4)
    bench.loop.dispatcher.stop(bench.ref)
    assert bench.supervisor.quarantined == set()
    bench.wait(REST)
    assert not bench.ref.is_alive()


def test_what_a_quarantined_actor_says_on_leaving_is_delivered_whatever_its_neighbours_turns_do(bench: Bench) -> None:
    class Polite(Fragile):
        __slots__ = ("heir",)

        heir: Ref

        def suspended(self) -> None:
            self.heir.tell("carry on")

    class Heir(Fragile):
        __slots__ = ("heard",)

        def __init__(self, group: Group) -> None:
            super().__init__(group)
            self.heard: list[str] = []

        @handles(str)
        def hear(self, text: str) -> None:
            self.heard.append(text)

    heir = Heir(bench.group)
    polite = Polite(bench.group)
    polite.heir = heir.ref
    polite.beyond_repair = True
    polite.ref.tell(ZeroDivisionError())
    bench.ref.tell(ZeroDivisionError())  # the next turn crashes, and takes what it has sent with it
    bench.loop.run_until_idle()
    assert heir.heard == ["carry on"]


@pytest.mark.parametrize("delay", [0, REST // 2], ids=["in the mailbox", "falls due"])
def test_a_timer_due_in_quarantine_is_kept_until_it_is_over(bench: Bench, delay: int) -> None:
    actor = Fragile(bench.group, parent=bench.parent.ref)
    actor.ref.tell(delay)
    bench.loop.run_until_idle()
    for _ in range(4):
        actor.ref.tell(ZeroDivisionError())
    if not delay:
        bench.loop.dispatcher.fire_timers()
    bench.loop.run_until_idle()
    bench.wait(REST - 1)
    assert actor.heard == []
    actor.beyond_repair = True
    bench.wait(1)
    assert actor.heard == [], "it could not be rebuilt"
    actor.beyond_repair = False
    bench.wait(REST)
    assert actor.heard == ["due"]
    assert not any(isinstance(news, Undelivered) for news in bench.parent.news)


def test_what_was_kept_for_an_actor_that_is_stopped_in_quarantine_is_forgotten(bench: Bench) -> None:
    actor = Fragile(bench.group, parent=bench.parent.ref)
    actor.ref.tell(1)
    for _ in range(4):
        actor.ref.tell(ZeroDivisionError())
    bench.loop.run_until_idle()
    bench.wait(1)
    bench.loop.dispatcher.stop(actor.ref)
    bench.wait(REST)
    assert bench.loop.dispatcher.timers.let_go(actor.ref) == []


def test_a_timer_whose_actor_has_stopped_before_it_was_handled_goes_to_the_parent_as_its_message(bench: Bench) -> None:
    actor = Fragile(bench.group, parent=bench.parent.ref)
    actor.ref.tell(0)
    bench.loop.run_until_idle()
    actor.ref.tell(b"")
    bench.loop.dispatcher.fire_timers()
    bench.loop.run_until_idle()
    assert bench.parent.news == [Undelivered(actor.ref, "due")]


def test_neighbours_of_a_poisoned_actor_notice_nothing(bench: Bench) -> None:
    neighbour = Fragile(bench.group)
    replies = []
    for n in range(50):
        bench.ref.tell(ZeroDivisionError())
        replies.append(neighbour.ref.request(str(n)))
    bench.loop.run_until_idle()
    assert [reply.get() for reply in replies] == [str(n) for n in range(50)]
    assert neighbour.rebuilt == []


def test_dead_letters_are_counted_beyond_those_that_are_kept(bench: Bench) -> None:
    orphan = Fragile(bench.group)
    bench.loop.dispatcher.stop(orphan.ref)
    for _ in range(1_500):
        orphan.ref.tell("lost")
    assert bench.supervisor.dead_letters_total == 1_500
    assert len(bench.supervisor.dead_letters) == 1_000


def test_remembering_failures_costs_the_same_however_many_actors_fail() -> None:
    class Watched(dict[Ref, deque[int]]):
        looked_at = 0

        def __iter__(self) -> Iterator[Ref]:
            for key in super().__iter__():
                Watched.looked_at += 1
                yield key

        def items(self) -> NoReturn:
            raise AssertionError("looks at everybody")

        def values(self) -> NoReturn:
            raise AssertionError("looks at everybody")

    bench = Bench()
    bench.supervisor._failures = Watched()
    refs = [Fragile(bench.group).ref for _ in range(500)]
    for ref in refs:
        bench.supervisor.may_restart(ref, 0)
    assert Watched.looked_at <= 2 * len(refs)
    bench.supervisor.may_restart(refs[0], WINDOW + 1)
    assert list(bench.supervisor._failures) == [refs[0]]


def test_a_stopped_actor_is_forgotten_by_the_supervisor(bench: Bench) -> None:
    bench.fail()
    bench.loop.dispatcher.stop(bench.ref)
    assert bench.supervisor._failures == {}
