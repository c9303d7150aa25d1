"""Folders and files that nobody else can have prepared for us.

Whoever may write in a folder may put there, beforehand, a folder, a link or a file by the name that we are about to
use. So nothing is done to a path before it was opened by descriptor, each step without following links
(``O_NOFOLLOW``), and its owner looked at (``fstat``). The rule is the kernel's own for sticky folders
(``fs.protected_symlinks``): what stands where anybody may write has to be ours, or root's. What stands elsewhere was
put there by who runs this machine, and is taken: a link to a larger disk, the volume of a container.

No permission of a folder that was there is ever opened; what we make is for its owner alone.
"""

from __future__ import annotations

import errno
import os
import pwd
import stat
from collections import deque
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_PASSAR: Final = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC | getattr(os, "O_PATH", 0)
"""A folder one passes through need not be readable."""
_LER: Final = os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_ARQUIVO: Final = os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK  # a FIFO in the file's place does not hold us
_ELOS: Final = 40
"""How many links a path may have, as for the kernel."""


class Insegura(PermissionError):
    """Somebody else may have prepared it. ``strerror`` says what is wrong, in Portuguese."""

    def __init__(self, motivo: str, caminho: Path) -> None:
        super().__init__(errno.EPERM, motivo, str(caminho))


def modo_da_pasta() -> int:
    """Of the data folder and what we make above it. Root's is passed through by the account that runs its PostgreSQL,
    which cannot list it.
    """
    return 0o711 if os.geteuid() == 0 else 0o700


@contextmanager
def aberta(
    caminho: Path, *, criar: int | None = None, donos: Collection[int] = (), de: int | None = None
) -> Iterator[int]:
    """A descriptor of a folder, for the block.

    Args:
        caminho: of the folder.
        criar: the mode of what is missing on the way, which is made; None: nothing is.
        donos: user ids that are as good as ours.
        de: whose the folder has to be, wherever it is.

    Raises:
        FileNotFoundError, OSError: there is no such folder.
        Insegura: it, or what leads to it, is another user's in a place where anybody may write; or it is not ``de``'s.
    """
    descritor = _percorrer(caminho, criar, {0, os.geteuid(), *donos} | ({de} if de is not None else set()))
    try:
        dono = os.fstat(descritor).st_uid
        if de not in (None, dono):
            raise Insegura(f"é de outro usuário ({nome_do_usuario(dono)})", caminho)
        yield descritor
    finally:
        os.close(descritor)


@contextmanager
def dos_dados(caminho: Path, *, criar: bool = True) -> Iterator[int]:
    """The data folder, for the block, in which nobody but its owner and their group may write.

    Raises:
        OSError: it is not there, or cannot be made.
        Insegura: others may write in it.
    """
    with aberta(caminho, criar=modo_da_pasta() if criar else None) as pasta:
        modo = os.fstat(pasta).st_mode
        if modo & stat.S_IWOTH:
            if not criar or modo & stat.S_ISVTX or os.fstat(pasta).st_uid != os.geteuid():
                raise Insegura(
                    "qualquer usuário escreve nela: use uma pasta dentro dela, ou feche-a com chmod o-w", caminho
                )
            os.fchmod(pasta, stat.S_IMODE(modo) & ~stat.S_IWOTH)
        yield pasta


def subpasta(pasta: int, nome: str) -> int:
    """A descriptor of a folder in one that was opened; never through a link. Raises OSError."""
    return os.open(nome, _LER, dir_fd=pasta)


def garantir(caminho: Path, modo: int = 0o700) -> None:
    """Make a folder, and what is missing above it. Raises what :func:`aberta` does."""
    with aberta(caminho, criar=modo):
        pass


@contextmanager
def arquivo(pasta: int, nome: str, opcoes: int, *, donos: Collection[int] = (), fechar: bool = True) -> Iterator[int]:
    """A descriptor of a file of a folder that was opened, for the block.

    Args:
        pasta: a descriptor of :func:`aberta`.
        nome: of the file, without a path.
        opcoes: those of ``os.open``.
        donos: user ids that are as good as ours, root's and that of the folder's owner.
        fechar: have nobody but its owner read or write it from now on.

    Raises:
        OSError: it is not there, or cannot be opened.
        Insegura: it is a link, no file, or another user's.
    """
    descritor = abrir_arquivo(pasta, nome, opcoes, donos=donos, fechar=fechar)
    try:
        yield descritor
    finally:
        os.close(descritor)


def abrir_arquivo(pasta: int, nome: str, opcoes: int, *, donos: Collection[int] = (), fechar: bool = True) -> int:
    """What :func:`arquivo` gives, for who keeps it open."""
    caminho = caminho_de(pasta) / nome
    try:
        descritor = os.open(nome, opcoes | _ARQUIVO, 0o600, dir_fd=pasta)
    except OSError as exc:
        if exc.errno == errno.ELOOP:
            raise Insegura("é um link, e podia levar a qualquer arquivo: apague-o", caminho) from None
        exc.filename = str(caminho)
        raise
    try:
        _conferir_arquivo(descritor, caminho, {0, os.geteuid(), os.fstat(pasta).st_uid, *donos})
        if fechar:
            _fechar(descritor)
    except BaseException:
        os.close(descritor)
        raise
    return descritor


def ler(pasta: int, nome: str, *, maximo: int = 65_536, donos: Collection[int] = ()) -> bytes:
    """The beginning of a file of a folder that was opened, which stays as it is. Raises what :func:`arquivo` does."""
    with arquivo(pasta, nome, os.O_RDONLY, donos=donos, fechar=False) as descritor:
        return os.read(descritor, maximo)


def vazia(pasta: int) -> bool:
    """Whether a folder that was opened has nothing in it."""
    with os.scandir(pasta) as itens:
        return next(itens, None) is None


def escrever(pasta: int, nome: str, conteudo: bytes, *, dono: tuple[int, int] | None = None) -> None:
    """Have a file hold this, whole or as it was; ``dono`` is whose it is to be (user and group)."""
    rascunho = f"{nome}.{os.getpid()}.novo"
    with _novo(pasta, rascunho) as descritor:
        if dono is not None:
            os.fchown(descritor, *dono)
        os.write(descritor, conteudo)
        os.fsync(descritor)
    os.rename(rascunho, nome, src_dir_fd=pasta, dst_dir_fd=pasta)


def nome_do_usuario(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def caminho_de(pasta: int) -> Path:
    """Where an open folder is, to be named to people."""
    try:
        return Path(f"/proc/self/fd/{pasta}").readlink()
    except OSError:
        return Path()


@contextmanager
def _novo(pasta: int, nome: str) -> Iterator[int]:
    with suppress(FileNotFoundError):
        os.unlink(nome, dir_fd=pasta)  # of a process that had our number and died here
    descritor = os.open(nome, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _ARQUIVO, 0o600, dir_fd=pasta)
    try:
        yield descritor
    finally:
        os.close(descritor)


def _conferir_arquivo(descritor: int, caminho: Path, donos: Collection[int]) -> None:
    estado = os.fstat(descritor)
    if not stat.S_ISREG(estado.st_mode):
        raise Insegura("não é um arquivo comum: apague-o", caminho)
    if estado.st_uid not in donos:
        raise Insegura(f"é de outro usuário ({nome_do_usuario(estado.st_uid)})", caminho)


def _fechar(descritor: int) -> None:
    """Let nobody but its owner read or write it, if it is ours to say."""
    estado = os.fstat(descritor)
    if estado.st_mode & 0o077 and os.geteuid() in {0, estado.st_uid}:
        with suppress(OSError):  # a disk that is not to be written
            os.fchmod(descritor, 0o600)


def _percorrer(caminho: Path, criar: int | None, donos: Collection[int]) -> int:
    """From the root down, a descriptor at each step. The last one can be read and changed."""
    partes = deque(caminho.absolute().parts[1:])
    aqui, onde, elos = os.open("/", _PASSAR), Path("/"), 0
    try:
        while partes:
            nome = partes.popleft()
            destino = _elo(aqui, nome, onde, donos)
            if destino is None:
                proxima = _entrar(aqui, nome, onde, criar, donos)
                os.close(aqui)
                aqui, onde = proxima, onde / nome
                continue
            elos += 1
            if elos > _ELOS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(caminho))
            if destino.is_absolute():
                os.close(aqui)
                aqui, onde = os.open("/", _PASSAR), Path("/")
            partes.extendleft(reversed([parte for parte in destino.parts if parte != "/"]))
        return os.open(".", _LER, dir_fd=aqui)
    except OSError as exc:
        if not isinstance(exc, Insegura):
            exc.filename = str(caminho)
        raise
    finally:
        os.close(aqui)


def _elo(pasta: int, nome: str, onde: Path, donos: Collection[int]) -> Path | None:
    """Where a link leads, if it is one and whoever put it there is to be trusted."""
    try:
        estado = os.stat(nome, dir_fd=pasta, follow_symlinks=False)
    except FileNotFoundError:
        return None
    if not stat.S_ISLNK(estado.st_mode):
        return None
    _conferir_dono(pasta, estado, onde / nome, donos)
    return Path(os.readlink(nome, dir_fd=pasta))


def _entrar(pasta: int, nome: str, onde: Path, criar: int | None, donos: Collection[int]) -> int:
    try:
        proxima = os.open(nome, _PASSAR, dir_fd=pasta)
    except FileNotFoundError:
        if criar is None:
            raise
        return _criar(pasta, nome, onde, criar, donos)
    try:
        _conferir_dono(pasta, os.fstat(proxima), onde / nome, donos)
    except BaseException:
        os.close(proxima)
        raise
    return proxima


def _criar(pasta: int, nome: str, onde: Path, modo: int, donos: Collection[int]) -> int:
    try:
        os.mkdir(nome, modo, dir_fd=pasta)
    except FileExistsError:  # another process of ours was faster; or another user, which is seen
        return _entrar(pasta, nome, onde, None, donos)
    nova = os.open(nome, _LER, dir_fd=pasta)
    try:
        _conferir_dono(pasta, os.fstat(nova), onde / nome, donos)
        os.fchmod(nova, modo)  # whatever the umask is
    except BaseException:
        os.close(nova)
        raise
    return nova


def _conferir_dono(pasta: int, estado: os.stat_result, caminho: Path, donos: Collection[int]) -> None:
    if os.fstat(pasta).st_mode & stat.S_IWOTH and estado.st_uid not in donos:
        quem = nome_do_usuario(estado.st_uid)
        raise Insegura(f"é de outro usuário ({quem}), numa pasta em que qualquer um escreve", caminho)
