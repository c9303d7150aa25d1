"""Who is told what becomes of frames and connections: the metrics."""

from __future__ import annotations

from typing import Literal, Protocol

from engine.errors import BalcaoError, Unavailable

Recusado = Literal["frame", "connection"]


class Observador(Protocol):
    """Told of every frame that was handled (``resultado``: ``ok``, or the ``codigo`` that its ack says), of what was
    refused because it was too much or not now, and of the code that each connection was closed with.
    """

    def quadro(self, evento: str, resultado: str, segundos: float) -> None: ...

    def recusa(self, que: Recusado, codigo: str) -> None: ...

    def fechamento(self, codigo: int) -> None: ...


class Ninguem:
    """Nobody is told."""

    def quadro(self, evento: str, resultado: str, segundos: float) -> None: ...

    def recusa(self, que: Recusado, codigo: str) -> None: ...

    def fechamento(self, codigo: int) -> None: ...


def contar_recusa(observador: Observador, que: Recusado, erro: BalcaoError) -> None:
    """Tell of a refusal, if that is what it is: whoever asked may try again in a while."""
    if isinstance(erro, Unavailable):
        observador.recusa(que, erro.codigo)
