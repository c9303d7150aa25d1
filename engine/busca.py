"""Search: from names, phones and what somebody typed to words that can be compared.

Words lose case and accents, and are found by how they begin. Every word carries the mark of its empresa, so an index
shared by all of them is read for one only. The result is PostgreSQL's text form of a ``tsvector`` and of a ``tsquery``
(https://www.postgresql.org/docs/current/datatype-textsearch.html); the words hold letters and digits alone, so nothing
that was typed can be read as an operator.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from engine.contatos import sem_nono_digito
from engine.modelo import ContatoRow, TicketBuscaRow, TicketRow

_PALAVRA: Final = re.compile(r"[^\W_]+")
_ACENTOS: Final = re.compile("[\u0300-\u036f]+")
_SO_NUMERO: Final = re.compile(r"[\s\d()+\-./#]*\d[\s\d()+\-./#]*")
_PALAVRA_MAXIMA: Final = 40
_PALAVRAS_MAXIMO: Final = 64
_DIGITOS_FINAIS: Final = 8
"""A phone is also found by its last digits: what people remember of it."""
_COM_CODIGOS: Final = 10
"""A Brazilian phone of more digits begins with country and area code."""


@lru_cache(maxsize=4096)  # a name comes back with each ticket of its contact
def palavras(texto: str) -> tuple[str, ...]:
    """The words of a text, without case and accents.

    >>> palavras("João d'Ávila")
    ('joao', 'd', 'avila')
    """
    if not texto.isascii():
        texto = _sem_acentos(texto)
    texto = texto.casefold()
    so_palavras = texto.replace(" ", "").isalnum()  # as most names are: then nothing has to be searched
    achadas: list[str] = texto.split() if so_palavras else _PALAVRA.findall(texto)
    return tuple(palavra[:_PALAVRA_MAXIMA] for palavra in achadas) if len(texto) > _PALAVRA_MAXIMA else tuple(achadas)


def _sem_acentos(texto: str) -> str:
    """Those of Latin scripts first: that leaves most texts in ASCII, and few are looked at letter by letter."""
    texto = _ACENTOS.sub("", unicodedata.normalize("NFKD", texto))
    return texto if texto.isascii() else "".join(c for c in texto if not unicodedata.combining(c))


def termos(
    empresa_id: str,
    *textos: str | None,
    telefone: str | None = None,
    numero: int | None = None,
) -> str:
    """What is found by these texts, this phone and this ticket number: a ``tsvector`` as text."""
    achadas = [] if numero is None else [str(numero)]
    if telefone is not None:
        achadas += _de_telefone(telefone)
    for texto in textos:
        if texto:
            achadas += palavras(texto)
    return _marcar(empresa_id, achadas, "", " ")


def ticket_busca(row: TicketRow) -> TicketBuscaRow:
    """What a ticket is found by: name and phone of the contact, subject, number."""
    return TicketBuscaRow(row.empresa_id, row.id, row.numero, row.contato_nome, row.assunto, row.contato_telefone)


def termos_do_ticket(busca: TicketBuscaRow) -> str:
    """:func:`termos` of a ticket."""
    return termos(busca.empresa_id, busca.nome, busca.assunto, telefone=busca.telefone, numero=busca.numero)


def termos_do_contato(row: ContatoRow) -> str:
    """:func:`termos` of a contact: its name and its addresses."""
    return termos(row.empresa_id, row.nome, row.email, telefone=row.telefone)


def consulta(empresa_id: str, texto: str) -> str | None:
    """What finds whatever has all the words of ``texto``, each at the beginning of a word: a ``tsquery`` as text.
    None if ``texto`` has no word.

    A text of digits and the signs that phones are written with is one word.
    """
    if _SO_NUMERO.fullmatch(texto):
        procuradas = ["".join(c for c in texto if c.isdigit())[:_PALAVRA_MAXIMA]]
    else:
        procuradas = [*palavras(texto)]
    return _marcar(empresa_id, procuradas, ":*", " & ") or None


def _marcar(empresa_id: str, achadas: list[str], sufixo: str, entre: str) -> str:
    """Each word once, in quotes and with the mark of its empresa, as many as are kept."""
    if not achadas:
        return ""
    marca = empresa_id[-8:]
    unicas = list(dict.fromkeys(achadas))[:_PALAVRAS_MAXIMO]
    return f"'{marca}" + f"'{sufixo}{entre}'{marca}".join(unicas) + f"'{sufixo}"


@lru_cache(maxsize=4096)  # of a ticket and of its contact, again and again
def _de_telefone(telefone: str) -> tuple[str, ...]:
    """With and without country and area code, with and without the ninth digit, and the last digits."""
    if not telefone.isdecimal():
        telefone = "".join(c for c in telefone if c.isdecimal())
    formas = [telefone]
    curta = sem_nono_digito(telefone)
    if curta != telefone:
        formas.append(curta)
    if telefone.startswith("55"):
        formas += [forma[corte:] for forma in tuple(formas) if len(forma) > _COM_CODIGOS for corte in (2, 4)]
    formas.append(telefone[-_DIGITOS_FINAIS:])
    return tuple(forma for forma in formas if forma)
