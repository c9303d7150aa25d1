"""What is due: something to be looked at again at a time, each of it once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from engine.ordenado import Chave, Ordenado

Assunto = tuple[Literal["ticket", "fila", "janela", "turno", "arremate", "vazia"], str, str]
"""What it is about: its kind, and the ids that it is known by."""


class Agenda:
    """Each subject is there once at the most, at its last time."""

    __slots__ = ("_chaves", "_contador", "_ordem")

    def __init__(self) -> None:
        self._chaves: dict[Assunto, Chave] = {}
        self._ordem: Ordenado[Assunto] = Ordenado()
        self._contador = 0

    def __len__(self) -> int:
        return len(self._ordem)

    def marcar(self, assunto: Assunto, quando: int | None) -> None:
        """Look at it then (ms); None: not any more."""
        antes = self._chaves.pop(assunto, None)
        if antes is not None:
            self._ordem.tirar(antes)
        if quando is not None:
            self._contador += 1
            chave = self._chaves[assunto] = (quando, self._contador)
            self._ordem.por(chave, assunto)

    def antecipar(self, assunto: Assunto, quando: int) -> None:
        """Look at it then (ms), if not sooner."""
        antes = self._chaves.get(assunto)
        if antes is None or quando < antes[0]:
            self.marcar(assunto, quando)

    def esquecer_tickets(self, fila_id: str, tickets: Iterable[str]) -> None:
        for ticket_id in tickets:
            self.marcar(("ticket", fila_id, ticket_id), None)

    def esquecer_fila(self, fila_id: str, tickets: Iterable[str]) -> None:
        """A fila is gone, with what waited in it."""
        self.esquecer_tickets(fila_id, tickets)
        self.marcar(("fila", fila_id, ""), None)
        self.marcar(("janela", fila_id, ""), None)
        self.marcar(("vazia", fila_id, ""), None)

    def tem(self, assunto: Assunto) -> bool:
        return assunto in self._chaves

    def proximo(self) -> int | None:
        """When the first is due."""
        primeiro = self._ordem.primeiro()
        return None if primeiro is None else int(self._chaves[primeiro][0])

    def vencidos(self, now: int) -> Iterator[Assunto]:
        """Those that are due by now, each taken out as it is given. What is marked meanwhile comes too."""
        while (quando := self.proximo()) is not None and quando <= now:
            assunto = self._ordem.primeiro()
            assert assunto is not None, "it has a first one"
            self.marcar(assunto, None)
            yield assunto
