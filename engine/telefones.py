"""Phones: from what somebody wrote to the one number it means, by the numbering plans of all countries.

A phone is kept, and goes over the wire, as the digits of E.164 (https://www.itu.int/rec/T-REC-E.164) without the plus,
which is how the mission writes it: ``5511999998888``. What comes in may have the plus, the marks between digits, the
ways a country dials itself (``(11) 99999-8888``, ``011 15-2345-6789``) and what is pasted with it. The plans are those
of libphonenumber (https://github.com/google/libphonenumber).

Digits alone can be a number with its country or, in the empresa's own country, one without. They are read in this
order: a number with the empresa's own country code, or of a dozen digits; one of the empresa's country as it is written
there; one of any country; one of the empresa's country without the zero that is dialled first. A plus leaves no choice.

Some networks name a mobile line in two ways: WhatsApp's ``wa_id`` may lack Brazil's ninth digit (2012 to 2016), or
have the 9 of Argentina and the 1 of Mexico, or not. None is rewritten into another where both are in use; :func:`linha`
is the same for both.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberFormat, PhoneNumberType, ValidationResult

from engine.caracteres import BRANCOS, INVISIVEIS
from engine.errors import Detalhe, Invalid

PAISES: Final = frozenset(phonenumbers.SUPPORTED_REGIONS)
"""Countries with a numbering plan: ISO 3166 alpha-2."""

_ENTRE: Final = rf"[\u0009-\u000d{BRANCOS}{INVISIVEIS}().\-/\uff08\uff09\uff0d-\uff0f\u2010-\u2015\u2212]"
ESCRITO: Final = rf"^{_ENTRE}*[+\uff0b]?({_ENTRE}*[0-9\uff10-\uff19\u0660-\u0669\u06f0-\u06f9]){{4,20}}{_ENTRE}*$"
"""What may be a phone, in the words of regular expressions that Python and ECMAScript have in common."""

_e_escrito: Final = re.compile(ESCRITO.strip("^$")).fullmatch
_sem_marcas: Final = re.compile(r"[^\d+]+").sub

_do_brasil: Final = re.compile(r"55[1-9][1-9][2-9][0-9]{7,8}").fullmatch
_movel_com_nono: Final = re.compile(r"(55[1-9][1-9])9([6-9][0-9]{7})").fullmatch
"""Country and area code, the ninth digit, and the eight digits that a mobile number had before it (from 6 up: those
below belong to land lines, which never got one)."""
_movel_sem_nono: Final = re.compile(r"(55[1-9][1-9])([6-9][0-9]{7})").fullmatch
_movel_argentino: Final = re.compile(r"549([0-9]{10})").fullmatch
_com_15: Final = re.compile(r"549(?=[0-9]{12}$)([0-9]{2,4}?)15([0-9]{6,8})").fullmatch
_movel_mexicano: Final = re.compile(r"521([0-9]{10})").fullmatch
_discado_no_mexico: Final = re.compile(r"(?:01|04[45]|1)([0-9]{10})").fullmatch
"""Prefixes that were abolished in 2019, and are still in address books."""
_SEMPRE_COM_PAIS: Final = 12
"""Digits: hardly any number has so many without its country."""


def limpo(escrito: str) -> str | None:
    """Its digits, after a plus if it has one; None if it cannot be a phone.

    >>> limpo("+55 (11) 99999-8888")
    '+5511999998888'
    """
    if escrito.isascii() and escrito.isdigit() and 4 <= len(escrito) <= 20:
        return escrito
    if _e_escrito(escrito) is None:
        return None
    junto = _sem_marcas("", unicodedata.normalize("NFKC", escrito))
    return junto if junto.isascii() else "".join(c if c == "+" else str(unicodedata.decimal(c)) for c in junto)


def ler(telefone: str, pais: str) -> str | None:
    """The digits of E.164 of what :func:`limpo` gave, dialled in a country; None if no plan has such a number.

    A number that the plans do not know, but whose length is right for its country, is taken if it says which one.

    >>> ler("11999998888", "BR"), ler("+5511999998888", "US"), ler("02079460958", "GB")
    ('5511999998888', '5511999998888', '442079460958')
    """
    return telefone if do_brasil(telefone) else _ler(telefone, pais)


def do_brasil(telefone: str) -> bool:
    """True for digits of E.164 that begin with Brazil's code and an area's. No plan of another country reads them
    otherwise, so most numbers need not be looked up in any.
    """
    return _do_brasil(telefone) is not None


def exigir(campo: str, telefone: str, pais: str) -> str:
    """As :func:`ler`. Raises Invalid, which names the field and shows a number that would do."""
    lido = ler(telefone, pais)
    if lido is None:
        problema = f"não é um telefone que exista: mande DDI e DDD, como 5511999998888{_ou_como_la(pais)}"
        raise Invalid("dados_invalidos", f"{campo}: {problema}", (Detalhe(campo, problema),))
    return lido


def relido(telefone: str, pais: str) -> str:
    """What an older version kept, which was digits as they came: of E.164 if some plan has that number, or else as they
    are dialled in the empresa's country; as they are, if they are no number.
    """
    if do_brasil(telefone):
        return telefone
    return _se_existe(_de_fora(telefone)) or ler(telefone, pais) or telefone


@lru_cache(maxsize=8192)  # who comes back, comes back with the same number
def _ler(telefone: str, pais: str) -> str | None:
    if telefone.startswith("+"):
        de_fora = _de_fora(telefone[1:])
        return _se_existe(de_fora) or _se_possivel(de_fora)
    if telefone.startswith("00"):
        de_fora = _de_fora(telefone[2:])
        return _se_existe(de_fora) or _se_existe(_de_dentro(telefone, pais)) or _se_possivel(de_fora)
    return _sem_mais(telefone, _de_fora(telefone), _de_dentro(telefone, pais), pais)


def _sem_mais(telefone: str, de_fora: PhoneNumber | None, de_dentro: PhoneNumber | None, pais: str) -> str | None:
    """What digits alone are, of the two that they can be."""
    proprio = telefone.startswith(str(phonenumbers.country_code_for_region(pais)))
    if (proprio or len(telefone) >= _SEMPRE_COM_PAIS) and (inteiro := _se_existe(de_fora)) is not None:
        return inteiro
    if de_dentro is not None and phonenumbers.is_valid_number(de_dentro) and _como_la(de_dentro) == telefone:
        return _e164(de_dentro)
    if de_fora is not None and phonenumbers.is_valid_number(de_fora):
        return _e164(de_fora)
    achado = _se_existe(de_dentro)
    if achado is None and (proprio or _se_possivel(de_dentro) is None):
        achado = _se_possivel(de_fora)
        return achado if achado == telefone else None
    return achado


def _de_fora(digitos: str) -> PhoneNumber | None:
    """A number that begins with the code of its country."""
    mexicano, com_15 = _movel_mexicano(digitos), _com_15(digitos)
    if mexicano is not None:
        digitos = "52" + mexicano[1]
    elif com_15 is not None:
        digitos = f"549{com_15[1]}{com_15[2]}"
    return _analisar("+" + digitos, None)


def _de_dentro(digitos: str, pais: str) -> PhoneNumber | None:
    """A number as it is dialled in its country."""
    if pais == "MX" and (discado := _discado_no_mexico(digitos)) is not None:
        digitos = discado[1]
    return _analisar(digitos, pais)


def _analisar(texto: str, pais: str | None) -> PhoneNumber | None:
    try:
        return phonenumbers.parse(texto, pais)
    except NumberParseException:
        return None


def _se_existe(numero: PhoneNumber | None) -> str | None:
    """Its digits, if it is of a plan, or was before a ninth digit was put into it."""
    if numero is None:
        return None
    digitos = _e164(numero)
    if phonenumbers.is_valid_number(numero):
        return digitos
    sem_nono = _movel_sem_nono(digitos)
    atual = None if sem_nono is None else _analisar(f"+{sem_nono[1]}9{sem_nono[2]}", None)
    return digitos if atual is not None and phonenumbers.is_valid_number(atual) else None


def _se_possivel(numero: PhoneNumber | None) -> str | None:
    """Its digits, if it is as long as numbers of its country are, with their area."""
    if numero is None or phonenumbers.is_possible_number_with_reason(numero) != ValidationResult.IS_POSSIBLE:
        return None
    return _e164(numero)


def _e164(numero: PhoneNumber) -> str:
    return phonenumbers.format_number(numero, PhoneNumberFormat.E164)[1:]


def _como_la(numero: PhoneNumber) -> str:
    """As it is written in its own country, without the marks between digits."""
    return _sem_marcas("", phonenumbers.format_number(numero, PhoneNumberFormat.NATIONAL))


def linha(telefone: str) -> str:
    """One name for a line that networks name in two ways: the shorter one. ``telefone`` is digits of E.164.

    >>> linha("5511999998888") == linha("551199998888"), linha("5491123456789") == linha("541123456789")
    (True, True)
    """
    movel = _movel_com_nono(telefone)
    if movel is not None:
        return movel[1] + movel[2]
    if telefone.startswith("549") and (argentino := _movel_argentino(telefone)) is not None:
        return "54" + argentino[1]
    if telefone.startswith("521") and (mexicano := _movel_mexicano(telefone)) is not None:
        return "52" + mexicano[1]
    return telefone


def formas(telefone: str) -> tuple[str, ...]:
    """The ways in which networks name the line of a number, itself first."""
    curta = linha(telefone)
    if curta != telefone:
        return (telefone, curta)
    sem_nono = _movel_sem_nono(telefone)
    if sem_nono is not None:
        return (telefone, f"{sem_nono[1]}9{sem_nono[2]}")
    if telefone.startswith("54") and len(telefone) == 12:
        return (telefone, "549" + telefone[2:])
    return (telefone, "521" + telefone[2:]) if telefone.startswith("52") and len(telefone) == 12 else (telefone,)


def no_proprio_pais(telefone: str) -> str:
    """As it is written in its own country: ``5511999998888`` is ``(11) 99999-8888``. As it is, if it is no number."""
    return _escrever(telefone, PhoneNumberFormat.NATIONAL)


def com_pais(telefone: str) -> str:
    """As it is written for other countries: ``5511999998888`` is ``+55 11 99999-8888``."""
    return _escrever(telefone, PhoneNumberFormat.INTERNATIONAL)


def _escrever(telefone: str, como: int) -> str:
    numero = _analisar("+" + telefone, None)
    return telefone if numero is None else phonenumbers.format_number(numero, como)


@lru_cache(maxsize=256)
def _ou_como_la(pais: str) -> str:
    """How a mobile number of this country would be written there, for who did not write one."""
    numero = phonenumbers.example_number_for_type(pais, PhoneNumberType.MOBILE)
    if numero is None:
        return ""
    return f", ou um número de {pais} (paisPadrao da empresa), como {no_proprio_pais(_e164(numero))}"
