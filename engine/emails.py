"""E-mail addresses: when two of them are one.

The domain is the same in any case and in either of its spellings (RFC 5890). The part before the ``@`` is the same in
upper and lower case, as every provider in use has it, and otherwise to the letter: ``straße@`` and ``strasse@`` are two
people. (So lower case, and not what compares words: that joins letters.)
"""

from __future__ import annotations

import unicodedata

import idna

from engine.caracteres import sem_invisiveis


def canonico(email: str) -> str:
    """The one form of all the ways in which an address is written.

    >>> canonico("Ana.Souza@München.de")
    'ana.souza@xn--mnchen-3ya.de'
    """
    if email.isascii():
        return email.lower()
    local, _, dominio = unicodedata.normalize("NFC", sem_invisiveis(email)).rpartition("@")
    return f"{unicodedata.normalize('NFC', local.lower())}@{_dominio(dominio)}"


def _dominio(dominio: str) -> str:
    """As the name system knows it; in lower case, where it could not."""
    try:
        return idna.encode(dominio, uts46=True).decode()
    except idna.IDNAError:
        return dominio.lower()
