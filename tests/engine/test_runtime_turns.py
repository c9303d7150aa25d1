"""A turn is atomic: what a handler did is released whole when it returns, or none of it happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NoReturn

import pytest

from engine.errors import Conflict, InternalFailure, Overloaded
from engine.modelo import EventoRow, LeituraRow, Row
from engine.runtime import Actor, Ask, Group, ManualLoop, Ref, Reply, Settled, Timer, handles, settle


def line(text: str) -> LeituraRow:
    """A row, told from others by its text."""
    return LeituraRow("empresa", text)


def event(seq: int) -> EventoRow:
    return EventoRow("empresa", seq, "e", 0, None, None, None, None, None, None, "sistema", "{}", None)


@dataclass
class Sink:
    """Keeps what turns released; answers only when told to, like a journal that waits for its commit."""

    rows: list[Row] = field(default_factory=list)
    events: list[EventoRow] = field(default_factory=list)
    waiting: list[Settled] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    fault: Callable[[Sequence[Row]], None] = lambda _: None

    def release(
        self, group: Group, rows: Sequence[Row], events: Sequence[EventoRow], replies: Sequence[Settled]
    ) -> None:
        self.fault(rows)
        self.rows += rows
        self.events += events
        self.waiting += replies
        self.seqs.append(group.seq)

    def commit(self) -> None:
        for reply, value, error in self.waiting:
            settle(reply, value, error)
        self.waiting.clear()


class Do:
    """Run ``action`` in the actor: each test says what its handler does."""

    def __init__(self, action: Callable[[Worker], object]) -> None:
        self.action = action


class Carry:
    """A message that carries an answer due to somebody."""

    def __init__(self, resposta: Reply[object], action: Callable[[Worker, Reply[object]], object]) -> None:
        self.resposta = resposta
        self.action = action


class Worker(Actor[Do | Carry | str]):
    __slots__ = ("heard", "restored", "told_of")

    def __init__(self, group: Group, *, parent: Ref | None = None, row: LeituraRow | None = None) -> None:
        super().__init__(group, parent=parent, row=row or line("0"))
        self.heard: list[str] = []
        self.restored = 0
        self.told_of: list[object] = []

    @handles(Do)
    def do(self, m: Do) -> object:
        return m.action(self)

    @handles(Carry)
    def carry(self, m: Carry) -> object:
        return m.action(self, m.resposta)

    @handles(str)
    def hear(self, text: str) -> str:
        self.heard.append(text)
        return text

    def restore(self) -> None:
        self.restored += 1

    def recovered(self, message: object) -> None:
        self.told_of.append(message)


class Bench:
    """One group with a worker and a neighbour."""

    def __init__(self) -> None:
        self.sink = Sink()
        self.loop = ManualLoop(sink=self.sink)
        self.group = Group("empresa", self.loop.dispatcher)
        self.worker = Worker(self.group)
        self.ref = self.worker.ref
        self.other = Worker(self.group)

    def run(self, action: Action) -> Reply[object]:
        reply: Reply[object] = self.ref.request(Do(action))
        self.loop.run_until_idle()
        return reply


@pytest.fixture
def bench() -> Bench:
    return Bench()


def boom() -> NoReturn:
    raise ZeroDivisionError("boom")


Action = Callable[[Worker], object]


def crash_after(*effects: Action) -> Action:
    def action(worker: Worker) -> NoReturn:
        for effect in effects:
            effect(worker)
        boom()

    return action


def everything(bench: Bench, called: list[str]) -> Action:
    """An action with every kind of effect there is."""

    def action(worker: Worker) -> object:
        worker.become(line("1"))
        worker.save(line("another"))
        worker.publish(event(1))
        worker.at(worker.now() + 10, "timer")
        worker.once_released(lambda: called.append("callback"))
        bench.other.ref.tell("mail")
        worker.answer(Reply(), 1)
        return "answer"

    return action


def test_a_turn_releases_rows_events_mail_timers_callbacks_and_its_answer(bench: Bench) -> None:
    called: list[str] = []
    reply = bench.run(everything(bench, called))
    bench.sink.commit()
    assert reply.get() == "answer"
    assert bench.sink.rows == [line("1"), line("another")]
    assert bench.sink.events == [event(1)]
    assert bench.other.heard == ["mail"]
    assert called == ["callback"]
    bench.loop.advance_to(bench.loop.clock.now() + 10)
    assert bench.worker.heard == ["timer"]


def test_a_handler_that_raises_leaves_no_row_event_mail_timer_callback_or_answer(bench: Bench) -> None:
    called: list[str] = []
    effects = everything(bench, called)
    reply = bench.run(crash_after(effects))
    bench.sink.commit()
    with pytest.raises(InternalFailure):
        reply.get()
    assert bench.worker.row == line("0")
    assert bench.sink.rows == []
    assert bench.sink.events == []
    assert bench.group.seq == 0
    assert bench.other.heard == []
    assert called == []
    assert len(bench.loop.dispatcher.timers) == 0


def test_the_turn_after_a_crash_starts_clean(bench: Bench) -> None:
    effects = everything(bench, [])
    bench.run(crash_after(effects))
    bench.sink.waiting.clear()
    reply = bench.run(lambda worker: worker.row)
    assert [(r, value) for r, value, _ in bench.sink.waiting] == [(reply, line("0"))]
    assert bench.sink.rows == []


def test_nothing_leaves_before_the_handler_returns(bench: Bench) -> None:
    seen: list[object] = []

    def action(worker: Worker) -> None:
        worker.become(line("1"))
        bench.other.ref.tell("mail")
        seen.append((list(bench.sink.rows), bench.other.ref.depth(), worker.row))

    bench.run(action)
    assert seen == [([], 0, line("1"))]


def test_an_answer_is_given_only_when_the_sink_says_so(bench: Bench) -> None:
    reply = bench.run(lambda _: "done")
    assert not reply.is_set
    bench.sink.commit()
    assert reply.get() == "done"


def test_several_rows_of_one_turn_are_undone_to_the_row_the_turn_found(bench: Bench) -> None:
    bench.run(crash_after(lambda worker: worker.become(line("1")), lambda worker: worker.become(line("2"))))
    assert bench.worker.row == line("0")
    bench.run(lambda worker: worker.become(line("3")))
    bench.run(crash_after(lambda worker: worker.become(line("4"))))
    assert bench.worker.row == line("3")


def test_the_first_row_of_an_actor_without_one_is_undone(bench: Bench) -> None:
    bench.worker.row = None
    bench.run(crash_after(lambda worker: worker.become(line("1"))))
    assert bench.worker.row is None


def test_the_row_of_another_actor_changed_in_the_turn_is_undone_too(bench: Bench) -> None:
    def action(worker: Worker) -> None:
        bench.other.become(line("of the other"))
        worker.become(line("1"))
        boom()

    bench.run(action)
    assert (bench.worker.row, bench.other.row) == (line("0"), line("0"))


def test_a_refusal_before_any_effect_is_answered_and_restarts_nobody(bench: Bench) -> None:
    def action(_: Worker) -> None:
        raise Conflict("nao", "Não")

    reply = bench.run(action)
    bench.sink.commit()
    with pytest.raises(Conflict):
        reply.get()
    assert bench.worker.restored == 0
    assert bench.loop.dispatcher.supervisor.dead_letters_total == 0


def refuse(_: Worker) -> NoReturn:
    raise Conflict("tarde", "Tarde demais")


@pytest.mark.parametrize(
    "effect",
    [
        lambda worker: worker.become(line("1")),
        lambda worker: worker.save(line("saved")),
        lambda worker: worker.publish(event(1)),
        lambda worker: worker.ref.tell("mail"),
        lambda worker: worker.at(worker.now(), "timer"),
        lambda worker: worker.once_released(boom),
        lambda worker: worker.answer(Reply(), 1),
        lambda worker: worker.refuse(Reply(), ValueError()),
        lambda worker: worker.stop(),
    ],
    ids=["become", "save", "publish", "tell", "at", "once_released", "answer", "refuse", "stop"],
)
def test_a_refusal_after_an_effect_is_a_crash_and_is_undone(bench: Bench, effect: Action) -> None:
    def action(worker: Worker) -> None:
        effect(worker)
        refuse(worker)

    reply = bench.run(action)
    bench.sink.commit()
    with pytest.raises(InternalFailure):
        reply.get()
    assert bench.worker.restored == 1
    assert (bench.worker.row, bench.sink.rows, bench.sink.events, bench.worker.heard) == (line("0"), [], [], [])
    assert bench.ref.is_alive()


def test_a_refusal_nobody_waits_for_is_a_dead_letter(bench: Bench) -> None:
    bench.ref.tell(Do(refuse))
    bench.loop.run_until_idle()
    assert [letter.reason for letter in bench.loop.dispatcher.supervisor.dead_letters] == ["refused: tarde"]


def test_events_are_numbered_without_a_gap_across_crashes(bench: Bench) -> None:
    numbers: list[int] = []

    def publish(worker: Worker) -> None:
        for _ in range(2):
            numbers.append(worker.next_seq())
            worker.publish(event(numbers[-1]))

    bench.run(publish)
    bench.run(crash_after(lambda worker: worker.publish(event(9))))
    bench.run(publish)
    assert bench.sink.events == [event(n) for n in numbers] == [event(n) for n in (1, 2, 3, 4)]
    assert bench.group.seq == 4


def test_the_sink_sees_the_sequence_number_after_the_turn(bench: Bench) -> None:
    bench.run(lambda worker: worker.publish(event(1)))
    assert bench.sink.seqs == [1]


def test_mail_to_oneself_comes_after_what_was_already_in_the_mailbox(bench: Bench) -> None:
    bench.ref.tell(Do(lambda worker: worker.ref.tell("third")))
    bench.ref.tell("second")
    bench.loop.run_until_idle()
    assert bench.worker.heard == ["second", "third"]


def test_what_is_put_back_comes_before_what_was_already_in_the_mailbox(bench: Bench) -> None:
    answers: list[Reply[object]] = [Reply(), Reply()]
    asks = [Ask("first", answers[0]), Ask("second", answers[1])]
    bench.ref.tell(Do(lambda worker: worker.once_released(lambda: worker.ref.put_back(asks))))
    bench.ref.tell("third")
    bench.loop.run_until_idle()
    assert bench.worker.heard == ["first", "second", "third"]
    bench.sink.commit()
    assert [answer.get() for answer in answers] == ["first", "second"]


def test_what_is_put_back_into_an_empty_mailbox_is_handled(bench: Bench) -> None:
    bench.ref.put_back([Ask("first", Reply()), Ask("second", Reply())])
    bench.loop.run_until_idle()
    assert bench.worker.heard == ["first", "second"]


def test_what_is_delivered_in_the_middle_of_a_turn_is_no_part_of_it(bench: Bench) -> None:
    bench.run(crash_after(lambda _: bench.other.ref.deliver("delivered"), lambda _: bench.other.ref.tell("told")))
    assert bench.other.heard == ["delivered"]


def test_callbacks_see_the_turn_as_done_and_may_send_mail(bench: Bench) -> None:
    bench.run(lambda worker: worker.once_released(lambda: bench.other.ref.tell(f"row is {worker.row.mensagem_id}")))
    assert bench.other.heard == ["row is 0"]


# -- deferred answers


def test_a_deferred_answer_is_given_by_another_actor(bench: Bench) -> None:
    def action(worker: Worker) -> str:
        bench.other.ref.tell(Carry(worker.defer(), lambda other, reply: other.answer(reply, "from the other")))
        return "what a deferring handler returns is not the answer"

    reply = bench.run(action)
    assert [value for _, value, _ in bench.sink.waiting] == ["from the other"]
    bench.sink.commit()
    assert reply.get() == "from the other"


def test_a_deferred_answer_is_an_error_if_whoever_carries_it_crashes(bench: Bench) -> None:
    reply = bench.run(lambda worker: bench.other.ref.tell(Carry(worker.defer(), lambda *_: boom())))
    bench.sink.commit()
    with pytest.raises(InternalFailure):
        reply.get()


def test_a_deferred_answer_is_an_error_if_whoever_carries_it_refuses(bench: Bench) -> None:
    reply = bench.run(lambda worker: bench.other.ref.tell(Carry(worker.defer(), lambda other, _: refuse(other))))
    bench.sink.commit()
    with pytest.raises(Conflict):
        reply.get()


def test_a_handler_that_defers_and_crashes_answers_with_an_error(bench: Bench) -> None:
    reply = bench.run(crash_after(lambda worker: bench.other.ref.tell(Carry(worker.defer(), lambda *_: None))))
    bench.sink.commit()
    with pytest.raises(InternalFailure):
        reply.get()
    assert bench.other.ref.depth() == 0


def test_a_deferred_answer_is_an_error_if_its_carrier_has_stopped(bench: Bench) -> None:
    bench.loop.dispatcher.stop(bench.other.ref)
    reply = bench.run(lambda worker: bench.other.ref.tell(Carry(worker.defer(), lambda *_: None)))
    bench.sink.commit()
    with pytest.raises(Exception, match="indisponível"):
        reply.get()


def test_deferring_what_nobody_asked_is_harmless_and_does_not_reach_the_next_asker(bench: Bench) -> None:
    bench.ref.tell(Do(lambda worker: worker.answer(worker.defer(), "nobody reads this")))
    bench.ref.tell(Do(lambda worker: worker.defer()))
    reply = bench.run(lambda _: "for the asker")
    bench.sink.commit()
    assert reply.get() == "for the asker"


def test_a_forwarded_question_is_answered_by_whom_it_was_forwarded_to(bench: Bench) -> None:
    reply = bench.run(lambda worker: bench.other.ref.forward("hello", worker.defer()))
    bench.sink.commit()
    assert reply.get() == "hello"


def test_an_answer_given_twice_counts_once(bench: Bench) -> None:
    def action(worker: Worker) -> None:
        reply = worker.defer()
        worker.answer(reply, "first")
        worker.answer(reply, "second")

    reply = bench.run(action)
    bench.sink.commit()
    assert reply.get() == "first"


# -- faults outside the handler


def test_a_turn_the_sink_refuses_is_undone_like_a_crash(bench: Bench) -> None:
    def fault(rows: Sequence[Row]) -> None:
        if rows:
            raise MemoryError

    bench.sink.fault = fault
    called: list[str] = []
    reply = bench.run(everything(bench, called))
    bench.sink.commit()
    with pytest.raises(InternalFailure):
        reply.get()
    assert (bench.worker.row, bench.group.seq, bench.other.heard, called) == (line("0"), 0, [], [])
    assert bench.worker.restored == 1
    assert bench.run(lambda _: "still here") in [reply for reply, _, _ in bench.sink.waiting]


def test_a_sink_that_takes_not_even_errors_leaves_no_asker_waiting(bench: Bench) -> None:
    def fault(_: Sequence[Row]) -> None:
        raise Overloaded("cheio", "Cheio")

    bench.sink.fault = fault
    reply = bench.run(lambda worker: worker.become(line("1")))
    assert reply.is_set
    with pytest.raises(InternalFailure):
        reply.get()
    bench.sink.fault = lambda _: None
    assert bench.run(lambda _: 1) in [reply for reply, _, _ in bench.sink.waiting]


def test_a_callback_that_raises_does_not_keep_the_others_or_the_mail_back(bench: Bench) -> None:
    called: list[str] = []

    def action(worker: Worker) -> None:
        worker.become(line("1"))
        worker.once_released(boom)
        worker.once_released(lambda: called.append("second callback"))
        bench.other.ref.tell("mail")

    bench.run(action)
    assert bench.worker.row == line("1")
    assert called == ["second callback"]
    assert bench.other.heard == ["mail"]
    assert [letter.reason for letter in bench.loop.dispatcher.supervisor.dead_letters] == [
        "callback failed: ZeroDivisionError"
    ]
    assert not bench.loop.dispatcher.in_turn


def test_a_callback_with_effects_of_a_turn_is_a_bug_and_they_reach_no_other_turn(bench: Bench) -> None:
    bench.run(lambda worker: worker.once_released(lambda: worker.save(line("stray"))))
    bench.run(lambda worker: worker.save(line("saved")))
    assert bench.sink.rows == [line("saved")]
    assert [letter.reason for letter in bench.loop.dispatcher.supervisor.dead_letters] == [
        "callback failed: RuntimeError"
    ]


def test_what_a_callback_did_before_it_raised_reaches_no_other_turn(bench: Bench) -> None:
    def stray(worker: Worker) -> None:
        worker.save(line("stray"))
        worker.publish(event(1))
        boom()

    bench.run(lambda worker: worker.once_released(lambda: stray(worker)))
    bench.run(lambda worker: worker.save(line("saved")))
    assert (bench.sink.rows, bench.sink.events) == ([line("saved")], [])
    assert len(bench.loop.dispatcher.supervisor.dead_letters) == 1


def test_a_handler_that_stops_another_actor_keeps_its_own_effects(bench: Bench) -> None:
    def action(worker: Worker) -> None:
        worker.become(line("1"))
        worker.group.dispatcher.stop(bench.other.ref)

    bench.run(action)
    assert bench.sink.rows == [line("1")]
    assert not bench.other.ref.is_alive()


def test_an_interrupt_in_a_handler_undoes_its_turn_and_leaves_the_mail_to_be_handled(bench: Bench) -> None:
    def interrupt(worker: Worker) -> None:
        worker.become(line("1"))
        raise KeyboardInterrupt

    bench.ref.tell(Do(interrupt))
    bench.ref.tell("after")
    with pytest.raises(KeyboardInterrupt):
        bench.loop.run_until_idle()
    assert bench.worker.row == line("0")
    assert not bench.loop.dispatcher.in_turn
    bench.loop.run_until_idle()
    assert bench.worker.heard == ["after"]


def test_a_timer_cancelled_in_a_turn_that_crashes_still_fires(bench: Bench) -> None:
    timers: list[Timer] = []
    bench.run(lambda worker: timers.append(worker.at(worker.now() + 5, "due")))
    bench.run(crash_after(lambda _: timers[0].cancel()))
    bench.loop.advance_to(bench.loop.clock.now() + 5)
    assert bench.worker.heard == ["due"]


def test_a_message_without_a_handler_is_a_dead_letter_and_restarts_nobody(bench: Bench) -> None:
    bench.ref.tell(3.5)  # type: ignore[arg-type]  # what is tried
    reply = bench.ref.request(3.5)  # type: ignore[arg-type]
    bench.loop.run_until_idle()
    bench.sink.commit()
    with pytest.raises(InternalFailure):
        reply.get()
    assert bench.worker.restored == 0
    assert bench.loop.dispatcher.supervisor.dead_letters_total == 1
