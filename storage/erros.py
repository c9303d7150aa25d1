"""What keeps the storage from starting. Each is one line in Portuguese that ends in the remedy.

::

    BalcaoError
    └── FalhaDeArmazenamento    the operator has to do something
        ├── DsnInvalido         the database's address makes no sense
        ├── BancoAusente        nothing answers at that address
        ├── MigracaoRecusada    the schema in the database is not one this version may touch
        └── EmbutidoFalhou      the embedded PostgreSQL cannot run here
"""

from __future__ import annotations

from engine.errors import BalcaoError


class FalhaDeArmazenamento(BalcaoError):
    """Base. ``str()`` is a single line fit to be the last one before the process exits."""


class DsnInvalido(FalhaDeArmazenamento):
    pass


class BancoAusente(FalhaDeArmazenamento):
    pass


class MigracaoRecusada(FalhaDeArmazenamento):
    pass


class EmbutidoFalhou(FalhaDeArmazenamento):
    pass
