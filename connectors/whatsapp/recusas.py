"""What cannot be sent as it is, and the checks that find it before Meta does."""

from __future__ import annotations

from typing import Any


class Impossivel(ValueError):
    """It can never be sent so. ``str()`` says why, in Portuguese, for the agent who wrote it."""


def texto_obrigatorio(valor: object, nome: str) -> str:
    """Raises Impossivel if it is no text, or blank."""
    if not isinstance(valor, str) or not valor.strip():
        raise Impossivel(f"Falta {nome}")
    return valor


def ate(texto: str, maximo: int, chamado: str) -> str:
    """Raises Impossivel if it is longer than that many characters."""
    if len(texto) > maximo:
        raise Impossivel(f"{chamado} tem {len(texto)} caracteres; o WhatsApp aceita {maximo}")
    return texto


def obrigatorio_ate(valor: object, maximo: int, nome: str) -> str:
    """Both."""
    return ate(texto_obrigatorio(valor, nome), maximo, nome)


def lista(valor: object, nome: str, minimo: int, maximo: int) -> list[Any]:
    """Raises Impossivel if it is no list of so many."""
    if not isinstance(valor, list | tuple) or not minimo <= len(valor) <= maximo:
        raise Impossivel(f"{nome}: o WhatsApp aceita de {minimo} a {maximo}")
    return list(valor)


def objeto(valor: object, nome: str) -> dict[str, Any]:
    """Raises Impossivel if it is no object."""
    if not isinstance(valor, dict):
        raise Impossivel(f"{nome} deve ser um objeto")
    return valor
