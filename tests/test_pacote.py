"""What is built from here has all that it needs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from msgspec import json

from balcao import __version__
from engine.versao import VERSAO
from web.openapi._documento import documento
from web.rotas import TODAS

RAIZ = Path(__file__).parent.parent
DE_QUEM_HOSPEDA = (".ci/", ".gitignore")


@pytest.fixture(scope="module")
def construido(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist and the wheel, built from a copy: building leaves things behind."""
    copia, pronto = tmp_path_factory.mktemp("copia") / "balcao", tmp_path_factory.mktemp("pronto")
    shutil.copytree(RAIZ, copia, ignore=shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "build", "dist"))
    programa = f"from setuptools import build_meta as b; b.build_sdist({str(pronto)!r}); b.build_wheel({str(pronto)!r})"
    subprocess.run([sys.executable, "-c", programa], cwd=copia, check=True, capture_output=True)
    return pronto


def versionados() -> set[str]:
    if not (RAIZ / ".git").exists():
        pytest.skip("not a clone: nothing says which files are the project's")
    feito = subprocess.run(["git", "ls-files"], cwd=RAIZ, check=True, capture_output=True, text=True)
    return {nome for nome in feito.stdout.splitlines() if not nome.startswith(DE_QUEM_HOSPEDA)}


def test_the_sdist_has_every_file_of_the_project(construido: Path) -> None:
    (pacote,) = construido.glob("*.tar.gz")
    with tarfile.open(pacote) as tar:
        nomes = {membro.name.partition("/")[2] for membro in tar.getmembers() if membro.isfile()}
    assert versionados() - nomes == set()


def test_the_wheel_has_every_file_of_its_packages(construido: Path) -> None:
    (pacote,) = construido.glob("*.whl")
    nomes = set(zipfile.ZipFile(pacote).namelist())
    pacotes = ("engine/", "actors/", "web/", "storage/", "balcao/")
    assert {nome for nome in versionados() if nome.startswith(pacotes)} - nomes == set()


def test_the_package_and_the_api_have_one_version() -> None:
    assert __version__ == VERSAO
    assert json.decode(json.encode(documento(TODAS)))["info"]["version"] == VERSAO
