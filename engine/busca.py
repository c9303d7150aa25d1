"""Search: from names, phones and what somebody typed to words that can be compared.

Words lose case and accents, and are found by how they begin. What punctuation holds together is one word without it:
``2024-001`` is kept as ``2024001``, and ``AB-12/3`` as ``ab123``. It is kept from each of its parts on (``001`` too),
so every part is found, and so is all that begins with one, with its punctuation or without. Digits are one word over
blanks too (``123 456 789 09``). In scripts that put no blanks between words each letter is such a part, and each emoji.

Every word carries the mark of its empresa, so an index shared by all of them is read for one only. The result is
PostgreSQL's text form of a ``tsvector`` and of a ``tsquery``
(https://www.postgresql.org/docs/current/datatype-textsearch.html); the words hold letters, digits and emoji alone, so
nothing that was typed can be read as an operator. A tag is a word of its own kind, found as a whole or not at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, groupby
from typing import Final, Literal

from engine.caracteres import sem_invisiveis
from engine.modelo import ContatoRow, TicketBuscaRow, TicketRow
from engine.presenca import chave
from engine.telefones import com_pais, do_brasil, formas, no_proprio_pais

_SEM_BRANCOS: Final = (
    r"\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
"""Scripts that put no blanks between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""
_EMOJI: Final = r"\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_PARTE: Final = re.compile(rf"[{_SEM_BRANCOS}{_EMOJI}]|[^\W_{_SEM_BRANCOS}{_EMOJI}]+")
_tem_letra_por_parte: Final = re.compile(rf"[{_SEM_BRANCOS}{_EMOJI}]").search
_ACENTOS: Final = re.compile("[\u0300-\u036f]+")
_COM_TRACO: Final = str.maketrans(
    {
        "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H", "ŧ": "t",
        "Ŧ": "T", "ı": "i", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "þ": "th", "Þ": "TH",
    }
)  # fmt: skip
"""Letters that Unicode does not take apart, and that people without their keyboard write so."""
_ZERO_DE_DENTRO: Final = re.compile(r"\(0\)(?=\s*\d)")
"""As in ``+44 (0)20``."""
_DIGITO: Final = re.compile(r"\d")
_PALAVRA_MAXIMA: Final = 40
_PALAVRAS_MAXIMO: Final = 64
_DIGITOS_FINAIS: Final = 8
"""A phone is also found by its last digits: what people remember of it."""
_DIGITOS_MINIMO: Final = 5
"""Fewer digits of a phone are no word of their own: too many share them."""

Sinal = Literal["#", "@"]
"""Whose a tag is: tickets are found by the words of their contacts too, and not by their tags."""
DE_TICKET: Final = "#"
DE_CONTATO: Final = "@"


@lru_cache(maxsize=4096)  # a name comes back with each ticket of its contact
def palavras(texto: str) -> tuple[str, ...]:
    """The words of a text, without case, accents and punctuation.

    >>> palavras("João 2024-001")
    ('joao', '2024001', '001')
    """
    texto = _simples(texto)
    if len(texto) <= _PALAVRA_MAXIMA and texto.isascii() and texto.replace(" ", "").isalpha():  # as most names are
        return tuple(texto.split())
    achadas: list[str] = []
    digitos: list[str] = []
    for pedaco in texto.split():
        partes = [pedaco] if pedaco.isascii() and pedaco.isalnum() else _PARTE.findall(pedaco)
        if _so_digitos(partes):
            digitos += partes
        else:
            achadas += (*_de_cada_parte(digitos), *_de_cada_parte(partes))
            digitos = []
    return (*achadas, *_de_cada_parte(digitos))


def _simples(texto: str) -> str:
    """Without case, accents, what cannot be seen, other digits than ours, and the zero not dialled from abroad."""
    if not texto.isascii():
        texto = _sem_acentos(sem_invisiveis(texto))
    return (_ZERO_DE_DENTRO.sub("", texto) if "(0)" in texto else texto).casefold()


def _sem_acentos(texto: str) -> str:
    """Those of Latin scripts first: that leaves most texts in ASCII, and few are looked at letter by letter."""
    texto = _ACENTOS.sub("", unicodedata.normalize("NFKD", texto)).translate(_COM_TRACO)
    if texto.isascii():
        return texto
    texto = "".join(c for c in texto if not unicodedata.combining(c))
    return _DIGITO.sub(lambda achado: str(unicodedata.decimal(achado[0])), texto)


def _pedacos(texto: str) -> list[list[str]]:
    """What stands between blanks, each as its parts."""
    return [partes for pedaco in texto.split() if (partes := _PARTE.findall(pedaco))]


def _so_digitos(partes: Iterable[str]) -> bool:
    return all(map(str.isdecimal, partes))


def _de_cada_parte(partes: list[str]) -> list[str]:
    """All of it as one word, from each part on."""
    if len(partes) == 1:
        return [partes[0][:_PALAVRA_MAXIMA]]
    juntas, inicio, achadas = "".join(partes), 0, []
    for parte in partes:
        achadas.append(juntas[inicio : inicio + _PALAVRA_MAXIMA])
        inicio += len(parte)
    return achadas


def termos(
    empresa_id: str,
    *textos: str | None,
    telefone: str | None = None,
    email: str | None = None,
    numero: int | None = None,
    etiquetas: Iterable[str] = (),
    sinal: Sinal = DE_TICKET,
) -> str:
    """What is found by these texts, these addresses, this ticket number and these tags, which are of what ``sinal``
    says: a ``tsvector`` as text.
    """
    achadas = [] if numero is None else [str(numero)]
    if telefone is not None:
        achadas += _de_telefone(telefone)
    if email is not None:
        achadas += palavras(email)[:-1]  # all but the end of the domain, which says nothing
    for texto in textos:
        if texto:
            achadas += palavras(texto)
    return _marcar(empresa_id, achadas, [_de_etiqueta(nome, sinal) for nome in etiquetas])


def muda_de_palavras(antes: TicketRow, depois: TicketRow) -> bool:
    """Whether a ticket is found by something else after a change."""
    return (
        antes.assunto != depois.assunto
        or antes.contato_nome != depois.contato_nome
        or antes.contato_telefone != depois.contato_telefone
        or antes.contato_email != depois.contato_email
        or (antes.rota is not depois.rota and _etiquetas(antes) != _etiquetas(depois))
    )


def ticket_busca(row: TicketRow) -> TicketBuscaRow:
    """What a ticket is found by: name and addresses of the contact, subject, number, tags."""
    return TicketBuscaRow(
        row.empresa_id,
        row.id,
        row.numero,
        row.contato_nome,
        row.assunto,
        row.contato_telefone,
        row.contato_email,
        _etiquetas(row),
    )


def _etiquetas(row: TicketRow) -> tuple[str, ...]:
    return () if row.rota is None else row.rota.etiquetas


def termos_do_ticket(busca: TicketBuscaRow) -> str:
    """:func:`termos` of a ticket."""
    return termos(
        busca.empresa_id,
        busca.nome,
        busca.assunto,
        telefone=busca.telefone,
        email=busca.email,
        numero=busca.numero,
        etiquetas=busca.etiquetas,
    )


def termos_do_contato(row: ContatoRow) -> str:
    """:func:`termos` of a contact: its name, its addresses, and its tags."""
    return termos(
        row.empresa_id, row.nome, telefone=row.telefone, email=row.email, etiquetas=row.etiquetas, sinal=DE_CONTATO
    )


def consulta(empresa_id: str, texto: str) -> str | None:
    """What finds whatever has all that stands between blanks in ``texto``, each at the beginning of a word: a
    ``tsquery`` as text. None if ``texto`` has no word.

    Digits between blanks are found together, as a phone is written, or each by itself.
    """
    marca = empresa_id[-8:]
    exigidas: list[str] = []
    for digitos, pedacos in groupby(_pedacos(_simples(texto)), key=_so_digitos):
        partes = list(pedacos)
        cada = " & ".join(_procurar(marca, uma) for uma in partes)
        juntos = _procurar(marca, [*chain.from_iterable(partes)]) if digitos and len(partes) > 1 else None
        exigidas.append(cada if juntos is None else f"( {juntos} | {cada} )")
    return " & ".join(exigidas) or None


def consulta_de_etiqueta(empresa_id: str, etiqueta: str, sinal: Sinal = DE_TICKET) -> str:
    """What finds whatever has that tag: a ``tsquery`` as text."""
    return f"'{empresa_id[-8:]}{_de_etiqueta(etiqueta, sinal)}'"


def _de_etiqueta(nome: str, sinal: Sinal) -> str:
    """The word of a tag. The sign before it is in no word that is typed; what comes after it can be put into quotes."""
    return f"{sinal}{blake2b(chave(nome).encode(), digest_size=12).hexdigest()}"


def _procurar(marca: str, partes: list[str]) -> str:
    """As one word; what may be a phone also without the zeros that are dialled before it; and names (``Silva,João``)
    also apart, in any order.
    """
    junto = "".join(partes)[:_PALAVRA_MAXIMA]
    alternativas = [_comeca(marca, junto)]
    if junto.isdecimal():
        if junto.startswith("0") and len(sem_zeros := junto.lstrip("0")) > _DIGITOS_MINIMO:
            alternativas.append(_comeca(marca, sem_zeros))
    elif len(partes) > 1 and junto.isalpha() and _tem_letra_por_parte(junto) is None:
        alternativas.append(" & ".join(_comeca(marca, parte[:_PALAVRA_MAXIMA]) for parte in partes))
    return alternativas[0] if len(alternativas) == 1 else f"( {' | '.join(alternativas)} )"


def _comeca(marca: str, palavra: str) -> str:
    return f"'{marca}{palavra}':*"


def _marcar(empresa_id: str, achadas: Iterable[str], etiquetas: Iterable[str]) -> str:
    """Each word once, in quotes and with the mark of its empresa, as many as are kept; and every tag."""
    unicas = list(dict.fromkeys(achadas))[:_PALAVRAS_MAXIMO] + list(dict.fromkeys(etiquetas))
    if not unicas:
        return ""
    marca = empresa_id[-8:]
    return f"'{marca}" + f"' '{marca}".join(unicas) + "'"


@lru_cache(maxsize=4096)  # of a ticket and of its contact, again and again
def _de_telefone(telefone: str) -> tuple[str, ...]:
    """Under each of its names: from each group of digits on, as it is written with its country and within it; and the
    last digits.
    """
    if not telefone.isdecimal():
        telefone = "".join(c for c in telefone if c.isdecimal())
    achadas = [telefone]
    for forma in formas(telefone):
        if do_brasil(forma):  # country and area code have two digits: nothing has to be looked up
            achadas += (forma, forma[2:], forma[4:])
        else:
            for escrito in (com_pais(forma), no_proprio_pais(forma).lstrip("(0")):
                achadas += (digitos for digitos in palavras(escrito) if len(digitos) >= _DIGITOS_MINIMO)
    achadas.append(telefone[-_DIGITOS_FINAIS:])
    return tuple(forma for forma in dict.fromkeys(achadas) if forma)
