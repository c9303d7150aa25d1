"""Entries of a canal's ``config``, read one by one; what is wrong with them is remembered."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from connectors.sms._modelos import ModeloInvalido

separados: Final = re.compile(r"[,;\n]").split
"""The parts of a list in a text: between commas, semicolons or lines."""

T = TypeVar("T")


class Config:
    """Reads entries, and remembers what is wrong."""

    def __init__(self, valores: Mapping[str, object]) -> None:
        self._valores = valores
        self.problemas: list[str] = []

    def texto(self, nome: str, padrao: str = "") -> str:
        """Numbers are read as they are written."""
        valor = self._valores.get(nome)
        if valor is None:
            return padrao
        if isinstance(valor, str | int | float) and not isinstance(valor, bool):
            return str(valor).strip() or padrao
        self.problemas.append(f"{nome}: precisa ser um texto")
        return padrao

    def exigido(self, nome: str, o_que_e: str) -> str:
        """``o_que_e`` says what is missing."""
        valor = self.texto(nome)
        if not valor:
            self.problemas.append(f"{nome}: falta {o_que_e}")
        return valor

    def sim(self, nome: str) -> bool:
        """True, or ``sim``, ``true``, ``1``."""
        valor = self._valores.get(nome)
        return valor is True or (not isinstance(valor, bool) and self.texto(nome).lower() in {"sim", "true", "1"})

    def opcao(self, nome: str, opcoes: tuple[T, ...], padrao: T) -> T:
        """One of some words, in any case."""
        dita = self.texto(nome, str(padrao)).lower()
        for opcao in opcoes:
            if str(opcao).lower() == dita:
                return opcao
        self.problemas.append(f"{nome}: {dita!r} não é conhecido; use {', '.join(map(str, opcoes))}")
        return padrao

    def numero(self, nome: str, padrao: int, maximo: int) -> int:
        """From 1 up."""
        escrito = self.texto(nome, str(padrao))
        if escrito.isascii() and escrito.isdigit() and len(escrito) < 10 and 1 <= int(escrito) <= maximo:
            return int(escrito)
        self.problemas.append(f"{nome}: precisa ser um número de 1 a {maximo}")
        return padrao

    def lido(self, nome: str, como: Callable[[str], T], escrito: str) -> T | None:
        """What a function makes of a text; None, and a problem, where it raises ModeloInvalido."""
        try:
            return como(escrito)
        except ModeloInvalido as erro:
            self.problemas.append(f"{nome}: {erro}")
            return None

    def pares(self, nome: str, padrao: str, significados: Mapping[str, T]) -> dict[str, T]:
        """``palavra=significado, …``, between commas, semicolons or lines; words in small letters."""
        pares: dict[str, T] = {}
        for par in filter(str.strip, separados(self.texto(nome, padrao))):
            palavra, _, dito = par.rpartition("=")
            if not palavra.strip() or dito.strip().lower() not in significados:
                self.problemas.append(
                    f"{nome}: {par.strip()!r} não é palavra=significado, com {', '.join(significados)}"
                )
                break
            pares[palavra.strip().lower()] = significados[dito.strip().lower()]
        return pares
