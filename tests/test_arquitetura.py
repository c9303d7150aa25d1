"""Imports point one way: engine ← actors ← web; engine ← storage; engine ← connectors; all of them ← balcao."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

RAIZ = Path(__file__).parents[1]

PODE_IMPORTAR = {
    "engine": set(),
    "actors": {"engine"},
    "storage": {"engine"},
    "web": {"engine", "actors"},
    "connectors": {"engine"},
    "balcao": {"engine", "actors", "storage", "web", "connectors"},
}
"""Ours that each package may import, beside itself. ``bench`` and ``tests`` may import everything, and nobody them."""

NOSSOS = {*PODE_IMPORTAR, "bench", "tests"}

SO_EM = {
    "asyncpg": {"storage"},
    "hypercorn": {"web", "balcao"},
    "pykka": {"engine"},
    "quart": {"web"},
    "holidays": {"engine"},
    "httpx2": {"connectors", "balcao"},
    "trio": {"connectors", "balcao"},
}
"""Which packages may know a library: the engine runs without a database, a web server or a network."""


def arquivos(pacote: str) -> list[Path]:
    return sorted((RAIZ / pacote).rglob("*.py"))


def importados(arquivo: Path) -> Iterator[tuple[int, str]]:
    """Line and full name of every absolute import, also those inside functions and under TYPE_CHECKING."""
    for no in ast.walk(ast.parse(arquivo.read_text(encoding="utf-8"))):
        if isinstance(no, ast.Import):
            yield from ((no.lineno, nome.name) for nome in no.names)
        elif isinstance(no, ast.ImportFrom):
            assert no.level == 0, f"{arquivo.relative_to(RAIZ)}:{no.lineno}: imports are absolute"
            assert no.module is not None
            yield no.lineno, no.module


@pytest.mark.parametrize("pacote", PODE_IMPORTAR)
def test_a_package_imports_only_what_is_below_it(pacote: str) -> None:
    proibidos = NOSSOS - PODE_IMPORTAR[pacote] - {pacote}
    errados = [
        f"{arquivo.relative_to(RAIZ)}:{linha} imports {nome}"
        for arquivo in arquivos(pacote)
        for linha, nome in importados(arquivo)
        if nome.partition(".")[0] in proibidos
    ]
    assert not errados, "\n".join(errados)


@pytest.mark.parametrize("pacote", PODE_IMPORTAR)
def test_a_library_is_known_only_where_it_belongs(pacote: str) -> None:
    errados = [
        f"{arquivo.relative_to(RAIZ)}:{linha} imports {nome}"
        for arquivo in arquivos(pacote)
        for linha, nome in importados(arquivo)
        if pacote not in SO_EM.get(nome.partition(".")[0], {pacote})
    ]
    assert not errados, "\n".join(errados)


def test_every_package_of_the_project_is_under_these_rules() -> None:
    pacotes = {arquivo.parent.name for arquivo in RAIZ.glob("*/__init__.py")}
    assert pacotes <= NOSSOS
    assert set(PODE_IMPORTAR) <= pacotes


def test_sql_is_written_only_in_sql_files() -> None:
    """A statement in Python would escape the eyes of whoever looks for it in ``storage/sql``."""
    palavras = ("SELECT ", "INSERT INTO ", "UPDATE ", "DELETE FROM ", "CREATE TABLE ")
    errados = [
        f"{arquivo.relative_to(RAIZ)}:{no.lineno}"
        for pacote in PODE_IMPORTAR
        for arquivo in arquivos(pacote)
        for no in ast.walk(ast.parse(arquivo.read_text(encoding="utf-8")))
        if isinstance(no, ast.Constant) and isinstance(no.value, str) and no.value.lstrip().startswith(palavras)
    ]
    assert not errados, "\n".join(errados)


QUEM_COMECA = {
    "engine/tarefas.py": "all others start theirs by it",
    "balcao/porta/recebimento.py": "what Hypercorn starts, which the connection waits for",
    "balcao/servidor/parada.py": "raced against the wish to stop, and waited for on the spot",
    "balcao/servidor/servico.py": "the wish to stop itself, while there is nothing else to do",
}
"""The files that may make a task of asyncio, and why. It has a name there, and somebody holds it."""


def tarefas_de(arquivo: Path) -> Iterator[tuple[ast.Call, bool]]:
    """Every call that makes a task; and whether what it gives is kept."""
    arvore = ast.parse(arquivo.read_text(encoding="utf-8"))
    soltas = {id(no.value) for no in ast.walk(arvore) if isinstance(no, ast.Expr)}
    for no in ast.walk(arvore):
        if isinstance(no, ast.Call) and nome_de(no.func) in {"create_task", "ensure_future"}:
            yield no, id(no) not in soltas


def nome_de(funcao: ast.expr) -> str:
    return funcao.attr if isinstance(funcao, ast.Attribute) else funcao.id if isinstance(funcao, ast.Name) else ""


def test_every_task_has_a_name_and_an_owner() -> None:
    """Trio, which the demonstration and the benchmarks run on, has no task without an owner."""
    errados, comecam = [], set()
    for pacote in PODE_IMPORTAR:
        for arquivo in arquivos(pacote):
            onde = arquivo.relative_to(RAIZ).as_posix()
            for chamada, guardada in tarefas_de(arquivo):
                comecam.add(onde)
                nomeada = any(parte.arg == "name" for parte in chamada.keywords)
                de_um_grupo = isinstance(chamada.func, ast.Attribute) and nome_de(chamada.func.value) == "_task_group"
                if onde not in QUEM_COMECA or not nomeada or not (guardada or de_um_grupo):
                    errados.append(f"{onde}:{chamada.lineno}")
    assert not errados, "start it by engine.tarefas.Tarefas: " + ", ".join(errados)
    assert comecam == set(QUEM_COMECA), "some have no more to explain"
