"""What is at hand of the contacts: bounded, and never older than what is stored."""

from __future__ import annotations

from random import Random

import pytest
from msgspec.structs import replace

from actors.contatos.agenda import Agenda, Contato
from actors.contatos.mensagens import LerContatos
from engine import identidade
from engine.modelo import ContatoRow
from engine.ports import ContatosAchados


def contato(id_: str, nome: str = "Ana") -> ContatoRow:
    return identidade.novo("e", id_, nome, None, None, None, 1)


class Banco:
    """A store that is behind: what was changed is in it only when :meth:`gravar` says so."""

    def __init__(self, maximo: int) -> None:
        self.seq = 0
        self.duravel = 0
        self.agenda = Agenda(lambda: self.duravel, maximo)
        self._fila: list[tuple[int, dict[str, ContatoRow | None], dict[str, str | None]]] = []
        self._rows: dict[str, ContatoRow] = {}
        self._chaves: dict[str, str] = {}

    def mudar(self, rows: dict[str, ContatoRow | None], chaves: dict[str, str | None]) -> None:
        self.seq += 1
        self._fila.append((self.seq, rows, chaves))
        contatos = {id_: None if row is None else Contato(row) for id_, row in rows.items()}
        self.agenda.mudar(contatos, chaves, self.seq)

    def gravar(self) -> None:
        """One more change is durable."""
        if self._fila:
            self.duravel, rows, chaves = self._fila.pop(0)
            for id_, row in rows.items():
                self._rows.pop(id_, None) if row is None else self._rows.update({id_: row})
            for chave, dono in chaves.items():
                self._chaves.pop(chave, None) if dono is None else self._chaves.update({chave: dono})

    def ler(self, pedido: LerContatos) -> ContatosAchados:
        chaves = {chave: self._chaves[chave] for chave in pedido.chaves if chave in self._chaves}
        ids = {*pedido.ids, *chaves.values()}
        return ContatosAchados(chaves, [row for row in self._rows.values() if row.id in ids or row.unido_a in ids])


def ter(banco: Banco, chaves: tuple[str, ...], ids: tuple[str, ...] = ()) -> None:
    """Read until these are at hand."""
    while (falta := banco.agenda.faltam(chaves, ids)) is not None:
        pedido = LerContatos(tuple(falta[0]), tuple(falta[1]))
        banco.agenda.vai_ler()
        banco.agenda.leu(pedido, banco.ler(pedido))


def test_what_is_stored_is_found_and_what_is_not_is_known_not_to_be() -> None:
    banco = Banco(10)
    banco.mudar({"c1": contato("c1")}, {"tel:1": "c1"})
    banco.gravar()
    outra = Banco(10)
    outra._rows, outra._chaves = banco._rows, banco._chaves
    assert outra.agenda.faltam(["tel:1", "tel:2"], ["c9"]) == (["tel:1", "tel:2"], ["c9"])
    ter(outra, ("tel:1", "tel:2"), ("c9",))
    dona = outra.agenda.de("tel:1")
    assert dona is not None
    assert dona.row.id == "c1"
    assert outra.agenda.de("tel:2") is None
    assert outra.agenda.contato("c9") is None
    assert outra.agenda.conhecido("tel:2") is None


def test_what_is_not_durable_yet_is_not_forgotten_however_much_comes_after_it() -> None:
    banco = Banco(2)
    banco.mudar({"c0": contato("c0")}, {"tel:0": "c0"})
    for n in range(1, 20):
        banco.mudar({f"c{n}": contato(f"c{n}")}, {f"tel:{n}": f"c{n}"})
    assert banco.agenda.faltam([f"tel:{n}" for n in range(20)]) is None
    for _ in range(20):
        banco.gravar()
    banco.mudar({"c20": contato("c20")}, {"tel:20": "c20"})
    assert banco.agenda.faltam([], [f"c{n}" for n in range(18)]) is not None, "durable now, and more than fit"
    assert banco.agenda.faltam(["tel:20"]) is None


def test_a_reading_that_began_before_a_change_does_not_undo_it() -> None:
    """Read, changed meanwhile, written, and pushed out by others before the answer comes."""
    banco = Banco(2)
    banco.mudar({"c1": contato("c1")}, {"tel:1": "c1"})
    banco.gravar()
    pedido = LerContatos(("tel:1", "tel:7"), ("c1",))
    banco.agenda.vai_ler()
    velho = banco.ler(pedido)
    banco.mudar({"c1": None}, {"tel:1": None})
    banco.gravar()
    for n in range(2, 30):
        banco.mudar({f"c{n}": contato(f"c{n}")}, {f"tel:{n}": f"c{n}"})
        banco.gravar()
    banco.agenda.leu(pedido, velho)
    ter(banco, ("tel:1",), ("c1",))
    assert banco.agenda.de("tel:1") is None
    assert banco.agenda.contato("c1") is None


def test_an_address_of_a_merged_contact_leads_to_who_stands_for_it_even_if_that_one_must_be_read() -> None:
    banco = Banco(10)
    banco.mudar({"c1": contato("c1"), "c2": replace(contato("c2"), unido_a="c1")}, {"tel:2": "c2"})
    banco.gravar()
    outra = Banco(10)
    outra._rows, outra._chaves = banco._rows, banco._chaves
    ter(outra, ("tel:2",))
    dona = outra.agenda.de("tel:2")
    assert dona is not None
    assert (dona.row.id, dona.unidos) == ("c1", ("c2",))
    assert outra.agenda.conhecido("tel:2") is None, "the short cut leaves merged ones to the long way"


@pytest.mark.parametrize("semente", range(60))
def test_in_any_history_it_says_what_was_said_last(semente: int) -> None:
    """Random changes, commits, readings that are answered late, and much more than fits."""
    r = Random(semente)
    banco = Banco(3)
    verdade: dict[str, str | None] = {}
    lendo: tuple[LerContatos, ContatosAchados] | None = None
    for _ in range(300):
        sorte, n = r.random(), r.randrange(12)
        if sorte < 0.3 and banco.agenda.faltam([f"tel:{n}"], [f"c{n}"]) is None:
            if verdade.get(f"tel:{n}") is None:
                nome = str(r.random())
                banco.mudar({f"c{n}": contato(f"c{n}", nome)}, {f"tel:{n}": f"c{n}"})
                verdade[f"tel:{n}"] = nome
            else:
                banco.mudar({f"c{n}": None}, {f"tel:{n}": None})
                verdade[f"tel:{n}"] = None
        elif sorte < 0.5:
            banco.gravar()
        elif sorte < 0.75 and lendo is None:
            falta = banco.agenda.faltam([f"tel:{n}"], [f"c{n}"])
            if falta is not None:
                pedido = LerContatos(tuple(falta[0]), tuple(falta[1]))
                banco.agenda.vai_ler()
                lendo = (pedido, banco.ler(pedido))
        elif sorte < 0.9 and lendo is not None:
            banco.agenda.leu(*lendo)
            lendo = None
        if banco.agenda.faltam([f"tel:{n}"]) is None:
            dona = banco.agenda.de(f"tel:{n}")
            assert (None if dona is None else dona.row.nome) == verdade.get(f"tel:{n}")
