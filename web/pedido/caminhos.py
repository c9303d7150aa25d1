"""Where a request goes: its path is looked up once, and whoever needs to know asks the answer.

Everything that depends on the path (which application serves it, which route, who reads the body, what its head must
hold) is found together. Looked up twice, one path would sooner or later be two things: with a slash at its end, or
two at its beginning.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import cached_property
from typing import Any, Final

from msgspec import Struct
from quart.routing import QuartMap, QuartRule
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

ASGI = Callable[[Any, Any, Any], Awaitable[None]]

ExigenciaDaCabeca = Callable[[Any, "CorpoAnunciado"], None]
"""What the head of a request must hold, of its ASGI scope; raises BalcaoError to refuse."""

DESTINO: Final = "balcao.destino"
"""The key of the ASGI scope under which the :class:`Destino` is."""


class CorpoAnunciado(Struct, frozen=True):
    """What a head says of the body: its ``tipo``, and its length; None: it says that there is one."""

    tipo: str
    tamanho: int | None


class Destino(Struct, frozen=True):
    """Where a request goes: to an application beside the routes, to a route, or nowhere (``problema``)."""

    borda: ASGI | None = None
    regra: QuartRule | None = None
    ids: dict[str, Any] = {}
    problema: HTTPException | None = None
    le_sozinha: bool = False
    """The route reads its own body, as it comes."""
    demora: bool = False
    """The route waits for what is outside, and keeps its own time."""
    exigir: ExigenciaDaCabeca | None = None


class Caminhos:
    """Every path of an application. Read at the first request: whatever is added must be there by then."""

    def __init__(self, mapa: QuartMap) -> None:
        self._mapa = mapa
        self._adaptador = mapa.bind("localhost")
        self._bordas: dict[tuple[str, str], ASGI] = {}
        self._prefixos: dict[tuple[str, str], ASGI] = {}
        self._fluxos: set[str] = set()
        self._demorados: set[str] = set()
        self._exigencias: dict[str, ExigenciaDaCabeca] = {}

    def ligar_borda(self, tipo: str, caminho: str, app: ASGI) -> None:
        """Have an application of its own serve a path; ``tipo`` is that of the ASGI scope."""
        self._bordas[tipo, caminho.removesuffix("/")] = app

    def ligar_prefixo(self, tipo: str, prefixo: str, app: ASGI) -> None:
        """The same for all paths below one."""
        self._prefixos[tipo, prefixo] = app

    def ler_sozinha(self, rota: str) -> None:
        """The route of that name reads its own body."""
        self._fluxos.add(rota)

    def esperar(self, rota: str) -> None:
        """The route of that name waits for what is outside, and keeps its own time."""
        self._demorados.add(rota)

    def exigir(self, rota: str, exigencia: ExigenciaDaCabeca) -> None:
        """Ask this of the head of each request to the route of that name, before its body is read."""
        self._exigencias[rota] = exigencia

    def achar(self, tipo: str, metodo: str, caminho: str) -> Destino:
        """Where a request goes. One slash at the end of a path makes no difference."""
        borda = self._bordas.get((tipo, caminho.removesuffix("/")))
        if borda is None:
            borda = self._prefixos.get((tipo, caminho[: caminho.find("/", 1)]))
        if borda is not None:
            return Destino(borda=borda)
        if tipo != "http":
            return _NENHUM
        fixas = self._fixas.get(caminho)
        if fixas is not None:
            return fixas.get(metodo) or Destino(problema=MethodNotAllowed(valid_methods=sorted(fixas)))
        if not caminho.startswith("/") or caminho.startswith("//"):  # what matches below would forgive
            return _NENHUM
        try:
            regra, ids = self._adaptador.match(caminho, metodo, return_rule=True)
        except HTTPException as problema:
            return Destino(problema=problema)
        return self._destino(regra, metodo, ids)  # type: ignore[arg-type]  # Quart's map holds its own rules

    def metodos(self, caminho: str) -> list[str]:
        """What may be done with a path that leads somewhere."""
        return sorted(self._fixas.get(caminho) or self._adaptador.allowed_methods(caminho))

    @cached_property
    def _fixas(self) -> dict[str, dict[str, Destino]]:
        """The routes without parameters, by path and method: these need no matching, and such a path is never taken
        for an id of another route.
        """
        fixas: dict[str, dict[str, Destino]] = {}
        for regra in self._mapa.iter_rules():
            if not regra.arguments:
                for metodo in regra.methods or ():
                    fixas.setdefault(regra.rule, {})[metodo] = self._destino(regra, metodo, {})  # type: ignore[arg-type]
        return fixas

    def _destino(self, regra: QuartRule, metodo: str, ids: dict[str, Any]) -> Destino:
        """OPTIONS asks for nothing that must be allowed."""
        if metodo == "OPTIONS":
            return Destino(regra=regra, ids=ids)
        nome = regra.endpoint
        return Destino(
            regra=regra,
            ids=ids,
            le_sozinha=nome in self._fluxos,
            demora=nome in self._demorados,
            exigir=self._exigencias.get(nome),
        )


_NENHUM: Final = Destino(problema=NotFound())
