"""The rules of silence of an empresa: which holds for a ticket, and what comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from engine import estados
from engine.calendario.agenda import SEMPRE, Agenda
from engine.documentos.especies import CALENDARIO, FERIADO, REGRA_DE_SILENCIO
from engine.modelo import TicketRow
from engine.politica.da_fila import politica_de
from engine.silencio import atendente, contato
from engine.silencio.estado import Silencio
from engine.silencio.modelo import RegraDeSilencio
from engine.silencio.regra import EmVigor, Onde, escolher

if TYPE_CHECKING:
    from actors.diretorio.empresa_viva import EmpresaViva

LEMBRADAS: Final = 10_000
"""Pairs of fila and canal of which it is remembered which rule holds."""
ATRASO_MS: Final = 60_000
"""So late something is done without asking whether these are hours that count: it may fall due at their end."""


class Silencios:
    """Worked out when first asked for, and thrown away whenever what it is made of has changed. An empresa without
    rules pays one look at each message.

    ``do_contato``: whether anything comes of a contact's silence, anywhere.
    """

    __slots__ = ("_lembradas", "_regras", "_viva", "do_contato")

    def __init__(self, viva: EmpresaViva) -> None:
        self._viva = viva
        self._regras: tuple[EmVigor, ...] = ()
        self._lembradas: dict[tuple[str, str | None], EmVigor | None] = {}
        self.do_contato = False
        self._reler()
        for especie in (REGRA_DE_SILENCIO, CALENDARIO, FERIADO):
            viva.documentos.avisar(especie.tipo, self.mudou)

    def mudou(self) -> None:
        """A rule, a calendar, or what a rule holds for has changed: open tickets follow, a slice at a time."""
        havia = self.do_contato
        self._reler()
        if self.do_contato or havia:
            self._viva.rever_sla()

    def _reler(self) -> None:
        rows, documentos = self._viva.documentos.rows(REGRA_DE_SILENCIO.tipo), self._viva.documentos
        lidas = documentos.de(REGRA_DE_SILENCIO).items() if rows else ()
        self._regras = tuple(EmVigor(id_, rows[id_].nome, regra) for id_, regra in lidas)
        self._lembradas = {}
        self.do_contato = any(um.regra.ativa and um.regra.do_contato for um in self._regras)

    # -- which rule holds ----------------------------------------------------------------------------------------------

    def regra_de(self, row: TicketRow) -> EmVigor | None:
        if not self._regras:
            return None
        chave, lembradas = (row.fila_id, row.canal_id), self._lembradas
        if chave not in lembradas:
            if len(lembradas) >= LEMBRADAS:
                lembradas.clear()
            lembradas[chave] = escolher(self._regras, self._onde(*chave))
        return lembradas[chave]

    def _onde(self, fila_id: str, canal_id: str | None) -> Onde:
        diretorio = self._viva.diretorio
        tipo = None if canal_id is None else diretorio.tipo_do_canal(canal_id)
        return Onde(fila_id, diretorio.participacao.servidas.com(fila_id), canal_id, tipo)

    def agenda(self, row: TicketRow, em_vigor: EmVigor | None) -> Agenda:
        """The hours that a rule counts: those of the ticket's fila, or all."""
        util = em_vigor is not None and em_vigor.regra.tempo == "util"
        return self._viva.calendarios.da_fila(row.fila_id) if util else SEMPRE

    def quando(self, row: TicketRow, em_vigor: EmVigor, vence: int, now: int) -> int | None:
        """When something is done that was due at ``vence``: ``now``, or, of what is late, when hours begin that count.
        None: there are no such hours.
        """
        return now if now - vence <= ATRASO_MS else self.agenda(row, em_vigor).proxima_abertura(now)

    # -- what comes of it ----------------------------------------------------------------------------------------------

    def em_dia(self, row: TicketRow, now: int) -> TicketRow:
        """As it is to be kept: put off, only while it is PENDENTE; a contact's silence with when something comes of it,
        as the rule says that holds for it now. ``row`` itself, if it is so.
        """
        if row.adiamento is not None and row.status != "PENDENTE":
            row = self._acordado(row, now)
        silencio = None if row.silencio is None else self._calado(row, row.silencio, now)
        return row if silencio is row.silencio else replace(row, silencio=silencio)

    def _calado(self, row: TicketRow, silencio: Silencio, now: int) -> Silencio | None:
        if not self.do_contato or not estados.aberto(row.status):
            return None
        if not contato.corre(row):
            return contato.parar(silencio, now)
        em_vigor = self.regra_de(row)
        agenda = self.agenda(row, em_vigor)
        return contato.com_prazo(contato.retomar(silencio, agenda, now), _da(em_vigor), agenda)

    def _acordado(self, row: TicketRow, now: int) -> TicketRow:
        """Whoever owed the contact an answer when it was put off owes it again, from now."""
        deve = row.adiamento is not None and row.adiamento.deve
        row = replace(row, adiamento=None)
        return self.com_resposta_devida(row, now) if deve else row

    def com_resposta_devida(self, row: TicketRow, now: int) -> TicketRow:
        """The contact waits for its owner from now on, if anything comes of that. What was forced on somebody stays."""
        fila = None if row.forcado or row.status != "EM_ANDAMENTO" else self._viva.diretorio.fila_row(row.fila_id)
        if fila is None:
            return row
        em_vigor = self.regra_de(row)
        ate = atendente.responder_ate(_da(em_vigor), politica_de(fila), self.agenda(row, em_vigor), now)
        return row if ate is None else estados.em_silencio(row, ate)

    def regra_do_atendente(self, row: TicketRow) -> EmVigor | None:
        """The rule that says how long an owner may be silent; None: the fila's policy does, or nobody."""
        em_vigor = self.regra_de(row)
        return None if em_vigor is None or em_vigor.regra.devolver_apos_segundos is None else em_vigor

    def perde_quem_cala(self, row: TicketRow) -> bool:
        """Whether an owner who does not answer loses it, as the rules are now."""
        fila = self._viva.diretorio.fila_row(row.fila_id)
        politica = None if fila is None else politica_de(fila)
        return bool(atendente.segundos(_da(self.regra_de(row)), politica))

    # -- reopening -----------------------------------------------------------------------------------------------------

    def janela_de_reabertura(self, row: TicketRow) -> int:
        """How long after RESOLVIDO a contact's message reopens it, in ms."""
        em_vigor = self.regra_de(row)
        segundos = None if em_vigor is None else em_vigor.regra.janela_reabertura_segundos
        return self._viva.ajustes.janela_reabertura if segundos is None else segundos * 1000

    def maior_janela(self) -> int:
        """The longest of these that there is, in ms: what was resolved before that does not reopen."""
        janelas = ((um.regra.janela_reabertura_segundos or 0) * 1000 for um in self._regras)
        return max(self._viva.ajustes.janela_reabertura, *janelas, 0)


def _da(em_vigor: EmVigor | None) -> RegraDeSilencio | None:
    return None if em_vigor is None else em_vigor.regra
