"""Handlers: which method handles a message, and whether that is what the actor says it handles."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import FunctionType, SimpleNamespace, UnionType
from typing import Any, Never, TypeVar, Union, get_args, get_origin, get_type_hints, overload

A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
R = TypeVar("R")
S = TypeVar("S")

Handler = Callable[[Any, Any], Any]


@overload
def handles(a: type[A], /) -> Callable[[Callable[[S, A], R]], Callable[[S, A], R]]: ...
@overload
def handles(a: type[A], b: type[B], /) -> Callable[[Callable[[S, A | B], R]], Callable[[S, A | B], R]]: ...
@overload
def handles(
    a: type[A], b: type[B], c: type[C], /
) -> Callable[[Callable[[S, A | B | C], R]], Callable[[S, A | B | C], R]]: ...
def handles(*types: type) -> Callable[[Handler], Handler]:
    """Mark a method as the handler of messages of exactly these types, which its parameter is annotated with."""

    def mark(method: Handler) -> Handler:
        method._handles = types  # type: ignore[attr-defined]  # noqa: SLF001
        return method

    return mark


def handlers_of(
    cls: type, declared: Collection[type] | None = None, inherited: Mapping[type, Handler] | None = None
) -> dict[type, Handler]:
    """The handlers of an actor class by type of message, also those of its bases, as it overrides them.

    ``declared`` is what it says it handles, beside what is ``inherited`` by every actor; None: it does not say.

    Raises:
        TypeError: two methods handle the same type; one is not annotated with the types it is marked with; what is
            declared is not what is handled.
    """
    names: dict[type, str] = {}
    for base in reversed(cls.__mro__):
        names |= _names_by_type(base)
    for name in dict.fromkeys(names.values()):
        _check_annotation(cls, name, {message_type for message_type in names if names[message_type] == name})
    if declared is not None:
        _check_declared(cls, set(declared), names.keys() - (inherited or {}).keys(), names.keys())
    return {message_type: getattr(cls, name) for message_type, name in names.items()}


def declared_by(cls: type, actor: type) -> list[type] | None:
    """What a class says that it handles: the members of ``M`` in its base ``Actor[M]``; None if that is not said."""
    for base in vars(cls).get("__orig_bases__", ()):
        if get_origin(base) is actor:
            return list(_members(*get_args(base)))
    return None


def _names_by_type(cls: type) -> dict[type, str]:
    """The names of the methods that a class itself marks as handlers."""
    names: dict[type, str] = {}
    for name, method in vars(cls).items():
        for message_type in getattr(method, "_handles", ()):
            if message_type in names:
                raise TypeError(f"{cls.__name__}: {names[message_type]} and {name} both handle {message_type.__name__}")
            names[message_type] = name
    return names


def _check_annotation(cls: type, name: str, marked: set[type]) -> None:
    """Types that are not known at module level, as those of a test, are known by the name they have."""
    method = getattr(cls, name)
    assert isinstance(method, FunctionType)
    parameter = method.__code__.co_varnames[1]
    source = SimpleNamespace(__annotations__={parameter: method.__annotations__.get(parameter)})
    known = {message_type.__name__: message_type for message_type in marked} | method.__globals__
    try:
        annotated = set(_members(get_type_hints(source, known)[parameter]))
    except NameError as error:
        raise TypeError(f"{cls.__name__}.{name} handles {_listed(marked)}; {error} in its annotation") from error
    if annotated != marked:
        raise TypeError(f"{cls.__name__}.{name} handles {_listed(marked)} and is annotated with {_listed(annotated)}")


def _check_declared(cls: type, declared: set[type], own: Collection[type], handled: Collection[type]) -> None:
    if deaf := declared.difference(handled):
        raise TypeError(f"{cls.__name__} declares {_listed(deaf)} and has no handler for it")
    if undeclared := set(own) - declared:
        raise TypeError(f"{cls.__name__} handles {_listed(undeclared)} and does not declare it")


def _members(*annotations: Any) -> Iterator[type]:
    """The types of a union, of unions of them, and of generic ones without their arguments."""
    for annotation in annotations:
        origin = get_origin(annotation)
        if origin is Union or origin is UnionType:
            yield from _members(*get_args(annotation))
        elif annotation is not Never:
            yield origin or annotation


def _listed(types: Collection[type]) -> str:
    return ", ".join(sorted(getattr(one, "__name__", str(one)) for one in types))
