"""What the distribution knows of a ticket beside its fila and its age, and what each change does to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import estados
from engine.modelo import Ofertado, Pedida, Rota, Status, TicketRow
from tests.engine import linhas

ABERTOS: tuple[Status, ...] = ("ABERTO", "EM_ANDAMENTO", "PENDENTE")
DO_TICKET = {"etiquetas": ("vip",), "idioma": "es", "habilidades": (Pedida("espanhol", 3),), "afim": "a7"}
"""What is of the ticket itself, wherever it waits."""
DA_ESPERA = {"na_fila_desde": 40, "origem": "f0", "passou_por": ("f0",), "recusado_por": ("a1",)}
"""What is of its wait in one fila."""
NOW = 1_000

nomes = st.sampled_from(["a1", "a2", "a3"])
rotas = st.builds(
    Rota,
    etiquetas=st.sampled_from([(), ("vip",)]),
    idioma=st.sampled_from([None, "es"]),
    afim=st.none() | nomes,
    na_fila_desde=st.none() | st.integers(0, 900),
    recusado_por=st.lists(nomes, unique=True, max_size=2).map(tuple),
    oferta=st.none() | st.builds(Ofertado, st.lists(nomes, unique=True, min_size=1).map(tuple), st.just(2_000)),
)
rows = st.builds(
    lambda status, dono, rota: linhas.ticket(
        status=status, fila_id="f1", rota=rota, aguardando_desde=10, atendente_id=None if status == "ABERTO" else dono
    ),
    st.sampled_from([*ABERTOS, "RESOLVIDO"]),
    nomes,
    st.none() | rotas,
)


def com(status: Status = "ABERTO", **rota: object) -> TicketRow:
    dono = None if status == "ABERTO" else "a9"
    partes = {**DO_TICKET, **DA_ESPERA, **rota}
    return linhas.ticket(status=status, fila_id="f1", atendente_id=dono, aguardando_desde=10, rota=Rota(**partes))  # type: ignore[arg-type]


# -- a route that says nothing is none


@given(rows, st.sampled_from([{}, {"afim": "a1"}, {"afim": None}, {"etiquetas": ()}, {"idioma": "pt"}]))
def test_a_route_is_changed_where_said_and_is_none_when_nothing_is_left(
    row: TicketRow, mudancas: dict[str, object]
) -> None:
    depois = estados.com_rota(row, **mudancas)
    esperada = replace(row.rota or Rota(), **mudancas)
    assert (depois or Rota()) == esperada
    assert (depois is None) == (esperada == Rota())


# -- offers


@given(rows)
def test_only_what_waits_is_offered(row: TicketRow) -> None:
    oferta = estados.oferta_de(row)
    if row.status == "ABERTO" and row.rota is not None:
        assert oferta == row.rota.oferta
    else:
        assert oferta is None


def test_who_does_not_want_it_is_remembered_and_the_others_keep_the_offer() -> None:
    row = com(oferta=Ofertado(("a2", "a3"), 2_000), recusado_por=("a1",))
    depois = estados.desofertar(row, "a2", recusado=True)
    assert estados.oferta_de(depois) == Ofertado(("a3",), 2_000), "with the same deadline"
    assert depois.rota is not None
    assert depois.rota.recusado_por == ("a1", "a2")
    ninguem = estados.desofertar(depois, "a3", recusado=True)
    assert estados.oferta_de(ninguem) is None
    assert ninguem.rota is not None
    assert ninguem.rota.recusado_por == ("a1", "a2", "a3")


def test_who_may_not_have_it_any_more_has_not_refused_it() -> None:
    row = com(oferta=Ofertado(("a2", "a3"), 2_000), recusado_por=())
    depois = estados.desofertar(row, "a2", "a3")
    assert depois.rota is not None
    assert (depois.rota.oferta, depois.rota.recusado_por) == (None, ())


@given(rows)
def test_what_is_not_offered_cannot_be_refused(row: TicketRow) -> None:
    if estados.oferta_de(row) is None:
        assert estados.desofertar(row, "a1", recusado=True) is row


def test_who_refuses_twice_is_named_once() -> None:
    row = com(oferta=Ofertado(("a1",), 2_000), recusado_por=("a1",))
    depois = estados.desofertar(row, "a1", recusado=True)
    assert depois.rota is not None
    assert depois.rota.recusado_por == ("a1",)


@given(rows)
def test_taking_a_ticket_ends_its_offer_and_forgets_who_refused_it(row: TicketRow) -> None:
    rota = estados.assumir(row, "a9", forcado=False, now=NOW).rota or Rota()
    antes = row.rota or Rota()
    assert (rota.oferta, rota.recusado_por) == (None, ())
    assert rota.evita == tuple(dict.fromkeys((*antes.recusado_por, *filter(None, (row.devolvido_por,))))), (
        "but for this"
    )
    da_oferta = {"oferta": antes.oferta, "recusado_por": antes.recusado_por, "evita": antes.evita}
    assert replace(rota, **da_oferta) == antes, "and nothing else"


# -- overflow


def test_what_overflows_keeps_its_age_and_its_own_fila_on_record() -> None:
    row = replace(linhas.ticket(fila_id="f1", aguardando_desde=10), rota=None)
    uma = estados.transbordar(row, "f2", 500)
    outra = estados.transbordar(uma, "f3", 900)
    assert outra.rota is not None
    assert (outra.fila_id, outra.aguardando_desde, outra.atualizado_em) == ("f3", 10, 900)
    assert (outra.rota.origem, outra.rota.passou_por, outra.rota.na_fila_desde) == ("f1", ("f1", "f2"), 900)


def test_who_refused_it_in_the_one_fila_may_have_it_in_the_other() -> None:
    depois = estados.transbordar(com(recusado_por=("a1",)), "f2", NOW)
    assert depois.rota is not None
    assert depois.rota.recusado_por == ()
    assert {campo: getattr(depois.rota, campo) for campo in DO_TICKET} == DO_TICKET


# -- put into a fila by somebody


@pytest.mark.parametrize("status", ABERTOS)
def test_in_another_fila_it_begins_to_wait_there_now_and_what_it_went_through_is_forgotten(status: Status) -> None:
    depois = estados.na_fila(com(status), "f2", NOW)
    assert (depois.fila_id, depois.status, depois.aguardando_desde) == ("f2", status, 10)
    assert depois.rota == Rota(**DO_TICKET, na_fila_desde=NOW)  # type: ignore[arg-type]
    sem_nada = estados.na_fila(replace(com(status), rota=None), "f2", NOW)
    assert sem_nada.rota == Rota(na_fila_desde=NOW)


@pytest.mark.parametrize("status", ABERTOS)
def test_back_in_its_own_fila_it_goes_on_as_before_without_an_offer(status: Status) -> None:
    row = com(status, oferta=Ofertado(("a2",), 2_000))
    depois = estados.na_fila(row, "f1", NOW)
    assert depois.rota == com(status).rota
    assert estados.na_fila(replace(row, rota=None), "f1", NOW).rota is None


def test_what_was_resolved_begins_anew() -> None:
    row = com("RESOLVIDO")
    for fila_id in ("f1", "f2"):
        depois = estados.esperar_na_fila(row, fila_id, NOW)
        assert depois.rota == Rota(**DO_TICKET)  # type: ignore[arg-type]
        assert depois.aguardando_desde == NOW
        assert estados.esperar_na_fila(replace(row, rota=None), fila_id, NOW).rota is None


@given(rows, st.sampled_from(["f1", "f2"]))
def test_wherever_it_is_put_nothing_of_the_ticket_itself_is_lost(row: TicketRow, fila_id: str) -> None:
    antes = row.rota or Rota()
    for depois in (estados.na_fila(row, fila_id, NOW), estados.esperar_na_fila(row, fila_id, NOW)):
        rota = depois.rota or Rota()
        assert {campo: getattr(rota, campo) for campo in DO_TICKET} == {
            campo: getattr(antes, campo) for campo in DO_TICKET
        }
        assert rota.oferta is None
