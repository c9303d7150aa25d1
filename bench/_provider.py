"""The fake Graph API in a process of its own, worked over its address: ``python -m bench._provider`` serves it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2
import trio

from bench._load_webhooks import Number
from connectors.fakes.graph import Comportamento, GraphFalso, NumeroFalso
from connectors.fakes.registro import config_do_numero
from tests.servidor import Servidor, Usuario

_STOP_S = 10
_PAGE = 1_000


class Provider:
    """Without rate limits of its own; it says nothing of what becomes of messages."""

    def __init__(self, pid: int, base: str) -> None:
        self.pid = pid
        self.base = base
        self._http = httpx2.Client(base_url=f"{base}/_falso", timeout=30)

    def number(self, server: Servidor, admin: Usuario, n: int) -> Number:
        """Make a number, and the canal that has it."""
        made = NumeroFalso(phone_number_id=f"1000000000000{n:02}", telefone=f"55113000{n:04}")
        fields = {nome: getattr(made, nome) for nome in NumeroFalso.__struct_fields__}
        assert self._http.post("/numeros", json=fields).is_success
        body = {"nome": f"Zap {n}", "tipo": "whatsapp", "config": config_do_numero(made, self.base)}
        url = f"{server.url}/atendimento/canais"
        created = httpx2.post(url, json=body, headers=admin.cabecalhos)
        assert created.is_success, created.text
        return Number(f"/webhooks/whatsapp/{created.json()['id']}", made.phone_number_id, made.app_secret)

    def accepted(self) -> int:
        """How many messages it has taken."""
        count: int = self._http.get("/estado").json()["aceitas"]
        return count

    def book(self, since: int) -> list[dict[str, Any]]:
        """What it has taken from that number on."""
        found: list[dict[str, Any]] = []
        while page := self._http.get("/livro", params={"desde": since + len(found)}).json()["aceitas"]:
            found += page
        return found


@contextmanager
def provider() -> Iterator[Provider]:
    process = subprocess.Popen([sys.executable, "-m", "bench._provider"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield Provider(process.pid, process.stdout.readline().strip())
    finally:
        process.terminate()
        process.wait(_STOP_S)


async def main() -> None:
    graph = GraphFalso(comportamento=Comportamento(por_segundo=None, por_contato=False, status=()))
    async with trio.open_nursery() as nursery:
        await nursery.start(graph.servir)
        print(graph.base, flush=True)


if __name__ == "__main__":
    trio.run(main)
