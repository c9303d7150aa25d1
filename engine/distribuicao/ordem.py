"""Those of a roster who have room, in the order of its strategy, and the first of them who are of a set.

A set of agents is a number with their bits. Each list of the order knows who stands in it as such a number, so lists in
which nobody of a set stands are passed over with one ``&``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Final

from engine.ordenado import Chave, Ordenado

if TYPE_CHECKING:
    from engine.distribuicao.escala import Candidato


_PALAVRA: Final = (1 << 60) - 1
"""Sets are gone through by so many bits at a time: what is done with a number costs as much as it is long."""
_chave = attrgetter("chave")
_RAROS: Final = 8
"""If of a list no more than one in so many is looked for, they are picked out and put in order, and it is not walked.
"""


def um_a_um(lugares: Sequence[Candidato | None], quem: int) -> Iterator[Candidato]:
    """The agents of a set, in the order of their places."""
    antes = -1
    while quem:
        vazios = (quem & -quem).bit_length() - 1
        quem >>= vazios
        antes += vazios
        palavra = quem & _PALAVRA
        while palavra:
            um = palavra & -palavra
            candidato = lugares[antes + um.bit_length()]
            assert candidato is not None, "it serves the fila"
            yield candidato
            palavra ^= um
        quem >>= 60
        antes += 60


class Ordem(Ordenado["Candidato"]):
    """``_quem`` are those who stand in each list; ``_lugares`` are the agents by the places of their bits."""

    __slots__ = ("_lugares", "_quem")

    TRECHO: ClassVar[int] = 96

    def __init__(self, lugares: Sequence[Candidato | None]) -> None:
        super().__init__()
        self._lugares = lugares
        self._quem = [0]

    def por(self, chave: Chave, valor: Candidato) -> int:
        trechos = len(self._chaves)
        trecho = Ordenado.por(self, chave, valor)
        self._quem[trecho] |= valor.bit
        if len(self._chaves) > trechos:
            antes = sum(candidato.bit for candidato in self._valores[trecho])
            self._quem[trecho : trecho + 1] = [antes, self._quem[trecho] ^ antes]
        return trecho

    def retirar(self, chave: Chave, candidato: Candidato) -> None:
        """Remove an agent, who stands under that key."""
        trechos = len(self._chaves)
        trecho = self.tirar(chave)
        if len(self._chaves) < trechos:
            del self._quem[trecho]
        else:
            self._quem[trecho] ^= candidato.bit

    def primeiro_de(self, quem: int) -> Candidato | None:
        """The first who is of the set."""
        primeiro = self.primeiro()
        return primeiro if primeiro is not None and primeiro.bit & quem else next(self.destes(quem), None)

    def destes(self, quem: int) -> Iterator[Candidato]:
        """Those of the set, in order. Nothing may change meanwhile."""
        for trecho, deles in enumerate(self._quem):
            procurados = deles & quem
            if procurados:
                yield from self._do_trecho(trecho, procurados)

    def _do_trecho(self, trecho: int, procurados: int) -> Iterable[Candidato]:
        todos = self._valores[trecho]
        if procurados & (procurados - 1) == 0:
            return um_a_um(self._lugares, procurados)
        if procurados.bit_count() * _RAROS <= len(todos):
            return sorted(um_a_um(self._lugares, procurados), key=_chave)
        return (um for um in todos if um.bit & procurados)

    def primeiros_de(self, quem: int, quantos: int) -> list[Candidato]:
        """The first who are of the set, so many at the most."""
        achados: list[Candidato] = []
        for trecho, deles in enumerate(self._quem):
            procurados, falta = deles & quem, quantos - len(achados)
            if procurados == deles:
                achados += self._valores[trecho][:falta]
            elif procurados:
                achados += islice(self._do_trecho(trecho, procurados), falta)
            if len(achados) >= quantos:
                break
        return achados
