"""The keys of what is secret, as the settings say: of CHAVE_DOS_SEGREDOS, and of a file in the data folder.

The file is made where the setting is not; where both are, its keys still open what was closed under them, so that the
setting can be brought in at any time. In production, beside a database that is not ours, no key is made: a folder that
comes and goes with its container would lose it, and with it every secret.

Where there are secrets under a key that is not here, the server does not start. The one exception is a key that the
folder made by itself for a database that others use too, outside of production: several folders (of colleagues, of
tests) share that one, each with its own empresas. There it is said in the log, and the others' empresas are refused.
"""

from __future__ import annotations

import base64
import logging
import os
import secrets
from typing import Final

from balcao.ajustes import na_pasta
from balcao.ajustes.campos import Ajustes
from balcao.ajustes.leitores import ValorInvalido, chaves
from balcao.erros import ErroDeUso
from storage.cofre import BYTES_DA_CHAVE, Cofre
from storage.erros import FaltaChave
from storage.store import PostgresStore

log = logging.getLogger(__name__)

ARQUIVO: Final = "chave_dos_segredos"
"""In the data folder."""
_ler: Final = chaves(BYTES_DA_CHAVE)


def cofre_de(ajustes: Ajustes) -> Cofre:
    """The vault to use; its key is made if there is none.

    Raises:
        ErroDeUso: there is none, and it must be given; or the file cannot be used.
    """
    _exigir(ajustes)
    return Cofre(ajustes.chaves_dos_segredos + _da_pasta(ajustes, criar=not ajustes.chaves_dos_segredos))


def cofre_que_ha(ajustes: Ajustes) -> Cofre:
    """The same, but nothing is made: where there is no key yet, it is a vault without any. Raises the same."""
    _exigir(ajustes)
    return Cofre(ajustes.chaves_dos_segredos + _da_pasta(ajustes, criar=False))


async def exigir_chaves(store: PostgresStore, ajustes: Ajustes) -> None:
    """Raises FaltaChave where there are secrets that the keys of these settings do not open."""
    try:
        await store.conferir()
    except FaltaChave as falta:
        if ajustes.chaves_dos_segredos or ajustes.dsn is None or ajustes.producao:
            raise
        log.error("%s; até lá, as empresas deles não são atendidas aqui", falta)  # noqa: TRY400 - nothing of ours failed


def de_onde(ajustes: Ajustes) -> str:
    """Where the first key is, in words."""
    return "CHAVE_DOS_SEGREDOS" if ajustes.chaves_dos_segredos else str(ajustes.dados.absolute() / ARQUIVO)


def _exigir(ajustes: Ajustes) -> None:
    if ajustes.chaves_dos_segredos or ajustes.dsn is None or not ajustes.producao:
        return
    if not os.path.lexists(ajustes.dados / ARQUIVO):
        raise ErroDeUso(
            "CHAVE_DOS_SEGREDOS: obrigatória em production, com um banco que não é o próprio",
            f"gere uma com: openssl rand -base64 {BYTES_DA_CHAVE}, e guarde-a: perdida, perdem-se os segredos",
        )


def _da_pasta(ajustes: Ajustes, *, criar: bool) -> tuple[bytes, ...]:
    texto = na_pasta.guardado(ajustes.dados, ARQUIVO, _nova, criar=criar)
    if not texto and not criar:
        return ()
    try:
        return _ler(texto)
    except ValorInvalido as erro:
        raise ErroDeUso(
            f"{ajustes.dados / ARQUIVO}: {erro.motivo}", "devolva o arquivo de antes; se nunca houve outro, apague-o"
        ) from None


def _nova() -> str:
    return base64.b64encode(secrets.token_bytes(BYTES_DA_CHAVE)).decode()
