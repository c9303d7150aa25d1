"""How long a provider asks us to wait (``Retry-After``, RFC 9110 §10.2.3)."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

ESPERA_MAXIMA_MS: Final = 86_400_000
"""Whoever asks for more than a day is not believed."""
_DIGITOS_MAXIMO: Final = 12


def tentar_em_ms(retry_after: str | None, agora_ms: int) -> int | None:
    """Milliseconds from ``agora_ms`` on, at most a day; None if it says nothing that can be read.

    >>> tentar_em_ms("120", 0), tentar_em_ms("Thu, 01 Jan 1970 00:01:00 GMT", 10_000), tentar_em_ms("soon", 0)
    (120000, 50000, None)
    """
    escrito = (retry_after or "").strip()
    if escrito.isascii() and escrito.isdigit() and len(escrito) <= _DIGITOS_MAXIMO:
        return min(int(escrito) * 1000, ESPERA_MAXIMA_MS)
    try:
        quando = parsedate_to_datetime(escrito[:64])
    except ValueError:
        return None
    if quando.tzinfo is None:
        quando = quando.replace(tzinfo=UTC)
    return max(0, min(int(quando.timestamp() * 1000) - agora_ms, ESPERA_MAXIMA_MS))
