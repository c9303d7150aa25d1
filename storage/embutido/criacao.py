"""A new database in a folder: initdb, and the settings it is made with."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from storage import pastas
from storage.embutido.conta import Conta, confiaveis
from storage.embutido.programas import VERSAO, Programas, motivo
from storage.erros import EmbutidoFalhou

USUARIO: Final = "postgres"
_RASCUNHO: Final = "pg.novo"

_AJUSTES: Final = {
    "max_connections": "60",
    "shared_buffers": "256MB",
    "listen_addresses": "",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Fewer, longer checkpoints: each one makes every page be logged whole once more.
    "checkpoint_timeout": "15min",
    "max_wal_size": "2GB",
    "wal_compression": "pglz",
    "jit": "off",  # its compilation costs more than our short queries
    "random_page_cost": "1.1",
    # The log has no statements in it: they hold what customers wrote.
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
    "log_autovacuum_min_duration": "-1",
}


def criar(pasta: Path, dados: Path, conta: Conta) -> None:
    """initdb, whole or not at all: it works beside the place, and what it left when it was killed is removed.

    Args:
        pasta: the data folder.
        dados: where the database is to be; not there yet, or empty.
        conta: who owns and runs it.

    Raises:
        EmbutidoFalhou, OSError: it cannot be made there.
    """
    novo = dados.with_name(_RASCUNHO)
    for resto in {novo, pasta / _RASCUNHO}:
        shutil.rmtree(resto, ignore_errors=True)
    _fazer(novo, conta)
    ajustes = [parte for nome, valor in _AJUSTES.items() for parte in ("--set", f"{nome}={valor}")]
    feito = Programas(conta).rodar(
        "initdb", "-D", str(novo), "-U", USUARIO, "--auth-local=peer", "--auth-host=reject", "--encoding=UTF8",
        "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *ajustes,
    )  # fmt: skip
    if feito.returncode != 0:
        raise EmbutidoFalhou(
            "embutido_initdb",
            f"Não foi possível criar o banco embutido em {novo}: {motivo(feito.stderr)}; "
            "use uma pasta vazia em outro disco, ou configure DATABASE_URL",
        )
    novo.rename(dados)  # over an empty folder


def _fazer(novo: Path, conta: Conta) -> None:
    """A folder of the account's: the one just made, and not what a link of its name leads to."""
    with pastas.aberta(novo.parent) as acima:
        os.mkdir(novo.name, 0o700, dir_fd=acima)
        aberta = pastas.subpasta(acima, novo.name)
        try:
            os.fchown(aberta, *conta.dono)
        finally:
            os.close(aberta)


def conferir_versao(dados: Path) -> None:
    """Raises EmbutidoFalhou if the data are those of another PostgreSQL."""
    with pastas.aberta(dados) as aberta:
        versao = pastas.ler(aberta, "PG_VERSION", donos=confiaveis()).decode(errors="replace").strip()
    if versao != VERSAO:
        raise EmbutidoFalhou(
            "embutido_versao",
            f"Os dados em {dados} são do PostgreSQL {versao} e este Balcão traz o {VERSAO}; "
            "migre-os com pg_upgrade ou configure DATABASE_URL",
        )
