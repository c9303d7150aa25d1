"""What waits, and what is offered, held against the rows alone by the rules written down a second time
(:mod:`tests.engine.referencia`): nothing of what the distribution keeps in any order is used.
"""

from __future__ import annotations

from collections import defaultdict

from actors.diretorio.empresa_viva import EmpresaViva
from engine.distribuicao import porque_nao
from engine.estados import oferta_de, silencio_ate
from engine.modelo import TicketRow
from tests.engine.juizo import Elegibilidade
from tests.engine.referencia import Mundo

DE_NOVO = 60_000
"""So long after it was told to go elsewhere a ticket is told again, if it has not."""


class Esperas:
    """Of one empresa. ``_devem_ir``: since when a ticket should have gone elsewhere (ms)."""

    def __init__(self) -> None:
        self._devem_ir: dict[str, int] = {}

    def conferir(self, viva: EmpresaViva, mundo: Mundo, impedidos: dict[tuple[str, str], str | None]) -> None:
        """3, in its exact form: no ticket waits while an agent who may take it, by the policy at that instant, has
        room.
        """
        elegiveis, servem = Elegibilidade(mundo, lambda fila, pessoa: impedidos[fila, pessoa]), _quem_recebe(mundo)
        for fila in filter(mundo.distribui, mundo.filas):
            for row in mundo.a_espera(fila) if servem[fila] else ():
                podem = [pessoa for pessoa in servem[fila] if elegiveis.pode(row, pessoa)]
                assert not podem, f"3: {podem[0]} may have {row.id}, which waits in {fila}"
        self._conferir_lugares(viva, mundo)
        self._conferir_ofertas(mundo)

    def _conferir_lugares(self, viva: EmpresaViva, mundo: Mundo) -> None:
        for fila, linha in viva.distribuicao._distribuidor.linhas.items():
            em_ordem = [espera.row.id for espera in linha.em_ordem()]
            assert em_ordem == [row.id for row in sorted(mundo.a_espera(fila), key=mundo.lugar)], "places in line"

    def _conferir_ofertas(self, mundo: Mundo) -> None:
        """A slot is kept for what is offered, of somebody who may have it, and no longer than it is."""
        for ticket_id, quem in mundo.prometidos.items():
            row = mundo.tickets[ticket_id]
            for pessoa in quem:
                assert (row.fila_id, pessoa) in mundo.vias, f"{ticket_id} is offered to {pessoa}, who does not serve it"
                assert mundo.recebe(pessoa), f"5: {ticket_id} is offered to {pessoa}, who is not there"
                cheio = mundo.usado(pessoa) > mundo.pessoas[pessoa].capacidade * 100
                assert not cheio or not mundo.custo(row), f"2: {pessoa} is offered more than it can hold"

    def conferir_razoes(
        self, viva: EmpresaViva, mundo: Mundo, impedidos: dict[tuple[str, str], str | None]
    ) -> None:  # fmt: skip
        """Of every ticket that waits and every agent who serves its fila: what keeps it from it is what is said."""
        elegiveis = Elegibilidade(mundo, lambda fila, pessoa: impedidos[fila, pessoa])
        for fila, linha in viva.distribuicao._distribuidor.linhas.items():
            for row in mundo.a_espera(fila):
                for pessoa, candidato in linha.escala.candidatos.items():
                    porque, dito = (
                        elegiveis.porque_nao(row, pessoa),
                        porque_nao(linha, linha.esperas[row.id], candidato),
                    )
                    if "recusou" in porque and row.devolvido_por == pessoa:
                        porque |= {"devolveu"}
                    certo = dito in porque if porque else dito is None
                    assert certo, f"{row.id} and {pessoa}: {dito}, and not {porque}"

    def conferir_quem_vai(self, mundo: Mundo, folga: int) -> None:
        """What should be elsewhere by now is, or has been told so not longer than ``folga`` ms ago."""
        elegiveis = Elegibilidade(mundo, lambda *_: None)
        vao = dict[str, int]()
        for fila in mundo.filas:
            for row in mundo.a_espera(fila):
                if elegiveis.destinos(row, "espera", 0) or elegiveis.destinos(row, "sem_atendentes", 0):
                    vao[row.id] = self._devem_ir.get(row.id, mundo.now)
                    assert mundo.now - vao[row.id] <= folga, f"13: {row.id} waits in {fila}, and is to go elsewhere"
        self._devem_ir = vao


def _quem_recebe(mundo: Mundo) -> dict[str, list[str]]:
    """By fila, who is at work."""
    recebem = {pessoa for pessoa in mundo.pessoas if mundo.recebe(pessoa)}
    servem = defaultdict[str, list[str]](list)
    for fila, pessoa in mundo.vias:
        if pessoa in recebem:
            servem[fila].append(pessoa)
    return servem


def conferir_prazos(mundo: Mundo) -> None:
    """13: no offer is past its end, and no silence, but of what is out of order."""
    for row in mundo.tickets.values():
        if row.id not in mundo.suspensos:
            oferta, silencio = oferta_de(row), silencio_ate(row)
            assert oferta is None or oferta.ate > mundo.now, f"13: the offer of {row.id} does not end"
            assert silencio is None or silencio > mundo.now, f"13: the silence of {row.id}'s owner does not end"


def conferir_idades(antes: dict[str, TicketRow], depois: dict[str, TicketRow], fecharam: set[str]) -> None:
    """A ticket keeps its age, wherever it goes, unless it was closed in between."""
    for id_, row in depois.items():
        if id_ in antes and id_ not in fecharam:
            assert row.aguardando_desde == antes[id_].aguardando_desde, f"{id_} has lost its age"
