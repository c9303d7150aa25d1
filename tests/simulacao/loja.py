"""A store in memory with the semantics of the real one: fences, atomic batches, and faults on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Literal

from engine.errors import NotFound
from engine.estados import aberto
from engine.journal._buffer import CHAVES
from engine.modelo import (
    AtendenteRow,
    EmpresaImage,
    EmpresaRow,
    EventoRow,
    FilaRow,
    LeituraRow,
    MembroRow,
    MensagemRow,
    Row,
    TicketRow,
)
from engine.ports import Batch, CommitUnknown, Fenced, Rejected, StoreAway

Falha = Literal["fora", "incerto_gravado", "incerto_perdido", "recusado"]


class Posse:
    """The lease row of an empresa."""

    __slots__ = ("epoch", "numero", "row", "seq")

    def __init__(self, row: EmpresaRow) -> None:
        self.row = row
        self.seq = 0
        self.epoch = 0
        self.numero = 0


class LojaEmMemoria:
    """``falhar`` is asked before each commit which fault to suffer; ``fora`` makes everything answer StoreAway."""

    def __init__(self, falhar: Callable[[], Falha | None] = lambda: None) -> None:
        self.falhar = falhar
        self.fora = False
        self.posses: dict[str, Posse] = {}
        self.tabelas: dict[type[Row], dict[tuple[str, ...], Row]] = {tipo: {} for tipo in CHAVES}
        self.eventos: list[EventoRow] = []
        self.incertos = 0

    def de(self, tipo: type[Row], empresa_id: str) -> Iterable[Row]:
        return (row for chave, row in self.tabelas[tipo].items() if chave[0] == empresa_id)

    def _exigir_no_ar(self) -> None:
        if self.fora:
            raise StoreAway("fora", "away")

    async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:
        self._exigir_no_ar()
        posse = self.posses.get(empresa_id)
        if posse is None:
            if not provision:
                raise NotFound("empresa_nao_encontrada", "Empresa não encontrada")
            posse = self.posses[empresa_id] = Posse(EmpresaRow(empresa_id, "Empresa", 0, now))
        posse.epoch += 1
        empresa = EmpresaRow(empresa_id, posse.row.nome, posse.numero, posse.row.criada_em)
        filas = [f for f in self.de(FilaRow, empresa_id) if isinstance(f, FilaRow) and f.excluida_em is None]
        atendentes = [
            a for a in self.de(AtendenteRow, empresa_id) if isinstance(a, AtendenteRow) and a.excluido_em is None
        ]
        excluidos = tuple(
            a.id for a in self.de(AtendenteRow, empresa_id) if isinstance(a, AtendenteRow) and a.excluido_em is not None
        )
        membros = [m for m in self.de(MembroRow, empresa_id) if isinstance(m, MembroRow) and m.ativo]
        tickets = [t for t in self.de(TicketRow, empresa_id) if isinstance(t, TicketRow) and aberto(t.status)]
        return EmpresaImage(empresa, posse.seq, posse.epoch, filas, atendentes, membros, tickets, excluidos)

    async def commit(self, batch: Batch) -> None:
        self._exigir_no_ar()
        falha = self.falhar()
        if falha == "fora":
            raise StoreAway("fora", "away")
        if falha == "recusado":
            raise Rejected("recusado", "constraint")
        perdidas = [f.empresa_id for f in batch.fences if not self._vale(f.empresa_id, f.epoch, f.seq_before)]
        if perdidas:
            raise Fenced(perdidas)
        if falha != "incerto_perdido":
            self._gravar(batch)
        if falha is not None:
            self.incertos += 1
            raise CommitUnknown("incerto", "connection lost")

    def _vale(self, empresa_id: str, epoch: int, seq: int) -> bool:
        posse = self.posses[empresa_id]
        return posse.epoch == epoch and posse.seq == seq

    def _gravar(self, batch: Batch) -> None:
        for fence in batch.fences:
            posse = self.posses[fence.empresa_id]
            posse.seq = fence.seq_after
            if fence.numero is not None:
                posse.numero = fence.numero
        for tipo, rows in batch.rows.items():
            if tipo is EventoRow:
                self.eventos.extend(row for row in rows if isinstance(row, EventoRow))
                continue
            tabela = self.tabelas[tipo]
            for row in rows:
                chave = CHAVES[tipo](row)
                if tipo is MensagemRow and chave in tabela:
                    raise AssertionError(f"message {chave} was inserted twice")
                tabela[chave] = row

    async def outcome(self, batch: Batch) -> bool:
        self._exigir_no_ar()
        perdidas = [f.empresa_id for f in batch.fences if self.posses[f.empresa_id].epoch != f.epoch]
        if perdidas:
            raise Fenced(perdidas)
        return any(self.posses[f.empresa_id].seq == f.seq_after != f.seq_before for f in batch.fences)

    async def ticket(self, empresa_id: str, ticket_id: str) -> TicketRow | None:
        self._exigir_no_ar()
        row = self.tabelas[TicketRow].get((empresa_id, ticket_id))
        return row if isinstance(row, TicketRow) else None

    async def lost(self, epochs: Mapping[str, int]) -> Sequence[str]:
        self._exigir_no_ar()
        return [id_ for id_, epoch in epochs.items() if self.posses[id_].epoch != epoch]

    async def release(self, empresa_ids: Sequence[str]) -> None:
        """Nothing holds a lease here: taking it is enough."""

    def lidas(self, empresa_id: str) -> set[str]:
        return {row.mensagem_id for row in self.de(LeituraRow, empresa_id) if isinstance(row, LeituraRow)}
