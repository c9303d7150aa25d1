"""The scenario that an empresa is: its own filas, agents, equipes and canais."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import AtendenteRow, CanalRow, EquipeRow, FilaRow
from engine.politica.capacidade import Capacidade
from engine.politica.da_fila import politica_de
from engine.politica.habilidades import chave, niveis_de
from engine.politica.modelo import Horario
from engine.ports import TicketPassado
from engine.simulacao.cenario import AtendenteDoCenario, Cenario, FilaDoCenario
from engine.simulacao.ensaio import Ensaio
from engine.simulacao.passado import chegadas_de, presencas_de
from engine.tempo import iso

_NOME: Final = 60
_DIA: Final = 86_400_000
_ler_horario = msgspec.json.Decoder(Horario).decode


class FilaDaEmpresa(Struct, frozen=True):
    """A fila, and the ids of those who serve it by themselves."""

    row: FilaRow
    membros: frozenset[str]


class EquipeDaEmpresa(Struct, frozen=True):
    """An equipe: the ids of its members, and of the filas that it serves."""

    row: EquipeRow
    membros: frozenset[str]
    filas: frozenset[str]


class EmpresaSimulada(Struct, frozen=True):
    """What there is in it."""

    filas: Sequence[FilaDaEmpresa]
    equipes: Sequence[EquipeDaEmpresa]
    atendentes: Sequence[AtendenteRow]
    canais: Sequence[CanalRow]
    capacidade: Capacidade


def cenario_de(empresa: EmpresaSimulada) -> Cenario:
    """Everybody who serves a fila, by what they are now; nothing comes yet. Filas are called by their names, and two of
    one name also by their ids.
    """
    nomes = nomes_das_filas([fila.row for fila in empresa.filas])
    filas_de: dict[str, list[str]] = defaultdict(list)
    equipes_de: dict[str, list[str]] = defaultdict(list)
    for fila in empresa.filas:
        for id_ in fila.membros:
            filas_de[id_].append(nomes[fila.row.id])
    for equipe in empresa.equipes:
        for id_ in equipe.membros if equipe.filas else ():
            equipes_de[id_].append(equipe.row.id)
    return Cenario(
        filas=tuple(_fila(fila.row, nomes, empresa.equipes) for fila in empresa.filas),
        atendentes=tuple(
            _atendente(row, filas_de[row.id], equipes_de[row.id])
            for row in empresa.atendentes
            if row.id in filas_de or row.id in equipes_de
        ),
        capacidade=empresa.capacidade,
        canais={row.id: row.tipo for row in empresa.canais if row.tipo != "webhook"},
        semente=1,
    )


def nomes_das_filas(filas: Sequence[FilaRow]) -> Mapping[str, str]:
    """By id, each one's own."""
    vistos: dict[str, str] = {}
    for fila in filas:
        nome = fila.nome[:_NOME]
        vistos[fila.id] = nome if nome not in vistos.values() else f"{nome[: _NOME - 14]} {fila.id[-13:]}"
    return vistos


def _fila(row: FilaRow, nomes: Mapping[str, str], equipes: Sequence[EquipeDaEmpresa]) -> FilaDoCenario:
    return FilaDoCenario(
        nome=nomes[row.id],
        id=row.id,
        politica=politica_de(row),
        equipes=tuple(equipe.row.id for equipe in equipes if row.id in equipe.filas),
    )


def _atendente(row: AtendenteRow, filas: Sequence[str], equipes: Sequence[str]) -> AtendenteDoCenario:
    niveis = niveis_de(row)
    return AtendenteDoCenario(
        nome=row.nome[:_NOME],
        id=row.id,
        capacidade=row.capacidade,
        filas=tuple(filas),
        equipes=tuple(equipes),
        habilidades={nome: niveis[chave(nome)] for nome in row.habilidades},
        turno=None if row.turno is None else _ler_horario(row.turno),
    )


def ensaio_do_passado(cenario: Cenario, passados: Sequence[TicketPassado], de: int, ate: int) -> Ensaio:
    """What came between two instants (ms) once more."""
    dias = max(ate - de, 1) / _DIA
    cenario = replace(cenario, inicio=iso(de), dias=dias)
    filas = {fila.id: lugar for lugar, fila in enumerate(cenario.filas) if fila.id is not None}
    pessoas = [(um.id or "", um.turno) for um in cenario.atendentes]
    return Ensaio(
        cenario,
        chegadas=chegadas_de(passados, filas),
        presencas=presencas_de(passados, pessoas, cenario.fuso, de, ate),
    )
