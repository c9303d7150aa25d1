"""Which tickets of a contact a new message of it may go to: the open ones, and the one resolved last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from engine.estados import aberto
from engine.modelo import TicketRow

RESOLVIDOS_LEMBRADOS = 10_000


class PorContato:
    """A directory of an empresa, by contact and canal (None: by no canal). Open tickets are all in it; of those that
    were resolved, the latest. It is written by callbacks of successful turns, as every directory.
    """

    __slots__ = ("_abertos", "_resolvidos")

    def __init__(self) -> None:
        self._abertos: dict[str, dict[str | None, dict[str, None]]] = {}
        self._resolvidos: OrderedDict[tuple[str, str | None], str] = OrderedDict()

    def aberto(self, contatos: Iterable[str], canal_id: str | None) -> str | None:
        """The open ticket that one of these contacts has by this canal: of several, the last to be opened."""
        for contato_id in contatos:
            tickets = self._abertos.get(contato_id, {}).get(canal_id)
            if tickets:
                return next(reversed(tickets))
        return None

    def resolvido(self, contatos: Iterable[str], canal_id: str | None) -> str | None:
        """The ticket of theirs by this canal that was resolved last, if it is remembered."""
        achados = (self._resolvidos.get((contato_id, canal_id)) for contato_id in contatos)
        return next((ticket_id for ticket_id in achados if ticket_id is not None), None)

    def tem_abertos(self, contatos: Iterable[str]) -> bool:
        return any(contato_id in self._abertos for contato_id in contatos)

    def mudou(self, antes: TicketRow | None, depois: TicketRow) -> None:
        """A ticket is new, or has another status or canal."""
        if antes is not None:
            self._tirar(antes)
        contato_id = depois.contato_id
        if contato_id is None:
            return
        if aberto(depois.status):
            self._abertos.setdefault(contato_id, {}).setdefault(depois.canal_id, {})[depois.id] = None
        elif depois.status == "RESOLVIDO":
            resolvidos = self._resolvidos
            resolvidos[contato_id, depois.canal_id] = depois.id
            if len(resolvidos) > RESOLVIDOS_LEMBRADOS:
                resolvidos.popitem(last=False)

    def _tirar(self, antes: TicketRow) -> None:
        contato_id, canal_id = antes.contato_id, antes.canal_id
        if contato_id is None:
            return
        if not aberto(antes.status):
            if self._resolvidos.get((contato_id, canal_id)) == antes.id:
                del self._resolvidos[contato_id, canal_id]
            return
        por_canal = self._abertos.get(contato_id)
        tickets = None if por_canal is None else por_canal.get(canal_id)
        if por_canal is None or tickets is None:
            return
        tickets.pop(antes.id, None)
        if not tickets:
            del por_canal[canal_id]
            if not por_canal:
                del self._abertos[contato_id]
