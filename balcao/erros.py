"""Errors the command line shows to a person: what is wrong and what to do about it, never a traceback.

They are not part of the engine's error tree: they happen before there is a server, or outside of it.
"""

from __future__ import annotations


class ErroDeUso(Exception):
    """Something the person at the terminal can put right.

    Args:
        problema: what is wrong, naming the variable, file or address; no final period.
        remedio: what to do, as an imperative.
    """

    def __init__(self, problema: str, remedio: str) -> None:
        super().__init__(f"{problema} — {remedio}")
        self.problema = problema
        self.remedio = remedio


class AjustesInvalidos(Exception):
    """Every problem of the settings at once, in the order of the settings."""

    def __init__(self, problemas: list[ErroDeUso]) -> None:
        super().__init__("; ".join(str(problema) for problema in problemas))
        self.problemas = problemas
