"""Kinds of fields: what a value must be, and how it is normalised. Each reader says what is wrong in Portuguese.

The limits stand in ``msgspec.Meta`` so that a schema made from the Structs shows them too.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Final

from msgspec import Meta, Struct

from engine.ids import is_uuid

Leitor = Callable[[object], object]
"""Turns what was sent into the value of the field. Raises Problema."""


class Problema(ValueError):
    """What is wrong with one value; the text is shown to the caller after the name of the field."""


class Ler(Struct, frozen=True):
    """Annotation: the field is read by this, not by what its type says."""

    leitor: Leitor


class UmaLinha(Struct, frozen=True):
    """Annotation of a text: one line, without surrounding blanks."""


_CONTROLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\".]+(?:\.[^\s@<>()\[\],;:\\\".]+)+")
_ENFEITE_DE_TELEFONE = re.compile(r"[\s().\-]")
_TELEFONE = re.compile(r"\+?([0-9]{8,15})")


def texto(valor: object) -> str:
    """Any text that UTF-8 and PostgreSQL can hold."""
    if not isinstance(valor, str):
        raise Problema("deve ser um texto")
    if "\0" in valor:
        raise Problema("não pode ter o caractere NUL")
    if not valor.isascii():
        try:
            valor.encode()
        except UnicodeEncodeError:
            raise Problema("tem um caractere Unicode incompleto (surrogate)") from None
    return valor


def uma_linha(valor: object) -> str:
    limpo = texto(valor).strip()
    if _CONTROLE.search(limpo) is not None:
        raise Problema("não pode ter quebras de linha nem caracteres de controle")
    return limpo


def uuid(valor: object) -> str:
    if isinstance(valor, str):
        minusculo = valor.lower()
        if is_uuid(minusculo):
            return minusculo
    raise Problema("deve ser um UUID, como 0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c")


def email(valor: object) -> str:
    limpo = uma_linha(valor)
    if len(limpo) > 254 or _EMAIL.fullmatch(limpo) is None:
        raise Problema("deve ser um endereço de e-mail, como joao@example.com")
    return limpo


def telefone(valor: object) -> str:
    """Digits only, with country and area code, as the mission shows them."""
    encontrado = _TELEFONE.fullmatch(_ENFEITE_DE_TELEFONE.sub("", texto(valor)))
    if encontrado is None:
        raise Problema("deve ser um telefone de 8 a 15 dígitos com DDI e DDD, como 5511999998888")
    return encontrado[1]


Uuid = Annotated[str, Meta(pattern="^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"), Ler(uuid)]
Email = Annotated[str, Meta(min_length=3, max_length=254), Ler(email)]
Telefone = Annotated[str, Meta(min_length=8, max_length=30), Ler(telefone)]
Nome = Annotated[str, Meta(min_length=1, max_length=200), UmaLinha()]
Assunto = Annotated[str, Meta(max_length=500), UmaLinha()]
Motivo = Annotated[str, Meta(max_length=500)]
Descricao = Annotated[str, Meta(max_length=500)]
Conteudo = Annotated[str, Meta(max_length=4096)]
Rotulo = Annotated[str, Meta(min_length=1, max_length=60), UmaLinha()]
"""A short label: an ``estado``, a skill."""

PAGINA_MAXIMA: Final = 1_000_000
Pagina = Annotated[int, Meta(ge=1, le=PAGINA_MAXIMA)]
Limite = Annotated[int, Meta(ge=1, le=100)]
Capacidade = Annotated[int, Meta(ge=0, le=100)]
PrioridadeDeFila = Annotated[int, Meta(ge=1, le=10)]
