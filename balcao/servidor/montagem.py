"""The server: every part put together, started in order and stopped in reverse.

::

    port ─ files, keys ─ PostgreSQL ─ migrations ─ store ─ journal ─ dispatcher ─ node ─ application ─ Hypercorn
      ▲                                                                                      │
      └── stopping goes the other way: no new connections, WebSockets closed, requests       │
          answered, journal empty, leases given back, PostgreSQL stopped ◄───────────────────┘

The port is taken first: it fails fast, and who connects early waits for the answer instead of being refused.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import AsyncExitStack, closing
from socket import socket
from typing import Final

from hypercorn.typing import ASGIFramework
from msgspec import Struct
from msgspec.structs import replace

import storage
from actors.diretorio.ajustes import Opcoes
from actors.no.despertador import Despertador
from actors.no.exames import Exames
from actors.no.no import No
from actors.no.relatorios import Contador
from balcao.ajustes.campos import Ajustes
from balcao.porta import descritores, escuta
from balcao.porta.catraca import RESERVA, Lugares
from balcao.servidor import canal_padrao
from balcao.servidor.banco import dsn_de
from balcao.servidor.cofre import cofre_de, exigir_chaves
from balcao.servidor.difusao import Difusor
from balcao.servidor.marca import marca
from balcao.servidor.objetos import objetos_de
from balcao.servidor.relatorios import RelatoriosDoServidor
from balcao.servidor.simulacao import Simulacoes
from engine.assinatura import Assinador
from engine.envios.politica import Politica
from engine.ids import UuidV7
from engine.journal import Journal
from engine.runtime import AsyncioLoop
from engine.saude import Saude
from engine.tarefas import Tarefas
from engine.tempo import SystemClock
from storage import Banco, reescrita
from storage.diagnostico import identidade as identidade_do_banco
from storage.faxina import Faxina
from web.ajustes import AjustesWeb
from web.app import criar_app
from web.arquivos import Arquivos, LimitesDeArquivo
from web.chat import Conversas
from web.conectores import VigiaDeCanais
from web.gateway import AjustesGateway, Gateway
from web.metricas import Metricas
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.portaria.acessos import Acessos
from web.portaria.limites import LimitesDeRitmo

log = logging.getLogger(__name__)

PARTE_DA_EMPRESA: Final = 0.75
"""Of all connections, at most."""
ESVAZIAR_S: Final = 3.0
"""How long the journal may take to write what was accepted."""


class Vivo(Struct, frozen=True):
    """A server that is ready to serve."""

    app: ASGIFramework
    no: No
    gateway: Gateway
    vigia: VigiaDeCanais
    soquete: socket
    url: str
    escritor: asyncio.Task[None]
    metricas: Metricas
    lugares: Lugares
    saude: Saude


async def montar(pilha: AsyncExitStack, ajustes: Ajustes) -> Vivo:
    """Start every part in order; ``pilha`` stops them in reverse."""
    soquete = pilha.enter_context(closing(escuta.abrir(ajustes.host, ajustes.port)))
    objetos = await objetos_de(ajustes)
    cofre = cofre_de(ajustes)
    metricas = Metricas()
    dsn = await pilha.enter_async_context(dsn_de(ajustes, metricas.postgres_reiniciado))
    aplicadas = await storage.migrar(dsn)
    if aplicadas:
        log.info("migrations applied: %s", ", ".join(aplicadas))
    eu = marca(ajustes.dados, await identidade_do_banco(dsn))
    banco = await storage.abrir(dsn, no=ajustes.nome_do_no, cofre=cofre)
    pilha.push_async_callback(banco.fechar)
    await exigir_chaves(banco.store, ajustes)

    relogio = SystemClock()
    casa = lugares(ajustes, descritores.quantos())
    gateway = Gateway(
        AjustesGateway(
            max_por_usuario=ajustes.limite_conexoes, max_por_empresa=casa.por_empresa, max_conexoes=casa.total
        )
    )
    acessos = Acessos(banco.leituras.acessos, banco.saude)
    pilha.push_async_callback(acessos.parar)
    vigia = VigiaDeCanais()
    conversas = Conversas()
    contador = Contador(banco.store.relatorios)
    difusor = Difusor(acessos, gateway, metricas, vigia, conversas, contador)
    journal = Journal(banco.store, difusor, relogio, observer=metricas, health=banco.saude)
    do_journal = Tarefas("journal", banco.saude)
    pilha.push_async_callback(do_journal.parar)
    escritor = do_journal.manter("writer", journal.run())
    laco = AsyncioLoop(relogio, journal)
    pilha.callback(laco.close)
    ids = UuidV7(relogio)
    assinador = Assinador(ajustes.jwt_secret, ajustes.backend_url or _url(ajustes, soquete), relogio)
    opcoes = Opcoes(
        janela_reabertura=ajustes.janela_reabertura_ms,
        graca_conexao=ajustes.graca_conexao_ms,
        endereco_de_arquivo=assinador.endereco,
        politica_de_envio=politica_de(ajustes),
        regras_dos_webhooks=ajustes.regras_dos_conectores,
        espera_errou=metricas.espera_errou,
    )
    no = No(
        banco.store, journal, difusor, laco.dispatcher, relogio, ids, opcoes,
        provisionar=ajustes.empresas_auto,
    )  # fmt: skip
    banco.ao_religar(no.conferir_posses)
    pilha.push_async_callback(no.parar)
    exames = Exames(no, banco.leituras.exames)
    pilha.push_async_callback(exames.parar)
    pilha.push_async_callback(_esvaziar, journal)
    faxina = Faxina(
        banco.store, relogio, objetos.remover, ajustes.eventos_guardados_ms, ajustes.envios_guardados_ms,
        ajustes.decisoes_guardadas_ms, ajustes.estados_guardados_ms,
    )  # fmt: skip
    de_casa = _de_casa(ajustes, no, banco, faxina, contador)
    pilha.push_async_callback(de_casa.parar)
    limites = LimitesDeArquivo(maximo=ajustes.arquivo_maximo, estrito=ajustes.arquivos_tipos == "estrito")
    tempo = TempoDeResposta(banco.saude)
    arquivos = Arquivos(objetos, banco.store, assinador, ajustes.dados, ids, relogio, limites, tempo)
    simulacoes = Tarefas("simulations", banco.saude)
    pilha.push_async_callback(simulacoes.parar)
    app = criar_app(
        no, banco.leituras, journal, gateway, metricas, acessos, arquivos,
        ajustes_web(ajustes, eu, ajustes.backend_url or _url(ajustes, soquete)),
        banco.alcancavel, banco.store.panorama, banco.store, vigia, conversas, exames,
        Simulacoes(simulacoes, metricas.simulacao),
        RelatoriosDoServidor(banco.leituras.relatorios, contador.em_dia, relogio, ajustes.dados / "matplotlib"),
        relogio,
    )  # fmt: skip
    return Vivo(app, no, gateway, vigia, soquete, _url(ajustes, soquete), escritor, metricas, casa, banco.saude)


def _de_casa(ajustes: Ajustes, no: No, banco: Banco, faxina: Faxina, contador: Contador) -> Tarefas:
    """What the node does beside serving; it serves without it too, so nothing here is kept by manter."""
    de_casa = Tarefas("housekeeping", banco.saude)
    de_casa.lancar("faxina", faxina.rodar())
    de_casa.lancar("despertador", Despertador(banco.store, no.ativas, no.ativar).rodar())
    de_casa.lancar("canal padrão", canal_padrao.manter(ajustes, no, banco.store))
    de_casa.lancar("relatórios", contador.rodar())
    de_casa.lancar("reescrita", reescrita.rodar(banco.store.reescrever))
    return de_casa


def _url(ajustes: Ajustes, soquete: socket) -> str:
    """Where this machine reaches the server, also on a port that the system chose."""
    return replace(ajustes, port=soquete.getsockname()[1]).url


def politica_de(ajustes: Ajustes) -> Politica:
    """How often and how long channels try."""
    return Politica(
        tentativas=ajustes.envio_tentativas,
        recuo=ajustes.envio_recuo_ms,
        arrendamento=ajustes.envio_arrendamento_ms,
        espera_status=ajustes.envio_duvida_ms,
    )


def ajustes_web(ajustes: Ajustes, identidade: str, url_publica: str) -> AjustesWeb:
    """What the edge needs of the settings."""
    return AjustesWeb(
        identidade=identidade,
        url_publica=url_publica,
        numero_padrao=ajustes.whatsapp_phone_number_id,
        jwt_secret=ajustes.jwt_secret,
        navegadores=ajustes.frontend_url,
        proxies=ajustes.proxy_confiavel,
        metricas_redes=ajustes.metricas_redes,
        metricas_token=ajustes.metricas_token,
        limites=LimitesDeRitmo(
            usuario=ajustes.limite_usuario, empresa=ajustes.limite_empresa, endereco=ajustes.limite_endereco
        ),
    )


async def _esvaziar(journal: Journal) -> None:
    try:
        async with asyncio.timeout(ESVAZIAR_S):
            await journal.drain()
    except TimeoutError:
        # None of these was acknowledged: output commit.
        log.warning("stopping with %d turns unwritten: the database is away", journal.pending)


def lugares(ajustes: Ajustes, descritores_abertos: int) -> Lugares:
    """How many connections there is room for: what was asked for, as far as descriptors go; and of each empresa, never
    so many that there is none for another.
    """
    cabem = max(descritores_abertos // 2, descritores_abertos - RESERVA)
    total = min(ajustes.limite_conexoes_total, cabem)
    return Lugares(
        total=total,
        por_empresa=min(ajustes.limite_conexoes_empresa, int(total * PARTE_DA_EMPRESA)),
        por_endereco=ajustes.limite_conexoes_endereco,
        ate_os_descritores=cabem < ajustes.limite_conexoes_total,
    )
