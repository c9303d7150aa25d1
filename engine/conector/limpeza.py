"""Values of JSON from outside, made fit to be kept: of the type that is needed, bounded, and without what PostgreSQL
cannot hold (NUL) or UTF-8 cannot say (half a surrogate pair).
"""

from __future__ import annotations

import math
from typing import Any, Final

import msgspec

TEXTO_MAXIMO: Final = 65_536
METADADOS_MAXIMO: Final = 60_000
"""Bytes of JSON of one message's ``metadados``; the engine takes 64 KB."""
_VALOR_GRANDE: Final = 2_000
"""Bytes of JSON of what is still kept of one whose ``metadados`` are too large."""
_NIVEIS: Final = 12
_ITENS: Final = 200
_TEXTO_EM_DADOS: Final = 8_192
_INTEIRO: Final = 2**63

Objeto = dict[str, Any]
"""An object of JSON, before anything is known of it."""


def limpo(texto: str, maximo: int = TEXTO_MAXIMO) -> str:
    """At most ``maximo`` characters of it, without NUL and halves of surrogate pairs."""
    texto = texto[:maximo]
    if "\0" in texto:
        texto = texto.replace("\0", "")
    try:
        texto.encode()
    except UnicodeEncodeError:
        return texto.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return texto


def texto_de(objeto: Objeto, nome: str, maximo: int = TEXTO_MAXIMO) -> str | None:
    """The text (or number, as text) of that name; None if there is none, or nothing but blanks."""
    valor = objeto.get(nome)
    if isinstance(valor, bool) or not isinstance(valor, str | int | float):
        return None
    if isinstance(valor, int) and abs(valor) >= _INTEIRO:
        return None
    return limpo(str(valor), maximo).strip() or None


def objeto_de(objeto: Objeto, nome: str) -> Objeto:
    """The object of that name; empty if there is none."""
    valor = objeto.get(nome)
    return valor if isinstance(valor, dict) else {}


def lista_de(objeto: Objeto, nome: str) -> list[Any]:
    """The list of that name; empty if there is none."""
    valor = objeto.get(nome)
    return valor if isinstance(valor, list) else []


def objetos_de(objeto: Objeto, nome: str) -> list[Objeto]:
    """The objects in the list of that name."""
    return [item for item in lista_de(objeto, nome) if isinstance(item, dict)]


def estrutura(valor: Any, niveis: int = _NIVEIS) -> Any:
    """A copy that is fit to be kept: cleaned, and no deeper, longer or larger than the limits of this module."""
    if isinstance(valor, str):
        return limpo(valor, _TEXTO_EM_DADOS)
    if isinstance(valor, dict):
        itens = list(valor.items())[:_ITENS] if niveis else []
        return {limpo(str(nome), 128): estrutura(item, niveis - 1) for nome, item in itens}
    if isinstance(valor, list):
        return [estrutura(item, niveis - 1) for item in valor[:_ITENS]] if niveis else []
    if isinstance(valor, float) and not math.isfinite(valor):
        return None
    if isinstance(valor, int) and abs(valor) >= _INTEIRO:
        return None
    return valor


def ate_o_limite(dados: Objeto) -> Objeto:
    """As it is, or, if it is too large, what of it is small, with ``cortado``."""
    if len(msgspec.json.encode(dados)) <= METADADOS_MAXIMO:
        return dados
    pequenos: Objeto = {"cortado": True}
    resta = METADADOS_MAXIMO - _VALOR_GRANDE
    for nome, valor in dados.items():
        tamanho = len(msgspec.json.encode(valor)) + len(nome) * 6
        if tamanho <= min(_VALOR_GRANDE, resta):
            pequenos[nome] = valor
            resta -= tamanho
    return pequenos
