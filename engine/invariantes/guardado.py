"""What the database says, beside what the actors say."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final, Protocol

from msgspec import Struct

from engine.invariantes.caderno import Alvo, Caderno
from engine.modelo import EventoRow, TicketRow

NUMEROS_OLHADOS: Final = 10_000
"""Of the ticket numbers given last, and of the entries of the log."""
MAIS_NOVOS: Final = 1_000
"""Of tickets and messages whose parents are looked for."""
ENVIOS_OLHADOS: Final = 500


class Livro(Struct, frozen=True):
    """The books of an empresa at one moment: the last ``seq`` and ``numero`` of its lease; up to where the log is
    pruned; how many events and tickets there are of the last NUMEROS_OLHADOS; whether there are any beyond the last;
    and how many jobs are under way, up to ENVIOS_OLHADOS.
    """

    epoch: int
    seq: int
    numero: int
    podado: int
    eventos: int
    tickets: int
    eventos_a_mais: bool
    tickets_a_mais: bool
    em_curso: int


class SemPai(Struct, frozen=True):
    """A ticket or a message that points to what the empresa does not have."""

    id: str
    ticket_id: str
    falta: str


class RaiaQuebrada(Struct, frozen=True):
    """A job that is under way beside another of the same contact, or before one that was to go first."""

    envio_id: str
    canal_id: str
    outro_id: str
    motivo: str


class Vencido(Struct, frozen=True):
    """A job past its deadline (``prazo``, ms)."""

    envio_id: str
    canal_id: str
    estado: str
    prazo: int


class LeitorDeExames(Protocol):
    """What an examination reads, of one empresa: bounded, and by index. All raise Unavailable."""

    async def livro(self, empresa_id: str) -> Livro | None:
        """None: the empresa has no lease."""
        ...

    async def fim_do_registro(self, empresa_id: str, ate: int, quantos: int) -> list[EventoRow]:
        """The last entries of the log up to a ``seq``, in order."""
        ...

    async def tickets(self, empresa_id: str, ids: Collection[str]) -> list[TicketRow]: ...

    async def abertos(self, empresa_id: str) -> list[str]:
        """The open tickets of the highest numbers."""
        ...

    async def sem_pai(self, empresa_id: str) -> list[SemPai]:
        """Of the newest tickets and messages, those that point to what is not there."""
        ...

    async def raias_quebradas(self, empresa_id: str) -> list[RaiaQuebrada]: ...

    async def vencidos(self, empresa_id: str, ate: int, ate_em_maos: int) -> list[Vencido]:
        """Jobs whose deadline was before ``ate`` (ms); before ``ate_em_maos``, where a connector has them."""
        ...


def conferir_livro(livro: Livro, duravel: int, caderno: Caderno) -> None:
    """8, 10, and of 7 that what was acknowledged up to ``duravel`` is written."""
    caderno.conferir(8, quantos=livro.eventos)
    caderno.conferir(10, quantos=livro.tickets)
    caderno.conferir(7)
    caderno.conferir(6, 13, quantos=livro.em_curso)
    caderno.conferir(11, quantos=min(livro.tickets, MAIS_NOVOS))
    de = max(livro.podado, livro.seq - NUMEROS_OLHADOS)
    if livro.eventos != livro.seq - de or livro.eventos_a_mais:
        frase = f"De {de + 1} a {livro.seq} há {livro.eventos} eventos"
        caderno.anotar(8, "eventos_com_buraco", frase + _a_mais(livro.eventos_a_mais), Alvo(), "registro")
    do_numero = max(0, livro.numero - NUMEROS_OLHADOS)
    if livro.tickets != livro.numero - do_numero or livro.tickets_a_mais:
        frase = f"De {do_numero + 1} a {livro.numero} há {livro.tickets} tickets"
        caderno.anotar(10, "numeros_com_buraco", frase + _a_mais(livro.tickets_a_mais), Alvo(), "numeros")
    if duravel > livro.seq:
        frase = f"Foi confirmado até o evento {duravel}, e o banco só tem até o {livro.seq}"
        caderno.anotar(7, "evento_perdido", frase, Alvo(seq=duravel), "registro")


def _a_mais(ha: bool) -> str:
    return ", e outros depois do último dado" if ha else ""


def conferir_ticket(memoria: TicketRow, guardado: TicketRow | None, caderno: Caderno) -> None:
    """7: what an actor published, and was durable before the row was read, is what is written."""
    caderno.conferir(7)
    alvo = Alvo(ticket_id=memoria.id)
    if guardado is None:
        caderno.anotar(7, "ticket_perdido", f"O ticket {memoria.numero} não está no banco", alvo)
        return
    if memoria == guardado:
        return
    campos = [nome for nome in TicketRow.__struct_fields__ if getattr(memoria, nome) != getattr(guardado, nome)]
    frase = f"O ticket {memoria.numero} não é no banco o que é na memória: {', '.join(campos)}"
    caderno.anotar(7, "ticket_diferente", frase, alvo)
