"""Addresses in header fields (RFC 5322, section 3.4), read by a small scanner: the one of the standard library recurses
into nested comments, and takes what stands in a quoted name for the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from connectors.email import limites
from connectors.email.palavras import legivel
from engine.emails import canonico

_pedaco: Final = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>|\([^()]*\)|[,;]|[^"<>(),;]+|.', re.DOTALL)
_fuga: Final = re.compile(r"\\(.)")
_email: Final = re.compile(r"[^\s<>(),;:\"@\x00-\x20\x7f]{1,64}@[^\s<>(),;:\"@\x00-\x20\x7f]{1,255}\Z")
_dominio: Final = re.compile(r"[^.].*[^.]\Z|[^.]\Z")
_QUANTOS: Final = 100
_LISTA: Final = 8 * 1024
"""Characters of a field that are read."""


class Pessoa(Struct, frozen=True):
    """A name, "" if there is none, and an address in its canonical form."""

    nome: str
    email: str


def ler(valor: str | None) -> list[Pessoa]:
    """Who a field names; what is no address is passed over. Addresses must not be within encoded words (RFC 2047,
    section 5); where there is none outside, they are looked for inside all the same.
    """
    return _ler(valor or "") or (_ler(legivel(valor, _LISTA)) if valor and "=?" in valor else [])


def _ler(valor: str) -> list[Pessoa]:
    achadas: list[Pessoa] = []
    for nome, angular, comentario in _grupos(valor[:_LISTA]):
        email = _endereco(angular if angular is not None else nome)
        if email is not None and len(achadas) < _QUANTOS:
            achadas.append(Pessoa(_nome(nome if angular is not None else comentario, email), email))
    return achadas


def valido(texto: str) -> bool:
    """Whether this is an address and nothing else."""
    return _email.match(texto) is not None and _dominio.match(texto.rpartition("@")[2]) is not None


def _grupos(valor: str) -> Iterator[tuple[str, str | None, str]]:
    """Between commas: the words, what stands in angles, the comment."""
    nome, angular, comentario = "", None, ""
    for pedaco in (achado[0] for achado in _pedaco.finditer(valor)):
        if pedaco in {",", ";"}:
            yield nome, angular, comentario
            nome, angular, comentario = "", None, ""
        elif pedaco[0] == "<" and len(pedaco) > 1:
            angular = pedaco[1:-1]
        elif pedaco[0] == "(" and len(pedaco) > 1:
            comentario = pedaco[1:-1]
        elif pedaco[0] == '"' and len(pedaco) > 1:
            nome += _fuga.sub(r"\1", pedaco[1:-1])
        elif pedaco not in {"(", ")"}:
            nome += pedaco
    yield nome, angular, comentario


def _endereco(texto: str) -> str | None:
    """Also ``Grupo: ana@example.com`` and ``mailto:``; the address must be all that is left."""
    limpo = texto.rpartition(":")[2].strip().strip("'").rstrip(".")
    return canonico(limpo) if valido(limpo) else None


def _nome(texto: str, email: str) -> str:
    nome = legivel(texto.strip().strip("'\""), limites.NOME)
    return "" if nome.lower() == email else nome
