"""The one place that looks into the Distribuidor: what is kept in it otherwise one day is looked up otherwise here.

A Lente is good for one moment: nothing may have happened since it was made.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from msgspec import Struct

from engine.distribuicao import Candidato, Distribuidor, Espera, Linha, porque_nao
from engine.distribuicao.custos import VAGA
from engine.modelo import AtendenteRow, FilaRow, TicketRow
from engine.ordenado import Chave

Onde = Literal["na_linha", "prometido", "parado"]
"""Where a ticket that waits stands: in its line, promised to somebody, or apart, for its actor is out of order."""


class AgenteVisto(Struct, frozen=True):
    """An agent as the distribution has it. ``conta_certa``: its free slots are what its tickets leave of its ceiling.
    ``recebe``: it may be promised something now. ``sem_teto``: it is given nothing, whatever it has.
    """

    row: AtendenteRow
    ocupam: list[str]
    prometidos: list[str]
    filas: set[str]
    conta_certa: bool
    recebe: bool
    sem_teto: bool
    excede: bool


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

    def agente(self, atendente_id: str) -> AgenteVisto | None:
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is None:
            return None
        return AgenteVisto(
            perfil.row,
            list(perfil.ocupadas),
            list(perfil.prometidas),
            set(perfil.lugares),
            conta_certa=perfil.usado == perfil.somado(),
            recebe=perfil.vagas != 0,
            sem_teto=not perfil.recebe,
            excede=perfil.nao_cabe() is not None,
        )

    def tem(self, atendente_id: str, ticket_id: str) -> bool:
        """Whether a ticket holds a slot of an agent."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        return perfil is not None and ticket_id in perfil.ocupadas

    def acima(self, atendente_id: str, forcados: int) -> bool:
        """Whether an agent has more than its capacity, not counting so many that were forced upon it."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        if perfil is None:
            return False
        ocupado = sum(custo for custo, _ in perfil.ocupadas.values())
        return ocupado - forcados * VAGA > perfil.row.capacidade * VAGA

    def prometido_a(self, ticket_id: str) -> str | None:
        promessa = self._distribuidor.promessas.get(ticket_id)
        return None if promessa is None or not promessa.perfis else promessa.perfil.id

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

    def automatica(self, fila_id: str) -> bool:
        """Whether the fila gives out by itself."""
        linha = self._distribuidor.linhas.get(fila_id)
        return linha is not None and linha.distribui

    def onde(self, row: TicketRow) -> Onde | None:
        """Where a ticket that waits stands; None: nowhere, or at another place than its own."""
        linha = self._distribuidor.linhas.get(row.fila_id)
        if row.id in self._distribuidor.promessas:
            return "prometido"
        if linha is None:
            return None
        if row.id in linha.parados:
            return "parado"
        espera = linha.esperas.get(row.id)
        return "na_linha" if espera is not None and _lugar(espera.row) == _lugar(row) else None

    def chave(self, row: TicketRow) -> Chave:
        """Its place in the line of its fila: smaller comes first."""
        return self._distribuidor.linhas[row.fila_id].regras.chave(row, 0)

    def assinatura(self, row: TicketRow) -> Hashable | None:
        """Tickets of one signature go to the same agents, whoever comes first first; None: of this one that cannot be
        said, for its fila does not go by its place in line alone (rings, kept for one agent, offers).
        """
        linha = self._distribuidor.linhas.get(row.fila_id)
        if linha is None or linha.vigia or linha.regras.politica.modo == "oferta":
            return None
        return row.fila_id, self._distribuidor.pedido(row), row.devolvido_por

    def quem_pode(self, row: TicketRow) -> str | None:
        """Somebody who may have a ticket of this fila now, and has room; None if nobody may. Of tickets of one
        signature the first is looked at.
        """
        linha = self._distribuidor.linhas.get(row.fila_id)
        espera = None if linha is None else linha.esperas.get(row.id)
        if linha is None or espera is None:
            return None
        assinatura = _assinatura(espera)
        if assinatura not in self._podem:
            self._podem[assinatura] = self._procurar(espera, linha)
        return self._podem[assinatura]

    def _procurar(self, espera: Espera, linha: Linha) -> str | None:
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


def _assinatura(espera: Espera) -> Hashable:
    """Tickets of one signature may go to the same agents."""
    row = espera.row
    recusado_por = () if row.rota is None else row.rota.recusado_por
    return row.fila_id, espera.classe.exigencia, espera.de, row.devolvido_por, recusado_por


def _lugar(row: TicketRow) -> tuple[object, ...]:
    """What of a ticket decides over its place in line, and over who may have it."""
    return row.fila_id, row.prioridade, row.aguardando_desde, row.numero, row.devolvido_por
