"""A stage on which something is promised: policies, calendars, and what was told of them."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from actors.documentos.comandos import CriarDocumento, ExcluirDocumento, GravarDocumento
from actors.ticket.comandos import AtualizarTicket, EnviarMensagem, ReabrirTicket
from engine.calendario.modelo import Calendario, Feriado
from engine.documentos.especies import CALENDARIO, FERIADO, POLITICA_SLA
from engine.modelo import Quem
from engine.politica.modelo import Parte
from engine.sla.modelo import PoliticaSla
from engine.tempo import iso_or_none, ms_de
from engine.vistas import TicketVista, ticket_vista
from tests.actors.cena import ADMIN, EMPRESA, Cena

MINUTO: Final = 60_000
HORA: Final = 60 * MINUTO
COMERCIAL: Final = Calendario(
    dias=dict.fromkeys(("seg", "ter", "qua", "qui", "sex"), (("08:00", "12:00"), ("13:00", "18:00"))),
    empresa=True,
)
"""Lunch from twelve to one, by the clock of São Paulo; the whole empresa's."""
SEGUNDA: Final = "2026-01-05T11:59:59.999Z"
"""A Monday, the moment before nine o'clock in São Paulo: the first ticket is of nine o'clock."""


class CenaSla(Cena):
    def __init__(self, quando: str = SEGUNDA) -> None:
        super().__init__()
        self.ate(quando)
        self.ana = self.atendente("ana", capacidade=100)

    def ate(self, quando: str) -> None:
        """The clock goes on until then."""
        self.mundo.avancar(ms_de(quando) - self.clock.now())

    def documento(self, tipo: str, documento: Parte, nome: str = "Um") -> str:
        dados = msgspec.json.encode(documento).decode()
        return self.pedir(CriarDocumento(quem=ADMIN, tipo=tipo, nome=nome, dados=dados)).id

    def regravar(self, tipo: str, id_: str, documento: Parte, nome: str = "Um") -> None:
        dados = msgspec.json.encode(documento).decode()
        self.pedir(GravarDocumento(quem=ADMIN, tipo=tipo, documento_id=id_, nome=nome, dados=dados))

    def excluir(self, tipo: str, id_: str) -> None:
        self.pedir(ExcluirDocumento(quem=ADMIN, tipo=tipo, documento_id=id_))

    def politica(self, nome: str = "Um", **campos: Any) -> str:
        return self.documento(POLITICA_SLA.tipo, PoliticaSla(**campos), nome)

    def calendario(self, calendario: Calendario = COMERCIAL, nome: str = "Um") -> str:
        return self.documento(CALENDARIO.tipo, calendario, nome)

    def feriado(self, **campos: Any) -> str:
        return self.documento(FERIADO.tipo, Feriado(**campos))

    def responder(self, ticket_id: str) -> None:
        self.pedir(EnviarMensagem(quem=Quem(EMPRESA, self.ana, "atendente"), ticket_id=ticket_id, conteudo="Já vi"))

    def prioridade(self, ticket_id: str, prioridade: Any) -> None:
        self.pedir(AtualizarTicket(quem=ADMIN, ticket_id=ticket_id, prioridade=prioridade))

    def reabrir(self, ticket_id: str) -> None:
        self.pedir(ReabrirTicket(quem=ADMIN, ticket_id=ticket_id))

    def vista(self, ticket_id: str) -> TicketVista:
        return ticket_vista(self.ver(ticket_id))

    def prazos(self, ticket_id: str) -> tuple[str | None, str | None, str | None]:
        """First answer, next answer, resolution: hours and minutes of the day (UTC), with the day if it is another."""
        vista = self.vista(ticket_id)
        hoje = (iso_or_none(self.clock.now()) or "")[:10]
        prazos = (vista.prazo_primeira_resposta, vista.prazo_proxima_resposta, vista.prazo_resolucao)
        return tuple(None if um is None else um[11:16] if um[:10] == hoje else um[:16] for um in prazos)  # type: ignore[return-value]

    def ditos(self, ticket_id: str | None = None) -> list[tuple[Any, ...]]:
        """What was told, in order: the target, at how many percent (None: missed), and whether late."""
        eventos = (row for row in self.loja.eventos if row.tipo in {"sla_alerta", "sla_violado"})
        lidos = [(row, msgspec.json.decode(row.dados)) for row in sorted(eventos, key=lambda row: row.seq)]
        return [
            (dados["alvo"], dados.get("porcento"), dados["atrasado"])
            for row, dados in lidos
            if ticket_id in {None, row.ticket_id}
        ]

    def desfechos(self, ticket_id: str) -> dict[str, str]:
        """How each target ended, as the log says."""
        eventos = sorted(self.loja.eventos, key=lambda row: row.seq)
        mudancas = (msgspec.json.decode(row.mudancas) for row in eventos if row.mudancas and row.ticket_id == ticket_id)
        return {campo: depois for uma in mudancas for campo, (_, depois) in uma.items() if campo.startswith("sla")}
