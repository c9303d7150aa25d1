"""A warning of the linter."""

from __future__ import annotations

from msgspec import Struct


class Aviso(Struct, frozen=True, gc=False):
    """``codigo`` is stable and meant for programs; ``campo`` is the path of the field that it is about, "" for the
    whole; ``mensagem`` says what will happen, and the remedy.
    """

    codigo: str
    campo: str
    mensagem: str
