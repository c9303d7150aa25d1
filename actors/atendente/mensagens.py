"""What an Atendente is told by itself and by the node."""

from __future__ import annotations

from msgspec import Struct


class Iniciar(Struct, frozen=True, gc=False):
    """First message after activation: whoever was held online by a connection may come back."""


class GracaVencida(Struct, frozen=True, gc=False):
    """The grace period that ends at ``prazo`` is over: no connection came back."""

    prazo: int
