"""Whoever owns a ticket is told of it by its browsers: the jobs are written down in the turn that is their cause."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from actors.canal.mensagens import NovoEnvio
from engine.envios.avisos import Aviso, envio_de
from engine.envios.cargas import ordem_de

if TYPE_CHECKING:
    from actors.ticket.ticket import Ticket


def avisar(ticket: Ticket, atendente_id: str | None, fazer: Callable[[], Aviso]) -> None:
    """Tell an agent, by each of its browsers whose canal sends now. It comes after what was published in this turn.

    Most have no browser that wants to be told: then this is one look.
    """
    inscricoes = () if atendente_id is None else ticket.group.inscricoes.de(atendente_id)
    if not inscricoes:
        return
    diretorio, aviso, ordem = ticket.group.diretorio, fazer(), ordem_de(ticket.next_seq(), com_evento=False)
    for inscricao in inscricoes:
        canal = diretorio.canal_row(inscricao.canal_id)
        if canal is None or not canal.ativo or canal.pausado_em is not None:
            continue
        row = envio_de(ticket.group.ids.novo(), ticket.row, canal, inscricao, aviso, ordem, ticket.now())
        ticket.save(row)
        diretorio.canais[canal.id].tell(NovoEnvio(row, None))
