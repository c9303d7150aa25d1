"""A store in memory with the semantics of the real one: fences, atomic batches, and faults on demand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from msgspec.structs import replace

from engine.errors import NotFound
from engine.estados import aberto
from engine.modelo import (
    AtendenteRow,
    CanalRow,
    CanalSegredosRow,
    ContatoChaveRow,
    ContatoRow,
    EmpresaConfigRow,
    EmpresaImage,
    EmpresaRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EventoRow,
    FilaRow,
    IdempotenciaRow,
    LeituraRow,
    MembroRow,
    MensagemRow,
    Row,
    TicketRow,
)
from engine.ports import Batch, CommitUnknown, ContatosAchados, Fence, Fenced, Lease, Rejected, StoreAway
from engine.tabelas import TABELAS, Chave, de_escrita

Falha = Literal["fora", "incerto_gravado", "incerto_perdido", "recusado"]
T = TypeVar("T")


class LeaseRow:
    """The lease row of an empresa."""

    __slots__ = ("_tomadas", "epoch", "numero", "row", "seq", "token")

    def __init__(self, row: EmpresaRow) -> None:
        self.row = row
        self.seq = 0
        self.epoch = 0
        self.token = ""
        self.numero = 0
        self._tomadas = 0

    def tomar(self, *, epoch_perdido: bool = False) -> None:
        """Another holds it now. ``epoch_perdido``: a failover lost the last taking, so its epoch is given again."""
        self._tomadas += 1
        self.token = f"posse {self._tomadas}"
        if not epoch_perdido:
            self.epoch += 1


class LojaEmMemoria:
    """``falhar`` is asked before each commit which fault to suffer; ``fora`` makes everything answer StoreAway."""

    def __init__(self, falhar: Callable[[], Falha | None] = lambda: None) -> None:
        self.falhar = falhar
        self.fora = False
        self.leases: dict[str, LeaseRow] = {}
        self.tabelas: dict[type[object], dict[Chave, Row]] = {
            tipo: {} for tipo in de_escrita("insere", "substitui", "muda")
        }
        self.eventos: list[EventoRow] = []
        self.incertos = 0

    def de(self, tipo: type[T], empresa_id: str) -> Iterator[T]:
        rows: Iterable[Row] = (row for chave, row in self.tabelas[tipo].items() if chave[0] == empresa_id)
        return (row for row in rows if isinstance(row, tipo))

    def um(self, tipo: type[T], *chave: str) -> T | None:
        row = self.tabelas[tipo].get(chave)
        return row if isinstance(row, tipo) else None

    def _exigir_no_ar(self) -> None:
        if self.fora:
            raise StoreAway("fora", "away")

    async def activate(self, empresa_id: str, *, provision: bool, now: int) -> EmpresaImage:
        self._exigir_no_ar()
        lease = self.leases.get(empresa_id)
        if lease is None:
            if not provision:
                raise NotFound("empresa_nao_encontrada", "Empresa não encontrada")
            lease = self.leases[empresa_id] = LeaseRow(EmpresaRow(empresa_id, "Empresa", 0, now))
        lease.tomar()
        atendentes = list(self.de(AtendenteRow, empresa_id))
        canais = [canal for canal in self.de(CanalRow, empresa_id) if canal.excluido_em is None]
        com_segredos = {canal.id for canal in canais}
        return EmpresaImage(
            self._empresa(lease),
            lease.seq,
            lease.epoch,
            lease.token,
            [fila for fila in self.de(FilaRow, empresa_id) if fila.excluida_em is None],
            [atendente for atendente in atendentes if atendente.excluido_em is None],
            [membro for membro in self.de(MembroRow, empresa_id) if membro.ativo],
            [ticket for ticket in self.de(TicketRow, empresa_id) if aberto(ticket.status)],
            {um.id: um.excluido_em for um in atendentes if um.excluido_em is not None},
            canais,
            [segredos for segredos in self.de(CanalSegredosRow, empresa_id) if segredos.canal_id in com_segredos],
            [equipe for equipe in self.de(EquipeRow, empresa_id) if equipe.excluida_em is None],
            [membro for membro in self.de(EquipeMembroRow, empresa_id) if membro.ativo],
            [vinculo for vinculo in self.de(EquipeFilaRow, empresa_id) if vinculo.ativo],
        )

    def _empresa(self, lease: LeaseRow) -> EmpresaRow:
        empresa = replace(lease.row, numero=lease.numero)
        config = self.um(EmpresaConfigRow, empresa.id)
        if config is None:
            return empresa
        return replace(
            empresa,
            nome=config.nome,
            atualizada_em=config.atualizada_em,
            janela_reabertura=config.janela_reabertura,
            capacidade_padrao=config.capacidade_padrao,
            pais_padrao=config.pais_padrao,
            estados=config.estados,
        )

    async def commit(self, batch: Batch) -> None:
        self._exigir_no_ar()
        falha = self.falhar()
        if falha == "fora":
            raise StoreAway("fora", "away")
        if falha == "recusado":
            raise Rejected("recusado", "constraint")
        perdidas = [f.empresa_id for f in batch.fences if not self._vale(f, f.seq_before)]
        if perdidas:
            raise Fenced(perdidas)
        if falha != "incerto_perdido":
            self._gravar(batch)
        if falha is not None:
            self.incertos += 1
            raise CommitUnknown("incerto", "connection lost")

    def _vale(self, fence: Fence, seq: int) -> bool:
        return self._nossa(fence.empresa_id, fence.epoch, fence.token) and self.leases[fence.empresa_id].seq == seq

    def _nossa(self, empresa_id: str, epoch: int, token: str) -> bool:
        return (self.leases[empresa_id].epoch, self.leases[empresa_id].token) == (epoch, token)

    def _gravar(self, batch: Batch) -> None:
        for fence in batch.fences:
            lease = self.leases[fence.empresa_id]
            lease.seq = fence.seq_after
            if fence.numero is not None:
                lease.numero = fence.numero
        for tipo, rows in batch.rows.items():
            if tipo is EventoRow:
                self.eventos.extend(row for row in rows if isinstance(row, EventoRow))
                continue
            tabela, como = self.tabelas[tipo], TABELAS[tipo]
            for row in rows:
                chave = como.chave_de(row)
                if como.escrita == "insere" and chave in tabela:
                    raise AssertionError(f"{tipo.__name__} {chave} was inserted twice")
                tabela[chave] = row

    async def outcome(self, batch: Batch) -> bool:
        self._exigir_no_ar()
        perdidas = [f.empresa_id for f in batch.fences if not self._nossa(f.empresa_id, f.epoch, f.token)]
        if perdidas:
            raise Fenced(perdidas)
        return any(self.leases[f.empresa_id].seq == f.seq_after != f.seq_before for f in batch.fences)

    async def ticket(self, empresa_id: str, ticket_id: str) -> TicketRow | None:
        self._exigir_no_ar()
        return self.um(TicketRow, empresa_id, ticket_id)

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        self._exigir_no_ar()
        return self.um(MensagemRow, empresa_id, mensagem_id)

    async def contatos(self, empresa_id: str, chaves: Collection[str], ids: Collection[str]) -> ContatosAchados:
        self._exigir_no_ar()
        vivos = {row.id: row for row in self.de(ContatoRow, empresa_id) if row.excluido_em is None}
        de_quem = {
            row.chave: row.contato_id
            for row in self.de(ContatoChaveRow, empresa_id)
            if row.chave in chaves and row.contato_id in vivos
        }
        achados = {*ids, *de_quem.values()}
        rows = [row for row in vivos.values() if row.id in achados or row.unido_a in achados]
        return ContatosAchados({chave: id_ for chave, id_ in de_quem.items() if id_ is not None}, rows)

    async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
        self._exigir_no_ar()
        return self.um(IdempotenciaRow, empresa_id, usuario_id, chave)

    async def lost(self, leases: Mapping[str, Lease]) -> Sequence[str]:
        self._exigir_no_ar()
        return [id_ for id_, lease in leases.items() if not self._nossa(id_, *lease)]

    async def release(self, empresa_ids: Sequence[str]) -> None:
        """Nothing holds a lease here: taking it is enough."""

    def lidas(self, empresa_id: str) -> set[str]:
        return {row.mensagem_id for row in self.de(LeituraRow, empresa_id)}
