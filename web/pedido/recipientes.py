"""Readers of what holds others: lists, and values by names. Where a document is read, everything that is wrong in it is
told, each with its path.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from engine.errors import Detalhe
from web.pedido.campos import Leitor, Problema
from web.pedido.leitores import PROBLEMAS_MAXIMO, Problemas, curto, dentro

V = TypeVar("V")


def lista_simples(ler: Leitor, maximo: int) -> Leitor:
    """A list of which the first wrong item is told, as the problem of the list."""

    def leitor(valor: object) -> object:
        lidos = []
        for posicao, item in enumerate(_itens(valor, maximo)):
            try:
                lidos.append(ler(item))
            except Problema as problema:
                raise Problema(f"item {posicao}: {problema}") from None
        return tuple(lidos)

    return leitor


def lista(ler: Leitor, minimo: int, maximo: int) -> Leitor:
    """A list of which every wrong item is told, with its path."""

    def leitor(valor: object) -> object:
        itens = _itens(valor, maximo)
        if len(itens) < minimo:
            raise Problema("não pode ser vazia" if minimo == 1 else f"deve ter ao menos {minimo} itens")
        return tuple(_todos((f"[{posicao}]", ler, item) for posicao, item in enumerate(itens)))

    return leitor


def sequencia(leitores: tuple[Leitor, ...]) -> Leitor:
    """So many values, each of its own kind."""
    quantos = len(leitores)

    def leitor(valor: object) -> object:
        if not isinstance(valor, list) or len(valor) != quantos:
            raise Problema(f"deve ser uma lista de {quantos} valores")
        pares = enumerate(zip(leitores, valor, strict=True))
        return tuple(_todos((f"[{posicao}]", ler, item) for posicao, (ler, item) in pares))

    return leitor


def mapa(ler_nome: Leitor, ler: Leitor, maximo: int) -> Leitor:
    """Values by names."""

    def um_par(par: Any) -> tuple[object, object]:
        return ler_nome(par[0]), ler(par[1])

    def leitor(valor: object) -> object:
        if not isinstance(valor, dict):
            raise Problema("deve ser um objeto JSON")
        if len(valor) > maximo:
            raise Problema(f"deve ter no máximo {maximo} campos; tem {len(valor)}")
        pares = _todos((f".{curto(par[0])}", um_par, par) for par in valor.items())
        lidos: dict[object, object] = dict(pares)
        if len(lidos) < len(pares):
            raise Problema("tem o mesmo nome mais de uma vez, em maiúsculas e minúsculas")
        return lidos

    return leitor


def _itens(valor: object, maximo: int) -> list[object]:
    if not isinstance(valor, list):
        raise Problema("deve ser uma lista")
    if len(valor) > maximo:
        raise Problema(f"deve ter no máximo {maximo} itens")
    return valor


def _todos(partes: Iterable[tuple[str, Callable[[object], V], object]]) -> list[V]:
    """Each value read: where it stands, by what, and what was sent. Raises Problemas, and looks no further than for as
    many as are told.
    """
    lidos: list[V] = []
    problemas: list[Detalhe] = []
    for onde, ler, valor in partes:
        try:
            lidos.append(ler(valor))
        except Problema as problema:
            problemas.extend(dentro(onde, problema))
            if len(problemas) >= PROBLEMAS_MAXIMO:
                break
    if problemas:
        raise Problemas(problemas)
    return lidos
