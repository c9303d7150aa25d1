"""Whose an address is: one key for all the ways in which it is written.

Brazil gave its mobile numbers a ninth digit in front (2012 to 2016), and networks still name the same person with and
without it: WhatsApp's ``wa_id`` may lack what the number that was dialled has. Both forms have the same key, so a
contact is found by either, and none is rewritten into the other.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_MOVEL_COM_NONO: Final = re.compile(r"(55[1-9][1-9])9([6-9][0-9]{7})")
"""Country and area code, the ninth digit, and the eight digits that a mobile number had before it (from 6 up: those
below belong to land lines, which never got one)."""


def chave_de_telefone(telefone: str) -> str:
    """The key of a phone, given as digits with country and area code.

    >>> chave_de_telefone("5511999998888") == chave_de_telefone("551199998888")
    True
    """
    return f"tel:{sem_nono_digito(telefone)}"


def chave_de_email(email: str) -> str:
    """The key of an e-mail address: upper and lower case are one, as every provider in use has it."""
    return f"email:{email.casefold()}"


def chaves(telefone: str | None, email: str | None) -> tuple[str, ...]:
    """The keys of a contact, the phone's first."""
    de_telefone = () if telefone is None else (chave_de_telefone(telefone),)
    de_email = () if email is None else (chave_de_email(email),)
    return de_telefone + de_email


@lru_cache(maxsize=4096)  # asked several times for each ticket
def sem_nono_digito(telefone: str) -> str:
    """The shorter form of a Brazilian mobile number; any other as it is."""
    movel = _MOVEL_COM_NONO.fullmatch(telefone)
    return telefone if movel is None else movel[1] + movel[2]
