"""The one place that looks into the Distribuidor: what is kept in it otherwise one day is looked up otherwise here.

A Lente is good for one moment: nothing may have happened since it was made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable
from typing import Literal

from msgspec import Struct

from engine.distribuicao import Candidato, Distribuidor, Linha, Perfil, porque_nao
from engine.distribuicao.custos import VAGA
from engine.distribuicao.exigencia import SEM_ROTA
from engine.modelo import AtendenteRow, FilaRow, TicketRow
from engine.ordenado import Chave

Onde = Literal["na_linha", "prometido", "parado"]
"""Where a ticket that waits stands: in its line, promised or offered to somebody, or apart, for its actor is out of
order.
"""


class AgenteVisto(Struct, frozen=True):
    """An agent as the distribution has it. ``guardam`` are the tickets that a slot is kept for, promised or offered.
    ``conta_certa``: what is taken of it, and what it has room for, is what its tickets make of it. ``recebe``: it may
    be given something now, or was promised it (an offer stands until it is answered). ``excede``: it was promised what
    it has no room for. ``arremate_ate``: when the first of its wrap-ups ends (ms).
    """

    row: AtendenteRow
    ocupam: list[str]
    guardam: list[str]
    filas: set[str]
    conta_certa: bool
    recebe: bool
    excede: bool
    arremate_ate: int | None


class LinhaVista(Struct, frozen=True):
    """The line of a fila as the distribution has it: its policy, and who serves it."""

    fila: FilaRow
    servem: set[str]


class Lente:
    """``pares`` counts the agents that were held against a ticket."""

    __slots__ = ("_com_vaga", "_distribuidor", "_podem", "pares")

    def __init__(self, distribuidor: Distribuidor) -> None:
        self._distribuidor = distribuidor
        self._com_vaga: dict[str, list[Candidato]] = {}
        self._podem: dict[Hashable, str | None] = {}
        self.pares = 0

    def agentes(self) -> list[str]:
        return list(self._distribuidor.perfis)

    def filas(self) -> list[str]:
        return list(self._distribuidor.linhas)

    def proximo_prazo(self) -> int | None:
        """When the distribution has something to do next because time passes (ms)."""
        return self._distribuidor.proximo_prazo()

    # -- agents ------------------------------------------------------------------------------------------------------

    def agente(self, atendente_id: str) -> AgenteVisto | None:
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is None:
            return None
        prometidas = [id_ for id_ in perfil.prometidas if not self._ofertada(id_)]
        return AgenteVisto(
            perfil.row,
            list(perfil.ocupadas),
            list(perfil.prometidas),
            set(perfil.lugares),
            conta_certa=_conta_certa(perfil),
            recebe=bool(perfil.vagas or perfil.teto or prometidas),
            excede=perfil.nao_cabe() in prometidas,
            arremate_ate=min((um.ate for um in perfil.arremates.values()), default=None),
        )

    def tem(self, atendente_id: str, ticket_id: str) -> bool:
        """Whether a ticket holds a slot of an agent."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        return perfil is not None and ticket_id in perfil.ocupadas

    def acima(self, atendente_id: str, forcados: Collection[str]) -> bool:
        """Whether an agent has more than its capacity, not counting what was forced upon it; were each of its tickets
        in the state in which it costs least, as it may have been when the last of them was given.
        """
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is None:
            return False
        custos = perfil.custos
        menores = [min(par) for par in zip(custos.custo, custos.custo_pendente, strict=True)]
        ocupacoes = [ocupacao for id_, ocupacao in perfil.ocupadas.items() if id_ not in forcados]
        usado = sum(min(custo, menores[classe] if classe >= 0 else min(menores)) for custo, classe in ocupacoes)
        return usado > perfil.row.capacidade * VAGA

    def prometido_a(self, ticket_id: str) -> list[str]:
        """Who keeps a slot for it."""
        promessa = self._distribuidor.promessas.get(ticket_id)
        return [] if promessa is None else [perfil.id for perfil in promessa.perfis]

    def _ofertada(self, ticket_id: str) -> bool:
        promessa = self._distribuidor.promessas.get(ticket_id)
        return promessa is not None and promessa.ofertada

    # -- what waits ------------------------------------------------------------------------------------------------

    def linha(self, fila_id: str) -> LinhaVista | None:
        linha = self._distribuidor.linhas.get(fila_id)
        if linha is None:
            return None
        return LinhaVista(linha.fila, set(linha.escala.candidatos))

    def esperam(self, fila_id: str) -> list[str]:
        """What stands in the line of a fila."""
        linha = self._distribuidor.linhas.get(fila_id)
        return [] if linha is None else list(linha.esperas)

    def na_linha(self, fila_id: str, ticket_id: str) -> bool:
        linha = self._distribuidor.linhas.get(fila_id)
        return linha is not None and ticket_id in linha.esperas

    def distribui(self, fila_id: str) -> bool:
        """Whether the fila gives out by itself now."""
        linha = self._distribuidor.linhas.get(fila_id)
        return linha is not None and linha.distribui

    def onde(self, row: TicketRow) -> Onde | None:
        """Where a ticket that waits stands; None: nowhere, or at another place than its own."""
        if row.id in self._distribuidor.promessas:
            return "prometido"
        linha = self._distribuidor.linhas.get(row.fila_id)
        if linha is None:
            return None
        if row.id in linha.parados:
            return "parado"
        espera = linha.esperas.get(row.id)
        return "na_linha" if espera is not None and _lugar(espera.row) == _lugar(row) else None

    def quem_pode(self, row: TicketRow) -> str | None:
        """Somebody who may have a ticket that stands in line now; None if nobody may."""
        linha = self._distribuidor.linhas[row.fila_id]
        espera = linha.esperas[row.id]
        recusaram = () if row.rota is None else row.rota.recusado_por
        pede = (row.fila_id, espera.classe.exigencia, espera.de, row.devolvido_por, recusaram)
        if pede not in self._podem:
            self._podem[pede] = self._procurar(row, linha)
        return self._podem[pede]

    def _procurar(self, row: TicketRow, linha: Linha) -> str | None:
        espera = linha.esperas[row.id]
        for candidato in self._quem_tem_vaga(linha):
            self.pares += 1
            if porque_nao(linha, espera, candidato) is None:
                return candidato.perfil.id
        return None

    def _quem_tem_vaga(self, linha: Linha) -> list[Candidato]:
        fila_id = linha.fila.id
        if fila_id not in self._com_vaga:
            self._com_vaga[fila_id] = [um for um in linha.escala.candidatos.values() if um.perfil.vagas]
        return self._com_vaga[fila_id]

    # -- whose turn it was -------------------------------------------------------------------------------------------

    def tem_vez(self, fila_id: str) -> bool:
        """Whether places in the line of a fila, and who may have what, do not change while a ticket waits."""
        linha = self._distribuidor.linhas.get(fila_id)
        return linha is not None and linha.distribui and not linha.vigia

    def chave(self, row: TicketRow) -> Chave:
        """Its place in the line of its fila, which has one place for each (:meth:`tem_vez`): smaller comes first."""
        return self._distribuidor.linhas[row.fila_id].regras.chave(row, 0)

    def pede(self, row: TicketRow, *, dado: bool) -> Hashable:
        """Whoever may have one may have all that ask the same. ``dado``: it has been given, and what kept some from it
        before is not known any more: it asked for no less.
        """
        recusaram = () if row.rota is None or dado else row.rota.recusado_por
        return row.fila_id, self._distribuidor.exigencia(row), None if dado else row.devolvido_por, recusaram


def _conta_certa(perfil: Perfil) -> bool:
    """By its tickets alone: how much of it is taken, how many of each class it has, and what it has room for."""
    ocupacoes = [*perfil.ocupadas.values(), *perfil.prometidas.values()]
    usado = sum(custo for custo, _ in ocupacoes) + sum(um.custo for um in perfil.arremates.values())
    em = Counter(classe for _, classe in ocupacoes if classe >= 0)
    vagas = sum(1 << classe for classe in range(len(perfil.em)) if perfil.impede(classe) is None)
    teto = perfil.row.capacidade * VAGA if perfil.recebe else 0
    em_certo = [em[classe] for classe in range(len(perfil.em))] == list(perfil.em)
    return (perfil.usado, perfil.vagas, perfil.teto) == (usado, vagas, teto) and em_certo


def _lugar(row: TicketRow) -> tuple[object, ...]:
    """What of a ticket decides over its place in line, and over who may have it."""
    rota = row.rota or SEM_ROTA
    o_que_pede = (rota.etiquetas, rota.idioma, rota.habilidades, rota.recusado_por, rota.oferta)
    onde = (rota.na_fila_desde, rota.passou_por, rota.afim)
    return row.fila_id, row.prioridade, row.aguardando_desde, row.numero, row.devolvido_por, o_que_pede, onde
