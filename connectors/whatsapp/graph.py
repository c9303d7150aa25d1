"""One request to the Graph API, and what it came to.

The token is in the Authorization header and nowhere else. What a library's error says of a request is not passed on,
for it may quote that header.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import httpx2
import trio
from msgspec.structs import replace

from connectors.corpo_limitado import ler_ate
from connectors.sigilo import Sigilo
from connectors.tcp import EnderecoRecusado
from connectors.vereditos import sem_ligacao
from connectors.whatsapp.configuracao import Configuracao
from connectors.whatsapp.erros import Falha, Recusa, falha_da_resposta
from engine.conector.json_tolerante import Ilegivel, ler_json
from engine.conector.limpeza import Objeto

PRAZO_S: Final = 60.0
"""For all of a request, however slowly it trickles."""
RESPOSTA_MAXIMA: Final = 8 * 1024 * 1024

_NAO_FOI: Final = (httpx2.PoolTimeout, httpx2.ProxyError)
"""The request was never sent."""
_NAO_PODE_IR: Final = (httpx2.UnsupportedProtocol, httpx2.LocalProtocolError, httpx2.InvalidURL)
"""Nor can it ever be, as the canal is configured."""


class Graph:
    """The Graph API, as one canal is allowed to use it. What it says of errors becomes text of messages, of files that
    could not be had, and lines of the log: the canal's secrets are struck out of it here.
    """

    def __init__(self, http: httpx2.AsyncClient, configuracao: Configuracao) -> None:
        self._http = http
        self._sigilo = Sigilo((configuracao.token,))
        self._raiz = f"{configuracao.url_base}/{configuracao.versao}/"
        self._postos: dict[str, httpx2.URL] = {}
        """The few addresses that are posted to: reading one takes as long as sending to it."""
        self.cabecalhos: Mapping[bytes, bytes] = {
            b"authorization": f"Bearer {configuracao.token}".encode(),
            b"accept-encoding": b"identity",
        }

    async def pedir(
        self,
        metodo: str,
        caminho: str,
        *,
        consulta: Mapping[str, str] | None = None,
        corpo: object = None,
        formulario: Mapping[str, str] | None = None,
        arquivo: tuple[str, bytes, str] | None = None,
        prazo_s: float = PRAZO_S,
    ) -> Objeto:
        """The object that it answers. ``corpo`` goes as JSON; ``formulario`` and ``arquivo`` (name, content, MIME) as
        a form. Raises Recusa.
        """
        try:
            pedido = self._http.build_request(
                metodo,
                self._endereco(metodo, caminho),
                params=consulta,
                json=corpo,
                data=formulario,
                files={"file": arquivo} if arquivo else None,
                headers=self.cabecalhos,
            )
            with trio.move_on_after(prazo_s):
                return self._objeto(*await self._receber(pedido))
        except (httpx2.TransportError, httpx2.InvalidURL) as erro:
            raise Recusa(falha_do_transporte(erro), sem_resposta=True) from None  # what it says may quote the token
        falha = Falha(erro=f"a Meta não respondeu em {prazo_s:.0f} segundos", desfecho="desconhecido")
        raise Recusa(falha, sem_resposta=True)

    def _endereco(self, metodo: str, caminho: str) -> httpx2.URL:
        conhecido = self._postos.get(caminho)
        if conhecido is None:
            conhecido = httpx2.URL(self._raiz + caminho)
            if metodo == "POST":
                self._postos[caminho] = conhecido
        return conhecido

    def _objeto(self, resposta: httpx2.Response, conteudo: bytes) -> Objeto:
        try:
            dados: Any = ler_json(conteudo)
        except Ilegivel:
            dados = None
        if resposta.is_success and isinstance(dados, dict) and "error" not in dados:
            return dados
        if resposta.is_success and not isinstance(dados, dict):
            raise Recusa(Falha(erro="a resposta da Meta não se entende", desfecho="desconhecido"), resposta.status_code)
        falha = falha_da_resposta(resposta.status_code, dados, resposta.headers, datetime.now(UTC))
        raise Recusa(replace(falha, erro=self._sigilo.limpar(falha.erro)), resposta.status_code)

    async def _receber(self, pedido: httpx2.Request) -> tuple[httpx2.Response, bytes]:
        """The body is empty where it is too large, which makes it no JSON."""
        resposta = await self._http.send(pedido, stream=True, follow_redirects=False)
        try:
            return resposta, await ler_ate(resposta, RESPOSTA_MAXIMA) or b""
        finally:
            await resposta.aclose()


def falha_do_transporte(erro: Exception) -> Falha:
    """What it means that there was no answer."""
    if isinstance(erro, _NAO_PODE_IR):
        return Falha(erro="o pedido não pode ser feito: confira urlBase e o token do canal", classe="canal")
    if isinstance(erro, EnderecoRecusado):
        return Falha(erro=f"a urlBase não pode ser chamada: {erro}", classe="tentar")
    if isinstance(erro, httpx2.ConnectError | httpx2.ConnectTimeout):
        return Falha(erro=f"não foi possível ligar-se à Meta: {sem_ligacao(erro)}", classe="tentar")
    if isinstance(erro, _NAO_FOI):
        return Falha(erro="não foi possível ligar-se à Meta", classe="tentar")
    return Falha(erro=f"a Meta não respondeu ({type(erro).__name__})", desfecho="desconhecido")
