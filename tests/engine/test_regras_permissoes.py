"""Who may do what, written out; and the rules on rows, for every role."""

from __future__ import annotations

from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine import estados, permissoes
from engine.errors import Forbidden
from engine.eventos import DE_UMA_PESSOA, POR_TIPO
from engine.ids import NINGUEM
from engine.modelo import ContatosVisiveis, Papel, Quem, TicketRow
from engine.permissoes import Ato
from engine.ports import Vidente

PAPEIS: Final[list[Papel]] = list(get_args(Papel))
ATOS: Final = {nome: ato for nome, ato in vars(permissoes).items() if isinstance(ato, Ato)}
CONTRATO: Final = {
    "VER": "admin supervisor atendente conector",
    "ATENDER": "admin supervisor atendente conector",
    "CONFIGURAR": "admin supervisor",
    "BALANCEAR": "admin supervisor",
    "VER_CANAIS": "admin supervisor conector",
    "CONECTAR": "conector",
    "EXCLUIR_TICKET": "admin",
    "REVOGAR_ACESSO": "admin",
    "TER_PRESENCA": "admin supervisor atendente",
    "SER_ATENDENTE": "atendente",
    "ENTRE_ATORES": "",
    "FORCAR": "admin supervisor",
    "FALAR_PELO_CONTATO": "admin conector",
    "MUDAR_PRESENCA_ALHEIA": "admin supervisor",
    "VER_ESTADOS_ALHEIOS": "admin supervisor",
    "VER_ESTADOS": "admin supervisor atendente",
    "VER_RELATORIOS": "admin supervisor atendente",
    "VER_RELATORIOS_ALHEIOS": "admin supervisor",
    "VER_TUDO": "admin supervisor conector",
    "VER_ACESSOS": "admin supervisor",
    "DAR_TICKET_ALHEIO": "admin supervisor",
    "EXCLUIR_MENSAGEM_ALHEIA": "admin supervisor",
    "ANOTAR": "admin supervisor atendente",
    "VER_NOTAS": "admin supervisor atendente",
    "EXCLUIR_NOTA_ALHEIA": "admin supervisor",
}
"""Who may do each act."""

FILAS: Final = ["f1", "f2", "f3"]
papeis = st.sampled_from(PAPEIS)
ids = st.sampled_from([None, "a1", "a2"])
pessoas = st.builds(Quem, st.just("e1"), ids, papeis)
filas = st.frozensets(st.sampled_from(FILAS))
TICKET: Final = TicketRow(
    "e1", "t1", 1, "ABERTO", "NORMAL", "João", None, None, None, "f1", None, None, False, 0, 0, 0, None, None, None
)
tickets = st.builds(
    lambda status, fila_id, dono: replace(TICKET, status=status, fila_id=fila_id, atendente_id=dono),
    st.sampled_from(list(estados.SEGUINTES)), st.sampled_from(FILAS), ids,
)  # fmt: skip


def test_each_act_is_for_the_roles_that_the_contract_names() -> None:
    assert {nome: ato.papeis for nome, ato in ATOS.items()} == {n: set(p.split()) for n, p in CONTRATO.items()}


@pytest.mark.parametrize("papel", [*PAPEIS, "gerente", ""])
@pytest.mark.parametrize("nome", CONTRATO)
def test_a_role_that_an_act_does_not_name_may_not(nome: str, papel: Papel) -> None:
    quem, ato = Quem("e1", "a1", papel), ATOS[nome]
    assert permissoes.pode(quem, ato) == (papel in CONTRATO[nome].split())
    if permissoes.pode(quem, ato):
        permissoes.exigir(quem, ato)
    else:
        with pytest.raises(Forbidden) as recusa:
            permissoes.exigir(quem, ato)
        assert (recusa.value.codigo, recusa.value.message) == (ato.codigo, ato.recusa)


@given(pessoas, tickets, filas)
def test_an_atendente_sees_the_tickets_of_its_filas_and_its_own(
    quem: Quem, row: TicketRow, suas: frozenset[str]
) -> None:
    dela = quem.id is not None and (row.atendente_id == quem.id or row.fila_id in suas)
    esperado = quem.papel in {"admin", "supervisor", "conector"} or (quem.papel == "atendente" and dela)
    assert permissoes.ve_ticket(quem, row.fila_id, row.atendente_id, suas) == esperado


@given(pessoas, tickets, filas)
def test_through_its_eyes_the_store_shows_somebody_exactly_what_it_sees(
    quem: Quem, row: TicketRow, suas: frozenset[str]
) -> None:
    vidente = permissoes.vidente(quem, suas)
    assert permissoes.ve_ticket(quem, row.fila_id, row.atendente_id, suas) == mostra(vidente, row)


def mostra(vidente: Vidente | None, row: TicketRow) -> bool:
    """What the filter of the store means."""
    return vidente is None or row.atendente_id == vidente.atendente_id or row.fila_id in vidente.filas


def test_who_is_nobody_is_shown_nothing() -> None:
    assert permissoes.vidente(Quem("e1", None, "atendente"), frozenset(FILAS)) == Vidente(NINGUEM, ())


@given(pessoas, tickets)
def test_what_another_has_is_given_on_only_by_it_or_a_supervisor(quem: Quem, row: TicketRow) -> None:
    dono = estados.dono(row)
    livre_ou_dele = dono is None or dono == quem.id
    assert permissoes.pode_dar(quem, row) == (livre_ou_dele or quem.papel in {"supervisor", "admin"})


@given(pessoas, ids)
def test_a_message_is_deleted_by_whoever_sent_it_or_a_supervisor(quem: Quem, remetente_id: str | None) -> None:
    dela = quem.id is not None and quem.id == remetente_id
    if dela or quem.papel in {"supervisor", "admin"}:
        permissoes.exigir_que_exclua(quem, remetente_id)
    else:
        with pytest.raises(Forbidden, match="Só quem enviou"):
            permissoes.exigir_que_exclua(quem, remetente_id)


@given(pessoas, st.lists(tickets), filas, st.sampled_from(get_args(ContatosVisiveis)))
def test_a_contact_is_seen_with_any_of_its_tickets_or_as_the_empresa_says(
    quem: Quem, dele: list[TicketRow], suas: frozenset[str], visiveis: ContatosVisiveis
) -> None:
    lugares = {lugar for row in dele for lugar in (row.fila_id, row.atendente_id) if lugar is not None}
    visto = any(permissoes.ve_ticket(quem, row.fila_id, row.atendente_id, suas) for row in dele)
    todos = permissoes.ve_todos_os_contatos(quem, visiveis)
    de_papel = quem.papel in {"admin", "supervisor", "conector"}
    assert todos == (de_papel or (quem.papel == "atendente" and visiveis == "todos"))
    assert permissoes.ve_contato_de(quem, lugares, suas) == (visto and not de_papel)


@given(pessoas, st.lists(tickets, max_size=1), ids)
def test_a_contact_without_a_ticket_is_seen_by_the_atendente_that_made_it(
    quem: Quem, dele: list[TicketRow], criado_por: str | None
) -> None:
    lugares = {row.fila_id for row in dele}
    dela = quem.papel == "atendente" and quem.id is not None and quem.id == criado_por
    assert permissoes.ve_contato_de(quem, lugares, frozenset(), criado_por) == (dela and not dele)


@pytest.mark.parametrize("papel", PAPEIS)
def test_people_answer_and_programs_do_not(papel: Papel) -> None:
    assert permissoes.e_pessoa(Quem("e1", "a1", papel)) == (papel in {"admin", "supervisor", "atendente"})


@pytest.mark.parametrize("cadastrado", [False, True])
@pytest.mark.parametrize("papel", PAPEIS)
def test_an_agent_is_one_by_role_or_because_it_was_made_one(papel: Papel, cadastrado: bool) -> None:
    quem = Quem("e1", "a1", papel)
    assert permissoes.conta_como_atendente(quem, cadastrado=cadastrado) == (papel == "atendente" or cadastrado)


def test_of_every_event_about_the_empresa_it_is_said_who_is_told() -> None:
    de_rows = {
        tipo
        for tipo in POR_TIPO
        if tipo.startswith(("ticket", "mensage", "nova_mensagem", "contato", "oferta", "pesquisa", "sla", "nota_", "mencao"))
    }  # fmt: skip
    ditos = {tipo for tipo in POR_TIPO if tipo in permissoes._DOS_EVENTOS}
    assert ditos == POR_TIPO.keys() - de_rows - DE_UMA_PESSOA
    assert ditos == permissoes._DOS_EVENTOS.keys()


def test_an_event_of_which_nothing_is_said_is_for_who_configures() -> None:
    assert permissoes.ato_do_evento("do_futuro") is permissoes.CONFIGURAR
