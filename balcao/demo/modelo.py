"""The plan of a run, and the ledger of what happened. Times are seconds of trio's clock."""

from __future__ import annotations

from collections import Counter, deque
from random import Random
from typing import Final, Literal

import trio
from msgspec import Struct, field

CAPACIDADE: Final = 3
"""Tickets an agent holds at once."""
OCUPACAO: Final = 0.98
"""Share of all slots that are meant to be busy: so high that people wait, which is when routing matters."""
CONVERSA_MAXIMA_S: Final = 20.0
PERGUNTAS: Final = (1, 3)
"""The fewest and the most questions of a contact."""

FILAS: Final = (
    ("Vendas", "MENOS_OCUPADO"),
    ("Suporte", "MAIOR_TEMPO_OCIOSO"),
    ("Financeiro", "ROUND_ROBIN"),
)
"""Name and distribution policy: one of each."""


class Opcoes(Struct, frozen=True):
    """What the person at the terminal chose."""

    url: str
    segredo: str
    contatos: int = 500
    atendentes: int = 20
    duracao_s: float = 60.0
    canal: Literal["whatsapp"] | None = None
    """By which contacts write; None: by the API."""
    semente: int | None = None


class Plano(Struct, frozen=True):
    """How long things take, so that the agents are as busy as meant whatever the numbers are.

    A conversation of P questions holds a slot for P think times of the agent and P-1 of the contact.
    """

    pausa_s: float
    """The mean of every think time."""

    @classmethod
    def de(cls, opcoes: Opcoes) -> Plano:
        lugares = opcoes.atendentes * CAPACIDADE
        conversa = min(OCUPACAO * lugares * opcoes.duracao_s / opcoes.contatos, CONVERSA_MAXIMA_S, opcoes.duracao_s / 4)
        return cls(pausa_s=conversa / (sum(PERGUNTAS) - 1))

    def pausa(self, sorte: Random) -> float:
        """One think time."""
        return self.pausa_s * sorte.uniform(0.4, 1.6)


class Conversa(Struct):
    """One contact, from the first message to the end, as the outside saw it."""

    nome: str
    telefone: str
    fila: str
    chega_em: float
    perguntas: int
    escreveu_em: float | None = None
    ticket_id: str | None = None
    numero: int | None = None
    atendente: str | None = None
    atribuida_em: float | None = None
    resolvida_em: float | None = None
    confirmadas: list[str] = field(default_factory=list)
    """Ids of the messages the server acknowledged, in that order per sender."""
    respostas: int = 0
    """Answers of the agent that reached the contact's side."""
    vistas: set[str] = field(default_factory=set)
    chegadas: list[str] = field(default_factory=list)
    """Of a canal: the ids of the answers that its provider took, in that order."""
    mudou: trio.Event = field(default_factory=trio.Event)

    @property
    def espera(self) -> float | None:
        """From writing until an agent had it on the screen."""
        if self.atribuida_em is None or self.escreveu_em is None:
            return None
        return max(0.0, self.atribuida_em - self.escreveu_em)

    def avisar(self) -> None:
        """Wake whoever follows this conversation."""
        self.mudou.set()
        self.mudou = trio.Event()


class Atendente(Struct):
    """An agent as its own screen shows it."""

    id: str
    nome: str
    filas: tuple[str, ...]
    online: bool = False
    em_maos: int = 0
    atendidos: int = 0
    maximo: int = 0
    """The most tickets it ever held at once."""


class Medidas(Struct):
    """Times of single operations, in seconds."""

    criar: list[float] = field(default_factory=list)
    confirmar: list[float] = field(default_factory=list)
    """``mensagem:enviar`` until its ack."""
    entregar: list[float] = field(default_factory=list)
    """``mensagem:enviar`` until the other side's socket had it."""


class Diario(Struct):
    """Everything one run wrote down."""

    empresa_id: str
    conversas: list[Conversa]
    atendentes: list[Atendente]
    comecou_em: float
    comecou: bool = False
    por_ticket: dict[str, Conversa] = field(default_factory=dict)
    nascimentos: trio.Event = field(default_factory=trio.Event)
    """Set, and replaced, with each ticket that becomes known."""
    atribuicoes: dict[str, tuple[float, str]] = field(default_factory=dict)
    """Assignments that were seen before the ticket's own 201 was."""
    enviadas_em: dict[str, float] = field(default_factory=dict)
    """When a text was sent, until it is delivered."""
    medidas: Medidas = field(default_factory=Medidas)
    por_segundo: deque[Counter[str]] = field(default_factory=lambda: deque([Counter()], maxlen=600))
    """What happened in each second so far; the last one is not over."""
    segundo: int = 0
    canal: Literal["whatsapp"] | None = None
    repetidas: int = 0
    """Answers that a provider took once more, since nobody knew whether it had them."""
    quedas: int = 0
    """Lost connections that were made again."""

    def comecar(self) -> None:
        """Everybody is in place: the contacts' clock starts."""
        self.comecou_em = trio.current_time()
        self.comecou = True
        self.por_segundo.clear()
        self.por_segundo.append(Counter())
        self.segundo = 0

    def contar(self, o_que: str) -> None:
        """One more of something in the current second."""
        self.virar_segundo()
        self.por_segundo[-1][o_que] += 1

    def virar_segundo(self) -> None:
        """Bring the per-second counts to now."""
        agora = int(trio.current_time() - self.comecou_em)
        for _ in range(self.segundo, agora):
            self.por_segundo.append(Counter())
        self.segundo = max(self.segundo, agora)

    def nasceu(self, conversa: Conversa, ticket_id: str, numero: int) -> None:
        conversa.ticket_id, conversa.numero = ticket_id, numero
        self.por_ticket[ticket_id] = conversa
        if ticket_id in self.atribuicoes:
            self._atribuir(conversa, *self.atribuicoes.pop(ticket_id))
        self.contar("tickets")
        self.nascimentos.set()
        self.nascimentos = trio.Event()

    def atribuido(self, ticket_id: str, atendente: str) -> None:
        """An agent's screen showed the ticket."""
        conversa = self.por_ticket.get(ticket_id)
        if conversa is None:
            self.atribuicoes[ticket_id] = (trio.current_time(), atendente)
        else:
            self._atribuir(conversa, trio.current_time(), atendente)

    def _atribuir(self, conversa: Conversa, em: float, atendente: str) -> None:
        conversa.atendente = atendente
        if conversa.atribuida_em is None:
            conversa.atribuida_em = em

    @property
    def esperas(self) -> list[float]:
        return [conversa.espera for conversa in self.conversas if conversa.espera is not None]

    @property
    def pendentes(self) -> int:
        """Contacts not served yet."""
        return sum(conversa.resolvida_em is None for conversa in self.conversas)


_NOMES: Final = (
    "Ana", "Bruno", "Camila", "Diego", "Elisa", "Felipe", "Gabriela", "Heitor", "Iara", "João", "Karina", "Lucas",
    "Marina", "Nelson", "Olívia", "Paulo", "Quitéria", "Rafael", "Sofia", "Tiago", "Úrsula", "Vítor", "Wanda", "Xavier",
    "Yasmin", "Zeca", "Alice", "Bento", "Clara", "Davi", "Ester", "Fábio", "Glória", "Hugo", "Inês", "Jorge",
)  # fmt: skip
_SOBRENOMES: Final = ("Silva", "Souza", "Lima", "Costa", "Ribeiro", "Alves", "Rocha", "Nunes", "Melo", "Castro", "Dias")


def nome_de_atendente(indice: int) -> str:
    volta, posicao = divmod(indice, len(_NOMES))
    return _NOMES[posicao] if not volta else f"{_NOMES[posicao]} {volta + 1}"


def sortear_conversas(opcoes: Opcoes, sorte: Random) -> list[Conversa]:
    """The contacts and when each comes. Given how many come in an interval, the instants of a Poisson process are
    independent and uniform in it (Kingman, *Poisson Processes*, 1993, §2.4).
    """
    instantes = sorted(sorte.uniform(0, opcoes.duracao_s) for _ in range(opcoes.contatos))
    return [
        Conversa(
            nome=f"{sorte.choice(_NOMES)} {sorte.choice(_SOBRENOMES)}",
            telefone=f"55119{indice:08d}",
            fila=sorte.choice(FILAS)[0],
            chega_em=instante,
            perguntas=sorte.randint(*PERGUNTAS),
        )
        for indice, instante in enumerate(instantes)
    ]
