"""Every type of row has its line in the one table, and is written as that says."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from msgspec import Struct
from msgspec.structs import replace

from engine.journal import DurableGroup, Journal
from engine.journal._buffer import TurnRecord, form_batch
from engine.modelo import (
    AvisoRetidoRow,
    ContatoChaveRow,
    EmpresaRow,
    EventoRow,
    InscricaoRow,
    LeituraRow,
    MensagemRow,
    Row,
    TicketRow,
)
from engine.ports import Batch, Rejected
from engine.runtime import ManualLoop
from engine.tabelas import SALVAVEIS, TABELAS, de_escrita
from engine.tempo import VirtualClock
from tests.simulacao.loja import LojaEmMemoria

AS_ROWS = get_args(Row)
GUARDADAS = de_escrita("insere", "substitui", "muda")


def exemplo(tipo: type[Any]) -> Any:
    """A row, or a value of one of its fields."""
    if issubclass(tipo, Struct):
        return tipo(*(_valor(dica) for dica in get_type_hints(tipo).values()))
    return "E" if tipo is str else tipo()


def _valor(dica: Any) -> Any:
    if get_origin(dica) is Literal:
        return get_args(dica)[0]
    if get_origin(dica) is Mapping:
        return {}
    if isinstance(dica, type):
        return exemplo(dica)
    return None if NoneType in get_args(dica) else exemplo(get_origin(dica))


def lote(*rows: Row) -> Batch:
    group = DurableGroup("E", ManualLoop().dispatcher, seq=0, epoch=1, token="posse 1")
    return form_batch([TurnRecord(group, [row], [], ()) for row in rows])


def test_every_type_of_row_has_a_line() -> None:
    assert set(TABELAS) == set(AS_ROWS)


@pytest.mark.parametrize("tipo", AS_ROWS)
def test_a_key_is_made_of_fields_and_begins_with_the_empresa(tipo: type[Row]) -> None:
    chave = TABELAS[tipo].chave
    assert set(chave) <= set(tipo.__struct_fields__)
    assert chave[0] == ("id" if tipo is EmpresaRow else "empresa_id")
    row = exemplo(tipo)
    assert TABELAS[tipo].chave_de(row) == tuple(getattr(row, campo) for campo in chave)


@pytest.mark.parametrize("tipo", AS_ROWS)
def test_the_journal_takes_every_row_but_an_event_which_is_published(tipo: type[Row]) -> None:
    journal = Journal(LojaEmMemoria(), None, VirtualClock())  # type: ignore[arg-type]  # nothing is let out
    group = DurableGroup("E", ManualLoop().dispatcher, seq=0, epoch=1, token="p")
    assert (tipo in SALVAVEIS) == (tipo is not EventoRow)
    if tipo is EventoRow:
        with pytest.raises(TypeError, match="EventoRow"):
            journal.release(group, [exemplo(tipo)], [], ())
    else:
        journal.release(group, [exemplo(tipo)], [], ())
    assert journal.pending == (tipo in SALVAVEIS)


@pytest.mark.parametrize("tipo", GUARDADAS)
def test_of_what_has_a_key_a_batch_holds_the_last_version_and_of_what_is_inserted_all(tipo: type[Row]) -> None:
    antes, depois = exemplo(tipo), exemplo(tipo)
    (rows,) = lote(antes, depois).rows.values()
    assert [id(row) for row in rows] == ([id(antes), id(depois)] if tipo in de_escrita("insere") else [id(depois)])


def test_a_batch_is_in_the_order_of_the_table_and_numbers_travel_in_the_fence() -> None:
    numerada = replace(exemplo(EmpresaRow), numero=7)
    feito = lote(numerada, *(exemplo(tipo) for tipo in reversed(GUARDADAS)))
    assert [*feito.rows] == GUARDADAS
    assert [fence.numero for fence in feito.fences] == [7]


@pytest.mark.parametrize("tipo", GUARDADAS)
def test_the_store_in_memory_keeps_every_row_under_its_key(tipo: type[Row]) -> None:
    loja = LojaEmMemoria()
    row = exemplo(tipo)
    if isinstance(row, ContatoChaveRow):  # nobody's is not kept
        row = replace(row, contato_id="C")
    elif isinstance(row, InscricaoRow):  # nor one that is not wanted any more
        row = replace(row, ativa=True)
    elif isinstance(row, AvisoRetidoRow):  # nor what was told
        row = replace(row, ativo=True)

    async def gravar() -> None:
        await loja.activate("E", provision=True, now=0)
        await loja.commit(lote(row))

    asyncio.run(gravar())
    assert loja.um(tipo, *TABELAS[tipo].chave_de(row)) is row


def test_what_is_inserted_once_cannot_be_inserted_twice_into_the_store_in_memory() -> None:
    loja, mensagem = LojaEmMemoria(), exemplo(MensagemRow)
    with pytest.raises(Rejected, match="twice"):
        asyncio.run(loja.commit(Batch([], {TicketRow: [], LeituraRow: [], MensagemRow: [mensagem, mensagem]})))
    assert loja.repetidas == [TABELAS[MensagemRow].chave_de(mensagem)]
