"""Answers that only REST gives: a page, a ticket with what is beside it, a fila or an equipe with its members,
an event.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from msgspec import Raw, Struct
from msgspec.structs import asdict

from actors.atendente.comandos import AtendenteEstado
from actors.equipe.comandos import EquipeEstado
from actors.fila.comandos import FilaEstado
from engine.distribuicao.custos import VAGA
from engine.modelo import ArremateRow, AtendenteRow, EventoRow, MensagemRow, Papel, TipoCanal
from engine.pesquisa.estado import Perguntada, TipoDePesquisa
from engine.ports import Permanencia, TicketDetalhe
from engine.tempo import iso, iso_or_none
from engine.vistas import (
    AtendenteResumo,
    ContatoVista,
    Endereco,
    EquipeVista,
    FilaVista,
    MensagemVista,
    TicketVista,
    com_enderecos_atuais,
    contato_vista,
    equipe_vista,
    fila_vista,
    mensagem_vista,
    ticket_vista,
)

E = TypeVar("E")
V = TypeVar("V")


class Lista(Struct, Generic[V], frozen=True, rename="camel"):
    """One page of a list, and the total over all pages."""

    data: Sequence[V]
    total: int
    page: int
    total_pages: int


def lista(data: Sequence[V], total: int, page: int, limit: int) -> Lista[V]:
    return Lista(data, total, page, -(-total // limit))


def pagina(todos: Sequence[E], page: int, limit: int, vista: Callable[[E], V]) -> Lista[V]:
    """One page of what is all in memory."""
    inicio = (page - 1) * limit
    return lista([vista(estado) for estado in todos[inicio : inicio + limit]], len(todos), page, limit)


class EstadoNoTempo(Struct, frozen=True, gc=False, rename="camel"):
    """A state in which an atendente was. While it lasts, ``ate`` and ``duracaoSegundos`` are null."""

    desde: str
    ate: str | None
    duracao_segundos: int | None
    online: bool
    estado: str
    motivo: str | None
    ator_id: str | None


def estado_no_tempo(permanencia: Permanencia) -> EstadoNoTempo:
    row, ate = permanencia.row, permanencia.ate
    duracao = None if ate is None else (ate - row.desde) // 1000
    return EstadoNoTempo(
        iso(row.desde), iso_or_none(ate), duracao, row.online, row.estado, row.motivo, row.ator_id
    )  # fmt: skip


class ArremateVista(Struct, frozen=True, gc=False, rename="camel"):
    """A ticket that an atendente has resolved and wraps up still: until ``ate`` it holds ``vagas`` of it."""

    ticket_id: str
    ate: str
    vagas: float


def arremate_vista(row: ArremateRow) -> ArremateVista:
    return ArremateVista(row.ticket_id, iso(row.ate), row.custo / VAGA)


class TesteDeCanal(Struct, frozen=True, rename="camel", kw_only=True):
    """What is wrong with a channel, in sentences."""

    ok: bool
    problemas: list[str]
    endereco_do_webhook: str | None


class CanalResumo(Struct, frozen=True, gc=False):
    """A channel as embedded in a ticket."""

    id: str
    nome: str
    tipo: TipoCanal


def atendente_resumo(row: AtendenteRow) -> AtendenteResumo:
    return AtendenteResumo(row.id, row.nome, row.email)


class PesquisaVista(Struct, frozen=True, gc=False, rename="camel"):
    """What the contact of a ticket was asked, until when it may answer, and what it has: ``nota`` is 1 to 5 of a csat,
    0 to 10 of an nps.
    """

    pesquisa_id: str
    tipo: TipoDePesquisa
    perguntada_em: str
    expira_em: str
    nota: int | None
    respondida_em: str | None
    comentario: str | None


def pesquisa_vista(row: Perguntada, comentario: MensagemRow | None) -> PesquisaVista:
    return PesquisaVista(
        row.pesquisa,
        row.tipo,
        iso(row.em),
        iso(row.ate),
        row.nota,
        iso_or_none(row.respondida_em),
        None if comentario is None else comentario.conteudo,
    )


class TicketDetalhado(TicketVista, frozen=True, gc=False, rename="camel"):
    """``GET /tickets/:id``. ``mensagens`` are the latest, oldest first. ``notas``: how many internal notes there are;
    null for who may not read them. ``pesquisa``: null of one whose contact was not asked anything.
    """

    mensagens: list[MensagemVista]
    atendente: AtendenteResumo | None
    fila: FilaVista | None
    canal: CanalResumo | None
    contato: ContatoVista | None
    notas: int | None
    pesquisa: PesquisaVista | None


def ticket_detalhado(detalhe: TicketDetalhe, endereco: Endereco, *, notas: bool) -> TicketDetalhado:
    """``notas``: who reads it may know of internal notes."""
    vista = ticket_vista(detalhe.ticket)
    dono, canal, pergunta = detalhe.atendente, detalhe.canal, detalhe.ticket.pesquisa
    return TicketDetalhado(
        **asdict(vista),
        mensagens=[mensagem_vista(row, endereco) for row in detalhe.mensagens],
        atendente=None if dono is None else atendente_resumo(dono),
        fila=None if detalhe.fila is None else fila_vista(detalhe.fila),
        canal=None if canal is None else CanalResumo(canal.id, canal.nome, canal.tipo),
        contato=None if detalhe.contato is None else contato_vista(detalhe.contato),
        notas=detalhe.notas if notas else None,
        pesquisa=None if pergunta is None else pesquisa_vista(pergunta, detalhe.comentario),
    )


class FilaComEspera(FilaVista, frozen=True, gc=False, rename="camel"):
    """A fila, and how many tickets wait in it."""

    aguardando: int


class FilaDetalhada(FilaComEspera, frozen=True, gc=False, rename="camel"):
    """``GET /filas/:id``: also who attends it."""

    atendentes: list[AtendenteResumo]


def fila_com_espera(fila: FilaEstado) -> FilaComEspera:
    vista = fila_vista(fila.row)
    return FilaComEspera(**asdict(vista), aguardando=fila.aguardando)


def fila_detalhada(fila: FilaEstado, membros: Sequence[AtendenteEstado]) -> FilaDetalhada:
    return FilaDetalhada(
        **asdict(fila_com_espera(fila)),
        atendentes=[atendente_resumo(membro.row) for membro in membros],
    )


class FilaResumo(Struct, frozen=True, gc=False):
    """A fila as embedded in an equipe."""

    id: str
    nome: str


class EquipeDetalhada(EquipeVista, frozen=True, gc=False, rename="camel"):
    """``GET /equipes/:id``: also who is in it, and which filas it serves."""

    membros: list[AtendenteResumo]
    filas: list[FilaResumo]


def equipe_detalhada(
    equipe: EquipeEstado, membros: Sequence[AtendenteEstado], filas: Sequence[FilaEstado]
) -> EquipeDetalhada:
    """``filas`` may be more than those of the equipe."""
    dela = frozenset(equipe.filas)
    return EquipeDetalhada(
        **asdict(equipe_vista(equipe.row)),
        membros=[atendente_resumo(membro.row) for membro in membros],
        filas=[FilaResumo(fila.row.id, fila.row.nome) for fila in filas if fila.row.id in dela],
    )


class MensagensLidas(Struct, frozen=True, gc=False, rename="camel"):
    """How many messages of the contact became read."""

    ticket_id: str
    lidas: int


class AtorVista(Struct, frozen=True, gc=False):
    """Who caused an event; ``id`` is null for the engine itself."""

    id: str | None
    papel: Papel


class EventoVista(Struct, frozen=True, rename="camel"):
    """An entry of a ticket's history. ``mudancas`` maps a field to what it was and what it became."""

    seq: int
    tipo: str
    em: str
    quem: AtorVista
    ticket_id: str | None
    dados: Raw
    mudancas: Raw | None


def evento_vista(row: EventoRow, endereco: Endereco) -> EventoVista:
    return EventoVista(
        row.seq,
        row.tipo,
        iso(row.em),
        AtorVista(row.ator_id, row.ator_papel),
        row.ticket_id,
        Raw(com_enderecos_atuais(row.dados, row.empresa_id, endereco).encode()),
        None if row.mudancas is None else Raw(row.mudancas.encode()),
    )
