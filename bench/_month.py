"""A month of 1,000,000 tickets in one empresa, as its event log has it.

One working day is made here, event by event, and copied; the other days of the month are the same ten hours at a later
date, with tickets of their own, which PostgreSQL writes by itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

import asyncpg

from bench.registry import Progress
from engine.ids import UuidV7
from engine.tempo import VirtualClock, iso

TICKETS: Final = 1_000_000
DAYS: Final = 22
AGENTS: Final = 600
FILAS: Final = 20
CANAIS: Final = 5
EQUIPES: Final = 12
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
BEGIN: Final = 1_793_491_200_000
"""Midnight of 2026-11-01, UTC."""
_COLUMNS: Final = (
    "empresa_id", "seq", "tipo", "em", "ticket_id", "fila_id", "atendente_id", "ator_id", "ator_papel", "dados",
    "mudancas",
)  # fmt: skip
_FROM: Final = 11
"""The hour (UTC) in which a day begins, and then it lasts ten."""

Event = tuple[Any, ...]


class Month:
    """``empresa_id`` has this log once :func:`write_month` is done; ``per_day`` is how many events a day has."""

    def __init__(self) -> None:
        self._ids = UuidV7(VirtualClock(BEGIN), seed=1)
        self._chance = Random(1)
        self.empresa_id = self._ids.novo()
        self.agents = [self._ids.novo() for _ in range(AGENTS)]
        self.filas = [self._ids.novo() for _ in range(FILAS)]
        self.canais = [self._ids.novo() for _ in range(CANAIS)]
        self.equipes = [self._ids.novo() for _ in range(EQUIPES)]
        self.begin = list(self._number(self._people(), 1))
        day = sorted(self._day(), key=lambda event: int(event[2]))
        self.day = list(self._number(day, len(self.begin) + 1))
        self.per_day = len(self.day)

    def _number(self, events: Any, first: int) -> Iterator[Event]:
        for seq, (tipo, _, em, *rest) in enumerate(events, first):
            yield (self.empresa_id, seq, tipo, em, *rest)

    def _people(self) -> Iterator[Event]:
        """The agents come, each into an equipe."""
        for n, agent in enumerate(self.agents):
            seen = {"id": agent, "online": False, "estado": "offline", "capacidade": 5}
            made = json.dumps({"atendente": seen}, separators=(",", ":"))
            yield "atendente_criado", None, BEGIN, None, None, agent, None, "sistema", made, None
            of = json.dumps({"equipeId": self.equipes[n % EQUIPES], "atendenteId": agent})
            yield "equipe_membro_incluido", None, BEGIN, None, None, agent, None, "sistema", of, None

    def _day(self) -> Iterator[Event]:
        for agent in self.agents:
            for em, online, estado in ((_FROM, True, "disponivel"), (_FROM + 11, False, "offline")):
                seen = _text({"id": agent, "online": online, "estado": estado})
                yield "atendente_status", None, BEGIN + em * HOUR, None, None, agent, agent, "atendente", seen, None
        for _ in range(TICKETS // DAYS):
            yield from self._ticket()

    def _ticket(self) -> Iterator[Event]:
        """Opened by the contact, given to an agent, answered, asked and answered again, resolved."""
        chance = self._chance
        id_, agent = self._ids.novo(), chance.choice(self.agents)
        fila, canal = (
            self.filas[self.agents.index(agent) % FILAS if chance.random() < 0.7 else chance.randrange(FILAS)],
            None,
        )
        if chance.random() < 0.9:
            canal = chance.choice(self.canais)
        opened = BEGIN + _FROM * HOUR + int(chance.random() * 9.5 * HOUR)
        given = opened + int(chance.expovariate(1 / 120_000))
        first = given + int(chance.expovariate(1 / 60_000)) + 1
        again = first + int(chance.expovariate(1 / 120_000)) + 1
        second = again + int(chance.expovariate(1 / 60_000)) + 1
        solved = second + int(chance.expovariate(1 / 300_000)) + 1
        tags = ["vip"] if chance.random() < 0.1 else []
        seen = {
            "id": id_, "status": "ABERTO", "canalId": canal, "createdAt": iso(opened), "dataPrimeiraResposta": None,
            "etiquetas": tags,
        }  # fmt: skip
        done = seen | {"status": "RESOLVIDO", "dataPrimeiraResposta": iso(first)}
        took = {"tempoPrimeiraRespostaSegundos": [None, (first - opened) / 1000]}
        yield "ticket_criado", None, opened, id_, fila, None, None, "conector", _text({"ticket": seen}), None
        yield "nova_mensagem", None, opened, id_, fila, None, None, "conector", _text({"direcao": "recebida"}), None
        owner = _text({"status": ["ABERTO", "EM_ANDAMENTO"], "atendenteId": [None, agent]})
        to = _text({"ticketId": id_, "atendente": {"id": agent, "nome": "A"}})
        yield "ticket_atribuido", None, given, id_, fila, agent, None, "sistema", to, owner
        sent = _text({"direcao": "enviada"})
        yield "nova_mensagem", None, first, id_, fila, agent, agent, "atendente", sent, _text(took)
        yield "nova_mensagem", None, again, id_, fila, agent, None, "conector", _text({"direcao": "recebida"}), None
        yield "nova_mensagem", None, second, id_, fila, agent, agent, "atendente", sent, None
        end = _text({"status": ["EM_ANDAMENTO", "RESOLVIDO"]})
        ticket = _text({"ticketId": id_, "status": "RESOLVIDO", "ticket": done})
        yield "ticket_encerrado", None, solved, id_, fila, agent, agent, "atendente", ticket, end


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))


async def write_day(con: asyncpg.Connection[Any], month: Month) -> None:
    """The first day, as events."""
    events = [*month.begin, *month.day]
    for start in range(0, len(events), 20_000):
        part = events[start : start + 20_000]
        await con.copy_records_to_table("atendimento_eventos", records=part, columns=list(_COLUMNS))


async def write_rest(con: asyncpg.Connection[Any], month: Month, progress: Progress) -> None:
    """The other days: of the log the same events of other tickets, and of the sums the same hours later on."""
    first, per_day = len(month.begin), month.per_day
    for table in ("atendimento_eventos", "atendimento_relatorios"):  # they are thrown away: the disk is for others, too
        await con.execute(f"ALTER TABLE {table} SET UNLOGGED")
    for day in range(1, DAYS):
        progress(f"day {day + 1} of {DAYS}")
        await con.execute(
            """
            INSERT INTO atendimento_eventos
                (empresa_id, seq, tipo, em, ticket_id, fila_id, atendente_id, ator_id, ator_papel, dados, mudancas)
            SELECT empresa_id, seq + $3, tipo, em + $4, md5(ticket_id::text || $5)::uuid, fila_id, atendente_id,
                ator_id, ator_papel, dados, mudancas
            FROM atendimento_eventos
            WHERE empresa_id = $1 AND seq > $2 AND seq <= $2 + $6
            """,
            month.empresa_id, first, day * per_day, day * DAY, str(day), per_day,
        )  # fmt: skip
        await con.execute(
            """
            INSERT INTO atendimento_relatorios (empresa_id, corte, hora, chave, somas)
            SELECT empresa_id, corte, hora + $2, chave, somas FROM atendimento_relatorios
            WHERE empresa_id = $1 AND hora >= $3 AND hora < $4
            """,
            month.empresa_id, day * 24, BEGIN // HOUR, BEGIN // HOUR + 24,
        )  # fmt: skip
