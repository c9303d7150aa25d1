"""An active empresa on this node: its lease, its directory, its settings."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from actors.contatos.mensagens import ContatosCarregados, LerContatos
from actors.diretorio.por_contato import PorContato
from actors.protocolo import EntrouNaFila, PerdeuMembro, SaiuDaFila, SuaVez
from engine import emails
from engine.capacidade import disponivel
from engine.errors import Conflict, Forbidden, NotFound
from engine.estados import aberto
from engine.indice import Indice
from engine.journal import DurableGroup
from engine.modelo import (
    AcessoRow,
    AtendenteRow,
    ContatosVisiveis,
    EmpresaImage,
    FilaRow,
    Quem,
    TicketRow,
    TipoCanal,
)
from engine.participacao import Participacao, Passagem, Vinculo
from engine.ports import ContatosAchados, Ids
from engine.runtime import Dispatcher, Ref
from engine.vistas import Endereco

MINUTO = 60_000
HORA = 60 * MINUTO

LUGARES_NO_MAXIMO = 100
"""Tickets that an event about their contact looks at, to say whom it concerns."""


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
    ``excluidos`` are the agents that were deleted, each with the instant up to which its tokens stay no good when an
    admin brings it back. ``participacao`` knows who serves which fila; its ``membros_de`` and ``filas_de`` are here
    too. ``saindo`` are the ids of what is being deleted, each with what takes its place: nothing new may come to use
    it. ``a_caminho`` counts the commands that are on their way to a ticket through the Empresa. ``carregar`` has the
    node read a ticket that is not in memory, and answer with TicketCarregado; ``carregar_contatos`` does so for
    contacts, with ContatosCarregados.
    """

    __slots__ = (
        "a_caminho", "a_chamar", "abertos_por_canal", "abertos_por_fila", "atendentes", "canais", "carregar",
        "carregar_contatos", "chamando", "contatos_visiveis", "disponiveis", "emails", "empresa", "equipes",
        "excluidos", "fila_padrao", "filas", "filas_de", "id", "ids", "membros_de", "online", "opcoes", "participacao",
        "por_contato", "saindo", "tickets",
    )  # fmt: skip

    empresa: Ref
    fila_padrao: str

    def __init__(self, imagem: EmpresaImage, dispatcher: Dispatcher, ids: Ids, opcoes: Opcoes) -> None:
        super().__init__(imagem.empresa.id, dispatcher, imagem.seq, imagem.epoch, imagem.token)
        self.id = imagem.empresa.id
        self.ids = ids
        self.opcoes = opcoes
        self.carregar: Callable[[str], None] = lambda _: None
        self.carregar_contatos: Callable[[LerContatos], None] = self._sem_contatos
        self.tickets: dict[str, Ref] = {}
        self.filas: dict[str, Ref] = {}
        self.atendentes: dict[str, Ref] = {}
        self.canais: dict[str, Ref] = {}
        self.equipes: dict[str, Ref] = {}
        self.contatos_visiveis: ContatosVisiveis = imagem.empresa.contatos_visiveis
        self.participacao = Participacao()
        self.filas_de = self.participacao.filas_de
        self.membros_de = self.participacao.membros_de
        self.saindo: dict[str, str] = {}
        self.emails = Indice()
        self.online: set[str] = set()
        self.disponiveis: set[str] = set()
        self.abertos_por_fila = Indice()
        self.abertos_por_canal = Indice()
        self.por_contato = PorContato()
        self.excluidos: dict[str, int] = dict(imagem.excluidos)
        self.a_caminho: Counter[str] = Counter()
        self.chamando: Ref | None = None
        self.a_chamar: OrderedDict[Ref, None] = OrderedDict()

    def _sem_contatos(self, pedido: LerContatos) -> None:
        """Where nothing is stored, nothing is found: so it is until a node sets ``carregar_contatos``."""
        self.empresa.tell(ContatosCarregados(pedido, ContatosAchados({}, []), None))

    # -- looking up ------------------------------------------------------------------------------------------------

    def fila(self, fila_id: str) -> Ref:
        return self._achar(self.filas, fila_id, fila_nao_encontrada)

    def atendente(self, atendente_id: str) -> Ref:
        return self._achar(self.atendentes, atendente_id, atendente_nao_encontrado)

    def canal(self, canal_id: str) -> Ref:
        return self._achar(self.canais, canal_id, canal_nao_encontrado)

    def equipe(self, equipe_id: str) -> Ref:
        return self._achar(self.equipes, equipe_id, equipe_nao_encontrada)

    def _achar(self, onde: dict[str, Ref], id_: str, falta: Callable[[], NotFound]) -> Ref:
        """What is being deleted is not found any more."""
        ref = onde.get(id_)
        if ref is None or (self.saindo and id_ in self.saindo):
            raise falta()
        return ref

    def fila_em_vigor(self, fila_id: str | None) -> str:
        """The fila that does the work of this one: itself, the one that takes its place, or the default one."""
        if fila_id is None:
            return self.fila_padrao
        fila_id = self.saindo.get(fila_id, fila_id)
        return fila_id if fila_id in self.filas else self.fila_padrao

    def canal_em_vigor(self, canal_id: str | None) -> str | None:
        """The canal by which a ticket goes on: its own, the one that takes its place, or none."""
        if canal_id is None:
            return None
        canal_id = self.saindo.get(canal_id, canal_id)
        return canal_id if canal_id in self.canais else None

    def tipo_do_canal(self, canal_id: str) -> TipoCanal | None:
        """None if it was deleted."""
        ref = self.canais.get(canal_id)
        return None if ref is None or ref.actor is None else ref.actor.row.tipo

    @property
    def janela_reabertura(self) -> int:
        """How long after RESOLVIDO a contact's message reopens the ticket, in ms: as the empresa set it, or else the
        installation.
        """
        ator = self.empresa.actor
        da_empresa: int | None = None if ator is None else ator.row.janela_reabertura
        return self.opcoes.janela_reabertura if da_empresa is None else da_empresa

    @property
    def estados(self) -> tuple[str, ...]:
        """The estados of its own, in which an agent can be beside those that every empresa knows."""
        ator = self.empresa.actor
        return () if ator is None else ator.row.estados

    def refs(self) -> list[Ref]:
        """Every actor, the supervisor first: it must not be told that the others stop."""
        dos_cadastros = (self.filas, self.atendentes, self.canais, self.equipes)
        return [self.empresa, *(ref for um in dos_cadastros for ref in um.values()), *self.tickets.values()]

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

    def serve(self, fila_id: str, atendente_id: str) -> bool:
        """Whether that agent serves that fila now."""
        return atendente_id in self.membros_de.get(fila_id, ())

    def elegivel(self, fila_id: str, atendente_id: str) -> bool:
        """Whether that agent may be given work of that fila now, as far as its slots allow."""
        return atendente_id in self.disponiveis and self.serve(fila_id, atendente_id)

    def quer_chamar(self, atendente: Ref) -> bool:
        """Whether that agent calls for proposals or waits to: so it had room a moment ago."""
        return atendente is self.chamando or atendente in self.a_chamar

    def ve_todos_os_contatos(self, quem: Quem) -> bool:
        """An atendente sees those of the tickets it may see, unless the empresa has set it otherwise."""
        return quem.papel != "atendente" or self.contatos_visiveis == "todos"

    def lugares_de(self, contatos: Iterable[str], *filas: str) -> str:
        """The filas and owners of the open tickets of these contacts, beside these ``filas``: see
        :class:`~engine.modelo.EventoRow`.
        """
        lugares: dict[str | None, None] = dict.fromkeys(filas)
        for ticket_id in islice(self.por_contato.abertos(contatos), LUGARES_NO_MAXIMO):
            ref = self.tickets.get(ticket_id)
            if ref is not None and ref.actor is not None:
                lugares[ref.actor.row.fila_id] = lugares[ref.actor.row.atendente_id] = None
        return " ".join(lugar for lugar in lugares if lugar is not None)

    def exigir_acesso(self, quem: Quem, row: TicketRow) -> None:
        if not self.pode_ver(quem, row.fila_id, row.atendente_id):
            raise Forbidden("ticket_sem_acesso", "Este ticket é de uma fila da qual você não participa")

    def email_de_outro(self, email: str, atendente_id: str) -> bool:
        """Whether another atendente has this address, however it is written."""
        return any(id_ != atendente_id for id_ in self.emails.de(emails.canonico(email)))

    def exigir_email_livre(self, email: str, atendente_id: str) -> None:
        if self.email_de_outro(email, atendente_id):
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

    def mostrar_contatos(self, quais: ContatosVisiveis) -> None:
        self.contatos_visiveis = quais

    def chegou(self, row: AtendenteRow, atendente: Ref) -> None:
        self.excluidos.pop(row.id, None)
        self.atendentes[row.id] = atendente
        self.emails.por(emails.canonico(row.email), row.id)
        self.presenca_mudou(row)

    def revogou(self, row: AcessoRow) -> None:
        """Should that user be deleted and come back, no older token comes back with it."""
        if row.usuario_id in self.excluidos:
            self.excluidos[row.usuario_id] = row.vale_desde

    def abriu_fila(self, row: FilaRow, fila: Ref) -> None:
        self.filas[row.id] = fila
        if row.padrao:
            self.fila_padrao = row.id

    def abriu_canal(self, canal_id: str, canal: Ref) -> None:
        self.canais[canal_id] = canal

    def formou_equipe(self, equipe_id: str, equipe: Ref) -> None:
        self.equipes[equipe_id] = equipe

    def contar(self, antes: TicketRow | None, depois: TicketRow) -> None:
        """Keep which tickets are open, by fila, by canal and by contact."""
        if antes is not None and aberto(antes.status):
            self.abertos_por_fila.tirar(antes.fila_id, antes.id)
            if antes.canal_id is not None:
                self.abertos_por_canal.tirar(antes.canal_id, antes.id)
        if aberto(depois.status):
            self.abertos_por_fila.por(depois.fila_id, depois.id)
            if depois.canal_id is not None:
                self.abertos_por_canal.por(depois.canal_id, depois.id)
        self.por_contato.mudou(antes, depois)

    def presenca_mudou(self, row: AtendenteRow) -> None:
        """Keep who is online, and who may be given work."""
        (self.online.add if row.online else self.online.discard)(row.id)
        (self.disponiveis.add if disponivel(row) else self.disponiveis.discard)(row.id)

    def email_mudou(self, antes: str, row: AtendenteRow) -> None:
        self.largou_email(antes, row.id)
        self.emails.por(emails.canonico(row.email), row.id)

    def largou_email(self, email: str, atendente_id: str) -> None:
        self.emails.tirar(emails.canonico(email), atendente_id)

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

    def vincular(self, vinculos: Sequence[Vinculo]) -> None:
        """Memberships changed: tell whoever begins or ceases to serve a fila, and the fila that loses it."""
        for passagem in self.participacao.aplicar(vinculos):
            self._avisar(passagem)

    def _avisar(self, passagem: Passagem) -> None:
        fila_id, atendente_id, entrou = passagem
        fila, atendente = self.filas.get(fila_id), self.atendentes.get(atendente_id)
        if fila is None or atendente is None:
            return
        if entrou:
            atendente.tell(EntrouNaFila(fila_id, fila))
        else:
            atendente.tell(SaiuDaFila(fila_id))
            fila.tell(PerdeuMembro(atendente_id))

    def vai_sair(self, id_: str, no_lugar: str) -> None:
        """It is being deleted: ``no_lugar`` takes its place."""
        self.saindo[id_] = no_lugar

    def nao_sai_mais(self, id_: str) -> None:
        """It is gone, or it stays after all."""
        self.saindo.pop(id_, None)


def fila_nao_encontrada() -> NotFound:
    return NotFound("fila_nao_encontrada", "Fila não encontrada")


def atendente_nao_encontrado() -> NotFound:
    return NotFound("atendente_nao_encontrado", "Atendente não encontrado")


def canal_nao_encontrado() -> NotFound:
    return NotFound("canal_nao_encontrado", "Canal não encontrado")


def equipe_nao_encontrada() -> NotFound:
    return NotFound("equipe_nao_encontrada", "Equipe não encontrada")
