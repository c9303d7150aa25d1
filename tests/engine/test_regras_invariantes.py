"""The end of the log read backwards, the books against each other, a published row against the one that is written."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.invariantes import NUMEROS, REGRAS, Caderno
from engine.invariantes.guardado import NUMEROS_OLHADOS, Livro, conferir_livro, conferir_ticket
from engine.invariantes.historia import Entrega, conferir
from engine.invariantes.vez import VEZES, Vez
from engine.modelo import EventoRow, Papel, TicketRow
from engine.vistas import json_text

EMPRESA, FILA, ANA, EQUIPE = "e", "f", "ana", "q"
TICKET = TicketRow(
    EMPRESA, "t", 1, "ABERTO", "NORMAL", "João", None, None, None, FILA, None, None, False, 0, 0, 0, None, None, None
)
LIVRO = Livro(1, 20, 5, 0, 20, 5, eventos_a_mais=False, tickets_a_mais=False, em_curso=0)


class Presente:
    """Ana is there, serves the fila and has room, unless it is said otherwise."""

    def __init__(self, *, disponivel: bool = True, serve: bool = True, acima: bool = False) -> None:
        self._disponivel, self._serve, self._acima = disponivel, serve, acima

    def disponivel(self, _: str) -> bool:
        return self._disponivel

    def serve(self, _: str, __: str) -> bool:
        return self._serve

    def acima(self, _: str) -> bool:
        return self._acima


def evento(tipo: str, dados: dict[str, Any] | None = None, papel: Papel = "admin", **mudancas: Any) -> EventoRow:
    do_ticket = tipo.startswith("ticket")
    return EventoRow(
        EMPRESA, 0, tipo, 0, "t" if do_ticket else None, FILA if do_ticket else None, ANA, None, None, None, papel,
        json_text(dados or {}), json_text(mudancas) if mudancas else None,
    )  # fmt: skip


def dado(papel: Papel = "sistema", **mudancas: Any) -> EventoRow:
    return evento(
        "ticket_atribuido", None, papel, status=("ABERTO", "EM_ANDAMENTO"), atendenteId=(None, ANA), **mudancas
    )


def status(*, online: bool, antes: bool) -> EventoRow:
    estado = {True: "disponivel", False: "offline"}
    return evento(
        "atendente_status", {"id": ANA, "online": online, "estado": estado[online]},
        online=(antes, online), estado=(estado[antes], estado[online]),
    )  # fmt: skip


FORA_DA_FILA = evento("fila_membro_removido", {"filaId": FILA, "atendenteId": ANA})
FORA_DA_EQUIPE = evento("equipe_membro_removido", {"equipeId": EQUIPE, "atendenteId": ANA})
SEM_A_EQUIPE = evento("equipe_fila_desvinculada", {"equipeId": EQUIPE, "filaId": FILA})
RESPONDEU = evento("ticket_atribuido", None, "sistema", status=("PENDENTE", "EM_ANDAMENTO"))
REABRIU = evento("ticket_atribuido", None, "sistema", status=("RESOLVIDO", "EM_ANDAMENTO"))
SAIU, CHEGOU = status(online=False, antes=True), status(online=True, antes=False)
PAUSA = evento("atendente_status", {"id": ANA, "online": True, "estado": "pausa"}, estado=("disponivel", "pausa"))
MENOS = evento("atendente_atualizado", capacidade=(5, 1))


def achados(eventos: list[EventoRow], agora: Presente) -> list[tuple[int, str]]:
    caderno, entregas = Caderno(), list[Entrega]()
    seguidos = [replace(um, seq=n) for n, um in enumerate(eventos, 1)]
    for _ in conferir(seguidos, agora, caderno, entregas):
        pass
    return [(achado.numero, achado.codigo) for achado in caderno.achados()]


@pytest.mark.parametrize(
    ("eventos", "agora", "esperados"),
    [
        ([dado()], Presente(), []),
        ([dado()], Presente(disponivel=False), [5]),
        ([dado(), SAIU], Presente(disponivel=False), []),
        ([dado(), PAUSA], Presente(disponivel=False), []),
        ([SAIU, dado()], Presente(disponivel=False), [5]),
        ([SAIU, dado(), CHEGOU], Presente(), [5]),
        ([PAUSA, dado(), CHEGOU, SAIU], Presente(disponivel=False), [5]),
        ([CHEGOU, dado(), SAIU, CHEGOU], Presente(), []),
        ([dado(forcado=(False, True))], Presente(disponivel=False, acima=True), []),
        ([dado("supervisor")], Presente(disponivel=False), [5]),
        ([dado()], Presente(serve=False), [12]),
        ([dado(forcado=(False, True))], Presente(serve=False), [12]),
        ([dado(), FORA_DA_FILA], Presente(serve=False), []),
        ([dado(), FORA_DA_EQUIPE], Presente(serve=False), []),
        ([dado(), SEM_A_EQUIPE], Presente(serve=False), []),
        ([dado(), evento("equipe_excluida", {"id": EQUIPE})], Presente(serve=False), []),
        ([dado(), evento("fila_excluida", {"id": FILA})], Presente(serve=False), []),
        ([dado(), evento("atendente_excluido", {"id": ANA})], Presente(disponivel=False, serve=False), []),
        ([FORA_DA_FILA, dado()], Presente(serve=False), [12]),
        ([dado()], Presente(acima=True), [2]),
        ([dado(), dado()], Presente(acima=True), [2]),
        ([MENOS, dado()], Presente(acima=True), [2]),
        ([dado(), MENOS], Presente(acima=True), []),
        ([dado(), evento("empresa_atualizada", {})], Presente(acima=True), []),
        ([RESPONDEU], Presente(disponivel=False), []),
        ([REABRIU], Presente(disponivel=False), [5]),
    ],
)  # fmt: skip
def test_what_was_given_is_judged_by_what_was_so_then(
    eventos: list[EventoRow], agora: Presente, esperados: list[int]
) -> None:
    assert [numero for numero, _ in achados(eventos, agora)] == esperados


@given(st.lists(st.booleans(), max_size=12))
def test_whoever_is_given_work_only_while_it_is_there_is_never_held_against_anybody(idas: list[bool]) -> None:
    """Each True: comes, is given something, and goes; each False: comes and goes."""
    eventos: list[EventoRow] = []
    for recebe in idas:
        eventos += [CHEGOU, dado(), SAIU] if recebe else [CHEGOU, SAIU]
    assert achados(eventos, Presente(disponivel=False)) == []
    assert len(achados([*eventos, dado()], Presente(disponivel=False))) == 1


def test_a_gap_in_the_log_is_seen() -> None:
    caderno = Caderno()
    eventos = [replace(dado(), seq=seq) for seq in (3, 4, 6)]
    for _ in conferir(eventos, Presente(), caderno, []):
        pass
    assert [(um.numero, um.alvo.seq) for um in caderno.achados()] == [(8, 6)]


@pytest.mark.parametrize(
    ("livro", "duravel", "esperados"),
    [
        (LIVRO, 20, []),
        (LIVRO, 21, [(7, "evento_perdido")]),
        (replace(LIVRO, eventos=19), 20, [(8, "eventos_com_buraco")]),
        (replace(LIVRO, podado=15, eventos=5), 20, []),
        (replace(LIVRO, eventos_a_mais=True), 20, [(8, "eventos_com_buraco")]),
        (replace(LIVRO, tickets=4), 20, [(10, "numeros_com_buraco")]),
        (replace(LIVRO, tickets_a_mais=True), 20, [(10, "numeros_com_buraco")]),
        (replace(LIVRO, seq=50_000, eventos=NUMEROS_OLHADOS, numero=90_000, tickets=NUMEROS_OLHADOS), 20, []),
    ],
)
def test_the_books_agree_with_what_there_is(livro: Livro, duravel: int, esperados: list[tuple[int, str]]) -> None:
    caderno = Caderno()
    conferir_livro(livro, duravel, caderno)
    assert [(achado.numero, achado.codigo) for achado in caderno.achados()] == esperados


def test_a_row_that_is_not_as_it_was_published_says_in_what() -> None:
    caderno = Caderno()
    conferir_ticket(TICKET, TICKET, caderno)
    assert not list(caderno.achados())
    conferir_ticket(TICKET, replace(TICKET, assunto="outro", prioridade="ALTA"), caderno)
    conferir_ticket(replace(TICKET, id="u"), None, caderno)
    diferente, perdido = caderno.achados()
    assert (diferente.codigo, perdido.codigo) == ("ticket_diferente", "ticket_perdido")
    assert "prioridade, assunto" in diferente.mensagem


def test_who_was_passed_over_is_known_only_beyond_doubt() -> None:
    vez = Vez()
    for n in range(VEZES):
        vez.dado("a", Entrega(str(n), FILA, ANA, 10_000 - 1_000 * n), (0, 50))
    assert len(vez.passaram("a", (0, 10), 0)) == VEZES
    assert not vez.passaram("a", (0, 60), 0), "those came before it in line"
    assert not vez.passaram("a", (0, 10), 9_500), "it waits as it is since later"
    assert not vez.passaram("b", (0, 10), 0), "who may have those may not have it"
    de_uma_vez = Vez()
    for n in range(VEZES):
        de_uma_vez.dado("a", Entrega(str(n), FILA, ANA, 10_000), (0, 50))
    assert not de_uma_vez.passaram("a", (0, 10), 0), "all at one moment: a promise that fell"


def test_the_thirteen_are_those_of_the_design_each_with_its_sentence() -> None:
    assert tuple(range(1, 14)) == NUMEROS
    assert len({regra.nome for regra in REGRAS}) == 13
    assert all(regra.frase and regra.olhado for regra in REGRAS)
