"""How every connection to PostgreSQL is made, shared and given up, and how its failures are read.

A connection whose last use ended in anything unexpected (an error, a timeout, a cancellation) is closed, never reused:
its protocol state cannot be trusted, and a fresh one costs a few milliseconds.

Connections keep session state (an advisory lock, settings, prepared statements), so a pooler in transaction mode
between us and PostgreSQL does not work.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import asyncpg
from msgspec import Struct

from engine.errors import BalcaoError
from engine.saude import Saude
from storage.consultas import sql
from storage.erros import SemVaga, causa

if TYPE_CHECKING:
    Conexao = asyncpg.Connection[Any]
else:
    Conexao = asyncpg.Connection  # generic only for the type checker

_LIGAR_S: Final = 3.0
"""How long making a connection may take."""
_FOLGA_S: Final = 1.0
"""How much longer than the server's own timeout we wait, before we take the server for hung."""
_FECHAR_S: Final = 2.0
_EXIGIR_DISCO: Final = sql("exigir_disco")

# The server drops a client that is gone without a word (a dead host, a cut cable) in about ten seconds, and with it the
# locks it held. https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE
_AJUSTES: Final = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
    "idle_in_transaction_session_timeout": "15000",
    "jit": "off",  # its compilation costs more than our short queries
    # Everything we ask has an index that fits. A plan made while a table was empty would otherwise scan it for as long
    # as nothing has analysed it, however much it has grown.
    "enable_seqscan": "off",
}


class Uso(Struct, frozen=True):
    """What connections are for: how many at most, how long to wait for one to be free, how long one statement may take
    (0: no limit), and how it is planned.
    """

    nome: str
    conexoes: int
    espera_s: float
    limite_ms: int
    ajustes: dict[str, str] = {}


# A node that is stopped in the middle of a transaction holds the lease it was about to take no longer than its lock.
_SOLTAR: Final = {"lock_timeout": "4000", "idle_in_transaction_session_timeout": "4000"}

GRAVAR: Final = Uso(
    "gravar",
    2,
    5.0,
    10_000,
    {
        **_SOLTAR,
        # One plan for good, by index: the arrays are short beside the tables.
        "plan_cache_mode": "force_generic_plan",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
    },
)
CARREGAR: Final = Uso("carregar", 4, 4.0, 15_000, _SOLTAR)
# What is read for people is read as a role that the row-level policies hold.
LER: Final = Uso("ler", 12, 3.0, 4_000, {"role": "balcao_leitura", "plan_cache_mode": "force_generic_plan"})
# The server itself sees to it that a node which does not say that it lives (stopped, swapped out, stuck) loses its
# lock: a connection that is silent for so long is ended.
# https://www.postgresql.org/docs/current/runtime-config-client.html
VIVER: Final = Uso("viver", 1, 0, 3_000, {"idle_session_timeout": "4000"})
MIGRAR: Final = Uso("migrar", 1, 0, 0, {"enable_seqscan": "on"})


async def conectar(dsn: str, uso: Uso, *, no: str = "") -> Conexao:
    """A new connection. ``no`` is shown in ``pg_stat_activity``. Raises what asyncpg raises."""
    limite = uso.limite_ms / 1000 + _FOLGA_S if uso.limite_ms else None
    nome = f"balcao {uso.nome} {no}".rstrip()[:63]  # longer is cut by the server, with a notice
    ajustes = {**_AJUSTES, "statement_timeout": str(uso.limite_ms), **uso.ajustes, "application_name": nome}
    async with asyncio.timeout(_LIGAR_S):
        con: Conexao = await asyncpg.connect(
            dsn,
            timeout=_LIGAR_S,
            command_timeout=limite,
            server_settings=ajustes,
            max_cacheable_statement_size=0,  # a long statement costs milliseconds to parse and to plan: never twice
        )
        try:
            await con.execute(_EXIGIR_DISCO)
        except BaseException:
            con.terminate()
            raise
    return con


class Conexoes:
    """The connections of one profile: made when needed, kept, and bounded. ``saude`` is told whether new ones can be
    made.
    """

    def __init__(self, dsn: str, uso: Uso, *, no: str, saude: Saude | None = None) -> None:
        self._dsn = dsn
        self._uso = uso
        self._no = no
        self._saude = saude or Saude()
        self._vagas = asyncio.Semaphore(uso.conexoes)
        self._livres: list[Conexao] = []
        self._em_uso: set[Conexao] = set()
        self._fechada = False
        self.marcas: dict[Conexao, str] = {}
        """What whoever used a connection wants to find it by again, as long as it is kept."""

    @asynccontextmanager
    async def usar(self, marca: str | None = None) -> AsyncIterator[Conexao]:
        """A connection for the block: of those that are free, one with this mark if there is one. It is kept only if
        the block ends well, outside of a transaction.
        """
        con = await self.tomar(marca)
        try:
            yield con
        except BaseException as exc:
            self.largar(con, exc)
            raise
        self.largar(con)

    async def tomar(self, marca: str | None = None) -> Conexao:
        """What :meth:`usar` gives, for who can do without its block: to be paired with one :meth:`largar`."""
        if self._vagas.locked():
            try:
                async with asyncio.timeout(self._uso.espera_s):
                    await self._vagas.acquire()
            except TimeoutError:
                raise SemVaga from None
        else:
            await self._vagas.acquire()  # at once
        try:
            con = self._livre(marca) or await self._nova()
        except BaseException:
            self._vagas.release()
            raise
        self._em_uso.add(con)
        return con

    def largar(self, con: Conexao, problema: BaseException | None = None) -> None:
        """Give it back. ``problema``: what its use ended in."""
        # our own errors are raised between statements
        if problema is not None and (not isinstance(problema, BalcaoError) or con.is_in_transaction()):
            con.terminate()
        self._em_uso.discard(con)
        self._devolver(con)
        self._vagas.release()

    async def fechar(self) -> None:
        """Close them all; what is still in use is cut off."""
        self._fechada = True
        for con in list(self._em_uso):
            con.terminate()
        livres, self._livres = self._livres, []
        await asyncio.gather(*(fechar(con) for con in livres))

    def _livre(self, marca: str | None) -> Conexao | None:
        """The one used last, of those with this mark. If none has it, the one that rests the longest: what the others
        are marked with may be wanted still.
        """
        while self._livres:
            con = self._livres.pop(self._qual(marca))
            if not con.is_closed():
                return con
            self.marcas.pop(con, None)
        return None

    def _qual(self, marca: str | None) -> int:
        ultima = len(self._livres) - 1
        if marca is None:
            return ultima
        marcas, livres = self.marcas, self._livres
        return next((n for n in range(ultima, -1, -1) if marcas.get(livres[n]) == marca), 0)

    async def _nova(self) -> Conexao:
        if self._fechada:
            raise asyncpg.InterfaceError("the connections are closed")
        inicio = self._saude.agora()
        try:
            con = await conectar(self._dsn, self._uso, no=self._no)
        except FALHAS as exc:
            if ausente(exc):
                self._saude.falhou("conexoes", causa(exc), inicio)
            raise
        self._saude.respondeu("conexoes")
        return con

    def _devolver(self, con: Conexao) -> None:
        if not con.is_closed() and (self._fechada or con.is_in_transaction()):
            con.terminate()
        if con.is_closed():
            self.marcas.pop(con, None)
        else:
            self._livres.append(con)


async def fechar(con: Conexao) -> None:
    """Say goodbye, or hang up if the server does not answer."""
    try:
        await con.close(timeout=_FECHAR_S)
    except FALHAS:
        con.terminate()


@asynccontextmanager
async def transacao(con: Conexao) -> AsyncIterator[None]:
    """A transaction that our own errors roll back. Any other leaves it open: the connection's end undoes it."""
    await con.execute("BEGIN")
    try:
        yield
    except BalcaoError:
        await con.execute("ROLLBACK")
        raise
    await con.execute("COMMIT")


# --- what an error means

FALHAS: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""Everything that a database can answer, or fail to (``TimeoutError`` is an ``OSError``)."""

_CLASSES_DE_AUSENCIA: Final = frozenset(
    (
        "08",  # connection exception
        "25",  # invalid transaction state: a standby, or a transaction that waited too long
        "28",  # password refused: it was changed under us
        "3D",  # no such database
        "40",  # serialization failure, deadlock: the same again works
        "53",  # out of disk, memory, connections
        "55",  # a lock that is not to be had
        "57",  # shutdown, crash, timeout
        "58",  # the server's disk
    )
)


_SEM_RESPOSTA: Final = frozenset(("08", "57P"))
"""The connection is gone; or shutdown and crash, which the server says as it hangs up, whatever it had just done."""


def sem_resposta(exc: BaseException) -> bool:
    """True if ``exc`` leaves it open whether the statement that was sent has been done."""
    if isinstance(exc, asyncpg.PostgresError):
        estado = exc.sqlstate or "08"
        return estado[:2] in _SEM_RESPOSTA or estado[:3] in _SEM_RESPOSTA
    return isinstance(exc, FALHAS) and not isinstance(exc, ValueError)  # asyncpg's own: what could not be encoded


def ausente(exc: BaseException) -> bool:
    """True if ``exc`` says that the database cannot serve now; False if it served, and refused what was sent."""
    if isinstance(exc, asyncpg.PostgresError):
        classe = str(exc.sqlstate or "08")[:2]
        return classe in _CLASSES_DE_AUSENCIA or isinstance(exc, asyncpg.InvalidCachedStatementError)
    return isinstance(exc, FALHAS)


def demorou(exc: BaseException) -> bool:
    """True if ``exc`` says that the database stopped a statement because it took longer than its profile allows: the
    database is there, and the same again may take as long.
    """
    return isinstance(exc, asyncpg.QueryCanceledError)


def motivo(exc: BaseException) -> str:
    """What went wrong, in one line, without the data that was being written: PostgreSQL's DETAIL quotes whole rows, and
    what asyncpg says of a value it could not encode quotes the value.
    """
    if isinstance(exc, asyncpg.PostgresError) and exc.sqlstate:
        onde = [parte for parte in (exc.table_name, exc.column_name, exc.constraint_name) if parte]
        return " ".join((type(exc).__name__, str(exc.sqlstate), *onde))
    if isinstance(exc, TimeoutError):
        return "sem resposta a tempo"
    if isinstance(exc, OSError | asyncpg.InterfaceError | asyncpg.InternalClientError):
        return f"{type(exc).__name__}: {exc}".splitlines()[0]
    return type(exc).__name__
