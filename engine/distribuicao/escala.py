"""The roster of a fila: who serves it, in the order of its strategy."""

from __future__ import annotations

from collections.abc import Iterator

from engine.distribuicao.escolha import CHAVES
from engine.distribuicao.perfil import Perfil
from engine.modelo import Estrategia
from engine.ordenado import Ordenado


class Candidato:
    """An agent in the roster of one fila. ``vez`` is its place in the rotation."""

    __slots__ = ("perfil", "vez")

    def __init__(self, perfil: Perfil, vez: int) -> None:
        self.perfil = perfil
        self.vez = vez


class Escala:
    """Those who serve a fila, and among those with a free slot the order of its strategy."""

    __slots__ = ("_chave", "_com_vaga", "_vez", "candidatos", "estrategia")

    def __init__(self, estrategia: Estrategia) -> None:
        self.estrategia = estrategia
        self._chave = CHAVES[estrategia]
        self.candidatos: dict[str, Candidato] = {}
        self._com_vaga: Ordenado[Candidato] = Ordenado()
        self._vez = 0

    def incluir(self, perfil: Perfil) -> Candidato:
        """The agent joins at the end of the rotation."""
        candidato = self.candidatos[perfil.id] = Candidato(perfil, self._proxima_vez())
        self.reordenar(candidato)
        return candidato

    def remover(self, atendente_id: str) -> None:
        self.candidatos.pop(atendente_id, None)
        self._com_vaga.tirar(atendente_id)

    def reordenar(self, candidato: Candidato) -> None:
        """Put an agent where its present figures say. To be called when any of them has changed."""
        perfil = candidato.perfil
        if perfil.livres > 0:
            self._com_vaga.por(perfil.row.id, self._chave(perfil, candidato.vez), candidato)
        else:
            self._com_vaga.tirar(perfil.row.id)

    def mudar_estrategia(self, estrategia: Estrategia) -> None:
        if estrategia != self.estrategia:
            self.estrategia = estrategia
            self._chave = CHAVES[estrategia]
            for candidato in self.candidatos.values():
                self.reordenar(candidato)

    def proximo(self) -> Candidato | None:
        """The first of the order, or None if nobody has a free slot."""
        primeiro = self._com_vaga.primeiro()
        return None if primeiro is None else primeiro[2]

    def proximo_exceto(self, atendente_id: str) -> Candidato | None:
        """The first when one agent is left out."""
        return next((candidato for id_, _, candidato in self._com_vaga.em_ordem() if id_ != atendente_id), None)

    def em_ordem(self) -> Iterator[Candidato]:
        """Everybody with a free slot, in order. Nothing may change meanwhile."""
        return (candidato for _, _, candidato in self._com_vaga.em_ordem())

    def passou_a_vez(self, candidato: Candidato) -> None:
        """The agent was given work: it goes to the end of the rotation. It must be put in order again."""
        candidato.vez = self._proxima_vez()

    def _proxima_vez(self) -> int:
        self._vez += 1
        return self._vez
