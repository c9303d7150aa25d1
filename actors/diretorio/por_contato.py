"""Which tickets of a contact a new message of it may go to: the open ones, and the one resolved last."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator

from engine.estados import ABERTOS
from engine.modelo import TicketRow

RESOLVIDOS_LEMBRADOS = 10_000


class PorContato:
    """A directory of an empresa, by contact and canal (None: by no canal). Open tickets are all in it; of those that
    were resolved, the latest. It is written by callbacks of successful turns, as every directory.

    ``_abertos`` holds the canal and the id of a contact's only open ticket, as nearly every contact has, or the canal
    of each of several by its id, in the order in which they were opened.
    """

    __slots__ = ("_abertos", "_resolvidos")

    def __init__(self) -> None:
        self._abertos: dict[str, tuple[str | None, str] | dict[str, str | None]] = {}
        self._resolvidos: OrderedDict[tuple[str, str | None], str] = OrderedDict()

    def aberto(self, contatos: Iterable[str], canal_id: str | None) -> str | None:
        """The open ticket that one of these contacts has by this canal: of several, the last to be opened."""
        for contato_id in contatos:
            tem = self._abertos.get(contato_id, {})
            if isinstance(tem, tuple):
                if tem[0] == canal_id:
                    return tem[1]
            else:
                for ticket_id in reversed(tem):
                    if tem[ticket_id] == canal_id:
                        return ticket_id
        return None

    def resolvido(self, contatos: Iterable[str], canal_id: str | None) -> str | None:
        """The ticket of theirs by this canal that was resolved last, if it is remembered."""
        achados = (self._resolvidos.get((contato_id, canal_id)) for contato_id in contatos)
        return next((ticket_id for ticket_id in achados if ticket_id is not None), None)

    def tem_abertos(self, contatos: Iterable[str]) -> bool:
        return any(contato_id in self._abertos for contato_id in contatos)

    def tem(self, contato_id: str, ticket_id: str) -> bool:
        """Whether that ticket is among the open ones of a contact."""
        tem = self._abertos.get(contato_id, {})
        return tem[1] == ticket_id if isinstance(tem, tuple) else ticket_id in tem

    def abertos(self, contatos: Iterable[str]) -> Iterator[str]:
        """The open tickets of these contacts."""
        for contato_id in contatos:
            tem = self._abertos.get(contato_id, {})
            if isinstance(tem, tuple):
                yield tem[1]
            else:
                yield from tem

    def mudou(self, antes: TicketRow | None, depois: TicketRow) -> None:
        """A ticket is new, or has another status or canal."""
        contato_id = depois.contato_id
        if contato_id is None:
            return
        if antes is not None:
            self._tirar(contato_id, antes)
        if depois.status in ABERTOS:
            self._por(contato_id, depois)
        elif depois.status == "RESOLVIDO":
            resolvidos = self._resolvidos
            resolvidos[contato_id, depois.canal_id] = depois.id
            if len(resolvidos) > RESOLVIDOS_LEMBRADOS:
                resolvidos.popitem(last=False)

    def _por(self, contato_id: str, row: TicketRow) -> None:
        tem = self._abertos.get(contato_id)
        if tem is None:
            self._abertos[contato_id] = (row.canal_id, row.id)
        elif isinstance(tem, tuple):
            self._abertos[contato_id] = {tem[1]: tem[0], row.id: row.canal_id}
        else:
            tem[row.id] = row.canal_id

    def _tirar(self, contato_id: str, row: TicketRow) -> None:
        if row.status not in ABERTOS:
            if self._resolvidos.get((contato_id, row.canal_id)) == row.id:
                del self._resolvidos[contato_id, row.canal_id]
            return
        tem = self._abertos.get(contato_id)
        if isinstance(tem, dict):
            tem.pop(row.id, None)
        if not tem or tem == (row.canal_id, row.id):
            self._abertos.pop(contato_id, None)
