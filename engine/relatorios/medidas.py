"""What is summed. Each measure has a number, which stands in what is kept and is never given to another.

A counter has one number; a duration a row of them: its sum in ms, and then its classes (:mod:`.histograma`), whose sum
is how often it was measured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from engine.relatorios.histograma import CLASSES


class Duracao(Struct, frozen=True, gc=False):
    """A duration. ``base``: the number of its sum; the classes follow."""

    nome: str
    base: int


# -- volumes -----------------------------------------------------------------------------------------------------------

CRIADOS_PELO_CONTATO: Final = 1
CRIADOS_POR_PESSOA: Final = 2
CRIADOS_PELO_SISTEMA: Final = 3
RECEBIDAS: Final = 4
ENVIADAS: Final = 5
ENVIADAS_SEM_PESSOA: Final = 6
ASSUMIDOS: Final = 7
ENCERRADOS: Final = 8
REABERTOS: Final = 9
TRANSFERIDOS_DE: Final = 10
TRANSFERIDOS_PARA: Final = 11
DEVOLVIDOS: Final = 12

# -- time of agents, in ms; of slots, in ms of one slot ----------------------------------------------------------------

NO_ESTADO: Final = 20
ONLINE: Final = 21
VAGAS: Final = 22
OCUPADAS: Final = 23

# -- SLA ---------------------------------------------------------------------------------------------------------------

METAS: Final = ("slaPrimeiraResposta", "slaProximaResposta", "slaResolucao")
SLA: Final[Mapping[tuple[str, str], int]] = {
    (meta, fim): 30 + 2 * lugar + qual
    for lugar, meta in enumerate(METAS)
    for qual, fim in enumerate(("cumprido", "violado"))
}

# -- surveys -----------------------------------------------------------------------------------------------------------

NOTAS: Final[Mapping[str, range]] = {"csat": range(1, 6), "nps": range(11)}
_BASE_DAS_NOTAS: Final = {"csat": 40, "nps": 50}


def codigo_da_nota(tipo: str | None, nota: int) -> int | None:
    """None: there is no such mark."""
    if tipo is None or nota not in NOTAS.get(tipo, ()):
        return None
    return _BASE_DAS_NOTAS[tipo] + nota


# -- durations ---------------------------------------------------------------------------------------------------------

_PASSO: Final = 300
assert CLASSES < _PASSO - 1, "each duration has room"


def _duracao(nome: str, lugar: int) -> Duracao:
    return Duracao(nome, 1000 + lugar * _PASSO)


ESPERA: Final = _duracao("espera", 0)
PRIMEIRA_RESPOSTA: Final = _duracao("primeiraResposta", 1)
PROXIMA_RESPOSTA: Final = _duracao("proximaResposta", 2)
RESPOSTA_DO_ATENDENTE: Final = _duracao("respostaDoAtendente", 3)
RESOLUCAO: Final = _duracao("resolucao", 4)
ABANDONO: Final = _duracao("abandono", 5)
NO_STATUS: Final[Mapping[str, Duracao]] = {
    status: _duracao(status, 6 + lugar)
    for lugar, status in enumerate(("ABERTO", "EM_ANDAMENTO", "PENDENTE", "RESOLVIDO"))
}
