"""Who wrote: a phone, an id that Meta gave to the person, or both.

Since usernames exist, ``from`` and ``wa_id`` may be absent, and a business-scoped user id is there instead
(``BR.1349…``; https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from engine.conector.enderecos import Endereco
from engine.conector.json_tolerante import Ilegivel
from engine.conector.limpeza import Objeto, objeto_de, texto_de
from engine.telefones import limpo, linha

_ID_MAXIMO: Final = 256
_COM_PAIS: Final = 12
"""Digits: hardly any number has so many without its country's code."""
_DE_MENSAGEM: Final = ("from", "from_user_id", "from_parent_user_id")
_DE_CONTATO: Final = ("wa_id", "user_id", "parent_user_id")


class Pessoa(Struct, frozen=True):
    """``enderecos``: the phone first, if there is one; at least one."""

    enderecos: tuple[Endereco, ...]
    nome: str | None = None
    usuario: str | None = None
    """Its @name, as it wants to be known; it may change."""


def endereco(valor: str) -> Endereco:
    """A phone if it can be one, however it is written, otherwise an id of the provider's. WhatsApp names phones with
    their country; one that begins as they are dialled at home (``(11) 9…``, ``011 9…``) is left to who knows where.
    """
    escrito = limpo(valor)
    digitos = "" if escrito is None else escrito.lstrip("+").lstrip("0")
    if escrito is None or not 5 <= len(digitos) <= 20:
        return Endereco("usuario", valor)
    zeros = len(escrito) - len(digitos)
    de_casa = valor.lstrip().startswith("(") or (zeros == 1 and escrito[0] == "0")
    if de_casa and len(digitos) < _COM_PAIS:
        return Endereco("telefone", escrito)
    return Endereco("telefone", "+" + digitos)


def enderecos(objeto: Objeto, nomes: Iterable[str]) -> tuple[Endereco, ...]:
    """The addresses that an object has by these names; phones first, each once."""
    valores = (texto_de(objeto, nome, _ID_MAXIMO) for nome in nomes)
    achados = dict.fromkeys(endereco(valor) for valor in valores if valor)
    return tuple(sorted(achados, key=lambda achado: achado.tipo != "telefone"))


def _chave(de: Endereco) -> str:
    """One for the two ways in which a network may name a line."""
    return linha(de.valor.removeprefix("+")) if de.tipo == "telefone" else de.valor


class Agenda:
    """The ``contacts`` that come with messages: what is known of those who wrote them."""

    def __init__(self, contatos: Iterable[Objeto]) -> None:
        self._pessoas = [_pessoa(contato) for contato in contatos]
        self._por_chave = {_chave(de): pessoa for pessoa in self._pessoas for de in pessoa.enderecos}

    def remetente(self, mensagem: Objeto) -> Pessoa:
        """Who wrote a message. Raises Ilegivel if nothing says so."""
        escritos = enderecos(mensagem, _DE_MENSAGEM)
        conhecida = next((p for de in escritos if (p := self._por_chave.get(_chave(de)))), None) or self._unica(
            escritos
        )
        if conhecida is None:
            if not escritos:
                raise Ilegivel("nada diz quem a escreveu (from, from_user_id, contacts)")
            return Pessoa(escritos)
        chaves = {_chave(de) for de in escritos}
        outros = tuple(de for de in conhecida.enderecos if _chave(de) not in chaves)
        todos = tuple(sorted(escritos + outros, key=lambda de: de.tipo != "telefone"))
        return Pessoa(todos, conhecida.nome, conhecida.usuario)

    def _unica(self, escritos: tuple[Endereco, ...]) -> Pessoa | None:
        """The only one there is, if it may be whoever wrote: one of the two has no address."""
        if len(self._pessoas) == 1 and not (escritos and self._pessoas[0].enderecos):
            return self._pessoas[0] if escritos or self._pessoas[0].enderecos else None
        return None


def _pessoa(contato: Objeto) -> Pessoa:
    perfil = objeto_de(contato, "profile")
    usuario = texto_de(perfil, "username", _ID_MAXIMO) or texto_de(contato, "username", _ID_MAXIMO)
    return Pessoa(enderecos(contato, _DE_CONTATO), texto_de(perfil, "name", _ID_MAXIMO), usuario)
