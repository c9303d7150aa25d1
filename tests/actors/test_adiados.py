"""What is put off until contacts were read, without actors: one reading for all, and everybody is answered."""

from __future__ import annotations

import pytest

from actors.contatos.adiados import Adiados
from actors.contatos.agenda import Agenda
from actors.contatos.mensagens import ContatosCarregados, LeituraDeContatos, LerContatos
from engine.errors import Overloaded, Unavailable
from engine.modelo import EmpresaRow
from engine.ports import ContatosAchados
from engine.runtime import Reply
from tests.actors.gravador import Gravador, empresa

NINGUEM = ContatosAchados({}, [])
FORA = Unavailable("banco_indisponivel", "O banco está fora do ar", 2)


class Palco:
    def __init__(self) -> None:
        self.ator: Gravador[EmpresaRow] = Gravador(empresa())
        self.lidos: list[LerContatos] = []
        self.adiados = Adiados(self.ator, Agenda(lambda: 0), self.lidos.append)

    def adiar(self, mensagem: str, *chaves: str) -> Reply[object]:
        resposta = self.ator.resposta
        assert self.adiados.adiar(mensagem, chaves)
        self.ator.soltar()
        return resposta

    def ler(self) -> LerContatos:
        assert self.ator.ref.mensagens.pop() == LeituraDeContatos()
        self.adiados.comecar_a_ler()
        self.ator.soltar()
        return self.lidos[-1]

    def chegou(self, pedido: LerContatos, achados: ContatosAchados | None, erro: BaseException | None = None) -> None:
        self.adiados.carregados(ContatosCarregados(pedido, achados, erro))
        self.ator.soltar()


@pytest.fixture
def palco() -> Palco:
    return Palco()


def test_one_reading_serves_all_who_wait_and_they_are_handled_again_in_their_order(palco: Palco) -> None:
    palco.adiar("primeiro", "tel:1")
    palco.adiar("segundo", "tel:2", "tel:1")
    pedido = palco.ler()
    assert pedido == LerContatos(("tel:1", "tel:2"), ())
    palco.ator.ref.tell("veio depois")
    palco.chegou(pedido, NINGUEM)
    assert palco.ator.ref.mensagens == ["primeiro", "segundo", "veio depois"]
    assert not palco.adiados.adiar("primeiro", ["tel:1"]), "it is known now that it is nobody's"
    assert len(palco.adiados) == 0


def test_what_could_not_be_read_is_told_to_all_who_wait(palco: Palco) -> None:
    antes = palco.adiar("antes", "tel:1")
    pedido = palco.ler()
    depois = palco.adiar("depois", "tel:2")
    palco.chegou(pedido, None, FORA)
    for resposta in (antes, depois):
        with pytest.raises(Unavailable, match="fora do ar"):
            resposta.get()
    assert palco.ator.ref.mensagens == []


def test_a_crash_over_what_was_read_refuses_those_it_was_read_for_and_serves_the_others(palco: Palco) -> None:
    antes = palco.adiar("antes", "tel:1")
    pedido = palco.ler()
    palco.adiar("depois", "tel:2")
    palco.adiados.recuperar(ContatosCarregados(pedido, NINGUEM, None))
    palco.ator.soltar()
    with pytest.raises(Unavailable, match="indisponível agora"):
        antes.get()
    assert palco.ator.ref.mensagens == ["depois"]


def test_a_crash_before_the_reading_began_loses_nobody(palco: Palco) -> None:
    palco.adiar("primeiro", "tel:1")
    palco.ator.ref.mensagens.clear()
    palco.adiados.recuperar(LeituraDeContatos())
    palco.ator.soltar()
    assert palco.lidos == [LerContatos(("tel:1",), ())]


def test_in_quarantine_nobody_waits_and_a_late_reading_serves_nobody(palco: Palco) -> None:
    resposta = palco.adiar("primeiro", "tel:1")
    pedido = palco.ler()
    palco.adiados.abandonar()
    with pytest.raises(Unavailable, match="indisponível agora"):
        resposta.get()
    palco.chegou(pedido, NINGUEM)
    assert palco.ator.ref.mensagens == []


def test_no_more_wait_than_there_is_room_for(palco: Palco, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("actors.contatos.adiados.ADIADOS_NO_MAXIMO", 1)
    palco.adiar("primeiro", "tel:1")
    with pytest.raises(Overloaded):
        palco.adiados.adiar("segundo", ["tel:2"])
