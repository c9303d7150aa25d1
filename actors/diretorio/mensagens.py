"""What the parts that an empresa's actors share have its Empresa told."""

from __future__ import annotations

from msgspec import Struct


class AvancarDistribuicao(Struct, frozen=True, gc=False):
    """Something of the distribution is due."""


class RefazerDistribuicao(Struct, frozen=True, gc=False):
    """Go on making the Distribuidor anew: another slice."""


class ReverSla(Struct, frozen=True, gc=False):
    """What is promised of tickets, or what comes of silence in them, may be another: look at those that have any of it,
    from the first on.
    """


class ContinuarRevisaoDeSla(Struct, frozen=True, gc=False):
    """Look at the next of them, unless another look has begun since (``vez``)."""

    vez: int


class EntregarRetidos(Struct, frozen=True, gc=False):
    """Notices that waited are due."""
