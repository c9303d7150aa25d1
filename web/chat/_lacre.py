"""What a visitor is given and shows again: sealed, so that it says nothing, and nobody else can make one.

Sealed by AES-SIV (RFC 5297), which needs no nonce and cannot be misused by sealing much: the same content is the same
text. What it is for, and whose, is bound to it as associated data: a session of another site, or a cursor of another
visitor, does not open.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256, sha512
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

_DOMINIO: Final = b"balcao/conversas de visitantes/1"
"""What the key is for: what is signed with the same secret elsewhere is never valid here, nor the reverse."""
_MAXIMO: Final = 512
"""Characters of what is opened at all."""


class Lacre:
    """``segredo`` is the installation's ``JWT_SECRET``."""

    __slots__ = ("_chave", "_cifra")

    def __init__(self, segredo: str) -> None:
        self._cifra = AESSIV(hmac.digest(segredo.encode(), _DOMINIO + b"/lacre", sha512))
        self._chave = hmac.digest(segredo.encode(), _DOMINIO + b"/nomes", sha256)

    def fechar(self, dados: bytes, *contexto: str) -> str:
        """``dados``, which are not empty, sealed for what ``contexto`` says."""
        return em_texto(self._cifra.encrypt(dados, _associados(contexto)))

    def abrir(self, texto: str, *contexto: str) -> bytes | None:
        """What was sealed so; None if this was not, or not for that."""
        dados = de_texto(texto) if len(texto) <= _MAXIMO else None
        try:
            return None if dados is None else self._cifra.decrypt(dados, _associados(contexto))
        except (InvalidTag, ValueError):
            return None

    def nome(self, *de_que: str) -> str:
        """A name that stands for something, and is always the same."""
        marca = hmac.digest(self._chave, "\n".join(de_que).encode(), sha256)
        return urlsafe_b64encode(marca[:15]).decode()


def em_texto(dados: bytes) -> str:
    """In Base64 as addresses have it, without padding (RFC 4648 §5)."""
    return urlsafe_b64encode(dados).decode().rstrip("=")


def de_texto(texto: str) -> bytes | None:
    """What :func:`em_texto` wrote; None if it did not: Python reads one thing written in many ways, and we none but
    ours.
    """
    try:
        dados = urlsafe_b64decode(texto + "=" * (-len(texto) % 4))
    except ValueError:
        return None
    return dados if em_texto(dados) == texto else None


def _associados(contexto: tuple[str, ...]) -> list[bytes]:
    return [parte.encode() for parte in contexto]
