"""Overflow that goes in a circle or to nobody, and what may wait for ever."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from engine.politica.aviso import Aviso
from engine.politica.avisos_da_espera import aneis_alcancados, fim_da_espera
from engine.politica.cenario import Cenario
from engine.politica.modelo import Politica
from engine.politica.trocas import destinos

_DE_BAIXA_A_URGENTE: Final = 30
"""Points between the lowest class and the highest (:mod:`engine.distribuicao`): with as many more, age decides."""


def das_filas(politica: Politica, cenario: Cenario) -> Iterator[Aviso]:
    for campo, para in destinos(politica):
        if para == cenario.fila_id or para not in cenario.filas:
            continue
        caminho = _volta(para, cenario)
        if caminho is not None:
            nomes = " → ".join(cenario.filas[id_].nome for id_ in (cenario.fila_id, *caminho, cenario.fila_id))
            problema = f"os transbordos dão a volta: {nomes}; um ticket para na última, pois não volta aonde esteve"
            yield Aviso("ciclo_de_transbordo", campo, f"{problema}. Tire um deles")
        if not cenario.filas[para].atendentes:
            problema = f"ninguém atende a fila {cenario.filas[para].nome}; inclua atendentes nela, ou use outra"
            yield Aviso("transbordo_para_ninguem", campo, problema)
    yield from _da_espera_sem_fim(politica)


def _volta(de: str, cenario: Cenario) -> list[str] | None:
    """The filas by which a ticket comes from ``de`` to the fila itself: a shortest way, or None."""
    caminhos, vistas = [[de]], {de}
    for caminho in caminhos:
        for _, para in destinos(cenario.filas[caminho[-1]].politica):
            if para == cenario.fila_id:
                return caminho
            if para in cenario.filas and para not in vistas:
                vistas.add(para)
                caminhos.append([*caminho, para])
    return None


def _da_espera_sem_fim(politica: Politica) -> Iterator[Aviso]:
    """Higher classes may always come; whether the lowest gets its turn at all."""
    if politica.ordem != "prioridade" or politica.pontos_por_minuto or fim_da_espera(politica) is not None:
        return
    maximo = politica.maximo
    sobe = sum(anel.pontos for anel in aneis_alcancados(politica))
    if maximo is not None and maximo.acao == "priorizar" and maximo.segundos is not None:
        sobe += maximo.pontos
    if sobe < _DE_BAIXA_A_URGENTE:
        problema = "enquanto chegarem tickets de prioridade maior, um de prioridade menor pode esperar para sempre"
        remedio = "dê pontosPorMinuto, como 0.5, ou use ordem idade"
        yield Aviso("espera_sem_fim", "pontosPorMinuto", f"{problema}; {remedio}")
