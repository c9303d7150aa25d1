"""What is to go wrong, and when: the next calls of a kind, in order."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Final, Literal, get_args

from msgspec import Struct

Chamada = Literal[
    "mensagens", "envio_de_midia", "ficha_de_midia", "conteudo_de_midia", "modelos", "numero", "assinados"
]
CHAMADAS: Final = get_args(Chamada)


class Falta(Struct, frozen=True, kw_only=True):
    """One call that goes wrong.

    ``codigo``: it is answered with that error (and not done). ``http``: with that status of HTTP, and a page instead
    of JSON if there is no code. ``espera_s``: the Retry-After. ``cair``: the connection is dropped, ``"antes"`` it is
    done or ``"depois"``. ``falhar_depois``: it is accepted, and a status says later that it failed with that code.
    ``demorar_s``: and all that takes so long.
    """

    codigo: int | None = None
    http: int | None = None
    espera_s: int | None = None
    cair: Literal["antes", "depois"] | None = None
    falhar_depois: int | None = None
    demorar_s: float = 0.0


class Roteiro:
    """The faults that are still to come."""

    def __init__(self) -> None:
        self._por_chamada: dict[str, deque[Falta]] = defaultdict(deque)
        self._para_sempre: dict[str, Falta] = {}

    def proximas(self, chamada: Chamada, *faltas: Falta, vezes: int = 1) -> None:
        """The next calls of this kind go wrong so, each fault ``vezes`` times. Raises ValueError."""
        if chamada not in CHAMADAS:
            raise ValueError(f"as chamadas são {', '.join(CHAMADAS)}")
        for falta in faltas:
            self._por_chamada[chamada].extend([falta] * vezes)

    def sempre(self, chamada: Chamada, falta: Falta | None) -> None:
        """All calls of this kind, from now on; None: no more."""
        if falta is None:
            self._para_sempre.pop(chamada, None)
        else:
            self._para_sempre[chamada] = falta

    def limpar(self) -> None:
        """Nothing goes wrong any more."""
        self._por_chamada.clear()
        self._para_sempre.clear()

    def tomar(self, chamada: Chamada) -> Falta | None:
        """The fault of this call, if it has one."""
        fila = self._por_chamada.get(chamada)
        return fila.popleft() if fila else self._para_sempre.get(chamada)
