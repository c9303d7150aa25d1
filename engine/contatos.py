"""Whose an address is: one key for all the ways in which it is written.

A phone and an e-mail address are two kinds of address, and a key begins with its kind. That two ways of writing are one
phone is said in :mod:`engine.telefones`, and of e-mail in :mod:`engine.emails`.
"""

from __future__ import annotations

from engine import emails, telefones


def chave_de_telefone(telefone: str) -> str:
    """The key of a phone, given as digits of E.164.

    >>> chave_de_telefone("5511999998888") == chave_de_telefone("551199998888")
    True
    """
    return f"tel:{telefones.linha(telefone)}"


def chave_de_email(email: str) -> str:
    """The key of an e-mail address."""
    return f"email:{emails.canonico(email)}"


def chaves(telefone: str | None, email: str | None) -> tuple[str, ...]:
    """The keys of a contact, the phone's first."""
    de_telefone = () if telefone is None else (chave_de_telefone(telefone),)
    de_email = () if email is None else (chave_de_email(email),)
    return de_telefone + de_email
