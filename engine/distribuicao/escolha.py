"""Why an agent is not given a ticket: each rule, the gravest first.

It says in words of one agent and one ticket what :mod:`engine.distribuicao.linha` decides with sets of agents; a rule
of the one is a rule of the other.
"""

from __future__ import annotations

from typing import Literal

from engine.distribuicao.escala import Candidato, Limite
from engine.distribuicao.exigencia import tem_as_habilidades
from engine.distribuicao.linha import Espera, Linha
from engine.distribuicao.perfil import Ausencia, Perfil

Motivo = Ausencia | Limite | Literal["anel", "reservado", "devolveu", "recusou"]
"""``anel``: the ticket has not waited so long yet that it may have it; ``reservado``: the ticket is kept for another;
``devolveu``, ``recusou``: the ticket came back from it, or was refused by it, and there is another.
"""


def porque_nao(linha: Linha, espera: Espera, candidato: Candidato) -> Motivo | None:
    """What keeps an agent of the fila from a ticket that waits in it; None if it may have it now."""
    perfil = candidato.perfil
    if perfil.ausente is not None:
        return perfil.ausente
    if not espera.classe.aptos & candidato.bit:
        sabe = tem_as_habilidades(perfil.niveis, espera.classe.exigencia.habilidades)
        return "anel" if sabe else "sem_habilidade"
    if espera.de is not None and espera.de != perfil.id:
        return "reservado"
    return (
        _sem_lugar(perfil, espera.classe.exigencia.classe)
        or candidato.impedido
        or _para_outro(linha, espera, candidato)
    )


def _sem_lugar(perfil: Perfil, classe: int) -> Motivo | None:
    if perfil.vagas >> classe & 1:
        return None
    return "lotado" if perfil.custos.um_so else perfil.impede(classe)


def _para_outro(linha: Linha, espera: Espera, candidato: Candidato) -> Motivo | None:
    if not linha.e_para_outro(espera, candidato):
        return None
    return "recusou" if linha.recusou(espera, candidato) else "devolveu"
