"""Caught in the act: each promise is looked at as it is made, and each ticket as it takes what it was promised.

Whoever finds something amiss there writes it down: what was raised would be taken for a crash of what it looks at.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from actors.diretorio.empresa_viva import EmpresaViva
from actors.ticket.ticket import Ticket
from engine.capacidade import disponivel
from engine.distribuicao import Candidato, Espera, Linha, Pareador, Promessa, porque_nao
from engine.estados import dono
from engine.modelo import TicketRow
from engine.ordenado import Chave
from engine.politica.da_fila import distribui_sozinha


@contextmanager
def flagrantes() -> Iterator[list[str]]:
    """What was caught: empty, if all is well."""
    vistos: list[str] = []
    prometer, receber = Pareador._prometer, Ticket.handlers[Promessa]

    def ver_prometer(
        pareador: Pareador, linha: Linha, candidato: Candidato, espera: Espera, now: int, *mais: Any
    ) -> None:  # fmt: skip
        vistos.extend(_injusta(linha, candidato, espera, now))
        prometer(pareador, linha, candidato, espera, now, *mais)

    def ver_receber(ticket: Ticket, m: Promessa) -> None:
        antes = dono(ticket.row)
        receber(ticket, m)
        agora = dono(ticket.row)
        if agora is not None and agora != antes:
            vistos.extend(_sem_direito(ticket.group, ticket.row, agora))

    Pareador._prometer = ver_prometer  # type: ignore[method-assign, assignment]
    Ticket.handlers[Promessa] = ver_receber
    try:
        yield vistos
    finally:
        Pareador._prometer = prometer  # type: ignore[method-assign]
        Ticket.handlers[Promessa] = receber


def _injusta(linha: Linha, candidato: Candidato, espera: Espera, now: int) -> Iterator[str]:
    """4 and 12, looked up in everything that waits: the agent may have the ticket, and no better one that it may have
    waits in any of its filas.
    """
    perfil = candidato.perfil
    porque = porque_nao(linha, espera, candidato)
    if porque not in {None, "devolveu"}:  # who had it last may be given it first, when it is opened again
        yield f"12: {perfil.id} is promised what it may not have: {porque}"
    chave = _posto(linha, candidato, espera, now)
    for outra, no_lugar in perfil.lugares.values():
        for melhor in outra.esperas.values() if outra.distribui else ():
            pode = porque_nao(outra, melhor, no_lugar) is None
            if pode and _posto(outra, no_lugar, melhor, now) < chave:
                yield f"4: {melhor.row.id} is jumped by {espera.row.id}"


def _posto(linha: Linha, candidato: Candidato, espera: Espera, now: int) -> Chave:
    return (candidato.prioridade, *linha.regras.posto(espera.row, espera.etapa, now))


def _sem_direito(viva: EmpresaViva, row: TicketRow, atendente_id: str) -> Iterator[str]:
    """12, by the rows alone, in the turn in which the ticket takes its owner."""
    diretorio = viva.diretorio
    quem, fila = diretorio.atendente_row(atendente_id), diretorio.fila_row(row.fila_id)
    if quem is None or not disponivel(quem) or atendente_id in diretorio.saindo:
        yield f"12: {atendente_id} is given {row.id}, and is not there"
    elif not diretorio.atendentes[atendente_id].is_running():
        yield f"12: {atendente_id} is given {row.id}, and is out of order"
    elif sum(dono(uma) == atendente_id for uma, _ in diretorio.linhas_de_tickets()) > quem.capacidade:
        yield f"12: {atendente_id} is given {row.id}, and has no room"
    if not diretorio.serve(row.fila_id, atendente_id):
        yield f"12: {atendente_id} is given {row.id}, and does not serve its fila"
    if fila is None or not distribui_sozinha(fila):
        yield f"12: {row.id} is given to {atendente_id}, and its fila is given by hand"
