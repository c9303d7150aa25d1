"""Distribution: who gets which ticket, as pure rules.

=================  ===================================================================================================
``escolha``        what a ticket asks, what an agent is, who gets it, and why not the others
``linha``          the waiting line of a fila, and the rank of a ticket among all filas
``escala``         the roster of a fila, in the order of its strategy
``perfil``         an agent: its slots, those that are promised, since when it is idle
``promessa``       a slot of an agent, kept for a ticket
``pareador``       what waits and who is free, brought together
``distribuidor``   what happens to filas, agents and tickets, and what becomes of it
=================  ===================================================================================================
"""

from engine.distribuicao.distribuidor import Distribuidor
from engine.distribuicao.escala import Candidato, Escala
from engine.distribuicao.escolha import CHAVES, Exigencia, Motivo, escolher, exigencia_de, porque_nao
from engine.distribuicao.linha import Linha, chave_de_espera, prioridade_efetiva
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Promessa

__all__ = [
    "CHAVES",
    "Candidato",
    "Distribuidor",
    "Escala",
    "Exigencia",
    "Linha",
    "Motivo",
    "Pareador",
    "Perfil",
    "Promessa",
    "chave_de_espera",
    "escolher",
    "exigencia_de",
    "porque_nao",
    "prioridade_efetiva",
]
