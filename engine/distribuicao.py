"""Distribution: which agent a ticket goes to, and which ticket a free agent takes.

Pure rules over keys; the smallest key wins. The waiting line of a fila is ordered by effective priority, then by age
(first come, first served within a priority). Agents are ordered by the fila's strategy, in the terms of automatic call
distributors: fewest active ("least occupied"), rotation ("round robin"), longest idle.
"""

from __future__ import annotations

from typing import Final

from engine.modelo import Estrategia, Prioridade
from engine.ordenado import Chave, Ordenado

PESO: Final[dict[Prioridade, int]] = {"BAIXA": 0, "NORMAL": 10, "ALTA": 20, "URGENTE": 30}
"""What a ticket's priority weighs beside its fila's 1-10: a higher class always goes first, the fila decides within."""


def prioridade_efetiva(prioridade: Prioridade, prioridade_da_fila: int) -> int:
    """The rank of a ticket among all filas: 1 (BAIXA in the least fila) to 40 (URGENTE in the foremost)."""
    return PESO[prioridade] + prioridade_da_fila


def chave_de_espera(efetiva: int, aguardando_desde: int, numero: int) -> Chave:
    """Place in the waiting line: higher effective priority first, then longer wait, then lower number."""
    return (-efetiva, aguardando_desde, numero)


class Candidato:
    """An agent as one fila sees it. ``livres``, ``vagas`` and ``ativos`` are what the agent last said: how much it may
    be offered now, how many slots it has free (also while it is choosing), how many are in use. ``ofertas`` is how
    many tickets this fila has on offer to it; ``vez`` is its place in the rotation.
    """

    __slots__ = ("ativos", "capacidade", "id", "livres", "ocioso_desde", "ofertas", "vagas", "vez")

    def __init__(self, id_: str, vez: int) -> None:
        self.id = id_
        self.vez = vez
        self.livres = 0
        self.vagas = 0
        self.ativos = 0
        self.capacidade = 0
        self.ocioso_desde = 0
        self.ofertas = 0

    def elegivel(self) -> bool:
        """Whether this fila may offer it one more ticket."""
        return self.livres > self.ofertas

    def tem_vaga(self) -> bool:
        """Whether it could do one more ticket, now or when it has chosen."""
        return self.vagas > self.ofertas


def chave_de_escolha(estrategia: Estrategia, candidato: Candidato) -> Chave:
    """Place of an agent in the order of a strategy.

    MENOS_OCUPADO: the lowest occupancy (active ÷ capacity), ties to the longest idle. ROUND_ROBIN: whose turn is
    longest ago. MAIOR_TEMPO_OCIOSO: who took or finished work longest ago. Ties end with the rotation, so equal agents
    share equally.
    """
    if estrategia == "ROUND_ROBIN":
        return (candidato.vez,)
    if estrategia == "MAIOR_TEMPO_OCIOSO":
        return (candidato.ocioso_desde, candidato.vez)
    ocupacao = (candidato.ativos + candidato.ofertas) / max(candidato.capacidade, 1)
    return (ocupacao, candidato.ocioso_desde, candidato.vez)


class Escala:
    """The roster of a fila: its agents, and among those with a free slot the order of its strategy."""

    __slots__ = ("_elegiveis", "_vez", "candidatos", "estrategia")

    def __init__(self, estrategia: Estrategia) -> None:
        self.estrategia = estrategia
        self.candidatos: dict[str, Candidato] = {}
        self._elegiveis: Ordenado[Candidato] = Ordenado()
        self._vez = 0

    def incluir(self, atendente_id: str) -> Candidato:
        """The agent's entry; a new one joins at the end of the rotation."""
        candidato = self.candidatos.get(atendente_id)
        if candidato is None:
            candidato = self.candidatos[atendente_id] = Candidato(atendente_id, self._proxima_vez())
        return candidato

    def remover(self, atendente_id: str) -> None:
        self.candidatos.pop(atendente_id, None)
        self._elegiveis.tirar(atendente_id)

    def reordenar(self, candidato: Candidato) -> None:
        """Put an agent where its present figures say. Call after changing any of them. Ignores one who was removed."""
        if self.candidatos.get(candidato.id) is not candidato:
            return
        if candidato.elegivel():
            self._elegiveis.por(candidato.id, chave_de_escolha(self.estrategia, candidato), candidato)
        else:
            self._elegiveis.tirar(candidato.id)

    def mudar_estrategia(self, estrategia: Estrategia) -> None:
        self.estrategia = estrategia
        for candidato in self.candidatos.values():
            self.reordenar(candidato)

    def proximo(self) -> Candidato | None:
        """Who the strategy chooses now, or None if nobody has a free slot."""
        primeiro = self._elegiveis.primeiro()
        return None if primeiro is None else primeiro[2]

    def proximo_exceto(self, atendente_id: str) -> Candidato | None:
        """Who it chooses when one agent is left out."""
        return next((candidato for id_, _, candidato in self._elegiveis.em_ordem() if id_ != atendente_id), None)

    def passou_a_vez(self, candidato: Candidato) -> None:
        """The agent was given work: it goes to the end of the rotation."""
        candidato.vez = self._proxima_vez()

    def _proxima_vez(self) -> int:
        self._vez += 1
        return self._vez
