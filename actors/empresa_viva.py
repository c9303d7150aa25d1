"""An active empresa on this node: its lease, its directory, its settings."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator

from msgspec import Struct

from actors.protocolo import SuaVez
from engine.capacidade import disponivel
from engine.errors import Conflict, Forbidden, NotFound
from engine.estados import aberto
from engine.journal import DurableGroup
from engine.modelo import AtendenteRow, EmpresaImage, FilaRow, Quem, TicketRow
from engine.ports import Ids
from engine.runtime import Dispatcher, Ref
from engine.vistas import Endereco

MINUTO = 60_000
HORA = 60 * MINUTO


def endereco_sem_assinatura(empresa_id: str, arquivo_id: str) -> str:  # noqa: ARG001
    """Where a file is; whoever serves it asks for more than that."""
    return f"/atendimento/arquivos/{arquivo_id}"


class Opcoes(Struct, frozen=True):
    """Rules an installation can change. Milliseconds."""

    janela_reabertura: int = 24 * HORA
    """How long after RESOLVIDO a contact's message reopens the ticket."""
    graca_conexao: int = 30_000
    """How long an agent whose last connection dropped still counts as online."""
    endereco_de_arquivo: Endereco = endereco_sem_assinatura
    """What the address of a file is."""


class EmpresaViva(DurableGroup):
    """The group of an empresa's actors and what they look each other up in.

    The directory is written only by callbacks of successful turns, so a crash never leaves it half changed.
    ``disponiveis`` are the agents that may be given work now; ``online`` includes those who are on a break.
    ``chamando`` is the agent that is choosing among proposals now, ``a_chamar`` those who wait to do so: one after the
    other, because a hundred who choose at once are all proposed the same ticket, and ninety-nine choose again.
    ``excluidos`` are the agents that were deleted: only an admin brings one back. ``a_caminho`` counts the commands
    that are on their way to a ticket through the Empresa. ``carregar`` has the node read a ticket that is not in
    memory, and answer with TicketCarregado.
    """

    __slots__ = (
        "a_caminho", "a_chamar", "abertos_por_fila", "atendentes", "carregar", "chamando", "disponiveis", "emails",
        "empresa", "excluidos", "fila_padrao", "filas", "filas_de", "id", "ids", "membros_de", "online", "opcoes",
        "tickets",
    )  # fmt: skip

    empresa: Ref
    fila_padrao: str

    def __init__(self, imagem: EmpresaImage, dispatcher: Dispatcher, ids: Ids, opcoes: Opcoes) -> None:
        super().__init__(imagem.empresa.id, dispatcher, imagem.seq, imagem.epoch)
        self.id = imagem.empresa.id
        self.ids = ids
        self.opcoes = opcoes
        self.carregar: Callable[[str], None] = lambda _: None
        self.tickets: dict[str, Ref] = {}
        self.filas: dict[str, Ref] = {}
        self.atendentes: dict[str, Ref] = {}
        self.filas_de: dict[str, set[str]] = {}
        self.membros_de: dict[str, set[str]] = {}
        self.emails: dict[str, str] = {}
        self.online: set[str] = set()
        self.disponiveis: set[str] = set()
        self.abertos_por_fila: Counter[str] = Counter()
        self.excluidos: set[str] = set(imagem.excluidos)
        self.a_caminho: Counter[str] = Counter()
        self.chamando: Ref | None = None
        self.a_chamar: OrderedDict[Ref, None] = OrderedDict()

    # -- looking up ------------------------------------------------------------------------------------------------

    def fila(self, fila_id: str) -> Ref:
        ref = self.filas.get(fila_id)
        if ref is None:
            raise fila_nao_encontrada()
        return ref

    def atendente(self, atendente_id: str) -> Ref:
        ref = self.atendentes.get(atendente_id)
        if ref is None:
            raise atendente_nao_encontrado()
        return ref

    def refs(self) -> list[Ref]:
        """Every actor, the supervisor first: it must not be told that the others stop."""
        return [self.empresa, *self.filas.values(), *self.atendentes.values(), *self.tickets.values()]

    def linhas_de_tickets(self) -> Iterator[tuple[TicketRow, Ref]]:
        """Every ticket in memory as its actor last saved it: the truth from which crashed neighbours are rebuilt."""
        for ref in list(self.tickets.values()):
            if ref.actor is not None:
                yield ref.actor.row, ref

    def pode_ver(self, quem: Quem, fila_id: str, atendente_id: str | None) -> bool:
        """An atendente sees the tickets of its filas and its own; everybody else sees all."""
        if quem.papel != "atendente":
            return True
        return quem.id is not None and (atendente_id == quem.id or fila_id in self.filas_de.get(quem.id, ()))

    def exigir_acesso(self, quem: Quem, row: TicketRow) -> None:
        if not self.pode_ver(quem, row.fila_id, row.atendente_id):
            raise Forbidden("ticket_sem_acesso", "Este ticket é de uma fila da qual você não participa")

    def exigir_email_livre(self, email: str, atendente_id: str) -> None:
        if self.emails.get(email, atendente_id) != atendente_id:
            raise Conflict("email_em_uso", f"Já há um atendente com o e-mail {email}")

    # -- written by callbacks of turns -----------------------------------------------------------------------------

    def nasceu(self, row: TicketRow, ticket: Ref) -> None:
        self.tickets[row.id] = ticket
        self.contar(None, row)

    def voltou(self, ticket_id: str, ticket: Ref) -> None:
        """A closed ticket was loaded for a command."""
        self.tickets[ticket_id] = ticket

    def saiu_de_caminho(self, ticket_id: str) -> None:
        self.a_caminho[ticket_id] -= 1
        if self.a_caminho[ticket_id] <= 0:
            del self.a_caminho[ticket_id]

    def chegou(self, row: AtendenteRow, atendente: Ref) -> None:
        self.excluidos.discard(row.id)
        self.atendentes[row.id] = atendente
        self.emails[row.email] = row.id
        self.presenca_mudou(row)

    def abriu_fila(self, row: FilaRow, fila: Ref) -> None:
        self.filas[row.id] = fila
        if row.padrao:
            self.fila_padrao = row.id

    def contar(self, antes: TicketRow | None, depois: TicketRow) -> None:
        """Keep the count of open tickets per fila."""
        if antes is not None and aberto(antes.status):
            self.abertos_por_fila[antes.fila_id] -= 1
        if aberto(depois.status):
            self.abertos_por_fila[depois.fila_id] += 1

    def presenca_mudou(self, row: AtendenteRow) -> None:
        """Keep who is online, and who may be given work."""
        (self.online.add if row.online else self.online.discard)(row.id)
        (self.disponiveis.add if disponivel(row) else self.disponiveis.discard)(row.id)

    def email_mudou(self, antes: str, row: AtendenteRow) -> None:
        if self.emails.get(antes) == row.id:
            del self.emails[antes]
        self.emails[row.email] = row.id

    def tomar_vez(self, atendente: Ref) -> None:
        """An agent calls for proposals, since nobody else does."""
        self.chamando = atendente

    def pedir_vez(self, atendente: Ref) -> None:
        """An agent wants to call for proposals, when those before it have chosen."""
        if self.chamando is None:
            self.chamando = atendente
            atendente.tell(SuaVez())
        elif self.chamando is not atendente:
            self.a_chamar[atendente] = None

    def largar_vez(self, atendente: Ref) -> None:
        """An agent has chosen, or wants to choose no more: the next one may."""
        self.a_chamar.pop(atendente, None)
        if self.chamando is atendente:
            self.chamando = None
            if self.a_chamar:
                self.chamando = self.a_chamar.popitem(last=False)[0]
                self.chamando.tell(SuaVez())

    def entrou_na_fila(self, fila_id: str, atendente_id: str) -> None:
        self.membros_de.setdefault(fila_id, set()).add(atendente_id)
        self.filas_de.setdefault(atendente_id, set()).add(fila_id)

    def saiu_da_fila(self, fila_id: str, atendente_id: str) -> None:
        self.membros_de.get(fila_id, set()).discard(atendente_id)
        self.filas_de.get(atendente_id, set()).discard(fila_id)


def fila_nao_encontrada() -> NotFound:
    return NotFound("fila_nao_encontrada", "Fila não encontrada")


def atendente_nao_encontrado() -> NotFound:
    return NotFound("atendente_nao_encontrado", "Atendente não encontrado")
