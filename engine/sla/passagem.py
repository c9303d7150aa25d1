"""What a change of a ticket means for its SLA."""

from __future__ import annotations

from collections.abc import Callable

from engine import estados
from engine.modelo import TicketRow
from engine.sla import relogio
from engine.sla.estado import Sla
from engine.sla.regra import Regra

RegraDe = Callable[[TicketRow], Regra | None]
"""What holds for a ticket."""


def ao_abrir(row: TicketRow, regra: Regra | None, now: int) -> Sla | None:
    """It is new."""
    return None if regra is None else relogio.abrir(regra, now, row.criado_em)


def ao_mudar(antes: TicketRow, depois: TicketRow, regra_de: RegraDe, now: int) -> Sla | None:
    """What is kept of it after this change: of what it is doing, or of what decides which rule holds. What was due
    before it is told already.
    """
    sla, abre, era = antes.sla, estados.aberto(depois.status), estados.aberto(antes.status)
    if not abre:
        return sla if sla is None or not era else _encerrado(antes, sla, regra_de, now)
    if era and not (_e_de_outra_especie(antes, depois) or (sla is not None and _para_ou_segue(antes, depois))):
        return sla
    return _aberto(antes, depois, regra_de(depois), now, reabre=not era)


def _para_ou_segue(antes: TicketRow, depois: TicketRow) -> bool:
    """Whether it begins or ceases to wait on the customer."""
    return espera_o_cliente(antes) != espera_o_cliente(depois)


def _e_de_outra_especie(antes: TicketRow, depois: TicketRow) -> bool:
    """Whether another rule may hold."""
    return (
        antes.prioridade != depois.prioridade
        or antes.fila_id != depois.fila_id
        or antes.canal_id != depois.canal_id
        or etiquetas(antes) != etiquetas(depois)
    )


def espera_o_cliente(row: TicketRow) -> bool:
    """PENDENTE, and not because somebody has put it off: then the contact waits."""
    return row.status == "PENDENTE" and row.adiamento is None


def etiquetas(row: TicketRow) -> tuple[str, ...]:
    """The tags by which a policy is chosen: its own, and its contact's."""
    rota = row.rota
    return () if rota is None else (*rota.etiquetas, *rota.etiquetas_do_contato)


def _encerrado(antes: TicketRow, sla: Sla, regra_de: RegraDe, now: int) -> Sla:
    regra = None if sla.pausa is None else regra_de(antes)
    if regra is not None:
        sla = relogio.retomar(sla, regra, now)
    return relogio.encerrou(sla, now)


def _aberto(antes: TicketRow, depois: TicketRow, regra: Regra | None, now: int, *, reabre: bool) -> Sla | None:
    sla, respondido = antes.sla, depois.data_primeira_resposta is not None
    if sla is None:
        if regra is None:
            return None
        sla = relogio.abrir(regra, depois.aguardando_desde, depois.aguardando_desde, respondido=respondido)
    else:
        if reabre and (regra is None or regra.resolucao is None):
            sla = relogio.sem_resolucao(sla)
        perguntado_em, aberto_em = None if respondido else depois.aguardando_desde, depois.aguardando_desde
        novo = relogio.trocar(sla, regra, now, perguntado_em=perguntado_em, aberto_em=aberto_em)
        if novo is None or regra is None:
            return novo
        sla = relogio.reabriu(novo, regra, now, respondido=respondido) if reabre else novo
    return None if regra is None else pausado(sla, depois, regra, now)


def pausado(sla: Sla, row: TicketRow, regra: Regra, now: int) -> Sla:
    """Whether it counts goes by what the ticket is doing."""
    para = regra.pausa and espera_o_cliente(row)
    sla = relogio.pausar(sla, now) if para else relogio.retomar(sla, regra, now)
    return relogio.armado(sla)


def ao_recalcular(row: TicketRow, regra: Regra | None, now: int) -> Sla | None:
    """What its rules are made of has changed: of what was promised before."""
    sla = row.sla
    if sla is None or not estados.aberto(row.status):
        return sla
    perguntado_em = row.aguardando_desde if row.data_primeira_resposta is None else None
    sla = relogio.trocar(sla, regra, now, perguntado_em=perguntado_em, aberto_em=row.aguardando_desde)
    return sla if sla is None or regra is None else pausado(sla, row, regra, now)


def respondida(sla: Sla, now: int) -> Sla:
    """A person has answered the contact."""
    return relogio.respondeu(sla, now)


def escrita(row: TicketRow, regra: Regra | None, now: int) -> Sla | None:
    """The contact has written: if somebody had answered it before, somebody is to answer again."""
    sla = row.sla
    if sla is None or regra is None or row.data_primeira_resposta is None or not estados.aberto(row.status):
        return sla
    return relogio.armado(relogio.escreveu(sla, regra, now))
