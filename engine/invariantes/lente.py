"""The one place that looks into the Distribuidor: what is kept in it otherwise one day is looked up otherwise here.

A Lente is good for one moment: nothing may have happened since it was made.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Literal

from msgspec import Struct

from engine.distribuicao import Distribuidor, Linha, Perfil, chave_de_espera, exigencia_de, porque_nao
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
        self._com_vaga: dict[str, list[Perfil]] = {}
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
            conta_certa=perfil.ativos == len(perfil.ocupadas) + len(perfil.prometidas)
            and perfil.livres == perfil.teto - perfil.ativos,
            recebe=perfil.livres > 0,
            sem_teto=perfil.teto == 0,
            excede=bool(perfil.prometidas) and perfil.livres < 0,
        )

    def tem(self, atendente_id: str, ticket_id: str) -> bool:
        """Whether a ticket holds a slot of an agent."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        return perfil is not None and ticket_id in perfil.ocupadas

    def acima(self, atendente_id: str, forcados: int) -> bool:
        """Whether an agent has more than its capacity, not counting so many that were forced upon it."""
        perfil = self._distribuidor.perfis.get(atendente_id)
        return perfil is not None and len(perfil.ocupadas) - forcados > perfil.row.capacidade

    def prometido_a(self, ticket_id: str) -> str | None:
        promessa = self._distribuidor.promessas.get(ticket_id)
        return None if promessa is None else promessa.perfil.id

    # -- what waits ------------------------------------------------------------------------------------------------

    def linha(self, fila_id: str) -> LinhaVista | None:
        linha = self._distribuidor.linhas.get(fila_id)
        if linha is None:
            return None
        return LinhaVista(linha.fila, set(linha.escala.candidatos))

    def esperam(self, fila_id: str) -> list[str]:
        """What stands in the line of a fila."""
        linha = self._distribuidor.linhas.get(fila_id)
        return [] if linha is None else linha.esperando.ids()

    def na_linha(self, fila_id: str, ticket_id: str) -> bool:
        linha = self._distribuidor.linhas.get(fila_id)
        return linha is not None and ticket_id in linha.esperando

    def automatica(self, fila_id: str) -> bool:
        """Whether the fila gives out by itself."""
        linha = self._distribuidor.linhas.get(fila_id)
        return linha is not None and linha.fila.distribuicao_automatica

    def onde(self, row: TicketRow) -> Onde | None:
        """Where a ticket that waits stands; None: nowhere, or at another place than its own."""
        linha = self._distribuidor.linhas.get(row.fila_id)
        if row.id in self._distribuidor.promessas:
            return "prometido"
        if linha is None:
            return None
        if row.id in linha.parados:
            return "parado"
        na_linha = linha.esperando.ver(row.id)
        return "na_linha" if na_linha is not None and _lugar(na_linha[1]) == _lugar(row) else None

    def chave(self, row: TicketRow) -> Chave:
        """Its place in the line of its fila: smaller comes first."""
        linha = self._distribuidor.linhas[row.fila_id]
        return chave_de_espera(row, linha.fila.prioridade)

    def assinatura(self, row: TicketRow) -> Hashable:
        """Tickets of one signature may go to the same agents."""
        exigencia = exigencia_de(row)
        return exigencia.fila_id, exigencia.devolvido_por

    def quem_pode(self, row: TicketRow) -> str | None:
        """Somebody who may have a ticket of this fila now, and has room; None if nobody may."""
        linha = self._distribuidor.linhas.get(row.fila_id)
        if linha is None:
            return None
        assinatura = self.assinatura(row)
        if assinatura not in self._podem:
            self._podem[assinatura] = self._procurar(row, linha)
        return self._podem[assinatura]

    def _procurar(self, row: TicketRow, linha: Linha) -> str | None:
        exigencia = exigencia_de(row)
        for perfil in self._quem_tem_vaga(linha):
            self.pares += 1
            if porque_nao(exigencia, perfil, linha.escala) is None:
                return perfil.id
        return None

    def _quem_tem_vaga(self, linha: Linha) -> list[Perfil]:
        fila_id = linha.fila.id
        if fila_id not in self._com_vaga:
            candidatos = linha.escala.candidatos.values()
            self._com_vaga[fila_id] = [um.perfil for um in candidatos if um.perfil.livres > 0]
        return self._com_vaga[fila_id]


def _lugar(row: TicketRow) -> tuple[object, ...]:
    """What of a ticket decides over its place in line, and over who may have it."""
    return row.fila_id, row.prioridade, row.aguardando_desde, row.numero, row.devolvido_por
