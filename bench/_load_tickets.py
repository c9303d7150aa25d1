"""Tickets of contacts who have never written before, until there are so many."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import trio

from bench._load import Load, Outcome, outcome
from bench._wire import Http, request


class NewTickets(Load, frozen=True):
    """``count`` tickets by as many connections as there are ``tokens``. The contacts are numbered from ``first``.

    It has no window: ``seconds`` and ``warm_up`` say nothing.
    """

    tokens: Sequence[str]
    first: int
    count: int

    async def work(self) -> Outcome:
        numbers = iter(range(self.first, self.first + self.count))
        began = trio.current_time()
        latencies: list[float] = []

        async def post(token: str) -> None:
            http = await Http.open(self.port)
            for n in numbers:
                since = trio.current_time()
                status, body = await http.ask(request("POST", "/atendimento/tickets", token, _body(n)))
                assert status == 201, f"{status} {body!r}"
                latencies.append(trio.current_time() - since)
            http.close()

        async with trio.open_nursery() as nursery:
            for token in self.tokens:
                nursery.start_soon(post, token)
        return outcome(trio.current_time() - began, latencies)


def _body(n: int) -> bytes:
    return msgspec.json.encode(
        {
            "contato_nome": f"Contato {n}",
            "contato_telefone": f"55118{n:08}",
            "contato_email": f"novo{n}@example.com",
            "assunto": f"Pedido {n} não chegou",
        }
    )
