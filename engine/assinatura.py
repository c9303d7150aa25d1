"""Addresses of files, each a bearer address: whoever has one may read the file for a few hours, with no token of its
own. Who also shows a token must be allowed to see the ticket.

An ``<img>`` cannot send a header, so the right to read travels in the address,
``…/atendimento/arquivos/{id}?expira=…&assinatura=…``. The signature names the empresa, which is needed to look for the
file at all, and proves (HMAC-SHA256, RFC 2104) that we made this address for this file and this moment.
"""

from __future__ import annotations

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final
from uuid import UUID

from engine.errors import Forbidden
from engine.ports import Clock

PADRAO_DE_EXPIRA: Final = "^[1-9][0-9]{0,11}$"
PADRAO_DE_ASSINATURA: Final = "^[A-Za-z0-9_-]{64}$"
"""Regular expressions of the two parameters, as JSON Schema reads them."""

_PERIODO_MS: Final = 4 * 3_600_000
_DOMINIO: Final = b"balcao/enderecos de arquivos/1"
"""What the key is for. What is signed with the same secret elsewhere (tokens) is never valid here, nor the reverse."""
_UUID_BYTES: Final = 16

_expira = re.compile(PADRAO_DE_EXPIRA.rstrip("$") + r"\Z").match
_assinatura = re.compile(PADRAO_DE_ASSINATURA.rstrip("$") + r"\Z").match


class Assinador:
    """Makes addresses of files, and checks them."""

    __slots__ = ("_base", "_chave", "_relogio")

    def __init__(self, segredo: str, base: str, relogio: Clock) -> None:
        """``base``: the server's public address, without a path of ours (``https://api.example.com``)."""
        self._chave = hmac.digest(segredo.encode(), _DOMINIO, sha256)
        self._base = f"{base.rstrip('/')}/atendimento/arquivos"
        self._relogio = relogio

    def endereco(self, empresa_id: str, arquivo_id: str) -> str:
        """The address of a file. It is good for four to eight hours: it changes every four, so that what shows it stays
        the same for as long.
        """
        expira = (self._relogio.now() // _PERIODO_MS + 2) * _PERIODO_MS // 1000
        empresa = UUID(empresa_id).bytes
        assinatura = urlsafe_b64encode(empresa + self._marca(empresa, arquivo_id, expira)).decode()
        return f"{self._base}/{arquivo_id}?expira={expira}&assinatura={assinatura}"

    def empresa(self, arquivo_id: str, expira: str, assinatura: str) -> str:
        """The id of the empresa whose file this is.

        Raises:
            Forbidden: the address was not made here, was changed, or has expired.
        """
        if _expira(expira) is None or _assinatura(assinatura) is None:
            raise _alterado()
        lida = urlsafe_b64decode(assinatura)
        empresa, marca = lida[:_UUID_BYTES], lida[_UUID_BYTES:]
        if not hmac.compare_digest(marca, self._marca(empresa, arquivo_id, int(expira))):
            raise _alterado()
        if self._relogio.now() >= int(expira) * 1000:
            raise Forbidden("endereco_expirado", "Este endereço expirou; busque a mensagem de novo para obter outro")
        return str(UUID(bytes=empresa))

    def _marca(self, empresa: bytes, arquivo_id: str, expira: int) -> bytes:
        return hmac.digest(self._chave, empresa + UUID(arquivo_id).bytes + expira.to_bytes(8), sha256)


def _alterado() -> Forbidden:
    return Forbidden("assinatura_invalida", "A assinatura deste endereço não confere; use arquivoUrl como foi recebida")
