"""Which process is the server of a folder.

``postmaster.pid`` is only a hint: a copied folder brings that of the original, and the number of a process that died is
given to another. A process counts if it is a postgres whose working directory is this very folder: the postmaster
changes into its data directory and stays there, wherever the folder is moved to.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import struct
import subprocess
import time
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Final

from storage import pastas

ARQUIVO: Final = "postmaster.pid"
SOQUETE: Final = ".s.PGSQL.5432"
_PROC: Final = Path("/proc")
_NOMES: Final = frozenset({"postgres", "postmaster"})
_MAXIMO: Final = 4_194_304
"""No system gives a process a higher number."""
_PASSO_S: Final = 0.1
_LIGAR_S: Final = 2.0


class Postmaster:
    """The server's process, held by a descriptor where the system has them: its number is never mistaken for that of
    another that came after it.
    """

    def __init__(self, pid: int) -> None:
        """Raises ProcessLookupError if there is none."""
        self.pid = pid
        self._pidfd = _descritor(pid)

    def __enter__(self) -> Postmaster:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pidfd is not None:
            os.close(self._pidfd)
            self._pidfd = None

    def enviar(self, sinal: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if self._pidfd is None:
                os.kill(self.pid, sinal)
            else:
                signal.pidfd_send_signal(self._pidfd, sinal)

    def esperar(self, segundos: float | None, aviso: int | None = None) -> bool:
        """Wait for its end; True if it came. ``aviso`` is a descriptor that ends the waiting once it can be read."""
        if self._pidfd is None:
            return self._esperar_sem_descritor(segundos, aviso)
        olhar = select.poll()
        olhar.register(self._pidfd, select.POLLIN)
        if aviso is not None:
            olhar.register(aviso, select.POLLIN)
        prontos = olhar.poll(None if segundos is None else segundos * 1000)
        return any(descritor == self._pidfd for descritor, _ in prontos)

    def _esperar_sem_descritor(self, segundos: float | None, aviso: int | None) -> bool:
        limite = None if segundos is None else time.monotonic() + segundos
        while _vive(self.pid):
            if limite is not None and time.monotonic() > limite:
                return False
            if aviso is None:
                time.sleep(_PASSO_S)
            elif select.select([aviso], [], [], _PASSO_S)[0]:
                return False
        return True


def achar(dados: Path) -> Postmaster | None:
    """The server that runs in the folder, if one does. To be used as a context manager."""
    linhas = anotado(dados)
    pid = _numero(linhas[0]) if linhas else None
    if pid is None:
        return None
    try:
        processo = Postmaster(pid)
    except ProcessLookupError:
        return None
    if _e_de(pid, dados, linhas):
        return processo
    processo.__exit__()
    return None


def anotado(dados: Path) -> list[str]:
    """The lines of ``postmaster.pid``; none if it cannot be read, or makes no sense."""
    try:
        with pastas.aberta(dados) as pasta:
            texto = pastas.ler(pasta, ARQUIVO, donos=(os.fstat(pasta).st_uid,))
    except OSError:
        return []
    return texto.decode(errors="replace").splitlines()


def esquecer(pasta: Path, dono: int) -> None:
    """Remove from a folder of ``dono`` what a server that is gone, or that of the folder this one was copied from, left
    behind: a new one would take it for alive.
    """
    with pastas.aberta(pasta, de=dono) as aberta:
        for nome in (ARQUIVO, SOQUETE, f"{SOQUETE}.lock"):
            with suppress(FileNotFoundError):
                os.unlink(nome, dir_fd=aberta)


def soquete_de(processo: Postmaster, dados: Path) -> str | None:
    """The folder of the socket at which this very process listens; None while it does not."""
    linhas = anotado(dados)
    dito = (Path(linhas[4]),) if len(linhas) > 4 and linhas[4].startswith("/") else ()
    for pasta in (*dito, dados):
        if _escuta_em(pasta / SOQUETE, processo.pid):
            return str(pasta)
    return None


def _escuta_em(caminho: Path, pid: int) -> bool:
    """Whether it is this process that answers there, and not that of another folder, or another user's."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as tomada:
        tomada.settimeout(_LIGAR_S)
        try:
            tomada.connect(str(caminho))
            outro = _do_outro_lado(tomada)
        except OSError:
            return False
    return outro in (None, pid)


def _do_outro_lado(tomada: socket.socket) -> int | None:
    """The process that listens, where the system tells (Linux)."""
    if not hasattr(socket, "SO_PEERCRED"):
        return None
    credenciais = tomada.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    return int(struct.unpack("3i", credenciais)[0])


def _numero(linha: str) -> int | None:
    """A process number. A negative one is that of a server for a single user: it holds the folder all the same."""
    try:
        numero = abs(int(linha))
    except ValueError:
        return None
    return numero if 1 < numero <= _MAXIMO else None


def _e_de(pid: int, dados: Path, linhas: list[str]) -> bool:
    """Whether a process is a postgres of this folder."""
    if not (_PROC / "self").exists():
        return _e_de_sem_proc(pid, dados, linhas)
    try:
        if (_PROC / str(pid) / "comm").read_text().strip() not in _NOMES:
            return False
        if _pode_olhar(pid):
            return _mesma(_PROC / str(pid) / "cwd", dados)
        return _mesma(_argumento_d(pid), dados)  # of another user, in a container: what it was started with
    except OSError:
        return False


def _pode_olhar(pid: int) -> bool:
    try:
        (_PROC / str(pid) / "cwd").readlink()
    except PermissionError:
        return False
    return True


def _argumento_d(pid: int) -> Path:
    argumentos = (_PROC / str(pid) / "cmdline").read_bytes().split(b"\0")
    seguintes = [valor for opcao, valor in pairwise(argumentos) if opcao == b"-D"]
    return Path(os.fsdecode(seguintes[0])) if seguintes else Path(os.devnull)


def _e_de_sem_proc(pid: int, dados: Path, linhas: list[str]) -> bool:
    """macOS: the file names this folder, and the process is a postgres."""
    try:
        if len(linhas) < 2 or not _mesma(Path(linhas[1]), dados):
            return False
    except OSError:
        return False
    feito = subprocess.run(["/bin/ps", "-p", str(pid), "-o", "comm="], check=False, capture_output=True, text=True)  # noqa: S603 - constant but for a number
    return Path(feito.stdout.strip()).name in _NOMES


def _mesma(uma: Path, outra: Path) -> bool:
    """Whether two paths lead to one folder. Raises OSError if one leads nowhere."""
    return os.path.samestat(uma.stat(), outra.stat())


def _descritor(pid: int) -> int | None:
    """Of a process, where the system has such descriptors. Raises ProcessLookupError if there is no such process."""
    if hasattr(os, "pidfd_open"):
        try:
            return os.pidfd_open(pid)
        except ProcessLookupError:
            raise
        except OSError:  # a kernel, or a sandbox, without them
            pass
    if not _vive(pid):
        raise ProcessLookupError(pid)
    return None


def _vive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
