"""``POST /atendimento/mensagens/arquivo`` with a file of 16 MB, on the disk where the project is.

Each answered upload is the whole job: the form read as it comes, the file looked into, digested, stored with fsync, and
its message committed with fsync before the answer leaves. One client at a time. The baseline is what storing alone
costs: the same bytes written to a file in pieces, digested and fsynced, by nobody but this process.

``rest.upload_rss_growth_mb`` is by how much the server's memory was above what it had before, at the highest moment of
the first such upload (``VmHWM``, proc(5)). Small ones went before it, so what is only loaded once is there.
"""

from __future__ import annotations

import hashlib
import os
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

import httpx2
from msgspec import Struct

from bench._servers import balcao, ticket_body
from bench.measure import rounds
from bench.registry import Figure, Measured, Progress, Results, bench
from tests.servidor import Servidor
from tests.web.arquivos_apoio import MULTIPART, formulario, png_de

SIZE: Final = 16_777_216
SMALL: Final = 20_000
WARM_UP: Final = 20
UPLOADS: Final = 8
ROUNDS: Final = 5
PIECE: Final = 262_144
_MB: Final = 1_048_576


class Sender(Struct, frozen=True):
    """Who uploads to a ticket of its own."""

    port: int
    token: str
    ticket: str

    def send(self, content: bytes, times: int) -> float:
        """Seconds for so many uploads, one after the other."""
        body = formulario(("ticketId", self.ticket), ("arquivo", ("foto.png", content)))
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": MULTIPART}
        http = HTTPConnection("127.0.0.1", self.port)
        started = perf_counter()
        for _ in range(times):
            http.request("POST", "/atendimento/mensagens/arquivo", body, headers)
            answer = http.getresponse()
            text = answer.read()
            assert answer.status == 201, text
        seconds = perf_counter() - started
        http.close()
        return seconds


def _sender(server: Servidor) -> Sender:
    admin = server.nova_empresa()
    made = httpx2.post(f"{server.url}/atendimento/tickets", json=ticket_body(1), headers=admin.cabecalhos)
    assert made.is_success, made.text
    return Sender(server.porta, admin.token, made.json()["id"])


def _growth(server: Servidor, sender: Sender, content: bytes) -> float:
    """MB."""
    process = Path(f"/proc/{server.pid}")
    (process / "clear_refs").write_text("5")  # the peak counts from now on
    before = _status(process, "VmRSS")
    sender.send(content, 1)
    return (_status(process, "VmHWM") - before) / 1024


def _status(process: Path, field: str) -> int:
    """Kilobytes."""
    lines = (process / "status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{field}:"))


def _plain(folder: Path, content: bytes) -> float:
    """MB per second of storing alone."""
    started = perf_counter()
    for n in range(UPLOADS):
        digest = hashlib.sha256()
        with (folder / f"plain-{n}").open("wb") as file:
            for at in range(0, len(content), PIECE):
                piece = content[at : at + PIECE]
                digest.update(piece)
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
    seconds = perf_counter() - started
    for n in range(UPLOADS):
        (folder / f"plain-{n}").unlink()
    return UPLOADS * len(content) / _MB / seconds


@bench(
    Figure("rest.upload_mb_per_s", "MB/s"),
    Figure("rest.upload_rss_growth_mb", "MB", 8, "at most"),
)
def upload(progress: Progress) -> Results:
    content = png_de(SIZE, Random(1).randbytes)
    with balcao() as server:
        sender = _sender(server)
        progress("warming up")
        sender.send(png_de(SMALL), WARM_UP)
        growth = _growth(server, sender, content)
        rates = rounds(
            ROUNDS,
            progress,
            upload=lambda: UPLOADS * len(content) / _MB / sender.send(content, UPLOADS),
            plain=lambda: _plain(server.pasta, content),
        )
    return {
        "rest.upload_mb_per_s": Measured(rates["upload"], rates["plain"]),
        "rest.upload_rss_growth_mb": Measured(growth, SIZE / _MB),
    }
