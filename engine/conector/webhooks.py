"""Webhooks as they come: which must be read one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import msgspec
from msgspec import Struct

from engine.conector.partes_whatsapp import partes_de
from engine.conector.webhooks_sms import contato_de
from engine.modelo import TipoCanal

_NADA: Final[Mapping[str, object]] = MappingProxyType({})
RAIA_COMUM: Final = "webhook"
"""Where what concerns several contacts, or nobody can tell whom, is read."""


class _De(Struct):
    from_: str | None = msgspec.field(default=None, name="from")
    from_user_id: str | None = None
    recipient_id: str | None = None


class _Valor(Struct):
    messages: list[_De] = []
    statuses: list[_De] = []


class _Mudanca(Struct):
    value: _Valor = msgspec.field(default_factory=_Valor)


class _Conta(Struct):
    changes: list[_Mudanca] = []


class _Envelope(Struct):
    entry: list[_Conta] = []


_ler_envelope: Final = msgspec.json.Decoder(_Envelope).decode


def raia_de(
    tipo: TipoCanal, corpo: bytes, tipo_de_conteudo: str = "", valores: Mapping[str, object] = _NADA
) -> str:  # fmt: skip
    """In which lane a webhook is read: that of its contact, if it is of one only. Never fails, whatever came.
    ``valores``: of a canal of SMS, its ``config`` and secrets together.
    """
    contato = None
    if tipo == "whatsapp":
        contato = _do_whatsapp(corpo)
    elif tipo == "sms":
        contato = contato_de(valores, corpo, tipo_de_conteudo)
    return _raia(contato)


def leituras_de(
    tipo: TipoCanal, corpo: bytes, tipo_de_conteudo: str = "", valores: Mapping[str, object] = _NADA
) -> list[tuple[str, bytes]]:  # fmt: skip
    """What is to be read of a webhook, each in its lane: all in one, or apart those who could hold up the rest."""
    raia = raia_de(tipo, corpo, tipo_de_conteudo, valores)
    if tipo != "whatsapp" or raia != RAIA_COMUM:
        return [(raia, corpo)]
    return [(_raia(contato), parte) for contato, parte in partes_de(corpo)]


def _raia(contato: str | None) -> str:
    if contato is None or "\0" in contato:  # which no text of the database can hold
        return RAIA_COMUM
    return f"{RAIA_COMUM}:{contato[:100]}"


def _do_whatsapp(corpo: bytes) -> str | None:
    try:
        envelope = _ler_envelope(corpo)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    contatos = {
        um.from_ or um.from_user_id or um.recipient_id
        for conta in envelope.entry
        for mudanca in conta.changes
        for um in (*mudanca.value.messages, *mudanca.value.statuses)
    }
    return contatos.pop() if len(contatos) == 1 else None
