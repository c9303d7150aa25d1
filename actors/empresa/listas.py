"""The lists of what an empresa has set up, each by name, from what its actors have saved."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Protocol, TypeVar

from actors.atendente.comandos import AtendenteEstado
from actors.canal.comandos import CanalEstado
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.comandos import VerPosicoes
from actors.equipe.comandos import EquipeEstado
from actors.equipe.estado import equipe_estado
from actors.fila.comandos import FilaEstado
from actors.fila.estado import fila_estado
from engine.distribuicao.estimativa import Posicao
from engine.modelo import AtendenteRow, CanalRow, EquipeRow, FilaRow
from engine.runtime import Ref


class _ComNome(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def nome(self) -> str: ...


R = TypeVar("R", bound=_ComNome)


def atendentes(viva: EmpresaViva, ids: Collection[str] | None) -> list[AtendenteEstado]:
    """All, or those of these ids."""
    todos = viva.diretorio.atendentes
    quais = todos.values() if ids is None else [todos[id_] for id_ in ids if id_ in todos]
    return [AtendenteEstado(row, viva.distribuicao.mostrados(row.id)) for row in _por_nome(quais, AtendenteRow)]


def filas(viva: EmpresaViva) -> list[FilaEstado]:
    return [fila_estado(viva, row) for row in _por_nome(viva.diretorio.filas.values(), FilaRow)]


def canais(viva: EmpresaViva) -> list[CanalEstado]:
    diretorio = viva.diretorio
    todos = _por_nome(diretorio.canais.values(), CanalRow)
    return [CanalEstado(row, diretorio.segredos[row.id]) for row in todos if row.tipo != "webhook"]


def ganchos(viva: EmpresaViva) -> list[CanalRow]:
    """The webhooks to other systems, the oldest first."""
    todos = _por_nome(viva.diretorio.canais.values(), CanalRow)
    return sorted((row for row in todos if row.tipo == "webhook"), key=lambda row: (row.criado_em, row.id))


def equipes(viva: EmpresaViva) -> list[EquipeEstado]:
    return [equipe_estado(viva, row) for row in _por_nome(viva.diretorio.equipes.values(), EquipeRow)]


def posicoes(viva: EmpresaViva, comando: VerPosicoes) -> dict[str, Posicao]:
    """Where tickets stand in their lines, of those that whoever asks may see."""
    rows = (viva.diretorio.ticket_row(ticket_id) for ticket_id in comando.ticket_ids)
    vistas = (row for row in rows if row and viva.diretorio.pode_ver(comando.quem, row.fila_id, row.atendente_id))
    achadas = ((row.id, viva.distribuicao.posicao_de(row)) for row in vistas)
    return {ticket_id: posicao for ticket_id, posicao in achadas if posicao is not None}


def _por_nome(refs: Iterable[Ref], tipo: type[R]) -> list[R]:
    rows = (ref.published(tipo) for ref in refs)
    return sorted((row for row in rows if row is not None), key=lambda row: (row.nome, row.id))
