"""Whose socket an event concerns. What it says is read from the store by the socket itself; it is only woken here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from engine.eventos import (
    MensagemExcluida,
    MensagemStatus,
    MensagensLidas,
    NovaMensagem,
    TicketAtribuido,
    TicketAtualizado,
    TicketEncerrado,
    TicketExcluido,
    TicketTransferido,
    tipos,
)
from engine.modelo import EventoRow
from web.chat._vistas import ORIGINAL
from web.gateway import Fechamento

K = TypeVar("K")

EMPRESA_SAIU: Final = Fechamento(1012, "servidor reiniciando; conecte de novo")
CANAL_MUDOU: Final = Fechamento(1012, "o canal mudou; conecte de novo")
_ACORDAM: Final = tipos(
    NovaMensagem, TicketAtribuido, TicketAtualizado, TicketEncerrado, TicketExcluido, TicketTransferido
)
"""After these there is something to be read of a conversation."""


class Ouvinte(Protocol):
    """A visitor's socket. Nothing of it waits, or raises."""

    @property
    def sessao_id(self) -> str: ...
    @property
    def canal_id(self) -> str: ...
    @property
    def empresa_id(self) -> str: ...
    def acordar(self) -> None:
        """There is something to read."""
        ...

    def lidas_ate(self, em: str) -> None:
        """All that the visitor had written until then was read."""
        ...

    def lida(self, mensagem_id: str) -> None:
        """A message was read."""
        ...

    def excluida(self, mensagem_id: str) -> None: ...
    def digitando(self) -> None:
        """Somebody writes an answer."""
        ...

    def fechar(self, fechamento: Fechamento) -> None: ...


class _Metadados(Struct):
    id_externo: str | None = msgspec.field(default=None, name="idExterno")


class _Mensagem(Struct):
    id: str = ""
    direcao: str = ""
    lida: bool = False
    ate: str = ""
    metadados: _Metadados | None = None


_AVISAM: Final = tipos(MensagemStatus, MensagensLidas, MensagemExcluida)
"""These change messages that are known."""
_ler: Final = msgspec.json.Decoder(_Mensagem).decode


class Conversas:
    """Implements :class:`engine.ports.EventSink`."""

    def __init__(self) -> None:
        self._ouvintes: set[Ouvinte] = set()
        self._por_sessao: dict[str, set[Ouvinte]] = {}
        self._por_ticket: dict[tuple[str, str], set[Ouvinte]] = {}
        self._tickets: dict[Ouvinte, set[str]] = {}

    def __len__(self) -> int:
        return len(self._ouvintes)

    # -- who is there --------------------------------------------------------------------------------------------------

    def entrou(self, ouvinte: Ouvinte) -> None:
        self._ouvintes.add(ouvinte)
        self._por_sessao.setdefault(ouvinte.sessao_id, set()).add(ouvinte)
        self._tickets[ouvinte] = set()

    def segue(self, ouvinte: Ouvinte, ticket_ids: Iterable[str]) -> bool:
        """Its conversations are these. Gives whether one is new: what happened in it before was not told."""
        antes = self._tickets.get(ouvinte)
        if antes is None:  # it has gone meanwhile
            return False
        agora = set(ticket_ids)
        for ticket_id in antes - agora:
            self._largar(ouvinte, ticket_id)
        for ticket_id in agora - antes:
            self._por_ticket.setdefault((ouvinte.empresa_id, ticket_id), set()).add(ouvinte)
        self._tickets[ouvinte] = agora
        return not agora <= antes

    def saiu(self, ouvinte: Ouvinte) -> None:
        self._ouvintes.discard(ouvinte)
        _tirar(self._por_sessao, ouvinte.sessao_id, ouvinte)
        for ticket_id in self._tickets.pop(ouvinte, ()):
            self._largar(ouvinte, ticket_id)

    def _largar(self, ouvinte: Ouvinte, ticket_id: str) -> None:
        _tirar(self._por_ticket, (ouvinte.empresa_id, ticket_id), ouvinte)

    def fechar_canal(self, canal_id: str) -> None:
        """The canal has changed: its visitors come back, and are looked at again."""
        self._fechar([um for um in self._ouvintes if um.canal_id == canal_id], CANAL_MUDOU)

    def fechar_todas(self, fechamento: Fechamento) -> None:
        self._fechar([*self._ouvintes], fechamento)

    @staticmethod
    def _fechar(ouvintes: Iterable[Ouvinte], fechamento: Fechamento) -> None:
        for ouvinte in ouvintes:
            ouvinte.fechar(fechamento)

    # -- events --------------------------------------------------------------------------------------------------------

    def publish(self, eventos: Sequence[EventoRow]) -> None:
        if not self._ouvintes:
            return
        for evento in eventos:
            if evento.ticket_id is not None:
                self._contar(evento, evento.ticket_id)

    def _contar(self, evento: EventoRow, ticket_id: str) -> None:
        ouvintes: AbstractSet[Ouvinte] = self._por_ticket.get((evento.empresa_id, ticket_id), frozenset())
        if evento.tipo in _ACORDAM:
            for ouvinte in ouvintes | self._de_quem(evento):
                ouvinte.acordar()
        elif ouvintes and evento.tipo in _AVISAM:
            _avisar(ouvintes, evento)

    def _de_quem(self, evento: EventoRow) -> AbstractSet[Ouvinte]:
        """Who wrote a message: the first of a conversation is in one that no socket follows yet."""
        if evento.tipo != NovaMensagem.tipo or '"idExterno"' not in evento.dados:
            return frozenset()
        metadados = _ler(evento.dados).metadados
        sessao = ((metadados and metadados.id_externo) or "").partition(ORIGINAL)[0]
        return {um for um in self._por_sessao.get(sessao, ()) if um.empresa_id == evento.empresa_id}

    def digitando(self, empresa_id: str, ticket_id: str) -> None:
        """One of the empresa's people is writing in a ticket."""
        for ouvinte in self._por_ticket.get((empresa_id, ticket_id), ()):
            ouvinte.digitando()

    def dropped(self, empresa_id: str) -> None:
        self._fechar([um for um in self._ouvintes if um.empresa_id == empresa_id], EMPRESA_SAIU)


def _avisar(ouvintes: Iterable[Ouvinte], evento: EventoRow) -> None:
    dito = _ler(evento.dados)
    for ouvinte in ouvintes:
        if evento.tipo == MensagensLidas.tipo:
            ouvinte.lidas_ate(dito.ate)
        elif evento.tipo == MensagemExcluida.tipo:
            ouvinte.excluida(dito.id)
        elif dito.lida:
            ouvinte.lida(dito.id)


def _tirar(indice: dict[K, set[Ouvinte]], chave: K, ouvinte: Ouvinte) -> None:
    grupo = indice.get(chave)
    if grupo is not None:
        grupo.discard(ouvinte)
        if not grupo:
            del indice[chave]
