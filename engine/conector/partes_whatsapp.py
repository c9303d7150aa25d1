"""A webhook of several contacts, cut where one of them could hold up the others.

Files are fetched before a message goes on, and one that cannot be had is waited for: so the messages of who has sent
one are read in a lane of their own, and what is left, which waits for nothing, in one together.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

import msgspec
from msgspec import Raw, Struct

from engine.telefones import linha

PARTES_MAXIMO: Final = 50
"""Contacts with a lane of their own, of one webhook: each is a job."""
_COM_ARQUIVO: Final = frozenset({"image", "video", "audio", "document", "sticker"})
_SO_DO_RESTO: Final = frozenset({"statuses", "errors"})
_ESTRANHO: Final = (msgspec.DecodeError, UnicodeError, RecursionError)
Valor = dict[str, Raw]


class _Entrada(Struct):
    id: Raw = Raw(b"null")
    changes: list[dict[str, Raw]] = []


class _Corpo(Struct):
    object: Raw = Raw(b"null")
    entry: list[_Entrada] = []


class _Ficha(Struct):
    """Of a message, or of one of its ``contacts``."""

    type: str | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    from_user_id: str | None = None
    wa_id: str | None = None
    user_id: str | None = None

    @property
    def contato(self) -> str | None:
        return self.from_ or self.from_user_id


_ler_corpo: Final = msgspec.json.Decoder(_Corpo).decode
_ler_valor: Final = msgspec.json.Decoder(Valor).decode
_ler_lista: Final = msgspec.json.Decoder(list[Raw]).decode
_ler_ficha: Final = msgspec.json.Decoder(_Ficha).decode


def partes_de(corpo: bytes) -> list[tuple[str | None, bytes]]:
    """The parts of a webhook, each with its contact; that of all the others, with None, comes last. One, with None, if
    there is nothing to cut, or it cannot be read strictly. Never fails.
    """
    inteiro: list[tuple[str | None, bytes]] = [(None, corpo)]
    if not any(b'"%s"' % tipo.encode() in corpo for tipo in _COM_ARQUIVO):
        return inteiro
    try:
        lido = _ler_corpo(corpo)
        mensagens = [_ler_ficha(mensagem) for valor in _valores(lido) for mensagem in _lista(valor, "messages")]
        com_arquivo = dict.fromkeys(um.contato for um in mensagens if um.type in _COM_ARQUIVO and um.contato)
        proprios = list(com_arquivo)[:PARTES_MAXIMO]
        partes = [(contato, _escrito(lido, {contato})) for contato in proprios if contato is not None]
        resto = _escrito(lido, {contato for contato, _ in partes}, os_outros=True)
    except _ESTRANHO:
        return inteiro
    cortadas = [(contato, parte) for contato, parte in [*partes, (None, resto)] if parte is not None]
    return cortadas if len(cortadas) > 1 else inteiro


def _valores(lido: _Corpo) -> Iterator[Valor]:
    return (_ler_valor(mudanca["value"]) for conta in lido.entry for mudanca in conta.changes if "value" in mudanca)


def _lista(valor: Valor, nome: str) -> list[Raw]:
    return _ler_lista(valor[nome]) if nome in valor else []


def _escrito(lido: _Corpo, contatos: Collection[str], *, os_outros: bool = False) -> bytes | None:
    """The body with what is of these contacts, or with all but that; None if that is nothing."""
    entradas = []
    for conta in lido.entry:
        cortadas = (_mudanca(mudanca, contatos, os_outros=os_outros) for mudanca in conta.changes)
        mudancas = [mudanca for mudanca in cortadas if mudanca is not None]
        if mudancas:
            entradas.append({"id": conta.id, "changes": mudancas})
    return msgspec.json.encode({"object": lido.object, "entry": entradas}) if entradas else None


def _mudanca(mudanca: dict[str, Raw], contatos: Collection[str], *, os_outros: bool) -> dict[str, object] | None:
    valor = _ler_valor(mudanca["value"]) if "value" in mudanca else {}
    mensagens = _lista(valor, "messages")
    ficam = [um for um in mensagens if (_ler_ficha(um).contato in contatos) is not os_outros]
    if os_outros:
        if mensagens and not ficam and not _SO_DO_RESTO & valor.keys():
            return None
        return {**mudanca, "value": {**valor, "messages": ficam}} if mensagens else {**mudanca}
    if not ficam:
        return None
    dele = {nome: valor[nome] for nome in valor if nome not in _SO_DO_RESTO}
    conhecidos = {"contacts": _conhecidos(valor, contatos)} if "contacts" in valor else {}
    return {**mudanca, "value": {**dele, **conhecidos, "messages": ficam}}


def _conhecidos(valor: Valor, contatos: Collection[str]) -> list[Raw]:
    """What is said of these, of the ``contacts`` beside the messages."""
    todos = _lista(valor, "contacts")
    if len(todos) == 1:
        return todos
    linhas = {linha(contato) for contato in contatos}
    fichas = ((um, _ler_ficha(um)) for um in todos)
    return [um for um, ficha in fichas if linha(ficha.wa_id or "") in linhas or ficha.user_id in contatos]
