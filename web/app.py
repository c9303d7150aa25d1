"""The web application: every route under one Quart, the WebSocket beside it."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import Any, Final, Protocol

from quart import Request, request
from werkzeug.http import parse_options_header

from actors.no.exames import Exames
from actors.no.no import No
from engine.conector.webhooks_whatsapp import Apartado
from engine.envios.situacao import CanaisDeUmTipo, TrabalhoNaFila
from engine.errors import Unavailable, UnsupportedMedia
from engine.journal import Journal
from engine.ports import Clock, Panorama, Reader
from engine.tarefas import Tarefas
from engine.tempo import SystemClock
from web import openapi
from web.ajustes import AjustesWeb
from web.arquivos import Arquivos
from web.chat import Chat, Conversas, LeitorDoChat, ligar_chat
from web.conectores import CAMINHO as CAMINHO_DOS_CONECTORES
from web.conectores import (
    CAMINHO_DE_ARQUIVOS,
    BordaConectores,
    BordaDeArquivos,
    Casa,
    CorposDeEventos,
    Fichas,
    Mudanca,
    Presentes,
    Reconhecimento,
    VigiaDeCanais,
)
from web.gateway import Gateway, Recepcao
from web.metricas import TIPO_EXPOSICAO, AcessoAsMetricas, Exposicao, Metricas
from web.pedido.caminhos import CorpoAnunciado, ExigenciaDaCabeca
from web.pedido.chave_do_pedido import chave_do_pedido
from web.pedido.conectores import Conectores
from web.pedido.escopo import cabecalhos_de
from web.pedido.relatorios import Relatorios
from web.pedido.rota import PREFIXO, Pedido, Rota
from web.pedido.simulador import Simulador
from web.pedido.tempo_de_resposta import TempoDeResposta
from web.portaria.acessos import Acessos, Guarda
from web.portaria.admissao import Admissao
from web.portaria.autenticacao import Autenticador
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador
from web.portaria.porteiro import PorteiroDaApi, credencial_de
from web.portaria.visitante import PorteiroDoTempoReal
from web.quart_leve import QuartLeve
from web.resposta.etag import condicional
from web.resposta.pronta import JSON, Resposta, erro, json
from web.rotas import DE_JSON, TODAS
from web.rotas.arquivos import Vistas as VistasDeArquivos
from web.socketio import CAMINHO, BordaSocketIO
from web.webhooks import PREFIXO_DOS_WEBHOOKS, Apartados, BordaDeWebhooks, LugaresDosCanais, Repescagem
from web.websocket import BordaWebSocket

IDENTIDADE: Final = "balcao-dados"
"""The header of ``/saude`` by which ``balcao doctor`` knows whose server answers."""

Pronto = Callable[[], Awaitable[bool]]


class Apartaveis(Apartados, Protocol):
    async def apartar(self, um: Apartado, now: int) -> None: ...


class Canais(Protocol):
    """The canais of every empresa, in the database: each with its empresa first. All raise StoreAway."""

    @property
    def apartados(self) -> Apartaveis:
        """What came to webhooks and is of none."""
        ...

    async def lugares_do_canal(self, canal_id: str) -> list[tuple[str, str]]: ...
    async def lugares_dos_numeros(self, numeros: list[str]) -> list[tuple[str, str, str]]: ...
    async def lugares_das_contas(self, contas: list[str]) -> list[tuple[str, str, str]]: ...
    async def envios_na_fila(self) -> list[TrabalhoNaFila]: ...
    async def canais_ligados(self, servidos: list[str]) -> list[CanaisDeUmTipo]: ...
    async def canais_conectaveis(self) -> list[tuple[str, str]]: ...


LerPanorama = Callable[[], Awaitable[Iterable[Panorama]]]


def criar_app(
    no: No,
    leitor: LeitorDoChat,
    journal: Journal,
    gateway: Gateway,
    metricas: Metricas,
    acessos: Acessos,
    arquivos: Arquivos,
    ajustes: AjustesWeb,
    pronto: Pronto,
    ler_panorama: LerPanorama,
    canais: Canais,
    vigia: VigiaDeCanais,
    conversas: Conversas,
    exames: Exames,
    simulador: Simulador,
    relatorios: Relatorios,
    relogio: Clock | None = None,
) -> QuartLeve:
    """The ASGI application of a node.

    ``pronto`` says whether the database is reachable; the journal knows the rest. ``ler_panorama`` gives how every
    empresa stands, also those that are not active; ``canais`` knows those of every empresa, ``vigia`` when one changes.
    ``conversas`` tells visitors of sites what is committed. ``exames`` finds out whether all is as it must be,
    ``simulador`` tries policies, ``relatorios`` has what was counted.
    """
    relogio = relogio or SystemClock()
    metricas.observar(no, journal, exames.violadas)
    autenticador = Autenticador(ajustes.jwt_secret, relogio)
    guarda, limitador, enderecos = Guarda(acessos, no), Limitador(ajustes.limites), EnderecoDoCliente(ajustes.proxies)
    porteiro = PorteiroDaApi(
        autenticador, guarda, Admissao(ajustes.admissao), limitador, enderecos, ajustes.navegadores
    )  # fmt: skip
    app = QuartLeve(
        "balcao",
        porteiro,
        corpo_maximo=ajustes.corpo_maximo,
        prazo_do_corpo=ajustes.prazo_do_corpo,
        observador=metricas.pedidos,
        tempo=TempoDeResposta(journal.health),
    )
    casa = _casa_dos_conectores(no, leitor, canais, vigia, guarda, metricas, ajustes, relogio)
    presentes = Presentes(casa, ajustes.url_publica)
    for rota in DE_JSON:
        vista = _vista(rota, no, leitor, exames, guarda, presentes, simulador, relatorios)
        app.add_url_rule(rota.caminho, rota.nome, vista, methods=[rota.metodo])
        app.caminhos.exigir(rota.nome, _exigencia(rota))
        if rota.demora:
            app.caminhos.esperar(rota.nome)
    VistasDeArquivos(no, leitor, arquivos, guarda).ligar(app)
    _rotas_publicas(app, journal, pronto, ajustes.identidade)
    acesso = AcessoAsMetricas(ajustes.metricas_redes, ajustes.metricas_token, enderecos, limitador)
    tarefas = Tarefas("metrics", journal.health)

    async def ler_canais() -> list[CanaisDeUmTipo]:
        return await canais.canais_ligados(presentes.servidos())

    exposicao = Exposicao(metricas, ler_panorama, canais.envios_na_fila, ler_canais, tarefas)
    _rota_das_metricas(app, exposicao, acesso)
    openapi.registrar(app, TODAS)
    recepcao = Recepcao(gateway, no, leitor, relogio, guarda, limitador, metricas.pedidos)
    porteiro_das_bordas = PorteiroDoTempoReal(autenticador, limitador, enderecos, ajustes.navegadores)
    app.caminhos.ligar_borda("websocket", f"{PREFIXO}/ws", BordaWebSocket(recepcao, autenticador, porteiro_das_bordas))
    socketio = BordaSocketIO(recepcao, autenticador, porteiro_das_bordas)
    app.caminhos.ligar_borda("websocket", CAMINHO, socketio)
    app.caminhos.ligar_borda("http", CAMINHO, socketio)
    lugares = LugaresDosCanais(canais.lugares_do_canal, canais.lugares_dos_numeros, canais.lugares_das_contas)
    conectores = _ligar_conectores(
        app, casa, canais, lugares, arquivos, autenticador, porteiro_das_bordas, metricas, ajustes, relogio
    )
    metricas.canais.conectores = lambda: len(conectores)
    chat = ligar_chat(
        app.caminhos, no, leitor, lugares, arquivos, gateway, conversas, vigia, porteiro_das_bordas, relogio,
        ajustes.jwt_secret, ajustes.url_publica, ajustes.chat,
    )  # fmt: skip
    app.register_error_handler(Exception, _ao_errar)
    _enquanto_serve(app, metricas, tarefas, recepcao, conectores, chat)
    return app


def _casa_dos_conectores(
    no: No,
    leitor: Reader,
    canais: Canais,
    vigia: VigiaDeCanais,
    guarda: Guarda,
    metricas: Metricas,
    ajustes: AjustesWeb,
    relogio: Clock,
) -> Casa:
    fichas = Fichas(ajustes.jwt_secret, relogio)
    tarefas = Tarefas("conectores", no.saude)
    preparar = CorposDeEventos(leitor, no.endereco_de_arquivo).preparar
    return Casa(
        no,
        guarda,
        fichas,
        vigia,
        canais.canais_conectaveis,
        preparar,
        tarefas,
        metricas.canais,
        ajustes.url_publica,
        {},
    )


def _ligar_conectores(
    app: QuartLeve,
    casa: Casa,
    canais: Canais,
    lugares: LugaresDosCanais,
    arquivos: Arquivos,
    autenticador: Autenticador,
    porteiro: PorteiroDoTempoReal,
    metricas: Metricas,
    ajustes: AjustesWeb,
    relogio: Clock,
) -> BordaConectores:
    """Connectors, and the webhooks whose contents they read."""
    tempo = TempoDeResposta(casa.no.saude)
    reconhecimento = Reconhecimento(ajustes.jwt_secret, autenticador)
    borda = BordaConectores(casa, reconhecimento, porteiro)
    app.caminhos.ligar_borda("websocket", CAMINHO_DOS_CONECTORES, borda)
    de_arquivos = BordaDeArquivos(casa, arquivos, reconhecimento, porteiro)
    app.caminhos.ligar_borda("http", CAMINHO_DE_ARQUIVOS, de_arquivos)

    async def apartar(um: Apartado) -> None:
        await canais.apartados.apartar(um, relogio.now())

    repescagem = Repescagem(casa.no, canais.apartados, tempo, casa.tarefas)

    def mudou(mudanca: Mudanca) -> None:
        if mudanca.canal_id is not None:
            lugares.esquecer()
            repescagem.oferecer((mudanca.empresa_id, mudanca.canal_id))

    casa.vigia.seguidores.add(mudou)
    casa.vigia.ao_parar.add(repescagem.encerrar)
    webhooks = BordaDeWebhooks(
        casa.no, lugares, porteiro, tempo, apartar, repescagem, ajustes.url_publica, metricas.canais,
        ajustes.numero_padrao,
    )  # fmt: skip
    app.caminhos.ligar_prefixo("http", PREFIXO_DOS_WEBHOOKS, webhooks)
    return borda


def _exigencia(rota: Rota) -> ExigenciaDaCabeca:
    """What a route asks of a head: a token, a role, and a body that it can read."""

    def exigir(scope: Any, corpo: CorpoAnunciado) -> None:
        rota.autorizar(credencial_de(scope).quem)
        if rota.corpo is not None and corpo.tamanho != 0 and corpo.tipo != JSON:
            _exigir_json(corpo.tipo)

    return exigir


def _vista(
    rota: Rota, no: No, leitor: Reader, exames: Exames, guarda: Guarda, conectores: Conectores, simulador: Simulador,
    relatorios: Relatorios,
) -> Callable[..., Awaitable[Resposta]]:  # fmt: skip
    """The Quart view of a route: decode, ask, encode. Whoever may not has been refused by the head."""

    async def vista(**ids: str) -> Resposta:
        pedido: Request = request._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # the proxy costs at each use
        quem = credencial_de(pedido.scope).quem
        corpo = b""
        if rota.corpo is not None:
            corpo = await pedido.body
            await guarda.exigir(quem)  # its body may have been long in coming
        argumentos = rota.argumentos(quem, ids, pedido.query_string, corpo)
        chave = chave_do_pedido(quem, pedido, corpo) if rota.metodo == "POST" else None
        pedido_dela = Pedido(quem, no, leitor, chave, conectores, exames, simulador, relatorios)
        valor = await rota.funcao(pedido_dela, **argumentos)
        if isinstance(valor, Resposta):
            return valor
        if rota.status == 204:
            return Resposta(b"", 204, None)
        resposta = json(valor, rota.status)
        return condicional(resposta, pedido) if rota.etag else resposta

    return vista


def _exigir_json(tipo_de_conteudo: str) -> None:
    tipo, _ = parse_options_header(tipo_de_conteudo)
    if not _e_json(tipo.lower()):
        raise UnsupportedMedia("tipo_de_conteudo", f"O corpo deve ser {JSON}; ajuste o cabeçalho Content-Type")


def _e_json(tipo: str) -> bool:
    return tipo == JSON or (tipo.startswith("application/") and tipo.endswith("+json"))


def _rota_das_metricas(app: QuartLeve, exposicao: Exposicao, acesso: AcessoAsMetricas) -> None:
    app.before_serving(exposicao.conhecer_empresas)

    @app.get("/metrics")
    async def expor() -> Resposta:
        acesso.exigir(request.scope.get("client"), cabecalhos_de(request.scope))
        return Resposta(await exposicao.texto(), 200, TIPO_EXPOSICAO)


def _rotas_publicas(app: QuartLeve, journal: Journal, pronto: Pronto, identidade: str) -> None:
    de_quem = [(IDENTIDADE, identidade)] if identidade else []

    @app.get("/saude")
    async def saude() -> Resposta:
        return json({"status": "ok"}, 200, de_quem)

    @app.get("/saude/pronto")
    async def prontidao() -> Resposta:
        alcancavel, saude = await pronto(), journal.health
        if not alcancavel or not saude.disponivel:
            raise Unavailable("nao_pronto", saude.frase(), 2)
        if not journal.available:
            raise Unavailable("nao_pronto", "Há gravações demais à espera do banco de dados", 2)
        return json({"status": "pronto"})


async def _ao_errar(problema: Exception) -> Resposta:
    return erro(problema)


def _enquanto_serve(
    app: QuartLeve, metricas: Metricas, tarefas: Tarefas, recepcao: Recepcao, conectores: BordaConectores, chat: Chat
) -> None:  # fmt: skip
    @app.while_serving
    async def servir() -> AsyncGenerator[None, None]:
        tarefas.lancar("loop lag", metricas.medir_atraso())  # not kept by manter: the node serves without it
        yield
        await conectores.parar()
        await chat.parar()
        await recepcao.parar()
        await tarefas.parar()
