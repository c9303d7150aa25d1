"""From a scenario to its result."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from random import Random
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from engine.modelo import AtendenteRow
from engine.politica.modelo import Horario, Politica
from engine.simulacao.cenario import AtendenteDoCenario, Cenario
from engine.simulacao.contagem import ContagemDaFila, ContagemDoAtendente, resultado
from engine.simulacao.motor import Contagens, Simulacao
from engine.simulacao.resultado import Resultado
from engine.simulacao.sala import Planta, Sala, atendente_row, fila_row, id_de
from engine.simulacao.trafego import Chegada, sortear
from engine.simulacao.turnos import Presenca, presencas
from engine.tempo import ms_de

TODAS: Final = "todas"
"""What all filas together are called."""
_DIA: Final = 86_400_000


class Individuo(Struct, frozen=True):
    """One agent of a scenario, with the places of the filas that it serves, and by which equipes."""

    row: AtendenteRow
    turno: Horario | None
    filas: Mapping[int, tuple[str | None, ...]]


def com_politica(cenario: Cenario, politica: Politica, fila: str | None = None) -> Cenario:
    """The same, where that fila (None: every one) has another policy."""
    filas = tuple(replace(uma, politica=politica) if fila in {None, uma.nome} else uma for uma in cenario.filas)
    return replace(cenario, filas=filas)


def simular(
    cenario: Cenario,
    acaso: Random,
    chegadas: Iterable[Chegada] | None = None,
    idas_e_vindas: Iterable[Presenca] | None = None,
) -> Generator[float, None, Resultado]:
    """Yields now and then how much is done (0 to 1), and returns the result. ``chegadas`` and ``idas_e_vindas``, in
    order, are in place of the traffic and the shifts that the scenario describes.
    """
    inicio = ms_de(cenario.inicio)
    fim = inicio + round(cenario.dias * _DIA)
    conta_desde = inicio + round(cenario.descarte_segundos * 1000)
    nivel = round(cenario.nivel_segundos * 1000)
    pessoas = _individuos(cenario, inicio)
    contagens = _contagens(cenario, pessoas, inicio, nivel)
    yield from Simulacao(
        _sala(cenario, pessoas, inicio),
        sortear(cenario, acaso, inicio, fim) if chegadas is None else chegadas,
        _idas_e_vindas(pessoas, inicio) if idas_e_vindas is None else idas_e_vindas,
        contagens,
        inicio,
        conta_desde,
        fim,
        cenario.tickets,
    ).correr()
    return resultado(cenario.semente, nivel, contagens.total, contagens.filas, contagens.atendentes)


def ate_o_fim(execucao: Generator[float, None, Resultado]) -> Resultado:
    """For who does not want to know how far it is."""
    while True:
        try:
            next(execucao)
        except StopIteration as fim:
            feito: Resultado = fim.value
            return feito


def _individuos(cenario: Cenario, inicio: int) -> list[Individuo]:
    pessoas: list[Individuo] = []
    for de in cenario.atendentes:
        filas = _vias(cenario, de)
        for qual in range(de.quantos):
            nome = de.nome if de.quantos == 1 else f"{de.nome} {qual + 1}"
            id_ = de.id or id_de(2, len(pessoas))
            row = atendente_row(id_, nome, de.capacidade, de.habilidades, de.turno, inicio)
            pessoas.append(Individuo(row, de.turno, filas))
    return pessoas


def _vias(cenario: Cenario, de: AtendenteDoCenario) -> dict[int, tuple[str | None, ...]]:
    vias: dict[int, tuple[str | None, ...]] = {}
    for lugar, fila in enumerate(cenario.filas):
        proprio = (None,) if fila.nome in de.filas or not (de.filas or de.equipes) else ()
        por = (*proprio, *(equipe for equipe in fila.equipes if equipe in de.equipes))
        if por:
            vias[lugar] = por
    return vias


def _contagens(cenario: Cenario, pessoas: Sequence[Individuo], inicio: int, nivel: int) -> Contagens:
    return Contagens(
        ContagemDaFila(TODAS, inicio, nivel),
        [ContagemDaFila(fila.nome, inicio, nivel) for fila in cenario.filas],
        [ContagemDoAtendente(um.row.nome, um.row.capacidade, tuple(um.filas), inicio) for um in pessoas],
    )


def _sala(cenario: Cenario, pessoas: Sequence[Individuo], inicio: int) -> Sala:
    filas = [fila_row(fila.id or id_de(3, n), fila.nome, fila.politica) for n, fila in enumerate(cenario.filas)]
    servem = [{lugar: um.filas[n] for lugar, um in enumerate(pessoas) if n in um.filas} for n, _ in enumerate(filas)]
    rows = [um.row for um in pessoas]
    return Sala(Planta(filas, rows, servem, cenario.canais, cenario.capacidade), inicio)


def _idas_e_vindas(pessoas: Sequence[Individuo], inicio: int) -> Iterator[Presenca]:
    """Shifts that are alike are looked up together."""
    de_quem: dict[bytes, list[int]] = {}
    for lugar, um in enumerate(pessoas):
        de_quem.setdefault(msgspec.json.encode(um.turno), []).append(lugar)
    cada = [presencas(pessoas[lugares[0]].turno, lugares, inicio) for lugares in de_quem.values()]
    return heapq.merge(*cada, key=lambda presenca: presenca.em)
