"""What keeps an agent from a ticket, and what is said of it."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.capacidade import Cheio, Impedimento, disponivel, impedimento, pode_forcar, recusa_de
from engine.modelo import DISPONIVEL
from tests.engine import linhas

CHEIO: tuple[Cheio | None, ...] = (None, *get_args(Cheio))
estados = st.sampled_from([DISPONIVEL, "pausa", "almoco", ""])
excluido = st.sampled_from([None, 5])


@given(st.booleans(), estados, excluido)
def test_work_is_given_only_to_who_is_online_ready_and_not_deleted(
    online: bool, estado: str, excluido_em: int | None
) -> None:
    row = linhas.atendente(online=online, estado=estado, excluido_em=excluido_em)
    assert disponivel(row) == (online and estado == DISPONIVEL and excluido_em is None)


@given(st.booleans(), st.booleans(), st.booleans(), estados, st.sampled_from(CHEIO), excluido)
def test_nothing_keeps_an_agent_from_a_ticket_exactly_when_it_serves_is_ready_knows_and_has_room(
    serve: bool, sabe: bool, online: bool, estado: str, cheio: Cheio | None, excluido_em: int | None
) -> None:
    row = linhas.atendente(online=online, estado=estado, excluido_em=excluido_em)
    impede = impedimento(row, serve=serve, sabe=sabe, cheio=cheio)
    assert (impede is None) == (serve and disponivel(row) and sabe and cheio is None)
    if impede is not None:
        assert pode_forcar(impede) == serve, "a supervisor goes beyond presence, skills and room, never past the fila"


@pytest.mark.parametrize(
    ("serve", "online", "estado", "sabe", "diz"),
    [
        (False, False, "pausa", False, "fora_da_fila"),
        (True, False, "pausa", False, "offline"),
        (True, True, "pausa", False, "indisponivel"),
        (True, True, DISPONIVEL, False, "sem_habilidade"),
        (True, True, DISPONIVEL, True, "lotado"),
    ],
)
def test_of_several_things_the_gravest_is_said(
    serve: bool, online: bool, estado: str, sabe: bool, diz: Impedimento
) -> None:
    row = linhas.atendente(online=online, estado=estado)
    assert impedimento(row, serve=serve, sabe=sabe, cheio="lotado") == diz


@pytest.mark.parametrize("impede", get_args(Impedimento))
def test_every_refusal_says_who_and_why(impede: Impedimento) -> None:
    recusa = recusa_de(impede, linhas.atendente("Ana", capacidade=3, estado="pausa"))
    assert recusa.status == 409
    assert recusa.message.startswith("Ana ")
    assert recusa.codigo.startswith("atendente_")
