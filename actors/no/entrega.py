"""From a command to the mailbox of the actor it is for."""

from __future__ import annotations

from asyncio import timeout
from collections.abc import Awaitable
from typing import Any, Final, TypeVar

from actors.comandos import (
    Comando,
    ComandoAtendente,
    ComandoCanal,
    ComandoEquipe,
    ComandoFila,
    ComandoGancho,
    ComandoTicket,
)
from actors.diretorio.empresa_viva import EmpresaViva
from actors.empresa.mensagens import ParaTicket
from engine.errors import Unavailable
from engine.permissoes import CONECTAR
from engine.ports import StoreAway, StoreError
from engine.runtime import Ref, Reply

R = TypeVar("R")
T = TypeVar("T")

LER_S: Final = 4.0
"""Less than the deadline of a request."""


def enviar(viva: EmpresaViva, comando: Comando[R], reply: Reply[Any] | None = None) -> Reply[R]:
    """Put a command into the mailbox of the actor it is for; the answer comes by ``reply``.

    Raises NotFound if there is no such fila, atendente, canal or equipe.
    """
    resposta: Reply[R] = Reply(viva.dispatcher.thread) if reply is None else reply
    if isinstance(comando, ComandoTicket):
        diretorio = viva.diretorio
        ticket: Ref | None = diretorio.tickets.get(comando.ticket_id)
        if ticket is None or (diretorio.a_caminho and comando.ticket_id in diretorio.a_caminho):
            diretorio.a_caminho[comando.ticket_id] += 1
            diretorio.empresa.forward(ParaTicket(comando, contado=True), resposta)
        else:
            ticket.forward(comando, resposta)
    else:
        _destino(viva, comando).forward(comando, resposta)
    return resposta


def _destino(viva: EmpresaViva, comando: Comando[Any]) -> Ref:
    if isinstance(comando, ComandoFila):
        return viva.diretorio.fila(comando.fila_id)
    if isinstance(comando, ComandoAtendente):
        return viva.diretorio.atendente(comando.atendente_id)
    if isinstance(comando, ComandoGancho):
        return viva.diretorio.gancho(comando.canal_id)
    if isinstance(comando, ComandoCanal) and comando.ato is CONECTAR:
        return viva.diretorio.ligado(comando.canal_id)
    if isinstance(comando, ComandoCanal):
        return viva.diretorio.canal(comando.canal_id)
    if isinstance(comando, ComandoEquipe):
        return viva.diretorio.equipe(comando.equipe_id)
    return viva.diretorio.empresa


async def ler(leitura: Awaitable[T]) -> T:
    """Await what is read from the store before a command can be done: sooner given up than whoever asked is told that
    the outcome is unknown. Raises StoreAway.
    """
    try:
        async with timeout(LER_S):
            return await leitura
    except TimeoutError:
        raise StoreAway("banco_indisponivel", "O banco de dados não responde; tente de novo em instantes") from None


def fora_do_ar(erro: StoreError | None = None) -> Unavailable:
    """What whoever asked is told, where ``erro`` is what the store answered."""
    padrao = "O banco de dados está fora do ar; tente de novo em instantes"
    return Unavailable("banco_indisponivel", erro.message if isinstance(erro, StoreAway) else padrao, 2)
