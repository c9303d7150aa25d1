"""The ASGI application of ``/webchat/<canal>/…``. Its paths, bodies and answers are in ``docs/webchat.md``.

::

    request ─ is there such a chat? ─ is the page one of its? ─ whose session? ─ not too fast? ─ asked ─ COMMIT ─ answer
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final

from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NadaAqui

from engine.errors import Conflict, NotFound
from engine.tempo import iso
from web.arquivos import Anuncio, entregar
from web.chat._ajustes import CORPO_MAXIMO
from web.chat._casa import Casa
from web.chat._entradas import DESDE, ENVIO, LIDA, MENSAGEM, NADA
from web.chat._limites import VagasDeEnvio
from web.chat._origens import exigir_origem
from web.chat._pedido import Extras, Pedido, Resposta, do_cors, enviar, json, previo
from web.chat._sessoes import Sessao
from web.chat._vistas import EscritaVista, SessaoVista, arquivo_vista, config_vista, estado_vista
from web.pedido.entrada import Entrada
from web.resposta.cru import ClienteSaiu, Receive, Scope, Send, recusar

PREFIXO: Final = "/webchat"
CONFIG_S: Final = 300
"""How long what a canal is set to may be kept."""
SILENCIO_S: Final = 30.0
_LEEM: Final = frozenset({"GET", "HEAD"})

Atender = Callable[[Pedido], Awaitable[Resposta]]


class BordaDoChat:
    def __init__(self, casa: Casa) -> None:
        self._casa = casa
        self._vagas = VagasDeEnvio(casa.ajustes)
        self._recursos: dict[str, dict[str, Atender]] = {
            "config": {"GET": self._config},
            "sessoes": {"POST": self._comecar},
            "mensagens": {"GET": self._ler, "POST": self._escrever},
            "lidas": {"POST": self._marcar},
            "arquivos": {"GET": self._baixar, "HEAD": self._baixar, "POST": self._enviar_arquivo},
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        cors: Extras = ()
        try:
            pedido = await self._abrir(scope, receive)
            cors = do_cors(pedido.origem)
            resposta = await self._tratar(pedido)
        except ClienteSaiu:
            return
        except Exception as erro:  # noqa: BLE001  # what is unexpected is logged where it is told
            with suppress(OSError):
                await recusar(send, erro, cors)
        else:
            await enviar(send, resposta, cors)

    async def _abrir(self, scope: Scope, receive: Receive) -> Pedido:
        """The request, if it is for a chat of ours and of a page that may use it. It counts for its address."""
        cabecalhos = {nome: valor.decode("latin-1") for nome, valor in scope["headers"]}
        visitante = self._casa.porteiro.ver(scope, cabecalhos)
        visitante.chegar()
        canal_id, *partes = scope["path"].removeprefix(PREFIXO + "/").removesuffix("/").split("/")
        if not partes or partes[0] not in self._recursos or len(partes) > 2:
            raise NadaAqui
        canal = await self._casa.canais.de(canal_id)
        origem = exigir_origem(cabecalhos, canal.origens, self._casa.nossa_origem)
        return Pedido(scope, receive, cabecalhos, visitante.endereco, canal, origem, tuple(partes))

    async def _tratar(self, p: Pedido) -> Resposta:
        metodos = self._recursos[p.partes[0]]
        if p.metodo == "OPTIONS":
            return previo()
        atender = metodos.get(p.metodo)
        if atender is None:
            raise MethodNotAllowed(valid_methods=sorted(metodos))
        if (len(p.partes) == 2) != (p.partes[0] == "arquivos" and p.metodo in _LEEM):
            raise NadaAqui
        return await atender(p)

    # -- before anybody has written ------------------------------------------------------------------------------------

    async def _config(self, p: Pedido) -> Resposta:
        resposta = json(config_vista(p.canal))
        resposta.extras = (("content-type", "application/json"), ("cache-control", f"public, max-age={CONFIG_S}"))
        return resposta

    async def _comecar(self, p: Pedido) -> Resposta:
        self._casa.limites.sessao(p.endereco, p.canal.id)
        NADA.ler(await p.corpo(CORPO_MAXIMO))
        sessoes = self._casa.atendimento.sessoes
        sessao = sessoes.nova(p.canal.id, p.origem)
        return json(SessaoVista(sessoes.token(sessao), iso(sessao.vale_ate)), 201)

    # -- the conversation ----------------------------------------------------------------------------------------------

    def _sessao(self, p: Pedido, contar: Callable[[str, str, str], None]) -> Sessao:
        """Whose request it is, counted. Raises Unauthenticated, TooManyRequests."""
        sessao = self._casa.atendimento.sessoes.ler(p.token, p.canal.id, p.origem)
        contar(sessao.id, p.endereco, p.canal.id)
        return sessao

    async def _escrever(self, p: Pedido) -> Resposta:
        sessao = self._sessao(p, self._casa.limites.mensagem)
        entrada = MENSAGEM.ler(await p.corpo(CORPO_MAXIMO))
        return _escrita(await self._casa.atendimento.escrever(p.canal, sessao, entrada))

    async def _ler(self, p: Pedido) -> Resposta:
        sessao = self._sessao(p, self._casa.limites.leitura)
        atendimento = self._casa.atendimento
        depois = atendimento.sessoes.lugar(sessao, DESDE.ler(p.consulta).cursor)
        pagina = await atendimento.ler(p.canal, sessao, depois)
        if pagina.por_entregar():
            await atendimento.marcar(p.canal, sessao, pagina.tickets, pagina.fim(depois), "entregue")
        return json(atendimento.vista(p.canal, sessao, pagina, depois))

    async def _marcar(self, p: Pedido) -> Resposta:
        sessao = self._sessao(p, self._casa.limites.leitura)
        atendimento = self._casa.atendimento
        ate = atendimento.sessoes.lugar(sessao, LIDA.ler(await p.corpo(CORPO_MAXIMO)).cursor)
        tickets = await atendimento.tickets(p.canal, sessao)
        await atendimento.marcar(p.canal, sessao, tickets, ate, "lido")
        return Resposta(204)

    # -- files ---------------------------------------------------------------------------------------------------------

    async def _enviar_arquivo(self, p: Pedido) -> Resposta:
        """The body is the file and nothing else."""
        sessao = self._sessao(p, self._casa.limites.arquivo)
        pedido, casa = ENVIO.ler(p.consulta), self._casa
        tickets = await casa.atendimento.tickets(p.canal, sessao)
        if not estado_vista(p.canal, sessao, tickets).pode_enviar_arquivo:
            raise Conflict("arquivo_antes_da_resposta", "Arquivos podem ser enviados depois da primeira resposta")
        conhecida = await casa.atendimento.escrita(p.canal, sessao, pedido.id)
        if conhecida is not None and conhecida.arquivo is not None:
            vista = arquivo_vista(sessao, casa.atendimento.sessoes, conhecida.arquivo)
            feita = EscritaVista(
                pedido.id, iso(conhecida.criada_em), conhecida.tipo, repetida=True, token=None, arquivo=vista
            )
            return json(feita, extras=(("connection", "close"),))  # its body is not read
        with self._vagas.uma(p.endereco, p.canal.id):
            tamanho = p.cabecalho("content-length") or ""
            anuncio = Anuncio(p.cabecalho("content-type") or "", int(tamanho) if tamanho.isdecimal() else None)
            entrada = Entrada(p.receber, SILENCIO_S)  # type: ignore[arg-type]  # the same messages, less narrowly typed
            arquivo, tipo = await casa.arquivos.guardar_de_estranho(
                p.canal.empresa_id, pedido.nome, anuncio, entrada
            )  # fmt: skip
        return _escrita(await casa.atendimento.escrever_arquivo(p.canal, sessao, pedido.id, arquivo, tipo))

    async def _baixar(self, p: Pedido) -> Resposta:
        """By the name that a message shows, which is enough: an ``<img>`` shows no token."""
        row = await self._casa.atendimento.arquivo(p.canal, p.partes[1])
        if row is None:
            raise NotFound("arquivo_nao_encontrado", "Arquivo não encontrado; leia a mensagem de novo")
        resposta = await entregar(p.metodo, p.cabecalho, row, self._casa.arquivos.objetos)
        extras = tuple((nome, valor) for nome, valor in resposta.headers)
        return Resposta(resposta.status_code, resposta.corpo, extras, resposta.fluxo)


def _escrita(escrita: EscritaVista) -> Resposta:
    return json(escrita, 200 if escrita.repetida else 201)
