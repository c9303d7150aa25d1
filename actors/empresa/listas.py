"""The lists of what an empresa has set up, each by name."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from actors.atendente.atendente import Atendente
from actors.atendente.comandos import AtendenteEstado
from actors.canal.canal import Canal
from actors.canal.comandos import CanalEstado
from actors.diretorio.empresa_viva import EmpresaViva
from actors.equipe.comandos import EquipeEstado
from actors.equipe.equipe import Equipe
from actors.fila.comandos import FilaEstado
from actors.fila.fila import Fila
from engine.runtime import Actor, Ref

A = TypeVar("A", bound=Actor)


def atendentes(viva: EmpresaViva, ids: Collection[str] | None) -> list[AtendenteEstado]:
    """All, or those of these ids."""
    todos = viva.atendentes
    quais = todos.values() if ids is None else [todos[id_] for id_ in ids if id_ in todos]
    return [atendente.estado() for atendente in _por_nome(Atendente, quais)]


def filas(viva: EmpresaViva) -> list[FilaEstado]:
    return [fila.estado() for fila in _por_nome(Fila, viva.filas.values())]


def canais(viva: EmpresaViva) -> list[CanalEstado]:
    return [canal.estado() for canal in _por_nome(Canal, viva.canais.values())]


def equipes(viva: EmpresaViva) -> list[EquipeEstado]:
    return [equipe.estado() for equipe in _por_nome(Equipe, viva.equipes.values())]


def _por_nome(classe: type[A], refs: Iterable[Ref]) -> list[A]:
    atores = [ator for ref in refs if isinstance(ator := ref.actor, classe)]
    return sorted(atores, key=lambda ator: (ator.row.nome, ator.row.id))
