"""The key pair by which a sender of Web Push is known (VAPID, RFC 8292 §3): made by the engine, kept as a secret of the
canal; the public half is what a browser subscribes with (``applicationServerKey``).

Both are base64url without padding: the private one 32 bytes, the public one a point of P-256, uncompressed (65 bytes).
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

_ORDEM: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (NIST SP 800-186 §3.2.1.3): a private key is from 1 to one below."""
_PRIVADA_BYTES: Final = 32


class ParDeChaves(Struct, frozen=True):
    """``privada`` is a secret."""

    privada: str
    publica: str

    def __repr__(self) -> str:
        return f"ParDeChaves(publica={self.publica!r})"


def novo_par(sortear: Callable[[int], bytes]) -> ParDeChaves:
    """A new pair; ``sortear`` gives so many random bytes."""
    while not 1 <= (numero := int.from_bytes(sortear(_PRIVADA_BYTES))) < _ORDEM:
        continue  # one time in 2³²
    privada = em_base64url(numero.to_bytes(_PRIVADA_BYTES))
    return ParDeChaves(privada, publica_de(privada))


def publica_de(privada: str) -> str:
    """The public half. Raises ValueError, which does not say the key."""
    return em_base64url(ponto_de(chave_de(privada).public_key()))


def chave_de(privada: str) -> ec.EllipticCurvePrivateKey:
    """Raises ValueError, which does not say the key."""
    try:
        bruta = de_base64url(privada)
    except ValueError:
        bruta = b""
    numero = int.from_bytes(bruta)
    if len(bruta) != _PRIVADA_BYTES or not 1 <= numero < _ORDEM:
        raise ValueError("a private key of VAPID is 32 bytes in base64url")
    return ec.derive_private_key(numero, ec.SECP256R1())


def ponto_de(chave: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as an uncompressed point: 65 bytes (SEC 1 §2.3.3)."""
    return chave.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def em_base64url(bruto: bytes) -> str:
    """Without padding (RFC 7515 §2)."""
    return urlsafe_b64encode(bruto).rstrip(b"=").decode()


def de_base64url(texto: str) -> bytes:
    """With or without padding, and in either alphabet: browsers' libraries differ. Raises ValueError."""
    sem = texto.rstrip("=").replace("+", "-").replace("/", "_")
    if not sem.isascii() or not all(c.isalnum() or c in "-_" for c in sem):
        raise ValueError("it is not base64url")
    try:
        return urlsafe_b64decode(sem + "=" * (-len(sem) % 4))
    except binascii.Error as erro:
        raise ValueError("it is not base64url") from erro
