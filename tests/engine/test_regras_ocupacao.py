"""Costs, maxima and exclusions, as tickets are given out by them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import estados
from engine.distribuicao import Custos
from engine.modelo import TipoComContatos
from engine.politica.capacidade import Capacidade
from tests.engine.bancada import Bancada

CANAIS: dict[str, TipoComContatos] = {"w": "whatsapp", "e": "email", "c": "webchat", "s": "sms"}


def bancada(vagas: int = 1, **capacidade: object) -> Bancada:
    b = Bancada(Capacidade(**capacidade), now=1)  # type: ignore[arg-type]
    for canal_id, tipo in CANAIS.items():
        b.canal(canal_id, tipo)
    b.fila()
    b.pessoa("ana", capacidade=vagas)
    return b


def test_one_slot_takes_ten_tickets_of_a_tenth_and_not_an_eleventh() -> None:
    b = bancada(custos={"email": 0.1})
    for _ in range(11):
        b.chega(canal_id="e")
    assert len(b.de("ana")) == 10
    b.resolve("t1")
    assert b.dono("t11") == "ana"


def test_who_has_no_room_for_a_whole_one_takes_the_half_that_comes_after_it() -> None:
    b = bancada(custos={"email": 0.5})
    for nome, canal in {"half": "e", "whole": "w", "other half": "e"}.items():
        b.chega(nome, canal_id=canal)
    assert {nome: b.dono(nome) for nome in b.tickets} == {"half": "ana", "whole": None, "other half": "ana"}


def test_what_has_no_canal_takes_one_slot_whatever_is_set() -> None:
    b = bancada(custos={"email": 0.5, "whatsapp": 0.1})
    b.chega("by hand")
    assert b.dono(b.chega(canal_id="w")) is None


def test_a_ticket_that_waits_on_the_customer_leaves_what_it_does_not_take() -> None:
    b = bancada(custo_pendente=0.25, custos={"email": 0.5})
    b.chega("t", canal_id="w")
    for nome in ("one", "two"):
        b.chega(nome, canal_id="e")
    b.diz(estados.pendenciar(b.tickets["t"], b.now))
    assert (b.dono("one"), b.dono("two")) == ("ana", None)
    b.diz(estados.ao_responder(b.tickets["t"], dono_pode=True, now=b.now))
    assert b.d.perfis["ana"].usado == 150, "its answer finds its owner, full or not"
    b.resolve("t")
    assert b.dono("two") == "ana"


def test_beyond_the_maximum_of_a_type_others_pass_by_what_waits() -> None:
    b = bancada(5, maximos={"whatsapp": 1})
    for nome, canal in {"w1": "w", "w2": "w", "e": "e"}.items():
        b.chega(nome, canal_id=canal)
    assert (b.dono("w1"), b.dono("w2"), b.dono("e")) == ("ana", None, "ana")
    b.diz(estados.pendenciar(b.tickets["w1"], b.now))
    assert b.dono("w2") == "ana"


@pytest.mark.parametrize(("tem", "espera"), [("w", "c"), ("c", "w")])
def test_no_chat_while_on_a_call_and_no_call_while_in_a_chat(tem: str, espera: str) -> None:
    b = bancada(5, exclusoes=(("whatsapp", "webchat"),))
    b.chega("has", canal_id=tem)
    b.chega("waits", canal_id=espera)
    assert (b.dono("waits"), b.dono(b.chega(canal_id=tem)), b.dono(b.chega(canal_id="e"))) == (None, "ana", "ana")
    for id_ in ("has", "t3"):
        b.resolve(id_)
    assert b.dono("waits") == "ana"


passos = st.lists(
    st.tuples(st.sampled_from(["chega", "chega", "resolve", "pendente", "responde"]), st.integers(0, 20)), max_size=40
)


@given(passos, st.sampled_from([None, 0.25]), st.integers(1, 3))
def test_whatever_comes_and_goes_nobody_is_given_more_than_fits(
    historia: list[tuple[str, int]], pendente: float | None, vagas: int
) -> None:
    """Beyond it is only what has come back from the customer."""
    b = bancada(
        vagas, custos={"email": 0.3}, maximos={"whatsapp": 1}, exclusoes=(("webchat", "sms"),), custo_pendente=pendente
    )
    custos = Custos(b.capacidade)
    for que, qual in historia:
        antes = len(b.dados)
        _fazer(b, que, qual)
        tem = [b.tickets[id_] for id_ in b.de("ana")]
        soma = sum(custos.ocupacao(row, CANAIS[row.canal_id or ""])[0] for row in tem)
        assert b.d.perfis["ana"].usado == soma
        em_curso = [row.canal_id for row in tem if row.status == "EM_ANDAMENTO"]
        for dado in [b.tickets[id_].canal_id for id_, _, _ in b.dados[antes:]]:
            assert soma <= vagas * 100
            assert dado != "w" or em_curso.count("w") == 1
            assert dado not in {"c", "s"} or not {"c", "s"} <= set(em_curso)


def _fazer(b: Bancada, que: str, qual: int) -> None:
    status = {"pendente": "EM_ANDAMENTO", "responde": "PENDENTE"}.get(que)
    sao = [id_ for id_ in b.de("ana") if status in {None, b.tickets[id_].status}]
    if que == "chega":
        b.chega(canal_id=list(CANAIS)[qual % len(CANAIS)])
    elif sao:
        id_ = sao[qual % len(sao)]
        match que:
            case "pendente":
                b.diz(estados.pendenciar(b.tickets[id_], b.now))
            case "responde":
                b.diz(estados.ao_responder(b.tickets[id_], dono_pode=True, now=b.now))
            case _:
                b.resolve(id_)
