"""What is said in a ticket, and what becomes of it."""

from __future__ import annotations

from engine.eventos._evento import Evento
from engine.modelo import StatusEntrega
from engine.vistas import MensagemVista, codificar


class NovaMensagem(Evento, frozen=True):
    """A message. On the wire it is the payload itself, the same as in REST."""

    tipo = "nova_mensagem"

    mensagem: MensagemVista

    def texto(self) -> str:
        return codificar(self.mensagem).decode()


class MensagemStatus(Evento, frozen=True):
    """What changed about a message that was already seen: whether we have read it, and how far one of ours has got.
    ``erro_entrega`` says why it failed.
    """

    tipo = "mensagem_status"
    versao = 2

    id: str
    ticket_id: str
    lida: bool
    status_entrega: StatusEntrega
    erro_entrega: str | None = None


class MensagensLidas(Evento, frozen=True):
    """All that the contact had written until then (ISO time) was read."""

    tipo = "mensagens_lidas"

    ticket_id: str
    ate: str


class MensagemExcluida(Evento, frozen=True):
    """It is gone."""

    tipo = "mensagem_excluida"

    id: str
    ticket_id: str
