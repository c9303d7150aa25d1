"""Lanes: the messages of one contact go one after the other, those of different contacts side by side.

A lane has one job under way at most. Lanes that have something to do and may are served in turn (round robin), so a
contact with a thousand messages waits behind one with a single message; what waits for a time sleeps on a heap. Taking
a job costs O(log n) in the lanes that sleep, and nothing in those that wait.

Not all of a lane need be here: what is here are its first jobs, and it knows that there are more (``mais``) in the
store. One that runs low asks to be read on; one that stands still (it sleeps, or its head is in doubt) can leave
altogether when room is needed, and is read again when its time comes. Nothing of a lane ever passes what is before it.

Instants are milliseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from itertools import islice
from typing import Final, Generic, Protocol, TypeVar

from engine.envios.politica import Ritmo

_NS: Final = 1_000_000
POR_RAIA: Final = 50
"""Jobs of one lane that are here at most."""
POUCOS: Final = 12
"""With so few left, a lane of which there is more is read on."""


Lugar = tuple[int, str]
"""A place in line."""


class ItemDeRaia(Protocol):
    """What stands in a lane. ``nao_antes``: not before then; 0: at once. ``lugar``: its place in line."""

    @property
    def id(self) -> str: ...
    @property
    def raia(self) -> str: ...
    @property
    def nao_antes(self) -> int: ...
    @property
    def lugar(self) -> Lugar: ...


I = TypeVar("I", bound=ItemDeRaia)  # noqa: E741  # an item


class _Raia(Generic[I]):
    """``cheio_em``: when the contact's bucket is full again (ns). ``ate``: nothing of it is taken before then, whatever
    stands at its head. ``na_vez``: it is among those that are served next. ``mais``: there may be more of it in the
    store, after what is here. ``lendo``: that is being read.
    """

    __slots__ = ("ate", "chave", "cheio_em", "em_curso", "fila", "lendo", "mais", "na_vez")

    def __init__(self, chave: str) -> None:
        self.chave = chave
        self.fila: list[I] = []  # short; and an empty one takes a tenth of what a deque does
        self.em_curso: I | None = None
        self.cheio_em = 0
        self.ate = 0
        self.na_vez = self.mais = self.lendo = False


class Raias(Generic[I]):
    """The lanes of one canal. ``canal_ate``: nothing at all is taken before then. ``por_raia``: so many of a lane are
    here at most.
    """

    def __init__(self, ritmo: Ritmo) -> None:
        self._ritmo = ritmo
        self._raias: dict[str, _Raia[I]] = {}
        self._vez: deque[_Raia[I]] = deque()
        self._dormem: list[tuple[int, int, _Raia[I]]] = []
        self._paradas: dict[str, _Raia[I]] = {}
        self._por_ler: dict[str, None] = {}
        self._de: dict[str, _Raia[I]] = {}
        self._n = 0
        self._canal_cheio_em = 0
        self.canal_ate = 0
        self.por_raia = POR_RAIA

    def __contains__(self, id_: str) -> bool:
        return id_ in self._de

    def __len__(self) -> int:
        """How many are here, under way or not."""
        return len(self._de)

    @property
    def lembradas(self) -> int:
        """How many lanes are known, though all of them be in the store."""
        return len(self._raias)

    def todos(self) -> list[I]:
        """All that are here, each lane in its order."""
        return [
            item
            for raia in self._raias.values()
            for item in (*([] if raia.em_curso is None else [raia.em_curso]), *raia.fila)
        ]

    def em_curso(self) -> Iterator[I]:
        """Those that are under way."""
        for id_, raia in self._de.items():
            if raia.em_curso is not None and raia.em_curso.id == id_:
                yield raia.em_curso

    def raia_de(self, id_: str) -> str:
        """The lane in which one stands that is here."""
        return self._de[id_].chave

    def achar(self, id_: str) -> I | None:
        raia = self._de.get(id_)
        if raia is None:
            return None
        if raia.em_curso is not None and raia.em_curso.id == id_:
            return raia.em_curso
        return next((item for item in raia.fila if item.id == id_), None)

    # -- coming and going --------------------------------------------------------------------------------------------

    def por(self, item: I) -> bool:
        """In its lane, at its place, which nearly always is the end. If not all of the lane is here, or too much of it,
        what comes at its end stays in the store. Tells whether it is here.
        """
        if self.recusa(item.raia, item.lugar):
            return False
        self._chamar(self._inserir(item))
        return True

    def recusa(self, chave: str, lugar: Lugar) -> bool:
        """Whether what comes next in a lane is to stay in the store: it is remembered then that it is there. What comes
        before something that is here does not: it is done again.
        """
        raia = self._raias.get(chave)
        if raia is None or not (raia.mais or raia.lendo or len(raia.fila) >= self.por_raia):
            return False
        if raia.fila and lugar < raia.fila[-1].lugar:
            return False
        raia.mais = True
        return True

    def _inserir(self, item: I) -> _Raia[I]:
        raia = self._da(item)
        antes = len(raia.fila)
        while antes and raia.fila[antes - 1].lugar > item.lugar:
            antes -= 1
        raia.fila.insert(antes, item)
        return raia

    def por_em_curso(self, item: I) -> None:
        """It is under way already: somebody took it before. Nothing else of its lane may be."""
        raia = self._raias.get(item.raia)
        if raia is not None and raia.em_curso is not None:
            raise ValueError(f"two of {raia.chave} are under way")
        self._da(item).em_curso = item

    def _da(self, item: I) -> _Raia[I]:
        raia = self._de[item.id] = self._de_chave(item.raia)
        return raia

    def _de_chave(self, chave: str) -> _Raia[I]:
        raia = self._raias.get(chave)
        if raia is None:
            raia = self._raias[chave] = _Raia(chave)
        return raia

    def trocar(self, item: I) -> None:
        """What is under way has changed, and is so still."""
        self._de[item.id].em_curso = item

    def devolver(self, item: I, contato_ate: int = 0) -> None:
        """What was under way goes back to the head of its lane, or stands in it already, as it was before; nothing of
        the lane is taken before ``contato_ate``.
        """
        raia = self._de[item.id]
        if raia.em_curso is not None and raia.em_curso.id == item.id:
            raia.em_curso = None
            raia.fila.insert(0, item)
        else:
            raia.fila = [item if um.id == item.id else um for um in raia.fila]
        self._segurar(raia, contato_ate)
        self._chamar(raia)

    def segurar(self, chave: str, ate: int) -> None:
        """Nothing of this lane is taken before then."""
        if ate:
            raia = self._de_chave(chave)
            self._segurar(raia, ate)
            self._chamar(raia)

    def tirar(self, id_: str) -> None:
        """It is done, or is not to be done any more."""
        raia = self._de.pop(id_, None)
        if raia is None:
            return
        if raia.em_curso is not None and raia.em_curso.id == id_:
            raia.em_curso = None
        else:
            raia.fila = [item for item in raia.fila if item.id != id_]
        self._chamar(raia)

    # -- what is in the store ----------------------------------------------------------------------------------------

    def parar(self, id_: str) -> None:
        """What is under way is so for long: what waits behind it may leave."""
        raia = self._de[id_]
        self._paradas[raia.chave] = raia

    def aliviar(self) -> list[I]:
        """Have all leave that waits in lanes that stand still; gives those. They are read again in their time."""
        fora: list[I] = []
        for raia in self._paradas.values():
            if raia.fila:
                fora += raia.fila
                raia.fila, raia.mais = [], True
                self._por_ler.pop(raia.chave, None)
        self._paradas.clear()
        for item in fora:
            del self._de[item.id]
        return fora

    @property
    def quer_ler(self) -> bool:
        """Whether a lane has run low of which there is more."""
        return bool(self._por_ler)

    def ler(self, quantas: int) -> tuple[str, ...]:
        """Lanes whose first jobs are to be read, so many at most; each is followed by :meth:`lida`."""
        chaves = tuple(islice(self._por_ler, quantas))
        for chave in chaves:
            del self._por_ler[chave]
            raia = self._raias[chave]
            raia.lendo, raia.mais = True, False
        return chaves

    def lendo(self, chave: str) -> bool:
        raia = self._raias.get(chave)
        return raia is not None and raia.lendo

    def acrescentar(self, item: I) -> None:
        """One that was read: after those of its lane that are here, but for what is done again."""
        self._inserir(item)

    def lida(self, chave: str, *, mais: bool) -> None:
        """A lane was read. ``mais``: there may be more of it than that."""
        raia = self._raias[chave]
        raia.lendo = False
        raia.mais = raia.mais or mais
        self._chamar(raia)

    def acordar(self, chave: str) -> None:
        """Something has changed in a lane of which nothing is here: it may have another head."""
        raia = self._raias.get(chave)
        if raia is not None and raia.mais and not raia.fila:
            self._chamar(raia)

    def largar_restos(self) -> bool:
        """Know nothing any more of what is not here. Tells whether anything was known."""
        com_resto = [raia for raia in self._raias.values() if raia.mais or raia.lendo]
        for raia in com_resto:
            raia.mais = raia.lendo = False
            self._chamar(raia)
        self._por_ler.clear()
        return bool(com_resto)

    # -- taking ------------------------------------------------------------------------------------------------------

    def tomar(self, agora: int) -> I | None:
        """The next that may be done now; it is under way from here on."""
        if agora < self.canal_ate or self._espera_do_canal(agora):
            return None
        self._acordar(agora)
        while self._vez:
            raia = self._vez.popleft()
            raia.na_vez = False
            item = self._cabeca(raia, agora)
            if item is not None:
                self._gastar(raia, agora)
                return item
        return None

    def _cabeca(self, raia: _Raia[I], agora: int) -> I | None:
        """The head of a lane, taken; None if there is none, or it has to wait: then the lane sleeps."""
        if raia.em_curso is not None or not raia.fila:
            self._chamar(raia)  # all of it may have been taken out since it was called
            return None
        ate = max(raia.fila[0].nao_antes, raia.ate, self._contato_ate(raia, agora))
        if ate > agora:
            self._paradas[raia.chave] = raia
            self._lembrar(raia, ate)
            return None
        item = raia.em_curso = raia.fila.pop(0)
        raia.ate = 0
        if raia.mais and not raia.lendo and len(raia.fila) <= POUCOS:
            self._por_ler[raia.chave] = None
        return item

    def proximo(self, agora: int) -> int | None:
        """When there may be something to take; None: not before something changes."""
        if not self._vez and not self._dormem:
            return None
        ate = agora if self._vez else self._dormem[0][0]
        return max(ate, self.canal_ate, agora + self._espera_do_canal(agora))

    def _acordar(self, agora: int) -> None:
        while self._dormem and self._dormem[0][0] <= agora:
            _, _, raia = heappop(self._dormem)
            if self._raias.get(raia.chave) is not raia:  # it was forgotten meanwhile
                continue
            if raia.ate <= agora:
                raia.ate = 0
            if raia.cheio_em <= agora * _NS:
                raia.cheio_em = 0
            self._chamar(raia)

    def _chamar(self, raia: _Raia[I]) -> None:
        """Have a lane served in its turn, if it has something to do, or read, if there is more of it; else forget it,
        once its bucket is full and the contact need not be left alone.
        """
        if raia.em_curso is not None or raia.na_vez:
            return
        self._paradas.pop(raia.chave, None)
        if raia.fila:
            raia.na_vez = True
            self._vez.append(raia)
        elif raia.lendo:  # it is called again when it was
            return
        elif raia.mais:
            self._por_ler[raia.chave] = None
        elif raia.cheio_em or raia.ate:
            self._lembrar(raia, max(raia.ate, -(-raia.cheio_em // _NS)))
        else:
            self._raias.pop(raia.chave, None)

    def _segurar(self, raia: _Raia[I], ate: int) -> None:
        if ate:
            raia.ate = max(raia.ate, ate)

    def _lembrar(self, raia: _Raia[I], ate: int) -> None:
        """Look at it then."""
        self._n += 1
        heappush(self._dormem, (ate, self._n, raia))

    # -- how fast ------------------------------------------------------------------------------------------------------

    def _espera_do_canal(self, agora: int) -> int:
        """How long until the canal may send again (ms)."""
        taxa = self._ritmo.canal
        if taxa is None:
            return 0
        cheio_em = taxa.tomar(self._canal_cheio_em, agora * _NS)
        return -(-taxa.espera(cheio_em, agora * _NS) // _NS)

    def _contato_ate(self, raia: _Raia[I], agora: int) -> int:
        taxa = self._ritmo.contato
        if taxa is None:
            return 0
        espera = taxa.espera(taxa.tomar(raia.cheio_em, agora * _NS), agora * _NS)
        return agora + -(-espera // _NS) if espera else 0

    def _gastar(self, raia: _Raia[I], agora: int) -> None:
        if self._ritmo.canal is not None:
            self._canal_cheio_em = self._ritmo.canal.tomar(self._canal_cheio_em, agora * _NS)
        if self._ritmo.contato is not None:
            raia.cheio_em = self._ritmo.contato.tomar(raia.cheio_em, agora * _NS)
