"""PostgreSQL: the durable side of the engine. Implements the ports ``Store`` and ``Reader`` of ``engine.ports``.

- ``embutido``: a PostgreSQL of our own, for when none is configured.
- ``banco``: opens a database and keeps it open; what ``abrir`` answers.
- ``conexao``: how every connection is made and shared, and what a lost one looks like.
- ``migrar``: brings a database to this version's schema (``migrations/``).
- ``store`` (with ``no``, ``lote`` and ``carga``): leases, the group commit and recovery.
- ``cofre``: what is secret, closed before it is written; ``segredos``: that of canais.
- ``leituras``: lists and details, for the web.

All SQL is in ``sql/`` and ``migrations/``; ``consultas`` loads it.
"""

from storage.banco import Banco, abrir
from storage.cofre import Cofre
from storage.embutido import PostgresEmbutido
from storage.erros import (
    BancoAusente,
    DsnInvalido,
    EmbutidoFalhou,
    FalhaDeArmazenamento,
    FaltaChave,
    MigracaoRecusada,
)
from storage.migrar import migrar

__all__ = [
    "Banco",
    "BancoAusente",
    "Cofre",
    "DsnInvalido",
    "EmbutidoFalhou",
    "FalhaDeArmazenamento",
    "FaltaChave",
    "MigracaoRecusada",
    "PostgresEmbutido",
    "abrir",
    "migrar",
]
