"""The garbage collector, told what we know about our objects.

Almost nothing here is garbage in a cycle: rows, messages and events have none, and an actor that stops breaks its own.
So collections find nothing, and each looks at everything that was made since the last; a full one at all there is,
which stops the process (70 ms for what is imported, 330 ms with 200,000 tickets).
"""

from __future__ import annotations

import gc
from typing import Final

_NOVOS: Final = 20_000
"""Objects made before the youngest are looked at: about a millisecond's worth, some 200 life cycles of a ticket."""
_PASSADAS: Final = 20
"""Collections of one generation before the next is looked at."""


def guardar() -> None:
    """What was made until now is there to stay: never look at it again. Without looking whether something of it is not:
    for use while much is being loaded, so that others are not held up.
    """
    gc.freeze()


def assentar() -> None:
    """What is in memory now is there to stay: collect what is not, and never look at the rest again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NOVOS, _PASSADAS, _PASSADAS)
