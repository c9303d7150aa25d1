"""Which pages may use a canal: those of its ``origens``, and our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from engine.conector.config_do_chat import ORIGENS_NO_MAXIMO
from engine.errors import Forbidden
from engine.origens import e_origem, origem_de

PROPRIA: Final = ""
"""The origin of our own page, and of who sends none: browsers send it with whatever another page asks for."""


def ler_origens(texto: object) -> tuple[str, ...]:
    """The origins that are named, between commas, as browsers write them. What is none is left out."""
    if not isinstance(texto, str):
        return ()
    ditas = (origem_de(parte.strip()) for parte in texto.split(",") if parte.strip())
    return tuple(dict.fromkeys(uma for uma in ditas if e_origem(uma)))[:ORIGENS_NO_MAXIMO]


def exigir_origem(cabecalhos: Mapping[bytes, str], permitidas: tuple[str, ...], nossa: str) -> str:
    """The origin of the page that asks. ``nossa`` is the server's own public one. Raises Forbidden for any other."""
    dita = cabecalhos.get(b"origin")
    if dita is None:
        return PROPRIA
    origem = origem_de(dita)
    maquina = origem.partition("://")[2]
    if maquina and (origem == nossa or maquina == cabecalhos.get(b"host", "").lower()):
        return PROPRIA
    if origem in permitidas:
        return origem
    raise Forbidden("origem_nao_permitida", "Esta página não está entre as origens deste canal")
