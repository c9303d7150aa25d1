"""How long something takes by a calendar: business time added to an instant, and counted between two.

What is counted are real milliseconds that pass while it is open. Let ``P(t)`` be how long it was open before ``t``; it
never falls, and stands still while it is closed. Then ``entre(a, b)`` is ``P(b) - P(a)``, and ``somar(t, d)`` is

- for ``d > 0`` the first instant at which ``P`` has grown by ``d``: what ends with the working day is due when it
  closes, not when it opens again;
- for ``d < 0`` the last instant from which ``P`` has grown by ``-d`` up to ``t``: what begins with the working day
  begins when it opens, not when it closed the day before;
- for ``d = 0`` the instant itself, open or not.

So ``somar`` never falls when either argument grows, ``entre(t, somar(t, d)) == d``, and to go back by what was added
ends at ``t`` or where, after it, it opened next: nothing is open in between.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec
from msgspec.structs import replace

from engine.calendario.blocos import BITS, Bloco, montar
from engine.calendario.dias import Dias
from engine.calendario.feriados import contam
from engine.calendario.modelo import Calendario, Feriado
from engine.calendario.somas import Somas
from engine.parede import UM_DIA

_PRIMEIRO: Final = 0
_ULTIMO: Final = 4_133_980_800_000 >> BITS
"""The blocks from 1970 to the one in which 2101 begins: outside of these nothing is looked for."""
_BLOCOS_MAXIMO: Final = 16
_AGENDAS_MAXIMO: Final = 1024
_DURACOES_MAXIMO: Final = 32
"""Durations of which it is remembered where the last one led: policies promise a few, and ask for those again."""

_Salto = tuple[int, int, int, int]
"""``(de, ate, vezes, mais)``: from an instant of ``[de, ate)`` a duration leads to ``vezes * instante + mais``. Of what
is open at both ends all move on together; of what is closed at the first all lead to the same.
"""


class Agenda:
    """What :func:`agenda_de` gives: answers in the time of a few binary searches, from blocks put together when they
    are first asked for. It may be asked from any thread: what it remembers is replaced, never changed.
    """

    __slots__ = ("_blocos", "_dias", "_fim", "_fuso", "_inicio", "_saltos", "_sempre", "_somas")

    def __init__(self, calendario: Calendario, feriados: Iterable[Feriado]) -> None:
        self._fuso = calendario.fuso
        self._dias = Dias(calendario, feriados)
        self._sempre = self._dias.sempre_iguais()
        primeiro, ultimo = _limites(self._dias)
        self._inicio, self._fim = primeiro << BITS, ultimo << BITS
        self._blocos: dict[int, Bloco] = {}
        self._saltos: dict[int, _Salto] = {}  # by duration: mostly it is asked of the present
        self._somas = Somas(lambda numero: self._bloco(numero).total, primeiro, ultimo)

    def somar(self, instante: int, duracao: int) -> int | None:
        """The instant that is ``duracao`` ms of business time after this one, or before it if that is negative; see
        above which of those it is. None: it is not open for so long between 1970 and 2100.

        Raises ZoneInfoNotFoundError: this machine does not know the zone.
        """
        salto = self._saltos.get(duracao)
        if salto is not None and salto[0] <= instante < salto[1]:
            return salto[2] * instante + salto[3]
        if self._sempre or duracao == 0:
            return instante + duracao
        if duracao > 0:
            return self._depois(max(instante, self._inicio), duracao)
        return self._antes(min(instante, self._fim), -duracao)

    def entre(self, de: int, ate: int) -> int:
        """The ms for which it is open from ``de`` to ``ate``; negative if that is before ``de``."""
        if self._sempre:
            return ate - de
        de, ate = self._dentro(de), self._dentro(ate)
        um, outro = de >> BITS, ate >> BITS
        entre_blocos = self._somas.entre(um, outro) if um != outro else 0
        return entre_blocos + self._bloco(outro).feito(ate) - self._bloco(um).feito(de)

    def aberto(self, instante: int) -> bool:
        """Whether it is open at that instant; at the one at which it closes it is not."""
        if self._sempre:
            return True
        return self._inicio <= instante < self._fim and self._bloco(instante >> BITS).aberto(instante)

    def proxima_abertura(self, instante: int) -> int | None:
        """The first instant from this one on at which it is open: itself if it is. None: there is none."""
        depois = self.somar(instante, 1)
        return None if depois is None else depois - 1

    def _depois(self, instante: int, duracao: int) -> int | None:
        if duracao > self._fim - instante:
            return None
        numero = instante >> BITS
        bloco = ultimo = self._bloco(numero)
        feito = bloco.feito(instante) + duracao
        if feito > bloco.total:
            achado = self._somas.depois(numero, feito)
            if achado is None:
                return None
            ultimo, feito = self._bloco(achado[0]), achado[1]
        prazo = ultimo.primeiro(feito)
        self._lembrar(duracao, _salto(bloco, numero, instante, ultimo, prazo))
        return prazo

    def _lembrar(self, duracao: int, salto: _Salto) -> None:
        outros = self._saltos if len(self._saltos) < _DURACOES_MAXIMO else {}
        self._saltos = {**outros, duracao: salto}

    def _antes(self, instante: int, duracao: int) -> int | None:
        if duracao > instante - self._inicio:
            return None
        numero = instante >> BITS
        bloco = self._bloco(numero)
        falta = duracao - bloco.feito(instante)
        if falta <= 0 and -falta < bloco.total:
            return bloco.ultimo(-falta)
        achado = self._somas.antes(numero, falta)
        return None if achado is None else self._bloco(achado[0]).ultimo(achado[1])

    def _dentro(self, instante: int) -> int:
        return min(max(instante, self._inicio), self._fim)

    def _bloco(self, numero: int) -> Bloco:
        bloco = self._blocos.get(numero)
        if bloco is None:
            bloco = montar(self._fuso, self._dias, numero)
            outros = self._blocos if len(self._blocos) < _BLOCOS_MAXIMO else {}
            self._blocos = {**outros, numero: bloco}
        return bloco


def _salto(bloco: Bloco, numero: int, instante: int, ultimo: Bloco, prazo: int) -> _Salto:
    """What is known of others like it when ``instante``, of a block, leads to ``prazo``, of the last."""
    if not bloco.aberto(instante):
        fechou, abre = bloco.vao(instante)
        de = numero << BITS if fechou is None else fechou
        return de, (numero + 1) << BITS if abre is None else abre, 0, prazo
    de, ate = bloco.trecho(instante)
    abriu, fecha = ultimo.trecho(prazo - 1)
    return instante - min(instante - de, prazo - 1 - abriu), min(ate, instante + fecha - prazo + 1), 1, prazo - instante


def agenda_de(calendario: Calendario, feriados: Iterable[Feriado] = ()) -> Agenda:
    """The one of this calendar, which is without problems, and of those of the empresa's holidays that count in it.
    Equal ones have the same; the latest are remembered. It takes longer than to ask the agenda: keep what it gives.
    """
    onde_vale = replace(calendario, empresa=False, equipes=(), filas=())
    contados = sorted(_escrito(um) for um in contam(calendario, feriados))
    return _agenda(_escrito(onde_vale), tuple(contados))


@lru_cache(maxsize=_AGENDAS_MAXIMO)
def _agenda(calendario: bytes, feriados: tuple[bytes, ...]) -> Agenda:
    lidos = [msgspec.json.decode(um, type=Feriado) for um in feriados]
    return Agenda(msgspec.json.decode(calendario, type=Calendario), lidos)


def _escrito(documento: Calendario | Feriado) -> bytes:
    return msgspec.json.encode(documento, order="deterministic")


def _limites(dias: Dias) -> tuple[int, int]:
    """The first block that is looked at, and the one before which it ends."""
    limites = dias.limites()
    if limites is None:
        return _PRIMEIRO, _ULTIMO
    inicio, fim = ((dia * UM_DIA) >> BITS for dia in limites)
    return inicio - 1, fim + 2


SEMPRE: Final = agenda_de(Calendario(sempre=True))
"""Day and night: business time is time."""
