"""The simulation: a discrete-event loop (one heap of what is to come) around the Distribuidor, in virtual time.

It has no clock and no chance of its own: what comes is handed in, and everything else follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from typing import Final, Literal

from msgspec import Struct

from engine.estados import assumir, encerrar, transbordar
from engine.modelo import TicketRow
from engine.simulacao.contagem import ContagemDaFila, ContagemDoAtendente
from engine.simulacao.sala import Dado, Sala
from engine.simulacao.trafego import Chegada
from engine.simulacao.turnos import Presenca

POR_FATIA: Final = 1_000
"""Tickets between two looks at how far it has come."""

_FIM_DO_ATENDIMENTO: Final = 0
_FIM_DA_PACIENCIA: Final = 1
_FIM_DO_ARREMATE: Final = 2

Qual = Literal[0, 1, 2]
Fato = tuple[int, int, Qual, "_Vivo"]
"""When, its number among all (so that what comes at once has an order), what, and of which ticket."""


class _Vivo(Struct):
    """A ticket that waits, or that an agent has (``dono``, by its place). ``custo`` is what it takes of an agent, in
    hundredths of a slot.
    """

    chegada: Chegada
    row: TicketRow
    conta: bool
    custo: int
    dono: int | None = None


class Contagens(Struct, frozen=True):
    """Where it is counted: of all, of each fila, and of each agent, by their places."""

    total: ContagemDaFila
    filas: list[ContagemDaFila]
    atendentes: list[ContagemDoAtendente]

    def de(self, fila: int) -> tuple[ContagemDaFila, ContagemDaFila]:
        """Where what happens to a ticket of that fila is counted."""
        return self.total, self.filas[fila]

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
                self._seguir()
            else:
                break
        self._ir_a(em)

    def _aconteceu(self, quando: int, _: int, fato: Qual, vivo: _Vivo) -> None:
        self._ir_a(quando)
        if fato == _FIM_DO_ATENDIMENTO:
            self._terminou(vivo)
        elif fato == _FIM_DO_ARREMATE:
            self._soltou(vivo)
        elif vivo.row.id in self._vivos and vivo.dono is None:
            self._desistiu(vivo)

    def _ir_a(self, em: int) -> None:
        if self.now < self._conta_desde <= em:
            self._contagens.recomecar(self._conta_desde)
        self.now = em

    def _depois(self, em: int, fato: Qual, vivo: _Vivo) -> None:
        self._fatos += 1
        heappush(self._a_vir, (em, self._fatos, fato, vivo))

    def _chegou(self, numero: int, chegada: Chegada) -> None:
        row = self._sala.chegou(numero, chegada)
        vivo = self._vivos[row.id] = _Vivo(chegada, row, chegada.em >= self._conta_desde, self._sala.custo(row))
        if vivo.conta:
            for contagem in self._contagens.de(chegada.fila):
                contagem.chegou()
        self._seguir(agora=vivo)
        if vivo.dono is None and row.id in self._vivos:
            self._na_fila(chegada.fila, 1)
            if chegada.paciencia is not None:
                self._depois(chegada.em + chegada.paciencia, _FIM_DA_PACIENCIA, vivo)

    def _seguir(self, agora: _Vivo | None = None) -> None:
        """What the distribution decides is done. ``agora`` came this very moment, and is in no line yet."""
        for novidade in self._sala.novidades():
            vivo = self._vivos.get(novidade.ticket_id)
            if vivo is None:
                continue
            if isinstance(novidade, Dado):
                self._dado(vivo, novidade.atendente, na_hora=vivo is agora)
            elif vivo.dono is None and vivo.row.fila_id == novidade.fila_id:
                self._encaminhado(vivo, novidade.para, na_hora=vivo is agora)

    def _dado(self, vivo: _Vivo, lugar: int, *, na_hora: bool) -> None:
        now, chegada = self.now, vivo.chegada
        self._muda(vivo, assumir(vivo.row, self._sala.atendente(lugar), forcado=False, now=now))
        vivo.dono = lugar
        self._depois(now + chegada.duracao, _FIM_DO_ATENDIMENTO, vivo)
        self._contagens.atendentes[lugar].tomou(chegada.fila, vivo.custo, now, conta=vivo.conta)
        if not na_hora:
            self._na_fila(chegada.fila, -1)
        if vivo.conta:
            for contagem in self._contagens.de(chegada.fila):
                contagem.atendido(now - chegada.em, na_hora=na_hora)

    def _encaminhado(self, vivo: _Vivo, para: str | None, *, na_hora: bool) -> None:
        """It overflows to another fila, or is closed there and then."""
        contagens = self._contagens.de(vivo.chegada.fila) if vivo.conta else ()
        if para is not None:
            self._muda(vivo, transbordar(vivo.row, para, self.now))
            for contagem in contagens:
                contagem.transbordou()
            return
        del self._vivos[vivo.row.id]
        if not na_hora:
            self._na_fila(vivo.chegada.fila, -1)
        self._muda(vivo, encerrar(vivo.row, "FECHADO", self.now))
        for contagem in contagens:
            contagem.encerrado(self.now - vivo.chegada.em)

    def _muda(self, vivo: _Vivo, depois: TicketRow) -> None:
        antes, vivo.row = vivo.row, depois
        self._sala.mudou(antes, depois, self.now)

    def _terminou(self, vivo: _Vivo) -> None:
        del self._vivos[vivo.row.id]
        ate = self._sala.resolvido(vivo.row, encerrar(vivo.row, "RESOLVIDO", self.now), self.now)
        if ate > self.now:
            self._depois(ate, _FIM_DO_ARREMATE, vivo)
        else:
            self._soltou(vivo)
        self._seguir()

    def _soltou(self, vivo: _Vivo) -> None:
        assert vivo.dono is not None
        self._contagens.atendentes[vivo.dono].soltou(vivo.custo, self.now)

    def _desistiu(self, vivo: _Vivo) -> None:
        fila = vivo.chegada.fila
        del self._vivos[vivo.row.id]
        self._na_fila(fila, -1)
        self._muda(vivo, encerrar(vivo.row, "FECHADO", self.now))
        if vivo.conta:
            for contagem in self._contagens.de(fila):
                contagem.desistiu(self.now - vivo.chegada.em)
        self._seguir()

    def _mudou_a_presenca(self, presenca: Presenca) -> None:
        self._passar_ate(presenca.em)
        contagem = self._contagens.atendentes[presenca.atendente]
        contagem.ate(self.now)
        contagem.presente = presenca.presente
        self._sala.presenca(presenca.atendente, self.now, presente=presenca.presente)
        self._seguir()

    def _na_fila(self, fila: int, quanto: int) -> None:
        for contagem in self._contagens.de(fila):
            contagem.na_fila.mudar(quanto, self.now)
