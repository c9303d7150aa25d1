"""Search: from names, phones and what somebody typed to words that can be compared.

Words lose case and accents, and are found by how they begin. Every word carries the mark of its empresa, so an index
shared by all of them is read for one only. The result is PostgreSQL's text form of a ``tsvector`` and of a ``tsquery``
(https://www.postgresql.org/docs/current/datatype-textsearch.html); the words hold letters and digits alone, so nothing
that was typed can be read as an operator.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from engine.contatos import sem_nono_digito

_PALAVRA: Final = re.compile(r"[^\W_]+")
_SO_NUMERO: Final = re.compile(r"[\s\d()+\-./#]*\d[\s\d()+\-./#]*")
_PALAVRA_MAXIMA: Final = 40
_PALAVRAS_MAXIMO: Final = 64
_DIGITOS_FINAIS: Final = 8
"""A phone is also found by its last digits: what people remember of it."""


def palavras(texto: str) -> Iterator[str]:
    """The words of a text, without case and accents.

    >>> list(palavras("João d'Ávila"))
    ['joao', 'd', 'avila']
    """
    if not texto.isascii():
        texto = "".join(c for c in unicodedata.normalize("NFKD", texto) if not unicodedata.combining(c))
    return (palavra[:_PALAVRA_MAXIMA] for palavra in _PALAVRA.findall(texto.casefold()))


def termos(
    empresa_id: str,
    *textos: str | None,
    telefone: str | None = None,
    numero: int | None = None,
) -> str:
    """What is found by these texts, this phone and this ticket number: a ``tsvector`` as text."""
    unicos: dict[str, None] = {}
    if numero is not None:
        unicos[str(numero)] = None
    if telefone is not None:
        unicos |= dict.fromkeys(_de_telefone(telefone))
    for texto in textos:
        if texto:
            unicos |= dict.fromkeys(palavras(texto))
    return _marcar(empresa_id, list(unicos)[:_PALAVRAS_MAXIMO], "", " ")


def consulta(empresa_id: str, texto: str) -> str | None:
    """What finds whatever has all the words of ``texto``, each at the beginning of a word: a ``tsquery`` as text.
    None if ``texto`` has no word.

    A text of digits and the signs that phones are written with is one word.
    """
    if _SO_NUMERO.fullmatch(texto):
        procuradas = ["".join(c for c in texto if c.isdigit())[:_PALAVRA_MAXIMA]]
    else:
        procuradas = list(dict.fromkeys(palavras(texto)))[:_PALAVRAS_MAXIMO]
    return _marcar(empresa_id, procuradas, ":*", " & ") or None


def _marcar(empresa_id: str, unicas: Iterable[str], sufixo: str, entre: str) -> str:
    marca = empresa_id[-8:]
    return entre.join(f"'{marca}{palavra}'{sufixo}" for palavra in unicas)


def _de_telefone(telefone: str) -> Iterator[str]:
    """With and without country and area code, with and without the ninth digit, and the last digits."""
    for forma in dict.fromkeys((telefone, sem_nono_digito(telefone))):
        yield forma
        if forma.startswith("55") and len(forma) > 10:
            yield forma[2:]
            yield forma[4:]
    yield telefone[-_DIGITOS_FINAIS:]
