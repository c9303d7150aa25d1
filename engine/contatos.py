"""Whose an address is: one key for all the ways in which it is written.

An address has a kind: a phone, an e-mail address, what a provider calls somebody; and a key begins with its kind. That
two ways of writing are one phone is said in :mod:`engine.telefones`, and of e-mail in :mod:`engine.emails`.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from engine import emails, telefones
from engine.conector.enderecos import Endereco
from engine.modelo import CanalRow


@lru_cache(maxsize=4096)  # a ticket of somebody new asks for the same several times
def chave_de_telefone(telefone: str) -> str:
    """The key of a phone, given as digits of E.164.

    >>> chave_de_telefone("5511999998888") == chave_de_telefone("551199998888")
    True
    """
    return f"tel:{telefones.linha(telefone)}"


@lru_cache(maxsize=4096)
def chave_de_email(email: str) -> str:
    """The key of an e-mail address."""
    return f"email:{emails.canonico(email)}"


def chave_de_visitante(canal_id: str, sessao: str) -> str:
    """The key of a session of a canal's web chat."""
    return f"visitante:{canal_id}:{sessao}"


def chaves(telefone: str | None, email: str | None, outros: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The keys of a contact, the phone's first. ``outros`` are keys already."""
    de_telefone = () if telefone is None else (chave_de_telefone(telefone),)
    de_email = () if email is None else (chave_de_email(email),)
    return de_telefone + de_email + outros


class Enderecos(NamedTuple):
    """Where one contact is reached: a phone as digits of E.164, an e-mail address, and the keys of all else."""

    telefone: str | None
    email: str | None
    outros: tuple[str, ...]

    @property
    def chaves(self) -> tuple[str, ...]:
        return chaves(*self)


def enderecos_de(ditos: Iterable[Endereco], canal: CanalRow, pais: str) -> Enderecos:
    """The addresses by which a channel tells of somebody. A phone is read with the country, also the second and those
    after it; what cannot be a phone counts as a code. What a provider calls people is theirs in all its channels; a
    visitor of a site is that of one canal.
    """
    telefone: str | None = None
    email: str | None = None
    outros: dict[str, None] = {}
    for dito in ditos:
        if dito.tipo == "telefone" and telefone is None and (lido := telefones.ler(dito.valor, pais)) is not None:
            telefone = lido
        elif dito.tipo == "email" and email is None:
            email = dito.valor
        else:
            outros[_outra_chave(dito, canal, pais)] = None
    primeiros = chaves(telefone, email)
    return Enderecos(telefone, email, tuple(chave for chave in outros if chave not in primeiros))


def _outra_chave(endereco: Endereco, canal: CanalRow, pais: str) -> str:
    match endereco.tipo:
        case "usuario":
            return f"usuario:{canal.tipo}:{endereco.valor}"
        case "visitante":
            return chave_de_visitante(canal.id, endereco.valor)
        case "remetente":
            return f"remetente:{endereco.valor.casefold()}"
        case "email":
            return chave_de_email(endereco.valor)
        case "telefone" if (lido := telefones.ler(endereco.valor, pais)) is not None:
            return chave_de_telefone(lido)
        case "telefone" | "codigo":
            return f"codigo:{endereco.valor}"


def escritos(chave: str) -> tuple[str, ...]:
    """How a ticket may have written down where its contact wrote from (:func:`engine.envios.cargas.escrito`), if that
    is the phone or the e-mail of this key.
    """
    tipo, _, valor = chave.partition(":")
    if tipo == "tel":
        return tuple(f"telefone:{mais}{forma}" for forma in telefones.formas(valor) for mais in ("+", ""))
    return (chave,) if tipo == "email" else ()
