"""Shares of agents: what is given in a window, or while a fila warms up, is bounded; counted by what was written down.

Of what is remembered of an agent's share in a fila two things are sure. It counts whatever was given and made durable
since it last began anew (another policy, or the agent did not serve the fila); and nothing that was never promised.
(What was only offered counts as long as it is.)
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from msgspec import Struct

from engine.distribuicao import Distribuidor
from engine.modelo import DecisaoRow, EventoRow
from tests.engine.referencia import Mundo
from tests.simulacao.loja import LojaEmMemoria
from tests.simulacao.quem_serve import Pares, QuemServe

LEMBRADO = 60_000
"""The longest window that there is (ms): what was counted in one is not remembered for longer."""


class Dada(Struct, frozen=True, gc=False):
    """Something of a fila was promised, offered or given to an agent."""

    fila_id: str
    atendente_id: str
    em: int


class Partes:
    """Of one empresa. ``seguir`` is told of every event, with who serves what after it."""

    def __init__(self) -> None:
        self._dadas: list[Dada] = []
        self._prometidas: list[Dada] = []
        self._de_novo: dict[tuple[str, str], int] = {}
        self._politica_desde: dict[str, int] = {}
        self._servem: Pares = set()
        self._lidas: set[str] = set()

    def prometidas(self, novas: Iterable[Dada]) -> None:
        self._prometidas += novas

    def seguir(self, evento: EventoRow, quem_serve: QuemServe) -> None:
        if evento.tipo == "politica_atualizada":
            self._politica_desde[evento.fila_id or ""] = evento.em
        if evento.tipo in quem_serve.mudam:
            servem = quem_serve.pares()
            self._de_novo |= dict.fromkeys(servem ^ self._servem, evento.em)
            self._servem = servem

    def ler(self, loja: LojaEmMemoria, empresa_id: str) -> None:
        """What was given since it was read last."""
        decisoes = list(loja.de(DecisaoRow, empresa_id))
        self._dadas += [
            Dada(um.fila_id, um.atendente_id or "", um.em) for um in decisoes if um.id not in self._lidas and _dada(um)
        ]
        self._lidas |= {um.id for um in decisoes}

    def impedidos(self, mundo: Mundo, distribuidor: Distribuidor) -> dict[tuple[str, str], str | None]:
        """By fila and agent, the bound that keeps it from more, as the distribution has it: it must be so."""
        impedidos = dict[tuple[str, str], str | None]()
        for fila, pessoa in mundo.vias:
            dito = distribuidor.linhas[fila].escala.candidatos[pessoa].impedido
            for qual, maximo, desde in self._limites(mundo, fila):
                dadas = self._quantas(self._dadas, fila, pessoa, max(desde - 1, self._desde(fila, pessoa)))
                assert dito is not None or dadas < maximo, f"{pessoa} may have more of {fila}: {qual}, had {dadas}"
                podem = self._quantas(self._prometidas, fila, pessoa, min(desde - 1, mundo.now - LEMBRADO))
                assert dito != qual or podem >= maximo, f"{pessoa} is kept from {fila}: {qual}, had {podem}"
            impedidos[fila, pessoa] = dito
        return impedidos

    def _limites(self, mundo: Mundo, fila: str) -> Iterator[tuple[str, int, int]]:
        """What is bounded now: its name, the bound, and since when it is counted (ms)."""
        politica, abriu = mundo.politica(fila), mundo.abriu_em(fila)
        if politica.limite is not None:
            tamanho = politica.limite.janela_segundos * 1000
            yield "limite", politica.limite.quantidade, mundo.now - mundo.now % tamanho
        if politica.aquecimento is not None and abriu is not None:
            yield "aquecimento", politica.aquecimento.maximo, abriu

    def _desde(self, fila: str, pessoa: str) -> int:
        return max(self._politica_desde.get(fila, 0), self._de_novo.get((fila, pessoa), 0))

    def _quantas(self, dadas: list[Dada], fila: str, pessoa: str, desde: int) -> int:
        return sum(um.em > desde and (um.fila_id, um.atendente_id) == (fila, pessoa) for um in dadas)


def _dada(row: DecisaoRow) -> bool:
    """Whether it was the distribution that gave it."""
    return row.tipo == "atribuicao" and json.loads(row.dados)["lado"] in {"ticket", "atendente"}
