"""The contacts that an empresa has at hand: a bounded part of what is stored, and newer than it.

An entry that has changed stays until its change is durable, and for as long as a reading is under way that may have
begun before: so what is read never brings back what is over, and what is not here can be read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from actors.protocolo import LerContatos
from engine.modelo import ContatoRow
from engine.ports import ContatosAchados

CONTATOS_LEMBRADOS = 10_000
"""Contacts an empresa has at hand, and twice as many addresses: about 10 MB."""

V = TypeVar("V")


class Ficha(Struct, frozen=True, gc=False):
    """A contact, and the ids of those that were merged into it."""

    row: ContatoRow
    unidos: tuple[str, ...] = ()

    def ids(self) -> tuple[str, ...]:
        """Every id by which it is known."""
        return (self.row.id, *self.unidos)


class _Lembranca(Generic[V]):
    """The values used last, by key. None is a value: it is known that there is none. Each has the ``seq`` of its last
    change, 0 if it is as it was read.
    """

    __slots__ = ("_itens", "_maximo")

    def __init__(self, maximo: int) -> None:
        self._maximo = maximo
        self._itens: OrderedDict[str, tuple[V | None, int]] = OrderedDict()

    def __contains__(self, chave: str) -> bool:
        return chave in self._itens

    def __len__(self) -> int:
        return len(self._itens)

    def ver(self, chave: str) -> V | None:
        """Of a key that is here."""
        self._itens.move_to_end(chave)
        return self._itens[chave][0]

    def mudar(self, chave: str, valor: V | None, seq: int) -> None:
        self._itens[chave] = (valor, seq)
        self._itens.move_to_end(chave)

    def aprender(self, chave: str, valor: V | None) -> None:
        """What was read, unless something newer is here."""
        if chave not in self._itens:
            self._itens[chave] = (valor, 0)

    def aparar(self, ate: int) -> None:
        """Forget what was used longest ago, up to something that changed after ``ate``: what cannot be forgotten yet
        is no more than the journal holds.
        """
        itens = self._itens
        while len(itens) > self._maximo:
            if itens[next(iter(itens))][1] > ate:
                return
            itens.popitem(last=False)


class Agenda:
    """Whose each address is, and each contact by its id.

    ``duravel`` gives the ``seq`` up to which everything is durable. An address leads to a contact, and a contact that
    was merged to the one that stands for it; whatever leads to a deleted one leads to nobody.
    """

    __slots__ = ("_donos", "_duravel", "_fichas", "_lido_desde")

    def __init__(self, duravel: Callable[[], int], maximo: int = CONTATOS_LEMBRADOS) -> None:
        self._duravel = duravel
        self._donos: _Lembranca[str] = _Lembranca(2 * maximo)
        self._fichas: _Lembranca[Ficha] = _Lembranca(maximo)
        self._lido_desde: int | None = None

    # -- what is asked of it ---------------------------------------------------------------------------------------

    def faltam(self, chaves: Iterable[str], ids: Iterable[str] = ()) -> tuple[list[str], list[str]] | None:
        """Of these addresses and contacts, those that must be read first; None if all are here."""
        chaves_em_falta: list[str] = []
        ids_em_falta: list[str] = []
        for chave in chaves:
            if chave not in self._donos:
                chaves_em_falta.append(chave)
            elif (dono := self._donos.ver(chave)) is not None:
                self._seguir(dono, ids_em_falta)
        for id_ in ids:
            self._seguir(id_, ids_em_falta)
        return (chaves_em_falta, ids_em_falta) if chaves_em_falta or ids_em_falta else None

    def _seguir(self, id_: str, em_falta: list[str]) -> None:
        fichas = self._fichas
        if id_ not in fichas:
            em_falta.append(id_)
            return
        ficha = fichas.ver(id_)
        if ficha is not None and ficha.row.unido_a is not None and ficha.row.unido_a not in fichas:
            em_falta.append(ficha.row.unido_a)

    def conhecida(self, chave: str) -> Ficha | None:
        """Whose an address is, if that is at hand, and a contact that was never merged."""
        dono = self._donos.ver(chave) if chave in self._donos else None
        ficha = self._fichas.ver(dono) if dono is not None and dono in self._fichas else None
        return ficha if ficha is not None and ficha.row.unido_a is None else None

    def de(self, chave: str) -> Ficha | None:
        """Whose an address is, which is here."""
        dono = self._donos.ver(chave)
        return None if dono is None else self.ficha(dono)

    def ficha(self, id_: str) -> Ficha | None:
        """The contact that stands for this id; None if it was deleted, or never was. It is here."""
        ficha = self._fichas.ver(id_)
        if ficha is None or ficha.row.unido_a is None:
            return ficha
        return self._fichas.ver(ficha.row.unido_a)

    def atual(self, row: ContatoRow) -> ContatoRow:
        """What a contact has become, as far as that is at hand; else the row itself."""
        ficha = None if self.faltam((), (row.id,)) is not None else self.ficha(row.id)
        return row if ficha is None else ficha.row

    def propria(self, id_: str) -> Ficha | None:
        """The contact of this id, merged or not. It is here."""
        return self._fichas.ver(id_)

    # -- what it is told -------------------------------------------------------------------------------------------

    def mudar(self, fichas: Mapping[str, Ficha | None], chaves: Mapping[str, str | None], seq: int) -> None:
        """These contacts are now so (None: deleted), and these addresses belong to these."""
        for id_, ficha in fichas.items():
            self._fichas.mudar(id_, ficha, seq)
        for chave, dono in chaves.items():
            self._donos.mudar(chave, dono, seq)
        self._aparar()

    def vai_ler(self) -> None:
        self._lido_desde = self._duravel()

    def leu(self, pedido: LerContatos, achados: ContatosAchados) -> None:
        """What was asked for was read."""
        self.desistiu()
        unidos: dict[str, list[str]] = {}
        for row in achados.contatos:
            if row.unido_a is not None:
                unidos.setdefault(row.unido_a, []).append(row.id)
        for row in achados.contatos:
            self._fichas.aprender(row.id, Ficha(row, tuple(sorted(unidos.get(row.id, ())))))
        for chave in pedido.chaves:
            dono = achados.chaves.get(chave)
            self._donos.aprender(chave, dono)
            if dono is not None:
                self._fichas.aprender(dono, None)
        for id_ in pedido.ids:
            self._fichas.aprender(id_, None)
        self._aparar()

    def desistiu(self) -> None:
        """Nothing is being read any more."""
        self._lido_desde = None

    def _aparar(self) -> None:
        ate = self._duravel() if self._lido_desde is None else self._lido_desde
        self._fichas.aparar(ate)
        self._donos.aparar(ate)
