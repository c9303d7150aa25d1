"""The contact is silent: what is due next, and when.

One of us wrote last to a ticket that somebody has in hand (EM_ANDAMENTO, or PENDENTE): from then on the contact owes an
answer. It is warned, and after that time for an answer closed; a rule without a warning closes at once when the time
is over, one without a closing only warns. The time to answer counts from when the warning was sent indeed, however late
that was. The clock stands still while nobody has the ticket in hand: it waits in a line, or is put off.

The message of the contact ends it, and the next message of ours begins it anew. An automatic message begins nothing.
"""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from engine.calendario.agenda import Agenda
from engine.modelo import TicketRow
from engine.silencio.estado import Silencio
from engine.silencio.modelo import RegraDeSilencio

OQue = Literal["avisar", "encerrar"]


def corre(row: TicketRow) -> bool:
    """Whether somebody has it in hand, so that a contact's silence counts."""
    return row.status in {"EM_ANDAMENTO", "PENDENTE"} and row.adiamento is None


def vence(row: TicketRow) -> int | None:
    """When something comes of the contact's silence (ms); None if nothing does as it is now."""
    return row.silencio.vence if row.silencio is not None and corre(row) else None


def o_que(regra: RegraDeSilencio | None, silencio: Silencio) -> OQue | None:
    """What is due next; None if nothing is."""
    if regra is None:
        return None
    if regra.avisa and silencio.avisado_em is None:
        return "avisar"
    return None if regra.encerrar_apos_segundos is None else "encerrar"


def com_prazo(silencio: Silencio, regra: RegraDeSilencio | None, agenda: Agenda) -> Silencio:
    """With when what is due next is due, by this rule. ``agenda`` has the hours that count."""
    fazer = o_que(regra, silencio)
    if regra is None or fazer is None:
        em = None
    elif fazer == "avisar":
        em = agenda.somar(silencio.desde, (regra.aviso_apos_segundos or 0) * 1000)
    else:
        desde = silencio.desde if silencio.avisado_em is None else silencio.avisado_em
        em = agenda.somar(desde, (regra.encerrar_apos_segundos or 0) * 1000)
    return silencio if em == silencio.vence else replace(silencio, vence=em)


def avisado(silencio: Silencio, now: int, mensagem_id: str | None) -> Silencio:
    """It is warned by this message, which is on its way; None: that has left already, or there is none."""
    return replace(silencio, avisado_em=now, aviso_id=mensagem_id, vence=None)


def aviso_saiu(silencio: Silencio, now: int) -> Silencio:
    """The warning has left, or never will: from now on the contact has its time."""
    return replace(silencio, avisado_em=now, aviso_id=None)


def parar(silencio: Silencio, now: int) -> Silencio:
    """Nobody has the ticket in hand from now on."""
    return silencio if silencio.parado_desde is not None else replace(silencio, parado_desde=now, vence=None)


def retomar(silencio: Silencio, agenda: Agenda, now: int) -> Silencio:
    """Somebody has it in hand again: the contact has as much time left as it had."""
    parou = silencio.parado_desde
    if parou is None:
        return silencio
    desde = _adiante(silencio.desde, parou, agenda, now)
    avisado_em = None if silencio.avisado_em is None else _adiante(silencio.avisado_em, parou, agenda, now)
    return replace(silencio, desde=desde, avisado_em=avisado_em, parado_desde=None)


def _adiante(instante: int, parou: int, agenda: Agenda, now: int) -> int:
    """An instant moved on, so that as much time that counts lies between it and now as lay before the clock stood."""
    passados = agenda.entre(instante, max(parou, instante))
    de_volta = agenda.somar(now, -passados)
    return now - passados if de_volta is None else de_volta
