"""What is made once and kept in a file of the data folder, for its owner alone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from balcao.erros import ErroDeUso
from storage import pastas


def guardado(dados: Path, nome: str, novo: Callable[[], str], *, criar: bool) -> str:
    """What the file holds, without the white space around it.

    Args:
        dados: the data folder, made here if needed.
        nome: of the file in it.
        novo: makes what it holds, where there is no such file yet.
        criar: False: nothing is made, nor closed to others; what is not there is empty.

    Raises:
        ErroDeUso: the folder or the file cannot be used, or others may have put it there.
    """
    try:
        with pastas.dos_dados(dados, criar=criar) as pasta:
            return _ler(pasta, nome, fechar=criar) or (_criar(pasta, nome, novo()) if criar else "")
    except OSError as erro:
        if isinstance(erro, FileNotFoundError) and not criar:
            return ""
        raise ErroDeUso(
            f"BALCAO_DADOS: não foi possível usar {erro.filename or dados / nome}: {erro.strerror}",
            "libere-o, ou aponte BALCAO_DADOS para uma pasta sua em que se possa escrever",
        ) from None


def _ler(pasta: int, nome: str, *, fechar: bool) -> str | None:
    try:
        with pastas.arquivo(pasta, nome, os.O_RDONLY, fechar=fechar) as descritor:
            return os.read(descritor, 65_536).decode(errors="replace").strip()
    except FileNotFoundError:
        return None


def _criar(pasta: int, nome: str, conteudo: str) -> str:
    """Write it. Linked into place whole, so of two commands that start together both use the winner's."""
    rascunho = f"{nome}.{os.getpid()}"
    pastas.escrever(pasta, rascunho, f"{conteudo}\n".encode())
    try:
        os.link(rascunho, nome, src_dir_fd=pasta, dst_dir_fd=pasta)
    except FileExistsError:
        pass  # another command was first
    finally:
        os.unlink(rascunho, dir_fd=pasta)
    return _ler(pasta, nome, fechar=True) or ""
