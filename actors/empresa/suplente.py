"""The stand-in: what the Empresa says for an actor that cannot take its mail, so that nobody waits for it."""

from __future__ import annotations

from msgspec.structs import replace

from actors.atendente.atendente import Atendente
from actors.comandos import ComandoAtendente, ComandoCanal, ComandoEquipe, ComandoFila, ComandoTicket
from actors.diretorio.empresa_viva import (
    EmpresaViva,
    atendente_nao_encontrado,
    canal_nao_encontrado,
    equipe_nao_encontrada,
    fila_nao_encontrada,
)
from actors.empresa.mensagens import ParaTicket
from actors.empresa.parado import parado
from actors.exclusao.mensagens import TrocarCanal, TrocarFila
from actors.protocolo import (
    Aceita,
    Anunciar,
    Atribuir,
    Chamada,
    Devolver,
    DonoSumiu,
    FilaMuda,
    Oferta,
    PedirVaga,
    Perdida,
    Recusa,
)
from engine.runtime import Ask, Effects, Ref, Reply, Undelivered


class Suplente:
    """Answers in the name of actors that have stopped or are quarantined."""

    __slots__ = ("_ator", "_viva")

    def __init__(self, ator: Effects, viva: EmpresaViva) -> None:
        self._ator = ator
        self._viva = viva

    def devolvida(self, m: Undelivered) -> None:
        """Mail came back: answer for whoever it was for, or send it where it belongs now."""
        if not isinstance(m.item, Ask):
            self._responder_por(m.ref, m.item)
        elif m.ref.is_alive():
            self._ator.refuse(m.item.reply, parado())
        else:
            self._pedido_a_quem_parou(m.item.message, m.item.reply)

    def recuperar(self, mensagem: object) -> None:
        """The Empresa was rebuilt, and this message lost: whoever waits for what came back must not wait for ever. What
        a person asked by it has been answered with an error.
        """
        if isinstance(mensagem, Undelivered) and not isinstance(mensagem.item, Ask):
            item = mensagem.item
            sem_pedido = replace(item, comando=None, resposta=None) if isinstance(item, Atribuir) else item
            self._responder_por(mensagem.ref, sem_pedido)

    def _pedido_a_quem_parou(self, comando: object, resposta: Reply[object]) -> None:
        match comando:
            case ComandoTicket():  # it had closed and retired: it can be loaded again
                self._ator.ref.forward(ParaTicket(comando), resposta)
            case ComandoFila():
                self._ator.refuse(resposta, fila_nao_encontrada())
            case ComandoAtendente():
                self._ator.refuse(resposta, atendente_nao_encontrado())
            case ComandoCanal():
                self._ator.refuse(resposta, canal_nao_encontrado())
            case ComandoEquipe():
                self._ator.refuse(resposta, equipe_nao_encontrada())
            case TrocarFila() | TrocarCanal():  # it has closed, or was deleted: it does not use that any more
                self._ator.answer(resposta, None)
            case _:
                self._ator.refuse(resposta, parado())

    def _responder_por(self, ref: Ref, item: object) -> None:
        """Answer ``item`` in the name of ``ref``. Announcements need no answer: the actor rebuilds itself from the
        tickets when it is released.
        """
        match item:
            case Oferta():
                _recusar_oferta(ref, item)
            case Chamada() if item.chamada > 0:
                self._fila_muda(ref, item)
            case Aceita():
                item.atendente.tell(Perdida(item.ticket_id))
            case DonoSumiu():
                _devolver(ref, item)
            case Atribuir():
                item.atendente.tell(Perdida(item.ticket_id))
                self._reencaminhar(ref, item)
            case PedirVaga():
                item.ticket.tell(Anunciar())
                if item.resposta is not None:
                    self._ator.refuse(item.resposta, parado() if ref.is_alive() else atendente_nao_encontrado())
            case _:
                pass

    def _reencaminhar(self, ref: Ref, m: Atribuir) -> None:
        """What a person asked of a ticket that has closed in the meantime: the closed ticket says what is wrong."""
        if m.comando is None or m.resposta is None:
            return
        if ref.is_alive():
            self._ator.refuse(m.resposta, parado())
        else:
            self._ator.ref.forward(ParaTicket(m.comando), m.resposta)  # type: ignore[arg-type]  # any answer will do

    def _fila_muda(self, ref: Ref, chamada: Chamada) -> None:
        """A fila out of order is left out of the choice. (One that was deleted has told its agents so.)"""
        atendente = self._viva.atendentes.get(chamada.atendente_id)
        if atendente is not None and ref.actor is not None:
            atendente.tell(FilaMuda(ref.actor.row.id, chamada.chamada))


def _recusar_oferta(ref: Ref, oferta: Oferta) -> None:
    """An agent out of order has no room."""
    atendente = ref.actor
    fila = atendente.group.filas.get(oferta.fila_id) if isinstance(atendente, Atendente) else None
    if fila is not None and isinstance(atendente, Atendente):
        row = atendente.row
        fila.tell(Recusa(oferta.ticket_id, Chamada(row.id, 0, 0, 0, row.capacidade, row.ocioso_desde, 0, False)))


def _devolver(fila: Ref, m: DonoSumiu) -> None:
    ator = fila.actor
    if ator is None or ator.row.ao_ficar_offline == "devolver":
        m.ticket.tell(Devolver(m.atendente_id))
