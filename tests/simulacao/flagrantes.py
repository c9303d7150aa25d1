"""Caught in the act: each promise is looked at as it is made, and each ticket as it takes what it was promised.

Whoever finds something amiss there writes it down: what was raised would be taken for a crash of what it looks at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from actors.diretorio.empresa_viva import EmpresaViva
from actors.ticket.mensagens import Puxado
from actors.ticket.ticket import Ticket
from engine.distribuicao import Candidato, Espera, Linha, Pareador, Promessa, porque_nao
from engine.estados import dono, oferta_de
from engine.modelo import TicketRow
from engine.ordenado import Chave
from tests.engine.juizo import Elegibilidade
from tests.simulacao.partes import Dada
from tests.simulacao.retrato import no_ar


class Flagrantes:
    """``vistos`` is what was caught: empty, if all is well. ``prometidas`` is what was promised, by empresa."""

    def __init__(self) -> None:
        self.vistos: list[str] = []
        self._prometidas: dict[str, list[Dada]] = {}

    def tomar_prometidas(self, empresa_id: str) -> list[Dada]:
        """Since they were taken last."""
        return self._prometidas.pop(empresa_id, [])

    @contextmanager
    def armados(self) -> Iterator[None]:
        prometer, handlers = Pareador._prometer, dict(Ticket.handlers)

        def ver_prometer(
            pareador: Pareador, linha: Linha, candidato: Candidato, espera: Espera, now: int, *mais: Any, **opcoes: Any
        ) -> None:  # fmt: skip
            self.vistos.extend(_injusta(linha, candidato, espera, now, pedido=opcoes.get("direto", False)))
            prometer(pareador, linha, candidato, espera, now, *mais, **opcoes)
            quem = pareador.promessas[espera.row.id].perfis
            novas = [Dada(linha.fila.id, perfil.id, now) for perfil in quem]
            self._prometidas.setdefault(linha.fila.empresa_id, []).extend(novas)

        Pareador._prometer = ver_prometer  # type: ignore[method-assign, assignment]
        for tipo in (Promessa, Puxado):
            Ticket.handlers[tipo] = self._ver(handlers[tipo])
        try:
            yield
        finally:
            Pareador._prometer = prometer  # type: ignore[method-assign]
            for tipo in (Promessa, Puxado):
                Ticket.handlers[tipo] = handlers[tipo]

    def _ver(self, receber: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        def ver(ticket: Ticket, m: Promessa | Puxado) -> Any:
            antes = ticket.row
            resposta = receber(ticket, m)
            for atendente_id in _de_quem_e(ticket.row) - _de_quem_e(antes):
                self.vistos.extend(_sem_direito(ticket.group, antes, atendente_id, pedido=isinstance(m, Puxado)))
            return resposta

        return ver


def _de_quem_e(row: TicketRow) -> set[str]:
    """Who has it, or is offered it."""
    oferta, tem = oferta_de(row), dono(row)
    return set(() if oferta is None else oferta.atendentes) | ({tem} if tem is not None else set())


def _injusta(linha: Linha, candidato: Candidato, espera: Espera, now: int, *, pedido: bool) -> Iterator[str]:
    """4 and 12, looked up in everything that waits: the agent may have the ticket, and no better one that it may have
    waits in any of its filas; if it has asked for something of the one, in that.
    """
    perfil = candidato.perfil
    porque = porque_nao(linha, espera, candidato)
    if porque not in {None, "devolveu"}:  # who had it last may be given it first, when it is opened again
        yield f"12: {perfil.id} is promised what it may not have: {porque}"
    primeira, chave = _primeira(linha, candidato), _posto(linha, candidato, espera, now)
    if primeira is not None and primeira.chave < espera.chave:
        yield f"4: {primeira.row.id} is jumped by {espera.row.id} in its line"
    for outra, no_lugar in () if pedido else perfil.lugares.values():
        melhor = _primeira(outra, no_lugar) if outra.distribui and outra is not linha else None
        if melhor is not None and _posto(outra, no_lugar, melhor, now) < chave:
            yield f"4: {melhor.row.id} is jumped by {espera.row.id}"


def _primeira(linha: Linha, candidato: Candidato) -> Espera | None:
    """The first in line of all that an agent may have."""
    podia = (uma for uma in linha.esperas.values() if porque_nao(linha, uma, candidato) is None)
    return min(podia, key=lambda uma: uma.chave, default=None)


def _posto(linha: Linha, candidato: Candidato, espera: Espera, now: int) -> Chave:
    return (candidato.prioridade, *linha.regras.posto(espera.row, espera.etapa, now))


def _sem_direito(viva: EmpresaViva, row: TicketRow, atendente_id: str, *, pedido: bool) -> Iterator[str]:
    """12, by the rows alone, in the turn in which the ticket takes its owner, or is offered. ``row``: as it waited;
    ``pedido``: the agent asked for it, which it may do at any hour, and of a fila that is given out by hand.
    """
    outros = (um for um, _ in viva.diretorio.linhas_de_tickets() if um.id != row.id)
    mundo = no_ar(viva, row.fila_id, outros)
    dado = f"12: {row.id} is given to {atendente_id}"
    if row.fila_id not in mundo.filas or not (pedido or mundo.distribui(row.fila_id)):
        yield f"{dado}, and its fila does not give out"
    elif (row.fila_id, atendente_id) not in mundo.vias:
        yield f"{dado}, who does not serve its fila"
    elif not mundo.recebe(atendente_id):
        yield f"{dado}, who is not there"
    else:
        elegiveis, cheio = Elegibilidade(mundo, lambda *_: None), mundo.cheio(atendente_id, row)
        if cheio is not None:
            yield f"{dado}, who has no room: {cheio}"
        if not elegiveis.sabe(row, atendente_id):
            yield f"{dado}, who has not the skills"
        if not elegiveis.chegou_a_vez(row, atendente_id):
            yield f"{dado}, before it has waited so long"
