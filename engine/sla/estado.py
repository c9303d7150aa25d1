"""What is kept of a ticket's SLA: each target from when it counts, and by when it is due.

It stands in the ticket's row, so it says with few words what the clock (:mod:`engine.sla.relogio`) needs: instants are
ms since the Unix epoch, durations ms of business time.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

NomeDoAlvo = Literal["primeiraResposta", "proximaResposta", "resolucao"]
"""What is promised: the first answer of a person, the answer to what the contact wrote since, and that it is done."""

SlaEstado = Literal["cumprido", "em_risco", "violado"]
"""``violado``: a target was missed; ``em_risco``: one that counts has come so near that somebody was warned."""


class Alvo(Struct, frozen=True, gc=False, array_like=True):
    """A target that counts since ``desde``, and is due after ``duracao`` of business time: at ``prazo``, or never, if
    nothing is ever open again (None). ``pausado`` is the business time since then that did not count. ``aviso``: at how
    many percent the last warning was given (0: none was); ``violado``: that it was missed was told. ``fim``: when it
    was over, one way or the other. ``proximo``: when the next thing is to be told of it, as long as it counts.
    """

    desde: int
    duracao: int
    prazo: int | None
    pausado: int = 0
    aviso: int = 0
    violado: bool = False
    fim: int | None = None
    proximo: int | None = None


class Sla(Struct, frozen=True, gc=False, omit_defaults=True):
    """The targets of a ticket by the policy ``politica``; None: not promised, or not yet. ``marca`` is that of the
    rules by which they were worked out (:class:`engine.sla.regra.Regra`): where that differs, they are worked out anew.
    ``violou``: a target was missed that is kept here no more. ``pausa``: nothing counts since then. ``vence`` is the
    first instant at which something is to be told; of what is paused, none is.
    """

    politica: str
    marca: int
    primeira: Alvo | None = None
    proxima: Alvo | None = None
    resolucao: Alvo | None = None
    violou: bool = False
    pausa: int | None = None
    vence: int | None = None
