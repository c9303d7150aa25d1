"""Distribution: who gets which ticket, as pure rules.

====================  ================================================================================================
``custos``            what a ticket takes of an agent, and what else bounds one
``perfil``            an agent: its slots, those that are promised, since when it is idle
``exigencia``         what a ticket asks of whoever is to have it: its signature
``regras``            the policy of a fila, ready to go by: rings, places in line, ranks among filas
``estrategias``       in which order those who may have it are chosen
``aptidoes``          who of a roster has which skills, as sets
``ordem``             who of it has room, in that order, and the first who are of a set
``escala``            the roster of a fila: who serves it, in that order, as sets
``partes``            what they have had of it, and from where who comes back goes on
``linha``             what waits in a fila, by signature, and who may have what
``limites``           shares of agents in windows, and while a fila warms up
``encaminhamentos``   overflow to other filas, maximum waits and lengths
``promessa``          slots of agents, kept for a ticket; and what else is decided
``pareador``          what waits and who is free, brought together
``ofertas``           slots that are kept while agents think about it
``horarios``          hours of filas, shifts of agents
``agenda``            what is due
``prazos``            what happens because time passes, and because somebody comes or goes
``distribuidor``      what happens to filas, agents and tickets, and what becomes of it
``esperando``         what a ticket waits for, and what would free it
``estimativa``        how long it has to wait yet
``escolha``           why an agent is not given a ticket
``decisao``           what is kept of why a ticket went where it went, and deciding it again from that
``registro``          the same, written while it is decided
====================  ================================================================================================
"""

from engine.distribuicao.custos import Custos
from engine.distribuicao.distribuidor import Distribuidor
from engine.distribuicao.escala import Candidato, Escala
from engine.distribuicao.escolha import Motivo, porque_nao
from engine.distribuicao.estrategias import BASES
from engine.distribuicao.linha import Espera, Linha
from engine.distribuicao.pareador import Pareador
from engine.distribuicao.perfil import Perfil
from engine.distribuicao.promessa import Encaminhamento, Novidade, OfertaCaiu, Promessa
from engine.distribuicao.regras import Regras, na_fila_desde, prioridade_efetiva

__all__ = [
    "BASES",
    "Candidato",
    "Custos",
    "Distribuidor",
    "Encaminhamento",
    "Escala",
    "Espera",
    "Linha",
    "Motivo",
    "Novidade",
    "OfertaCaiu",
    "Pareador",
    "Perfil",
    "Promessa",
    "Regras",
    "na_fila_desde",
    "porque_nao",
    "prioridade_efetiva",
]
