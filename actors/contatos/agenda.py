"""The contacts that an empresa has at hand: a bounded part of what is stored, and newer than it.

An entry that has changed stays until its change is durable, and for as long as a reading is under way that may have
begun before: so what is read never brings back what is over, and what is not here can be read.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from actors.contatos.mensagens import LerContatos
from engine.contatos import chaves as chaves_de
from engine.modelo import ContatoRow
from engine.ports import ContatosAchados

CONTATOS_LEMBRADOS = 10_000
"""Contacts an empresa has at hand, and twice as many addresses: about 10 MB."""

V = TypeVar("V")


class Contato(Struct, frozen=True, gc=False):
    """A contact, and the ids of those that were merged into it."""

    row: ContatoRow
    unidos: tuple[str, ...] = ()

    def ids(self) -> tuple[str, ...]:
        """Every id by which it is known."""
        return (self.row.id, *self.unidos)


def enderecos(rows: Iterable[ContatoRow]) -> list[str]:
    """The addresses that contacts show."""
    return [chave for row in rows for chave in chaves_de(row.telefone, row.email, row.outros)]


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

    __slots__ = ("_contatos", "_donos", "_duravel", "_lido_desde")

    def __init__(self, duravel: Callable[[], int], maximo: int = CONTATOS_LEMBRADOS) -> None:
        self._duravel = duravel
        self._donos: _Lembranca[str] = _Lembranca(2 * maximo)
        self._contatos: _Lembranca[Contato] = _Lembranca(maximo)
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
        contatos = self._contatos
        if id_ not in contatos:
            em_falta.append(id_)
            return
        contato = contatos.ver(id_)
        if contato is not None and contato.row.unido_a is not None and contato.row.unido_a not in contatos:
            em_falta.append(contato.row.unido_a)

    def conhecido(self, chave: str) -> Contato | None:
        """Whose an address is, if that is at hand, and a contact that was never merged."""
        dono = self._donos.ver(chave) if chave in self._donos else None
        contato = self._contatos.ver(dono) if dono is not None and dono in self._contatos else None
        return contato if contato is not None and contato.row.unido_a is None else None

    def de(self, chave: str) -> Contato | None:
        """Whose an address is, which is here."""
        dono = self._donos.ver(chave)
        return None if dono is None else self.contato(dono)

    def contato(self, id_: str) -> Contato | None:
        """The contact that stands for this id; None if it was deleted, or never was. It is here."""
        contato = self._contatos.ver(id_)
        if contato is None or contato.row.unido_a is None:
            return contato
        return self._contatos.ver(contato.row.unido_a)

    def atual(self, row: ContatoRow) -> ContatoRow:
        """What a contact has become, as far as that is at hand; else the row itself."""
        contato = None if self.faltam((), (row.id,)) is not None else self.contato(row.id)
        return row if contato is None else contato.row

    def proprio(self, id_: str) -> Contato | None:
        """The contact of this id, merged or not. It is here."""
        return self._contatos.ver(id_)

    def rows(self, contato: Contato) -> list[ContatoRow]:
        """The contact and those merged into it, which are here."""
        unidos = (self.proprio(id_) for id_ in contato.unidos)
        return [contato.row, *(unido.row for unido in unidos if unido is not None)]

    def seus(self, contato: Contato, rows: Iterable[ContatoRow]) -> list[str]:
        """Of the addresses that these rows show, which are here, those that are this contact's still: one that was
        merged goes on showing what has been replaced since.
        """
        return self.seus_de(contato, enderecos(rows))

    def seus_de(self, contato: Contato, chaves: Iterable[str]) -> list[str]:
        """Of these addresses, which are here, those that are this contact's."""
        donos = ((chave, self.de(chave)) for chave in chaves)
        return [chave for chave, dono in donos if dono is not None and dono.row.id == contato.row.id]

    def unidos_a_donos(self, chaves: Iterable[str]) -> list[str]:
        """Those that were merged into whoever has these addresses, which are here."""
        donos = (self.de(chave) for chave in chaves)
        return [id_ for dono in donos if dono is not None for id_ in dono.unidos]

    # -- what it is told -------------------------------------------------------------------------------------------

    def mudar(self, contatos: Mapping[str, Contato | None], chaves: Mapping[str, str | None], seq: int) -> None:
        """These contacts are now so (None: deleted), and these addresses belong to these."""
        for id_, contato in contatos.items():
            self._contatos.mudar(id_, contato, seq)
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
            self._contatos.aprender(row.id, Contato(row, tuple(sorted(unidos.get(row.id, ())))))
        for chave in pedido.chaves:
            dono = achados.chaves.get(chave)
            self._donos.aprender(chave, dono)
            if dono is not None:
                self._contatos.aprender(dono, None)
        for id_ in pedido.ids:
            self._contatos.aprender(id_, None)
        self._aparar()

    def desistiu(self) -> None:
        """Nothing is being read any more."""
        self._lido_desde = None

    def _aparar(self) -> None:
        ate = self._duravel() if self._lido_desde is None else self._lido_desde
        self._contatos.aparar(ate)
        self._donos.aparar(ate)
