"""An event as far as reports look at it: of its payload and of what it changed, some fields. Others are skipped unread.
What reads them raises msgspec.DecodeError where something is not as it has to be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from msgspec import Struct

from engine import eventos, permissoes
from engine.eventos import tipos
from engine.modelo import EventoRow, Quem
from engine.relatorios.medidas import METAS

MUDAM_O_TICKET: Final = tipos(
    eventos.TicketCriado, eventos.TicketAtualizado, eventos.TicketAtribuido, eventos.TicketTransferido,
    eventos.TicketEncerrado,
)  # fmt: skip
DE_ATENDENTE: Final = tipos(
    eventos.AtendenteCriado, eventos.AtendenteAtualizado, eventos.AtendenteStatus, eventos.AtendenteExcluido
)
DE_EQUIPE: Final = tipos(eventos.EquipeMembroIncluido, eventos.EquipeMembroRemovido, eventos.EquipeExcluida)
CONTADOS: Final = (
    MUDAM_O_TICKET
    | DE_ATENDENTE
    | DE_EQUIPE
    | tipos(eventos.NovaMensagem, eventos.TicketExcluido, eventos.PesquisaRespondida)
)
"""The events that change a sum or what is known; of others only what they end of an SLA."""


class DoTicket(Struct, gc=False, rename="camel"):
    """A ticket as an event shows it."""

    status: str | None = None
    canal_id: str | None = None
    created_at: str | None = None
    data_primeira_resposta: str | None = None
    etiquetas: tuple[str, ...] = ()


class DoAtendente(Struct, gc=False, rename="camel"):
    """An agent as an event shows it."""

    online: bool = False
    estado: str = ""
    capacidade: int = 0


class Dados(Struct, gc=False, rename="camel"):
    """What is looked at of payloads, whatever the event."""

    ticket: DoTicket | None = None
    atendente: DoAtendente | None = None
    status: str | None = None
    direcao: str | None = None
    equipe_id: str | None = None
    id: str | None = None
    online: bool = False
    estado: str = ""
    fila_anterior_id: str | None = None
    nota: int | None = None
    tipo_de_pesquisa: str | None = None


class Mudancas(Struct, gc=False, rename="camel"):
    """What is looked at of what an event has changed: before and after."""

    status: tuple[str | None, str | None] | None = None
    fila_id: tuple[str | None, str | None] | None = None
    atendente_id: tuple[str | None, str | None] | None = None
    tempo_primeira_resposta_segundos: tuple[None, float] | None = None
    sla_primeira_resposta: tuple[str | None, str | None] | None = None
    sla_proxima_resposta: tuple[str | None, str | None] | None = None
    sla_resolucao: tuple[str | None, str | None] | None = None

    def metas(self) -> list[tuple[str, str]]:
        """The SLA targets that have ended, and how."""
        fins = (self.sla_primeira_resposta, self.sla_proxima_resposta, self.sla_resolucao)
        return [
            (meta, fim[1])
            for meta, fim in zip(METAS, fins, strict=True)
            if fim is not None and fim[1] in {"cumprido", "violado"}
        ]


dados_de = msgspec.json.Decoder(Dados).decode
_mudancas = msgspec.json.Decoder(Mudancas).decode
_SEM_MUDANCAS: Final = Mudancas()


def mudancas_de(texto: str | None) -> Mudancas:
    return _SEM_MUDANCAS if texto is None else _mudancas(texto)


def interessa(evento: EventoRow) -> bool:
    """Whether it counts for anything."""
    return evento.tipo in CONTADOS or (evento.mudancas is not None and '"sla' in evento.mudancas)


def atendentes_de(evento: EventoRow) -> Iterable[str | None]:
    """The agents whom it may concern, beside the owner that its ticket had."""
    return evento.atendente_id, evento.atendente_anterior_id, evento.ator_id


def de_pessoa(evento: EventoRow) -> bool:
    """Whether a person caused it, as of messages (:func:`engine.permissoes.e_pessoa`)."""
    return permissoes.e_pessoa(Quem(evento.empresa_id, evento.ator_id, evento.ator_papel))
