"""By how much the winner won: the first thing in which it differs from the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from msgspec import Struct

from engine.distribuicao.decisao import Considerado, Decisao
from engine.modelo import Estrategia
from engine.ordenado import Chave

Termo = Literal[
    "habilidades", "ocupacao", "ociosoDesde", "vez", "atendidos", "peso", "soma", "prioridadeDaVia", "pontos",
    "aguardandoDesde", "numero", "desempate",
]  # fmt: skip
"""``habilidades``: how far from what the ticket asks; ``ociosoDesde``, ``aguardandoDesde``: ms; ``vez``: the place in
the rotation; ``peso``: virtual time in PONDERADO; ``soma``: the weighted sum of HIBRIDO; ``prioridadeDaVia``: of the
fila for that agent; ``pontos``: effective priority with ageing, negated.
"""

_OCUPACAO: Final[tuple[Termo, ...]] = ("habilidades", "ocupacao", "ociosoDesde", "vez")
_TERMOS: Final[dict[Estrategia, tuple[Termo, ...]]] = {
    "MENOS_OCUPADO": _OCUPACAO,
    "HABILIDADES": _OCUPACAO,
    "MAIOR_TEMPO_OCIOSO": ("habilidades", "ociosoDesde", "vez"),
    "ROUND_ROBIN": ("habilidades", "vez"),
    "MANUAL": ("habilidades", "vez"),
    "MENOS_ATENDIDOS": ("habilidades", "atendidos", "ociosoDesde", "vez"),
    "PONDERADO": ("habilidades", "peso", "vez"),
    "HIBRIDO": ("soma", "vez"),
}
DO_TICKET: Final[tuple[Termo, ...]] = ("prioridadeDaVia", "pontos", "aguardandoDesde", "numero")


class Margem(Struct, frozen=True, rename="camel"):
    """Up to ``termo`` the two are alike; in it, the lower goes first. ``seguinteId``: the next agent, or the next
    ticket where it was for an agent that something was looked for.
    """

    termo: Termo
    vencedor: float
    seguinte: float
    diferenca: float
    seguinte_id: str


def margem(decisao: Decisao) -> Margem | None:
    """None where there was no other, or the order did not decide."""
    if decisao.lado == "atendente":
        por_posto = sorted(decisao.concorrentes, key=lambda um: um.posto)[:2]
        return _entre(DO_TICKET, [(um.ticket_id, um.posto) for um in por_posto])
    if decisao.preferido is not None:
        return None
    return _entre(_TERMOS[decisao.estrategia], [(um.atendente_id, um.chave) for um in podiam(decisao)[:2]])


def podiam(decisao: Decisao) -> list[Considerado]:
    """Those who might have had it and are written down, best first."""
    return [um for um in decisao.candidatos if um.porque_nao is None]


def quantos_podiam(decisao: Decisao) -> int:
    return len(podiam(decisao)) + decisao.outros.get("livre", 0)


def termos(decisao: Decisao) -> tuple[Termo, ...]:
    """What the numbers of a key are, one after the other; the last of all only tells equals apart."""
    return (*_TERMOS[decisao.estrategia], "desempate")


def _entre(quais: tuple[Termo, ...], dois: Sequence[tuple[str, Chave]]) -> Margem | None:
    if len(dois) < 2:
        return None
    (_, primeira), (seguinte_id, segunda) = dois
    for termo, um, outro in zip((*quais, "desempate"), primeira, segunda, strict=False):
        if um != outro:
            return Margem(termo, um, outro, outro - um, seguinte_id)
    return None
