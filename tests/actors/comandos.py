"""Every command there is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from actors.comandos import Comando


def _sob(base: type[Comando[Any]]) -> Iterator[type[Comando[Any]]]:
    """What is still generic is a base of others."""
    for classe in base.__subclasses__():
        if not classe.__parameters__ and not classe.__module__.startswith("tests"):  # type: ignore[attr-defined]
            yield classe
        yield from _sob(classe)


COMANDOS: Final = sorted(set(_sob(Comando)), key=lambda classe: classe.__name__)
