"""What contacts write, as a webhook says it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from msgspec import Struct

from connectors.fakes.graph.modelo import Contato, NumeroFalso

POR_WEBHOOK: Final = 1_000
Objeto = dict[str, Any]


class Escrita(Struct, frozen=True, kw_only=True, rename="camel"):
    """Something that a contact writes. ``carga`` None: the example of its type. ``id`` and ``em`` (seconds of the
    epoch) None: the fake's own. ``extra`` is added to the message (``context``, ``referral``, ``errors``…).
    """

    de: Contato
    tipo: str = "text"
    texto: str | None = None
    """Of a ``text``; else its caption."""
    carga: Any = None
    id: str | None = None
    em: int | None = None
    extra: Objeto = {}


_PDF: Final = {"mime_type": "application/pdf", "filename": "contrato.pdf"}
EXEMPLOS: Final[dict[str, Any]] = {
    "text": {"body": "Olá, tudo bem?"},
    "image": {"mime_type": "image/jpeg", "caption": "É este o produto"},
    "video": {"mime_type": "video/mp4"},
    "audio": {"mime_type": "audio/ogg; codecs=opus", "voice": True},
    "document": _PDF,
    "sticker": {"mime_type": "image/webp", "animated": False},
    "location": {"latitude": -23.5614, "longitude": -46.6559, "name": "MASP", "address": "Av. Paulista, 1578"},
    "contacts": [
        {
            "name": {"formatted_name": "João Souza", "first_name": "João"},
            "phones": [{"phone": "+55 11 98888-7777", "wa_id": "5511988887777", "type": "CELL"}],
        }
    ],
    "interactive": {"type": "button_reply", "button_reply": {"id": "sim", "title": "Sim"}},
    "button": {"payload": "quero", "text": "Quero saber mais"},
    "reaction": {"message_id": "wamid.EXEMPLO", "emoji": "👍"},
    "order": {
        "catalog_id": "194836987003835",
        "text": "Pode entregar hoje?",
        "product_items": [
            {"product_retailer_id": "camiseta-p", "quantity": 2, "item_price": 59.9, "currency": "BRL"},
        ],
    },
    "edit": {"original_message_id": "wamid.EXEMPLO", "message": {"type": "text", "text": {"body": "Olá, corrigindo"}}},
    "revoke": {"original_message_id": "wamid.EXEMPLO"},
    "system": {
        "body": "User A changed from 5511999998888 to 5511977776666",
        "wa_id": "5511977776666",
        "type": "user_changed_number",
    },
    "request_welcome": None,
    "unsupported": None,
}
"""A payload of every type. Those with a file need one's ``id`` and ``sha256``, which the fake adds."""
COM_ARQUIVO: Final = ("image", "video", "audio", "document", "sticker")
_EXTRAS: Final[dict[str, Objeto]] = {
    "unsupported": {
        "errors": [
            {
                "code": 131051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": {"details": "Message type is currently not supported."},
            }
        ]
    },
}


def mensagem(escrita: Escrita, identidade: str, em: int, midia: Objeto) -> Objeto:
    """One item of ``messages``; ``midia`` is what there is to say of its file."""
    dita: Objeto = {"id": identidade, "timestamp": str(em), "type": escrita.tipo}
    if escrita.de.telefone:
        dita["from"] = escrita.de.telefone
    if escrita.de.usuario:
        dita["from_user_id"] = escrita.de.usuario
    carga = EXEMPLOS.get(escrita.tipo) if escrita.carga is None else escrita.carga
    if escrita.texto is not None:
        carga = {"body": escrita.texto} if escrita.tipo == "text" else (carga or {}) | {"caption": escrita.texto}
    if carga is not None:
        dita[escrita.tipo] = midia | carga if isinstance(carga, dict) else carga
    return dita | _EXTRAS.get(escrita.tipo, {}) | escrita.extra


def contato(de: Contato) -> Objeto:
    """One item of ``contacts``."""
    dito: Objeto = {"profile": {"name": de.nome} if de.nome else {}}
    return dito | ({"wa_id": de.telefone} if de.telefone else {}) | ({"user_id": de.usuario} if de.usuario else {})


def conversas(numero: NumeroFalso, mensagens: Sequence[Objeto], de: Iterable[Contato]) -> Objeto:
    """A webhook of messages."""
    contatos = [contato(quem) for quem in dict.fromkeys(de)]
    return envelope(numero, "messages", _valor(numero) | {"contacts": contatos, "messages": list(mensagens)})


def estados(numero: NumeroFalso, status: Sequence[Objeto]) -> Objeto:
    """A webhook of statuses."""
    return envelope(numero, "messages", _valor(numero) | {"statuses": list(status)})


def envelope(numero: NumeroFalso, campo: str, valor: Objeto) -> Objeto:
    """A webhook of any field."""
    mudanca = {"value": valor, "field": campo}
    return {"object": "whatsapp_business_account", "entry": [{"id": numero.waba_id, "changes": [mudanca]}]}


def _valor(numero: NumeroFalso) -> Objeto:
    metadados = {"display_phone_number": numero.telefone, "phone_number_id": numero.phone_number_id}
    return {"messaging_product": "whatsapp", "metadata": metadados}


def em_bytes(webhook: Objeto) -> bytes:
    """As Meta writes it: what is not ASCII is escaped, and so are slashes; a signature is over exactly these bytes."""
    return json.dumps(webhook, separators=(",", ":")).replace("/", "\\/").encode()
