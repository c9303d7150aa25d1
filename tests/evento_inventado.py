"""A made-up event whose shape has changed twice, and what the programs of each time wrote of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest

from engine.eventos import Evento, _evento, versoes

ESCRITOS: Final = {
    1: '{"nome":"Ana","email":"a@x.y"}',
    2: '{"nome":"Ana","emails":["a@x.y"]}',
    3: '{"nome":"Ana","enderecos":["a@x.y"]}',
    4: '{"nomes":["Ana"]}',
}
"""The same by the program of each version; the last is of one that comes after this."""
DE_AGORA: Final = ESCRITOS[3]
LIDOS: Final = [DE_AGORA, DE_AGORA, DE_AGORA, ESCRITOS[4]]
"""What this program reads of each."""


def com_lista(dados: dict[str, Any]) -> dict[str, Any]:
    """1 → 2: there may be more than one."""
    return {"nome": dados["nome"], "emails": [dados["email"]]}


def com_outro_nome(dados: dict[str, Any]) -> dict[str, Any]:
    """2 → 3: they need not be e-mails."""
    return {"nome": dados["nome"], "enderecos": dados["emails"]}


@contextmanager
def inventado() -> Iterator[pytest.MonkeyPatch]:
    """Within it the event is known, ``inventado`` by name, and so are the steps to its third shape."""

    class Inventado(Evento, frozen=True):
        tipo = "inventado"
        versao = 3

        nome: str
        enderecos: tuple[str, ...]

    try:
        assert Inventado("Ana", ("a@x.y",)).texto() == DE_AGORA
        with pytest.MonkeyPatch.context() as remendo:
            novas = {("inventado", 1): com_lista, ("inventado", 2): com_outro_nome}
            remendo.setattr(versoes, "SUBIDAS", {**versoes.SUBIDAS, **novas})
            yield remendo
    finally:
        del _evento._por_tipo["inventado"]
