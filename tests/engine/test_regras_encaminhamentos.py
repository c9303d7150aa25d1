"""Overflow, and what waits too long or comes when too many wait: where it goes, when, and that it never goes round."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.politica.modelo import EsperaMaxima, Politica, Transbordo
from tests.engine.bancada import Bancada, uid

A, B, C = uid("a"), uid("b"), uid("c")


def bancada(**filas: Politica) -> Bancada:
    """``a``, ``b`` and ``c``, with these policies."""
    uma = Bancada(now=1_000)
    for nome in "abc":
        uma.fila(uid(nome), filas.get(nome))
    return uma


def transborda(*destinos: Transbordo, **politica: Any) -> Politica:
    return Politica(transbordos=destinos, **politica)


def ate(para: str, segundos: int) -> Transbordo:
    return Transbordo(para=para, apos_segundos=segundos)


# -- by wait


def test_it_goes_on_at_its_very_millisecond_with_its_age_and_its_own_fila_on_record() -> None:
    b = bancada(a=transborda(ate(B, 30)))
    b.pessoa("bia", B)
    b.chega("t", A)
    b.passa(29_999)
    assert (b.encaminhados, b.dono("t")) == ([], None)
    b.passa(1)
    assert (b.dono("t"), b.quando("t"), b.tickets["t"].aguardando_desde) == ("bia", 31_000, 1_000)
    rota = b.tickets["t"].rota
    assert rota is not None
    assert (rota.origem, rota.passou_por, rota.na_fila_desde) == (A, (A,), 31_000)


def test_what_finds_somebody_in_time_stays() -> None:
    b = bancada(a=transborda(ate(B, 30)))
    b.chega("t", A)
    b.passa(29_999)
    b.pessoa("ana", A)
    b.passa(60_000)
    assert (b.dono("t"), b.encaminhados) == ("ana", [])


def test_from_fila_to_fila_each_wait_begins_when_it_came_there() -> None:
    b = bancada(a=transborda(ate(B, 10)), b=transborda(ate(C, 20)))
    b.chega("t", A)
    b.passa(300_000)
    assert [(para.para, now) for para, now in b.encaminhados] == [(B, 11_000), (C, 31_000)]
    assert b.tickets["t"].fila_id == C


def test_it_never_comes_back_to_where_it_was() -> None:
    b = bancada(a=transborda(ate(B, 10)), b=transborda(ate(A, 10)))
    b.chega("t", A)
    b.passa(3_600_000)
    assert [para.para for para, _ in b.encaminhados] == [B]
    assert b.tickets["t"].fila_id == B


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(1, 5)), max_size=9),
    st.sampled_from("abc"),
)
def test_whatever_overflows_where_no_ticket_ever_goes_round(setas: list[tuple[str, str, int]], onde: str) -> None:
    de: dict[str, list[Transbordo]] = {nome: [] for nome in "abc"}
    for origem, para, segundos in setas:
        if origem != para:
            de[origem].append(ate(uid(para), segundos))
    b = bancada(**{nome: transborda(*destinos) for nome, destinos in de.items()})
    b.chega("t", uid(onde))
    b.passa(600_000)
    passou = [uid(onde), *(str(para.para) for para, _ in b.encaminhados)]
    assert len(passou) == len(set(passou)) <= 3


def test_the_first_that_applies_does() -> None:
    b = bancada(a=transborda(ate(C, 60), ate(B, 30)))
    b.chega("t", A)
    b.passa(90_000)
    assert [(para.para, para.motivo) for para, _ in b.encaminhados] == [(B, "espera")]


def test_a_fila_that_is_gone_is_no_place_to_go_to() -> None:
    b = bancada(a=transborda(ate(B, 30), ate(C, 40)))
    b.some_fila(B)
    b.chega("t", A)
    b.passa(60_000)
    assert [(para.para, now) for para, now in b.encaminhados] == [(C, 41_000)]


def test_what_did_not_go_is_told_again_every_minute() -> None:
    b = bancada(a=transborda(ate(B, 30)))
    b.segue = False
    b.chega("t", A)
    b.passa(150_000)
    assert [now for _, now in b.encaminhados] == [31_000, 91_000, 151_000]
    b.pessoa("ana", A)
    assert b.dono("t") == "ana", "it may be given as long as it is there"
    b.passa(600_000)
    assert len(b.encaminhados) == 3


def test_what_should_have_gone_while_the_node_was_down_goes_when_it_is_up() -> None:
    b = bancada(a=transborda(ate(B, 30)))
    b.chega("t", A)
    b.now += 600_000
    b.reinicia()
    assert [(para.para, now) for para, now in b.encaminhados] == [(B, b.now)]


# -- by length


def test_what_comes_while_so_many_wait_goes_on_at_once() -> None:
    b = bancada(a=transborda(Transbordo(para=B, tamanho=2)))
    for nome in ("one", "two", "three"):
        b.chega(nome, A)
    assert [(para.ticket_id, para.motivo) for para, _ in b.encaminhados] == [("three", "tamanho")]
    assert {nome: row.fila_id for nome, row in b.tickets.items()} == {"one": A, "two": A, "three": B}


def test_however_many_wait_what_somebody_can_have_stays() -> None:
    b = bancada(a=transborda(Transbordo(para=B, tamanho=1)))
    b.pessoa("ana", A)
    b.chega("has", A)
    b.chega("waits", A)
    b.pessoa("bia", A)
    assert b.dono("waits") == "bia"
    b.chega("next", A)
    assert b.tickets["next"].fila_id == A, "nobody waits before it"


def test_what_came_when_there_was_place_goes_nowhere_however_many_come_after() -> None:
    b = bancada(a=transborda(Transbordo(para=B, tamanho=2)))
    for _ in range(6):
        b.chega(fila_id=A)
    assert [row.fila_id for row in b.tickets.values()] == [A, A, B, B, B, B]


def test_two_full_filas_send_nothing_round() -> None:
    b = bancada(a=transborda(Transbordo(para=B, tamanho=1)), b=transborda(Transbordo(para=A, tamanho=1)))
    for nome in ("one", "two", "three"):
        b.chega(nome, A)
    assert [row.fila_id for row in b.tickets.values()] == [A, B, B]


@pytest.mark.parametrize("como", ["refused", "sent back"])
def test_what_was_there_before_the_others_does_not_go_because_they_have_come(como: str) -> None:
    modo: Any = "oferta" if como == "refused" else "direto"
    b = bancada(a=Politica(modo=modo))
    b.pessoa("ana", A)
    for nome, prioridade in {"t": "BAIXA", "one": "NORMAL", "two": "URGENTE"}.items():
        b.chega(nome, A, prioridade=prioridade)
    b.fila(A, Politica(modo=modo, maximo=EsperaMaxima(acao="encerrar", tamanho=2)))
    if como == "refused":
        b.recusa("t", "ana")
    else:
        b.devolve("t")
    assert b.tickets["t"].status == "ABERTO"


# -- a maximum


def test_beyond_the_maximum_wait_it_is_closed() -> None:
    b = bancada(a=Politica(maximo=EsperaMaxima(acao="encerrar", segundos=60)))
    b.chega("t", A)
    b.passa(59_999)
    assert b.tickets["t"].status == "ABERTO"
    b.passa(1)
    assert (b.tickets["t"].status, b.tickets["t"].data_fechamento) == ("FECHADO", 61_000)


def test_beyond_the_maximum_length_it_is_closed_at_once_unless_somebody_is_free() -> None:
    b = bancada(a=Politica(maximo=EsperaMaxima(acao="encerrar", tamanho=1)))
    b.chega("one", A)
    assert b.tickets[b.chega("two", A)].status == "FECHADO"
    b.pessoa("ana", A, capacidade=2)
    assert b.dono(b.chega("three", A)) == "ana"


def test_beyond_the_maximum_it_goes_to_another_fila_but_never_back() -> None:
    def maximo(para: str) -> Politica:
        return Politica(maximo=EsperaMaxima(acao="transbordar", segundos=60, para=para))

    b = bancada(a=maximo(B), b=maximo(A))
    b.chega("t", A)
    b.passa(600_000)
    assert [(para.para, now) for para, now in b.encaminhados] == [(B, 61_000)]


def test_beyond_the_maximum_wait_it_is_more_urgent() -> None:
    b = bancada(a=Politica(maximo=EsperaMaxima(acao="priorizar", segundos=60, pontos=11)))
    b.chega("old", A)
    b.passa(1)
    b.chega("urgent", A, prioridade="ALTA")
    b.passa(59_998)
    assert [espera.row.id for espera in b.linha(A).em_ordem()] == ["urgent", "old"]
    b.passa(1)
    assert [espera.row.id for espera in b.linha(A).em_ordem()] == ["old", "urgent"]
    assert b.encaminhados == []


def test_an_overflow_comes_before_a_maximum_that_is_later() -> None:
    b = bancada(a=transborda(ate(B, 10), maximo=EsperaMaxima(acao="encerrar", segundos=60)))
    b.chega("t", A)
    b.passa(600_000)
    assert (b.tickets["t"].fila_id, b.tickets["t"].status) == (B, "ABERTO")
