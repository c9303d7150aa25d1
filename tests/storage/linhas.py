"""Rows and batches for the tests of the storage."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from msgspec.structs import replace

from engine.ids import UuidV7
from engine.modelo import (
    Arquivo,
    AtendenteRow,
    ContatoRow,
    EmpresaImage,
    EnvioRow,
    EventoRow,
    FilaRow,
    LeituraRow,
    MembroRow,
    MensagemRow,
    Row,
    TicketRow,
)
from engine.ports import Batch, Fence
from engine.tempo import VirtualClock
from storage import Banco, Cofre, abrir

AGORA = 1_767_225_600_000
COFRE = Cofre([bytes(32)])
_ids = UuidV7(VirtualClock())
novo_id = _ids.novo


@asynccontextmanager
async def aberto(dsn: str, no: str = "teste:1", cofre: Cofre | None = None) -> AsyncIterator[Banco]:
    banco = await abrir(dsn, no=no, cofre=cofre or COFRE)
    try:
        yield banco
    finally:
        await banco.fechar()


@asynccontextmanager
async def por_fora(dsn: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    """A connection that is nobody's: the test's own look at the database."""
    con = await asyncpg.connect(dsn)
    try:
        yield con
    finally:
        await con.close()


async def ate(condicao: Callable[[], Awaitable[object]]) -> None:
    """Return as soon as ``condicao`` answers something true; fail if it never does."""
    async with asyncio.timeout(60):
        while not await condicao():  # noqa: ASYNC110 - what it asks is in PostgreSQL, which wakes nobody
            await asyncio.sleep(0.01)


class Escritor:
    """Writes for one empresa as the journal would: it knows the epoch, the last ``seq`` and the last ``numero``."""

    def __init__(self, imagem: EmpresaImage) -> None:
        self.id = imagem.empresa.id
        self.epoch = imagem.epoch
        self.token = imagem.token
        self.seq = imagem.seq
        self.numero = imagem.empresa.numero
        self.fila_id = novo_id()

    @classmethod
    async def de(cls, banco: Banco, empresa_id: str | None = None) -> Escritor:
        return cls(await banco.store.activate(empresa_id or novo_id(), provision=True, now=AGORA))

    def ticket(self, **campos: Any) -> TicketRow:
        self.numero += 1
        row = TicketRow(
            empresa_id=self.id,
            id=novo_id(),
            numero=self.numero,
            status="ABERTO",
            prioridade="NORMAL",
            contato_nome="João Silva",
            contato_telefone="5511999998888",
            contato_email=None,
            assunto=None,
            fila_id=self.fila_id,
            atendente_id=None,
            canal_id=None,
            forcado=False,
            criado_em=AGORA,
            atualizado_em=AGORA + 1,
            aguardando_desde=AGORA + 2,
            data_primeira_resposta=None,
            data_resolucao=None,
            data_fechamento=None,
        )
        return replace(row, **campos)

    def mensagem(self, ticket: TicketRow, seq: int, **campos: Any) -> MensagemRow:
        row = MensagemRow(
            empresa_id=self.id,
            id=novo_id(),
            ticket_id=ticket.id,
            seq=seq,
            conteudo="Olá!",
            tipo="texto",
            direcao="recebida",
            remetente_id=None,
            arquivo=None,
            lida=False,
            status_entrega="pendente",
            criada_em=AGORA,
        )
        return replace(row, **campos)

    def evento(self, ticket_id: str | None, seq: int, **campos: Any) -> EventoRow:
        row = EventoRow(
            empresa_id=self.id,
            seq=seq,
            tipo="ticket_criado",
            em=AGORA,
            ticket_id=ticket_id,
            fila_id=self.fila_id,
            atendente_id=None,
            fila_anterior_id=None,
            atendente_anterior_id=None,
            ator_id=None,
            ator_papel="sistema",
            dados='{"a": 1,  "b":"ç"}',
            mudancas=None,
        )
        return replace(row, **campos)

    def lote(self, *rows: Row, eventos: int = 0) -> Batch:
        """A batch of these rows, of what was numbered since the last, and of so many events more."""
        por_tipo: dict[type[Row], list[Row]] = {}
        logo = [self.evento(None, self.seq + 1 + n) for n in range(eventos)]
        for row in (*rows, *logo):
            por_tipo.setdefault(type(row), []).append(row)
        antes = self.seq
        self.seq += len(por_tipo.get(EventoRow, []))
        return Batch([Fence(self.id, self.epoch, antes, self.seq, self.numero or None, self.token)], por_tipo)


def fila(empresa_id: str, **campos: Any) -> FilaRow:
    row = FilaRow(
        empresa_id=empresa_id,
        id=novo_id(),
        nome="Geral",
        descricao=None,
        estrategia="MENOS_OCUPADO",
        distribuicao_automatica=True,
        ao_ficar_offline="devolver",
        prioridade=5,
        padrao=True,
        criada_em=AGORA,
        atualizada_em=AGORA + 1,
        excluida_em=None,
    )
    return replace(row, **campos)


def atendente(empresa_id: str, **campos: Any) -> AtendenteRow:
    row = AtendenteRow(
        empresa_id=empresa_id,
        id=novo_id(),
        nome="Maria Santos",
        email="maria@empresa.com",
        capacidade=5,
        habilidades=("inglês", 'aspas " e, vírgula', ""),
        online=True,
        estado="disponivel",
        motivo=None,
        por_conexao=True,
        offline_em=AGORA + 30_000,
        ocioso_desde=AGORA,
        criado_em=AGORA,
        atualizado_em=AGORA,
        excluido_em=None,
    )
    return replace(row, **campos)


def membro(empresa_id: str, fila_id: str, atendente_id: str, *, ativo: bool = True) -> MembroRow:
    return MembroRow(empresa_id, fila_id, atendente_id, ativo)


def leitura(mensagem: MensagemRow) -> LeituraRow:
    return LeituraRow(mensagem.empresa_id, mensagem.id)


def envio(empresa_id: str, canal_id: str, ordem: int, **campos: Any) -> EnvioRow:
    row = EnvioRow(
        empresa_id=empresa_id,
        id=novo_id(),
        canal_id=canal_id,
        linha="saida",
        trabalho="enviar_mensagem",
        estado="pendente",
        raia="telefone:+5511999998888",
        ordem=ordem,
        dados='{"para":{"tipo":"telefone","valor":"+5511999998888"}}',
        criado_em=AGORA,
        atualizado_em=AGORA,
    )
    return replace(row, **campos)


def arquivo(**campos: Any) -> Arquivo:
    row = Arquivo(novo_id(), 'foto "1".png', "image/png", 12_345, "ab" * 32, 640, 480)
    return replace(row, **campos)


def contato(empresa_id: str, **campos: Any) -> ContatoRow:
    row = ContatoRow(
        empresa_id=empresa_id,
        id=novo_id(),
        nome="João Silva",
        telefone="5511999998888",
        email=None,
        observacao=None,
        unido_a=None,
        criado_em=AGORA,
        atualizado_em=AGORA,
    )
    return replace(row, **campos)
