"""The rules of the house: of an event that no active rule of an empresa speaks of, who is told, and by what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from engine.avisos.modelo import TIPOS, Destinatarios, ModeloDeAviso, RegraDeAviso, TipoDeAviso


class RegraViva(Struct, frozen=True):
    """A rule, with the template that it names, if that is there."""

    id: str
    regra: RegraDeAviso
    modelo: ModeloDeAviso | None = None


_DO_DONO: Final = RegraDeAviso(
    eventos=("ticket_atribuido", "oferta", "nova_mensagem", "sla_alerta", "sla_violado", "ticket_lembrete"),
    para=Destinatarios(dono=True),
    por=("push",),
)
_DA_MENCAO: Final = RegraDeAviso(eventos=("mencao",), para=Destinatarios(dono=True), por=("app", "push"))
PADROES: Final = (RegraViva("padrao", _DO_DONO), RegraViva("padrao-mencao", _DA_MENCAO))
"""Whom something is about is told of it by its browsers; of a mention it also finds a note in its list."""


def por_tipo(regras: Iterable[RegraViva]) -> Mapping[TipoDeAviso, tuple[RegraViva, ...]]:
    """The rules that hold for each event: an empresa's own, or else the house's. What tells nobody is left out."""
    proprias = [uma for uma in regras if uma.regra.ativa]
    achadas: dict[TipoDeAviso, tuple[RegraViva, ...]] = {}
    for tipo in TIPOS:
        delas = [uma for uma in proprias if tipo in uma.regra.eventos]
        valem = delas or [uma for uma in PADROES if tipo in uma.regra.eventos]
        if dizem := tuple(uma for uma in valem if uma.regra.por):
            achadas[tipo] = dizem
    return achadas
