"""What a canal has of its own from its beginning, made by us: keys that nobody should have to think of.

==========  ========================================================================================================
``email``   ``chaveConversa``, which signs the addresses that mails of a conversation are answered to
``push``    ``vapidChavePrivada``, and in the open ``vapidChavePublica``, which browsers subscribe with
==========  ========================================================================================================
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from engine.conector.vapid import em_base64url, novo_par
from engine.modelo import TipoCanal

DO_SERVIDOR: Final[Mapping[TipoCanal, frozenset[str]]] = {"push": frozenset({"vapidChavePublica"})}
"""Names of ``config`` that are shown and are ours: whoever changes a ``config`` without naming them leaves them as they
are.
"""

SO_NOSSOS: Final[Mapping[TipoCanal, frozenset[str]]] = {
    "email": frozenset({"chaveConversa"}),
    "push": frozenset({"vapidChavePrivada"}),
}
"""Names of secrets that are ours: they are not told among those that somebody has written."""


class Proprios(Struct, frozen=True):
    """What is shown of it, and what is secret."""

    abertos: dict[str, str]
    secretos: dict[str, str]

    def __repr__(self) -> str:
        return f"Proprios(abertos={self.abertos!r}, …)"


def proprios(tipo: TipoCanal, sortear: Callable[[int], bytes]) -> Proprios:
    """What a new canal of this kind has of its own. ``sortear`` gives so many random bytes."""
    if tipo == "email":
        return Proprios({}, {"chaveConversa": em_base64url(sortear(32))})
    if tipo == "push":
        par = novo_par(sortear)
        return Proprios({"vapidChavePublica": par.publica}, {"vapidChavePrivada": par.privada})
    return Proprios({}, {})
