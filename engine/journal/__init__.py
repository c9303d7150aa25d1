"""The journal: output commit by group commit.

Turns hand over what they changed (:meth:`Journal.release`). One writer takes everything that is there, makes one
transaction of it, and only when that is durable lets the events and the answers out, in the order of the turns. While
a batch commits the next one gathers, so the batch grows with the load and a quiet system waits for one commit only
(DeWitt et al. 1984, "group commit").

What can go wrong, and what happens then:

=================  =================================================================================================
``StoreAway``      nothing was written: the same batch is tried again until it works; new commands get a 503
``CommitUnknown``  the store is asked whether the batch is there before anything else is done
``Fenced``         another node owns some empresas: they are dropped here, their askers get a 503, the rest goes on
``Rejected``       the data of one empresa is refused: a bug; that empresa alone is dropped and loaded again
=================  =================================================================================================

``_buffer`` is the pure part: coalescing and fences. ``_writer`` decides and waits.
"""

from engine.journal._buffer import DurableGroup
from engine.journal._writer import Journal, JournalLimits

__all__ = ["DurableGroup", "Journal", "JournalLimits"]
