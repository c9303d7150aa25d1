"""What is counted of an empresa: its open tickets by fila, by canal and by contact, and who is online."""

from __future__ import annotations

from actors.diretorio.por_contato import PorContato
from engine.estados import ABERTOS
from engine.indice import Indice
from engine.modelo import AtendenteRow, TicketRow


class Contagens:
    """Written only by callbacks of successful turns."""

    __slots__ = ("abertos_por_canal", "abertos_por_fila", "online", "por_contato")

    def __init__(self) -> None:
        self.abertos_por_fila = Indice()
        self.abertos_por_canal = Indice()
        self.por_contato = PorContato()
        self.online: set[str] = set()

    def ticket_mudou(self, antes: TicketRow | None, depois: TicketRow) -> None:
        """A ticket is new, or in another place (:func:`engine.estados.muda_de_lugar`)."""
        if antes is not None and antes.status in ABERTOS:
            self.abertos_por_fila.tirar(antes.fila_id, antes.id)
            if antes.canal_id is not None:
                self.abertos_por_canal.tirar(antes.canal_id, antes.id)
        if depois.status in ABERTOS:
            self.abertos_por_fila.por(depois.fila_id, depois.id)
            if depois.canal_id is not None:
                self.abertos_por_canal.por(depois.canal_id, depois.id)
        self.por_contato.mudou(antes, depois)

    def presenca_mudou(self, row: AtendenteRow) -> None:
        (self.online.add if row.online else self.online.discard)(row.id)
