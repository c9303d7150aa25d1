"""An empresa followed by its events alone: who owns what, who is there, how much each may have, who serves what."""

from __future__ import annotations

import json
from typing import Any

from actors.ticket.encaminhamento import MOTIVOS
from actors.ticket.escalonamento import MOTIVO as MOTIVO_DO_SLA
from engine.modelo import DISPONIVEL, EventoRow
from tests.simulacao.quem_serve import QuemServe
from tests.simulacao.vagas import FECHADOS, Vagas


class Contador:
    """``devolvidos`` are the tickets that came back from an agent, with that agent; ``voltaram`` are those that the
    system gave to the very same. ``passaram``: where each has been that overflowed, since a person last put it into a
    fila.
    """

    def __init__(self) -> None:
        self.seq = 0
        self.disponiveis: set[str] = set()
        self.quem_serve = QuemServe()
        self.vagas = Vagas()
        self.devolvidos: dict[str, str] = {}
        self.voltaram: list[tuple[str, str, str]] = []
        self.passaram: dict[str, set[str]] = {}
        self._fecharam: set[str] = set()
        self._escalado: tuple[str, int] | None = None
        """What an SLA policy gave to whom it names, which asks for no shift; and when."""

    def tomar_fechados(self) -> set[str]:
        """Those that were closed since they were taken last, open again or not."""
        fecharam, self._fecharam = self._fecharam, set()
        return fecharam

    def comecar(self) -> None:
        """New events follow."""
        self.voltaram.clear()

    def seguir(self, evento: EventoRow) -> None:
        assert evento.seq == self.seq + 1, f"8: seq {evento.seq} after {self.seq}"
        self.seq = evento.seq
        dados: dict[str, Any] = json.loads(evento.dados)
        mudancas: dict[str, list[Any]] = json.loads(evento.mudancas) if evento.mudancas else {}
        tinha = self._quem_tem(evento)
        self.quem_serve.seguir(evento, dados)
        self.vagas.seguir(evento, dados, mudancas)
        if evento.tipo == "atendente_status":
            presente = dados["online"] and dados["estado"] == DISPONIVEL
            (self.disponiveis.add if presente else self.disponiveis.discard)(dados["id"])
        elif evento.tipo == "atendente_excluido":
            self.disponiveis.discard(dados["id"])
        if evento.ticket_id is not None:
            self._seguir_ticket(evento, dados, mudancas, tinha)

    def _quem_tem(self, evento: EventoRow) -> str | None:
        visto = self.vagas.tickets.get(evento.ticket_id or "")
        return None if visto is None else visto.segura()

    def _seguir_ticket(
        self, evento: EventoRow, dados: dict[str, Any], mudancas: dict[str, list[Any]], tinha: str | None
    ) -> None:
        ticket_id = evento.ticket_id or ""
        tem = self._quem_tem(evento)
        if tem is None and tinha is not None and self.vagas.tickets[ticket_id].status not in FECHADOS:
            self.devolvidos[ticket_id] = tinha
        self._seguir_caminho(evento, dados, mudancas)
        if evento.tipo == "ticket_transferido" and dados["motivo"] == MOTIVO_DO_SLA:
            self._escalado = (ticket_id, evento.em)
        if self.vagas.tickets[ticket_id].status in FECHADOS:
            self._fecharam.add(ticket_id)
        if evento.tipo == "ticket_atribuido" and tem != tinha:
            assert tem is not None, "it is given to somebody"
            self._conferir_atribuicao(evento, tem, mudancas)
            de_quem = self.devolvidos.pop(ticket_id, None)
            if de_quem == tem and evento.ator_papel == "sistema":
                self.voltaram.append((ticket_id, evento.fila_id or "", tem))
        elif tem is not None:
            assert tem == tinha, f"{ticket_id} has another owner, and nobody was told"
        if mudancas.get("status", [""])[-1] == "PENDENTE" and tem is not None and evento.ator_papel == "atendente":
            maximo = self.vagas.capacidade.maximo_pendentes
            assert maximo is None or self.vagas.pendentes(tem) <= maximo, f"{tem} keeps too many PENDENTE"

    def _conferir_atribuicao(self, evento: EventoRow, tem: str, mudancas: dict[str, list[Any]]) -> None:
        if "forcado" not in mudancas:
            cabe = self.vagas.cabe(evento.ticket_id or "", evento.em)
            assert cabe, f"2: {tem} was given more than it can hold"
            assert tem in self.disponiveis, f"5: {tem} was given work while away"
        serve = self.quem_serve.serve(evento.fila_id or "", tem)
        assert serve, f"12: {tem} was given a ticket of a fila it does not serve"
        if evento.ator_papel == "sistema" and self._escalado != (evento.ticket_id, evento.em):
            assert self.vagas.no_turno(tem, evento.em), f"12: {tem} was given work outside its shift"

    def _seguir_caminho(self, evento: EventoRow, dados: dict[str, Any], mudancas: dict[str, list[Any]]) -> None:
        """What overflows never comes to a fila where it was before."""
        ticket_id = evento.ticket_id or ""
        if mudancas.get("status", [""])[0] in FECHADOS:
            self.passaram.pop(ticket_id, None)
        if "filaId" not in mudancas:
            return
        de, para = mudancas["filaId"]
        if evento.tipo == "ticket_transferido" and dados["motivo"] in MOTIVOS.values():
            passou = self.passaram.setdefault(ticket_id, set())
            passou.add(de)
            assert para not in passou, f"{ticket_id} goes round"
        else:
            self.passaram.pop(ticket_id, None)
