"""The vault: what is secret is closed before it is written, and opened when it is read.

AES-256-GCM (NIST SP 800-38D) with a fresh nonce of 96 bits each time; random ones are good for 2³² uses of a key
(§8.3). What is closed belongs to somebody (an empresa and a canal): moved to another's row, it does not open. What is
stored says by which version and which key, as ``v1:<key id>:<Base64 of nonce, text and tag>``, so keys change while
the server runs: the first one closes, every one opens.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.erros import SegredoNaoAbre

VERSAO: Final = "v1"
BYTES_DA_CHAVE: Final = 32
_NONCE: Final = 12
_TAG: Final = 16


def id_da_chave(chave: bytes) -> str:
    """What a key is called where it must not be shown: the first 8 hexadecimal digits of its SHA-256."""
    return hashlib.sha256(chave).hexdigest()[:8]


class _Fechado(NamedTuple):
    """What is stored, in its parts. ``marca`` is all that comes before the Base64."""

    marca: str
    chave: str
    octetos: bytes


class Cofre:
    """The keys, and what they do.

    Args:
        chaves: of 32 bytes each; the first closes, all of them open. Without any it opens nothing, for who only looks,
            and must not be asked to close.

    Raises:
        ValueError: one has another size.
    """

    __slots__ = ("_aes", "ids")

    def __init__(self, chaves: Sequence[bytes]) -> None:
        if any(len(chave) != BYTES_DA_CHAVE for chave in chaves):
            raise ValueError(f"the keys of a vault have {BYTES_DA_CHAVE} bytes each")
        self._aes = {id_da_chave(chave): AESGCM(chave) for chave in chaves}
        self.ids = tuple(self._aes)
        """Of the keys, in their order."""

    def __repr__(self) -> str:
        """Without the keys."""
        return f"Cofre({', '.join(self.ids)})"

    @property
    def chave(self) -> str:
        """The id of the key that closes."""
        return self.ids[0]

    def fechar(self, texto: str, *de_quem: str) -> str:
        """What may be stored of a text. ``de_quem``: ids that say whose it is; opening takes the same."""
        nonce, marca = os.urandom(_NONCE), f"{VERSAO}:{self.chave}:"
        fechado = self._aes[self.chave].encrypt(nonce, texto.encode(), _associado(marca, de_quem))
        return marca + base64.b64encode(nonce + fechado).decode()

    def abrir(self, guardado: str, *de_quem: str) -> str:
        """The text of what is stored.

        Raises:
            SegredoNaoAbre: its key is not here, it was changed, it is another's, or a later version wrote it.
        """
        fechado = _ler(guardado)
        aes = self._aes.get(fechado.chave)
        if aes is None:
            raise SegredoNaoAbre(f"its key {fechado.chave} is not here", fechado.chave)
        nonce, resto = fechado.octetos[:_NONCE], fechado.octetos[_NONCE:]
        try:
            return aes.decrypt(nonce, resto, _associado(fechado.marca, de_quem)).decode()
        except InvalidTag:
            raise SegredoNaoAbre("it was changed, or is another's") from None


def _ler(guardado: str) -> _Fechado:
    versao, _, resto = guardado.partition(":")
    if versao != VERSAO:
        raise SegredoNaoAbre("it is of another version")
    chave, _, corpo = resto.partition(":")
    try:
        octetos = base64.b64decode(corpo, validate=True)
    except (binascii.Error, ValueError):
        raise SegredoNaoAbre("it is no Base64") from None
    if len(octetos) < _NONCE + _TAG or base64.b64encode(octetos).decode() != corpo:  # written in one way only
        raise SegredoNaoAbre("it is cut short, or padded")
    return _Fechado(f"{versao}:{chave}:", chave, octetos)


def _associado(marca: str, de_quem: Sequence[str]) -> bytes:
    """What is not secret and yet may not change. Ids have no NUL in them, and mean the same in capitals."""
    return "\0".join((marca, *(id_.lower() for id_ in de_quem))).encode()
