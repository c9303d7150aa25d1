"""What the parts that an empresa's actors share have its Empresa told."""

from __future__ import annotations

from msgspec import Struct


class AvancarDistribuicao(Struct, frozen=True, gc=False):
    """Something of the distribution is due."""


class RefazerDistribuicao(Struct, frozen=True, gc=False):
    """Go on making the Distribuidor anew: another slice."""
