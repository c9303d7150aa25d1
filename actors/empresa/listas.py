"""The lists of what an empresa has set up, each by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from actors.atendente.comandos import AtendenteEstado
from actors.canal.canal import Canal
from actors.canal.comandos import CanalEstado
from actors.diretorio.empresa_viva import EmpresaViva
from actors.equipe.comandos import EquipeEstado
from actors.equipe.equipe import Equipe
from actors.fila.comandos import FilaEstado
from actors.fila.estado import fila_estado
from engine.modelo import AtendenteRow, FilaRow
from engine.runtime import Actor, Ref

A = TypeVar("A", bound=Actor)
R = TypeVar("R")


def atendentes(viva: EmpresaViva, ids: Collection[str] | None) -> list[AtendenteEstado]:
    """All, or those of these ids."""
    todos = viva.diretorio.atendentes
    quais = todos.values() if ids is None else [todos[id_] for id_ in ids if id_ in todos]
    rows = sorted(_publicadas(AtendenteRow, quais), key=lambda row: (row.nome, row.id))
    return [AtendenteEstado(row, viva.distribuicao.ativos(row.id)) for row in rows]


def filas(viva: EmpresaViva) -> list[FilaEstado]:
    rows = sorted(_publicadas(FilaRow, viva.diretorio.filas.values()), key=lambda row: (row.nome, row.id))
    return [fila_estado(viva, row) for row in rows]


def canais(viva: EmpresaViva) -> list[CanalEstado]:
    return [canal.estado() for canal in _por_nome(Canal, viva.diretorio.canais.values())]


def equipes(viva: EmpresaViva) -> list[EquipeEstado]:
    return [equipe.estado() for equipe in _por_nome(Equipe, viva.diretorio.equipes.values())]


def _por_nome(classe: type[A], refs: Iterable[Ref]) -> list[A]:
    atores = [ator for ref in refs if isinstance(ator := ref.actor, classe)]
    return sorted(atores, key=lambda ator: (ator.row.nome, ator.row.id))


def _publicadas(tipo: type[R], refs: Iterable[Ref]) -> list[R]:
    return [row for ref in refs if (row := ref.published(tipo)) is not None]
