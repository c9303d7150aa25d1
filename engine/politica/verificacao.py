"""The linter of policies: what can be, but is hardly meant. It keeps nothing from being saved.

=======================  =============================================================================================
``avisos_da_espera``     waits, lengths and limits that contradict each other
``avisos_da_gente``      what those who serve the fila cannot do: skills, shifts, offers
``avisos_das_filas``     overflow that goes in a circle or to nobody, and what may wait for ever
``avisos_sem_efeito``    what is set and does nothing
=======================  =============================================================================================
"""

from __future__ import annotations

from itertools import chain, islice
from typing import Final

from engine.politica.aviso import Aviso
from engine.politica.avisos_da_espera import da_espera
from engine.politica.avisos_da_gente import da_gente
from engine.politica.avisos_das_filas import das_filas
from engine.politica.avisos_sem_efeito import sem_efeito
from engine.politica.cenario import Cenario
from engine.politica.exame import problemas
from engine.politica.modelo import Politica

AVISOS_MAXIMO: Final = 100
"""As many are told at once."""


def avisos(politica: Politica, cenario: Cenario) -> tuple[Aviso, ...]:
    """What there is to say of the policy of a fila, up to a bound. What it names and is gone since is not looked at
    further.
    """
    perdidas = [Aviso("referencia_perdida", um.campo, um.problema) for um in problemas(politica, cenario)]
    regras = (da_espera, da_gente, das_filas, sem_efeito)
    todos = chain(perdidas, chain.from_iterable(regra(politica, cenario) for regra in regras))
    return tuple(islice(todos, AVISOS_MAXIMO))
