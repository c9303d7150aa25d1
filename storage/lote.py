"""A batch, written: one statement and one round trip, whatever is in it; a deletion takes a transaction.

Rows travel as JSON, which costs us 7 µs for one ticket, one message and two events; arrays in parallel cost 14 µs. COPY
costs the same as JSON, but a transaction around it takes seven round trips, and between them PostgreSQL waits until we
have served whoever came first.

Most batches hold the same few types of rows, many of them messages alone, or what channels send: each has a statement
of its own: PostgreSQL sets up every part of a statement, also those that have nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace

from engine.busca import termos_do_contato, termos_do_ticket
from engine.estados import aberto
from engine.identidade import no_ticket
from engine.modelo import (
    ArremateRow,
    AtendenteRow,
    CanalSegredosRow,
    ContatoChaveRow,
    ContatoNosTicketsRow,
    ContatoRow,
    DecisaoRow,
    EntregaRow,
    EnvioRow,
    EscalaRow,
    EstadoAtendenteRow,
    EventoRow,
    ExclusaoMensagemRow,
    LeituraRow,
    LeituraTicketRow,
    MensagemRow,
    Row,
    TicketBuscaRow,
    TicketRow,
)
from engine.ports import Batch, Fence, Fenced
from engine.tabelas import TABELAS, de_escrita
from storage.cofre import Cofre
from storage.conexao import Conexao, transacao
from storage.consultas import sql
from storage.exclusao import apagar, excluidos
from storage.segredos import fechada

_Rows = dict[type[Row], list[Row]]

_GRAVAR_MENSAGENS: Final = sql("gravar_mensagens")
_GRAVAR_ENVIOS: Final = sql("gravar_envios")
_GRAVAR: Final = sql("gravar")
_GRAVAR_DISTRIBUICAO: Final = sql("gravar_distribuicao")
_GRAVAR_TUDO: Final = sql("gravar_tudo")
_DE_MENSAGENS: Final = tuple(tipo for tipo in de_escrita("muda") if TABELAS[tipo].nome == TABELAS[MensagemRow].nome)
"""What happens to saved messages: sent as columns, in the order of :mod:`engine.tabelas`, as everything is."""
_DA_DISTRIBUICAO: Final = (DecisaoRow, EscalaRow, ArremateRow, EstadoAtendenteRow)
_FREQUENTES: Final = frozenset(
    (TicketRow, TicketBuscaRow, MensagemRow, EventoRow, AtendenteRow, ContatoRow, ContatoChaveRow, LeituraRow)
)
"""What the short statement writes."""
_E_DECIDIDAS: Final = _FREQUENTES | {*_DA_DISTRIBUICAO}
"""What the one of the distribution writes."""
_CONVERSA: Final = (MensagemRow, EventoRow)
"""What the shortest one writes."""
_DE_ENVIOS: Final = frozenset((*_CONVERSA, EnvioRow, EntregaRow))
"""What the one of channels writes."""
_EM_JSON: Final = tuple(
    tipo for tipo in de_escrita("insere", "substitui", "muda", "registra") if tipo not in _DE_MENSAGENS
)
_COMUNS: Final = tuple(tipo for tipo in _EM_JSON if tipo in _FREQUENTES)
_OUTRAS: Final = tuple(tipo for tipo in _EM_JSON if tipo not in _E_DECIDIDAS)
_CONHECIDAS: Final = frozenset((*_EM_JSON, *_DE_MENSAGENS))
_codificar = msgspec.json.Encoder().encode


async def gravar(con: Conexao, batch: Batch, cofre: Cofre) -> None:
    """Move each empresa's ``seq`` on and write the rows: all of it, durably, or nothing. What is secret is closed in
    ``cofre`` first.

    Raises:
        Fenced: the leases of these empresas are not ours any more; nothing was written.
    """
    if apagados := excluidos(batch.rows):
        async with transacao(con):
            await _gravar(con, batch, cofre)
            for o_que in apagados:
                await apagar(con, o_que)
    else:
        await _gravar(con, batch, cofre)


async def _gravar(con: Conexao, batch: Batch, cofre: Cofre) -> None:
    rows = batch.rows
    if CanalSegredosRow in rows:
        rows = {**rows, CanalSegredosRow: [*_fechadas(rows, cofre)]}
    if MensagemRow in rows and any(tipo in rows for tipo in _DE_MENSAGENS):
        rows = {**rows, MensagemRow: [*_ja_mudadas(rows)]}
    if ContatoNosTicketsRow in rows and TicketRow in rows:
        rows = {**rows, TicketRow: [*_com_os_contatos(rows)]}
    fences = _fences(batch.fences)
    if rows.keys() <= {*_CONVERSA}:
        nossas = await con.fetch(_GRAVAR_MENSAGENS, *fences, *_textos(rows, _CONVERSA))
    elif rows.keys() <= _DE_ENVIOS:
        saidas = _textos(rows, (*_CONVERSA, EnvioRow))
        nossas = await con.fetch(_GRAVAR_ENVIOS, *fences, *saidas, *_de_tipo(rows, EntregaRow))
    elif rows.keys() <= _FREQUENTES:
        nossas = await con.fetch(_GRAVAR, *fences, *_textos(rows, _COMUNS), *_de_tipo(rows, LeituraRow))
    elif rows.keys() <= _E_DECIDIDAS:
        comuns = _textos(rows, (*_COMUNS, *_DA_DISTRIBUICAO))
        nossas = await con.fetch(_GRAVAR_DISTRIBUICAO, *fences, *comuns, *_de_tipo(rows, LeituraRow))
    elif rows.keys() <= _CONHECIDAS:
        comuns = _textos(rows, (*_COMUNS, *_DA_DISTRIBUICAO))
        mudancas = [coluna for tipo in _DE_MENSAGENS for coluna in _de_tipo(rows, tipo)]
        nossas = await con.fetch(_GRAVAR_TUDO, *fences, *comuns, *mudancas, *_textos(rows, _OUTRAS))
    else:
        raise TypeError(f"no table for {', '.join(sorted(tipo.__name__ for tipo in rows.keys() - _CONHECIDAS))}")
    perdidas = {fence.empresa_id for fence in batch.fences}.difference(empresa_id for (empresa_id,) in nossas)
    if perdidas:
        raise Fenced([fence.empresa_id for fence in batch.fences if fence.empresa_id in perdidas])


def _fechadas(rows: _Rows, cofre: Cofre) -> Iterator[Row]:
    """The secrets of a batch as they may be written."""
    for row in rows[CanalSegredosRow]:
        assert isinstance(row, CanalSegredosRow)
        yield fechada(cofre, row)


def _ja_mudadas(rows: _Rows) -> Iterator[Row]:
    """The messages of a batch as they are after all that happens to them in it: an update does not see what its own
    statement inserts.
    """
    lidas = {row.mensagem_id for row in rows.get(LeituraRow, ()) if isinstance(row, LeituraRow)}
    lidos = {row.ticket_id: row.ate_seq for row in rows.get(LeituraTicketRow, ()) if isinstance(row, LeituraTicketRow)}
    excluidas = {
        row.mensagem_id: row.em for row in rows.get(ExclusaoMensagemRow, ()) if isinstance(row, ExclusaoMensagemRow)
    }
    entregas = {row.mensagem_id: row for row in rows.get(EntregaRow, ()) if isinstance(row, EntregaRow)}
    for row in rows[MensagemRow]:
        assert isinstance(row, MensagemRow)
        if row.id in entregas:
            row = entregue(row, entregas[row.id])  # noqa: PLW2901  # the same message, further on
        lida = row.id in lidas or (row.direcao == "recebida" and row.seq <= lidos.get(row.ticket_id, 0))
        yield replace(row, lida=row.lida or lida, excluida_em=excluidas.get(row.id, row.excluida_em))


def entregue(row: MensagemRow, entrega: EntregaRow) -> MensagemRow:
    """The message as it is when that is known of it."""
    return replace(
        row,
        status_entrega=entrega.status_entrega,
        erro_entrega=entrega.erro_entrega,
        id_externo=entrega.id_externo or row.id_externo,
    )


def _com_os_contatos(rows: _Rows) -> Iterator[Row]:
    """The tickets of a batch, those that have closed with their contact as it is now: they are not told of it, and an
    update does not see what its own statement writes.
    """
    contatos = {row.contato_id: row for row in rows[ContatoNosTicketsRow] if isinstance(row, ContatoNosTicketsRow)}
    for row in rows[TicketRow]:
        assert isinstance(row, TicketRow)
        de_antes = aberto(row.status) or row.excluido_em is not None
        contato = None if de_antes else contatos.get(row.contato_id or "")
        yield row if contato is None else no_ticket(row, contato, contato.trocas)


def _textos(rows: _Rows, tipos: Iterable[type[Row]]) -> list[str]:
    return [_codificar(_com_termos(tipo, rows.get(tipo, ()))).decode() for tipo in tipos]


class BuscaGravada(Struct, frozen=True):
    """A row of atendimento_tickets_busca."""

    empresa_id: str
    ticket_id: str
    numero: int
    termos: str


_ANTES_DOS_TERMOS: Final = ContatoRow.__struct_fields__.index("criado_por")


class ContatoGravado(Struct, frozen=True):
    """A row of atendimento_contatos: a ContatoRow, with what it is found by where the table has it."""

    empresa_id: str
    id: str
    nome: str
    telefone: str | None
    email: str | None
    observacao: str | None
    unido_a: str | None
    criado_em: int
    atualizado_em: int
    excluido_em: int | None
    termos: str
    criado_por: str | None
    outros: tuple[str, ...]
    atendido_por: str | None
    atendido_em: int | None
    etiquetas: tuple[str, ...]
    pesquisado_em: int | None


def _contato_gravado(row: ContatoRow) -> ContatoGravado:
    campos = astuple(row)
    return ContatoGravado(*(*campos[:_ANTES_DOS_TERMOS], termos_do_contato(row), *campos[_ANTES_DOS_TERMOS:]))


def _com_termos(tipo: type[Row], linhas: Sequence[Row]) -> Sequence[Struct]:
    """The rows as their table has them: what is found by words has the words beside it."""
    if tipo is TicketBuscaRow:
        return [
            BuscaGravada(row.empresa_id, row.ticket_id, row.numero, termos_do_ticket(row))
            for row in linhas
            if isinstance(row, TicketBuscaRow)
        ]
    if tipo is ContatoRow:
        return [_contato_gravado(row) for row in linhas if isinstance(row, ContatoRow)]
    return linhas


def _de_tipo(rows: _Rows, tipo: type[Row]) -> Iterable[Sequence[Any]]:
    return _colunas(rows.get(tipo, ()), len(tipo.__struct_fields__))


def _fences(fences: Sequence[Fence]) -> Iterable[Sequence[Any]]:
    """The fences as columns: the empresa, ``epoch/token``, and what moves."""
    linhas = [(f.empresa_id, f"{f.epoch}/{f.token}", f.seq_before, f.seq_after, f.numero) for f in fences]
    return zip(*linhas, strict=True) if linhas else ((),) * 5


def _colunas(linhas: Sequence[Row], quantas: int) -> Iterable[Sequence[Any]]:
    """Rows turned into columns, in the order of the Struct's fields."""
    return zip(*map(astuple, linhas), strict=True) if linhas else ((),) * quantas
