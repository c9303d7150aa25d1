"""What comes back from an agent goes to another: checked on what was free before a step and still is after it."""

from __future__ import annotations

from collections.abc import Iterable

from actors.diretorio.empresa_viva import EmpresaViva
from engine.modelo import EventoRow
from engine.politica.capacidade import PADRAO
from tests.simulacao.invariantes import simples

Vagas = dict[str, dict[str, int]]
"""Free slots, by fila and agent, of those who are in order together with all their filas, which have no policy."""


def vagas_livres(viva: EmpresaViva) -> Vagas:
    vagas: Vagas = {}
    if viva.ajustes.capacidade != PADRAO:  # who has room for something has not for everything
        return vagas
    for perfil in viva.distribuicao._distribuidor.perfis.values():
        for linha, _ in perfil.lugares.values():
            if linha.distribui and simples(linha.fila):
                vagas.setdefault(linha.fila.id, {})[perfil.id] = max(0, perfil.teto - perfil.usado) // 100
    return vagas


def conferir_devolucoes(
    voltaram: Iterable[tuple[str, str, str]], eventos: Iterable[EventoRow], antes: Vagas, depois: Vagas
) -> None:
    """``voltaram``: ticket, fila and the agent to whom the system gave what had come back from that agent. Nobody else
    may have had room all along.
    """
    tocados = {evento.atendente_id for evento in eventos if evento.ticket_id is None}
    for ticket_id, fila_id, atendente_id in voltaram:
        for outro, vagas in antes.get(fila_id, {}).items():
            if outro != atendente_id and outro not in tocados:
                sempre = min(vagas, depois.get(fila_id, {}).get(outro, 0))
                assert sempre == 0, f"{ticket_id} went straight back, and {outro} had room"
