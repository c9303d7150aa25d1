"""Files that connectors leave before the message that has them: each is known by a ``ficha``, signed here.

A ficha says all of a file, so nothing need be kept between the two; nobody else can make one, and one of an empresa is
good in that empresa alone.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Final

import msgspec
from msgspec import Struct

from engine.errors import Detalhe, Invalid
from engine.modelo import Arquivo, TipoMensagem
from engine.ports import Clock

VALIDADE_MS: Final = 3_000_000
"""Fifty minutes: the sweep takes a file that nobody has taken after an hour."""
_DOMINIO: Final = b"balcao/fichas de arquivos/1"
_MAXIMO: Final = 4_096


class _Ficha(Struct, frozen=True):
    empresa_id: str
    vale_ate: int
    arquivo: Arquivo
    tipo: TipoMensagem


_ler: Final = msgspec.json.Decoder(_Ficha).decode
_codificar: Final = msgspec.json.Encoder().encode


class Fichas:
    __slots__ = ("_chave", "_relogio")

    def __init__(self, segredo: str, relogio: Clock) -> None:
        self._chave = hmac.digest(segredo.encode(), _DOMINIO, sha256)
        self._relogio = relogio

    def fazer(self, empresa_id: str, arquivo: Arquivo, tipo: TipoMensagem) -> str:
        """``tipo``: that of a message with it."""
        dados = _codificar(_Ficha(empresa_id, self._relogio.now() + VALIDADE_MS, arquivo, tipo))
        return urlsafe_b64encode(self._marca(dados) + dados).decode()

    def ler(self, empresa_id: str, ficha: str) -> tuple[Arquivo, TipoMensagem]:
        """The file, and the type of a message with it. Raises Invalid if it was not made here, for this empresa, within
        its time.
        """
        try:
            bytes_ = urlsafe_b64decode(ficha) if len(ficha) <= _MAXIMO else b""
        except ValueError:
            bytes_ = b""
        marca, dados = bytes_[:32], bytes_[32:]
        if not dados or urlsafe_b64encode(bytes_).decode() != ficha:  # written in one way only
            raise _invalida("não é uma ficha deste servidor")
        if not hmac.compare_digest(marca, self._marca(dados)):
            raise _invalida("não é uma ficha deste servidor")
        lida = _ler(dados)
        if lida.empresa_id != empresa_id:
            raise _invalida("não é uma ficha desta empresa")
        if self._relogio.now() >= lida.vale_ate:
            raise _invalida("expirou: guarde o arquivo de novo")
        return lida.arquivo, lida.tipo

    def _marca(self, dados: bytes) -> bytes:
        return hmac.digest(self._chave, dados, sha256)


def _invalida(problema: str) -> Invalid:
    return Invalid("ficha_invalida", f"arquivo: {problema}", (Detalhe("arquivo", problema),))
