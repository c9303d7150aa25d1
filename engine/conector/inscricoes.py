"""Subscriptions to Web Push, as a browser's ``PushSubscription`` tells them (https://www.w3.org/TR/push-api/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from engine.conector.ids import uuid_de
from engine.conector.vapid import de_base64url
from engine.errors import Detalhe

INSCRICOES_MAXIMO: Final = 20
"""Of one agent: browsers that somebody has are few, and those that were left behind are many."""

EXPIRADA: Final = "inscricao_expirada"
INVALIDA: Final = "inscricao_invalida"
CHAVE_RECUSADA: Final = "chave_recusada"
FIM_DA_INSCRICAO: Final = frozenset({EXPIRADA, INVALIDA, CHAVE_RECUSADA})
"""Why a notice failed, after which its subscription is of no use any more."""

_AUTH_BYTES: Final = 16
_visivel: Final = re.compile(r"[!-~]+").fullmatch
_DESTA_MAQUINA: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def id_de_inscricao(empresa_id: str, endpoint: str) -> str:
    """A browser that subscribes again is the same one, whoever uses it now."""
    return uuid_de(f"{empresa_id}\n{endpoint}")


def problemas_da_inscricao(endpoint: str, p256dh: str, auth: str) -> Iterator[Detalhe]:
    """What cannot be of a ``PushSubscription``. (Whether the push service may be called is seen when it is.)"""
    if not _e_endereco(endpoint):
        yield Detalhe("endpoint", "deve ser o endereço https do serviço de push, como PushSubscription.endpoint")
    if not _e_chave(p256dh):
        yield Detalhe("p256dh", "deve ser a chave P-256 da inscrição em base64url, como PushSubscription.getKey dá")
    if not _e_segredo(auth):
        yield Detalhe("auth", "deve ser o segredo de 16 bytes da inscrição em base64url")


def _e_endereco(endpoint: str) -> bool:
    """In the clear only on this machine, by who tries things out."""
    if _visivel(endpoint) is None:
        return False
    try:
        partes = urlsplit(endpoint)
        host, _ = partes.hostname, partes.port
    except ValueError:
        return False
    if not host or "@" in partes.netloc:
        return False
    return partes.scheme == "https" or (partes.scheme == "http" and host in _DESTA_MAQUINA)


def _e_chave(p256dh: str) -> bool:
    """A point of the curve (RFC 8291 §3.1), uncompressed."""
    try:
        ponto = de_base64url(p256dh)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ponto)
    except ValueError:
        return False
    return len(ponto) == 65


def _e_segredo(auth: str) -> bool:
    try:
        return len(de_base64url(auth)) == _AUTH_BYTES
    except ValueError:
        return False
