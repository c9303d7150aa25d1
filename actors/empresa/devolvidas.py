"""Mail that came back: its actor has stopped, or is quarantined."""

from __future__ import annotations

from actors.comandos import (
    ComandoAtendente,
    ComandoCanal,
    ComandoEquipe,
    ComandoFila,
    ComandoGancho,
    ComandoTicket,
)
from actors.diretorio.diretorio import (
    atendente_nao_encontrado,
    canal_nao_encontrado,
    equipe_nao_encontrada,
    fila_nao_encontrada,
    webhook_nao_encontrado,
)
from actors.empresa.mensagens import ParaTicket
from actors.exclusao.mensagens import TrocarCanal, TrocarFila
from engine.errors import fora_de_ordem
from engine.runtime import Ask, Effects, Reply, Undelivered


def responder(empresa: Effects, m: Undelivered) -> None:
    """Whoever waits for an answer is answered, or sent where it belongs now. What nobody waits for is news, which the
    actor does not need: it looks at its row when it is back.
    """
    if not isinstance(m.item, Ask):
        return
    if m.ref.is_alive():
        empresa.refuse(m.item.reply, fora_de_ordem())
    else:
        _a_quem_parou(empresa, m.item.message, m.item.reply)


def _a_quem_parou(empresa: Effects, pedido: object, resposta: Reply[object]) -> None:
    match pedido:
        case ComandoTicket():  # it had closed and retired: it can be loaded again
            empresa.ref.forward(ParaTicket(pedido), resposta)
        case ComandoFila():
            empresa.refuse(resposta, fila_nao_encontrada())
        case ComandoAtendente():
            empresa.refuse(resposta, atendente_nao_encontrado())
        case ComandoGancho():
            empresa.refuse(resposta, webhook_nao_encontrado())
        case ComandoCanal():
            empresa.refuse(resposta, canal_nao_encontrado())
        case ComandoEquipe():
            empresa.refuse(resposta, equipe_nao_encontrada())
        case TrocarFila() | TrocarCanal():  # it has closed, or was deleted: it does not use that any more
            empresa.answer(resposta, None)
        case _:
            empresa.refuse(resposta, fora_de_ordem())
