"""The servers that load is put on, each in a process of its own: Balcão as anybody runs it, and the bare Quart."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg
import httpx2
from msgspec import Struct

from storage import PostgresEmbutido
from tests.postgres import passavel
from tests.servidor import Servidor, Usuario

_STOP_S = 10
_DATA = Path(__file__).parents[1] / ".balcao"
"""On the disk where the project is: a temporary folder may be in memory."""


class Bare(Struct, frozen=True):
    """The process of the baseline, and its ports: of Quart on Hypercorn as shipped, of Quart behind our own front door,
    and of a fixed text.
    """

    pid: int
    shipped: int
    quart: int
    fixed: int


class Empresa(Struct, frozen=True):
    """A staffed empresa: everybody is online. ``fila_of`` tells where an agent works, where that is not all over."""

    admin: Usuario
    connector: Usuario
    agents: list[Usuario]
    fila_of: dict[str, str]


@contextmanager
def balcao() -> Iterator[Servidor]:
    """``balcao run`` on a free port, with an embedded PostgreSQL in a folder of its own that goes away with it."""
    _DATA.mkdir(exist_ok=True)
    with TemporaryDirectory(prefix="bench-", dir=_DATA) as folder:
        passavel(Path(folder))
        with Servidor(Path(folder)) as server:
            asyncio.run(_require_durability(server))
            yield server


async def _require_durability(server: Servidor) -> None:
    """A figure for durable work means nothing where commits do not reach the disk."""
    own = PostgresEmbutido(server.dados)
    connection = await asyncpg.connect(own.iniciar())  # the one that runs already
    try:
        for setting in ("fsync", "synchronous_commit"):
            value = await connection.fetchval(f"SHOW {setting}")
            assert value == "on", f"{setting} is {value}"
    finally:
        await connection.close()
        own.parar()  # we are not its last user: it goes on


@contextmanager
def bare() -> Iterator[Bare]:
    process = subprocess.Popen([sys.executable, "-m", "bench._bare"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        shipped, quart, fixed = map(int, process.stdout.readline().split())
        yield Bare(process.pid, shipped, quart, fixed)
    finally:
        process.terminate()
        process.wait(_STOP_S)


def staffed(server: Servidor, *, agents: int, capacity: int, filas: int = 0) -> Empresa:
    """A new empresa, set up through the API. With ``filas``, its agents are shared out among them, one each."""
    admin = server.nova_empresa()
    connector = server.usuario(admin.empresa_id, "conector")
    people = [server.usuario(admin.empresa_id, "atendente") for _ in range(agents)]
    fila_of: dict[str, str] = {}
    with httpx2.Client(base_url=f"{server.url}/atendimento") as http:
        created = [
            _done(http.post("/filas", json={"nome": f"Fila {n}"}, headers=admin.cabecalhos)) for n in range(filas)
        ]
        for n, person in enumerate(people):
            body = {"id": person.id, "nome": f"Atendente {n}", "email": f"{person.id}@bench.invalid"}
            _done(http.post("/atendentes", json={**body, "capacidade": capacity}, headers=admin.cabecalhos))
            _done(http.patch(f"/atendentes/{person.id}/status", json={"online": True}, headers=person.cabecalhos))
            if created:
                fila_of[person.id] = created[n % filas]["id"]
                _done(http.post(f"/filas/{fila_of[person.id]}/atendentes/{person.id}", headers=admin.cabecalhos))
    return Empresa(admin, connector, people, fila_of)


def ticket_body(n: int, fila_id: str | None = None) -> dict[str, object]:
    """What a contact's first words become."""
    body: dict[str, object] = {
        "contato_nome": f"Contato {n}",
        "contato_telefone": f"55119{n:08}",
        "contato_email": f"contato{n}@example.com",
        "assunto": f"Pedido {n} não chegou",
    }
    return body if fila_id is None else {**body, "filaId": fila_id}


def _done(response: httpx2.Response) -> dict[str, str]:
    assert response.is_success, f"{response.request.method} {response.request.url}: {response.text}"
    answer: dict[str, str] = response.json() if response.content else {}
    return answer


def open_tickets(server: Servidor, empresa: Empresa, count: int) -> dict[str, list[str]]:
    """Open so many, in turn over the filas where the agents work. Gives those of each agent."""
    filas: list[str | None] = list(dict.fromkeys(empresa.fila_of.values())) or [None]
    with httpx2.Client(base_url=f"{server.url}/atendimento") as http:
        for n in range(count):
            body = ticket_body(n, filas[n % len(filas)])
            _done(http.post("/tickets", json=body, headers=empresa.connector.cabecalhos))
        return {agent.id: _tickets_of(http, agent) for agent in empresa.agents}


def _tickets_of(http: httpx2.Client, agent: Usuario) -> list[str]:
    response = http.get("/tickets", params={"atendenteId": agent.id, "limit": 100}, headers=agent.cabecalhos)
    assert response.is_success, response.text
    return [ticket["id"] for ticket in response.json()["data"]]


def total(server: Servidor, empresa: Empresa, status: str) -> int:
    """How many tickets of an empresa have this status."""
    url = f"{server.url}/atendimento/tickets"
    response = httpx2.get(url, params={"status": status, "limit": 1}, headers=empresa.admin.cabecalhos)
    assert response.is_success, response.text
    count: int = response.json()["total"]
    return count
