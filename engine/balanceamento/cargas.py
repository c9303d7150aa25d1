"""How much everybody has, and would have if what is planned were done; and who takes one more best.

The measure is the sum of (what an agent has)² / (its slots): it is least where all are equally busy. What moves makes
it less, so nothing goes to and fro. Agents are tried on copies: the distribution is only looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush, heapreplace, merge
from itertools import chain
from typing import Final

from engine.distribuicao import Candidato, Distribuidor, Perfil
from engine.distribuicao.custos import VAGA
from engine.distribuicao.linha import Classe, Espera, Linha
from engine.modelo import Estrategia
from engine.ordenado import Chave

Livre = tuple[Chave, str, Candidato]
POR_OCUPACAO: Final[frozenset[Estrategia]] = frozenset({"MENOS_OCUPADO", "HABILIDADES"})


def melhora(custo: int, de: Perfil, para: Perfil) -> bool:
    """Whether the measure is less if what costs so much (hundredths of a slot) goes from the one to the other."""
    return (2 * para.usado + custo) * _vagas(de) < (2 * de.usado - custo) * _vagas(para)


def _vagas(perfil: Perfil) -> int:
    return max(perfil.row.capacidade * VAGA, 1)


def _com_mais(perfil: Perfil, custo: int) -> float:
    """By how much what costs so much makes the measure more, for each hundredth of it."""
    return (2 * perfil.usado + custo) / _vagas(perfil)


class Cargas:
    """``fora`` is what waits now and would not any more, by fila and ticket; ``chegadas`` what would wait in a fila to
    which it came.
    """

    __slots__ = ("_copias", "_dadas", "_distribuidor", "_livres", "_now", "chegadas", "fora")

    def __init__(self, distribuidor: Distribuidor, now: int) -> None:
        self._distribuidor = distribuidor
        self._now = now
        self._copias: dict[str, Perfil] = {}
        self._livres: dict[tuple[Classe, bool], list[Livre]] = {}
        self._dadas: Counter[tuple[str, str]] = Counter()
        self.fora: set[tuple[str, str]] = set()
        self.chegadas: dict[str, list[Espera]] = {}

    def de(self, perfil: Perfil) -> Perfil:
        """The agent as it would be."""
        return self._copias.get(perfil.id, perfil)

    def a_mexer(self, perfil: Perfil) -> Perfil:
        """The same, to be changed."""
        copia = self._copias.get(perfil.id)
        if copia is None:
            copia = self._copias[perfil.id] = perfil.copia()
        return copia

    def menor_ocupacao(self) -> float | None:
        """That of the least busy who has any room; None: nobody has."""
        perfis = map(self.de, self._distribuidor.perfis.values())
        return min((perfil.ocupacao for perfil in perfis if perfil.vagas), default=None)

    # -- who takes one more ----------------------------------------------------------------------------------------

    def de_novo(self) -> None:
        """Somebody has less than before: who is free has to be looked at again."""
        self._livres.clear()

    def quem_recebe(self, linha: Linha, espera: Espera, menos: tuple[str, ...], *, dada: bool) -> Candidato | None:
        """Of those who may have a ticket, have room, and are none of these: who is the least busy with it; or, if it
        is ``dada`` by the distribution, to whom that gives it, as near as can be told.
        """
        fila, postos_de_lado, achado = self._livres_de(linha, espera, dada=dada), list[Livre](), None
        while fila and achado is None:
            chave, id_, candidato = fila[0]
            agora = self._chave(linha, candidato, espera.ocupacao[0], dada=dada)
            if not self._tem_lugar(linha, candidato, espera.classe, dada=dada):
                heappop(fila)
            elif agora > chave:
                heapreplace(fila, (agora, id_, candidato))
            elif id_ in menos:
                postos_de_lado.append(heappop(fila))
            else:
                achado = candidato
        for um in postos_de_lado:
            heappush(fila, um)
        return achado

    def _livres_de(self, linha: Linha, espera: Espera, *, dada: bool) -> list[Livre]:
        classe, custo = espera.classe, espera.ocupacao[0]
        livres = self._livres.get((classe, dada))
        if livres is None:
            todos = linha.escala.destes(classe.aptos & linha.escala.disponiveis)
            podem = [um for um in todos if self._tem_lugar(linha, um, classe, dada=dada)]
            livres = [(self._chave(linha, um, custo, dada=dada), um.perfil.id, um) for um in podem]
            heapify(livres)
            self._livres[classe, dada] = livres
        return livres

    def _chave(self, linha: Linha, candidato: Candidato, custo: int, *, dada: bool) -> Chave:
        perfil = self.de(candidato.perfil)
        if not dada:
            return (_com_mais(perfil, custo),)
        quantas = self._dadas[linha.fila.id, perfil.id]
        if linha.regras.politica.estrategia in POR_OCUPACAO:
            return (perfil.ocupacao, quantas, perfil.ocioso_desde, candidato.vez)
        return (quantas, *(candidato.chave or (perfil.ocupacao,)))

    def _tem_lugar(self, linha: Linha, candidato: Candidato, classe: Classe, *, dada: bool) -> bool:
        """Whether an agent would have room, and has not had its share of the fila: what a person gives is not counted
        in that.
        """
        if candidato.impedido is not None or (dada and self._teve_a_sua_parte(linha, candidato)):
            return False
        return self.de(candidato.perfil).impede(classe.exigencia.classe) is None

    def _teve_a_sua_parte(self, linha: Linha, candidato: Candidato) -> bool:
        mais, politica = self._dadas[linha.fila.id, candidato.perfil.id], linha.regras.politica
        maximos = {
            "limite": politica.limite.quantidade if politica.limite is not None else None,
            "aquecimento": politica.aquecimento.maximo
            if politica.aquecimento is not None and linha.aquece_ate > self._now
            else None,
        }
        cheias = (m is not None and candidato.contas.get(janela, 0) + mais >= m for janela, m in maximos.items())
        return mais > 0 and any(cheias)

    # -- what waits ------------------------------------------------------------------------------------------------

    def esperam(self, linha: Linha) -> Iterator[Espera]:
        """What waits in a line, and would still, in order; what came last."""
        return self._ainda(chain(linha.em_ordem(), self.chegadas.get(linha.fila.id, ())))

    def de_tras(self, linha: Linha) -> Iterator[Espera]:
        """The same, last to first, without what is kept for somebody."""
        classes = (reversed(classe.esperando) for classe in linha.frentes())
        tras = merge(*classes, key=lambda um: um.chave, reverse=True)
        return self._ainda(chain(reversed(self.chegadas.get(linha.fila.id, [])), tras))

    def _ainda(self, esperas: Iterable[Espera]) -> Iterator[Espera]:
        return (um for um in esperas if (um.row.fila_id, um.row.id) not in self.fora)

    def ha_espera(self, linha: Linha) -> bool:
        return bool(linha.esperas or self.chegadas.get(linha.fila.id))

    def ofertas(self, linha: Linha) -> int:
        """How many of a fila somebody would be asked about, or be about to have."""
        dadas = sum(quantas for (fila_id, _), quantas in self._dadas.items() if fila_id == linha.fila.id)
        return linha.prometidos + (dadas if linha.regras.politica.modo == "oferta" else 0)

    def que_tomaria(self, perfil: Perfil) -> Espera | None:
        """What the distribution would give an agent that has room, as in :mod:`engine.distribuicao.pareador`."""
        melhor: tuple[Chave, Espera] | None = None
        for linha, candidato in perfil.lugares.values():
            ha = linha.distribui and self.ha_espera(linha) and not self._teve_a_sua_parte(linha, candidato)
            espera = self._primeira(linha, candidato) if ha else None
            if espera is not None:
                posto = (candidato.prioridade, *linha.regras.posto(espera.row, espera.etapa, self._now))
                if melhor is None or posto < melhor[0]:
                    melhor = (posto, espera)
        return None if melhor is None else melhor[1]

    def _primeira(self, linha: Linha, candidato: Candidato) -> Espera | None:
        if candidato.impedido is not None:
            return None
        perfil = self.de(candidato.perfil)
        em_filas: list[Iterable[Espera]] = [linha.guardadas(perfil.id), self.chegadas.get(linha.fila.id, ())]
        em_filas += [um.esperando for um in linha.frentes() if self._cabe(um, candidato, perfil)]
        primeiras = (next((um for um in fila if self._e_para(linha, um, candidato)), None) for fila in em_filas)
        return min((um for um in primeiras if um is not None), key=lambda um: um.chave, default=None)

    def _cabe(self, classe: Classe, candidato: Candidato, perfil: Perfil) -> bool:
        return bool(classe.aptos & candidato.bit) and perfil.impede(classe.exigencia.classe) is None

    def _e_para(self, linha: Linha, espera: Espera, candidato: Candidato) -> bool:
        return (
            (linha.fila.id, espera.row.id) not in self.fora
            and self._cabe(espera.classe, candidato, self.de(candidato.perfil))
            and not linha.e_para_outro(espera, candidato)
        )

    # -- what changes ----------------------------------------------------------------------------------------------

    def tomar(self, perfil: Perfil, espera: Espera) -> None:
        """What waits is given to this agent."""
        self._dadas[espera.row.fila_id, perfil.id] += 1
        self.fora.add((espera.row.fila_id, espera.row.id))
        self.a_mexer(perfil).ocupar(espera.row.id, espera.ocupacao)

    def passar(self, espera: Espera, de: Perfil, para: Perfil) -> None:
        """What the one had is the other's."""
        self.a_mexer(de).desocupar(espera.row.id)
        self.a_mexer(para).ocupar(espera.row.id, espera.ocupacao)

    def mudar_de_fila(self, antes: Espera, depois: Espera) -> None:
        """What waited in one fila waits in another."""
        self.fora.add((antes.row.fila_id, antes.row.id))
        self.chegadas.setdefault(depois.row.fila_id, []).append(depois)
