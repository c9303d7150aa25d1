"""Tickets that are not in memory: a command for one has it read, and waits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from actors.comandos import ComandoTicket
from actors.empresa.mensagens import ParaTicket, TicketCarregado
from actors.ticket.registro import ticket_nao_encontrado
from engine.errors import fora_de_ordem
from engine.modelo import TicketRow
from engine.runtime import Address, Effects, Reply, settle


class Carregamento:
    """``_esperando`` are the requests for tickets that are being read from the database. It changes only in callbacks
    of turns: a crash leaves it as it was.

    ``tickets`` are those in memory. ``ler`` has one read: the answer is a TicketCarregado to the actor; ``reviver``
    makes its actor, which is in memory when the turn has succeeded. ``saiu_de_caminho`` is told of every command that
    was counted, once it is handled.
    """

    __slots__ = ("_ator", "_esperando", "_ler", "_reviver", "_saiu_de_caminho", "_tickets")

    def __init__(
        self,
        ator: Effects,
        tickets: Mapping[str, Address],
        *,
        ler: Callable[[str], None],
        reviver: Callable[[TicketRow], Address],
        saiu_de_caminho: Callable[[str], None],
    ) -> None:
        self._ator = ator
        self._tickets = tickets
        self._ler = ler
        self._reviver = reviver
        self._saiu_de_caminho = saiu_de_caminho
        self._esperando: dict[str, list[tuple[ComandoTicket[object], Reply[object]]]] = {}

    def para_ticket(self, m: ParaTicket) -> None:
        ticket_id = m.comando.ticket_id
        if m.contado:
            self._ator.once_released(partial(self._saiu_de_caminho, ticket_id))
        resposta = self._ator.defer()
        ticket = self._tickets.get(ticket_id)
        if ticket is not None:
            ticket.forward(m.comando, resposta)
            return
        if ticket_id not in self._esperando:
            self._ator.once_released(partial(self._ler, ticket_id))
        self._ator.once_released(partial(self._esperar, ticket_id, m.comando, resposta))

    def _esperar(self, ticket_id: str, comando: ComandoTicket[object], resposta: Reply[object]) -> None:
        self._esperando.setdefault(ticket_id, []).append((comando, resposta))

    def _largar(self, ticket_id: str) -> None:
        self._esperando.pop(ticket_id, None)

    def carregado(self, m: TicketCarregado) -> None:
        if m.row is None or m.row.excluido_em is not None:
            self._recusar(m.ticket_id, m.erro or ticket_nao_encontrado())
            return
        ticket = self._tickets.get(m.ticket_id) or self._reviver(m.row)
        for comando, resposta in self._esperando.get(m.ticket_id, ()):
            ticket.forward(comando, resposta)
        self._ator.once_released(partial(self._largar, m.ticket_id))

    def _recusar(self, ticket_id: str, erro: BaseException) -> None:
        for _, resposta in self._esperando.get(ticket_id, ()):
            self._ator.refuse(resposta, erro)
        self._ator.once_released(partial(self._largar, ticket_id))

    # -- when it goes wrong ------------------------------------------------------------------------------------------

    def recuperar(self, mensagem: object) -> None:
        """The actor was rebuilt, and this message lost: whoever waits for the reading that was lost is refused."""
        if isinstance(mensagem, TicketCarregado):
            self._recusar(mensagem.ticket_id, fora_de_ordem())
        elif isinstance(mensagem, ParaTicket) and mensagem.contado:
            self._ator.once_released(partial(self._saiu_de_caminho, mensagem.comando.ticket_id))

    def abandonar(self) -> None:
        """Outside any turn, the actor has stopped or is quarantined: nobody will serve those who wait."""
        esperando, self._esperando = self._esperando, {}
        for pedidos in esperando.values():
            for _, resposta in pedidos:
                settle(resposta, None, fora_de_ordem())
