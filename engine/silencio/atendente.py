"""The owner is silent: by when it is to answer the contact, before the ticket goes back to the line."""

from __future__ import annotations

from engine.calendario.agenda import SEMPRE, Agenda
from engine.politica.modelo import Politica
from engine.silencio.modelo import RegraDeSilencio


def segundos(regra: RegraDeSilencio | None, politica: Politica | None) -> int:
    """How long an owner may let a contact wait; 0: for ever. What the rule says stands in place of what the fila's
    policy does.
    """
    if regra is not None and regra.devolver_apos_segundos is not None:
        return regra.devolver_apos_segundos
    return 0 if politica is None else politica.silencio_segundos


def responder_ate(regra: RegraDeSilencio | None, politica: Politica | None, agenda: Agenda, now: int) -> int | None:
    """By when (ms) its owner is to answer a contact that waits from ``now`` on; None: there is no such time.
    ``agenda`` has the hours that the rule counts; what the policy says counts all hours.
    """
    quantos = segundos(regra, politica)
    if not quantos:
        return None
    da_regra = regra is not None and regra.devolver_apos_segundos is not None
    return (agenda if da_regra else SEMPRE).somar(now, quantos * 1000)
