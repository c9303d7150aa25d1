"""Life cycles at a given rate, whatever the server does; and echoes and bare requests at the same rate."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Final

import msgspec
import trio
from msgspec import Struct

from bench._load import Load, Outcome, Window
from bench._wire import Http, WebSocket, request

_decode = msgspec.json.Decoder().decode
_ASSIGNED: Final = b'{"event":"ticket_atribuido"'
_ACK: Final = b'{"ack"'
_OK: Final = b'"data":{"ok":true'
_DRAIN_S: Final = 10
CONNECTIONS: Final = 16
"""Over which the requests of life cycles go."""
_PATH: Final = "/atendimento"


async def at_random(rate: float, window: Window, seed: int, work: Callable[[Random], Awaitable[None]]) -> None:
    """Begin ``work`` at random moments, ``rate`` a second on average (a Poisson process), until the window closes.

    A slow answer does not put off the next beginning, so that a stall is met by all who would have come meanwhile.
    Returns when all that was begun has ended.
    """
    luck = Random(seed)
    due = trio.current_time()
    with trio.fail_at(window.ends + _DRAIN_S):
        async with trio.open_nursery() as nursery:
            while (due := due + luck.expovariate(rate)) < window.ends:
                await trio.sleep_until(due)
                nursery.start_soon(work, luck)


class PacedEcho(Load, frozen=True):
    """The round trip of ``text`` over any of ``connections`` WebSockets of an echo server."""

    rate: float
    connections: int
    text: str

    async def work(self) -> Outcome:
        window = Window(self)
        lines = [await WebSocket.open(self.port, "/") for _ in range(self.connections)]
        sent: list[deque[float]] = [deque() for _ in lines]

        async def say(luck: Random) -> None:
            n = luck.randrange(len(lines))
            sent[n].append(trio.current_time())
            await lines[n].send([self.text.encode()])

        async def hear(n: int) -> None:
            while True:
                for _ in await lines[n].receive():
                    window.done(sent[n].popleft())

        async with trio.open_nursery() as nursery:
            for n in range(len(lines)):
                nursery.start_soon(hear, n)
            await at_random(self.rate, window, 1, say)
            nursery.cancel_scope.cancel()
        return window.outcome()


class PacedRequests(Load, frozen=True):
    """The round trip of ``request`` over any idle one of ``connections`` to an HTTP server; each is answered with 200.

    Where all are taken the wait for one counts, as it does in :class:`Cycles`.
    """

    rate: float
    connections: int
    request: str

    async def work(self) -> Outcome:
        idle = deque([await Http.open(self.port) for _ in range(self.connections)])
        free = trio.Semaphore(self.connections)
        ready = self.request.encode()
        window = Window(self)

        async def ask(_: Random) -> None:
            since = trio.current_time()
            async with free:
                http = idle.pop()
                status, answer = await http.ask(ready)
                idle.append(http)
            assert status == 200, f"{status} {answer!r}"
            window.done(since)

        await at_random(self.rate, window, 1, ask)
        return window.outcome()


class Person(Struct, frozen=True):
    """An agent, and the fila where it works."""

    id: str
    token: str
    fila_id: str


class Cycles(Load, frozen=True):
    """A contact writes and is answered, an agent resolves a ticket, and is given the next one in line.

    Every agent is at its capacity and has a line before it. At each beginning an agent is chosen; a new ticket enters
    its fila, and it resolves its oldest one. What is measured is the time from there (the request is about to be sent)
    until it reads ``ticket_atribuido`` for the next one. For each ticket given, the contact and the agent write a
    message. ``bodies`` are those of the new tickets, by fila. Without them nobody comes and nobody writes: the line
    that is there is worked off, and the PATCH that resolves a ticket is all that is sent.
    """

    rate: float
    connector: str
    agents: list[Person]
    bodies: dict[str, str]

    async def work(self) -> Outcome:
        return await _Counter(self).serve()


class _Agent:
    """An agent at its screen: the tickets it has, oldest first, and since when it waits for each of the next ones."""

    def __init__(self, person: Person, ws: WebSocket) -> None:
        self.person = person
        self.ws = ws
        self.tickets: deque[str] = deque()
        self.free_since: deque[float] = deque()


class _Counter:
    """All the people of a run, in one process and on one clock. ``_expected`` counts what has yet to arrive."""

    def __init__(self, load: Cycles) -> None:
        self._load = load
        self._window = Window(load)
        self._agents: list[_Agent] = []
        self._idle: deque[Http] = deque()
        self._slots = trio.Semaphore(CONNECTIONS)
        self._expected = 0
        self._all_arrived = trio.Event()

    async def serve(self) -> Outcome:
        load = self._load
        self._contact = await WebSocket.open(load.port, f"{_PATH}/ws", load.connector)
        self._idle.extend([await Http.open(load.port) for _ in range(CONNECTIONS)])
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._watch_contact)
            for person in load.agents:
                agent = await self._sit_down(person)
                self._agents.append(agent)
                nursery.start_soon(self._watch, agent)
            self._window = Window(load)
            await at_random(load.rate, self._window, 1, self._cycle)
            await self._until_all_arrived()
            nursery.cancel_scope.cancel()
        return self._window.outcome()

    async def _sit_down(self, person: Person) -> _Agent:
        agent = _Agent(person, await WebSocket.open(self._load.port, f"{_PATH}/ws", person.token))
        path = f"{_PATH}/tickets?atendenteId={person.id}&status=EM_ANDAMENTO&limit=100"
        page = _decode(await self._ask("GET", path, person.token, b"", 200))
        agent.tickets.extend(ticket["id"] for ticket in reversed(page["data"]))
        return agent

    # -- one cycle ---------------------------------------------------------------------------------------------------

    async def _cycle(self, luck: Random) -> None:
        since = trio.current_time()
        with_tickets = [agent for agent in self._agents if agent.tickets]
        assert with_tickets, "the server is so far behind that no agent has a ticket left"
        agent = luck.choice(with_tickets)
        ticket_id = agent.tickets.popleft()
        agent.free_since.append(since)
        self._expected += 1
        async with trio.open_nursery() as nursery:
            if self._load.bodies:
                nursery.start_soon(self._arrive, agent.person.fila_id)
            nursery.start_soon(self._resolve, agent.person, ticket_id)

    async def _arrive(self, fila_id: str) -> None:
        body = self._load.bodies[fila_id].encode()
        await self._ask("POST", f"{_PATH}/tickets", self._load.connector, body, 201)

    async def _resolve(self, person: Person, ticket_id: str) -> None:
        await self._ask("PATCH", f"{_PATH}/tickets/{ticket_id}", person.token, b'{"status":"RESOLVIDO"}', 200)

    async def _ask(self, method: str, path: str, token: str, body: bytes, expected: int) -> bytes:
        async with self._slots:
            http = self._idle.pop()
            status, answer = await http.ask(request(method, path, token, body))
            self._idle.append(http)
        assert status == expected, f"{method} {path}: {status} {answer!r}"
        return answer

    # -- what arrives ------------------------------------------------------------------------------------------------

    async def _watch(self, agent: _Agent) -> None:
        while True:
            for frame in await agent.ws.receive():
                if frame.startswith(_ASSIGNED):
                    await self._assigned(agent, _decode(frame)["data"])
                elif frame.startswith(_ACK):
                    self._acknowledged(frame)

    async def _watch_contact(self) -> None:
        while True:
            for frame in await self._contact.receive():
                if frame.startswith(_ACK):
                    self._acknowledged(frame)

    async def _assigned(self, agent: _Agent, data: Any) -> None:
        """Everybody of a fila hears who is given its tickets."""
        if data["atendente"]["id"] != agent.person.id:
            return
        assert agent.free_since, "it was given a ticket beyond its capacity"
        self._window.done(agent.free_since.popleft())
        ticket_id = data["ticketId"]
        agent.tickets.append(ticket_id)
        if self._load.bodies:
            await self._talk(agent, ticket_id)
        self._arrived()

    async def _talk(self, agent: _Agent, ticket_id: str) -> None:
        self._expected += 2
        await agent.ws.send([_message(ticket_id, "Bom dia! Vou verificar agora mesmo.", "enviada")])
        await self._contact.send([_message(ticket_id, "Obrigado, fico no aguardo.", "recebida")])

    def _acknowledged(self, frame: bytes) -> None:
        assert _OK in frame, frame
        self._arrived()

    def _arrived(self) -> None:
        self._expected -= 1
        if not self._expected:
            self._all_arrived.set()

    async def _until_all_arrived(self) -> None:
        self._all_arrived = trio.Event()
        if self._expected:
            with trio.fail_after(_DRAIN_S):
                await self._all_arrived.wait()


def _message(ticket_id: str, text: str, direction: str) -> bytes:
    data = {"ticketId": ticket_id, "conteudo": text, "direcao": direction}
    return msgspec.json.encode({"event": "mensagem:enviar", "data": data, "ack": 1})
