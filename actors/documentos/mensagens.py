"""What the keeper of documents is told."""

from __future__ import annotations

from msgspec import Struct

from actors.documentos.comandos import ComandoDeDocumento
from engine.modelo import Quem


class TrocarNosDocumentos(Struct, frozen=True, gc=False):
    """Where documents name ``de``, which is being deleted, from now on it is ``para``."""

    de: str
    para: str
    quem: Quem


CorreioDosDocumentos = ComandoDeDocumento | TrocarNosDocumentos
