"""What a message can be beside text and file, as it is asked for and as its connector is told."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct


class Modelo(Struct, frozen=True, rename="camel", omit_defaults=True):
    """A template, with the values of its variables in their order."""

    nome: str
    idioma: str = "pt_BR"
    parametros: tuple[str, ...] = ()
    cabecalho: str | None = None
    botoes: tuple[str, ...] = ()


class Reacao(Struct, frozen=True, rename="camel", omit_defaults=True):
    """``a`` is what the provider calls the message; no emoji takes a reaction back."""

    a: str
    emoji: str | None = None


class OpcoesDeEnvio(Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True):
    """``responde_a`` is what the provider calls the message that is answered. At most one of the others."""

    responde_a: str | None = None
    modelo: Modelo | None = None
    interativo: dict[str, Any] | None = None
    reacao: Reacao | None = None

    def para_o_conector(self) -> dict[str, Any]:
        """As an :class:`~engine.conector.trabalhos.Envio` has it, whose ``responde_a`` is a field of its own."""
        opcoes: dict[str, Any] = msgspec.to_builtins(self)
        opcoes.pop("respondeA", None)
        return opcoes
