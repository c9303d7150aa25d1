"""Values in what a provider wrote: found by dotted paths, in bodies of JSON and of forms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import parse_qsl

import msgspec

from connectors.sms._modelos import Arvore

FORMULARIO: Final = "application/x-www-form-urlencoded"
CAMPOS_MAXIMO: Final = 1_000
_SUBSTITUTO: Final = "\N{REPLACEMENT CHARACTER}"


class Ilegivel(ValueError):
    """It is neither JSON nor a form."""


def ler(corpo: bytes, tipo_de_conteudo: str) -> Arvore:
    """A form as one object of its fields, the first of a name; anything else is read as JSON. Raises Ilegivel."""
    tipo = tipo_de_conteudo.partition(";")[0].strip().lower()
    if tipo == FORMULARIO:
        try:
            campos = parse_qsl(corpo.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=CAMPOS_MAXIMO)
        except ValueError as erro:
            raise Ilegivel(f"more than {CAMPOS_MAXIMO} fields") from erro
        return dict(reversed(campos))
    return ler_json(corpo)


def ler_json(corpo: bytes) -> Arvore:
    """Raises Ilegivel."""
    try:
        lido: Arvore = msgspec.json.decode(corpo)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as erro:
        raise Ilegivel("no JSON") from erro
    return lido


def achar(arvore: Arvore, caminho: str) -> Arvore:
    """What is at ``a.0.b``; None if nothing is. A name with full stops in it is found as such, too."""
    if not caminho:
        return None
    if isinstance(arvore, dict) and caminho in arvore:
        return arvore[caminho]
    for passo in caminho.split("."):
        if isinstance(arvore, dict):
            arvore = arvore.get(passo)
        elif isinstance(arvore, list) and passo.isascii() and passo.isdigit() and len(passo) < 5:
            arvore = arvore[int(passo)] if int(passo) < len(arvore) else None
        else:
            return None
    return arvore


def texto(arvore: Arvore, caminho: str, maximo: int) -> str | None:
    """What is at a path as a text of at most ``maximo`` characters, which can be stored; None if there is none."""
    achado = achar(arvore, caminho)
    if isinstance(achado, bool):
        achado = "true" if achado else "false"
    if isinstance(achado, int | float):
        achado = str(achado)
    return limpo(achado, maximo) if isinstance(achado, str) else None


def primeiro(arvore: Arvore, caminhos: Iterable[str], maximo: int) -> str | None:
    """The first that is there."""
    achados = (texto(arvore, caminho, maximo) for caminho in caminhos)
    return next((achado for achado in achados if achado is not None), None)


def limpo(escrito: str, maximo: int) -> str:
    """Without what PostgreSQL cannot hold."""
    return escrito[:maximo].replace("\0", _SUBSTITUTO).encode("utf-8", "replace").decode()
