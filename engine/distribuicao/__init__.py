"""Distribution: who gets which ticket, as pure rules.

=================  ===================================================================================================
``escolha``        what a ticket asks, what an agent is, who gets it, and why not the others
``linha``          the waiting line of a fila, and the rank of a ticket among all filas
``escala``         the roster of a fila, in the order of its strategy
``perfil``         an agent: its slots, those that are promised, since when it is idle
``distribuidor``   lines and rosters of an empresa, matched in place; what it decides are promises
=================  ===================================================================================================
"""

from engine.distribuicao.distribuidor import Distribuidor, Promessa
from engine.distribuicao.escala import Candidato, Escala
from engine.distribuicao.escolha import CHAVES, Exigencia, Motivo, escolher, exigencia_de, porque_nao
from engine.distribuicao.linha import Linha, chave_de_espera, prioridade_efetiva
from engine.distribuicao.perfil import Perfil

__all__ = [
    "CHAVES",
    "Candidato",
    "Distribuidor",
    "Escala",
    "Exigencia",
    "Linha",
    "Motivo",
    "Perfil",
    "Promessa",
    "chave_de_espera",
    "escolher",
    "exigencia_de",
    "porque_nao",
    "prioridade_efetiva",
]
