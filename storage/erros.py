"""What keeps the storage from starting, each one line in Portuguese that ends in the remedy; and a secret that does not
open. With all others they are drawn in :mod:`engine.errors`.
"""

from __future__ import annotations

import asyncio
from typing import Final

import asyncpg

from engine.errors import BalcaoError, Unavailable
from engine.saude import CAIU, NAO_RESPONDE, Causa, Saude

_ATE_QUE_SE_ARRUME_S: Final = 30
"""Somebody has to do something before it is worth asking again."""


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


class FaltaChave(FalhaDeArmazenamento):
    pass


class SegredoNaoAbre(Unavailable):
    """What is kept closed does not open. ``porque`` is for whoever runs the server; ``chave`` is the id of the key that
    is missing, where that is it. Whoever asked is told neither.
    """

    def __init__(self, porque: str, chave: str = "") -> None:
        super().__init__(
            "segredos_fechados",
            "Os segredos dos canais desta empresa não abrem neste servidor; quem o opera vê no log por quê",
            _ATE_QUE_SE_ARRUME_S,
        )
        self.porque = porque
        self.chave = chave


class SemVaga(TimeoutError):
    """No connection became free in time: others use them all. Says nothing of the database."""


_CAUSAS: Final = {
    "53100": Causa("disco cheio", "libere espaço no disco do PostgreSQL; as gravações voltam sozinhas"),
    "53200": Causa("falta memória no servidor", "dê mais memória ao PostgreSQL, ou menos conexões"),
    "53300": Causa(
        "conexões demais", "aumente max_connections no PostgreSQL, ou feche conexões de outros; cada nó usa até 19"
    ),
    "25006": Causa("só aceita leitura", "aponte DATABASE_URL para o servidor primário, ou promova este"),
    "55P03": Causa("os dados estão presos por outra transação"),
    "57014": Causa("a consulta demorou demais"),
    "57P01": Causa("está parando"),
    "57P02": Causa("caiu e está se recuperando"),
    "57P03": Causa("está iniciando ou parando"),
    "3D000": Causa("o banco não existe", "crie-o, ou corrija DATABASE_URL"),
    "28000": Causa("recusou a entrada", "confira o usuário em DATABASE_URL e o pg_hba.conf"),
    "28P01": Causa("recusou a senha", "confira a senha em DATABASE_URL"),
    "58030": Causa("erro de disco", "veja o log do PostgreSQL e o disco dele"),
}
"""By SQLSTATE. https://www.postgresql.org/docs/current/errcodes-appendix.html"""

_OCUPADAS: Final = Causa("todas as conexões em uso")
_RECUSADA: Final = Causa("conexão recusada", "confira se o PostgreSQL está no ar e o endereço dele")
_CURTAS: Final = (ConnectionResetError, ConnectionAbortedError, BrokenPipeError, asyncpg.ConnectionDoesNotExistError)


def causa(exc: BaseException) -> Causa:
    """Why the database does not serve, from what it answered or did not."""
    if isinstance(exc, SemVaga):
        return _OCUPADAS
    if isinstance(exc, TimeoutError | asyncio.IncompleteReadError):
        return NAO_RESPONDE
    if isinstance(exc, _CURTAS):
        return CAIU
    if isinstance(exc, asyncpg.PostgresError) and exc.sqlstate:
        return _CAUSAS.get(str(exc.sqlstate), Causa(f"{type(exc).__name__} {exc.sqlstate}"))
    if isinstance(exc, ConnectionRefusedError | FileNotFoundError):
        return _RECUSADA
    if isinstance(exc, OSError):
        return Causa(exc.strerror or type(exc).__name__, _RECUSADA.remedio)
    return CAIU


def ausencia(saude: Saude, porque: Causa) -> str:
    """What to tell whoever asked for something that the database could not serve, for this cause."""
    if not saude.disponivel or not saude.recente():
        frase = saude.frase()
    elif porque is _OCUPADAS:
        frase = "Há leituras demais à espera do banco de dados"
    elif porque is NAO_RESPONDE:
        frase = "O banco de dados não responde"
    else:
        frase = f"O banco de dados está fora do ar: {porque.porque}"
    return f"{frase}; tente de novo em instantes"


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
    conhecida = _CAUSAS.get(str(getattr(exc, "sqlstate", "")))
    if conhecida is not None:
        remedio = conhecida.remedio or "tente de novo em instantes"
        return BancoAusente("banco_indisponivel", f"O banco não serve agora: {conhecida.porque}; {remedio}")
    if isinstance(exc, TimeoutError):
        motivo = "sem resposta a tempo"
    return BancoAusente(
        "banco_ausente", f"O banco não responde: {motivo}; confira se o PostgreSQL está no ar e o endereço dele"
    )
