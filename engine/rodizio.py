"""Whose turn it is to be looked at, of tickets in line that somebody follows.

A change of a line may move everybody who stands in it. So nobody is looked at because of a change: it is noted, in one
step, that the line has changed, and its tickets are looked at in turn, each when it has not been for a while. What that
costs goes by how many are followed and how many may be looked at, and not by how many wait, nor by how much changes.

Empresas take turns, and within an empresa its filas, and within a fila who was looked at longest ago: so one that is
followed by many delays its own.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final, Generic, TypeVar

from engine.ordenado import Chave, Ordenado

LEMBRADOS: Final = 10_000
"""Tickets that are followed no more, of which it is known when they were looked at last: somebody may be back."""

K = TypeVar("K", bound=Hashable)


class Roda(Generic[K]):
    """Each is there once at the most, with the time from which on it has a turn; who has one already goes by when that
    was marked.
    """

    __slots__ = ("_chaves", "_contador", "_ordem")

    def __init__(self) -> None:
        self._chaves: dict[K, Chave] = {}
        self._ordem: Ordenado[K] = Ordenado()
        self._contador = 0

    def __len__(self) -> int:
        return len(self._ordem)

    def __contains__(self, qual: object) -> bool:
        return qual in self._chaves

    def marcar(self, qual: K, quando: int | None) -> None:
        """It has its turn then (ms); None: it has none."""
        antes = self._chaves.pop(qual, None)
        if antes is not None:
            self._ordem.tirar(antes)
        if quando is not None:
            self._contador += 1
            chave = self._chaves[qual] = (quando, self._contador)
            self._ordem.por(chave, qual)

    def quando(self, qual: K) -> int | None:
        chave = self._chaves.get(qual)
        return None if chave is None else int(chave[0])

    def primeiro(self) -> K | None:
        return self._ordem.primeiro()

    def proximo(self) -> int | None:
        """When the first has its turn."""
        primeiro = self._ordem.primeiro()
        return None if primeiro is None else int(self._chaves[primeiro][0])


class _Fila:
    """The followed tickets of a fila: ``novos`` by when they may be looked at, ``olhados`` by when they were last.
    ``mexida_em``: when something of its line changed (ms).
    """

    __slots__ = ("mexida_em", "novos", "olhados")

    def __init__(self) -> None:
        self.novos: Roda[str] = Roda()
        self.olhados: Roda[str] = Roda()
        self.mexida_em = -1

    def tirar(self, ticket_id: str) -> int | None:
        """When it was looked at last, if that is known."""
        olhado_em = self.olhados.quando(ticket_id)
        self.novos.marcar(ticket_id, None)
        self.olhados.marcar(ticket_id, None)
        return olhado_em

    def proximo(self, cada: int, mesmo_assim: int) -> int | None:
        """When one of them may be looked at."""
        novo, de_novo = self.novos.proximo(), self._de_novo(cada, mesmo_assim)
        return de_novo if novo is None else novo if de_novo is None else min(novo, de_novo)

    def _de_novo(self, cada: int, mesmo_assim: int) -> int | None:
        """When one of them may be looked at again."""
        olhado_em = self.olhados.proximo()
        if olhado_em is None:
            return None
        return olhado_em + (cada if olhado_em <= self.mexida_em else mesmo_assim)

    def tomar(self, cada: int, mesmo_assim: int, now: int) -> str:
        """The one that has waited longest for it."""
        novo, de_novo = self.novos.proximo(), self._de_novo(cada, mesmo_assim)
        e_novo = novo is not None and (de_novo is None or novo < de_novo)
        ticket_id = self.novos.primeiro() if e_novo else self.olhados.primeiro()
        assert ticket_id is not None, "one of them may be looked at"
        self.novos.marcar(ticket_id, None)
        self.olhados.marcar(ticket_id, now)
        return ticket_id


class _Empresa:
    """``onde``: the fila of each ticket that is followed."""

    __slots__ = ("filas", "onde", "vez")

    def __init__(self) -> None:
        self.filas: dict[str, _Fila] = {}
        self.onde: dict[str, str] = {}
        self.vez: Roda[str] = Roda()


class Rodizio:
    """``cada``: a ticket is not looked at again before so many ms, and then only if its line has changed; if it has
    not, after ``mesmo_assim`` ms, for time passes too.
    """

    __slots__ = ("_cada", "_empresas", "_lembrados", "_mesmo_assim", "_vez")

    def __init__(self, cada: int, mesmo_assim: int) -> None:
        self._cada = cada
        self._mesmo_assim = mesmo_assim
        self._empresas: dict[str, _Empresa] = {}
        self._vez: Roda[str] = Roda()
        self._lembrados: dict[tuple[str, str], int] = {}

    def seguir(self, empresa_id: str, ticket_id: str, fila_id: str, now: int) -> None:
        """It waits in that fila, and somebody wants to know where it stands: as soon as it may be looked at."""
        olhado_em = self._tirar(empresa_id, ticket_id, now)
        empresa = self._empresas.setdefault(empresa_id, _Empresa())
        empresa.onde[ticket_id] = fila_id
        fila = empresa.filas.setdefault(fila_id, _Fila())
        if olhado_em is not None:
            self._lembrar(empresa_id, ticket_id, olhado_em)
        fila.novos.marcar(ticket_id, now if olhado_em is None else max(now, olhado_em + self._cada))
        self._marcar(empresa_id, empresa, fila_id, now)

    def largar(self, empresa_id: str, ticket_id: str, now: int) -> None:
        """Nobody wants to know, or it does not wait."""
        olhado_em = self._tirar(empresa_id, ticket_id, now)
        if olhado_em is not None and olhado_em + self._cada > now:
            self._lembrar(empresa_id, ticket_id, olhado_em)

    def descansar(self, empresa_id: str, ticket_id: str, now: int) -> None:
        """It was looked at and does not wait: it is not followed, unless that was asked for since."""
        empresa = self._empresas.get(empresa_id)
        fila_id = None if empresa is None else empresa.onde.get(ticket_id)
        if empresa is not None and fila_id is not None and ticket_id not in empresa.filas[fila_id].novos:
            self.largar(empresa_id, ticket_id, now)

    def mexeu(self, empresa_id: str, fila_id: str, now: int) -> None:
        """Something of a line has changed."""
        empresa = self._empresas.get(empresa_id)
        fila = None if empresa is None else empresa.filas.get(fila_id)
        if empresa is not None and fila is not None and fila.mexida_em < now:
            fila.mexida_em = now
            self._marcar(empresa_id, empresa, fila_id, now)

    def esquecer(self, empresa_id: str) -> None:
        """Nobody follows anything of it any more."""
        self._empresas.pop(empresa_id, None)
        self._vez.marcar(empresa_id, None)

    def proximo(self) -> int | None:
        """When :meth:`tomar` gives something (ms)."""
        return self._vez.proximo()

    def tomar(self, now: int, quantos: int) -> dict[str, list[str]]:
        """The tickets that are to be looked at now, so many at the most, by empresa."""
        tomados: dict[str, list[str]] = {}
        for _ in range(quantos):
            quando, empresa_id = self._vez.proximo(), self._vez.primeiro()
            if empresa_id is None or quando is None or quando > now:
                break
            tomados.setdefault(empresa_id, []).append(self._tomar_de(empresa_id, now))
        return tomados

    def _tomar_de(self, empresa_id: str, now: int) -> str:
        empresa = self._empresas[empresa_id]
        fila_id = empresa.vez.primeiro()
        assert fila_id is not None, "it has its turn"
        ticket_id = empresa.filas[fila_id].tomar(self._cada, self._mesmo_assim, now)
        self._lembrados.pop((empresa_id, ticket_id), None)
        self._marcar(empresa_id, empresa, fila_id, now, servida=True)
        return ticket_id

    def _tirar(self, empresa_id: str, ticket_id: str, now: int) -> int | None:
        """When it was looked at last, as far as that is known."""
        empresa = self._empresas.get(empresa_id)
        fila_id = None if empresa is None else empresa.onde.pop(ticket_id, None)
        lembrado = self._lembrados.pop((empresa_id, ticket_id), None)
        if empresa is None or fila_id is None:
            return lembrado
        olhado_em = empresa.filas[fila_id].tirar(ticket_id)
        self._marcar(empresa_id, empresa, fila_id, now)
        return lembrado if olhado_em is None else olhado_em

    def _lembrar(self, empresa_id: str, ticket_id: str, olhado_em: int) -> None:
        self._lembrados[empresa_id, ticket_id] = olhado_em
        if len(self._lembrados) > LEMBRADOS:
            del self._lembrados[next(iter(self._lembrados))]

    def _marcar(self, empresa_id: str, empresa: _Empresa, fila_id: str, now: int, *, servida: bool = False) -> None:
        """Something of a fila is otherwise: so may be when it has its turn, and its empresa."""
        quando = empresa.filas[fila_id].proximo(self._cada, self._mesmo_assim)
        if quando is None:
            del empresa.filas[fila_id]
        _marcar_a_vez(empresa.vez, fila_id, quando, now, servida=servida)
        if empresa.filas:
            _marcar_a_vez(self._vez, empresa_id, empresa.vez.proximo(), now, servida=servida)
        else:
            self.esquecer(empresa_id)


def _marcar_a_vez(roda: Roda[str], qual: str, quando: int | None, now: int, *, servida: bool) -> None:
    """Who has had its turn and may have another goes to the end of those who wait; who waits keeps its place."""
    if quando is None or quando > now:
        roda.marcar(qual, quando)
        return
    antes = roda.quando(qual)
    if servida or antes is None or antes > now:
        roda.marcar(qual, now)
