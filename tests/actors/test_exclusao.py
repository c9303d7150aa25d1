"""A deletion by itself, without actors: whom it asks, when it goes, and what is left when it does not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from actors.exclusao.exclusao import PRAZO, VEZES, Exclusao
from actors.exclusao.mensagens import ExclusaoVencida, Trocou
from engine.errors import BalcaoError, Conflict, Detalhe, NotFound, Unavailable
from engine.modelo import EquipeRow, Quem
from engine.runtime import Address
from tests.actors.gravador import Caixa, Gravador

ADMIN = Quem("e1", None, "admin")


class Coisa:
    """What is to be deleted, with its users: each is asked by ``troque``."""

    em_uso = ("coisa_em_uso", "A coisa está em uso")

    def __init__(self, *usuarios: str) -> None:
        self.usuarios = {id_: Caixa() for id_ in usuarios}
        self.apagada: str | None = None

    def exigir_substituto(self, id_: str) -> object:
        if id_ != "outra":
            raise NotFound("coisa_nao_encontrada", "Não há")
        return None

    def usos(self) -> list[Detalhe]:
        return [Detalhe("usuarios", str(len(self.usuarios)))] if self.usuarios else []

    def ocupado(self) -> bool:
        return bool(self.usuarios)

    def a_trocar(self, para: str, quem: Quem) -> Iterator[tuple[str, Address, object]]:
        for id_, caixa in self.usuarios.items():
            yield id_, caixa, f"use {para}, diz {quem.papel}"

    def apagar(self, quem: Quem, no_lugar: str | None) -> None:
        self.apagada = no_lugar or "nada"


class Lista:
    def __init__(self) -> None:
        self.saindo: dict[str, str] = {}

    def vai_sair(self, id_: str, no_lugar: str) -> None:
        self.saindo[id_] = no_lugar

    def nao_sai_mais(self, id_: str) -> None:
        self.saindo.pop(id_, None)


class Palco:
    """``palco.exclusao`` deletes ``palco.coisa``, which ``ana`` and ``bia`` use."""

    def __init__(self, *usuarios: str) -> None:
        self.coisa, self.lista, self.ditos = Coisa(*usuarios), Lista(), list[str]()
        self.ator = Gravador(EquipeRow("e1", "coisa", "Coisa", None, 0, 0))
        self.exclusao = Exclusao(
            self.ator, self.lista, "coisa", self.coisa,
            ao_comecar=lambda: self.ditos.append("começou"), ao_desistir=lambda: self.ditos.append("desistiu"),
        )  # fmt: skip

    def pedir(self, realocar: str | None = "outra") -> None:
        self.resposta = self.ator.resposta
        self.exclusao.pedir(ADMIN, realocar)
        self.ator.soltar()

    def respondeu(self, id_: str, erro: BaseException | None = None) -> None:
        """A user has answered what it was asked last; without ``erro`` it uses the other now."""
        pedido = self.coisa.usuarios[id_].pedidos.pop()
        if erro is None:
            del self.coisa.usuarios[id_]
            pedido.reply.set(None)
        else:
            pedido.reply.fail(erro)
        trocou = self.ator.ref.mensagens.pop()
        assert isinstance(trocou, Trocou)
        self.exclusao.trocou(trocou)
        self.ator.soltar()

    def vencer(self) -> None:
        _, mensagem = self.ator.prazos[-1]
        assert isinstance(mensagem, ExclusaoVencida)
        self.exclusao.venceu(mensagem)
        self.ator.soltar()

    def ficou(self) -> bool:
        """Everything is as if it had not been asked."""
        return (self.coisa.apagada, self.exclusao.em_curso, self.lista.saindo, self.ator.parou) == (
            None, None, {}, False,
        )  # fmt: skip


@pytest.fixture
def palco() -> Palco:
    return Palco("ana", "bia")


def test_what_nothing_uses_goes_at_once() -> None:
    palco = Palco()
    palco.pedir(realocar=None)
    assert (palco.coisa.apagada, palco.ator.parou, palco.ditos) == ("nada", True, [])


def test_what_is_in_use_is_refused_unless_another_takes_its_place(palco: Palco) -> None:
    with pytest.raises(Conflict, match="em uso"):
        palco.pedir(realocar=None)
    with pytest.raises(NotFound, match="Não há"):
        palco.pedir(realocar="nenhuma")
    with pytest.raises(BalcaoError, match="campos inválidos"):
        palco.pedir(realocar="coisa")
    assert palco.ficou()


def test_it_goes_when_the_last_user_has_moved(palco: Palco) -> None:
    palco.pedir()
    assert [caixa.mensagens for caixa in palco.coisa.usuarios.values()] == [["use outra, diz admin"]] * 2
    assert palco.lista.saindo == {"coisa": "outra"}
    palco.respondeu("ana")
    assert not palco.ator.parou
    palco.respondeu("bia")
    assert (palco.coisa.apagada, palco.ator.parou, palco.lista.saindo) == ("outra", True, {})
    assert palco.resposta.get() is None
    assert palco.ditos == ["começou"]


def test_a_second_request_waits_for_the_first_to_end(palco: Palco) -> None:
    palco.pedir()
    with pytest.raises(Conflict, match="aguarde"):
        palco.exclusao.pedir(ADMIN, "outra")


def test_what_takes_the_place_of_another_stays_meanwhile() -> None:
    palco = Palco()
    palco.lista.saindo["terceira"] = "coisa"
    with pytest.raises(Conflict, match="Está recebendo"):
        palco.pedir(realocar=None)


def test_a_user_that_does_not_move_is_asked_a_few_times_and_its_reason_is_told(palco: Palco) -> None:
    palco.pedir()
    for _ in range(VEZES):
        palco.respondeu("bia", Unavailable("ator_parado", "Agora não", 5))
        if "ana" in palco.coisa.usuarios:
            palco.respondeu("ana")
    with pytest.raises(Unavailable, match="Agora não"):
        palco.resposta.get()
    assert palco.ficou()
    assert palco.ditos == ["começou", "desistiu"]


def test_a_deletion_that_takes_too_long_is_given_up_and_a_late_answer_changes_nothing(palco: Palco) -> None:
    palco.pedir()
    assert palco.ator.prazos[0][0] == palco.ator.agora + PRAZO
    palco.vencer()
    with pytest.raises(Unavailable, match="Nem tudo pôde ser realocado"):
        palco.resposta.get()
    palco.respondeu("ana")
    assert palco.ficou()


def test_the_deadline_of_a_deletion_that_has_ended_does_not_end_the_next_one(palco: Palco) -> None:
    palco.pedir()
    velho = palco.ator.prazos[-1][1]
    assert isinstance(velho, ExclusaoVencida)
    palco.exclusao.interromper()
    palco.pedir()
    palco.exclusao.venceu(velho)
    assert palco.exclusao.em_curso is not None


def test_after_a_crash_it_stays_and_whoever_asked_is_told(palco: Palco) -> None:
    palco.pedir()
    palco.exclusao.recuperar()
    palco.ator.soltar()
    with pytest.raises(Unavailable, match="interrompida"):
        palco.resposta.get()
    assert palco.ficou()


def test_in_quarantine_it_stays_and_whoever_asked_is_told_outside_any_turn(palco: Palco) -> None:
    palco.pedir()
    palco.exclusao.interromper()
    with pytest.raises(Unavailable, match="interrompida"):
        palco.resposta.get()
    assert palco.ficou()
