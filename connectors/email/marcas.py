"""Signs by which our own mails are known again: their Message-ID, and a tag in the address that they are answered to.

Both hold the same token: the job's id with an HMAC of it (RFC 2104), in base32, for programs on the way change upper
and lower case of addresses. ``<balcao.TOKEN@example.com>`` and ``suporte+t.TOKEN@example.com``. An answer that has lost
``In-Reply-To`` still says what it answers; nobody can make up the token of a conversation he is not part of; and the
same job sent twice has the same Message-ID.

And each of our mails says in ``X-Balcao`` of which empresa it is, in a form that tells nothing else: one canal knows by
that what another one of the same empresa sent, whose key it has not. What another empresa's Balcão sends is not known
by it: to us these are people like all others.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32decode, b32encode
from collections.abc import Iterable
from hashlib import sha256
from typing import Final
from uuid import UUID

from msgspec import Struct

_MARCA_BYTES: Final = 9
"""72 bits: with the id, 40 characters without padding."""
_ID_BYTES: Final = 16
_LOCAL: Final = 64
"""Octets before the ``@`` (RFC 5321, section 4.5.3.1.1)."""
_DA_EMPRESA: Final = b"balcao/e-mails da empresa/1/"
_DIGITOS: Final = 32
_SINAL: Final = r"([uh][a-z2-7]{40})"
_nosso_id: Final = re.compile(rf"<balcao\.{_SINAL}@[^<>\s@]{{1,255}}>", re.IGNORECASE)
_etiqueta: Final = re.compile(rf"\+t\.{_SINAL}@", re.IGNORECASE)


class Nosso(Struct, frozen=True):
    """A mail of ours: its Message-ID, and its job, where the token holds its whole id."""

    id: str
    trabalho_id: str | None


class Marcas:
    """Makes the signs of one canal, and knows them again."""

    __slots__ = ("_chave", "_com_etiqueta", "_dominio", "_local", "da_empresa")

    def __init__(self, chave: bytes, endereco: str, *, empresa_id: str, com_etiqueta: bool = True) -> None:
        """``endereco``: the canal's own address, canonical. ``com_etiqueta``: whether its server takes mails to
        ``suporte+anything@``. ``da_empresa`` is what ``X-Balcao`` holds.
        """
        self.da_empresa = sha256(_DA_EMPRESA + empresa_id.encode()).hexdigest()[:_DIGITOS]
        self._chave = chave
        self._com_etiqueta = com_etiqueta
        self._local, _, self._dominio = endereco.rpartition("@")

    def message_id(self, trabalho_id: str) -> str:
        """The Message-ID of the mail that a job sends, always the same."""
        return f"<balcao.{self._token(trabalho_id)}@{self._dominio}>"

    def responder_para(self, trabalho_id: str) -> str:
        """The address to be answered to: with the tag, if there is room for it."""
        local = f"{self._local}+t.{self._token(trabalho_id)}"
        cabe = self._com_etiqueta and len(local.encode()) <= _LOCAL
        return f"{local if cabe else self._local}@{self._dominio}"

    def do_id(self, message_id: str) -> Nosso | None:
        """What a Message-ID is of, if it is truly one of ours."""
        achado = _nosso_id.fullmatch(message_id)
        return self._lido(achado[1]) if achado else None

    def da_etiqueta(self, enderecos: Iterable[str]) -> Nosso | None:
        """What is answered, by the first address with a true tag."""
        for endereco in enderecos:
            achado = _etiqueta.search(endereco)
            nosso = self._lido(achado[1]) if achado else None
            if nosso is not None:
                return nosso
        return None

    def no_texto(self, texto: str) -> Nosso | None:
        """The first of our signs that stands somewhere in a text (of a bounce, say)."""
        for padrao in (_nosso_id, _etiqueta):
            for achado in padrao.finditer(texto):
                nosso = self._lido(achado[1])
                if nosso is not None:
                    return nosso
        return None

    def _token(self, trabalho_id: str) -> str:
        try:
            especie, id_ = "u", UUID(trabalho_id).bytes
        except ValueError:
            especie, id_ = "h", sha256(trabalho_id.encode()).digest()[:_ID_BYTES]
        return especie + b32encode(id_ + self._marca(especie, id_)).decode().lower()

    def _lido(self, token: str) -> Nosso | None:
        token = token.lower()
        dados = b32decode(token[1:].upper())
        id_, marca = dados[:_ID_BYTES], dados[_ID_BYTES:]
        if not hmac.compare_digest(marca, self._marca(token[0], id_)):
            return None
        return Nosso(f"<balcao.{token}@{self._dominio}>", str(UUID(bytes=id_)) if token[0] == "u" else None)

    def _marca(self, especie: str, id_: bytes) -> bytes:
        return hmac.digest(self._chave, especie.encode() + id_, sha256)[:_MARCA_BYTES]


def sem_etiqueta(endereco: str) -> str:
    """An address without what follows a plus (RFC 5233)."""
    local, _, dominio = endereco.rpartition("@")
    return f"{local.partition('+')[0] or local}@{dominio}"
