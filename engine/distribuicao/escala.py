"""The roster of a fila: who serves it, in the order of its strategy, and who of them may have what.

Agents are bits: a set of them is a number, so "those who have the skills and have room" is one ``&``, whatever many
there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Final, Literal

from engine.distribuicao import partes
from engine.distribuicao.aptidoes import Aptidoes
from engine.distribuicao.estrategias import BASES, POR_HABILIDADE, grupo
from engine.distribuicao.exigencia import Exigencia, tem_as_habilidades
from engine.distribuicao.ordem import Ordem, um_a_um
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.regras import Regras
from engine.ordenado import Chave

Limite = Literal["limite", "aquecimento"]
"""A bound of an agent's share in a fila (see :mod:`engine.distribuicao.limites`)."""

_ANTES: Final = 1_000_000_000
"""So far before the first place in the rotation stand those of whom nothing is remembered."""


class Candidato:
    """An agent in the roster of one fila, as the ``bit`` of its ``lugar``. ``equipes`` are the ways by which it serves
    it (None: itself).

    ``vez`` is its place in the rotation, ``passo`` its virtual time in the weighted one, ``dada_em`` when it was given
    something of the fila last, ``atendidos`` how many in the window of MENOS_ATENDIDOS. ``etapa``: it may have only
    what has waited so far; ``prioridade``: that of the fila among all that it serves. ``contas`` are what it was given
    in the windows of the bounds (see :mod:`engine.distribuicao.limites`), and ``impedido`` the one that is full.
    ``niveis`` are the skills by which it is known in the roster, and ``escrito`` is how a record has it, in a
    group (see :mod:`engine.distribuicao.registro`). ``disponivel``, ``vagas`` and ``chave`` are as the roster has them.
    """

    __slots__ = ("atendidos", "bit", "chave", "contas", "dada_em", "disponivel", "equipes", "escrito", "etapa",
    "fim_do_escrito", "impedido", "lugar", "niveis", "passo", "perfil", "prioridade", "vagas", "vez")  # fmt: skip

    def __init__(self, perfil: Perfil, lugar: int, equipes: tuple[str | None, ...]) -> None:
        self.perfil = perfil
        self.lugar = lugar
        self.bit = 1 << lugar
        self.equipes = equipes
        self.niveis: Mapping[str, int] = {}
        self.escrito: tuple[float, str] | None = None
        self.fim_do_escrito: str | None = None
        self.etapa = 0
        self.prioridade = 0
        self.vez = 0
        self.passo = 0.0
        self.dada_em = 0
        self.atendidos = 0
        self.contas: dict[str, int] = {}
        self.impedido: Limite | None = None
        self.vagas = 0
        self.disponivel = False
        self.chave: Chave | None = None

    def desescrever(self) -> None:
        """What was written of it is so no more."""
        self.escrito = self.fim_do_escrito = None


class Escala:
    """``candidatos`` are those who serve a fila, by id; what they have had is counted as it is since ``conta_desde``
    (ms). ``livres`` are, by class of work, those who have room for it and whom no bound of the fila keeps from it;
    ``disponiveis`` those who work now, with or without room.
    """

    __slots__ = ("_aberta", "_aptidoes", "_base", "_lugares", "_niveis", "_ordem", "_soma", "_vagos", "_vez",
    "candidatos", "conta_desde", "disponiveis", "livres", "regras")  # fmt: skip

    def __init__(self, regras: Regras, classes: int) -> None:
        self.regras = regras
        self._base = BASES[regras.politica.estrategia]
        self._soma = regras.politica.estrategia == "HIBRIDO"
        self.candidatos: dict[str, Candidato] = {}
        self._lugares: list[Candidato | None] = []
        self._vagos: list[int] = []
        self._aptidoes = Aptidoes()
        self._ordem = Ordem(self._lugares)
        self._niveis = partes.Niveis()
        self._vez = -_ANTES
        self._aberta = False
        self.conta_desde = 0
        self.livres = [0] * classes
        self.disponiveis = 0

    # -- who serves ----------------------------------------------------------------------------------------------------

    def incluir(self, perfil: Perfil, equipes: tuple[str | None, ...] = (None,)) -> Candidato:
        """The agent joins at the end of the rotation, and in the others on a level with those who have what it may."""
        if not self._vagos:
            self._vagos.append(len(self._lugares))
            self._lugares.append(None)
        lugar = self._vagos.pop()
        candidato = self.candidatos[perfil.id] = self._lugares[lugar] = Candidato(perfil, lugar, equipes)
        candidato.vez = self._proxima_vez()
        candidato.etapa, candidato.prioridade = self.regras.via(equipes)
        self._aptidoes.incluir(candidato)
        self._nivelar(candidato)
        self.reordenar(candidato)
        return candidato

    def remover(self, candidato: Candidato) -> None:
        self.disponiveis &= ~candidato.bit
        self._mudar_vagas(candidato, 0)
        self._tirar_da_ordem(candidato)
        self._aptidoes.tirar(candidato)
        del self.candidatos[candidato.perfil.id]
        self._lugares[candidato.lugar] = None
        self._vagos.append(candidato.lugar)

    def mudar_vias(self, candidato: Candidato, equipes: tuple[str | None, ...]) -> None:
        """The agent serves the fila by other ways than before. What it may have must be looked at again."""
        candidato.equipes = equipes
        self.rever_de(candidato)

    def rever_de(self, candidato: Candidato) -> None:
        """What an agent can do, or the ways by which it serves the fila, may be others than they were."""
        self._aptidoes.tirar(candidato)
        candidato.etapa, candidato.prioridade = self.regras.via(candidato.equipes)
        self._aptidoes.incluir(candidato)

    def mudar_regras(self, regras: Regras, now: int = 0) -> None:
        """By another policy. If it counts otherwise what agents have had, that begins anew for all of them."""
        if partes.conta_outra_coisa(self.regras.politica, regras.politica):
            self.conta_desde = now
            self._niveis.esquecer()
            for candidato in self.candidatos.values():
                candidato.passo = 0.0
        self.regras = regras
        self._base = BASES[regras.politica.estrategia]
        self._soma = regras.politica.estrategia == "HIBRIDO"
        for candidato in self.candidatos.values():
            self.rever_de(candidato)
            self.reordenar(candidato)

    # -- in order ------------------------------------------------------------------------------------------------------

    def reordenar(self, candidato: Candidato) -> None:
        """Put an agent where its present figures say. To be called when any of them has changed."""
        perfil = candidato.perfil
        if perfil.recebe != candidato.disponivel:
            candidato.disponivel = perfil.recebe
            self.disponiveis ^= candidato.bit
            if perfil.recebe:
                self._nivelar(candidato)
        vagas = perfil.vagas if candidato.impedido is None else 0
        if vagas != candidato.vagas:
            self._mudar_vagas(candidato, vagas)
        chave = self._base(candidato, self.regras.politica) if vagas else None
        if chave != candidato.chave:
            self._tirar_da_ordem(candidato)
            candidato.chave = chave
            candidato.desescrever()
            if chave is not None:
                self._ordem.por(chave, candidato)

    def _tirar_da_ordem(self, candidato: Candidato) -> None:
        if candidato.chave is not None:
            self._ordem.retirar(candidato.chave, candidato)
            candidato.chave = None

    def _mudar_vagas(self, candidato: Candidato, vagas: int) -> None:
        mudaram, bit, livres = vagas ^ candidato.vagas, candidato.bit, self.livres
        candidato.vagas = vagas
        while mudaram:
            um = mudaram & -mudaram
            livres[um.bit_length() - 1] ^= bit
            mudaram ^= um

    def _nivelar(self, candidato: Candidato) -> None:
        """Who comes, or comes back, goes on from the level of those who had what it might have had meanwhile."""
        if self._aberta and self.regras.politica.estrategia in partes.NIVELAM:
            partes.nivelar(candidato, self._niveis.de(self.regras, candidato), self.regras.politica)

    def ver_nivel(self, exigencia: Exigencia, grupos: dict[float, int], candidato: Candidato) -> None:
        """The agent is to be given what asks this; those with room who might have had it too are in ``grupos``."""
        politica, primeiro = self.regras.politica, self._ordem.primeiro()
        if politica.estrategia not in partes.NIVELAM:
            return
        teve = partes.teve(candidato, politica)
        if primeiro is not None and (politica.estrategia == "HIBRIDO" or (primeiro.chave or (0,))[0] < teve):
            outro = self.escolher(grupos, self.livres[exigencia.classe] & ~candidato.bit)
            teve = teve if outro is None else min(teve, partes.teve(outro, politica))
        pedido = (self.regras.atraso(exigencia.etapa), exigencia.habilidades)
        self._niveis.dada(pedido, teve, partes.custo(candidato, politica))

    def abrir(self) -> None:
        """All are known who serve it, and what is remembered of them. Who was never given anything is first in the
        rotation. In the others it goes on from the level of those who were, and so does who came back after it was.
        """
        candidatos, desde = self.candidatos.values(), max(1, self.conta_desde)
        self._aberta = True
        self._vez = max([0, *(candidato.vez for candidato in candidatos)])
        for candidato in candidatos:
            if candidato.dada_em < desde:
                candidato.passo, candidato.atendidos = 0.0, 0
        if self.regras.politica.estrategia in partes.NIVELAM:
            self._niveis.deduzir(self.regras, (um for um in candidatos if um.dada_em >= desde))
        for candidato in candidatos:
            if candidato.dada_em < max(desde, candidato.perfil.row.ocioso_desde):
                self._nivelar(candidato)
            self.reordenar(candidato)

    def passou_a_vez(self, candidato: Candidato, now: int) -> None:
        """The agent was given work: it goes to the end of the rotation. It must be put in order again."""
        candidato.vez = self._proxima_vez()
        candidato.dada_em = now
        if self.regras.politica.estrategia == "PONDERADO":
            candidato.passo += partes.custo(candidato, self.regras.politica)

    def nova_janela(self) -> None:
        """What everybody was given is counted from nothing."""
        if self.regras.politica.estrategia in partes.CONTA_ATENDIDOS:
            self._niveis.esquecer()
        for candidato in self.candidatos.values():
            candidato.atendidos = 0
            self.reordenar(candidato)

    def _proxima_vez(self) -> int:
        self._vez += 1
        return self._vez

    def em_ordem(self) -> Iterator[Candidato]:
        """Everybody with any room, in order. Nothing may change meanwhile."""
        return iter(self._ordem)

    @property
    def todos(self) -> int:
        """All who serve it."""
        return self._aptidoes.todos

    # -- who of them ---------------------------------------------------------------------------------------------------

    def aptos(self, exigencia: Exigencia) -> int:
        """All who may have what asks this, with or without room."""
        return self._aptidoes.aptos(exigencia)

    def apto(self, exigencia: Exigencia, candidato: Candidato) -> bool:
        return candidato.etapa <= exigencia.etapa and tem_as_habilidades(candidato.perfil.niveis, exigencia.habilidades)

    def grupos(self, exigencia: Exigencia) -> dict[float, int]:
        """Those who may have it by how well they have what it asks for, where that counts; else all of them alike."""
        aptos = self._aptidoes.aptos(exigencia)
        if not self._parte_por_habilidade(exigencia):
            return {0: aptos} if aptos else {}
        grupos: dict[float, int] = {}
        for candidato in self.destes(aptos):
            qual = grupo(exigencia, candidato, self.regras.politica)
            grupos[qual] = grupos.get(qual, 0) | candidato.bit
        return dict(sorted(grupos.items()))

    def grupo(self, exigencia: Exigencia, candidato: Candidato) -> float:
        return grupo(exigencia, candidato, self.regras.politica) if self._parte_por_habilidade(exigencia) else 0

    def _parte_por_habilidade(self, exigencia: Exigencia) -> bool:
        pede = exigencia.habilidades or exigencia.preferidas
        return bool(pede) and self.regras.politica.estrategia in POR_HABILIDADE

    def escolher(self, grupos: dict[float, int], quem: int) -> Candidato | None:
        """The first by the strategy of those in ``quem``, who all have room; the groups are as :meth:`grupos` has
        them. HIBRIDO adds a group to the key, all others look at one after the other.
        """
        melhor: tuple[Chave, Candidato] | None = None
        for qual, deles in grupos.items():
            candidato = self.primeiro(deles & quem)
            if candidato is None:
                continue
            if not self._soma:
                return candidato
            chave = self.chave_no_grupo(candidato, qual)
            if melhor is None or chave < melhor[0]:
                melhor = (chave, candidato)
        return None if melhor is None else melhor[1]

    def escolhas(self, grupos: dict[float, int], quem: int, quantos: int) -> list[tuple[float, list[Candidato]]]:
        """The first of those in ``quem``, in the order in which they would be chosen: those who follow one another and
        are of one group together.
        """
        if self._soma and len(grupos) > 1:
            return self._misturadas(grupos, quem, quantos)
        achados: list[tuple[float, list[Candidato]]] = []
        for qual, deles in grupos.items():
            if deles & quem and quantos:
                achados.append((qual, self._ordem.primeiros_de(deles & quem, quantos)))
                quantos -= len(achados[-1][1])
        return achados

    def _misturadas(self, grupos: dict[float, int], quem: int, quantos: int) -> list[tuple[float, list[Candidato]]]:
        de_cada = [self._com_chaves(qual, deles & quem) for qual, deles in grupos.items() if deles & quem]
        return [(qual, [um]) for _, qual, um in islice(merge(*de_cada, key=itemgetter(0)), quantos)]

    def _com_chaves(self, qual: float, quem: int) -> Iterator[tuple[Chave, float, Candidato]]:
        return ((self.chave_no_grupo(um, qual), qual, um) for um in self._ordem.destes(quem))

    def chave_no_grupo(self, candidato: Candidato, qual: float) -> Chave:
        assert candidato.chave is not None, "it has room"
        if self._soma:
            return (candidato.chave[0] + qual, *candidato.chave[1:])
        return (qual, *candidato.chave)

    def primeiro(self, quem: int) -> Candidato | None:
        """The first of the order that is in ``quem``, who all have room."""
        if quem & (quem - 1):
            return self._ordem.primeiro_de(quem)
        return self._lugares[quem.bit_length() - 1] if quem else None

    def destes(self, quem: int) -> Iterator[Candidato]:
        """The agents of a set, in no particular order."""
        return um_a_um(self._lugares, quem)
