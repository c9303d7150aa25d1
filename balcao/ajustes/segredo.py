"""The key that signs tokens: from ``JWT_SECRET``, or in development made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from balcao.ajustes import na_pasta
from balcao.ajustes.de_fora import so_desta_maquina
from balcao.erros import ErroDeUso

TAMANHO_MINIMO: Final = 32
"""Bytes; RFC 7518 §3.2 asks an HS256 key for at least the 256 bits of its hash."""

_GERAR: Final = "gere um com: openssl rand -base64 48"
ARQUIVO: Final = "jwt_secret"
"""In the data folder."""


_DE_CHAVES: Final = ("-----BEGIN", "LS0tLS1CRUdJTi", "ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", '"kty"')
"""What only the text of a key of another kind has in it: PEM (RFC 7468), also in Base64, SSH and JWK (RFC 7517)."""


def segredo_jwt(informado: str | None, dados: Path, host: str, *, producao: bool, criar: bool = True) -> str:
    """The secret to use.

    Args:
        informado: the value of ``JWT_SECRET``, if set.
        dados: the data folder, made here if needed (development only).
        host: where the server listens. Where others than this machine reach it, a short secret is refused, as in
            production: all it takes to be anybody is to guess it, on a computer of one's own.
        producao: refuse a missing secret too.
        criar: False: nothing is made; the secret is empty where there is none yet.

    Raises:
        ErroDeUso: the secret is missing, short or none at all, or the data folder cannot be written.
    """
    if informado is None:
        if producao:
            raise ErroDeUso("JWT_SECRET: obrigatória em production", _GERAR)
        return _guardado(dados, criar=criar)
    if any(marca in informado for marca in _DE_CHAVES):
        raise ErroDeUso(
            "JWT_SECRET: é o texto de uma chave pública, privada ou de um certificado, e não um segredo de HS256: quem "
            "tem a chave pública assinaria tokens",
            _GERAR,
        )
    if curto(informado) and (producao or not so_desta_maquina(host)):
        onde = "production" if producao else f"HOST={host}, que se alcança de fora,"
        raise ErroDeUso(f"JWT_SECRET: tem {_bytes(informado)} bytes e {onde} exige {TAMANHO_MINIMO}", _GERAR)
    return informado


def de_onde(dados: Path, ambiente: Mapping[str, str], arquivo: Mapping[str, str], *, criar: bool) -> str:
    """Which secret it is that is about to be used, in words: the variable of the environment, or of the file ``.env``,
    or what is kept in the data folder.
    """
    if "JWT_SECRET" in ambiente:
        if ambiente["JWT_SECRET"]:
            return "JWT_SECRET, do ambiente"
    elif arquivo.get("JWT_SECRET"):
        return "JWT_SECRET, do .env"
    guardado = dados.absolute() / ARQUIVO
    if os.path.lexists(guardado):
        return str(guardado)
    return f"{guardado}, criado agora" if criar else f"nenhuma ainda: {guardado} nasce com balcao run"


def curto(segredo: str) -> bool:
    """Whether it can be guessed by trying."""
    return _bytes(segredo) < TAMANHO_MINIMO


def avisos_do_segredo(informado: str | None) -> Iterator[str]:
    """What to say of a secret that is used all the same."""
    if informado is not None and curto(informado):
        yield (
            f"JWT_SECRET: tem {_bytes(informado)} bytes; com menos de {TAMANHO_MINIMO} pode ser adivinhada, e só é "
            f"aceita porque HOST é desta máquina; {_GERAR}"
        )


def _bytes(segredo: str) -> int:
    return len(segredo.strip().encode())


def _guardado(dados: Path, *, criar: bool) -> str:
    guardado = na_pasta.guardado(dados, ARQUIVO, lambda: secrets.token_urlsafe(48), criar=criar)
    if (guardado or criar) and len(guardado) < TAMANHO_MINIMO:
        raise ErroDeUso(
            f"{dados / ARQUIVO} está truncado", "apague o arquivo: outro será gerado, e os tokens antigos caem"
        )
    return guardado
