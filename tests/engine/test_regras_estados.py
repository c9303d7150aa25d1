"""The life of a ticket against the contract's table, and what each change does to the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace

from engine import estados
from engine.errors import Conflict
from engine.modelo import Ofertado, Rota, Status, TicketRow

TODOS: tuple[Status, ...] = get_args(Status)

CONTRATO: dict[Status, set[Status]] = {
    "ABERTO": {"EM_ANDAMENTO", "PENDENTE", "RESOLVIDO", "FECHADO"},
    "EM_ANDAMENTO": {"ABERTO", "PENDENTE", "RESOLVIDO", "FECHADO"},
    "PENDENTE": {"ABERTO", "EM_ANDAMENTO", "RESOLVIDO", "FECHADO"},
    "RESOLVIDO": {"EM_ANDAMENTO", "ABERTO", "FECHADO"},
    "FECHADO": set(),
}

NOW = 1_000


def linha(status: Status, dono: str | None = None, *, desde: int = 10) -> TicketRow:
    return TicketRow(
        "e1", "t1", 1, status, "NORMAL", "Ana", None, None, None, "f1", dono, None, dono is not None,
        10, 20, desde, None, 500 if status == "RESOLVIDO" else None, 600 if status == "FECHADO" else None,
    )  # fmt: skip


linhas = st.builds(
    TicketRow,
    empresa_id=st.just("e1"), id=st.just("t1"), numero=st.integers(1), status=st.sampled_from(TODOS),
    fila_id=st.sampled_from(["f1", "f2"]), atendente_id=st.sampled_from([None, "a1", "a2"]),
    devolvido_por=st.sampled_from([None, "a1", "a2"]),
    criado_em=st.integers(0, 100), atualizado_em=st.integers(0, 100), aguardando_desde=st.integers(0, 100),
    rota=st.sampled_from([None, Rota(afim="a1"), Rota(na_fila_desde=50), Rota(oferta=Ofertado(("a1", "a2"), 900))]),
)  # fmt: skip


@pytest.mark.parametrize("de", TODOS)
@pytest.mark.parametrize("para", TODOS)
def test_a_transition_is_allowed_exactly_where_the_contract_says(de: Status, para: Status) -> None:
    if para in CONTRATO[de]:
        estados.exigir_transicao(de, para)
        return
    with pytest.raises(Conflict) as recusa:
        estados.exigir_transicao(de, para)
    assert recusa.value.status == 409
    for permitido in CONTRATO[de]:
        assert permitido in recusa.value.message
    if not CONTRATO[de]:
        assert "nenhum" in recusa.value.message


@given(linhas)
def test_a_slot_is_held_only_by_an_open_ticket_and_never_while_it_waits(row: TicketRow) -> None:
    dono = estados.dono(row)
    if dono is not None:
        assert dono == row.atendente_id
        assert estados.aberto(row.status)
        assert not estados.espera(row)
    if estados.espera(row):
        assert estados.aberto(row.status)


MUDANCAS: dict[str, Callable[[TicketRow], TicketRow]] = {
    "assumir": lambda row: estados.assumir(row, "a9", forcado=False, now=NOW),
    "devolver": lambda row: estados.devolver(row, NOW),
    "esperar": lambda row: estados.esperar_na_fila(row, "f9", NOW),
    "pendenciar": lambda row: estados.pendenciar(row, NOW),
    "resolver": lambda row: estados.encerrar(row, "RESOLVIDO", NOW),
    "fechar": lambda row: estados.encerrar(row, "FECHADO", NOW),
    "responder": lambda row: estados.ao_responder(row, dono_pode=True, now=NOW),
    "responder a quem saiu": lambda row: estados.ao_responder(row, dono_pode=False, now=NOW),
}


@given(linhas, st.sampled_from(sorted(MUDANCAS)))
def test_every_change_says_when_and_leaves_identity_and_the_old_row_alone(row: TicketRow, qual: str) -> None:
    antes = asdict(row)
    depois = MUDANCAS[qual](row)
    assert asdict(row) == antes
    assert depois.atualizado_em == NOW
    for campo in ("empresa_id", "id", "numero", "prioridade", "contato_nome", "canal_id", "criado_em"):
        assert getattr(depois, campo) == antes[campo]


@given(linhas, st.lists(st.sampled_from(sorted(MUDANCAS)), max_size=8))
def test_after_any_changes_an_owner_and_a_place_in_line_exclude_each_other(row: TicketRow, quais: list[str]) -> None:
    for qual in quais:
        row = MUDANCAS[qual](row)
        if row.status == "ABERTO":
            assert row.atendente_id is None
        if row.status == "EM_ANDAMENTO":
            assert estados.dono(row) is not None
        if not estados.aberto(row.status):
            assert estados.dono(row) is None
        if row.atendente_id is None or not estados.aberto(row.status):
            assert not row.forcado or qual == "pendenciar"


def test_taking_a_ticket_makes_it_the_agents_work() -> None:
    row = estados.assumir(linha("ABERTO"), "a1", forcado=True, now=NOW)
    assert (row.status, row.atendente_id, row.forcado) == ("EM_ANDAMENTO", "a1", True)
    assert estados.dono(row) == "a1"


def test_a_returned_ticket_waits_at_its_old_age() -> None:
    row = estados.devolver(estados.assumir(linha("ABERTO", desde=10), "a1", forcado=True, now=NOW), NOW + 1)
    assert (row.status, row.atendente_id, row.forcado, row.aguardando_desde) == ("ABERTO", None, False, 10)


def test_a_returned_ticket_that_waits_on_the_customer_goes_on_doing_so() -> None:
    row = estados.devolver(linha("PENDENTE", "a1"), NOW)
    assert (row.status, estados.dono(row), estados.espera(row)) == ("PENDENTE", None, False)


def test_a_ticket_moved_to_another_fila_keeps_its_age() -> None:
    row = estados.esperar_na_fila(linha("EM_ANDAMENTO", "a1", desde=10), "f2", NOW)
    assert (row.status, row.fila_id, row.atendente_id, row.aguardando_desde) == ("ABERTO", "f2", None, 10)


def test_a_ticket_reopened_into_the_line_waits_from_now() -> None:
    row = estados.esperar_na_fila(linha("RESOLVIDO", "a1", desde=10), "f1", NOW)
    assert (row.aguardando_desde, row.data_resolucao) == (NOW, None)


def test_a_ticket_reopened_by_an_agent_has_its_age_from_now_if_it_ever_waits_again() -> None:
    reaberto = estados.assumir(linha("RESOLVIDO", "a1", desde=10), "a1", forcado=False, now=NOW)
    assert reaberto.data_resolucao is None
    assert estados.devolver(reaberto, NOW + 5).aguardando_desde == NOW


def test_waiting_on_the_customer_keeps_the_owners_slot() -> None:
    assert estados.dono(estados.pendenciar(linha("EM_ANDAMENTO", "a1"), NOW)) == "a1"


def test_resolving_and_closing_write_their_own_dates_and_keep_the_owner_on_record() -> None:
    resolvido = estados.encerrar(linha("EM_ANDAMENTO", "a1"), "RESOLVIDO", NOW)
    assert (resolvido.status, resolvido.data_resolucao, resolvido.data_fechamento) == ("RESOLVIDO", NOW, None)
    assert (resolvido.atendente_id, estados.dono(resolvido)) == ("a1", None)
    fechado = estados.encerrar(resolvido, "FECHADO", NOW + 5)
    assert (fechado.status, fechado.data_resolucao, fechado.data_fechamento) == ("FECHADO", NOW, NOW + 5)


@given(linhas, st.sampled_from(sorted(MUDANCAS)))
def test_a_ticket_that_loses_its_owner_to_nobody_knows_from_whom_it_came_back(row: TicketRow, qual: str) -> None:
    depois = MUDANCAS[qual](row)
    antigo, novo = estados.dono(row), estados.dono(depois)
    if novo is not None and novo != antigo:
        assert qual == "pendenciar" or depois.devolvido_por is None
    if antigo is not None and novo is None and estados.aberto(depois.status):
        assert depois.devolvido_por == antigo
    if antigo is None and novo is None:
        assert depois.devolvido_por == row.devolvido_por


@pytest.mark.parametrize("status", ["EM_ANDAMENTO", "PENDENTE"])
def test_what_leaves_an_agent_without_going_to_another_came_back_from_it(status: Status) -> None:
    row = linha(status, "a1")
    assert estados.devolver(row, NOW).devolvido_por == "a1"
    em_outra = estados.esperar_na_fila(row, "f2", NOW)
    assert em_outra.devolvido_por == "a1"
    assert estados.esperar_na_fila(em_outra, "f3", NOW).devolvido_por == "a1", "it waits still"
    assert estados.assumir(em_outra, "a2", forcado=False, now=NOW).devolvido_por is None
    resolvido = estados.encerrar(row, "RESOLVIDO", NOW)
    assert estados.esperar_na_fila(resolvido, "f1", NOW).devolvido_por is None, "resolving is no sending back"


@pytest.mark.parametrize(
    ("serve", "forcado", "fica"), [(True, False, True), (False, False, False), (False, True, True)]
)
def test_the_customers_answer_goes_to_the_owner_that_serves_the_fila(serve: bool, forcado: bool, fica: bool) -> None:
    row = replace(linha("PENDENTE", "a1"), forcado=forcado)
    depois = estados.ao_responder(row, dono_pode=serve, now=NOW)
    assert (depois.status, estados.dono(depois)) == (("EM_ANDAMENTO", "a1") if fica else ("ABERTO", None))
    assert estados.espera(estados.ao_responder(linha("PENDENTE"), dono_pode=serve, now=NOW))


@given(linhas, st.integers(0, 100_000))
def test_a_first_response_is_timed_from_when_a_person_was_asked(row: TicketRow, agora: int) -> None:
    segundos = estados.segundos_ate_responder(row, agora)
    assert segundos == max(0, agora - row.aguardando_desde) / 1000
    reaberto = estados.esperar_na_fila(estados.encerrar(row, "RESOLVIDO", agora), "f1", agora + 60_000)
    assert estados.segundos_ate_responder(reaberto, agora + 61_000) == 1.0


@given(linhas, linhas)
def test_the_directories_hear_of_a_change_of_fila_of_canal_and_of_what_opens_closes_or_ends(
    antes: TicketRow, outra: TicketRow
) -> None:
    depois = replace(antes, status=outra.status, fila_id=outra.fila_id, canal_id=outra.canal_id)
    if (antes.fila_id, antes.canal_id) != (depois.fila_id, depois.canal_id):
        assert estados.muda_de_lugar(antes, depois)
    else:
        ambos_abertos = estados.aberto(antes.status) and estados.aberto(depois.status)
        assert estados.muda_de_lugar(antes, depois) == (antes.status != depois.status and not ambos_abertos)
