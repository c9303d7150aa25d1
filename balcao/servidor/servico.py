"""Serving, from the first part that starts to the last one that stops."""

from __future__ import annotations

import asyncio
import logging
import platform
from collections.abc import Callable
from contextlib import AsyncExitStack

import uvloop

from balcao import __version__
from balcao.ajustes.campos import Ajustes
from balcao.porta.configuracao import RESPONDER_S, configuracao
from balcao.porta.porta import Porta
from balcao.servidor.conectores import ProcessoDosConectores
from balcao.servidor.montagem import Vivo, montar
from balcao.servidor.parada import Parada, parar_postgres_depois
from engine import coletor
from engine.tarefas import Tarefas
from web.portaria.endereco_do_cliente import EnderecoDoCliente

log = logging.getLogger(__name__)


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


async def _servir(ajustes: Ajustes, vivo: Vivo, parada: Parada, ao_ficar_pronto: Callable[[], None]) -> None:
    """Serve until asked to stop, or until the journal's writer dies (a bug: nothing could be acknowledged any more)."""
    porta = Porta(
        vivo.app,
        configuracao(vivo.soquete),
        vivo.lugares,
        EnderecoDoCliente(ajustes.proxy_confiavel),
        vivo.metricas.conexao_recusada,
        vivo.saude,
    )
    _medir_conexoes(vivo, porta)
    await porta.abrir()
    log.info("started: balcao %s, python %s, banco: %s", __version__, platform.python_version(), ajustes.banco)
    ao_ficar_pronto()
    conectores = ProcessoDosConectores(ajustes, vivo.url)
    de_fora = Tarefas("connectors", vivo.saude)
    if ajustes.conectores:
        de_fora.lancar("process", conectores.manter())
    pedida = asyncio.create_task(parada.esperar(), name="server: wish to stop")
    await asyncio.wait({pedida, vivo.escritor}, return_when=asyncio.FIRST_COMPLETED)
    parada.pedir()
    await conectores.parar()
    await de_fora.parar()
    await porta.recusar()
    vivo.vigia.encerrar()
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
            "all": lambda: len(porta.catraca),
            "all_strangers": lambda: porta.catraca.estranhas,
            "realtime": lambda: vivo.gateway.conexoes,
            "realtime_strangers": lambda: vivo.gateway.anonimas,
        },
    )
