"""The simulation: a discrete-event loop (one heap of what is to come) around the Distribuidor, in virtual time.

It has no clock and no chance of its own: what comes is handed in, and everything else follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Final, Literal

from msgspec import Struct

from engine.estados import assumir, encerrar
from engine.modelo import TicketRow
from engine.simulacao.contagem import ContagemDaFila, ContagemDoAtendente
from engine.simulacao.sala import Sala
from engine.simulacao.trafego import Chegada
from engine.simulacao.turnos import Presenca

POR_FATIA: Final = 1_000
"""Tickets between two looks at how far it has come."""

_FIM_DO_ATENDIMENTO: Final = 0
_FIM_DA_PACIENCIA: Final = 1

Fato = tuple[int, int, Literal[0, 1], "_Vivo"]
"""When, its number among all (so that what comes at once has an order), what, and of which ticket."""


class _Vivo(Struct):
    """A ticket that waits, or that an agent has (``dono``, by its place)."""

    chegada: Chegada
    row: TicketRow
    conta: bool
    dono: int | None = None


class Contagens(Struct, frozen=True):
    """Where it is counted: of all, of each fila, and of each agent, by their places."""

    total: ContagemDaFila
    filas: list[ContagemDaFila]
    atendentes: list[ContagemDoAtendente]

    def recomecar(self, now: int) -> None:
        """What was over time counts from ``now`` on."""
        for um in self.atendentes:
            um.recomecar(now)
        for fila in (self.total, *self.filas):
            fila.recomecar(now)

    def fechar(self, now: int) -> None:
        for um in self.atendentes:
            um.ate(now)
        for fila in (self.total, *self.filas):
            fila.na_fila.ate(now)


class Simulacao:
    """``chegadas`` and ``presencas`` are in order of time, from ``inicio`` on. What comes before ``conta_desde`` is not
    counted. It ends at ``fim`` (all ms), or when ``tickets`` have come.
    """

    def __init__(
        self,
        sala: Sala,
        chegadas: Iterable[Chegada],
        presencas: Iterable[Presenca],
        contagens: Contagens,
        inicio: int,
        conta_desde: int,
        fim: int,
        tickets: int,
    ) -> None:
        self._sala = sala
        self._chegadas, self._presencas = iter(chegadas), iter(presencas)
        self._contagens = contagens
        self._conta_desde, self._fim = conta_desde, fim
        self._tickets = tickets
        self._a_vir: list[Fato] = []
        self._fatos = 0
        self._vivos: dict[str, _Vivo] = {}
        self._inicio = self.now = inicio

    def correr(self) -> Iterator[float]:
        """To the end; yields now and then how much is done (0 to 1), so that the caller can say so, or stop."""
        duracao = self._fim - self._inicio
        presenca = next(self._presencas, None)
        for numero, chegada in enumerate(self._chegadas, 1):
            while presenca is not None and presenca.em <= chegada.em:
                self._mudou_a_presenca(presenca)
                presenca = next(self._presencas, None)
            self._passar_ate(chegada.em)
            self._chegou(numero, chegada)
            if numero == self._tickets:
                self._contagens.fechar(self.now)
                return
            if numero % POR_FATIA == 0:
                yield max((self.now - self._inicio) / duracao, numero / self._tickets)
        while presenca is not None and presenca.em < self._fim:
            self._mudou_a_presenca(presenca)
            presenca = next(self._presencas, None)
        self._passar_ate(self._fim)
        self._contagens.fechar(self.now)

    def _passar_ate(self, em: int) -> None:
        """Whatever falls due by then happens."""
        a_vir, sala = self._a_vir, self._sala
        while True:
            prazo = sala.proximo_prazo()
            if a_vir and a_vir[0][0] <= em and (prazo is None or a_vir[0][0] <= prazo):
                self._aconteceu(*heappop(a_vir))
            elif prazo is not None and prazo <= em:
                self._ir_a(prazo)
                sala.avancar(prazo)
                self._dar()
            else:
                break
        self._ir_a(em)

    def _aconteceu(self, quando: int, _: int, fato: Literal[0, 1], vivo: _Vivo) -> None:
        self._ir_a(quando)
        if fato == _FIM_DO_ATENDIMENTO:
            self._terminou(vivo)
        elif vivo.dono is None:
            self._desistiu(vivo)

    def _ir_a(self, em: int) -> None:
        if self.now < self._conta_desde <= em:
            self._contagens.recomecar(self._conta_desde)
        self.now = em

    def _depois(self, em: int, fato: Literal[0, 1], vivo: _Vivo) -> None:
        self._fatos += 1
        heappush(self._a_vir, (em, self._fatos, fato, vivo))

    def _chegou(self, numero: int, chegada: Chegada) -> None:
        row = self._sala.chegou(numero, chegada)
        vivo = self._vivos[row.id] = _Vivo(chegada, row, chegada.em >= self._conta_desde)
        if vivo.conta:
            self._contagens.total.chegou()
            self._contagens.filas[chegada.fila].chegou()
        self._dar(agora=vivo)
        if vivo.dono is None:
            self._na_fila(chegada.fila, 1)
            if chegada.paciencia is not None:
                self._depois(chegada.em + chegada.paciencia, _FIM_DA_PACIENCIA, vivo)

    def _dar(self, agora: _Vivo | None = None) -> None:
        """Who is given a ticket takes it. ``agora`` came this very moment, and is in no line yet."""
        now, contagens = self.now, self._contagens
        for ticket_id, lugar in self._sala.dados():
            vivo = self._vivos[ticket_id]
            chegada = vivo.chegada
            antes, vivo.row = vivo.row, assumir(vivo.row, self._sala.atendente(lugar), forcado=False, now=now)
            vivo.dono = lugar
            self._sala.mudou(antes, vivo.row, now)
            self._depois(now + chegada.duracao, _FIM_DO_ATENDIMENTO, vivo)
            contagens.atendentes[lugar].tomou(chegada.fila, now, conta=vivo.conta)
            if vivo is not agora:
                self._na_fila(chegada.fila, -1)
            if vivo.conta:
                contagens.total.atendido(now - chegada.em, na_hora=vivo is agora)
                contagens.filas[chegada.fila].atendido(now - chegada.em, na_hora=vivo is agora)

    def _terminou(self, vivo: _Vivo) -> None:
        assert vivo.dono is not None
        self._contagens.atendentes[vivo.dono].soltou(self.now)
        del self._vivos[vivo.row.id]
        self._sala.mudou(vivo.row, encerrar(vivo.row, "RESOLVIDO", self.now), self.now)
        self._dar()

    def _desistiu(self, vivo: _Vivo) -> None:
        fila = vivo.chegada.fila
        del self._vivos[vivo.row.id]
        self._na_fila(fila, -1)
        self._sala.mudou(vivo.row, encerrar(vivo.row, "FECHADO", self.now), self.now)
        if vivo.conta:
            self._contagens.total.desistiu(self.now - vivo.chegada.em)
            self._contagens.filas[fila].desistiu(self.now - vivo.chegada.em)
        self._dar()

    def _mudou_a_presenca(self, presenca: Presenca) -> None:
        self._passar_ate(presenca.em)
        contagem = self._contagens.atendentes[presenca.atendente]
        contagem.ate(self.now)
        contagem.presente = presenca.presente
        self._sala.presenca(presenca.atendente, self.now, presente=presenca.presente)
        self._dar()

    def _na_fila(self, fila: int, quanto: int) -> None:
        self._contagens.total.na_fila.mudar(quanto, self.now)
        self._contagens.filas[fila].na_fila.mudar(quanto, self.now)
