"""What is told when something is deleted and another takes its place.

The one that leaves asks whatever uses it to use the other, and goes when nothing does any more::

    Fila ──TrocarFila──► Ticket, Canal, Fila      Atendente ──TrocarDono──► Ticket      Canal ──TrocarCanal──► Ticket

Each is an ask, so that it ends with one ``Trocou`` whatever happens: done and durable, refused, or lost in a crash.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from actors.ticket.comandos import TransferirTicket
from engine import permissoes
from engine.modelo import Quem
from engine.runtime import Reply


class ExclusaoEmCurso:
    """A deletion under way, asked by ``quem``: ``para`` takes the place, ``pedidos`` are the users that were asked and
    have not answered, ``vezes`` how often each was asked, ``erro`` is what went wrong last.
    """

    __slots__ = ("erro", "para", "pedidos", "quem", "resposta", "vezes")

    def __init__(self, quem: Quem, para: str, resposta: Reply[None]) -> None:
        self.quem = quem
        self.para = para
        self.resposta = resposta
        self.pedidos: set[str] = set()
        self.vezes: Counter[str] = Counter()
        self.erro: BaseException | None = None


class TrocarFila(Struct, frozen=True, gc=False):
    """To a ticket, a canal or a fila: where you name the fila ``de``, from now on it is ``para``."""

    de: str
    para: str
    quem: Quem
    motivo: str


class TrocarEquipe(Struct, frozen=True, gc=False):
    """To a fila: where your policy names the equipe ``de``, from now on it is ``para``. Nobody waits for that."""

    de: str
    para: str
    quem: Quem
    motivo: str


class TrocarCanal(Struct, frozen=True, gc=False):
    """To a ticket: if you came by the canal ``de``, go on by ``para``."""

    de: str
    para: str
    quem: Quem


class TrocarDono(TransferirTicket, frozen=True, kw_only=True):
    """To a ticket: if you are the work of ``de``, become that of ``atendente_id``, whatever its capacity; or wait, if
    it does not serve your fila.
    """

    ato = permissoes.ENTRE_ATORES

    de: str


class Trocou(Struct, frozen=True):
    """To the one that leaves: the user ``chave`` was asked, and this came of it (None: it uses the other now)."""

    exclusao: ExclusaoEmCurso
    chave: str
    erro: BaseException | None


class ExclusaoVencida(Struct, frozen=True):
    """To the one that leaves: it takes too long."""

    exclusao: ExclusaoEmCurso
