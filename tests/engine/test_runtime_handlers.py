"""What an actor says it handles, what it handles, and what may be sent to it are one thing."""

from __future__ import annotations

from typing import Any, Never

import pytest

from engine.runtime import Actor, Group, ManualLoop, Quarantined, Ref, Released, Undelivered, handles


class Question:
    pass


class News:
    pass


class Desk(Actor[Question | News]):
    __slots__ = ("news",)

    def __init__(self, group: Group, *, parent: Ref[Undelivered] | None = None) -> None:
        super().__init__(group, parent=parent)
        self.news = 0

    @handles(Question)
    def answer_it(self, _: Question) -> int:
        return self.news

    @handles(News)
    def hear(self, _: News) -> None:
        self.news += 1


def tell_the_news(ref: Ref[News]) -> None:
    ref.tell(News())


def test_a_ref_takes_what_its_actor_handles_and_may_be_passed_to_who_sends_less() -> None:
    loop = ManualLoop()
    ref = Desk.start(Group("empresa", loop.dispatcher))
    tell_the_news(ref)
    ref.tell("hello")  # type: ignore[arg-type]  # mypy fails here if it lets this through
    less: Ref[Question] = ref
    less.tell(News())  # type: ignore[arg-type]
    only_news: Ref[News | str] = ref  # type: ignore[assignment]
    reply = only_news.request(Question())  # type: ignore[arg-type]
    loop.run_until_idle()
    assert reply.get() == 2


def test_a_handler_is_annotated_with_the_types_it_is_marked_with() -> None:
    with pytest.raises(TypeError, match=r"Loose\.hear handles News and is annotated with Question"):

        class Loose(Actor[News]):
            @handles(News)  # type: ignore[arg-type]  # so says mypy too
            def hear(self, _: Question) -> None: ...

    with pytest.raises(TypeError, match=r"Wide\.hear handles News and is annotated with object"):

        class Wide(Actor[News]):
            @handles(News)
            def hear(self, _: object) -> None: ...

    with pytest.raises(TypeError, match=r"Silent\.hear handles News and is annotated with NoneType"):

        class Silent(Actor[News]):
            @handles(News)
            def hear(self, _) -> None: ...  # type: ignore[no-untyped-def]  # noqa: ANN001

    with pytest.raises(TypeError, match=r"Unknown\.hear handles News; name 'Gossip' is not defined"):

        class Unknown(Actor[News]):
            @handles(News)
            def hear(self, _: Gossip) -> None: ...  # type: ignore[name-defined]  # noqa: F821


def test_one_handler_may_take_several_types() -> None:
    class Both(Actor[Question | News]):
        @handles(Question, News)
        def hear(self, _: Question | News) -> str:
            return "heard"

    loop = ManualLoop()
    reply = Both.start(Group("empresa", loop.dispatcher)).request(News())
    loop.run_until_idle()
    assert reply.get() == "heard"
    with pytest.raises(TypeError, match=r"Half\.hear handles News, Question and is annotated with News"):

        class Half(Actor[Question | News]):
            @handles(Question, News)  # type: ignore[arg-type]
            def hear(self, _: News) -> None: ...


def test_what_is_declared_has_a_handler_and_what_has_a_handler_is_declared() -> None:
    with pytest.raises(TypeError, match="Deaf declares Question and has no handler for it"):

        class Deaf(Actor[Question | News]):
            @handles(News)
            def hear(self, _: News) -> None: ...

    with pytest.raises(TypeError, match="Secretive handles News and does not declare it"):

        class Secretive(Actor[Question]):
            @handles(Question, News)
            def hear(self, _: Question | News) -> None: ...


def test_what_every_actor_handles_needs_not_be_declared_and_may_be() -> None:
    class Parent(Actor[Never]):
        @handles(Undelivered)
        def take_back(self, _: Undelivered) -> None: ...

    class Told(Actor[Quarantined | Released]):
        @handles(Quarantined, Released)
        def hear(self, _: Quarantined | Released) -> None: ...

    for actor in (Parent, Told):
        assert {Undelivered, Quarantined, Released} <= actor.handlers.keys()


def test_a_generic_message_is_known_by_its_class() -> None:
    class Pairs(Actor[dict[str, int] | list[int]]):
        @handles(dict)
        def pair(self, _: dict[str, int]) -> None: ...

        @handles(list)
        def several(self, _: list[int]) -> None: ...

    assert {dict, list} <= Pairs.handlers.keys()


def test_a_handler_overridden_in_a_subclass_is_the_one_that_runs_and_is_annotated_alike() -> None:
    class Louder(Desk):
        __slots__ = ()

        def answer_it(self, _: Question) -> int:
            return 100

    loop = ManualLoop()
    reply = Louder.start(Group("empresa", loop.dispatcher)).request(Question())
    loop.run_until_idle()
    assert reply.get() == 100
    with pytest.raises(TypeError, match=r"Other\.answer_it handles Question and is annotated with Any"):

        class Other(Desk):
            __slots__ = ()

            def answer_it(self, _: Any) -> int:
                return 0


def test_a_mixin_may_bring_handlers() -> None:
    class Counts:
        __slots__ = ()

        @handles(int)
        def double(self, n: int) -> int:
            return 2 * n

    class Counting(Counts, Actor[int]):
        __slots__ = ()

    loop = ManualLoop()
    reply = Counting.start(Group("empresa", loop.dispatcher)).request(21)
    loop.run_until_idle()
    assert reply.get() == 42


def test_two_handlers_of_one_class_for_the_same_message_are_refused_at_definition() -> None:
    with pytest.raises(TypeError, match="int"):

        class Ambiguous(Actor[int]):
            @handles(int)
            def one(self, _: int) -> None: ...

            @handles(int)
            def two(self, _: int) -> None: ...
