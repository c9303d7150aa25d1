"""The server: every part put together, started in order and stopped in reverse.

::

    port ─ files ─ PostgreSQL ─ migrations ─ store ─ journal ─ dispatcher ─ node ─ application ─ Hypercorn
      ▲                                                                                      │
      └── stopping goes the other way: no new connections, WebSockets closed, requests       │
          answered, journal empty, leases given back, PostgreSQL stopped ◄───────────────────┘

The port is taken first: it fails fast, and who connects early waits for the answer instead of being refused.
"""

from __future__ import annotations

import asyncio
import logging
import platform
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, closing
from socket import socket
from typing import Any, Final

import uvloop
from hypercorn.typing import ASGIFramework
from msgspec import Struct
from msgspec.structs import replace

import storage
from actors.diretorio.empresa_viva import Opcoes
from actors.no.no import No
from balcao import __version__, descritores, escuta
from balcao.ajustes import Ajustes
from balcao.banco import dsn_de
from balcao.difusao import Difusor
from balcao.guarda import CABECA_MAXIMA
from balcao.http11 import Configuracao
from balcao.identidade import marca
from balcao.lotacao import RESERVA, Limites
from balcao.objetos import objetos_de
from balcao.parada import Parada, parar_postgres_depois
from balcao.porta import Porta
from engine import coletor
from engine.assinatura import Assinador
from engine.ids import UuidV7
from engine.journal import Journal
from engine.runtime import AsyncioLoop
from engine.tempo import SystemClock
from storage import reescrita
from storage.diagnostico import identidade as identidade_do_banco
from storage.faxina import Faxina
from web.ajustes import AjustesWeb
from web.app import criar_app
from web.arquivos import Arquivos, LimitesDeArquivo
from web.gateway import AjustesGateway, Gateway
from web.metricas import Metricas
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.portaria.acessos import Acessos
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import LimitesDeRitmo

log = logging.getLogger(__name__)

RESPONDER_S: Final = 3.0
"""How long requests under way may take once stopping began."""
ESVAZIAR_S: Final = 3.0
"""How long the journal may take to write what was accepted."""


class Vivo(Struct, frozen=True):
    """A server that is ready to serve."""

    app: ASGIFramework
    gateway: Gateway
    soquete: socket
    escritor: asyncio.Task[None]
    metricas: Metricas


def executar(ajustes: Ajustes, ao_ficar_pronto: Callable[[], None], ao_parar: Callable[[], None]) -> None:
    """Serve until a signal asks to stop, and stop. ``ao_parar`` is called when stopping begins.

    Raises:
        ErroDeUso, FalhaDeArmazenamento: it could not start; the message says what to do.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_viver(ajustes, ao_ficar_pronto, ao_parar))


async def _viver(ajustes: Ajustes, ao_ficar_pronto: Callable[[], None], ao_parar: Callable[[], None]) -> None:
    parada = Parada(ao_parar, lambda: _desistir(ajustes))
    parada.escutar_sinais()
    try:
        async with AsyncExitStack() as pilha:
            vivo = await parada.ou(montar(pilha, ajustes))
            if vivo is not None:
                coletor.assentar()
                await _servir(ajustes, vivo, parada, ao_ficar_pronto)
    finally:
        parada.cumprida()


def _desistir(ajustes: Ajustes) -> None:
    if ajustes.dsn is None:
        parar_postgres_depois(ajustes.dados)


async def montar(pilha: AsyncExitStack, ajustes: Ajustes) -> Vivo:
    """Start every part in order; ``pilha`` stops them in reverse."""
    soquete = pilha.enter_context(closing(escuta.abrir(ajustes.host, ajustes.port)))
    objetos = await objetos_de(ajustes)
    metricas = Metricas()
    dsn = await pilha.enter_async_context(dsn_de(ajustes, metricas.postgres_reiniciado))
    aplicadas = await storage.migrar(dsn)
    if aplicadas:
        log.info("migrations applied: %s", ", ".join(aplicadas))
    eu = marca(ajustes.dados, await identidade_do_banco(dsn))
    banco = await storage.abrir(dsn, no=ajustes.nome_do_no)
    pilha.push_async_callback(banco.fechar)

    relogio = SystemClock()
    gateway = Gateway(
        AjustesGateway(max_por_usuario=ajustes.limite_conexoes, max_por_empresa=ajustes.limite_conexoes_empresa)
    )
    acessos = Acessos(banco.leituras.acessos)
    difusor = Difusor(acessos, gateway, metricas)
    journal = Journal(banco.store, difusor, relogio, observer=metricas, health=banco.saude)
    escritor = await pilha.enter_async_context(_tarefa(journal.run()))
    laco = AsyncioLoop(relogio, journal)
    pilha.callback(laco.close)
    ids = UuidV7(relogio)
    assinador = Assinador(ajustes.jwt_secret, ajustes.backend_url or _url(ajustes, soquete), relogio)
    opcoes = Opcoes(
        janela_reabertura=ajustes.janela_reabertura_ms,
        graca_conexao=ajustes.graca_conexao_ms,
        endereco_de_arquivo=assinador.endereco,
    )
    no = No(
        banco.store, journal, difusor, laco.dispatcher, relogio, ids, opcoes,
        provisionar=ajustes.empresas_auto,
    )  # fmt: skip
    banco.ao_religar(no.conferir_posses)
    pilha.push_async_callback(no.parar)
    pilha.push_async_callback(_esvaziar, journal)
    faxina = Faxina(banco.store, relogio, objetos.remover, ajustes.eventos_guardados_ms)
    await pilha.enter_async_context(_tarefa(faxina.rodar()))
    await pilha.enter_async_context(_tarefa(reescrita.rodar(banco.store.reescrever)))
    limites = LimitesDeArquivo(maximo=ajustes.arquivo_maximo, estrito=ajustes.arquivos_tipos == "estrito")
    tempo = TempoDeResposta(banco.saude)
    arquivos = Arquivos(objetos, banco.store, assinador, ajustes.dados, ids, relogio, limites, tempo)
    app = criar_app(
        no, banco.leituras, journal, gateway, metricas, acessos, arquivos, ajustes_web(ajustes, eu),
        banco.alcancavel, banco.store.panorama, relogio,
    )  # fmt: skip
    return Vivo(app, gateway, soquete, escritor, metricas)


def _url(ajustes: Ajustes, soquete: socket) -> str:
    """Where this machine reaches the server, also on a port that the system chose."""
    return replace(ajustes, port=soquete.getsockname()[1]).url


def ajustes_web(ajustes: Ajustes, identidade: str) -> AjustesWeb:
    """What the edge needs of the settings."""
    return AjustesWeb(
        identidade=identidade,
        jwt_secret=ajustes.jwt_secret,
        navegadores=ajustes.frontend_url,
        proxies=ajustes.proxy_confiavel,
        metricas_redes=ajustes.metricas_redes,
        metricas_token=ajustes.metricas_token,
        limites=LimitesDeRitmo(
            usuario=ajustes.limite_usuario, empresa=ajustes.limite_empresa, endereco=ajustes.limite_endereco
        ),
    )


@asynccontextmanager
async def _tarefa(trabalho: Coroutine[Any, Any, None]) -> AsyncIterator[asyncio.Task[None]]:
    """A task that is cancelled, and waited for, at the end."""
    tarefa = asyncio.ensure_future(trabalho)
    try:
        yield tarefa
    finally:
        tarefa.cancel()
        await asyncio.wait({tarefa})


async def _esvaziar(journal: Journal) -> None:
    try:
        async with asyncio.timeout(ESVAZIAR_S):
            await journal.drain()
    except TimeoutError:
        # None of these was acknowledged: output commit.
        log.warning("stopping with %d turns unwritten: the database is away", journal.pending)


async def _servir(ajustes: Ajustes, vivo: Vivo, parada: Parada, ao_ficar_pronto: Callable[[], None]) -> None:
    """Serve until asked to stop, or until the journal's writer dies (a bug: nothing could be acknowledged any more)."""
    porta = Porta(
        vivo.app,
        configuracao(vivo.soquete),
        lugares(ajustes, descritores.quantos()),
        EnderecoDoCliente(ajustes.proxy_confiavel),
        vivo.metricas.conexao_recusada,
    )
    _medir_conexoes(vivo, porta)
    await porta.abrir()
    log.info("started: balcao %s, python %s, banco: %s", __version__, platform.python_version(), ajustes.banco)
    ao_ficar_pronto()
    pedida = asyncio.ensure_future(parada.esperar())
    await asyncio.wait({pedida, vivo.escritor}, return_when=asyncio.FIRST_COMPLETED)
    parada.pedir()
    await porta.recusar()
    await vivo.gateway.encerrar()
    cortadas = await porta.fechar(RESPONDER_S)
    if cortadas:
        log.warning("%d connections did not end in time and were cut", cortadas)
    await pedida
    log.info("stopped")
    if vivo.escritor.done():
        vivo.escritor.result()


def _medir_conexoes(vivo: Vivo, porta: Porta) -> None:
    vivo.metricas.medir(
        "balcao_connections",
        "Connections open: of HTTP and WebSocket, and of these of strangers; realtime clients, and of these strangers",
        {
            "all": lambda: len(porta.lotacao),
            "all_strangers": lambda: porta.lotacao.estranhas,
            "realtime": lambda: vivo.gateway.conexoes,
            "realtime_strangers": lambda: vivo.gateway.anonimas,
        },
    )


def lugares(ajustes: Ajustes, descritores_abertos: int) -> Limites:
    """How many connections there is room for: what was asked for, as far as descriptors go."""
    cabem = max(descritores_abertos // 2, descritores_abertos - RESERVA)
    return Limites(
        total=min(ajustes.limite_conexoes_total, cabem),
        por_endereco=ajustes.limite_conexoes_endereco,
        ate_os_descritores=cabem < ajustes.limite_conexoes_total,
    )


def configuracao(soquete: socket) -> Configuracao:
    """How Hypercorn serves on a socket that listens already, which it takes over."""
    config = Configuracao()
    config.bind = [f"fd://{soquete.detach()}"]
    config.backlog = escuta.FILA_DE_CONEXOES
    config.graceful_timeout = RESPONDER_S
    config.shutdown_timeout = RESPONDER_S
    config.keep_alive_max_requests = 1_000_000  # a client behind a proxy keeps its connection
    config.keep_alive_timeout = 75
    config.include_server_header = False
    config.websocket_ping_interval = 20.0  # a screen that fell asleep is found out, and proxies keep the line open
    config.websocket_max_message_size = AjustesGateway().max_quadro
    config.h11_max_incomplete_size = CABECA_MAXIMA
    config.errorlog = logging.getLogger("hypercorn.error")
    return config
