"""What the engine needs from outside, as protocols. ``storage`` implements them; the simulation has its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from typing import Protocol

from msgspec import Struct

from engine.acesso import Acesso
from engine.envios.situacao import Carta, FiltroMortos, Morto, SituacaoDoTrabalho
from engine.errors import BalcaoError
from engine.modelo import (
    ArquivoRow,
    AtendenteRow,
    CanalRow,
    ContatoRow,
    DecisaoRow,
    EmpresaImage,
    EnvioRow,
    EstadoAtendenteRow,
    EventoRow,
    FilaRow,
    IdempotenciaRow,
    Linha,
    MensagemRow,
    ModelosRow,
    NotaRow,
    NotificacaoRow,
    Ordem,
    PoliticaVersaoRow,
    Prioridade,
    Quem,
    Row,
    Status,
    TicketRow,
    TipoCanal,
)
from engine.saude import NAO_RESPONDE, Causa
from engine.vistas import Endereco

Lease = tuple[int, str]
"""Under what a lease is held: ``epoch``, which each taking adds one to, and ``token``, random and new at each taking.

Where a failover loses the last takings, the next one gives an ``epoch`` for the second time; no ``token`` comes twice.
"""


class Fence(Struct, frozen=True, gc=False):
    """One empresa's part of a batch: written only if this node still holds its lease (same ``epoch`` and ``token``,
    same ``seq_before``). ``numero`` is None when no ticket number was given in the batch.
    """

    empresa_id: str
    epoch: int
    seq_before: int
    seq_after: int
    numero: int | None
    token: str


class Batch(Struct, frozen=True):
    """One transaction. ``rows`` holds, by row type, the last version of each row in first-saved order; EventoRow and
    MensagemRow are only ever inserted. EmpresaRow never appears: its ``numero`` travels in the fence.
    """

    fences: list[Fence]
    rows: dict[type[Row], list[Row]]


class StoreError(BalcaoError):
    """Base of what a commit can answer other than success."""


class StoreAway(StoreError):
    """The database could not be reached, and nothing of the batch was written. The message is a sentence for people."""

    def __init__(self, codigo: str, message: str, cause: Causa = NAO_RESPONDE) -> None:
        super().__init__(codigo, message)
        self.cause = cause


class CommitUnknown(StoreError):
    """The connection was lost while committing: ask :meth:`Store.outcome`."""


class Fenced(StoreError):
    """Some empresas of the batch belong to another node now. Nothing of the batch was written."""

    def __init__(self, empresa_ids: Sequence[str]) -> None:
        super().__init__("empresa_perdida", f"lease lost: {', '.join(empresa_ids)}")
        self.empresa_ids = tuple(empresa_ids)


class Rejected(StoreError):
    """The database refused the data itself (a constraint): a bug of ours. Nothing of the batch was written."""


class Panorama(Struct, frozen=True, gc=False):
    """How an empresa stands in the database: how many tickets are open, how many agents online."""

    empresa_id: str
    abertos: int
    online: int


class Adormecida(Struct, frozen=True, gc=False):
    """An empresa that no living node serves, though time does something in it. ``nossa``: it was this node's, by its
    name, or nobody's, and not another's, which may come back. ``ha_outro``: another node lives.
    """

    empresa_id: str
    nossa: bool
    ha_outro: bool


class ContatosAchados(Struct, frozen=True):
    """Contacts as they are stored: whose each address is, by ``chave``, and the rows of all contacts concerned."""

    chaves: dict[str, str]
    contatos: list[ContatoRow]


LugarNaFila = tuple[int, str]
"""The place of a job in the line of its canal: its ``ordem`` and its id."""


class DasRaias(Struct, frozen=True):
    """The first jobs that wait in each of these lanes of a line, instead of those after a place in it."""

    raias: tuple[str, ...]


class Adormecidos(Struct, frozen=True):
    """The jobs of a line that stand apart (:func:`engine.envios.desfechos.a_parte`) and sleep, those first that wake
    first; after this instant (ms) and id, if there are any before.
    """

    depois: tuple[int, str] | None


DeOnde = LugarNaFila | DasRaias | Adormecidos | None
"""What of a line is read: what comes after a place in it, some lanes, or what sleeps; None: all from its start."""


class EnvioGuardado(Struct, frozen=True):
    """A job of the outbox, with the message that it sends, if it sends one."""

    row: EnvioRow
    mensagem: MensagemRow | None


class PaginaDeEnvios(Struct, frozen=True):
    """What a canal has to do, in order. ``de_fora``: what was handed out, or is in doubt, wherever it stands.
    ``cortada``: there is more, which was too much to be read at once.
    """

    pagina: list[EnvioGuardado]
    de_fora: list[EnvioGuardado] = []
    cortada: bool = False


class Store(Protocol):
    """The durable side of the journal."""

    async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:
        """Take the lease of an empresa and load it, in one transaction.

        Raises:
            NotFound: it does not exist and ``provision`` is false.
            LeaseElsewhere: a living node holds it.
            StoreAway: the database cannot be reached.
        """
        ...

    async def commit(self, batch: Batch) -> None:
        """Write a batch in one durable transaction. Raises a :class:`StoreError`; success is returning."""
        ...

    async def outcome(self, batch: Batch) -> bool:
        """After :class:`CommitUnknown`: True if the batch was committed. Raises StoreAway or Fenced."""
        ...

    async def ticket(self, empresa_id: str, ticket_id: str) -> TicketRow | None:
        """A committed ticket, open or not."""
        ...

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        """A committed message, deleted or not. Raises StoreAway."""
        ...

    async def contatos(self, empresa_id: str, chaves: Collection[str], ids: Collection[str]) -> ContatosAchados:
        """Committed contacts: those these addresses belong to, those of these ids, and those merged into any of them.
        Deleted ones are left out, and so are addresses that are nobody's. Raises StoreAway.
        """
        ...

    async def conhecidas(self, empresa_id: str, ids: Collection[str]) -> set[str]:
        """Which of these messages are stored. Raises StoreAway."""
        ...

    async def ticket_do_canal(
        self, empresa_id: str, canal_id: str, contatos: Collection[str], desde: int
    ) -> TicketRow | None:
        """The canal's own ticket with any of these contacts that was resolved last, if not before ``desde``. Raises
        StoreAway.
        """
        ...

    async def janela_do_contato(self, empresa_id: str, ticket_id: str) -> int | None:
        """Until when (ms) the contact of a ticket can be written to freely by its canal, as far as its tickets there
        know. Raises StoreAway.
        """
        ...

    async def envios(
        self, empresa_id: str, canal_id: str, linha: Linha, depois: DeOnde, limite: int
    ) -> PaginaDeEnvios:  # fmt: skip
        """What a canal has still to do in a line, in order, from after that place, at most ``limite``, and no more than
        a few megabytes. None: from the start, and with it all that was handed out or is in doubt. Of lanes, the first
        that wait in each, at most ``limite`` of one, lane by lane as they are named; of what sleeps, by when it wakes.
        Raises StoreAway.
        """
        ...

    async def procurados(
        self, empresa_id: str, canal_id: str, ids: Collection[str], externos: Collection[str]
    ) -> list[EnvioRow]:
        """The jobs of a canal of these ids, and those that its provider calls so. Of a message whose job was thrown
        away after it was done, a job as its own was, which carries nothing. Raises StoreAway.
        """
        ...

    async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
        """What was answered under this key, if it is kept still. Raises StoreAway."""
        ...

    async def lost(self, leases: Mapping[str, Lease]) -> Sequence[str]:
        """Which of these empresas, held under these, another node has taken since. Raises StoreAway."""
        ...

    async def release(self, empresa_ids: Sequence[str]) -> None:
        """Give leases back, at shutdown."""
        ...


class FiltroTickets(Struct, frozen=True, kw_only=True):
    """Which tickets to list, and in which order. Deleted ones never are.

    ``contato_id``: those of this contact and of all that were merged into it. ``busca`` is what somebody typed: name,
    phone, e-mail, subject or number (see :mod:`engine.busca`). ``adiado``: only those that are put off.
    ``visivel_para``: only those of ``visivel_filas`` or owned by that atendente.
    """

    status: Status | None = None
    prioridade: Prioridade | None = None
    atendente_id: str | None = None
    fila_id: str | None = None
    canal_id: str | None = None
    contato_id: str | None = None
    busca: str | None = None
    etiqueta: str | None = None
    adiado: bool = False
    ordem: Ordem = "recentes"
    visivel_para: str | None = None
    visivel_filas: tuple[str, ...] = ()


class TicketDetalhe(Struct, frozen=True):
    """A ticket with what is shown beside it. ``mensagens`` are the latest, oldest first. ``contato`` is the one that
    stands for the ticket's now, after merges. ``notas``: how many internal notes there are of it.
    ``comentario``: the message by which its contact said more of the survey than the note; None also if
    it, or the contact, was deleted.
    """

    ticket: TicketRow
    mensagens: list[MensagemRow]
    atendente: AtendenteRow | None
    fila: FilaRow | None
    canal: CanalRow | None = None
    contato: ContatoRow | None = None
    notas: int = 0
    comentario: MensagemRow | None = None


class Mencionada(Struct, frozen=True):
    """A note that names somebody, and the number of its ticket."""

    nota: NotaRow
    ticket_numero: int


class UsoDeEtiqueta(Struct, frozen=True, gc=False):
    """How many tickets and contacts have a tag, as it is written."""

    nome: str
    tickets: int
    contatos: int


class Vidente(Struct, frozen=True, gc=False):
    """An atendente, and the filas it serves: it sees their tickets, and its own."""

    atendente_id: str
    filas: tuple[str, ...]


class FiltroContatos(Struct, frozen=True, kw_only=True):
    """Which contacts to list. ``chave`` is an address as :mod:`engine.contatos` writes it; ``busca`` is what somebody
    typed: name, phone or e-mail. ``visivel_para``: only those of the tickets that this atendente sees.
    """

    chave: str | None = None
    busca: str | None = None
    etiqueta: str | None = None
    visivel_para: Vidente | None = None


Lugar = tuple[str, str | None]
"""Where a ticket is: its fila and its owner."""


class Permanencia(Struct, frozen=True, gc=False):
    """A state in which an agent was, until ``ate`` (ms); None: it is so now."""

    row: EstadoAtendenteRow
    ate: int | None


class TicketPassado(Struct, frozen=True, gc=False):
    """A ticket as its events tell of it: when it came (ms), to which fila and how urgent, who had it first and since
    when, and when it was done with. None: it did not come to that.
    """

    id: str
    criado_em: int
    fila_id: str
    prioridade: Prioridade
    canal_id: str | None
    atendente_id: str | None
    atribuido_em: int | None
    encerrado_em: int | None


class Reader(Protocol):
    """Committed state, for lists and details. Every method raises Unavailable while the database is away.

    ``page`` counts from 1. A list answers its page and the total over all pages.
    """

    async def tickets(
        self, empresa_id: str, filtro: FiltroTickets, page: int, limit: int
    ) -> tuple[list[TicketRow], int]:
        """In the order of the filter."""
        ...

    async def detalhe(self, empresa_id: str, ticket_id: str, mensagens: int) -> TicketDetalhe | None:
        """None also for a deleted one."""
        ...

    async def mensagens(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[MensagemRow], int]:
        """Oldest first, by when they were written; of one instant, in the order in which they came."""
        ...

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        """None also for a deleted one."""
        ...

    async def nao_lidas(self, empresa_id: str, ticket_id: str) -> int:
        """How many messages of the contact were not read yet."""
        ...

    async def contatos(
        self, empresa_id: str, filtro: FiltroContatos, page: int, limit: int
    ) -> tuple[list[ContatoRow], int]:
        """By name; neither deleted ones nor those that were merged into another."""
        ...

    async def contato(self, empresa_id: str, contato_id: str) -> ContatoRow | None:
        """The contact, or the one it was merged into. None also for a deleted one."""
        ...

    async def contatos_vistos(self, empresa_id: str, vidente: Vidente, contato_ids: Collection[str]) -> set[str]:
        """Of these contacts, those of which the atendente sees a ticket: its own, or of those merged into it."""
        ...

    async def arquivo(self, empresa_id: str, arquivo_id: str) -> ArquivoRow | None:
        """None also if its message or ticket was deleted."""
        ...

    async def historico(
        self, empresa_id: str, ticket_id: str, page: int, limit: int, sem: Collection[str] = ()
    ) -> tuple[list[EventoRow], int]:
        """Every event of a ticket, oldest first, without those that are called so (``sem``)."""
        ...

    async def notas(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[NotaRow], int]:
        """The internal notes of a ticket, oldest first."""
        ...

    async def nota(self, empresa_id: str, nota_id: str) -> NotaRow | None:
        """None also for a deleted one."""
        ...

    async def mencoes(
        self, empresa_id: str, atendente_id: str, filas: tuple[str, ...] | None, page: int, limit: int
    ) -> tuple[list[Mencionada], int]:
        """Of the latest notes that name an atendente, those of tickets that are its own or of these filas (None: of
        all), the latest first.
        """
        ...

    async def etiquetas(self, empresa_id: str) -> list[UsoDeEtiqueta]:
        """The tags that are in use, by name, each as it is written; some thousands at most."""
        ...

    async def estados(
        self, empresa_id: str, atendente_id: str, desde: int | None, ate: int | None, page: int, limit: int
    ) -> tuple[list[Permanencia], int]:
        """The states in which an atendente was at some moment from ``desde`` to before ``ate``, the latest first."""
        ...

    async def decisoes(self, empresa_id: str, ticket_id: str, page: int, limit: int) -> tuple[list[DecisaoRow], int]:
        """What was decided of a ticket, the latest first, as far as it is kept still."""
        ...

    async def notificacoes(
        self, empresa_id: str, usuario_id: str, page: int, limit: int, *, nao_lidas: bool
    ) -> tuple[list[NotificacaoRow], int]:
        """Somebody's notices, the latest first, of which no more than some thousands count; ``nao_lidas``: only those
        that it has not read.
        """
        ...

    async def notificacao(self, empresa_id: str, usuario_id: str, notificacao_id: str) -> NotificacaoRow | None:
        """One of them; None also if it is another's."""
        ...

    async def nomes(self, empresa_id: str, ids: Collection[str]) -> dict[str, str]:
        """What these atendentes and filas are called, deleted ones too; what there is not is left out."""
        ...

    async def eventos(self, empresa_id: str, desde: int, ate: int, limite: int) -> list[EventoRow]:
        """The log with ``desde < seq <= ate``, in order, at most ``limite``."""
        ...

    async def eventos_de(self, empresa_id: str, seqs: Collection[int]) -> dict[int, EventoRow]:
        """These entries of the log, by ``seq``; those that were pruned are left out."""
        ...

    async def entregas(self, empresa_id: str, canal_id: str, page: int, limit: int) -> tuple[list[EnvioRow], int]:
        """Deliveries of a webhook to another system, the latest first, of which no more than some thousands count."""
        ...

    async def primeiro_evento(self, empresa_id: str) -> int:
        """The lowest ``seq`` that was not pruned from the log; it may not be written yet."""
        ...

    async def trafego(self, empresa_id: str, de: str, ate: str, limite: int) -> list[TicketPassado]:
        """Tickets from the one id on, up to the other, the latest first, at most ``limite``: an instant, as an id, is
        :func:`engine.ids.menor_id`.
        """
        ...

    async def acessos(self, empresa_id: str) -> list[Acesso]:
        """The users of whose tokens not all are good: those who were deleted, and those whose tokens were revoked."""
        ...

    async def modelos(self, empresa_id: str, canal_id: str) -> ModelosRow | None:
        """The templates of a canal; None if its provider has not told of any."""
        ...

    async def politica_versoes(
        self, empresa_id: str, fila_id: str, page: int, limit: int
    ) -> tuple[list[PoliticaVersaoRow], int]:
        """The versions of a fila's policy that were written down, the latest first: none while it has its first."""
        ...

    async def politica_versao(self, empresa_id: str, fila_id: str, versao: int) -> PoliticaVersaoRow | None:
        """One of them."""
        ...

    async def situacao_dos_envios(self, empresa_id: str, canais: Collection[str]) -> list[SituacaoDoTrabalho]:
        """How the outbox of these canais stands, by canal and job; what there is nothing of is left out."""
        ...

    async def mortos(
        self, empresa_id: str, filtro: FiltroMortos, page: int, limit: int
    ) -> tuple[list[Morto], int]:  # fmt: skip
        """Dead letters, the latest first. The total goes up to MORTOS_CONTADOS."""
        ...

    async def mortos_a_tratar(
        self, empresa_id: str, filtro: FiltroMortos, limite: int, *, com_carga: bool
    ) -> list[Carta]:
        """Dead letters, the oldest first, at most ``limite``; ``com_carga``: only those that can send something."""
        ...

    async def mortos_inteiros(self, empresa_id: str, ids: Collection[str]) -> list[EnvioRow]:
        """Those of these ids that are dead letters, whole."""
        ...

    async def canais_excluidos(self, empresa_id: str, canal_id: str | None = None) -> list[str]:
        """The ids of deleted canais of which there are dead letters; or of this one, if it is deleted."""
        ...

    async def auditoria_dos_mortos(self, empresa_id: str, page: int, limit: int) -> tuple[list[EventoRow], int]:
        """What was done about dead letters, the latest first. The total goes up to MORTOS_CONTADOS."""
        ...

    async def cartas(self, empresa_id: str, ids: Collection[str]) -> list[Carta]:
        """The jobs of these ids, of whatever state."""
        ...

    async def lugares(self, empresa_id: str, ticket_ids: Collection[str]) -> dict[str, Lugar]:
        """Where these tickets are now, by id; those that do not exist are left out."""
        ...


class Diretorio(Protocol):
    """What the edge asks of an empresa that is active, and never changes: who may see, who serves what, where a ticket
    is, and what is durable. It says what the commands so far have made of it; so later the edge may be in another
    process than the empresa, and keep a copy.
    """

    @property
    def empresa_id(self) -> str: ...

    @property
    def epoch(self) -> int:
        """Under which lease the empresa is active."""
        ...

    @property
    def durable_seq(self) -> int:
        """The ``seq`` of the last event that is durable."""
        ...

    def pode_ver(self, quem: Quem, fila_id: str, atendente_id: str | None) -> bool:
        """Whether ``quem`` sees the tickets of that fila and that owner."""
        ...

    def exigir_que_veja(self, quem: Quem, row: TicketRow) -> None:
        """Raise Forbidden unless ``quem`` sees that ticket."""
        ...

    def ve_todos_os_contatos(self, quem: Quem) -> bool:
        """Whether ``quem`` sees every contact, and not only those of the tickets that it sees."""
        ...

    def todos_veem_os_contatos(self) -> bool:
        """Whether everybody sees every contact."""
        ...

    def filas_que_serve(self, atendente_id: str) -> Set[str]: ...

    def quem_serve(self, fila_id: str) -> Set[str]:
        """The atendentes of a fila, for whatever reason."""
        ...

    def e_atendente(self, usuario_id: str | None) -> bool: ...

    def vagas(self) -> list[int]:
        """How many slots each atendente has."""
        ...

    def apresentado(self, quem: Quem) -> bool:
        """Whether the empresa knows already as what ``quem`` comes, or need not."""
        ...

    def foi_excluido(self, usuario_id: str | None) -> bool:
        """Whether that user was an atendente, and is deleted."""
        ...

    def lugar_do_ticket(self, ticket_id: str) -> Lugar | None:
        """Where a ticket is, if it is in memory."""
        ...

    def tipo_do_canal(self, canal_id: str) -> TipoCanal | None:
        """None if it was deleted."""
        ...

    def ids_dos_canais(self) -> list[str]:
        """Of those that were not deleted, without webhooks to other systems."""
        ...

    def tickets_abertos(self) -> int: ...

    def atendentes_online(self) -> int: ...

    @property
    def endereco_de_arquivo(self) -> Endereco:
        """What the address of a file is, as events show it."""
        ...


class EventSink(Protocol):
    """Where committed events go, in order of ``seq`` per empresa (the gateway, the metrics)."""

    def publish(self, events: Sequence[EventoRow]) -> None: ...
    def dropped(self, empresa_id: str) -> None:
        """The empresa left this node: whoever follows it must reconnect."""
        ...


class JournalObserver(Protocol):
    """Who counts what the journal does."""

    def batch(self, turns: int, rows: int, seconds: float) -> None:
        """A batch of so many turns and rows was committed in so many seconds."""
        ...


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since the epoch, UTC."""
        ...


class Ids(Protocol):
    def novo(self) -> str:
        """A fresh UUIDv7."""
        ...
