"""The locks of a data folder, each a file under ``flock``: the kernel drops them with the process, however it dies.

``partida.trava`` is held while the server is started or stopped. ``uso.trava`` is held shared for as long as a process
uses the server, so that who stops last is known. ``servidor.trava`` is held by the server itself, which inherits it
with all its children: as long as it is held, a server works on these files, also one that cannot be seen from here
(that of another container).
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from storage import pastas
from storage.erros import EmbutidoFalhou

log = logging.getLogger(__name__)

PARTIDA: Final = "partida.trava"
USO: Final = "uso.trava"
SERVIDOR: Final = "servidor.trava"

_ESPERA_S: Final = 60.0
_AVISO_S: Final = 2.0
_PASSO_S: Final = 0.1
"""``flock`` with a deadline does not exist; a lock is tried this often."""


def abrir(pasta: int, nome: str) -> int:
    """A descriptor of a lock, not held yet."""
    return pastas.abrir_arquivo(pasta, nome, os.O_RDWR | os.O_CREAT)


@contextmanager
def partida(pasta: int) -> Iterator[None]:
    """Nobody else starts or stops the server meanwhile.

    Raises:
        EmbutidoFalhou: another process holds it for too long.
    """
    descritor = abrir(pasta, PARTIDA)
    try:
        tomar(descritor, fcntl.LOCK_EX, PARTIDA)
        yield
    finally:
        os.close(descritor)


def usar(pasta: int) -> int:
    """Be counted as one who uses the server, until the descriptor is closed."""
    descritor = abrir(pasta, USO)
    try:
        tomar(descritor, fcntl.LOCK_SH, USO)
    except BaseException:
        os.close(descritor)
        raise
    return descritor


def em_uso(pasta: int, nome: str) -> bool:
    """Whether a process holds the lock."""
    descritor = abrir(pasta, nome)
    try:
        return not tentar(descritor)
    finally:
        os.close(descritor)


def tentar(descritor: int, modo: int = fcntl.LOCK_EX) -> bool:
    """Take a lock if it is free. It is held until the last copy of the descriptor is closed."""
    try:
        fcntl.flock(descritor, modo | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def tomar(descritor: int, modo: int, nome: str) -> None:
    """Take a lock, waiting for it for a while; what it waits for is said soon.

    Raises:
        EmbutidoFalhou: it was not to be had.
    """
    inicio, avisado = time.monotonic(), False
    while not tentar(descritor, modo):
        esperou = time.monotonic() - inicio
        if esperou > _ESPERA_S:
            raise EmbutidoFalhou("embutido_trava", _recusa(descritor))
        if esperou > _AVISO_S and not avisado:
            avisado = True
            log.warning("waiting for %s, held by %s", caminho(descritor, nome), _de_quem(descritor, "another process"))
        time.sleep(_PASSO_S)


def dono(descritor: int) -> int | None:
    """The process that holds a lock, if the system tells."""
    estado = os.fstat(descritor)
    try:
        linhas = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return None
    # 3: FLOCK  ADVISORY  WRITE 4711 fe:00:393219 0 EOF
    for campos in (linha.split() for linha in linhas):
        if len(campos) > 5 and campos[1] == "FLOCK" and campos[5].endswith(f":{estado.st_ino}"):
            return int(campos[4]) or None
    return None


def caminho(descritor: int, nome: str) -> str:
    try:
        return str(Path(f"/proc/self/fd/{descritor}").readlink())
    except OSError:
        return nome


def _recusa(descritor: int) -> str:
    pid = dono(descritor)
    onde = caminho(descritor, "a trava do PostgreSQL embutido")
    remedio = "veja qual é com lsof" if pid is None else f"veja qual é com ps -p {pid}"
    return (
        f"{_de_quem(descritor, 'Outro processo').capitalize()} segura {onde} há mais de {_ESPERA_S:.0f} s; "
        f"{remedio}, espere que termine ou encerre-o, e tente de novo"
    )


def _de_quem(descritor: int, senao: str) -> str:
    pid = dono(descritor)
    return senao if pid is None else f"pid {pid}"
