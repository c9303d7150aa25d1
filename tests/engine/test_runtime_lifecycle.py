"""The end of actors and groups, and what an idle actor costs."""

from __future__ import annotations

import gc
import logging
import sys
import tracemalloc
import weakref
from collections.abc import Iterator
from typing import Never

import pytest

from engine.errors import BalcaoError
from engine.modelo import LeituraRow, TicketRow
from engine.runtime import Actor, Group, ManualLoop, Ref, Reply, Supervisor, Undelivered, handles


class Carry:
    def __init__(self, resposta: Reply[object]) -> None:
        self.resposta = resposta


class Guest(Actor[str]):
    """Leaves when told to, at once or when its mail is done."""

    __slots__ = ("directory", "heard")

    def __init__(self, group: Group, *, parent: Ref | None = None, directory: dict[str, Ref] | None = None) -> None:
        super().__init__(group, parent=parent)
        self.heard: list[str] = []
        self.directory = {} if directory is None else directory

    @handles(str)
    def hear(self, text: str) -> str:
        self.heard.append(text)
        if text == "retire":
            self.retiring = True
        elif text == "stay":
            self.retiring = False
        elif text == "leave":
            self.stop()
        elif text == "close":
            self.once_released(lambda: self.group.dispatcher.close(self.group))
        elif text == "retire and crash":
            self.retiring = True
            raise ZeroDivisionError
        return text

    def stopped(self) -> None:
        if "broken" in self.directory:
            raise ZeroDivisionError
        self.directory.pop("guest", None)


class Host(Actor[Undelivered]):
    __slots__ = ("returned",)

    def __init__(self, group: Group) -> None:
        super().__init__(group)
        self.returned: list[Undelivered] = []

    @handles(Undelivered)
    def take_back(self, m: Undelivered) -> None:
        self.returned.append(m)


class Bench:
    def __init__(self) -> None:
        self.loop = ManualLoop(supervisor=Supervisor(max_failures=0, rest=1_000))
        self.group = Group("empresa", self.loop.dispatcher)
        self.host = Host(self.group)
        self.directory: dict[str, Ref] = {}
        self.guest = Guest(self.group, parent=self.host.ref, directory=self.directory)
        self.ref = self.directory["guest"] = self.guest.ref

    def tell(self, *texts: str) -> None:
        for text in texts:
            self.ref.tell(text)
        self.loop.run_until_idle()

    def returned(self) -> list[object]:
        return [m.item for m in self.host.returned]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_retiring_actor_handles_all_its_mail_and_then_stops(bench: Bench) -> None:
    bench.tell("retire", *map(str, range(40)))
    assert bench.guest.heard == ["retire", *map(str, range(40))]
    assert not bench.ref.is_alive()
    assert bench.directory == {}


def test_a_retiring_actor_that_changes_its_mind_stays(bench: Bench) -> None:
    bench.tell("retire", "stay")
    assert bench.ref.is_alive()


def test_a_turn_that_crashes_does_not_make_its_actor_retire() -> None:
    bench = Bench()
    bench.loop.dispatcher.supervisor.max_failures = 5
    bench.tell("retire and crash")
    assert bench.ref.is_alive()
    assert not bench.guest.retiring


def test_an_actor_told_to_retire_when_rebuilt_after_quarantine_stops(bench: Bench) -> None:
    class Retires(Guest):
        __slots__ = ()

        def recovered(self, message: object) -> None:
            self.retiring = True

    guest = Retires(bench.group)
    guest.ref.tell("retire and crash")
    bench.loop.run_until_idle()
    assert guest.ref.is_alive()
    bench.loop.advance_to(bench.loop.clock.now() + 1_000)
    assert not guest.ref.is_alive()


def test_stop_ends_the_actor_after_this_turn_and_returns_its_other_mail(bench: Bench) -> None:
    bench.tell("leave", "one", "two")
    assert bench.guest.heard == ["leave"]
    assert bench.returned() == ["one", "two"]
    assert bench.directory == {}


def test_mail_to_a_stopped_actor_goes_to_its_parent(bench: Bench) -> None:
    bench.tell("leave")
    bench.tell("late")
    assert bench.returned() == ["late"]


def test_a_stopped_actor_that_cannot_leave_its_directory_is_stopped_all_the_same(bench: Bench) -> None:
    bench.directory["broken"] = bench.ref
    bench.tell("leave", "after")
    assert not bench.ref.is_alive()
    assert bench.ref.actor is None
    assert bench.returned() == ["after"]
    assert bench.loop.dispatcher.supervisor.dead_letters_total == 1


def test_a_retiring_actor_that_cannot_leave_its_directory_holds_nobody_up(bench: Bench) -> None:
    bench.directory["broken"] = bench.ref
    neighbour = Guest(bench.group)
    bench.ref.tell("retire")
    neighbour.ref.tell("hello")
    bench.loop.run_until_idle()
    assert not bench.ref.is_alive()
    assert neighbour.heard == ["hello"]


def test_stopping_twice_is_stopping_once(bench: Bench) -> None:
    bench.loop.dispatcher.stop(bench.ref)
    bench.loop.dispatcher.stop(bench.ref)
    assert not bench.ref.is_alive()


# -- what is read of it from outside


def test_the_row_of_an_actor_is_what_its_last_turn_left_until_it_stops() -> None:
    class Reader(Actor[LeituraRow]):
        __slots__ = ()

        @handles(LeituraRow)
        def read(self, row: LeituraRow) -> None:
            self.become(row)
            if row.mensagem_id == "bad":
                raise ZeroDivisionError

    loop = ManualLoop()
    ref = Reader.start(Group("empresa", loop.dispatcher))
    assert ref.published(LeituraRow) is None
    for mensagem_id in ("good", "bad"):
        ref.tell(LeituraRow("E", mensagem_id))
    loop.run_until_idle()
    assert ref.published(LeituraRow) == LeituraRow("E", "good")
    assert ref.published(TicketRow) is None
    loop.dispatcher.stop(ref)
    assert ref.published(LeituraRow) is None


# -- groups


def test_a_closed_group_refuses_the_mail_it_has(bench: Bench) -> None:
    asked = bench.ref.request("hello?")
    carried: Reply[object] = Reply()
    bench.ref.tell(Carry(carried))  # type: ignore[arg-type]  # which it never gets
    bench.loop.dispatcher.close(bench.group)
    bench.loop.run_until_idle()
    assert bench.guest.heard == []
    for reply in (asked, carried):
        with pytest.raises(BalcaoError) as refused:
            reply.get()
        assert refused.value.status == 503


def test_a_closed_group_refuses_the_mail_that_comes_later(bench: Bench) -> None:
    bench.loop.dispatcher.close(bench.group)
    reply = bench.ref.request("hello?")
    bench.loop.run_until_idle()
    assert bench.guest.heard == []
    with pytest.raises(BalcaoError) as refused:
        reply.get()
    assert refused.value.status == 503


def test_a_group_closed_by_one_of_its_turns_handles_nothing_more(bench: Bench) -> None:
    neighbour = Guest(bench.group)
    replies = [bench.ref.request(text) for text in ("close", "mine")]
    replies.append(neighbour.ref.request("the neighbour's"))
    bench.loop.run_until_idle()
    assert (bench.guest.heard, neighbour.heard) == (["close"], [])
    assert replies[0].get() == "close"
    for reply in replies[1:]:
        with pytest.raises(BalcaoError):
            reply.get()
    bench.tell("later")
    assert bench.guest.heard == ["close"]


def test_undelivered_mail_of_a_closed_group_is_refused_not_returned(bench: Bench) -> None:
    bench.loop.dispatcher.stop(bench.ref)
    bench.loop.dispatcher.close(bench.group)
    reply = bench.ref.request("hello?")
    bench.loop.run_until_idle()
    assert bench.host.returned == []
    with pytest.raises(BalcaoError):
        reply.get()
    assert [letter.message for letter in bench.loop.dispatcher.supervisor.dead_letters] == ["str"]


def test_closing_one_group_leaves_the_others_alone(bench: Bench) -> None:
    other = Guest(Group("other", bench.loop.dispatcher))
    other.ref.tell("hello")
    bench.ref.tell("hello")
    bench.loop.dispatcher.close(bench.group)
    bench.loop.run_until_idle()
    assert other.heard == ["hello"]


def test_an_actor_quarantined_in_a_group_closed_since_stays_where_it_is(bench: Bench) -> None:
    bench.tell("retire and crash")
    bench.loop.dispatcher.close(bench.group)
    bench.loop.advance_to(bench.loop.clock.now() + 5_000)
    assert bench.guest.heard == ["retire and crash"]
    assert bench.loop.dispatcher.idle()


# -- memory


@pytest.fixture
def no_gc() -> Iterator[None]:
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_gc")
@pytest.mark.parametrize("last_words", ["leave", "retire"])
def test_a_stopped_actor_is_freed_without_the_garbage_collector(last_words: str) -> None:
    bench = Bench()
    guest = Guest(bench.group)
    ref, gone = guest.ref, weakref.ref(guest)
    del guest
    ref.request("hello")
    ref.tell(last_words)
    bench.loop.run_until_idle()
    assert not ref.is_alive()
    assert gone() is None


@pytest.mark.usefixtures("no_gc")
def test_an_actor_that_crashed_is_freed_without_the_garbage_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    # pytest keeps every log record, and with it the traceback and the actor in it
    monkeypatch.setattr(logging.getLogger("engine.runtime._recovery"), "disabled", True)
    bench = Bench()
    bench.loop.dispatcher.supervisor.max_failures = 5
    guest = Guest(bench.group)
    ref, gone = guest.ref, weakref.ref(guest)
    del guest
    ref.tell("retire and crash")
    ref.tell("leave")
    bench.loop.run_until_idle()
    assert gone() is None


class Idle(Actor[Never]):
    __slots__ = ()


def test_an_idle_actor_with_its_ref_takes_at_most_a_quarter_of_a_kilobyte() -> None:
    group = Group("empresa", ManualLoop().dispatcher)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    refs = [Idle.start(group) for _ in range(1_000)]
    each = (tracemalloc.get_traced_memory()[0] - before - sys.getsizeof(refs)) / 1_000
    tracemalloc.stop()
    assert each <= 256


def test_a_mailbox_exists_only_while_there_is_mail(bench: Bench) -> None:
    assert bench.ref.queue is None
    bench.ref.tell("hello")
    assert bench.ref.depth() == 1
    bench.loop.run_until_idle()
    assert bench.ref.queue is None
    assert bench.ref.depth() == 0
