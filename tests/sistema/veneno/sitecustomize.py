"""Puts a poisoned handler into a server. Python imports this first when the folder is on PYTHONPATH; nothing else of
the process differs from ``balcao run``.
"""

from __future__ import annotations

from typing import Any

from actors.ticket.comandos import EnviarMensagem
from actors.ticket.ticket import Ticket
from tests.sistema.veneno.marcas import SEGREDO_INTERNO, VENENO

_sadio = Ticket.handlers[EnviarMensagem]


def _envenenado(ticket: Ticket, comando: EnviarMensagem) -> Any:
    """It crashes when everything is done, so that everything has to be undone."""
    resposta = _sadio(ticket, comando)
    if VENENO in comando.conteudo:
        raise RuntimeError(SEGREDO_INTERNO)
    return resposta


Ticket.handlers[EnviarMensagem] = _envenenado
