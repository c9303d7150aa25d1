"""The rooms of ``actors/``: what each may know of the others, and what nobody may.

What a room takes (``mensagens``, ``comandos``) may be known everywhere. Besides, all may look into the directory and
hold a deletion; the Empresa makes and lists the others, holds the contacts and the documents, and spreads the load; the
node builds them all.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import actors
from engine.runtime import Actor

RAIZ = Path(__file__).parents[2]
SALA = RAIZ / "actors"

ATORES = {"atendente", "canal", "empresa", "equipe", "fila", "ticket"}
PARTES = {"diretorio", "exclusao"}
"""What the actors are made of, beside what is their own."""

PODE_ENTRAR = dict.fromkeys((*ATORES, "contatos", "balanceamento", "documentos", *PARTES), PARTES) | {
    "empresa": PARTES | ATORES | {"contatos", "balanceamento", "documentos"},
    "no": PARTES | ATORES | {"contatos"},
}
O_QUE_SE_DIZ = {"comandos", "mensagens"}


def fontes(pasta: Path) -> list[Path]:
    return sorted(pasta.rglob("*.py"))


def importados(arquivo: Path) -> Iterator[tuple[str, str]]:
    """Of each import of a room: the room, and the module in it. What is only for the type checker does not count."""
    arvore = ast.parse(arquivo.read_text(encoding="utf-8"))
    so_para_tipos = {
        id(dentro)
        for no in ast.walk(arvore)
        if isinstance(no, ast.If) and getattr(no.test, "id", None) == "TYPE_CHECKING"
        for dentro in ast.walk(no)
    }
    for no in ast.walk(arvore):
        if isinstance(no, ast.ImportFrom) and id(no) not in so_para_tipos and (no.module or "").startswith("actors."):
            _, sala, *modulo = (no.module or "").split(".")
            yield sala, modulo[0] if modulo else no.names[0].name


@pytest.mark.parametrize("sala", sorted(PODE_ENTRAR))
def test_a_room_knows_only_those_below_it_and_what_the_others_take(sala: str) -> None:
    proibidos = [
        f"{arquivo.relative_to(RAIZ)} imports actors.{outra}.{modulo}"
        for arquivo in fontes(SALA / sala)
        for outra, modulo in importados(arquivo)
        if outra not in {sala, "comandos", *PODE_ENTRAR[sala]} and modulo not in O_QUE_SE_DIZ
    ]
    assert not proibidos, "\n".join(proibidos)


def test_every_room_is_drawn_and_nothing_lies_about_between_them() -> None:
    salas = {pasta.name for pasta in SALA.iterdir() if pasta.is_dir() and pasta.name != "__pycache__"}
    assert salas == set(PODE_ENTRAR)
    assert {arquivo.name for arquivo in SALA.glob("*.py")} == {"__init__.py", "comandos.py"}


def classes_de_atores() -> list[type[Actor]]:
    for modulo in pkgutil.walk_packages(actors.__path__, "actors."):
        importlib.import_module(modulo.name)

    def abaixo(classe: type[Actor]) -> Iterator[type[Actor]]:
        for filha in classe.__subclasses__():
            yield filha
            yield from abaixo(filha)

    return [classe for classe in abaixo(Actor) if classe.__module__.startswith("actors.")]


def test_an_actor_derives_from_actor_alone() -> None:
    classes = classes_de_atores()
    assert {classe.__name__.lower() for classe in classes} == ATORES
    assert all(classe.__bases__ == (Actor,) for classe in classes)
    assert all(classe.__module__ == f"actors.{nome}.{nome}" for classe in classes for nome in [classe.__name__.lower()])


@pytest.mark.parametrize("pacote", ["actors", "web", "storage", "balcao", "engine"])
def test_nobody_reads_into_an_actor_from_outside(pacote: str) -> None:
    """By message, or from what was published: ``ref.actor`` is the runtime's alone."""
    errados = [
        f"{arquivo.relative_to(RAIZ)}:{no.lineno}"
        for arquivo in fontes(RAIZ / pacote)
        if not arquivo.is_relative_to(RAIZ / "engine" / "runtime")
        for no in ast.walk(ast.parse(arquivo.read_text(encoding="utf-8")))
        if isinstance(no, ast.Attribute) and no.attr == "actor"
    ]
    assert not errados, "\n".join(errados)


def test_the_edge_asks_an_empresa_only_through_its_port() -> None:
    """So that later it may be in another process than the empresa."""
    proibidos = ("EmpresaViva", "DiretorioLocal")
    errados = [
        f"{arquivo.relative_to(RAIZ)}: {nome}"
        for arquivo in fontes(RAIZ / "web")
        for nome in proibidos
        if nome in arquivo.read_text(encoding="utf-8")
    ]
    assert not errados, "\n".join(errados)
