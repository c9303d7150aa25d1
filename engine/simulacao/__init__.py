"""Simulation: a policy tried on traffic, in virtual time, by the very rules that distribute in earnest.

===============  ======================================================================================================
``cenario``      what is simulated: traffic, filas, agents
``leitura``      a scenario that a person wrote, and what is wrong with it
``trafego``      tickets that are made up: when, what, for how long
``turnos``       when agents are there
``sala``         the Distribuidor, as the simulation speaks to it
``motor``        the loop: what happens next, and what becomes of it
``medidas``      means, quantiles and series in bounded memory; how fair shares are
``contagem``     what is counted, and the result that is made of it
``resultado``    what came of it
``execucao``     from a scenario to its result
``estatistica``  how sure a figure is that was simulated several times
``teoria``       what queueing theory says of the cases that it can solve
===============  ======================================================================================================

It is plain data: no clock, no actor; chance is handed in, and the same seed gives the same result to the last digit.
"""

from engine.simulacao.cenario import Cenario, exemplo
from engine.simulacao.execucao import ate_o_fim, com_politica, simular
from engine.simulacao.leitura import ler_cenario, ler_politica
from engine.simulacao.resultado import Resultado

__all__ = ["Cenario", "Resultado", "ate_o_fim", "com_politica", "exemplo", "ler_cenario", "ler_politica", "simular"]
