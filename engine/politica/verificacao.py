"""The linter of policies: what can be, but is hardly meant. It keeps nothing from being saved."""

from __future__ import annotations

from msgspec import Struct

from engine.politica.cenario import Cenario
from engine.politica.exame import problemas
from engine.politica.modelo import Politica


class Aviso(Struct, frozen=True, gc=False):
    """``codigo`` is stable and meant for programs; ``campo`` is the path of the field that it is about."""

    codigo: str
    campo: str
    mensagem: str


def avisos(politica: Politica, cenario: Cenario) -> tuple[Aviso, ...]:
    """All there is to say of the policy of a fila."""
    return tuple(
        Aviso("referencia_perdida", problema.campo, problema.problema) for problema in problemas(politica, cenario)
    )
