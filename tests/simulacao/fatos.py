"""What a batch does in the store in memory beside putting rows in their places: facts change rows of other types, and
what is deleted is blanked wherever it is kept; as ``storage/sql`` has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from engine.estados import aberto
from engine.identidade import com_etiquetas_do_contato, no_ticket
from engine.modelo import (
    ArquivoRow,
    AtendenteRow,
    AvisoDadoRow,
    AvisoRetidoRow,
    ContatoChaveRow,
    ContatoNosTicketsRow,
    ContatoRow,
    DecisaoRow,
    EdicaoNotaRow,
    EntregaRow,
    EnvioRow,
    EscalaRow,
    EstadoAtendenteRow,
    ExclusaoMensagemRow,
    ExclusaoNotaRow,
    FilaRow,
    IdempotenciaRow,
    InscricaoRow,
    LeituraRow,
    LeituraTicketRow,
    MensagemRow,
    NotaRow,
    NotificacaoRow,
    PreferenciaAvisosRow,
    Row,
    TicketBuscaRow,
    TicketRow,
)
from engine.tabelas import TABELAS, Chave

T = TypeVar("T")
Tabelas = Mapping[type[object], dict[Chave, Row]]
Linhas = Mapping[type[Row], Sequence[Row]]

TICKETS_DO_CONTATO: Final = 1_000
"""The latest, which show a change of their contact."""
_SEM_CONTATO: Final[dict[str, Any]] = {"contato_nome": "", "contato_telefone": None, "contato_email": None}
_SEM_CONTEUDO: Final[tuple[tuple[str, dict[str, Any]], ...]] = (
    ("conteudo", {"conteudo": ""}),
    ("arquivo", {"arquivo": None}),
    ("metadados", {"metadados": None}),
    ("contato_nome", _SEM_CONTATO | {"assunto": None}),
    ("unido_a", {"nome": "", "telefone": None, "email": None, "observacao": None}),
    ("endereco", {"endereco": None}),
    ("rota", {"rota": None}),
    ("adiamento", {"adiamento": None}),
    ("outros", {"outros": []}),
    ("etiquetas", {"etiquetas": []}),
)
"""What an answer that is kept shows of what was deleted: it has the field, so these go."""


class Fatos:
    """Works on the tables of a store, after the rows of a batch were put into them."""

    def __init__(self, tabelas: Tabelas) -> None:
        self._tabelas = tabelas

    def aplicar(self, linhas: Linhas) -> None:
        self._mudar_mensagens(linhas)
        self._mudar_notas(linhas)
        for contato in _so(ContatoNosTicketsRow, linhas):
            self._levar_aos_tickets(contato, {row.id for row in _so(TicketRow, linhas) if aberto(row.status)})
        for ticket in _so(TicketRow, linhas):
            if ticket.excluido_em is not None:
                self._apagar_ticket(ticket)
        for excluido in _so(ContatoRow, linhas):
            if excluido.excluido_em is not None:
                self._apagar_contato(excluido)
        self._tirar_da_escala(linhas)
        self._tirar_todas([chave for chave in _so(ContatoChaveRow, linhas) if chave.contato_id is None])
        self._tirar_todas([inscricao for inscricao in _so(InscricaoRow, linhas) if not inscricao.ativa])
        self._tirar_todas([retido for retido in _so(AvisoRetidoRow, linhas) if not retido.ativo])
        self._tirar_os_avisos_de({row.id for row in _so(AtendenteRow, linhas) if row.excluido_em is not None})

    def _mudar_mensagens(self, linhas: Linhas) -> None:
        for lida in _so(LeituraRow, linhas):
            self._ler([row for row in self._todas(MensagemRow) if row.id == lida.mensagem_id])
        for lidas in _so(LeituraTicketRow, linhas):
            do_ticket = [row for row in self._todas(MensagemRow) if row.ticket_id == lidas.ticket_id]
            self._ler([row for row in do_ticket if row.direcao == "recebida" and row.seq <= lidas.ate_seq])
        for entrega in _so(EntregaRow, linhas):
            self._entregar(entrega)
        for exclusao in _so(ExclusaoMensagemRow, linhas):
            self._apagar_mensagens(
                [
                    row if row.excluida_em is not None else replace(row, excluida_em=exclusao.em)
                    for row in self._todas(MensagemRow)
                    if row.id == exclusao.mensagem_id
                ]
            )

    def _mudar_notas(self, linhas: Linhas) -> None:
        """What was deleted is not given back, whichever came first."""
        excluidas = {(um.empresa_id, um.nota_id): um.em for um in _so(ExclusaoNotaRow, linhas)}
        edicoes = {(um.empresa_id, um.nota_id): um for um in _so(EdicaoNotaRow, linhas)}
        for row in self._todas(NotaRow):
            chave = row.empresa_id, row.id
            edicao, em = edicoes.get(chave), excluidas.get(chave)
            if edicao is not None and row.excluida_em is None:
                row = replace(row, conteudo=edicao.conteudo, mencoes=edicao.mencoes, editada_em=edicao.em)  # noqa: PLW2901  # the same note, further on
                self._por(row)
            if em is not None:
                self._apagar_notas([row], em)

    def _apagar_notas(self, notas: list[NotaRow], em: int | None) -> None:
        for row in notas:
            if row.excluida_em is None:
                self._por(replace(row, conteudo="", mencoes=(), excluida_em=em))
                self._apagar_respostas(row.id)

    def _ler(self, mensagens: list[MensagemRow]) -> None:
        for row in mensagens:
            self._por(replace(row, lida=True))

    def _apagar_mensagens(self, mensagens: list[MensagemRow]) -> None:
        for row in mensagens:
            self._por(replace(row, conteudo="", arquivo=None, metadados=None))
            self._apagar_envios({row.id})
            if row.arquivo is not None:
                self._tabelas[ArquivoRow].pop((row.empresa_id, row.arquivo.id), None)
            self._apagar_respostas(row.id)

    def _entregar(self, entrega: EntregaRow) -> None:
        for row in self._todas(MensagemRow):
            if (row.empresa_id, row.id) == (entrega.empresa_id, entrega.mensagem_id):
                self._por(
                    replace(
                        row,
                        status_entrega=entrega.status_entrega,
                        erro_entrega=entrega.erro_entrega,
                        id_externo=entrega.id_externo or row.id_externo,
                    )
                )

    def _apagar_envios(self, donos: Set[str]) -> None:
        """Those of these messages or tickets keep their place, and nothing of what they send."""
        for row in self._todas(EnvioRow):
            if not donos.isdisjoint({row.mensagem_id, row.ticket_id}):
                self._por(replace(row, dados=""))

    def _apagar_ticket(self, ticket: TicketRow) -> None:
        self._tabelas[TicketBuscaRow].pop((ticket.empresa_id, ticket.id), None)
        self._apagar_mensagens([row for row in self._todas(MensagemRow) if row.ticket_id == ticket.id])
        self._apagar_notas([row for row in self._todas(NotaRow) if row.ticket_id == ticket.id], ticket.excluido_em)
        self._tirar_todas(row for row in self._todas(DecisaoRow) if row.ticket_id == ticket.id)
        self._apagar_envios({ticket.id})
        self._tirar_as_notificacoes_do(ticket.id)
        self._apagar_respostas(ticket.id)

    def _tirar_os_avisos_de(self, pessoas: Set[str]) -> None:
        """What is kept of the notices of people that are deleted."""
        rows: list[PreferenciaAvisosRow | AvisoRetidoRow | AvisoDadoRow | NotificacaoRow] = [
            *self._todas(PreferenciaAvisosRow), *self._todas(AvisoRetidoRow), *self._todas(AvisoDadoRow),
            *self._todas(NotificacaoRow),
        ]  # fmt: skip
        self._tirar_todas(row for row in rows if row.usuario_id in pessoas)

    def _tirar_as_notificacoes_do(self, ticket_id: str) -> None:
        self._tirar_todas(row for row in self._todas(NotificacaoRow) if row.ticket_id == ticket_id)

    def _tirar_da_escala(self, linhas: Linhas) -> None:
        """What is kept of atendentes and filas that are deleted."""
        saem = {(row.empresa_id, row.id) for row in _so(AtendenteRow, linhas) if row.excluido_em is not None}
        filas = {(row.empresa_id, row.id) for row in _so(FilaRow, linhas) if row.excluida_em is not None}
        self._tirar_todas(
            row
            for row in self._todas(EscalaRow)
            if (row.empresa_id, row.atendente_id) in saem or (row.empresa_id, row.fila_id) in filas
        )
        estados = self._todas(EstadoAtendenteRow)
        self._tirar_todas(row for row in estados if (row.empresa_id, row.atendente_id) in saem)

    def _apagar_contato(self, contato: ContatoRow) -> None:
        for chave in self._todas(ContatoChaveRow):
            if chave.contato_id == contato.id:
                self._tirar(chave)
        for ticket in self._todas(TicketRow):
            if ticket.contato_id == contato.id and ticket.excluido_em is None:
                ticket = com_etiquetas_do_contato(ticket, ())  # noqa: PLW2901  # the same ticket, with less in it
                self._por(replace(ticket, contato_nome="", contato_telefone=None, contato_email=None, endereco=None))
                notas = [row for row in self._todas(NotaRow) if row.ticket_id == ticket.id]
                self._apagar_notas(notas, contato.excluido_em)
                self._apagar_envios({ticket.id})
                self._tirar_as_notificacoes_do(ticket.id)
        self._apagar_respostas(contato.id)

    def _apagar_respostas(self, alvo: str) -> None:
        for row in self._todas(IdempotenciaRow):
            if row.alvo == alvo:
                self._por(_sem_conteudo(row))

    def _levar_aos_tickets(self, contato: ContatoNosTicketsRow, sabem_mais: set[str]) -> None:
        """Those that are open and written by this batch know better."""
        dele = [t for t in self._todas(TicketRow) if t.contato_id == contato.contato_id and t.excluido_em is None]
        for row in sorted(dele, key=lambda row: -row.numero)[:TICKETS_DO_CONTATO]:
            if row.id not in sabem_mais:
                self._por(no_ticket(row, contato, contato.trocas))

    def _todas(self, tipo: type[T]) -> list[T]:
        return [row for row in self._tabelas[tipo].values() if isinstance(row, tipo)]

    def _por(self, row: Row) -> None:
        self._tabelas[type(row)][TABELAS[type(row)].chave_de(row)] = row

    def _tirar_todas(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self._tirar(row)

    def _tirar(self, row: Row) -> None:
        self._tabelas[type(row)].pop(TABELAS[type(row)].chave_de(row), None)


def _so(tipo: type[T], linhas: Linhas) -> Iterator[T]:
    """The rows of one type."""
    return (row for rows in linhas.values() for row in rows if isinstance(row, tipo))


def _sem_conteudo(row: IdempotenciaRow) -> IdempotenciaRow:
    resultado = msgspec.json.decode(row.resultado, type=dict[str, Any])
    for campo, em_branco in _SEM_CONTEUDO:
        if campo in resultado:
            resultado |= em_branco
    return replace(row, resultado=msgspec.json.encode(resultado).decode())
