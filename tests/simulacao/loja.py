"""A store in memory with the semantics of the real one: fences, atomic batches, and faults on demand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Literal, TypeVar

from msgspec.structs import replace

from engine.envios.desfechos import a_parte
from engine.envios.estados import ABERTOS
from engine.errors import NotFound
from engine.estados import aberto
from engine.modelo import (
    ArremateRow,
    AtendenteRow,
    AvisoDadoRow,
    AvisoRetidoRow,
    CanalRow,
    CanalSegredosRow,
    ContatoChaveRow,
    ContatoRow,
    DecisaoRow,
    DocumentoRow,
    EmpresaConfigRow,
    EmpresaImage,
    EmpresaRow,
    EnvioRow,
    EquipeFilaRow,
    EquipeMembroRow,
    EquipeRow,
    EscalaRow,
    EstadoEnvio,
    EventoRow,
    FilaRow,
    IdempotenciaRow,
    InscricaoRow,
    Linha,
    MembroRow,
    MensagemRow,
    ModelosRow,
    NotaRow,
    PoliticaVersaoRow,
    PreferenciaAvisosRow,
    Row,
    TicketRow,
)
from engine.ports import (
    Adormecidos,
    Batch,
    CommitUnknown,
    ContatosAchados,
    DasRaias,
    DeOnde,
    EnvioGuardado,
    Fence,
    Fenced,
    Lease,
    PaginaDeEnvios,
    Rejected,
    StoreAway,
)
from engine.tabelas import TABELAS, Chave, de_escrita
from storage.carga import PAGINA_BYTES
from tests.simulacao.fatos import Fatos

Falha = Literal["fora", "incerto_gravado", "incerto_perdido", "recusado"]
T = TypeVar("T")
R = TypeVar("R")


class LeaseRow:
    """The lease row of an empresa. ``antes`` is the token before the last taking, ``seq_inicial`` was ``seq`` then."""

    __slots__ = ("_tomadas", "antes", "epoch", "numero", "row", "seq", "seq_inicial", "token")

    def __init__(self, row: EmpresaRow) -> None:
        self.row = row
        self.seq = self.seq_inicial = 0
        self.epoch = 0
        self.token = self.antes = ""
        self.numero = 0
        self._tomadas = 0

    def tomar(self, *, epoch_perdido: bool = False) -> None:
        """Another holds it now. ``epoch_perdido``: a failover lost the last taking, so its epoch is given again."""
        self._tomadas += 1
        self.antes, self.token = self.token, f"posse {self._tomadas}"
        self.seq_inicial = self.seq
        if not epoch_perdido:
            self.epoch += 1

    def de(self, fence: Fence) -> bool:
        """Whether it is held under this fence."""
        return (self.epoch, self.token) == (fence.epoch, fence.token)

    def ate(self, fence: Fence) -> int | None:
        """Up to which ``seq`` it was written under this fence; None if that cannot be told any more."""
        if self.de(fence):
            return self.seq
        tomada_uma_vez = self.epoch == fence.epoch + 1 and fence.token in {self.token, self.antes}
        return self.seq_inicial if tomada_uma_vez else None


class LojaEmMemoria:
    """``falhar`` is asked before each commit which fault to suffer; ``fora`` makes everything answer StoreAway.
    ``repetidas`` are the keys of what was to be inserted and was there: nobody should ever do that.

    It is held to what PostgreSQL does by the tests/storage/test_contrato_*.
    """

    def __init__(self, falhar: Callable[[], Falha | None] = lambda: None) -> None:
        self.falhar = falhar
        self.fora = False
        self.leases: dict[str, LeaseRow] = {}
        self.tabelas: dict[type[object], dict[Chave, Row]] = {
            tipo: {} for tipo in de_escrita("insere", "substitui", "muda")
        }
        self.eventos: list[EventoRow] = []
        self.repetidas: list[Chave] = []
        self._fatos = Fatos(self.tabelas)
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
            lease = self.leases[empresa_id] = LeaseRow(EmpresaRow(empresa_id, empresa_id, 0, now))
        lease.tomar()
        return self._imagem(lease, empresa_id, now)

    def _imagem(self, lease: LeaseRow, empresa_id: str, now: int) -> EmpresaImage:
        atendentes = self._em_ordem(AtendenteRow, empresa_id)
        canais = [canal for canal in self._em_ordem(CanalRow, empresa_id) if canal.excluido_em is None]
        com_segredos = frozenset(canal.id for canal in canais)
        segredos = self._em_ordem(CanalSegredosRow, empresa_id)
        filas = [fila for fila in self._em_ordem(FilaRow, empresa_id) if fila.excluida_em is None]
        vivos = {um.id for um in atendentes if um.excluido_em is None} | {fila.id for fila in filas}
        escala, arremates = self._em_ordem(EscalaRow, empresa_id), self._em_ordem(ArremateRow, empresa_id)
        tickets = [ticket for ticket in self.de(TicketRow, empresa_id) if aberto(ticket.status)]
        return EmpresaImage(
            self._empresa(lease),
            lease.seq,
            lease.epoch,
            lease.token,
            filas,
            [atendente for atendente in atendentes if atendente.excluido_em is None],
            [membro for membro in self._em_ordem(MembroRow, empresa_id) if membro.ativo],
            sorted(tickets, key=lambda ticket: ticket.numero),
            {um.id: um.excluido_em for um in atendentes if um.excluido_em is not None},
            canais,
            [row for row in segredos if row.canal_id in com_segredos],
            [equipe for equipe in self._em_ordem(EquipeRow, empresa_id) if equipe.excluida_em is None],
            [membro for membro in self._em_ordem(EquipeMembroRow, empresa_id) if membro.ativo],
            [vinculo for vinculo in self._em_ordem(EquipeFilaRow, empresa_id) if vinculo.ativo],
            frozenset(row.canal_id for row in self.de(EnvioRow, empresa_id) if row.estado in ABERTOS) & com_segredos,
            {row.canal_id: row.aprovados for row in self.de(ModelosRow, empresa_id)},
            self._em_ordem(InscricaoRow, empresa_id),
            [row for row in escala if {row.fila_id, row.atendente_id} <= vivos],
            [row for row in arremates if row.atendente_id in vivos and row.ate > now],
            [row for row in self._em_ordem(DocumentoRow, empresa_id) if row.excluido_em is None],
            self._em_ordem(PreferenciaAvisosRow, empresa_id),
            self._em_ordem(AvisoRetidoRow, empresa_id),
            [row for row in self._em_ordem(AvisoDadoRow, empresa_id) if row.ate > now],
            [row for row in self._em_ordem(TicketRow, empresa_id) if row.perguntar_em is not None],
        )

    def _em_ordem(self, tipo: type[R], empresa_id: str) -> list[R]:
        """By key."""
        return sorted(self.de(tipo, empresa_id), key=TABELAS[tipo].chave_de)  # type: ignore[index, arg-type]  # of rows

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
            contatos_visiveis=config.contatos_visiveis,
            capacidade=config.capacidade,
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
        self._recusar_repetidas(batch)
        if falha != "incerto_perdido":
            self._gravar(batch)
        if falha is not None:
            self.incertos += 1
            raise CommitUnknown("incerto", "connection lost")

    def _vale(self, fence: Fence, seq: int) -> bool:
        lease = self.leases.get(fence.empresa_id)
        return lease is not None and lease.de(fence) and lease.seq == seq

    def _recusar_repetidas(self, batch: Batch) -> None:
        """Raise Rejected, before anything is written, for a message, a note, a decision or a version that is there."""
        for tipo in (MensagemRow, NotaRow, DecisaoRow, PoliticaVersaoRow):
            novas: set[Chave] = set()
            for row in batch.rows.get(tipo, ()):
                chave = TABELAS[tipo].chave_de(row)
                if chave in novas or chave in self.tabelas[tipo]:
                    self.repetidas.append(chave)
                    raise Rejected("recusado", "inserted twice")
                novas.add(chave)

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
            tabela, chave_de = self.tabelas[tipo], TABELAS[tipo].chave_de
            tabela.update((chave_de(row), self._sem_o_apagado(row)) for row in rows)
        self._fatos.aplicar(batch.rows)

    def _sem_o_apagado(self, row: Row) -> Row:
        """A job as its table takes it: what it carries is never given back."""
        if not isinstance(row, EnvioRow):
            return row
        antes = self.um(EnvioRow, row.empresa_id, row.id)
        return replace(row, dados="") if antes is not None and not antes.dados else row

    async def outcome(self, batch: Batch) -> bool:
        self._exigir_no_ar()
        for fence in batch.fences:
            lease = self.leases.get(fence.empresa_id)
            ate = None if lease is None else lease.ate(fence)
            if ate is not None and fence.seq_before != fence.seq_after:
                if ate >= fence.seq_after:
                    return True
                break
        perdidas = [f.empresa_id for f in batch.fences if not self._nossa(f)]
        if perdidas:
            raise Fenced(perdidas)
        return False

    def _nossa(self, fence: Fence) -> bool:
        lease = self.leases.get(fence.empresa_id)
        return lease is not None and lease.de(fence)

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
        rows = [vivos[id_] for id_ in sorted(vivos) if id_ in achados or vivos[id_].unido_a in achados]
        return ContatosAchados({chave: id_ for chave, id_ in de_quem.items() if id_ is not None}, rows)

    async def conhecidas(self, empresa_id: str, ids: Collection[str]) -> set[str]:
        self._exigir_no_ar()
        return {id_ for id_ in ids if self.um(MensagemRow, empresa_id, id_) is not None}

    async def ticket_do_canal(
        self, empresa_id: str, canal_id: str, contatos: Collection[str], desde: int
    ) -> TicketRow | None:
        self._exigir_no_ar()
        achados = [
            row
            for row in self.de(TicketRow, empresa_id)
            if row.canal_id == canal_id and row.contato_id in contatos and row.do_canal and row.excluido_em is None
            and row.status == "RESOLVIDO" and (row.data_resolucao or 0) >= desde
        ]  # fmt: skip
        return max(achados, key=lambda row: (row.data_resolucao, row.numero), default=None)

    async def janela_do_contato(self, empresa_id: str, ticket_id: str) -> int | None:
        self._exigir_no_ar()
        um = self.um(TicketRow, empresa_id, ticket_id)
        janelas = [
            row.janela_ate
            for row in self.de(TicketRow, empresa_id)
            if um is not None and (row.canal_id, row.contato_id) == (um.canal_id, um.contato_id)
        ]
        return max((ate for ate in janelas if ate is not None), default=None)

    async def envios(
        self, empresa_id: str, canal_id: str, linha: Linha, depois: DeOnde, limite: int
    ) -> PaginaDeEnvios:  # fmt: skip
        self._exigir_no_ar()
        abertos = sorted(
            (
                row
                for row in self.de(EnvioRow, empresa_id)
                if (row.canal_id, row.linha) == (canal_id, linha) and row.estado in ABERTOS
            ),
            key=lambda row: (row.ordem, row.id),
        )
        de_fora = [row for row in abertos if row.estado != "pendente"] if depois is None else []
        esperam = [row for row in abertos if row.estado == "pendente"]
        if isinstance(depois, DasRaias):
            da_vez = [row for raia in depois.raias for row in [um for um in esperam if um.raia == raia][:limite]]
        elif isinstance(depois, Adormecidos):
            dormem = sorted((row.proxima_em, row.id, row) for row in esperam if row.proxima_em and a_parte(row))
            da_vez = [row for *lugar, row in dormem if depois.depois is None or tuple(lugar) > depois.depois][:limite]
        else:
            da_vez = [row for row in abertos if depois is None or (row.ordem, row.id) > depois][:limite]
        ate = [*accumulate(len(row.dados.encode()) for row in da_vez)]
        da_vez = [row for row, antes in zip(da_vez, [0, *ate], strict=False) if antes < PAGINA_BYTES]
        cortada = bool(da_vez) and ate[len(da_vez) - 1] >= PAGINA_BYTES
        return PaginaDeEnvios(
            [self._guardado(row) for row in da_vez], [self._guardado(row) for row in de_fora], cortada
        )

    def _guardado(self, row: EnvioRow) -> EnvioGuardado:
        return EnvioGuardado(row, self.um(MensagemRow, row.empresa_id, row.mensagem_id or ""))

    async def procurados(
        self, empresa_id: str, canal_id: str, ids: Collection[str], externos: Collection[str]
    ) -> list[EnvioRow]:
        self._exigir_no_ar()
        do_canal = [row for row in self.de(EnvioRow, empresa_id) if row.canal_id == canal_id]
        por_id = [row for row in do_canal if row.id in ids]
        por_externo = {row.id_externo: row for row in sorted(do_canal, key=lambda row: row.ordem)}
        ha = {row.id for row in self.de(EnvioRow, empresa_id)}
        sem_envio = [self._refeito(empresa_id, canal_id, id_) for id_ in ids if id_ not in ha]
        return (
            por_id
            + [por_externo[um] for um in externos if um in por_externo]
            + [row for row in sem_envio if row is not None]
        )

    def _refeito(self, empresa_id: str, canal_id: str, mensagem_id: str) -> EnvioRow | None:
        """The job of a message that was sent, and whose own was thrown away."""
        mensagem = self.um(MensagemRow, empresa_id, mensagem_id)
        if mensagem is None or mensagem.direcao != "enviada" or mensagem.excluida_em is not None:
            return None
        ticket = self.um(TicketRow, empresa_id, mensagem.ticket_id)
        if ticket is None or ticket.canal_id != canal_id or mensagem.status_entrega == "pendente":
            return None
        estado: EstadoEnvio = "cancelado" if mensagem.status_entrega == "falhou" else mensagem.status_entrega
        return EnvioRow(
            empresa_id, mensagem.id, canal_id, "saida", "enviar_mensagem", estado, "", 0, "", mensagem.criada_em,
            mensagem.criada_em, ticket_id=ticket.id, mensagem_id=mensagem.id, id_externo=mensagem.id_externo,
            erro=mensagem.erro_entrega,
        )  # fmt: skip

    async def idempotencia(self, empresa_id: str, usuario_id: str, chave: str) -> IdempotenciaRow | None:
        self._exigir_no_ar()
        return self.um(IdempotenciaRow, empresa_id, usuario_id, chave)

    async def lost(self, leases: Mapping[str, Lease]) -> Sequence[str]:
        self._exigir_no_ar()
        atuais = {id_: self.leases[id_] for id_ in leases if id_ in self.leases}
        return [id_ for id_, lease in atuais.items() if (lease.epoch, lease.token) != leases[id_]]

    async def release(self, empresa_ids: Sequence[str]) -> None:
        """Nothing holds a lease here: taking it is enough."""
