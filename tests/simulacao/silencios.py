"""Silence, and what is put off: checked on the rows, on the actors, and by the events alone."""

from __future__ import annotations

import json
from collections import defaultdict
from typing import Any

from actors.diretorio.empresa_viva import EmpresaViva
from engine.estados import aberto
from engine.modelo import EventoRow, TicketRow
from engine.silencio import adiamento, contato
from tests.simulacao.invariantes import em_ordem
from tests.simulacao.loja import LojaEmMemoria


def conferir_silencios(loja: LojaEmMemoria, empresa_id: str) -> None:
    """What is put off is PENDENTE, and nobody waits for a word about what is over."""
    for row in loja.de(TicketRow, empresa_id):
        assert row.adiamento is None or row.status == "PENDENTE", "what is put off is something else than PENDENTE"
        assert row.silencio is None or aberto(row.status), "silence in what is over"


def conferir_prazos_do_silencio(viva: EmpresaViva) -> None:
    """13: nothing of it is past its deadline, but for what is out of order."""
    now = viva.dispatcher.now()
    for row, ref in viva.diretorio.linhas_de_tickets():
        if em_ordem(ref):
            prazos = (contato.vence(row), adiamento.ate(row))
            assert all(prazo is None or prazo > now for prazo in prazos), (
                "13: silence, or a reminder, that does not end"
            )


def conferir_historia_do_silencio(loja: LojaEmMemoria, empresa_id: str) -> None:
    """Each warning and each end follows something that we said and that the contact has not answered; there is one
    warning at the most for each; and one reminder at the most for each time that a ticket was put off.
    """
    dos_tickets: defaultdict[str, list[EventoRow]] = defaultdict(list)
    for evento in loja.eventos:
        if evento.empresa_id == empresa_id and evento.ticket_id is not None:
            dos_tickets[evento.ticket_id].append(evento)
    for eventos in dos_tickets.values():
        _conferir_um(eventos)


def _conferir_um(eventos: list[EventoRow]) -> None:
    perguntado = avisado = adiado = False
    for evento in eventos:
        mudancas: dict[str, Any] = json.loads(evento.mudancas or "{}")
        if evento.tipo == "nova_mensagem" and evento.ator_papel != "sistema":
            perguntado, avisado = json.loads(evento.dados)["direcao"] == "enviada", False
        desfecho = mudancas.get("silencio", (None, None))[1]
        if desfecho in {"contato_avisado", "contato_sem_aviso"}:
            assert perguntado, "a contact is warned that owes no answer"
            assert not avisado, "a contact is warned twice"
            avisado = True
        elif desfecho == "contato_encerrado":
            assert perguntado, "what the contact has answered is closed"
        if evento.tipo == "ticket_lembrete":
            assert adiado, "a reminder of what was not put off"
            adiado = False
        if "adiadoAte" in mudancas:
            adiado = mudancas["adiadoAte"][1] is not None
