"""What a Canal is told by the node and by others, and all that it takes."""

from __future__ import annotations

from msgspec import Struct

from actors.canal.comandos import AtualizarCanal, ExcluirCanal, VerCanal
from actors.exclusao.mensagens import ExclusaoVencida, TrocarFila, Trocou


class Regravar(Struct, frozen=True, gc=False):
    """It was loaded, and is not as it was saved: what was in the open is so no longer."""


CorreioDoCanal = Regravar | VerCanal | AtualizarCanal | TrocarFila | ExcluirCanal | Trocou | ExclusaoVencida
