"""The document that is an SLA policy: which tickets it is for, what is promised of them, and what is done when that is
not kept. Durations are whole seconds of business time.

Terms are those of service desks (ITIL): a response target, a resolution target, escalation.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta

from engine.modelo import Prioridade, TipoComContatos
from engine.politica.modelo import Id, Nome, Parte
from engine.sla.estado import NomeDoAlvo

PRAZO_MAXIMO: Final = 365 * 86_400
Prazo = Annotated[int, Meta(ge=1, le=PRAZO_MAXIMO)]
"""Seconds of business time."""
Porcento = Annotated[int, Meta(ge=1, le=99)]
Ids = Annotated[tuple[Id, ...], Meta(max_length=200)]
Nomes = Annotated[tuple[Nome, ...], Meta(max_length=50)]
Momento = Literal["alerta", "violado"]
A_QUEM_AVISAR = Literal["dono", "supervisor", "admin"]


class Quando(Parte, frozen=True):
    """Which tickets it is for: what is not said is not asked. Of each list one has to fit: a priority; a canal, by its
    type (``canais``) or itself (``canal_ids``); a fila; an equipe that serves the fila; a tag, of the ticket or of its
    contact.
    """

    prioridades: Annotated[tuple[Prioridade, ...], Meta(max_length=4)] = ()
    canais: Annotated[tuple[TipoComContatos, ...], Meta(max_length=10)] = ()
    canal_ids: Ids = ()
    filas: Ids = ()
    equipes: Ids = ()
    etiquetas: Nomes = ()


class Escalonamento(Parte, frozen=True):
    """What is done ``em`` an alert (of ``porcento``, if that is said) or a miss of ``alvo`` (any, if not said), all in
    the moment in which it is told: the priority is raised to ``elevar_prioridade``, the ticket goes to ``fila``, back
    to the line for somebody else (``devolver``) or to ``atendente`` if that one may have it, those of ``avisar`` are
    noticed, and the ``webhook`` is told. What cannot be done any more is left out.
    """

    em: Momento
    alvo: NomeDoAlvo | None = None
    porcento: Porcento | None = None
    elevar_prioridade: Prioridade | None = None
    fila: Id | None = None
    devolver: bool = False
    atendente: Id | None = None
    avisar: Annotated[tuple[A_QUEM_AVISAR, ...], Meta(max_length=3)] = ()
    webhook: Id | None = None


class PoliticaSla(Parte, frozen=True):
    """Of several that fit the one of the lowest ``ordem`` holds (then the oldest). Business time is that of the
    ``calendario``; if none is named, that of the fila. ``alertas_porcento``: at how much of the time of a target it is
    warned of. ``pausa_em_pendente``: what waits on the customer does not count. ``ativa`` False: it is for no ticket.
    """

    ordem: Annotated[int, Meta(ge=0, le=1_000_000)] = 100
    ativa: bool = True
    quando: Quando = Quando()
    primeira_resposta_segundos: Prazo | None = None
    proxima_resposta_segundos: Prazo | None = None
    resolucao_segundos: Prazo | None = None
    alertas_porcento: Annotated[tuple[Porcento, ...], Meta(max_length=10)] = (80,)
    pausa_em_pendente: bool = True
    calendario: Id | None = None
    escalonamentos: Annotated[tuple[Escalonamento, ...], Meta(max_length=20)] = ()
