"""Webhooks as they come: which must be read one after the other."""

from __future__ import annotations

from typing import Final

import msgspec
from msgspec import Struct

from engine.modelo import TipoCanal

RAIA_COMUM: Final = "webhook"
"""Where what concerns several contacts, or nobody can tell whom, is read."""


class _De(Struct):
    from_: str | None = msgspec.field(default=None, name="from")
    from_user_id: str | None = None
    recipient_id: str | None = None


class _Metadados(Struct):
    phone_number_id: str | None = None


class _Valor(Struct):
    metadata: _Metadados | None = None
    messages: list[_De] = []
    statuses: list[_De] = []


class _Mudanca(Struct):
    value: _Valor = msgspec.field(default_factory=_Valor)


class _Conta(Struct):
    id: str | None = None
    changes: list[_Mudanca] = []


class _Envelope(Struct):
    entry: list[_Conta] = []


_ler_envelope: Final = msgspec.json.Decoder(_Envelope).decode


def raia_de(tipo: TipoCanal, corpo: bytes) -> str:
    """In which lane a webhook is read: that of its contact, if it is of one only. Never fails, whatever came."""
    if tipo != "whatsapp":
        return RAIA_COMUM
    try:
        envelope = _ler_envelope(corpo)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return RAIA_COMUM
    contatos = {
        um.from_ or um.from_user_id or um.recipient_id
        for conta in envelope.entry
        for mudanca in conta.changes
        for um in (*mudanca.value.messages, *mudanca.value.statuses)
    }
    unico = contatos.pop() if len(contatos) == 1 else None
    if unico is None or "\0" in unico:  # which no text of the database can hold
        return RAIA_COMUM
    return f"{RAIA_COMUM}:{unico[:100]}"


def numero_de(corpo: bytes) -> str | None:
    """The ``phone_number_id`` that a webhook of WhatsApp is about; None if it says none. Never fails."""
    try:
        envelope = _ler_envelope(corpo)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    numeros = (mudanca.value.metadata for conta in envelope.entry for mudanca in conta.changes)
    return next((um.phone_number_id for um in numeros if um is not None and um.phone_number_id), None)


def conta_de(corpo: bytes) -> str | None:
    """The account (WABA) of a webhook of WhatsApp: templates, say, concern no number of it. Never fails."""
    try:
        envelope = _ler_envelope(corpo)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    return next((conta.id for conta in envelope.entry if conta.id), None)
