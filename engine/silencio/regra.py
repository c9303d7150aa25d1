"""Which rule of silence holds for a ticket: one, the most specific of those that fit.

What a rule asks of the place counts first: the fila by name, then an equipe that serves it, then nothing. Of rules that
are equal in that, what it asks of the canal does: this canal, then its type, then nothing. Of rules that are equal in
both the one that was made first holds (ids grow with time). The rule that holds does so as a whole: what it leaves
out is not taken from another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from engine.modelo import TipoCanal
from engine.silencio.modelo import RegraDeSilencio


class Onde(Struct, frozen=True):
    """Where a ticket is: its fila, the equipes that serve that, and its canal, if it has one."""

    fila_id: str
    equipes: Collection[str] = ()
    canal_id: str | None = None
    canal: TipoCanal | None = None


class EmVigor(Struct, frozen=True):
    """A rule with its id and its name."""

    id: str
    nome: str
    regra: RegraDeSilencio


def escolher(regras: Iterable[EmVigor], onde: Onde) -> EmVigor | None:
    """The rule that holds there; None if none does."""
    ativas = (um for um in regras if um.regra.ativa)
    valem = [(precisao, um) for um in ativas if (precisao := _precisao(um.regra, onde)) is not None]
    if not valem:
        return None
    mais = max(precisao for precisao, _ in valem)
    return min((um for precisao, um in valem if precisao == mais), key=lambda um: um.id)


def _precisao(regra: RegraDeSilencio, onde: Onde) -> tuple[int, int] | None:
    """How exactly a rule names that place; None if it does not hold there."""
    lugar, canal = _do_lugar(regra, onde), _do_canal(regra, onde)
    return None if lugar is None or canal is None else (lugar, canal)


def _do_lugar(regra: RegraDeSilencio, onde: Onde) -> int | None:
    if onde.fila_id in regra.filas:
        return 2
    if not set(regra.equipes).isdisjoint(onde.equipes):
        return 1
    return None if regra.filas or regra.equipes else 0


def _do_canal(regra: RegraDeSilencio, onde: Onde) -> int | None:
    if onde.canal_id is not None and onde.canal_id in regra.canal_ids:
        return 2
    if onde.canal is not None and onde.canal in regra.canais:
        return 1
    return None if regra.canal_ids or regra.canais else 0
