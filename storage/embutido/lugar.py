"""The folder of the database: ``pg`` in the data folder, or a link there to where it is.

The account that runs a root's PostgreSQL cannot come to a folder below a closed one. Nothing is opened for it: a new
database goes to ``/var/lib/balcao``, and ``pg`` becomes a link. A database that is elsewhere holds, in the file
``balcao_dono``, which data folder it belongs to: the link of a copied folder leads to a database that is not its own.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from storage import pastas
from storage.embutido.conta import DO_SISTEMA, Conta, confiaveis
from storage.erros import EmbutidoFalhou

log = logging.getLogger(__name__)

BASE: Final = Path("/var/lib/balcao")
_DONO: Final = "balcao_dono"


def lugar_de(pasta: Path) -> Path:
    """Where the database of a data folder is, or would be: what ``pg`` there leads to."""
    return (pasta / "pg").resolve()


def achar(pasta: Path) -> os.stat_result | None:
    """The state of the folder of the database, if there is one with something in it.

    Raises:
        Insegura: another user may have put it there.
        EmbutidoFalhou: it belongs to another data folder.
    """
    _conferir_elo(pasta / "pg")
    try:
        with pastas.aberta(pasta / "pg", donos=confiaveis()) as dados:
            if pastas.vazia(dados):
                return None
            _conferir_dono(pasta, dados)
            return os.fstat(dados)
    except FileNotFoundError:
        return None


def escolher(pasta: Path, conta: Conta) -> Path:
    """Where a new database is to be: a folder that is not there yet, or is empty.

    Raises:
        EmbutidoFalhou: there was one elsewhere, which is gone.
        OSError: there is no place for it.
    """
    if (pasta / "pg").is_symlink():
        lugar = lugar_de(pasta)
        if not lugar.parent.exists():
            raise EmbutidoFalhou(
                "embutido_sumiu",
                f"O banco desta pasta estava em {lugar} e não está mais lá; traga-o de volta, ou, para começar com um "
                f"vazio, apague o link {pasta / 'pg'}",
            )
        return lugar
    if conta.alcanca(pasta):
        return pasta / "pg"
    pastas.garantir(BASE, 0o755)
    lugar = BASE / secrets.token_hex(6)
    pastas.garantir(lugar, pastas.modo_da_pasta())
    if (pasta / "pg").exists():
        (pasta / "pg").rmdir()
    (pasta / "pg").symlink_to(lugar / "pg")
    log.warning("the database will be in %s: the account %s cannot come to %s", lugar, conta.nome, pasta)
    return lugar / "pg"


def exigir(pasta: Path, dados: os.stat_result, conta: Conta) -> Path:
    """The folder of a database that is there, seen that its account may use it.

    Raises:
        EmbutidoFalhou: it may not; the message says what to do.
    """
    lugar = lugar_de(pasta)
    if conta.outra and conta.uid == 0:
        raise EmbutidoFalhou(
            "embutido_de_root",
            f"Os dados em {lugar} são de root, e o PostgreSQL não roda como root; "
            f"dê-os à conta que o roda: chown -R {DO_SISTEMA}: {lugar}",
        )
    if not conta.outra and dados.st_uid != conta.uid:
        dono = pastas.nome_do_usuario(dados.st_uid)
        raise EmbutidoFalhou(
            "embutido_de_outro",
            f"Os dados em {lugar} são de outro usuário ({dono}); rode o Balcão como ele, ou configure DATABASE_URL",
        )
    if not conta.alcanca(lugar.parent):
        destino = BASE / (pasta.name.lstrip(".") or "dados")
        raise EmbutidoFalhou(
            "embutido_sem_passagem",
            f"A conta {conta.nome}, dona dos dados em {lugar}, não passa pelas pastas acima deles; mova-os para onde "
            f"ela passe e ponha um link no lugar: install -d -m 711 {destino} && mv {lugar} {destino}/pg && "
            f"ln -s {destino}/pg {lugar}",
        )
    return lugar


def marcar(pasta: Path, conta: Conta) -> None:
    """Write into a database that is elsewhere which data folder it belongs to."""
    if (pasta / "pg").is_symlink():
        with pastas.aberta(pasta / "pg", de=conta.uid) as dados:
            if _dono(dados) is None:
                pastas.escrever(dados, _DONO, _identidade(pasta).encode(), dono=conta.dono)


def _conferir_elo(elo: Path) -> None:
    """A link counts if we put it there, or root did: whose the data folder is could lead root's server anywhere."""
    if elo.is_symlink() and elo.lstat().st_uid not in {0, os.geteuid()}:
        raise pastas.Insegura(f"é um link de outro usuário ({pastas.nome_do_usuario(elo.lstat().st_uid)})", elo)


def _conferir_dono(pasta: Path, dados: int) -> None:
    if not (pasta / "pg").is_symlink():
        return
    dono = _dono(dados)
    if dono is None or dono.split(" ", 1)[0] == _identidade(pasta).split(" ", 1)[0]:
        return
    lugar = lugar_de(pasta)
    outra = dono.partition(" ")[2]
    raise EmbutidoFalhou(
        "embutido_de_outra_pasta",
        f"{pasta} parece uma cópia: o banco para o qual o seu pg aponta, {lugar}, é da pasta {outra}; pare aquele "
        f"Balcão, copie também o banco e aponte pg para a cópia (ou, se esta pasta substitui aquela, apague "
        f"{lugar / _DONO})",
    )


def _dono(dados: int) -> str | None:
    try:
        return pastas.ler(dados, _DONO).decode(errors="replace").strip()
    except FileNotFoundError:
        return None


def _identidade(pasta: Path) -> str:
    """The folder itself, wherever it is moved to on its disk; and its name, for people."""
    estado = pasta.stat()
    return f"{estado.st_dev}:{estado.st_ino} {pasta}\n"
