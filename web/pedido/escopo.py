"""What is kept of a request in its ASGI scope, and under which keys."""

from __future__ import annotations

from typing import Any, Final

Cabecalhos = dict[bytes, bytes]
"""The headers of a request as they came, by lower-case name; of one given twice, the last."""

EMPRESA: Final = "balcao.empresa"
"""The key of the ASGI scope under which the empresa of a valid token is, also of one that is not let in."""
ENTRADA: Final = "balcao.entrada"
"""The key of the ASGI scope under which a route that reads its own body finds it."""
CABECALHOS: Final = "balcao.cabecalhos"
"""The key of the ASGI scope under which the headers are, by name."""


def cabecalhos_de(scope: Any) -> Cabecalhos:
    """The headers of the request that this is the scope of."""
    todos: Cabecalhos = scope[CABECALHOS]
    return todos


def cabecalho(scope: Any, nome: bytes) -> str | None:
    """A header of a request, by its lower-case name: Quart's own looking up costs more than the rest of what is done
    with it.
    """
    valor: bytes | None = scope[CABECALHOS].get(nome)
    return None if valor is None else valor.decode("latin1")
