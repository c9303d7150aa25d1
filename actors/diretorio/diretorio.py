"""The directory of an empresa: how its actors find each other, and what the edge may ask of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Set
from typing import TypeVar

from actors.atendente.mensagens import CorreioDoAtendente
from actors.canal.mensagens import CorreioDoCanal
from actors.diretorio.acesso import Acesso
from actors.diretorio.ajustes import Ajustes
from actors.diretorio.contagens import Contagens
from actors.diretorio.gente import Gente
from actors.empresa.mensagens import CorreioDaEmpresa
from actors.equipe.mensagens import CorreioDaEquipe
from actors.fila.mensagens import CorreioDaFila
from actors.ticket.mensagens import CorreioDoTicket
from engine.errors import NotFound
from engine.journal import DurableGroup
from engine.modelo import AtendenteRow, CanalRow, FilaRow, Quem, TicketRow, TipoCanal
from engine.participacao import Participacao
from engine.permissoes import ticket_sem_acesso, ve_ticket
from engine.ports import Lugar
from engine.runtime import Ref
from engine.vistas import Endereco

M = TypeVar("M")

_NENHUM: frozenset[str] = frozenset()


class DiretorioLocal:
    """Implements :class:`~engine.ports.Diretorio`, for an empresa whose actors live in this process.

    It is written only by callbacks of successful turns (:mod:`actors.diretorio.empresa_viva`), so a crash never leaves
    it half changed. ``participacao`` knows who serves which fila; its ``membros_de`` and ``filas_de`` are here too.
    ``saindo`` are the ids of what is being deleted, each with what takes its place: nothing new may come to use it.
    ``segredos`` are the names of what each canal keeps secret, ``modelos`` of the templates that it may send.
    ``a_caminho`` counts the commands that are on their way to a ticket through the Empresa.
    """

    __slots__ = (
        "_acesso", "_ajustes", "_contagens", "_gente", "_grupo", "a_caminho", "atendentes", "canais", "empresa",
        "equipes", "fila_padrao", "filas", "filas_de", "membros_de", "modelos", "participacao", "saindo", "segredos",
        "tickets",
    )  # fmt: skip

    empresa: Ref[CorreioDaEmpresa]
    fila_padrao: str

    def __init__(
        self, grupo: DurableGroup, contagens: Contagens, acesso: Acesso, ajustes: Ajustes, gente: Gente
    ) -> None:
        self._grupo = grupo
        self._gente = gente
        self._contagens = contagens
        self._acesso = acesso
        self._ajustes = ajustes
        self.tickets: dict[str, Ref[CorreioDoTicket]] = {}
        self.filas: dict[str, Ref[CorreioDaFila]] = {}
        self.atendentes: dict[str, Ref[CorreioDoAtendente]] = {}
        self.canais: dict[str, Ref[CorreioDoCanal]] = {}
        self.segredos: dict[str, tuple[str, ...]] = {}
        self.modelos: dict[str, tuple[str, ...]] = {}
        self.equipes: dict[str, Ref[CorreioDaEquipe]] = {}
        self.participacao = Participacao()
        self.filas_de = self.participacao.filas_de
        self.membros_de = self.participacao.membros_de
        self.saindo: dict[str, str] = {}
        self.a_caminho: Counter[str] = Counter()

    # -- looking up ------------------------------------------------------------------------------------------------

    def fila(self, fila_id: str) -> Ref[CorreioDaFila]:
        return self._achar(self.filas, fila_id, fila_nao_encontrada)

    def atendente(self, atendente_id: str) -> Ref[CorreioDoAtendente]:
        return self._achar(self.atendentes, atendente_id, atendente_nao_encontrado)

    def canal(self, canal_id: str) -> Ref[CorreioDoCanal]:
        """By which contacts write. A webhook to another system is none."""
        if self.tipo_do_canal(canal_id) == "webhook":
            raise canal_nao_encontrado()
        return self.ligado(canal_id)

    def ligado(self, canal_id: str) -> Ref[CorreioDoCanal]:
        """What has a connector: a canal of whatever type."""
        return self._achar(self.canais, canal_id, canal_nao_encontrado)

    def gancho(self, gancho_id: str) -> Ref[CorreioDoCanal]:
        """A webhook to another system."""
        if self.tipo_do_canal(gancho_id) != "webhook":
            raise webhook_nao_encontrado()
        return self.canais[gancho_id]

    def equipe(self, equipe_id: str) -> Ref[CorreioDaEquipe]:
        return self._achar(self.equipes, equipe_id, equipe_nao_encontrada)

    def _achar(self, onde: dict[str, Ref[M]], id_: str, falta: Callable[[], NotFound]) -> Ref[M]:
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

    def refs(self) -> list[Ref]:
        """Every actor, the supervisor first: it must not be told that the others stop."""
        dos_cadastros = (self.filas, self.atendentes, self.canais, self.equipes)
        return [self.empresa, *(ref for um in dos_cadastros for ref in um.values()), *self.tickets.values()]

    def ticket_row(self, ticket_id: str) -> TicketRow | None:
        """A ticket that is in memory, as its actor last saved it."""
        ref = self.tickets.get(ticket_id)
        return None if ref is None else ref.published(TicketRow)

    def fila_row(self, fila_id: str) -> FilaRow | None:
        """A fila with its policy; None if it was deleted."""
        ref = self.filas.get(fila_id)
        return None if ref is None else ref.published(FilaRow)

    def atendente_row(self, atendente_id: str) -> AtendenteRow | None:
        """An agent; None if it was deleted."""
        ref = self.atendentes.get(atendente_id)
        return None if ref is None else ref.published(AtendenteRow)

    def vagas(self) -> list[int]:
        rows = map(self.atendente_row, self.atendentes)
        return [row.capacidade for row in rows if row is not None]

    def canal_row(self, canal_id: str) -> CanalRow | None:
        ref = self.canais.get(canal_id)
        return None if ref is None else ref.published(CanalRow)

    def linhas_de_tickets(self) -> Iterator[tuple[TicketRow, Ref[CorreioDoTicket]]]:
        """Every ticket in memory, as its actor last saved it."""
        for ref in list(self.tickets.values()):
            row = ref.published(TicketRow)
            if row is not None:
                yield row, ref

    # -- the port --------------------------------------------------------------------------------------------------

    @property
    def empresa_id(self) -> str:
        return self._grupo.name

    @property
    def epoch(self) -> int:
        return self._grupo.epoch

    @property
    def durable_seq(self) -> int:
        return self._grupo.durable_seq

    def pode_ver(self, quem: Quem, fila_id: str, atendente_id: str | None) -> bool:
        return ve_ticket(quem, fila_id, atendente_id, self.filas_de.get(quem.id or "", _NENHUM))

    def exigir_que_veja(self, quem: Quem, row: TicketRow) -> None:
        if not ve_ticket(quem, row.fila_id, row.atendente_id, self.filas_de.get(quem.id or "", _NENHUM)):
            raise ticket_sem_acesso()

    def ve_todos_os_contatos(self, quem: Quem) -> bool:
        return self._acesso.ve_todos_os_contatos(quem)

    def todos_veem_os_contatos(self) -> bool:
        return self._acesso.contatos_visiveis == "todos"

    def serve(self, fila_id: str, atendente_id: str) -> bool:
        return atendente_id in self.membros_de.get(fila_id, _NENHUM)

    def filas_que_serve(self, atendente_id: str) -> Set[str]:
        return self.filas_de.get(atendente_id, _NENHUM)

    def quem_serve(self, fila_id: str) -> Set[str]:
        return self.membros_de.get(fila_id, _NENHUM)

    def e_atendente(self, usuario_id: str | None) -> bool:
        return usuario_id in self.atendentes

    def apresentado(self, quem: Quem) -> bool:
        return self._gente.apresentado(quem)

    def foi_excluido(self, usuario_id: str | None) -> bool:
        return usuario_id in self._acesso.excluidos

    def lugar_do_ticket(self, ticket_id: str) -> Lugar | None:
        row = self.ticket_row(ticket_id)
        return None if row is None else (row.fila_id, row.atendente_id)

    def tipo_do_canal(self, canal_id: str) -> TipoCanal | None:
        row = self.canal_row(canal_id)
        return None if row is None else row.tipo

    def ids_dos_canais(self) -> list[str]:
        return [id_ for id_ in self.canais if self.tipo_do_canal(id_) != "webhook"]

    def tickets_abertos(self) -> int:
        return self._contagens.abertos_por_fila.total()

    def atendentes_online(self) -> int:
        return len(self._contagens.online)

    @property
    def endereco_de_arquivo(self) -> Endereco:
        return self._ajustes.opcoes.endereco_de_arquivo


def fila_nao_encontrada() -> NotFound:
    return NotFound("fila_nao_encontrada", "Fila não encontrada")


def atendente_nao_encontrado() -> NotFound:
    return NotFound("atendente_nao_encontrado", "Atendente não encontrado")


def canal_nao_encontrado() -> NotFound:
    return NotFound("canal_nao_encontrado", "Canal não encontrado")


def webhook_nao_encontrado() -> NotFound:
    return NotFound("webhook_nao_encontrado", "Webhook não encontrado")


def equipe_nao_encontrada() -> NotFound:
    return NotFound("equipe_nao_encontrada", "Equipe não encontrada")
