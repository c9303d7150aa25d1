"""Lanes: the messages of one contact go one after the other, those of different contacts side by side.

A lane has one job under way at most. Lanes that have something to do and may are served in turn (round robin), so a
contact with a thousand messages waits behind one with a single message; what waits for a time sleeps on a heap. Taking
a job costs O(log n) in the lanes that sleep, and nothing in those that wait.

Instants are milliseconds.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from heapq import heappop, heappush
from typing import Final, Generic, Protocol, TypeVar

from engine.envios.politica import Ritmo

_NS: Final = 1_000_000


class ItemDeRaia(Protocol):
    """What stands in a lane. ``nao_antes``: not before then; 0: at once. ``lugar``: its place in line."""

    @property
    def id(self) -> str: ...
    @property
    def raia(self) -> str: ...
    @property
    def nao_antes(self) -> int: ...
    @property
    def lugar(self) -> tuple[int, str]: ...


I = TypeVar("I", bound=ItemDeRaia)  # noqa: E741  # an item


class _Raia(Generic[I]):
    """``cheio_em``: when the contact's bucket is full again (ns). ``ate``: nothing of it is taken before then, whatever
    stands at its head. ``na_vez``: it is among those that are served next.
    """

    __slots__ = ("ate", "chave", "cheio_em", "em_curso", "fila", "na_vez")

    def __init__(self, chave: str) -> None:
        self.chave = chave
        self.fila: deque[I] = deque()
        self.em_curso: I | None = None
        self.cheio_em = 0
        self.ate = 0
        self.na_vez = False


class Raias(Generic[I]):
    """The lanes of one canal. ``canal_ate``: nothing at all is taken before then."""

    def __init__(self, ritmo: Ritmo) -> None:
        self._ritmo = ritmo
        self._raias: dict[str, _Raia[I]] = {}
        self._vez: deque[_Raia[I]] = deque()
        self._dormem: list[tuple[int, int, _Raia[I]]] = []
        self._de: dict[str, _Raia[I]] = {}
        self._n = 0
        self._canal_cheio_em = 0
        self.canal_ate = 0

    def __contains__(self, id_: str) -> bool:
        return id_ in self._de

    def __len__(self) -> int:
        """How many are here, under way or not."""
        return len(self._de)

    def todos(self) -> list[I]:
        """All that are here, each lane in its order."""
        return [
            item
            for raia in self._raias.values()
            for item in (*([] if raia.em_curso is None else [raia.em_curso]), *raia.fila)
        ]

    def em_curso(self) -> Iterator[I]:
        """Those that are under way."""
        return (raia.em_curso for raia in self._raias.values() if raia.em_curso is not None)

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

    def por(self, item: I) -> None:
        """In its lane, at its place: behind what stands before it in line, which is nearly always all."""
        raia = self._da(item)
        antes = len(raia.fila)
        while antes and raia.fila[antes - 1].lugar > item.lugar:
            antes -= 1
        raia.fila.insert(antes, item)
        self._chamar(raia)

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
            raia.fila.appendleft(item)
        else:
            raia.fila = deque(item if um.id == item.id else um for um in raia.fila)
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
            raia.fila = deque(item for item in raia.fila if item.id != id_)
        self._chamar(raia)

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
            self._lembrar(raia, ate)
            return None
        item = raia.em_curso = raia.fila.popleft()
        raia.ate = 0
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
        """Have a lane served in its turn, if it has something to do; else forget it, once its bucket is full and the
        contact need not be left alone.
        """
        if raia.em_curso is not None or raia.na_vez:
            return
        if raia.fila:
            raia.na_vez = True
            self._vez.append(raia)
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
