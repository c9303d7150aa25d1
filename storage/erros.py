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

import asyncpg

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


def falha_ao_conectar(exc: BaseException) -> FalhaDeArmazenamento:
    """The failure to tell when a connection could not be made, or was lost before the work began."""
    motivo = str(exc).splitlines()[0] if str(exc) else type(exc).__name__
    if isinstance(exc, asyncpg.InvalidAuthorizationSpecificationError):
        return BancoAusente("banco_recusou", f"O banco recusou a entrada: {motivo}; confira usuário e senha")
    if isinstance(exc, asyncpg.InvalidCatalogNameError):
        return BancoAusente("banco_inexistente", f"O banco não existe: {motivo}; crie-o com createdb")
    if isinstance(exc, asyncpg.InsufficientPrivilegeError):
        return BancoAusente("banco_sem_permissao", f"O usuário do banco não tem permissão: {motivo}; conceda-a")
    if isinstance(exc, asyncpg.InvalidParameterValueError):
        return BancoAusente(
            "papel_ausente",
            f"O servidor não tem o papel que lê: {motivo}; ele não vem em um pg_dump: crie-o antes de restaurar "
            "um, com CREATE ROLE balcao_leitura NOLOGIN",
        )
    if isinstance(exc, ValueError | asyncpg.CantChangeRuntimeParamError | asyncpg.UndefinedObjectError):
        return DsnInvalido("dsn_invalido", f"O endereço do banco não é válido: {motivo}; confira DATABASE_URL")
    if isinstance(exc, TimeoutError):
        motivo = "sem resposta a tempo"
    return BancoAusente(
        "banco_ausente", f"O banco não responde: {motivo}; confira se o PostgreSQL está no ar e o endereço dele"
    )
