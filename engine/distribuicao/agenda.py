"""What is due: something to be looked at again at a time, each of it once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from engine.ordenado import Chave, Ordenado

Assunto = tuple[Literal["ticket", "fila", "janela", "turno", "arremate", "vazia"], str, str]
"""What it is about: its kind, and the ids that it is known by."""


class Agenda:
    """Each subject is there once at the most, at its last time. ``proximo`` is when the first is due."""

    __slots__ = ("_chaves", "_contador", "_ordem", "proximo")

    def __init__(self) -> None:
        self._chaves: dict[Assunto, Chave] = {}
        self._ordem: Ordenado[Assunto] = Ordenado()
        self._contador = 0
        self.proximo: int | None = None

    def __len__(self) -> int:
        return len(self._ordem)

    def marcar(self, assunto: Assunto, quando: int | None) -> None:
        """Look at it then (ms); None: not any more."""
        antes = self._chaves.pop(assunto, None)
        if antes is None and quando is None:
            return
        if antes is not None:
            self._ordem.tirar(antes)
        if quando is not None:
            self._contador += 1
            chave = self._chaves[assunto] = (quando, self._contador)
            self._ordem.por(chave, assunto)
        primeiro = self._ordem.primeiro()
        self.proximo = None if primeiro is None else int(self._chaves[primeiro][0])

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

    def vencidos(self, now: int) -> Iterator[Assunto]:
        """Those that are due by now, each taken out as it is given. What is marked meanwhile comes too."""
        while self.proximo is not None and self.proximo <= now:
            assunto = self._ordem.primeiro()
            assert assunto is not None, "it has a first one"
            self.marcar(assunto, None)
            yield assunto
