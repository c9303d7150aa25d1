"""What a ticket takes of an agent, which types of canal are told apart, and what an agent has room for."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.distribuicao import Custos, Perfil
from engine.distribuicao.custos import TIPOS, VAGA
from engine.modelo import ArremateRow, TipoComContatos
from engine.politica.capacidade import Capacidade
from tests.engine import linhas

NOMES: tuple[TipoComContatos, ...] = get_args(TipoComContatos)

tipos = st.sampled_from(NOMES)
capacidades = st.builds(
    Capacidade,
    custos=st.dictionaries(tipos, st.sampled_from([0.1, 0.25, 0.5, 1.0, 2.0]), max_size=4),
    custo_pendente=st.sampled_from([None, 0.0, 0.25, 1.0]),
    maximos=st.dictionaries(tipos, st.integers(0, 3), max_size=3),
    exclusoes=st.lists(st.tuples(tipos, tipos).filter(lambda par: par[0] != par[1]), max_size=3).map(tuple),
)


# -- classes


def test_where_nobody_has_set_anything_all_types_are_one_class_of_one_slot() -> None:
    custos = Custos()
    assert custos.um_so
    assert {custos.classe(tipo) for tipo in TIPOS} == {0}
    assert (custos.custo, custos.custo_pendente, custos.maximo, custos.exclui) == ((VAGA,), (VAGA,), (None,), ((),))


@given(capacidades)
def test_types_are_one_class_exactly_when_nothing_tells_them_apart(capacidade: Capacidade) -> None:
    custos = Custos(capacidade)
    contados = set(capacidade.maximos) | {tipo for par in capacidade.exclusoes for tipo in par}
    for um in TIPOS:
        for outro in TIPOS:
            iguais = _cents(capacidade, um) == _cents(capacidade, outro) and not {um, outro} & contados
            assert (custos.classe(um) == custos.classe(outro)) == (um == outro or iguais), (um, outro)
    assert {custos.classe(tipo) for tipo in TIPOS} == set(range(custos.quantas()))
    assert custos.um_so == (custos.quantas() == 1)


@given(capacidades)
def test_each_type_has_what_its_class_says(capacidade: Capacidade) -> None:
    custos = Custos(capacidade)
    for tipo in TIPOS:
        classe = custos.classe(tipo)
        assert custos.custo[classe] == _cents(capacidade, tipo)
        assert custos.maximo[classe] == (None if tipo is None else capacidade.maximos.get(tipo))
        excluidos = {outro for par in capacidade.exclusoes for outro in par if tipo in par and outro != tipo}
        assert set(custos.exclui[classe]) == {custos.classe(outro) for outro in excluidos}


@given(capacidades)
def test_exclusion_holds_in_both_directions(capacidade: Capacidade) -> None:
    exclui = Custos(capacidade).exclui
    assert all(uma in exclui[outra] for uma, excluidas in enumerate(exclui) for outra in excluidas)


@given(capacidades, st.none() | tipos)
def test_what_waits_on_the_customer_takes_what_is_set_for_that_and_is_counted_in_no_class(
    capacidade: Capacidade, tipo: TipoComContatos | None
) -> None:
    custos = Custos(capacidade)
    cheio = _cents(capacidade, tipo)
    pendente = cheio if capacidade.custo_pendente is None else round(capacidade.custo_pendente * VAGA)
    assert custos.ocupacao(linhas.ticket(status="PENDENTE"), tipo) == (pendente, -1)
    assert custos.ocupacao(linhas.ticket(status="EM_ANDAMENTO"), tipo) == (cheio, custos.classe(tipo))


def _cents(capacidade: Capacidade, tipo: TipoComContatos | None) -> int:
    return VAGA if tipo is None else round(capacidade.custos.get(tipo, 1) * VAGA)


def test_a_type_does_not_exclude_itself() -> None:
    custos = Custos(Capacidade(exclusoes=(("whatsapp", "whatsapp"),)))
    assert custos.classe("whatsapp") not in custos.exclui[custos.classe("whatsapp")]


# -- an agent's slots


def arremate(ticket_id: str, custo: int) -> ArremateRow:
    return ArremateRow("empresa", ticket_id, "atendente", 1_000, custo)


def perfil(capacidade: int, custos: Custos, **campos: Any) -> Perfil:
    return Perfil(linhas.atendente(capacidade=capacidade, **campos), custos)


@pytest.mark.parametrize(("custo", "cabem"), [(0.1, 10), (0.2, 5), (0.3, 3), (0.7, 1), (0.01, 100), (1.0, 1), (1.1, 0)])
def test_costs_add_up_exactly(custo: float, cabem: int) -> None:
    custos = Custos(Capacidade(custos={"email": custo}))
    quem, classe = perfil(1, custos), custos.classe("email")
    for numero in range(cabem):
        assert quem.impede(classe) is None
        quem.prometer(str(numero), (custos.custo[classe], classe))
    assert quem.impede(classe) == "lotado"


def test_ten_tickets_of_a_tenth_fill_one_slot_and_one_less_leaves_room_for_no_whole_one() -> None:
    custos = Custos(Capacidade(custos={"email": 0.1}))
    quem, email, inteiro = perfil(1, custos), custos.classe("email"), custos.classe(None)
    for numero in range(10):
        quem.ocupar(str(numero), (10, email))
    assert (quem.usado, quem.ocupacao, quem.vagas) == (VAGA, 1.0, 0)
    quem.desocupar("0")
    assert (quem.impede(email), quem.impede(inteiro)) == (None, "lotado")
    assert quem.vagas == 1 << email


def test_of_a_type_no_more_than_its_maximum_and_of_others_still() -> None:
    custos = Custos(Capacidade(maximos={"whatsapp": 2}))
    quem, whats, outros = perfil(5, custos), custos.classe("whatsapp"), custos.classe("email")
    quem.ocupar("a", (VAGA, whats))
    assert quem.impede(whats) is None
    quem.prometer("b", (VAGA, whats))
    assert (quem.impede(whats), quem.impede(outros)) == ("maximo_do_canal", None)
    quem.ocupar("a", (25, -1))
    assert quem.impede(whats) is None, "what waits on the customer does not count in it"


def test_a_maximum_of_none_lets_nobody_have_any() -> None:
    custos = Custos(Capacidade(maximos={"sms": 0}))
    quem = perfil(5, custos)
    assert quem.impede(custos.classe("sms")) == "maximo_do_canal"
    assert quem.vagas == 1 << custos.classe("email")


@pytest.mark.parametrize(("tem", "vem"), [("whatsapp", "webchat"), ("webchat", "whatsapp")])
def test_what_excludes_each_other_is_not_given_together(tem: TipoComContatos, vem: TipoComContatos) -> None:
    custos = Custos(Capacidade(exclusoes=(("whatsapp", "webchat"),)))
    quem = perfil(5, custos)
    quem.ocupar("a", (VAGA, custos.classe(tem)))
    assert quem.impede(custos.classe(vem)) == "canal_excluido"
    assert quem.impede(custos.classe(tem)) is None, "more of the same is no trouble"
    assert quem.impede(custos.classe("email")) is None
    quem.ocupar("a", (VAGA, -1))
    assert quem.impede(custos.classe(vem)) is None, "what waits on the customer shuts nothing out"


def test_forced_beyond_its_slots_an_agent_has_room_again_only_when_they_have_come_down() -> None:
    quem = perfil(1, Custos())
    for nome in "abc":
        quem.ocupar(nome, (VAGA, 0))
    assert (quem.ocupacao, quem.impede(0)) == (3.0, "lotado")
    quem.desocupar("a")
    quem.desocupar("b")
    assert quem.impede(0) == "lotado"
    quem.desocupar("c")
    assert quem.impede(0) is None


def test_wrapping_up_takes_slots_until_it_is_over_and_once_only() -> None:
    quem = perfil(1, Custos())
    quem.arrematar(arremate("a", VAGA))
    quem.arrematar(arremate("a", VAGA))
    assert (quem.usado, quem.vagas) == (VAGA, 0)
    assert quem.arrematou("a")
    assert not quem.arrematou("a")
    assert (quem.usado, quem.vagas) == (0, 1)


@given(st.data(), capacidades, st.integers(0, 4))
def test_whatever_happens_the_count_is_that_of_what_it_has(
    data: st.DataObject, capacidade: Capacidade, vagas: int
) -> None:
    custos = Custos(capacidade)
    quem = perfil(vagas, custos)
    nomes = st.sampled_from("abcdef")
    for _ in range(data.draw(st.integers(0, 25))):
        que, nome, classe = data.draw(st.tuples(st.sampled_from(QUE), nomes, st.integers(0, custos.quantas() - 1)))
        _mexer(quem, que, nome, classe)
        tem = [*quem.ocupadas.values(), *quem.prometidas.values()]
        assert quem.usado == sum(custo for custo, _ in tem) + sum(row.custo for row in quem.arremates.values())
        assert quem.em == [sum(1 for _, de in tem if de == uma) for uma in range(custos.quantas())]
        assert quem.vagas == sum(1 << uma for uma in range(custos.quantas()) if quem.recebe and not quem.impede(uma))


QUE = ("ocupar", "pendente", "desocupar", "prometer", "desprometer", "cumprir", "arrematar", "arrematou", "pausa", "ja")


def _mexer(quem: Perfil, que: str, nome: str, classe: int) -> None:
    custo = quem.custos.custo[classe]
    match que:
        case "ocupar":
            quem.ocupar(nome, (custo, classe))
        case "pendente":
            quem.ocupar(nome, (quem.custos.custo_pendente[classe], -1))
        case "desocupar":
            quem.desocupar(nome)
        case "prometer" if nome not in quem.ocupadas and nome not in quem.prometidas:
            quem.prometer(nome, (custo, classe))
        case "desprometer" if nome in quem.prometidas:
            quem.desprometer(nome)
        case "cumprir" if nome in quem.prometidas and nome not in quem.ocupadas:
            quem.cumprir(nome)
        case "arrematar":
            quem.arrematar(arremate(nome, custo))
        case "arrematou":
            quem.arrematou(nome)
        case "pausa" | "ja":
            quem.mudou(linhas.atendente(capacidade=quem.row.capacidade, online=que == "ja"))


# -- promises for which there is no room any more


@given(st.lists(st.sampled_from("abcd"), unique=True), st.integers(0, 5), st.booleans())
def test_promises_fall_last_first_until_what_is_left_fits(nomes: list[str], vagas: int, online: bool) -> None:
    quem = perfil(5, Custos())
    for nome in nomes:
        quem.prometer(nome, (VAGA, 0))
    quem.mudou(linhas.atendente(capacidade=vagas, online=online))
    cairam = []
    while (caiu := quem.nao_cabe()) is not None:
        quem.desprometer(caiu)
        cairam.append(caiu)
    ficam = nomes[: len(nomes) - len(cairam)]
    assert cairam == nomes[len(ficam) :][::-1]
    assert len(ficam) == (min(vagas, len(nomes)) if online else 0)


def test_a_promise_falls_when_what_was_forced_upon_the_agent_shuts_it_out() -> None:
    custos = Custos(Capacidade(exclusoes=(("whatsapp", "webchat"),), maximos={"sms": 1}))
    quem = perfil(9, custos)
    quem.prometer("whatsapp", (VAGA, custos.classe("whatsapp")))
    quem.prometer("sms", (VAGA, custos.classe("sms")))
    assert quem.nao_cabe() is None
    quem.ocupar("forced", (VAGA, custos.classe("webchat")))
    assert quem.nao_cabe() == "whatsapp"
    quem.desprometer("whatsapp")
    assert quem.nao_cabe() is None
    quem.ocupar("forced too", (VAGA, custos.classe("sms")))
    assert quem.nao_cabe() == "sms"


def test_what_costs_nothing_stays_promised_to_whoever_has_more_than_it_can_hold() -> None:
    custos = Custos(Capacidade(custos={"email": 0}))
    quem = perfil(1, custos)
    for numero in range(2):
        quem.ocupar(str(numero), (VAGA, 0))
    quem.prometer("email", (0, custos.classe("email")))
    assert quem.nao_cabe() is None
    quem.prometer("call", (VAGA, 0))
    quem.prometer("another email", (0, custos.classe("email")))
    assert quem.nao_cabe() == "call"
