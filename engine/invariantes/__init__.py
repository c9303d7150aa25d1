"""What must always be so, and how it is found out that it is not.

Nothing here asks for anything: it is given what was published, what was read, and the Distribuidor to be looked at. Who
walks over the actors of a living empresa is ``actors/no/exames.py``.

=================  ===================================================================================================
``regras``         the thirteen invariants, each with its sentence and what is looked at
``caderno``        what was looked at, and what was found amiss
``lente``          the one place that looks into the Distribuidor
``historia``       the end of the event log, read backwards from the present: 2, 5, 8 and 12
``vez``            who was passed over in the line of a fila: 4
``guardado``       what the database says beside what the actors say: 7, 8 and 10
=================  ===================================================================================================

How it is looked at without holding anybody up, and without a false alarm, is in
``docs/decisions/0015-invariants-checked-live.md``.
"""

from engine.invariantes.caderno import Achado, Alvo, Caderno, confirmados
from engine.invariantes.lente import AgenteVisto, Lente, LinhaVista
from engine.invariantes.regras import NUMEROS, REGRAS, Regra

__all__ = [
    "NUMEROS",
    "REGRAS",
    "Achado",
    "AgenteVisto",
    "Alvo",
    "Caderno",
    "Lente",
    "LinhaVista",
    "Regra",
    "confirmados",
]
