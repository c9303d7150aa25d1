"""The key that signs tokens: from ``JWT_SECRET``, or in development made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Final

from balcao.erros import ErroDeUso

TAMANHO_MINIMO: Final = 32
"""Bytes; RFC 7518 §3.2 asks an HS256 key for at least the 256 bits of its hash."""

_GERAR: Final = "gere um com: openssl rand -base64 48"


def segredo_jwt(informado: str | None, dados: Path, *, producao: bool) -> str:
    """The secret to use.

    Args:
        informado: the value of ``JWT_SECRET``, if set.
        dados: the data folder, made here if needed (development only).
        producao: refuse a missing or short secret.

    Raises:
        ErroDeUso: the secret is missing or short in production, or the data folder cannot be written.
    """
    if producao:
        return _exigido(informado)
    return informado or _guardado(dados)


def _exigido(informado: str | None) -> str:
    if informado is None:
        raise ErroDeUso("JWT_SECRET: obrigatória em production", _GERAR)
    tamanho = len(informado.encode())
    if tamanho < TAMANHO_MINIMO:
        raise ErroDeUso(f"JWT_SECRET: tem {tamanho} bytes e production exige {TAMANHO_MINIMO}", _GERAR)
    return informado


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
