"""The machine: the interpreter, the data folder, the disks, the descriptors, where files are kept."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from balcao.ajustes.campos import Ajustes
from balcao.exames import Exame, falha, interpretador
from balcao.servidor.objetos import credenciais_de
from engine.errors import BalcaoError
from storage import pastas
from storage.arquivos import abrir, pasta_de

_MIB: Final = 1_048_576
_ESPACO_MIB: Final = 512
"""With less, a checkpoint or one evening's files can fill the disk."""
_INODES: Final = 1_000
_DESCRITORES: Final = 4_096


def pasta(ajustes: Ajustes) -> Exame:
    """The data folder."""
    onde = ajustes.dados.absolute()
    try:
        with pastas.dos_dados(onde, criar=False):
            if os.access(onde, os.R_OK | os.W_OK | os.X_OK):
                return Exame("pasta", str(onde))
            return Exame("pasta", f"{onde}: sem permissão", "rode como o dono dela, ou aponte --dados para outra")
    except FileNotFoundError:
        if ajustes.dsn is not None:
            return Exame("pasta", f"{onde} não existe ainda: nasce com balcao run")
        return Exame("pasta", f"{onde} não existe", "inicie com: balcao run, ou aponte --dados para a pasta certa")
    except OSError as erro:
        return Exame("pasta", f"{erro.filename or onde}: {erro.strerror}", "libere-a, ou aponte --dados para outra")


def discos(ajustes: Ajustes) -> Iterator[Exame]:
    """The room on every disk that something of ours is on."""
    vistos: set[int] = set()
    for nome, onde in _lugares(ajustes):
        existente = next((um for um in (onde, *onde.parents) if os.access(um, os.F_OK)), Path("/"))
        disco = existente.stat().st_dev
        if disco not in vistos:
            vistos.add(disco)
            yield _disco(nome, existente)


def _lugares(ajustes: Ajustes) -> Iterator[tuple[str, Path]]:
    dados = ajustes.dados.absolute()
    yield "dados", dados
    if ajustes.dsn is None:
        yield "banco", (dados / "pg").resolve()
    arquivos = pasta_de(ajustes.url_dos_arquivos)
    if arquivos is not None:
        yield "arquivos", arquivos


def _disco(nome: str, onde: Path) -> Exame:
    estado = os.statvfs(onde)
    livres = estado.f_bavail * estado.f_frsize // _MIB
    texto = f"{nome} em {onde}: {_em_unidades(livres)} livres"
    if livres < _ESPACO_MIB:
        return Exame("disco", f"{texto}, menos que {_ESPACO_MIB} MiB", "libere espaço, ou mude para um disco maior")
    if estado.f_files and estado.f_favail < _INODES:
        return Exame("disco", f"{texto}, mas só {estado.f_favail} inodes", "apague arquivos pequenos desse disco")
    return Exame("disco", texto)


def _em_unidades(mib: int) -> str:
    return f"{mib} MiB" if mib < 10_240 else f"{mib // 1024} GiB"


def python() -> Exame:
    """Which interpreter runs us."""
    versao = f"{platform.python_implementation()} {platform.python_version()}"
    if interpretador.com_pgo():
        return Exame("python", f"{versao}, com PGO")
    return Exame("python", f"{versao}, sem PGO (o do Debian o tem: 10 % mais rápido)", aviso=True)


def descritores() -> Exame:
    """How many files and connections a server that is started from here may have open."""
    _, duro = resource.getrlimit(resource.RLIMIT_NOFILE)
    if duro == resource.RLIM_INFINITY:
        return Exame("descritores", "sem limite")
    texto = f"até {duro} arquivos e conexões abertos"
    if duro >= _DESCRITORES:
        return Exame("descritores", texto)
    return Exame(
        "descritores", f"{texto}, e cada cliente usa um",
        "aumente com ulimit -Hn 65536, LimitNOFILE do systemd ou --ulimit do Docker",
    )  # fmt: skip


async def arquivos(ajustes: Ajustes) -> Exame:
    """Where the files of messages are kept: seen, not written to."""
    onde = pasta_de(ajustes.url_dos_arquivos)
    if onde is not None:
        return _pasta_dos_arquivos(onde)
    try:
        await abrir(ajustes.url_dos_arquivos, credenciais_de(ajustes)).alcancar()
    except BalcaoError as erro:
        return falha("anexos", erro)
    return Exame("anexos", f"{ajustes.url_dos_arquivos} responde")


def _pasta_dos_arquivos(onde: Path) -> Exame:
    remedio = "dê a pasta a quem roda o Balcão, ou aponte ARQUIVOS_URL para outra"
    try:
        with pastas.aberta(onde):
            if os.access(onde, os.R_OK | os.W_OK | os.X_OK):
                return Exame("anexos", f"guardados em {onde}")
        return Exame("anexos", f"{onde}: sem permissão para ler e escrever", remedio)
    except FileNotFoundError:
        acima = next((um for um in onde.parents if os.access(um, os.F_OK)), Path("/"))
        if acima.is_dir() and os.access(acima, os.W_OK | os.X_OK):
            return Exame("anexos", f"{onde} não existe ainda: nasce com balcao run")
        return Exame("anexos", f"{onde} não existe, e não dá para criá-la em {acima}", remedio)
    except OSError as erro:
        return Exame("anexos", f"{erro.filename or onde}: {erro.strerror}", remedio)
