"""The folder of the socket: that of the data, which only its owner enters; or as private a one elsewhere."""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from storage import pastas
from storage.embutido import processo
from storage.embutido.conta import Conta
from storage.embutido.lugar import BASE

log = logging.getLogger(__name__)

_MAXIMO: Final = 100
"""A Unix socket's path has 108 bytes on Linux and 104 on macOS (``sun_path``), with its terminator."""
_MARCA: Final = "soquete"
_PREFIXO: Final = "balcao-"
_TENTATIVAS: Final = 8


def escolher(pasta: int, dados: Path, conta: Conta) -> Path:
    """The folder for the socket of the server of ``dados``.

    One elsewhere, for a path that is too long, has a name that cannot be guessed: it is made of a secret of the data
    folder (``pasta``, a descriptor), and of the folder itself, so that it stays over restarts and a copy has another.

    Raises:
        OSError: there is no place for it.
    """
    if len(os.fsencode(dados / processo.SOQUETE)) <= _MAXIMO:
        return dados
    temporaria = Path(tempfile.gettempdir()).resolve()
    raiz = temporaria if conta.alcanca(temporaria) else BASE
    for _ in range(_TENTATIVAS):
        estado = dados.stat()
        texto = f"{_segredo(pasta)} {estado.st_dev} {estado.st_ino}"
        onde = raiz / f"{_PREFIXO}{hashlib.sha256(texto.encode()).hexdigest()[:16]}"
        try:
            _privada(onde, conta)
        except pastas.Insegura as exc:  # somebody who had seen the name took it when the folder was cleared
            log.warning("the socket's folder %s is not ours, another is used: %s", onde, exc.strerror)
            os.unlink(_MARCA, dir_fd=pasta)
        else:
            processo.esquecer(onde, conta.uid)
            return onde
    raise pastas.Insegura("outro usuário ocupa os nomes da pasta do soquete", raiz)


def desfazer(onde: str | None) -> None:
    """Remove the folder of a server that ended, if it is one that was made for it."""
    if onde is not None and Path(onde).name.startswith(_PREFIXO):
        with suppress(OSError):
            Path(onde).rmdir()


def _privada(pasta: Path, conta: Conta) -> None:
    """Make a folder that only the account enters, or see that it is one; never through a link."""
    with pastas.aberta(pasta.parent) as acima:
        with suppress(FileExistsError):
            os.mkdir(pasta.name, 0o700, dir_fd=acima)
        _conferir(os.stat(pasta.name, dir_fd=acima, follow_symlinks=False), pasta, conta)
        aberta = pastas.subpasta(acima, pasta.name)
        try:
            _conferir(os.fstat(aberta), pasta, conta)
            os.fchmod(aberta, 0o700)
            os.fchown(aberta, *conta.dono)
        finally:
            os.close(aberta)


def _conferir(estado: os.stat_result, pasta: Path, conta: Conta) -> None:
    if not stat.S_ISDIR(estado.st_mode) or estado.st_uid not in {os.geteuid(), conta.uid}:
        raise pastas.Insegura(f"não é uma pasta nossa (é de {pastas.nome_do_usuario(estado.st_uid)})", pasta)


def _segredo(pasta: int) -> str:
    try:
        return pastas.ler(pasta, _MARCA).decode()
    except FileNotFoundError:
        novo = secrets.token_hex(16)
        pastas.escrever(pasta, _MARCA, novo.encode())
        return novo
