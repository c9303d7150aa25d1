"""Memberships that change while work is being given, and crashes in the middle of it."""

from __future__ import annotations

from typing import Any

import pytest

from actors.atendente.comandos import MudarPresenca
from actors.comandos import Comando
from actors.equipe.comandos import DesvincularFila, ExcluirEquipe, IncluirNaEquipe, RetirarDaEquipe, VincularFila
from actors.equipe.equipe import Equipe
from actors.fila.comandos import IncluirMembro, RemoverMembro
from actors.fila.fila import Fila
from actors.ticket.ticket import Ticket
from engine.distribuicao import Promessa
from engine.runtime import Actor
from tests.actors.cena import ADMIN, EMPRESA, Cena
from tests.simulacao.invariantes import conferir_atores, conferir_participacao
from tests.simulacao.mundo import uma_mensagem_por_vez

MOMENTOS = range(12)


def conferir(cena: Cena) -> None:
    cena.mundo.assentar()
    viva = cena.mundo.vivas[EMPRESA]
    conferir_atores(viva)
    conferir_participacao(viva, cena.loja)


class Palco:
    """An agent in two equipes; the first serves a fila where a ticket waits."""

    def __init__(self) -> None:
        self.cena = Cena()
        cena = self.cena
        self.fila, self.outra = cena.fila("fila"), cena.fila("outra")
        self.ana = cena.atendente("ana", capacidade=2, online=False)
        self.dia, self.noite = cena.equipe("dia", self.ana, filas=(self.fila,)), cena.equipe("noite")
        self.ticket, self.segundo = cena.ticket(self.fila), cena.ticket(self.outra)

    def mudancas(self) -> dict[str, Comando[Any]]:
        dia, noite, fila, outra, ana = self.dia, self.noite, self.fila, self.outra, self.ana
        return {
            "leaves the equipe": RetirarDaEquipe(quem=ADMIN, equipe_id=dia, atendente_id=ana),
            "joins another": IncluirNaEquipe(quem=ADMIN, equipe_id=noite, atendente_id=ana),
            "unlinked": DesvincularFila(quem=ADMIN, equipe_id=dia, fila_id=fila),
            "linked": VincularFila(quem=ADMIN, equipe_id=dia, fila_id=outra),
            "handed over": ExcluirEquipe(quem=ADMIN, equipe_id=dia, realocar=noite),
            "own member": IncluirMembro(quem=ADMIN, fila_id=fila, atendente_id=ana),
            "own member no more": RemoverMembro(quem=ADMIN, fila_id=fila, atendente_id=ana),
        }


MUDANCAS = ["leaves the equipe", "joins another", "unlinked", "linked", "handed over", "own member",
            "own member no more"]  # fmt: skip


@pytest.mark.parametrize("mudanca", MUDANCAS)
@pytest.mark.parametrize("momento", MOMENTOS)
def test_a_membership_may_change_at_any_moment_of_an_assignment(momento: int, mudanca: str) -> None:
    with uma_mensagem_por_vez():
        palco = Palco()
        palco.cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=palco.ana, online=True))
        palco.cena.mundo.andar(momento)
        resposta = palco.cena.enviar(palco.mudancas()[mudanca])
        conferir(palco.cena)
    assert resposta.get() is None


@pytest.mark.parametrize("momento", MOMENTOS)
def test_whoever_leaves_and_comes_back_at_once_is_offered_work_again(momento: int) -> None:
    with uma_mensagem_por_vez():
        palco = Palco()
        palco.cena.presenca(palco.ana, online=True)
        palco.cena.mudar(palco.ticket, "FECHADO")
        mudancas = palco.mudancas()
        palco.cena.enviar(mudancas["leaves the equipe"])
        palco.cena.mundo.andar(momento)
        palco.cena.enviar(mudancas["own member"])
        conferir(palco.cena)
        assert palco.cena.dono(palco.cena.ticket(palco.fila)) == palco.ana


@pytest.mark.parametrize("mudanca", MUDANCAS)
def test_a_ticket_that_crashes_over_what_it_is_given_meanwhile_loses_nothing(
    mudanca: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def quebrar(ator: object, m: object) -> None:
        raise RuntimeError("crash")

    palco = Palco()
    with monkeypatch.context() as veneno:
        veneno.setitem(Ticket.handlers, Promessa, quebrar)
        palco.cena.enviar(MudarPresenca(quem=ADMIN, atendente_id=palco.ana, online=True))
        palco.cena.mundo.andar(2)
        palco.cena.enviar(palco.mudancas()[mudanca])
        palco.cena.mundo.andar(3)
    conferir(palco.cena)


@pytest.mark.parametrize("mudanca", MUDANCAS)
def test_a_change_whose_turn_crashes_did_not_happen(mudanca: str, monkeypatch: pytest.MonkeyPatch) -> None:
    palco = Palco()
    comando = palco.mudancas()[mudanca]
    classe: type[Actor] = Fila if mudanca.startswith("own") else Equipe
    fazer = classe.handlers[type(comando)]

    def fazer_e_quebrar(ator: object, m: object) -> None:
        fazer(ator, m)
        raise RuntimeError("crash")

    viva = palco.cena.mundo.vivas[EMPRESA]
    antes = {fila: set(quem) for fila, quem in viva.diretorio.membros_de.items()}
    with monkeypatch.context() as veneno:
        veneno.setitem(classe.handlers, type(comando), fazer_e_quebrar)
        assert palco.cena.recusa(comando) == "erro_interno"
    assert viva.diretorio.membros_de == antes
    conferir(palco.cena)
    palco.cena.pedir(comando)
    conferir(palco.cena)


@pytest.mark.parametrize("mudanca", MUDANCAS)
@pytest.mark.parametrize("momento", range(4))
def test_a_node_that_dies_comes_back_with_what_was_committed(momento: int, mudanca: str) -> None:
    with uma_mensagem_por_vez():
        palco = Palco()
        palco.cena.presenca(palco.ana, online=True)
        resposta = palco.cena.enviar(palco.mudancas()[mudanca])
        palco.cena.mundo.andar(momento)
        palco.cena.mundo._escrever()
        feita = resposta.is_set
        palco.cena.reiniciar()
        conferir(palco.cena)
        quantos = len(palco.cena.eventos())
        if feita and mudanca != "handed over":  # the same again changes nothing
            palco.cena.pedir(palco.mudancas()[mudanca])
            assert len(palco.cena.eventos()) == quantos
        conferir(palco.cena)
