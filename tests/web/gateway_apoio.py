"""A real node in memory (actors, journal, gateway) with clients that are lists of frames."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from actors.comandos import Comando
from actors.contatos.mensagens import LerContatos
from actors.diretorio.ajustes import Opcoes
from actors.diretorio.empresa_viva import EmpresaViva
from actors.fila.comandos import IncluirMembro
from actors.no.no import No
from actors.ticket.comandos import CriarTicket
from balcao.servidor.difusao import Difusor
from engine.acesso import Acesso
from engine.ids import UuidV7
from engine.journal import Journal
from engine.modelo import (
    AcessoRow,
    AtendenteRow,
    EmpresaImage,
    EmpresaRow,
    EventoRow,
    Linha,
    MensagemRow,
    Papel,
    Quem,
    TicketRow,
)
from engine.ports import Batch, Clock, DeOnde, Lugar, Store, Vidente
from engine.runtime import AsyncioLoop, ManualLoop
from engine.saude import Saude
from engine.tempo import SystemClock, VirtualClock
from tests.simulacao.loja import LojaEmMemoria
from web.gateway import AjustesGateway, Conexao, Fechamento, Gateway, Quadro, Recepcao
from web.portaria.acessos import Acessos, Guarda
from web.portaria.limites import Limitador, LimitesDeRitmo
from web.websocket import FormatoJson

EMPRESA = str(UUID(int=1))
OUTRA_EMPRESA = str(UUID(int=2))
FORMATO = FormatoJson()
LONGE = 2**50
SEM_LIMITES = LimitesDeRitmo(usuario=0, empresa=0, endereco=0)


def uid(numero: int) -> str:
    return str(UUID(int=numero + 100))


def pessoa(numero: int, papel: Papel = "atendente", empresa: str = EMPRESA) -> Quem:
    return Quem(empresa, uid(numero), papel, f"pessoa{numero}@example.com")


class Cliente:
    """A way out that keeps what is sent."""

    formato = FORMATO

    def __init__(self, vagas: int = 1_000_000) -> None:
        self.vagas = vagas
        self.recebidos: list[dict[str, Any]] = []
        self.fechamento: Fechamento | None = None
        self._mudou = asyncio.Event()

    def enviar(self, quadro: Quadro) -> None:
        if self.fechamento is None:
            self.vagas -= 1
            self.recebidos.append(json.loads(quadro.texto))
            self._mudou.set()

    def fechar(self, fechamento: Fechamento) -> None:
        self.fechamento = self.fechamento or fechamento
        self._mudou.set()

    def folgada(self) -> bool:
        return self.vagas > 0

    async def escoar(self) -> bool:
        self.vagas += 3
        await asyncio.sleep(0)
        return self.fechamento is None

    def eventos(self, *nomes: str) -> list[dict[str, Any]]:
        return [f for f in self.recebidos if f.get("event") in nomes or (not nomes and "event" in f)]

    def seqs(self) -> list[int]:
        return [f["seq"] for f in self.recebidos if "seq" in f]

    def respostas(self) -> dict[Any, Any]:
        return {f["ack"]: f["data"] for f in self.recebidos if "ack" in f}

    async def ate(self, condicao: Callable[[Cliente], object]) -> None:
        """Wait until something is so, woken by what arrives."""
        async with asyncio.timeout(30):
            while not condicao(self):
                self._mudou.clear()
                await self._mudou.wait()

    async def ate_evento(self, nome: str) -> dict[str, Any]:
        await self.ate(lambda _: self.eventos(nome))
        return self.eventos(nome)[-1]

    async def ate_resposta(self, ack: int | str) -> Any:
        await self.ate(lambda _: ack in self.respostas())
        return self.respostas()[ack]


class LeitorDaLoja:
    """What of the Reader the gateway needs, on the store in memory."""

    def __init__(self, loja: LojaEmMemoria) -> None:
        self._loja = loja
        self.procurados: list[list[str]] = []

    async def eventos(self, empresa_id: str, desde: int, ate: int, limite: int) -> list[EventoRow]:
        await asyncio.sleep(0)
        return [e for e in self._loja.eventos if e.empresa_id == empresa_id and desde < e.seq <= ate][:limite]

    async def primeiro_evento(self, empresa_id: str) -> int:
        await asyncio.sleep(0)
        return next((e.seq for e in self._loja.eventos if e.empresa_id == empresa_id), 0)

    async def lugares(self, empresa_id: str, ticket_ids: Collection[str]) -> dict[str, Lugar]:
        self.procurados.append(sorted(ticket_ids))
        rows = [await self._loja.ticket(empresa_id, ticket_id) for ticket_id in ticket_ids]
        return {row.id: (row.fila_id, row.atendente_id) for row in rows if row is not None}

    async def acessos(self, empresa_id: str) -> list[Acesso]:
        await asyncio.sleep(0)
        desde = {row.usuario_id: row.vale_desde for row in self._loja.de(AcessoRow, empresa_id)}
        saidas = {row.id: row.excluido_em or 0 for row in self._loja.de(AtendenteRow, empresa_id) if row.excluido_em}
        return [
            Acesso(id_, max(desde.get(id_, 0), saidas.get(id_, 0)), id_ in saidas)
            for id_ in desde.keys() | saidas.keys()
        ]

    async def contatos_vistos(self, empresa_id: str, vidente: Vidente, contato_ids: Collection[str]) -> set[str]:
        """As if none was ever merged."""
        await asyncio.sleep(0)
        tickets = self._loja.de(TicketRow, empresa_id)
        seus = (t for t in tickets if t.fila_id in vidente.filas or t.atendente_id == vidente.atendente_id)
        return {t.contato_id for t in seus if t.contato_id is not None and t.contato_id in contato_ids}

    async def mensagem(self, empresa_id: str, mensagem_id: str) -> MensagemRow | None:
        row = self._loja.tabelas[MensagemRow].get((empresa_id, mensagem_id))
        return row if isinstance(row, MensagemRow) else None


class LojaContada(LojaEmMemoria):
    """Counts the transactions."""

    commits = 0

    async def commit(self, batch: Batch) -> None:
        await super().commit(batch)
        self.commits += 1


class Servidor:
    """A node and its gateway."""

    def __init__(
        self,
        loja: LojaContada,
        no: No,
        journal: Journal,
        gateway: Gateway,
        dos_tokens: Clock,
        leitor: LeitorDaLoja,
        acessos: Acessos,
        limitador: Limitador,
    ) -> None:
        self.loja = loja
        self.no = no
        self.journal = journal
        self.gateway = gateway
        self.leitor = leitor
        self.recepcao = Recepcao(gateway, no, leitor, dos_tokens, Guarda(acessos, no), limitador)

    async def conectar(
        self, quem: Quem, desde: int | None = None, salas: tuple[str, ...] = ()
    ) -> tuple[Cliente, Conexao]:
        cliente = Cliente()
        conexao = self.recepcao.chegou(FORMATO, cliente)
        await self.recepcao.identificar(conexao, quem, LONGE, desde, salas)
        return cliente, conexao

    async def pedir(self, comando: Comando[Any]) -> Any:
        return await self.no.pedir(comando)

    async def mandar(self, conexao: Conexao, evento: str, dados: object, ack: int | None = None) -> None:
        await self.recepcao.receber(conexao, evento, dados, ack)

    async def ticket(self, quem: Quem, **campos: Any) -> TicketRow:
        row: TicketRow = await self.pedir(
            CriarTicket(quem=quem, contato_nome="João", contato_telefone="5511999998888", **campos)
        )
        return row

    async def incluir(self, admin: Quem, fila_id: str, *atendentes: Quem) -> None:
        for atendente in atendentes:
            await self.pedir(IncluirMembro(quem=admin, fila_id=fila_id, atendente_id=atendente.id or ""))


@asynccontextmanager
async def no_de(
    store: Store, gateway: Gateway, acessos: Acessos, *, provisionar: bool = True
) -> AsyncIterator[tuple[No, Journal]]:
    """A node on a store, that publishes to a gateway. What it was asked is done before it stops."""
    relogio = SystemClock()
    difusor = Difusor(acessos, gateway)
    journal = Journal(store, difusor, relogio)
    escritor = asyncio.ensure_future(journal.run())
    laco = AsyncioLoop(relogio, journal)
    no = No(store, journal, difusor, laco.dispatcher, relogio, UuidV7(relogio), Opcoes(), provisionar=provisionar)
    try:
        yield no, journal
        await journal.drain()
    finally:
        await no.parar()
        laco.close()
        escritor.cancel()
        with suppress(asyncio.CancelledError):
            await escritor


def sem_posicoes(ajustes: AjustesGateway) -> AjustesGateway:
    """What comes at its own time is in nobody's way, but where it is what is tried."""
    tenta = ajustes.posicao_cada != AjustesGateway().posicao_cada
    return ajustes if tenta else replace(ajustes, posicoes_por_rodada=0)


@asynccontextmanager
async def servidor(
    ajustes: AjustesGateway | None = None,
    dos_tokens: Clock | None = None,
    *,
    provisionar: bool = True,
    limitador: Limitador | None = None,
) -> AsyncIterator[Servidor]:
    loja = LojaContada()
    gateway = Gateway(sem_posicoes(ajustes or AjustesGateway()))
    leitor = LeitorDaLoja(loja)
    acessos = Acessos(leitor.acessos, Saude())
    async with no_de(loja, gateway, acessos, provisionar=provisionar) as (no, journal):
        yield Servidor(
            loja,
            no,
            journal,
            gateway,
            dos_tokens or SystemClock(),
            leitor,
            acessos,
            limitador or Limitador(SEM_LIMITES),
        )


class NadaParaLer:
    """Of an empresa that has no actors, nothing is ever read."""

    def ler_ticket(self, viva: EmpresaViva, ticket_id: str) -> None:
        raise AssertionError("nobody asks")

    def ler_contatos(self, viva: EmpresaViva, pedido: LerContatos) -> None:
        raise AssertionError("nobody asks")

    def ler_ticket_do_canal(self, viva: EmpresaViva, canal_id: str, contatos: tuple[str, ...], desde: int) -> None:
        raise AssertionError("nobody asks")

    def ler_envios(
        self, viva: EmpresaViva, canal_id: str, linha: Linha, depois: DeOnde, limite: int, leitura: int
    ) -> None:
        raise AssertionError("nobody asks")

    def procurar_envios(
        self, viva: EmpresaViva, canal_id: str, ids: tuple[str, ...], externos: tuple[str, ...], consulta: int
    ) -> None:
        raise AssertionError("nobody asks")


def empresa_parada(empresa_id: str = EMPRESA) -> EmpresaViva:
    """An empresa without actors: its directory is written by the test."""
    relogio = VirtualClock()
    imagem = EmpresaImage(EmpresaRow(empresa_id, "Empresa", 0, 0), 0, 1, "posse", [], [], [], [])
    return EmpresaViva(imagem, ManualLoop(relogio).dispatcher, UuidV7(relogio, 1), Opcoes(), NadaParaLer())
