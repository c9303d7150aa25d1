"""Contacts and agents who keep a node busy, life cycle after life cycle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec.structs import replace

from actors.comandos import Comando
from actors.ticket.comandos import AtualizarTicket, CriarTicket, EnviarMensagem
from bench._memory import Node
from bench._people import CONECTOR, EMPRESA, image
from bench._skills import Skills
from bench.measure import Stopwatch
from bench.registry import Progress
from engine.modelo import DocumentoRow, EmpresaImage, MensagemRow, Quem, TicketRow

FILAS: Final = 20
AGENTS: Final = 1_000
SLOTS: Final = 5
CONTACTS: Final = 5_000
"""People who write, again and again."""
STRANGERS: Final = 100_000_000
"""So many people that none comes back."""
WAVE: Final = 200
"""Life cycles under way at a time."""


class Service:
    """Contacts and agents who keep a node busy. ``contacts`` of them write in turn, and come back."""

    def __init__(self, node: Node, contacts: int = CONTACTS, skills: Skills | None = None) -> None:
        self._node = node
        self._known = contacts
        self._skills = skills
        self._filas = sorted(node.viva.diretorio.filas)
        self._contacts = 0

    def turns(self) -> int:
        """Of all actors, since the node was made."""
        return sum(self._node.loop.dispatcher.turns.values())

    def open(self) -> int:
        """How many tickets are open."""
        return len(self._node.viva.diretorio.tickets)

    def open_tickets(self, count: int) -> None:
        first = self._contacts + 1
        self._contacts += count
        replies = [self._node.ask(self._ticket(n)) for n in range(first, first + count)]
        self._node.settle()
        for reply in replies:
            assert reply.get().status == "ABERTO"

    def _ticket(self, n: int) -> CriarTicket:
        """Of whoever is the ``n``-th to write: the filas come in turn, and in each of them what is asked for."""
        who, k, skills = n % self._known, n // len(self._filas), self._skills
        return CriarTicket(
            quem=CONECTOR,
            contato_nome=f"Contato {who}",
            contato_telefone=f"55118{who:08}",
            contato_email=f"c{who}@example.com",
            assunto=f"Pedido {n} não chegou",
            fila_id=self._filas[n % len(self._filas)],
            etiquetas=() if skills is None else (skills.tag(k),),
            idioma=None if skills is None else skills.language(k),
        )

    def wave(self) -> None:
        """One life cycle for each of ``WAVE`` tickets."""
        node = self._node
        self.open_tickets(WAVE)
        mine = [node.assigned.popleft() for _ in range(WAVE)]
        agents = [Quem(EMPRESA, agent, "atendente") for _, agent in mine]
        self._each(
            EnviarMensagem(quem=CONECTOR, ticket_id=t, conteudo="Olá, meu pedido não chegou.", direcao="recebida")
            for t, _ in mine
        )
        self._each(
            EnviarMensagem(quem=quem, ticket_id=t, conteudo="Bom dia! Vou verificar agora mesmo.")
            for quem, (t, _) in zip(agents, mine, strict=True)
        )
        self._each(
            AtualizarTicket(quem=quem, ticket_id=t, status="RESOLVIDO")
            for quem, (t, _) in zip(agents, mine, strict=True)
        )

    def _each(self, comandos: Iterable[Comando[MensagemRow] | Comando[TicketRow]]) -> None:
        replies = [self._node.ask(comando) for comando in comandos]
        self._node.settle()
        for reply in replies:
            assert reply.get() is not None


def serve(service: Service, cycles: int) -> float:
    """Seconds of CPU for so many life cycles."""
    watch = Stopwatch()
    for _ in range(cycles // WAVE):
        service.wave()
    return watch.seconds()


def free_agents(
    contacts: int = CONTACTS, skills: Skills | None = None, documents: Sequence[DocumentoRow] = ()
) -> Service:
    """A thousand agents, with room for five times as many tickets as are under way at a time."""
    made = image(filas=FILAS, agents=AGENTS, capacity=SLOTS, skills=skills)
    return Service(Node(replace(made, documentos=[*documents])), contacts, skills)


def full_house(
    agents: int, line: int, *, filas: int = FILAS, skills: Skills | None = None, documents: Sequence[DocumentoRow] = ()
) -> Service:
    """Every slot taken and a line of that length."""
    made = image(filas=filas, agents=agents, capacity=SLOTS, waiting=agents * SLOTS + line, skills=skills)
    return opened(replace(made, documentos=[*documents]), skills)


def opened(made: EmpresaImage, skills: Skills | None = None, progress: Progress = lambda _: None) -> Service:
    """The same, of an image in which nobody has anything yet, and more waits than there are slots: agents take it when
    they start.
    """
    node = Node(made, progress)
    slots = len(made.atendentes) * SLOTS
    assert len(node.assigned) == slots, f"{len(node.assigned)} of {slots} slots"
    return Service(node, skills=skills)
