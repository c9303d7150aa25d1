"""What of an empresa is kept, as whoever counts and whoever reads ask for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol

from msgspec import Struct

from engine.modelo import EventoRow
from engine.relatorios.contagem import Contagem
from engine.relatorios.estado import AtendenteVivo, TicketVivo
from engine.relatorios.somas import Corte


class Marca(Struct, frozen=True, gc=False):
    """Up to where the log is counted: the ``seq``, and when the last event until then happened (ms; 0: none)."""

    ate: int = 0
    em: int = 0


class Leva(Struct, frozen=True):
    """Events to be counted after ``antes``, which ends with ``depois``, and what is known of whom they concern.
    ``cheia``: there may be more.
    """

    antes: Marca
    depois: Marca
    eventos: list[EventoRow]
    tickets: dict[str, TicketVivo]
    atendentes: dict[str, AtendenteVivo]
    cheia: bool


class Livro(Protocol):
    """Keeps sums and states, and knows up to where each empresa is counted. All raise StoreAway."""

    async def ler(self, empresa_id: str, limite: int) -> Leva | None:
        """What is to be counted next, at most so many entries of the log; None: nothing."""
        ...

    async def gravar(self, empresa_id: str, leva: Leva, contagem: Contagem) -> bool:
        """Add the sums, keep the states and move the mark, all or nothing. False: somebody else has counted these
        events already, and nothing was written.
        """
        ...

    async def atrasadas(self) -> list[str]:
        """The empresas that are not counted to the end, but for those that another living node has."""
        ...


class SomaDaHora(Struct, frozen=True, gc=False):
    """Sums of one key in one hour, packed."""

    hora: int
    chave: str
    somas: bytes


class LeitorDeRelatorios(Protocol):
    """What reports read. All raise Unavailable while the database is away."""

    async def marca(self, empresa_id: str) -> Marca:
        """Up to where it is counted."""
        ...

    async def somas(
        self, empresa_id: str, corte: Corte, horas: range, chaves: Collection[str] | None, depois: tuple[int, str],
        limite: int,
    ) -> list[SomaDaHora]:  # fmt: skip
        """Of a cut, by hour and key, those after that place, at most ``limite``. ``chaves``: only of these; of a cut by
        two things, one of them with a slash on the side of the other is enough. None: of all.
        """
        ...

    async def presentes(self, empresa_id: str) -> Mapping[str, AtendenteVivo]:
        """The agents that are online, as far as is counted."""
        ...

    async def nomes(self, empresa_id: str, ids: Collection[str]) -> dict[str, str]:
        """What these filas, equipes, atendentes and canais are called, deleted ones too."""
        ...
