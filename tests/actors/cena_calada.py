"""A stage on which somebody says nothing: rules of silence, calendars, a canal by which a contact is warned."""

from __future__ import annotations

import json
from typing import Any, Final

import msgspec

from actors.documentos.comandos import CriarDocumento, ExcluirDocumento, GravarDocumento
from actors.ticket.comandos import EnviarMensagem
from engine.calendario.modelo import Calendario
from engine.documentos.especies import CALENDARIO, REGRA_DE_SILENCIO
from engine.modelo import EventoRow, MensagemRow, Quem
from engine.politica.modelo import Parte
from engine.silencio.modelo import RegraDeSilencio
from engine.tempo import ms_de
from tests.actors.cena import ADMIN, EMPRESA
from tests.actors.cena_canal import CenaDeCanal

MINUTO: Final = 60_000
HORA: Final = 60 * MINUTO
DIA: Final = 24 * HORA
COMERCIAL: Final = Calendario(
    dias=dict.fromkeys(("seg", "ter", "qua", "qui", "sex"), (("08:00", "12:00"), ("13:00", "18:00"))),
    empresa=True,
)
"""Lunch from twelve to one, by the clock of São Paulo (UTC-3); the whole empresa's."""
AVISO: Final = RegraDeSilencio(
    aviso_apos_segundos=600, aviso_texto="Ainda está aí?", encerrar_apos_segundos=300, status_final="RESOLVIDO"
)
"""Ten minutes, and five more."""


class CenaCalada(CenaDeCanal):
    """``ana`` has room for all, and ``ticket()`` is one that a contact began, that she has, and has answered."""

    def __init__(self, tipo: Any = "webchat") -> None:
        super().__init__(tipo)
        self.ana = self.atendente("ana", capacidade=100)

    def ate(self, quando: str) -> None:
        """The clock goes on until then."""
        self.mundo.avancar(ms_de(quando) - self.clock.now())

    def pular(self, ms: int) -> None:
        """The node is down for so long."""
        self.mundo.fechar()
        self.clock.advance_to(self.clock.now() + ms)
        self.reiniciar()
        self.mundo.avancar(1)

    # -- documents -----------------------------------------------------------------------------------------------------

    def regra(self, regra: RegraDeSilencio = AVISO, nome: str = "Um") -> str:
        return self._documento(REGRA_DE_SILENCIO.tipo, regra, nome)

    def calendario(self, calendario: Calendario = COMERCIAL, nome: str = "Um") -> str:
        return self._documento(CALENDARIO.tipo, calendario, nome)

    def _documento(self, tipo: str, documento: Parte, nome: str) -> str:
        dados = msgspec.json.encode(documento).decode()
        return self.pedir(CriarDocumento(quem=ADMIN, tipo=tipo, nome=nome, dados=dados)).id

    def regravar(self, id_: str, regra: RegraDeSilencio, nome: str = "Um") -> None:
        dados, tipo = msgspec.json.encode(regra).decode(), REGRA_DE_SILENCIO.tipo
        self.pedir(GravarDocumento(quem=ADMIN, tipo=tipo, documento_id=id_, nome=nome, dados=dados))

    def excluir_regra(self, id_: str) -> None:
        self.pedir(ExcluirDocumento(quem=ADMIN, tipo=REGRA_DE_SILENCIO.tipo, documento_id=id_))

    # -- a conversation ------------------------------------------------------------------------------------------------

    def atendida(self, *, respondida: bool = True) -> str:
        """The contact has written; ``respondida``: and Ana has answered, so that it owes an answer."""
        ticket = self.escreve().ticket_id
        assert self.dono(ticket) == self.ana
        if respondida:
            self.diz(ticket)
        return ticket

    def diz(self, ticket: str, quem: str | None = None, texto: str = "Pode confirmar?") -> MensagemRow:
        de = Quem(EMPRESA, quem or self.ana, "atendente")
        return self.pedir(EnviarMensagem(quem=de, ticket_id=ticket, conteudo=texto))

    # -- what came of it -----------------------------------------------------------------------------------------------

    def automaticas(self, ticket: str) -> list[str]:
        """What was said by nobody."""
        rows = [row for row in self.loja.de(MensagemRow, EMPRESA) if row.ticket_id == ticket]
        ditas = (row for row in rows if row.direcao == "enviada" and row.remetente_id is None)
        return [row.conteudo for row in sorted(ditas, key=lambda row: row.seq) if row.conteudo != "olá"]

    def desfechos(self, ticket: str) -> list[tuple[str, str | None]]:
        """What the history says came of silence, and by which rule."""
        todas = [(um, json.loads(um.mudancas or "{}")) for um in self.eventos() if um.ticket_id == ticket]
        return [(um["silencio"][1], um.get("regraDeSilencio", (None, None))[1]) for _, um in todas if "silencio" in um]

    def encerrado(self, ticket: str) -> EventoRow | None:
        return next((um for um in self.eventos("ticket_encerrado") if um.ticket_id == ticket), None)
