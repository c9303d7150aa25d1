"""What waits, or comes, while nobody who serves the fila is there: it goes elsewhere."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from engine.politica.modelo import Politica, Transbordo
from tests.engine.bancada import Bancada, uid

A, B = uid("a"), uid("b")


def bancada(**filas: Politica) -> Bancada:
    """``a`` and ``b``, with these policies."""
    uma = Bancada(now=1_000)
    for nome in "ab":
        uma.fila(uid(nome), filas.get(nome))
    return uma


def transborda(*destinos: Transbordo) -> Politica:
    return Politica(transbordos=destinos)


SEM_NINGUEM = Transbordo(para=B, sem_atendentes=True)


def test_what_comes_while_nobody_is_there_goes_on_at_once() -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    b.pessoa("ana", A, estado="pausa")
    assert b.tickets[b.chega("t", A)].fila_id == B
    assert b.encaminhados[0][0].motivo == "sem_atendentes"


def test_who_is_there_and_full_is_there() -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    b.pessoa("ana", A)
    b.chega("busy", A)
    assert b.tickets[b.chega("t", A)].fila_id == A


@pytest.mark.parametrize("como", ["pausa", "leaves", "is deleted", "out of order"])
def test_what_waits_goes_on_when_the_last_one_leaves(como: str) -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    for quem in ("ana", "bia"):
        b.pessoa(quem, A)
        b.chega(fila_id=A)
    b.chega("t", A)
    for quem in ("ana", "bia"):
        assert b.tickets["t"].fila_id == A
        match como:
            case "pausa":
                b.muda_pessoa(quem, estado="pausa")
            case "leaves":
                b.deixa(quem, A)
            case "is deleted":
                b.sai(quem)
            case _:
                b.para(quem)
    assert b.tickets["t"].fila_id == B


UM_BOCADO = 400
"""More are never sent elsewhere at a stretch."""


@pytest.mark.parametrize("quantos", [199, 200, 201, 1_000])
def test_however_many_wait_all_of_them_go_some_at_a_time(quantos: int) -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    b.pessoa("ana", A, capacidade=1)
    for _ in range(quantos + 1):
        b.chega(fila_id=A)
    b.d.atendente_mudou(replace(b.pessoas["ana"], estado="pausa"), b.now)
    assert len(b.d.feitas) <= UM_BOCADO
    b.muda_pessoa("ana", estado="pausa")
    b.passa(10)
    assert len(b.encaminhados) == quantos
    assert not b.linha(A).esperas


def test_who_comes_back_meanwhile_keeps_the_rest() -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    b.pessoa("ana", A)
    for _ in range(1_001):
        b.chega(fila_id=A)
    b.d.atendente_mudou(replace(b.pessoas["ana"], estado="pausa"), b.now)
    b.muda_pessoa("ana", estado="disponivel")
    b.passa(1_000)
    assert 0 < len(b.encaminhados) <= UM_BOCADO
    assert len(b.linha(A).esperas) == 1_000 - len(b.encaminhados)


def test_where_all_are_away_nothing_goes_round() -> None:
    b = bancada(a=transborda(SEM_NINGUEM), b=transborda(Transbordo(para=A, sem_atendentes=True)))
    b.chega("t", A)
    b.passa(600_000)
    assert [para.para for para, _ in b.encaminhados] == [B]


def test_what_waits_where_nobody_is_after_a_restart_goes_on() -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    b.segue = False
    b.chega("t", A)
    b.segue = True
    b.reinicia()
    assert b.tickets["t"].fila_id == B


def test_what_waits_where_nobody_is_goes_on_when_the_policy_says_so() -> None:
    b = bancada()
    b.chega("t", A)
    b.fila(A, transborda(SEM_NINGUEM))
    assert b.tickets["t"].fila_id == B


def test_what_was_told_to_go_is_told_again_though_something_of_it_has_changed() -> None:
    b = bancada(a=transborda(SEM_NINGUEM))
    b.pessoa("ana", A, estado="pausa")
    b.segue = False
    b.chega("t", A)
    b.diz(replace(b.tickets["t"], prioridade="ALTA"))
    assert [um.para for um, _ in b.encaminhados] == [B, B]
    b.passa(60_000)
    assert [um.para for um, _ in b.encaminhados] == [B, B, B]
