"""Whether a webhook comes from where it says: pure, for the edge that receives it.

WhatsApp signs the raw bytes of a body with the app's secret (HMAC-SHA256 in hexadecimal, in ``X-Hub-Signature-256``),
and asks once, by a GET, whether the address is ours
(https://developers.facebook.com/docs/graph-api/webhooks/getting-started). What is compared is compared in constant
time; a secret or token that is not set never passes.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

ASSINATURA_DO_WHATSAPP: Final = "x-hub-signature-256"
"""The header that carries it."""
_assinatura: Final = re.compile(r"\s*sha256=([0-9a-fA-F]{64})\s*", re.ASCII).fullmatch
_DESAFIO_MAXIMO: Final = 512
"""Characters; Meta sends some ten digits."""


def assinatura_whatsapp(corpo: bytes, segredo: str) -> str:
    """What ``X-Hub-Signature-256`` says of a body, as its bytes came."""
    return "sha256=" + hmac.new(segredo.encode(), corpo, sha256).hexdigest()


def assinado_pelo_whatsapp(corpo: bytes, cabecalho: str | None, segredo: str | None) -> bool:
    """Whether ``cabecalho`` (``X-Hub-Signature-256``) is of this body, as its bytes came, and of this app secret."""
    achado = _assinatura(cabecalho) if cabecalho else None
    if achado is None or not segredo or not segredo.strip():
        return False
    return hmac.compare_digest(assinatura_whatsapp(corpo, segredo), "sha256=" + achado[1].lower())


def desafio_do_whatsapp(consulta: Mapping[str, str], token: str | None) -> str | None:
    """What a GET of the webhook's address is answered (200, text/plain, exactly this); None: 403.

    ``consulta``: the query's parameters; ``token``: the canal's ``webhookVerifyToken``.
    """
    desafio = consulta.get("hub.challenge", "")
    dito = consulta.get("hub.verify_token", "")
    if consulta.get("hub.mode") != "subscribe" or not 0 < len(desafio) <= _DESAFIO_MAXIMO:
        return None
    if not token or not token.strip() or not hmac.compare_digest(_bytes(dito), _bytes(token)):
        return None
    return desafio


def _bytes(texto: str) -> bytes:
    return texto.encode("utf-8", "surrogatepass")
