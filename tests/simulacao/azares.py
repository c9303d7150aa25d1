"""What the world does to a node in a simulation, and how hostile it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from msgspec import Struct

from actors.atendente.atendente import Atendente
from actors.canal.canal import Canal
from actors.empresa.empresa import Empresa
from actors.equipe.equipe import Equipe
from actors.fila.fila import Fila
from actors.ticket.ticket import Ticket
from engine.distribuicao import Pareador
from engine.runtime import Actor


class Quebra(RuntimeError):
    """The crash that the simulation injects."""


class Ritmo(Struct, frozen=True):
    """What a run is about. ``politicas``: its filas have some; ``curto``: it is one of minutes, not of days; ``so``: it
    is about the distribution alone. ``prazos``: something is promised, and what is silent or put off comes back.
    """

    politicas: bool
    curto: bool
    so: bool
    prazos: bool = False

    @classmethod
    def de(cls, aleatorio: Random) -> Ritmo:
        """In a quarter of the runs filas are as they were before there were policies."""
        politicas = aleatorio.random() < 0.75
        return cls(politicas=politicas, curto=aleatorio.random() < 0.5, so=politicas and aleatorio.random() < 0.5)


class Chances(Struct, frozen=True):
    """How hostile a run is: probabilities per step, per turn for ``quebra``, per promise for ``distribuidor``."""

    quebra: float = 0.0
    distribuidor: float = 0.0
    falha_de_commit: float = 0.0
    matar: float = 0.0
    tomar: float = 0.0
    queda_do_banco: float = 0.0

    @classmethod
    def de(cls, aleatorio: Random) -> Chances:
        """A quarter of the runs has no faults at all: there everything must hold with nothing to excuse it."""
        if aleatorio.random() < 0.25:
            return cls()
        return cls(
            quebra=aleatorio.choice((0.0, 0.002, 0.02)),
            distribuidor=aleatorio.choice((0.0, 0.05, 0.2)),
            falha_de_commit=aleatorio.choice((0.0, 0.02, 0.2)),
            matar=aleatorio.choice((0.0, 0.01, 0.03)),
            tomar=aleatorio.choice((0.0, 0.01)),
            queda_do_banco=aleatorio.choice((0.0, 0.01)),
        )


@contextmanager
def atores_que_quebram(aleatorio: Random, chance: Callable[[], float]) -> Iterator[None]:
    """Make the handlers of every actor crash now and then: before they did anything, or after they did it all."""
    classes: tuple[type[Actor], ...] = (Empresa, Ticket, Fila, Atendente, Canal, Equipe)
    originais = {classe: classe.handlers for classe in classes}

    def fragil(metodo: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def tratar(ator: Any, mensagem: Any) -> Any:
            sorte = aleatorio.random()
            if sorte < chance() / 2:
                raise Quebra("before")
            resultado = metodo(ator, mensagem)
            if sorte < chance():
                raise Quebra("after")
            return resultado

        return tratar

    for classe in classes:
        classe.handlers = {tipo: fragil(metodo) for tipo, metodo in classe.handlers.items()}
    try:
        yield
    finally:
        for classe, handlers in originais.items():
            classe.handlers = handlers


@contextmanager
def distribuidor_que_quebra(aleatorio: Random, chance: Callable[[], float]) -> Iterator[None]:
    """Make it fail in the middle of what it does, now and then: before a promise, or after it."""
    prometer = Pareador._prometer

    def fragil(pareador: Pareador, *promessa: Any, **opcoes: Any) -> None:
        sorte = aleatorio.random()
        if sorte < chance() / 2:
            raise Quebra("before")
        prometer(pareador, *promessa, **opcoes)
        if sorte < chance():
            raise Quebra("after")

    Pareador._prometer = fragil  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Pareador._prometer = prometer  # type: ignore[method-assign]
