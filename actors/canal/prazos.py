"""By when those who have a job must have answered."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heappop, heappush


class Prazos:
    """Deadlines (ms) by the id of a job, and by which handing out it is theirs. One that was moved or dropped stays on
    the heap until its time, and counts no more.
    """

    __slots__ = ("_heap", "_vale")

    def __init__(self) -> None:
        self._heap: list[tuple[int, str, int]] = []
        self._vale: dict[str, tuple[int, int]] = {}

    def marcar(self, id_: str, tentativa: int, prazo: int) -> None:
        self._vale[id_] = (prazo, tentativa)
        heappush(self._heap, (prazo, id_, tentativa))

    def prolongar(self, id_: str, tentativa: int, prazo: int, ao_menos: int) -> None:
        """Move it, if that gives it at least so much longer (ms): who asks very often must not fill the heap."""
        vale = self._vale.get(id_)
        if vale is None or prazo - vale[0] >= ao_menos:
            self.marcar(id_, tentativa, prazo)

    def __len__(self) -> int:
        """What is held, the moved and dropped too."""
        return len(self._heap)

    def __bool__(self) -> bool:
        """Whether a deadline counts."""
        return bool(self._vale)

    def largar(self, id_: str) -> None:
        self._vale.pop(id_, None)

    def proximo(self) -> int | None:
        self._podar()
        return self._heap[0][0] if self._heap else None

    def vencidos(self, agora: int) -> Iterator[tuple[str, int]]:
        """Those whose deadline has passed, each once: the id, and which handing out."""
        while (proximo := self.proximo()) is not None and proximo <= agora:
            _, id_, tentativa = heappop(self._heap)
            del self._vale[id_]
            yield id_, tentativa

    def _podar(self) -> None:
        heap, vale = self._heap, self._vale
        while heap and vale.get(heap[0][1]) != (heap[0][0], heap[0][2]):
            heappop(heap)
