"""Slots by the events alone: what every ticket takes of its owner, and whether who is given one has room for it."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from msgspec import Struct

from engine.modelo import ArremateRow, EventoRow, TipoComContatos
from engine.politica.capacidade import PADRAO, Capacidade
from tests.engine import relogio

SEGURAM = {"EM_ANDAMENTO", "PENDENTE"}
FECHADOS = {"RESOLVIDO", "FECHADO"}


class Visto(Struct):
    """A ticket, as the events tell of it."""

    status: str = "ABERTO"
    dono: str | None = None
    canal_id: str | None = None

    def segura(self) -> str | None:
        """Of whom it holds a slot."""
        return self.dono if self.status in SEGURAM else None


class Vagas:
    """``capacidades`` are the slots of each agent, ``turnos`` their shifts. ``arremates`` are what is wrapped up, by
    ticket and agent.
    """

    def __init__(self) -> None:
        self.capacidade = PADRAO
        self.capacidades: dict[str, int] = {}
        self.turnos: dict[str, str | None] = {}
        self.tickets: dict[str, Visto] = {}
        self.arremates: dict[tuple[str, str], ArremateRow] = {}
        self._tipos: dict[str, TipoComContatos] = {}
        self._seguiu: tuple[str, int] = ("", 0)
        """What its own agent went on with while it wrapped that up, and how much of it that took already."""

    def seguir(self, evento: EventoRow, dados: dict[str, Any], mudancas: dict[str, list[Any]]) -> None:
        match evento.tipo:
            case "empresa_atualizada":
                self.capacidade = msgspec.convert(dados["empresa"]["capacidade"], Capacidade)
            case "canal_criado":
                self._tipos[dados["canal"]["id"]] = dados["canal"]["tipo"]
            case "atendente_criado" | "atendente_atualizado":
                atendente = dados["atendente"]
                self.capacidades[atendente["id"]] = atendente["capacidade"]
                self.turnos[atendente["id"]] = None if atendente["turno"] is None else json.dumps(atendente["turno"])
        if evento.ticket_id is not None:
            self._seguir_ticket(evento, dados, mudancas)

    def _seguir_ticket(self, evento: EventoRow, dados: dict[str, Any], mudancas: dict[str, list[Any]]) -> None:
        id_ = evento.ticket_id or ""
        if evento.tipo == "ticket_criado":
            self.tickets[id_] = Visto(canal_id=dados["ticket"]["canalId"])
            return
        visto = self.tickets[id_]
        custo, segurava = self.custo(visto), visto.segura()
        if "canalId" in mudancas:
            visto.canal_id = mudancas["canalId"][1]
        if "atendenteId" in mudancas:
            visto.dono = mudancas["atendenteId"][1]
        if "status" in mudancas:
            de, para = mudancas["status"]
            assert de == visto.status, f"{id_} was {visto.status}, and not {de}"
            visto.status = para
            dura = self.capacidade.arremate_segundos
            if de == "EM_ANDAMENTO" and para in FECHADOS and segurava is not None and dura:
                ate = evento.em + dura * 1000
                self.arremates[id_, segurava] = ArremateRow(evento.empresa_id, id_, segurava, ate, custo)
        if visto.status not in FECHADOS:  # what is open again is wrapped up no more
            seu = self.arremates.get((id_, visto.dono or ""))
            self._seguiu = (id_, seu.custo) if seu is not None and seu.ate > evento.em else ("", 0)
            self.arremates = {qual: um for qual, um in self.arremates.items() if qual[0] != id_}

    # -- what is taken of an agent -----------------------------------------------------------------------------------

    def tipo(self, visto: Visto) -> TipoComContatos | None:
        return self._tipos.get(visto.canal_id or "")

    def custo(self, visto: Visto) -> int:
        """Hundredths of a slot."""
        tipo, capacidade = self.tipo(visto), self.capacidade
        if visto.status == "PENDENTE" and capacidade.custo_pendente is not None:
            return round(capacidade.custo_pendente * 100)
        return 100 if tipo is None else round(capacidade.custos.get(tipo, 1) * 100)

    def de(self, atendente: str) -> list[Visto]:
        return [um for um in self.tickets.values() if um.segura() == atendente]

    def arrematados(self, now: int) -> list[ArremateRow]:
        """What is wrapped up still."""
        return [um for um in self.arremates.values() if um.ate > now]

    def pendentes(self, atendente: str) -> int:
        return sum(um.status == "PENDENTE" for um in self.de(atendente))

    def cabe(self, ticket: str, now: int) -> bool:
        """Whether the owner of a ticket, which it has just been given, had room for it."""
        visto = self.tickets[ticket]
        atendente, tipo = visto.dono or "", self.tipo(visto)
        seus = self.de(atendente)
        usado = sum(map(self.custo, seus))
        usado += sum(um.custo for um in self.arrematados(now) if um.atendente_id == atendente)
        em = [self.tipo(um) for um in seus if um.status != "PENDENTE" and um is not visto]
        fora = {outro for par in self.capacidade.exclusoes for outro, este in (par, par[::-1]) if este == tipo}
        return (
            (self._novo(ticket, visto) <= 0 or usado <= self.capacidades[atendente] * 100)
            and (tipo is None or em.count(tipo) < self.capacidade.maximos.get(tipo, 1_000_000))
            and fora.isdisjoint(em)
        )

    def _novo(self, ticket: str, visto: Visto) -> int:
        """How much more it takes than it did."""
        return self.custo(visto) - (self._seguiu[1] if self._seguiu[0] == ticket else 0)

    def no_turno(self, atendente: str, now: int) -> bool:
        turno = self.turnos[atendente]
        return turno is None or relogio.no_turno(turno, now, self.capacidade.minutos_sem_novos)
