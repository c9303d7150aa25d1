"""Why an agent is not given a ticket: each rule, the gravest first.

It says in words of one agent and one ticket what :mod:`engine.distribuicao.linha` decides with sets of agents; a rule
of the one is a rule of the other.
"""

from __future__ import annotations

from typing import Literal

from engine.capacidade import Impedimento, impedimento
from engine.distribuicao.escala import Candidato
from engine.distribuicao.exigencia import tem_as_habilidades
from engine.distribuicao.linha import Espera, Linha

Motivo = Impedimento | Literal[
    "parado", "fora_do_turno", "anel", "reservado", "limite", "aquecimento", "devolveu", "recusou"
]  # fmt: skip
"""``saindo``: it is being deleted; ``parado``: its actor is out of order; ``anel``: the ticket has not
waited so long yet that it may have it; ``reservado``: the ticket is kept for another; ``devolveu``, ``recusou``: the
ticket came back from it, or was refused by it, and there is another.
"""


def porque_nao(linha: Linha, espera: Espera, candidato: Candidato) -> Motivo | None:
    """What keeps an agent of the fila from a ticket that waits in it; None if it may have it now."""
    perfil, exigencia = candidato.perfil, espera.classe.exigencia
    if perfil.saindo:
        return "saindo"
    if perfil.parado:
        return "parado"
    ausente = impedimento(perfil.row, serve=True)
    if ausente is not None:
        return ausente
    if not perfil.no_turno:
        return "fora_do_turno"
    if not tem_as_habilidades(perfil.niveis, exigencia.habilidades):
        return "sem_habilidade"
    if candidato.etapa > exigencia.etapa:
        return "anel"
    if espera.de not in {None, perfil.id}:
        return "reservado"
    return _sem_lugar(espera, candidato) or _para_outro(linha, espera, candidato)


def _sem_lugar(espera: Espera, candidato: Candidato) -> Motivo | None:
    cheio = candidato.perfil.impede(espera.classe.exigencia.classe)
    if cheio is not None:
        return cheio
    return candidato.impedido


def _para_outro(linha: Linha, espera: Espera, candidato: Candidato) -> Motivo | None:
    if not linha.e_para_outro(espera, candidato):
        return None
    return "recusou" if linha.recusou(espera, candidato) else "devolveu"
