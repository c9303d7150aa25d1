"""What an offer counts in shares: for who takes it; for who refuses it its turn; for the others nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import estados
from engine.modelo import Estrategia
from engine.politica.modelo import Limite, Oferta, Pesos, Politica
from tests.engine.bancada import Bancada
from tests.engine.historias import SEM_FIM

DEZ_SEGUNDOS = 10_000
PESSOAS = ("ana", "bia", "clara")


def ofertando(*pessoas: str, paralelas: int = 1, now: int = 1, **politica: Any) -> Bancada:
    b = Bancada(now=now)
    b.fila(politica=Politica(modo="oferta", oferta=Oferta(paralelas=paralelas), **politica))
    for quem in pessoas:
        b.pessoa(quem, capacidade=SEM_FIM)
    return b


def aceita(b: Bancada, ticket: str, quem: str) -> None:
    b.diz(estados.assumir(b.tickets[ticket], quem, forcado=False, now=b.now))


# -- the bounds


@pytest.mark.parametrize("reinicia", [False, True])
def test_who_was_not_the_first_to_accept_keeps_its_share_of_the_window(reinicia: bool) -> None:
    b = ofertando(*PESSOAS, paralelas=3, limite=Limite(quantidade=2, janela_segundos=10))
    for _ in range(6):
        ticket = b.chega()
        if reinicia:
            b.reinicia()
        aceita(b, ticket, b.ofertado_a(ticket)[0])
    assert Counter(map(b.dono, b.tickets)) == dict.fromkeys(PESSOAS, 2)
    assert b.ofertado_a(b.chega()) == ()


@pytest.mark.parametrize("reinicia", [False, True])
def test_what_is_refused_takes_nothing_of_the_share_of_a_window(reinicia: bool) -> None:
    b = ofertando("ana", "bia", limite=Limite(quantidade=1, janela_segundos=10))
    ticket = b.chega()
    (quem,) = b.ofertado_a(ticket)
    if reinicia:
        b.reinicia()
    b.recusa(ticket, quem)
    b.chega("next")
    assert b.ofertado_a("next") == (quem,)


def test_what_was_offered_in_the_window_before_is_not_taken_from_this_one() -> None:
    b = ofertando("ana", limite=Limite(quantidade=2, janela_segundos=10), now=9_000)
    b.chega("early")
    b.passa(1_000)
    b.chega("taken")
    aceita(b, "taken", "ana")
    b.diz(estados.encerrar(b.tickets["early"], "FECHADO", b.now))
    assert b.candidato("ana").contas == {"limite": 1}


def test_a_share_that_is_given_back_is_used_at_once_by_what_waits() -> None:
    b = ofertando("ana", "bia", paralelas=2, limite=Limite(quantidade=1, janela_segundos=10))
    b.chega("a")
    b.chega("b")
    assert b.ofertado_a("b") == ()
    aceita(b, "a", "ana")
    assert b.ofertado_a("b") == ("bia",)


passos = st.lists(
    st.tuples(
        st.sampled_from(
            ["chega", "chega", "aceita", "aceita", "recusa", "passa", "fecha", "pausa", "volta", "reinicia"]
        ),
        st.integers(0, 30),
    ),
    max_size=50,
)


class Livro:
    """Who was offered what, and when; ``tidas``: who has taken what."""

    def __init__(self, b: Bancada) -> None:
        self.b = b
        self.ofertas: dict[tuple[str, str], int] = {}
        self.tidas: set[tuple[str, str]] = set()

    def fazer(self, que: str, qual: int) -> None:
        b, ofertados = self.b, [id_ for id_ in self.b.tickets if self.b.ofertado_a(id_)]
        ticket = ofertados[qual % len(ofertados)] if ofertados else None
        quem = None if ticket is None else b.ofertado_a(ticket)[qual % len(b.ofertado_a(ticket))]
        match que:
            case "chega":
                b.chega()
            case "aceita" if ticket and quem:
                self.tidas.add((ticket, quem))
                aceita(b, ticket, quem)
            case "recusa" if ticket and quem:
                b.recusa(ticket, quem)
            case "fecha" if ticket:
                b.diz(estados.encerrar(b.tickets[ticket], "FECHADO", b.now))
            case "passa":
                b.passa(qual * 200)
            case "pausa" | "volta":
                estado = "pausa" if que == "pausa" else "disponivel"
                b.muda_pessoa(PESSOAS[qual % len(PESSOAS)], estado=estado)
            case "reinicia":
                b.reinicia()
        agora = {(id_, um) for id_ in b.tickets for um in b.ofertado_a(id_)}
        self.ofertas = {par: self.ofertas.get(par, b.now) for par in agora | (self.ofertas.keys() & self.tidas)}

    def na_janela(self, quem: str) -> int:
        """What stands offered to somebody, or was taken by it, of this window."""
        desde = self.b.now - self.b.now % DEZ_SEGUNDOS
        return sum(1 for (_, um), quando in self.ofertas.items() if um == quem and quando >= desde)


@given(st.integers(1, 3), st.integers(1, 3), passos)
def test_the_share_of_a_window_is_what_was_taken_and_what_may_be_yet_also_over_a_restart(
    paralelas: int, quantidade: int, historia: list[tuple[str, int]]
) -> None:
    b = ofertando(*PESSOAS, paralelas=paralelas, limite=Limite(quantidade=quantidade, janela_segundos=10))
    livro = Livro(b)
    for que, qual in historia:
        livro.fazer(que, qual)
        for quem in PESSOAS:
            assert b.candidato(quem).contas.get("limite", 0) == livro.na_janela(quem) <= quantidade


# -- the shares of a strategy


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO", "HIBRIDO", "ROUND_ROBIN", "MAIOR_TEMPO_OCIOSO"])
def test_who_refuses_everything_is_not_offered_more_than_the_others(estrategia: Estrategia) -> None:
    b = ofertando(*PESSOAS, estrategia=estrategia, pesos=Pesos(ocupacao=0, ociosidade=0, atendidos=1))
    ofertas: Counter[str] = Counter()
    for _ in range(30):
        ticket = b.chega()
        while b.dono(ticket) is None:
            (quem,) = b.ofertado_a(ticket)
            ofertas[quem] += 1
            b.passa(100)
            if quem == "ana":
                b.recusa(ticket, quem)
            else:
                aceita(b, ticket, quem)
    assert ofertas["ana"] <= min(ofertas["bia"], ofertas["clara"]) + 1


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
@pytest.mark.parametrize("reinicia", [False, True])
@given(quem_ganha=st.lists(st.integers(0, 1), min_size=1, max_size=30))
def test_who_loses_the_race_for_what_is_offered_to_two_is_asked_again_before_who_has_won(
    estrategia: Estrategia, reinicia: bool, quem_ganha: list[int]
) -> None:
    b = ofertando(*PESSOAS, estrategia=estrategia, paralelas=2)
    for qual in quem_ganha:
        teve = Counter(map(b.dono, b.tickets))
        ticket = b.chega()
        if reinicia:
            b.reinicia()
        ofertados = b.ofertado_a(ticket)
        assert max(teve[quem] for quem in ofertados) <= min(teve[quem] for quem in set(PESSOAS) - set(ofertados))
        aceita(b, ticket, ofertados[qual])
        b.passa(10)


@pytest.mark.parametrize("estrategia", ["MENOS_ATENDIDOS", "PONDERADO"])
def test_what_is_withdrawn_counts_for_nobody(estrategia: Estrategia) -> None:
    b = ofertando("ana", "bia", estrategia=estrategia)
    antes = [(um.atendidos, um.passo) for um in b.linha().escala.candidatos.values()]
    for _ in range(5):
        b.diz(estados.encerrar(b.tickets[b.chega()], "FECHADO", b.now))
    assert [(um.atendidos, um.passo) for um in b.linha().escala.candidatos.values()] == antes
