"""A message that only one browser can read: RFC 8291 (keys) over RFC 8188 (``aes128gcm``), in one record.

The browser gave a public key (``p256dh``) and a secret (``auth``). With a key pair that is made for this message and
a salt that is used once, both sides come to the same key (§3.4 of RFC 8291); the message carries our public half.
"""

from __future__ import annotations

import os
from hashlib import sha256
from hmac import digest
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct

from engine.conector.vapid import de_base64url, ponto_de

CORPO_MAXIMO: Final = 4_096
"""Bytes that every push service takes (RFC 8030 §7.2)."""
_REGISTRO: Final = 4_096
_SAL: Final = 16
_PONTO: Final = 65
_AUTH: Final = 16
_CABECALHO: Final = _SAL + 4 + 1 + _PONTO
_MARCA_DO_AEAD: Final = 16
CLARO_MAXIMO: Final = CORPO_MAXIMO - _CABECALHO - _MARCA_DO_AEAD - 1
"""Bytes of a message: 3,993 (RFC 8291 §4)."""
_FIM: Final = b"\x02"
"""Ends the last record (RFC 8188 §2)."""


class InscricaoInvalida(ValueError):
    """What a browser gave is no key; nothing can be sent with it."""


class Chaves(Struct, frozen=True):
    """Of one message: the key of the content and its nonce."""

    conteudo: bytes
    nonce: bytes


def cifrar(
    claro: bytes,
    p256dh: str,
    auth: str,
    efemera: ec.EllipticCurvePrivateKey | None = None,
    sal: bytes | None = None,
) -> bytes:
    """The body of a push message. ``efemera`` and ``sal`` are made for each, and given only in tests.

    Raises:
        InscricaoInvalida: the keys are none.
        ValueError: more than 3,993 bytes.
    """
    if len(claro) > CLARO_MAXIMO:
        raise ValueError(f"a push message has at most {CLARO_MAXIMO} bytes")
    dela, segredo = _do_navegador(p256dh, auth)
    nossa = efemera or ec.generate_private_key(ec.SECP256R1())
    sal = sal or os.urandom(_SAL)
    nosso_ponto = ponto_de(nossa.public_key())
    chaves = chaves_de(nossa.exchange(ec.ECDH(), dela), segredo, ponto_de(dela), nosso_ponto, sal)
    cabecalho = sal + _REGISTRO.to_bytes(4) + bytes((_PONTO,)) + nosso_ponto
    return cabecalho + AESGCM(chaves.conteudo).encrypt(chaves.nonce, claro + _FIM, None)


def chaves_de(comum: bytes, segredo: bytes, ponto_dela: bytes, nosso_ponto: bytes, sal: bytes) -> Chaves:
    """RFC 8291 §3.4. ``comum`` is what ECDH gave; each HKDF (RFC 5869) needs one block."""
    ikm = _hkdf(segredo, comum, b"WebPush: info\x00" + ponto_dela + nosso_ponto, 32)
    return Chaves(
        conteudo=_hkdf(sal, ikm, b"Content-Encoding: aes128gcm\x00", 16),
        nonce=_hkdf(sal, ikm, b"Content-Encoding: nonce\x00", 12),
    )


def _hkdf(sal: bytes, ikm: bytes, info: bytes, tamanho: int) -> bytes:
    return digest(digest(sal, ikm, sha256), info + b"\x01", sha256)[:tamanho]


def _do_navegador(p256dh: str, auth: str) -> tuple[ec.EllipticCurvePublicKey, bytes]:
    """Raises InscricaoInvalida: also for a point that is not on the curve."""
    try:
        ponto, segredo = de_base64url(p256dh), de_base64url(auth)
        if len(ponto) != _PONTO or len(segredo) != _AUTH:
            raise ValueError("of another length")
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), ponto), segredo
    except ValueError as erro:
        raise InscricaoInvalida("the keys of this subscription are none") from erro
