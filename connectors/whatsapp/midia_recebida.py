"""Files that contacts send: fetched at once, for their addresses live for five minutes and their ids for some days.

An address is asked for by the file's id, and must be one of Meta's: the token goes there too
(https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media).
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as ErroDeBase64
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import httpx2
import trio

from connectors.corpo_limitado import ler_ate
from connectors.whatsapp.configuracao import Configuracao
from connectors.whatsapp.erros import Recusa
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.tipos import Midia
from engine.conector.limpeza import Objeto, texto_de

PRAZO_S: Final = 180.0
_A_UM_TEMPO: Final = 3
_DA_META: Final = (".fbsbx.com", ".whatsapp.net", ".fbcdn.net")


class MidiaPerdida(Exception):
    """The file cannot be had. ``str()`` says why, in Portuguese. ``passageira``: it may be had a little later."""

    def __init__(self, motivo: str, passageira: bool = False) -> None:
        super().__init__(motivo)
        self.passageira = passageira


class Baixador:
    """Fetches files for one canal, a few at a time."""

    def __init__(self, http: httpx2.AsyncClient, graph: Graph, configuracao: Configuracao) -> None:
        self._http = http
        self._graph = graph
        self._configuracao = configuracao
        self.vagas = trio.CapacityLimiter(_A_UM_TEMPO)
        """One is held for as long as a file is in memory."""

    async def baixar(self, midia: Midia) -> bytes:
        """All of it, checked. Raises MidiaPerdida."""
        with trio.move_on_after(PRAZO_S):
            try:
                return await self._buscar(midia)
            except (httpx2.TransportError, httpx2.InvalidURL) as erro:
                motivo = f"a transferência foi interrompida ({type(erro).__name__})"
                raise MidiaPerdida(motivo, passageira=True) from None  # what it says may quote the token
        raise MidiaPerdida(f"a transferência não terminou em {PRAZO_S:.0f} segundos", passageira=True)

    async def _buscar(self, midia: Midia) -> bytes:
        """An address may have expired in between: it is asked for twice."""
        for _ in range(2):
            ficha = await self._ficha(midia)
            conteudo = await self._transferir(self._endereco(ficha), midia.maximo)
            if conteudo is not None:
                _conferir(conteudo, midia, ficha)
                return conteudo
        raise MidiaPerdida("a Meta não tem mais o arquivo")

    async def _ficha(self, midia: Midia) -> Objeto:
        numero = self._configuracao.phone_number_id
        try:
            return await self._graph.pedir("GET", quote(midia.id, safe=""), consulta={"phone_number_id": numero})
        except Recusa as recusa:
            falha = recusa.falha
            passageira = falha.desfecho == "desconhecido" or falha.classe in {"tentar", "numero", "contato"}
            raise MidiaPerdida(falha.erro, passageira) from None

    def _endereco(self, ficha: Objeto) -> httpx2.URL:
        escrito = texto_de(ficha, "url", 4_096)
        try:
            endereco = httpx2.URL(escrito or "")
        except httpx2.InvalidURL:
            raise MidiaPerdida("a Meta deu um endereço que não se entende") from None
        if not e_da_meta(endereco, httpx2.URL(self._configuracao.url_base)):
            raise MidiaPerdida("o endereço do arquivo não é da Meta; o token não foi enviado")
        return endereco

    async def _transferir(self, endereco: httpx2.URL, maximo: int) -> bytes | None:
        """None: there is nothing there (any more)."""
        pedido = self._http.build_request("GET", endereco, headers=self._graph.cabecalhos)
        resposta = await self._http.send(pedido, stream=True, follow_redirects=False)
        try:
            if resposta.status_code in {404, 410}:
                return None
            if resposta.status_code != 200:
                codigo = resposta.status_code
                raise MidiaPerdida(f"a transferência respondeu HTTP {codigo}", codigo in {408, 429} or codigo >= 500)
            return await _conteudo(resposta, maximo)
        finally:
            await resposta.aclose()


def e_da_meta(endereco: httpx2.URL, base: httpx2.URL) -> bool:
    """Whether the token may be sent there: to the very place of ``urlBase``, or by TLS to where Meta keeps files."""
    if (endereco.scheme, endereco.host, endereco.port) == (base.scheme, base.host, base.port):
        return True
    return endereco.scheme == "https" and endereco.port is None and endereco.host.lower().endswith(_DA_META)


async def _conteudo(resposta: httpx2.Response, maximo: int) -> bytes:
    dito = resposta.headers.get("content-length", "")
    demais = dito.isdigit() and int(dito[:12]) > maximo
    conteudo = None if demais else await ler_ate(resposta, maximo)
    if conteudo is None:
        raise MidiaPerdida(f"o arquivo tem mais de {maximo // (1024 * 1024)} MB")
    return conteudo


def _conferir(conteudo: bytes, midia: Midia, ficha: Objeto) -> None:
    """Against what was said of it twice: in the webhook, and with its address."""
    tamanho = ficha.get("file_size")
    if isinstance(tamanho, str) and tamanho.isdigit():
        tamanho = int(tamanho[:12])
    if isinstance(tamanho, int) and tamanho > 0 and tamanho != len(conteudo):
        raise MidiaPerdida(f"o arquivo tem {len(conteudo)} bytes, e a Meta disse {tamanho}", passageira=True)
    resumo = sha256(conteudo).digest()
    for dito in (midia.sha256, texto_de(ficha, "sha256", 128)):
        esperado = resumo_dito(dito) if dito else None
        if esperado is not None and not hmac.compare_digest(resumo, esperado):
            raise MidiaPerdida("o arquivo não confere com o resumo (sha256) que a Meta deu", passageira=True)


def resumo_dito(escrito: str) -> bytes | None:
    """A SHA-256 in hexadecimal or base64 (Meta writes both); None if it is neither."""
    try:
        if len(escrito) == 64:
            return bytes.fromhex(escrito)
        resumo = b64decode(escrito.replace("-", "+").replace("_", "/") + "=" * (-len(escrito) % 4), validate=True)
    except (ValueError, ErroDeBase64):
        return None
    return resumo if len(resumo) == 32 else None
