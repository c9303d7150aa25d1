"""A ticket comes to a line, or leaves it: when its contact is told where it stands is written into its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.estados import espera
from engine.modelo import TicketRow
from engine.politica.da_fila import politica_de
from engine.politica.mensagem_de_espera import LEVAM, ao_mudar
from engine.politica.modelo import MensagemDeEspera

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva


def com_mensagem_de_espera(viva: EmpresaViva, antes: TicketRow | None, depois: TicketRow, now: int) -> TicketRow:
    """``depois`` as it is saved. Where no fila tells anybody, and nothing is due, this is one look."""
    nada_pendente = depois.rota is None or depois.rota.mensagem_de_espera is None
    if nada_pendente and not viva.distribuicao.ha_mensagens_de_espera:
        return depois
    return ao_mudar(antes, depois, mensagem_da_fila(viva, depois), now)


def mensagem_da_fila(viva: EmpresaViva, row: TicketRow) -> MensagemDeEspera | None:
    """What who waits there is told, as the policy of its fila is now: None if it is nothing, or cannot get there."""
    fila = viva.diretorio.fila_row(row.fila_id)
    canal = None if row.canal_id is None else viva.diretorio.canal_row(row.canal_id)
    if fila is None or canal is None or canal.tipo not in LEVAM or not espera(row):
        return None
    return politica_de(fila).mensagem_de_espera
