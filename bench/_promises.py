"""What an empresa promises of its tickets, in benchmarks: policies and a calendar."""

from __future__ import annotations

from typing import Final

from bench._people import EMPRESA
from engine.calendario.modelo import Calendario
from engine.documentos.especies import CALENDARIO, POLITICA_SLA
from engine.modelo import DocumentoRow, Prioridade
from engine.politica.modelo import Parte
from engine.sla.modelo import PoliticaSla, Quando
from engine.vistas import json_text

_HOURS: Final = Calendario(
    dias=dict.fromkeys(("seg", "ter", "qua", "qui", "sex"), (("08:00", "12:00"), ("13:00", "18:00"))),
    estado="SP",
    empresa=True,
)
_PRIORITIES: Final[tuple[Prioridade, ...]] = ("URGENTE", "ALTA", "NORMAL", "BAIXA")


def promises() -> list[DocumentoRow]:
    """Three targets of every ticket, by a policy for each priority, in business hours with lunch and holidays."""
    return [
        _document(0, CALENDARIO.tipo, "Comercial", _HOURS),
        *(_document(n, POLITICA_SLA.tipo, priority, _policy(n, priority)) for n, priority in enumerate(_PRIORITIES, 1)),
    ]


def _policy(n: int, priority: Prioridade) -> PoliticaSla:
    return PoliticaSla(
        ordem=n,
        quando=Quando(prioridades=(priority,)),
        primeira_resposta_segundos=n * 1_800,
        proxima_resposta_segundos=n * 900,
        resolucao_segundos=n * 14_400,
        alertas_porcento=(50, 80),
    )


def _document(n: int, tipo: str, nome: str, documento: Parte) -> DocumentoRow:
    id_ = f"00000000-0000-7000-9000-{n:012}"
    return DocumentoRow(EMPRESA, tipo, id_, nome, json_text(documento), 1, 0, 0)
