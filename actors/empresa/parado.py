"""What is said for an actor that cannot take its mail now."""

from __future__ import annotations

from engine.errors import Unavailable


def parado() -> Unavailable:
    return Unavailable("ator_parado", "Este recurso está indisponível agora; tente de novo em instantes", 5)
