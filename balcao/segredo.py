"""The key that signs tokens: from ``JWT_SECRET``, or in development made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from balcao.erros import ErroDeUso
from balcao.exposicao import so_desta_maquina

TAMANHO_MINIMO: Final = 32
"""Bytes; RFC 7518 §3.2 asks an HS256 key for at least the 256 bits of its hash."""

_GERAR: Final = "gere um com: openssl rand -base64 48"


_DE_CHAVES: Final = ("-----BEGIN", "LS0tLS1CRUdJTi", "ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-", '"kty"')
"""What only the text of a key of another kind has in it: PEM (RFC 7468), also in Base64, SSH and JWK (RFC 7517)."""


def segredo_jwt(informado: str | None, dados: Path, host: str, *, producao: bool) -> str:
    """The secret to use.

    Args:
        informado: the value of ``JWT_SECRET``, if set.
        dados: the data folder, made here if needed (development only).
        host: where the server listens. Where others than this machine reach it, a short secret is refused, as in
            production: all it takes to be anybody is to guess it, on a computer of one's own.
        producao: refuse a missing secret too.

    Raises:
        ErroDeUso: the secret is missing, short or none at all, or the data folder cannot be written.
    """
    if informado is None:
        if producao:
            raise ErroDeUso("JWT_SECRET: obrigatória em production", _GERAR)
        return _guardado(dados)
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


def _guardado(dados: Path) -> str:
    arquivo = dados / "jwt_secret"
    try:
        dados.mkdir(parents=True, exist_ok=True)
        guardado = _ler(arquivo) or _criar(arquivo)
    except OSError as erro:
        raise ErroDeUso(
            f"BALCAO_DADOS: não foi possível usar {arquivo}: {erro.strerror}",
            "aponte BALCAO_DADOS para uma pasta em que se possa escrever",
        ) from None
    if len(guardado) < TAMANHO_MINIMO:
        raise ErroDeUso(f"{arquivo} está truncado", "apague o arquivo: outro será gerado, e os tokens antigos caem")
    return guardado


def _ler(arquivo: Path) -> str | None:
    try:
        return arquivo.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def _criar(arquivo: Path) -> str:
    """Write a fresh secret. Linked into place whole, so of two commands that start together both use the winner's."""
    rascunho = arquivo.with_name(f"jwt_secret.{os.getpid()}")
    descritor = os.open(rascunho, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descritor, "w", encoding="utf-8") as saida:
        saida.write(secrets.token_urlsafe(48) + "\n")
    try:
        os.link(rascunho, arquivo)
    except FileExistsError:
        pass  # another command was first
    finally:
        rascunho.unlink()
    return arquivo.read_text(encoding="utf-8").strip()
