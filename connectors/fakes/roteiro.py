"""Faults that a fake is told to make, one request each, in order."""

from __future__ import annotations

from collections import deque

from msgspec import Struct

from connectors.fakes.servidor_http import CAIR, Cair, Resposta


class Falha(Struct, frozen=True):
    """What is answered to a request instead: ``depois`` that it was done, or without doing it."""

    resposta: Resposta | Cair
    depois: bool = False


def cai(*, depois: bool) -> Falha:
    """The connection drops."""
    return Falha(CAIR, depois)


def responde(status: int, retry_after: str | None = None, corpo: bytes = b"") -> Falha:
    """That answer, without doing anything."""
    return Falha(Resposta(status=status, corpo=corpo, cabecalhos={"retry-after": retry_after} if retry_after else {}))


class Roteiro:
    """What will go wrong. Where there is nothing more, nothing does."""

    def __init__(self) -> None:
        self._falhas: deque[Falha | None] = deque()

    def programar(self, *falhas: Falha | None) -> None:
        """For the next requests; None lets one pass."""
        self._falhas.extend(falhas)

    def proxima(self) -> Falha | None:
        """What is to happen to this request."""
        return self._falhas.popleft() if self._falhas else None
