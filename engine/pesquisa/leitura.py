"""What note a text is. It is one only if nothing else can be meant: whoever writes about something else is to be heard
by a person, and a note that is not understood is asked for by nobody.

A note is a number in digits (also those drawn on keys), a word for one, or stars; by itself, with what people put
around it (``nota 5``, ``dou 4 estrelas``, ``9 de 10``, ``5!``), or at the beginning of what they say of it, with a mark
or a line in between (``5 - muito bom``).
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from msgspec import Struct

from engine.pesquisa.estado import TipoDePesquisa
from engine.pesquisa.modelo import NOTAS
from engine.presenca import chave

_TEXTO_MAXIMO: Final = 4_096
_PALAVRAS: Final = (
    "zero", "um", "dois", "tres", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez"
)  # fmt: skip
_POR_EXTENSO: Final = {palavra: nota for nota, palavra in enumerate(_PALAVRAS)} | {"uma": 1, "duas": 2}
_CHEIAS: Final = "\u2b50\u2605\U0001f31f"
_VAZIAS: Final = "\u2606"
_TECLA: Final = re.compile("[\ufe0e\ufe0f\u20e3]")
"""What makes a digit into a key, and a sign into a picture."""
_TECLA_DEZ: Final = "\U0001f51f"
_ANTES: Final = r"(?:(?:a |minha |a minha )?nota(?: e| é|:|=)?|dou|eu dou|dou nota|eu dou nota|e|é)"
_NUMERO: Final = rf"(?P<nota>\d{{1,2}}|{'|'.join(sorted(_POR_EXTENSO, key=len, reverse=True))})"
_DEPOIS: Final = r"(?:\s?(?:/|de|em)\s?(?P<de>\d{1,2}|cinco|dez))?(?:\s(?:estrelas?|pontos?))?"
_SOZINHA: Final = re.compile(rf"(?:{_ANTES}\s?)?{_NUMERO}{_DEPOIS}", re.IGNORECASE)
_E_MAIS: Final = re.compile(r"(?:\s*\n|\s*[.!,;:)]+(?=\s|$)|\s[-\u2013\u2014](?=\s|$))[\s.!,;:)\-\u2013\u2014]*")
"""What stands between a note and what is said of it."""


class Lida(Struct, frozen=True, gc=False):
    """A note, and whether more is said with it."""

    nota: int
    comentada: bool = False


def ler(texto: str, tipo: TipoDePesquisa) -> Lida | None:
    """None: it is no answer.

    >>> ler("Nota 5!", "csat")
    Lida(nota=5, comentada=False)
    >>> ler("preciso de 5 caixas", "csat") is None
    True
    """
    if len(texto) > _TEXTO_MAXIMO:
        return None
    limpo = _TECLA.sub("", _sem_desenho(texto)).strip()
    lida = _de_estrelas(limpo, tipo) or _de_numero(limpo, tipo)
    menor, maior = NOTAS[tipo]
    return lida if lida is not None and menor <= lida.nota <= maior else None


def _sem_desenho(texto: str) -> str:
    """Digits of other scripts and shapes as ours."""
    inteiro = texto.replace(_TECLA_DEZ, "10")
    return "".join(str(unicodedata.decimal(um)) if um.isdecimal() else um for um in inteiro)


def _de_estrelas(texto: str, tipo: TipoDePesquisa) -> Lida | None:
    sinais = len(texto) - len(texto.lstrip(_CHEIAS + _VAZIAS))
    if not sinais or tipo != "csat":
        return None
    desenho, resto = texto[:sinais], texto[sinais:].strip()
    cheias = len(desenho) - len(desenho.lstrip(_CHEIAS))
    if cheias != sum(desenho.count(cheia) for cheia in _CHEIAS):
        return None  # full ones after empty ones: that is no number of stars
    return Lida(cheias, comentada=bool(resto))


def _de_numero(texto: str, tipo: TipoDePesquisa) -> Lida | None:
    dito = texto.casefold().replace("três", "tres")
    achado = _SOZINHA.match(dito)
    if achado is None or not _cabe(achado["de"], tipo):
        return None
    resto = dito[achado.end() :]
    separa = _E_MAIS.match(resto)
    if resto and separa is None:
        return None
    return Lida(_valor(achado["nota"]), comentada=separa is not None and separa.end() < len(resto))


def _cabe(de: str | None, tipo: TipoDePesquisa) -> bool:
    """``4 de 5`` is a note of one kind of survey only."""
    return de is None or _valor(de) == NOTAS[tipo][1]


def _valor(dito: str) -> int:
    return int(dito) if dito.isdecimal() else _POR_EXTENSO[chave(dito)]
