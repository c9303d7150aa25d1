"""A flood: a process that asks as fast as its connections can, until its input ends.

``python -m tests.sistema.inundacao`` reads an :class:`Ordem` as one line of JSON, writes an empty line when it begins,
and at the end a :class:`Resultado`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter

import msgspec
import trio
from msgspec import Struct

from tests.servidor import Usuario
from tests.sistema.cliente import Http, novo_ticket


class Ordem(Struct):
    """Whom to flood, as who."""

    porta: int
    quem: Usuario
    conexoes: int


class Resultado(Struct):
    """How many answers of each status."""

    respostas: dict[int, int]


async def inundar(ordem: Ordem) -> Resultado:
    contagem: Counter[int] = Counter()
    ticket_id = await Http(ordem.porta, ordem.quem).ticket()

    async def pedir_sem_parar() -> None:
        cliente = Http(ordem.porta, ordem.quem)
        while True:
            for caminho, corpo in (
                ("/tickets", novo_ticket()),
                ("/mensagens", {"ticketId": ticket_id, "conteudo": "mais uma"}),
            ):
                contagem[(await cliente.pedir("POST", f"/atendimento{caminho}", corpo)).status] += 1

    async with trio.open_nursery() as bercario:
        for _ in range(ordem.conexoes):
            bercario.start_soon(pedir_sem_parar)
        sys.stdout.buffer.write(b"\n")
        sys.stdout.buffer.flush()
        await trio.to_thread.run_sync(sys.stdin.read)
        bercario.cancel_scope.cancel()
    return Resultado(dict(contagem))


if __name__ == "__main__":
    os.nice(19)  # the flood comes from elsewhere: it must not take the core of the client that measures
    ordem = msgspec.json.decode(sys.stdin.readline(), type=Ordem)
    sys.stdout.buffer.write(msgspec.json.encode(trio.run(inundar, ordem)))
