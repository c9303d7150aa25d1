"""Files that contacts send: fetched at once, for their addresses live for five minutes and their ids for some days.

An address is asked for by the file's id, and must be one of Meta's: the token goes there too
(https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media).
"""

from __future__ import annotations

import hmac
from base64 import b64decode
from binascii import Error as ErroDeBase64
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import httpx2
import trio

from connectors.corpo_limitado import ler_ate
from connectors.whatsapp.configuracao import Configuracao
from connectors.whatsapp.erros import Falha, Recusa, falha_da_resposta
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.tipos import Midia
from engine.conector.json_tolerante import Ilegivel, ler_json
from engine.conector.limpeza import Objeto, texto_de

PRAZO_S: Final = 180.0
_A_UM_TEMPO: Final = 3
_DEFINITIVAS: Final = frozenset({"final", "modelo", "amanha"})
_PASSAGEIROS: Final = frozenset({401, 403, 407, 408, 425, 429})
_ERRO_MAXIMO: Final = 65_536
_DA_META: Final = (".fbsbx.com", ".whatsapp.net", ".fbcdn.net")


class MidiaPerdida(Exception):
    """The file cannot be had. ``str()`` says why, in Portuguese. ``talvez``: it came otherwise than was said, which may
    have been the way it took; it is worth another look, not many.
    """

    def __init__(self, motivo: str, talvez: bool = False) -> None:
        super().__init__(motivo)
        self.talvez = talvez


class MidiaAdiada(Exception):
    """The file cannot be had now, and is still there: the service has a fault, or does not take our token."""

    def __init__(self, falha: Falha) -> None:
        super().__init__(falha.erro)
        self.falha = falha


class Baixador:
    """Fetches files for one canal, a few at a time."""

    def __init__(self, http: httpx2.AsyncClient, graph: Graph, configuracao: Configuracao) -> None:
        self._http = http
        self._graph = graph
        self._configuracao = configuracao
        self.vagas = trio.CapacityLimiter(_A_UM_TEMPO)
        """One is held for as long as a file is in memory."""

    async def baixar(self, midia: Midia) -> bytes:
        """All of it, checked. Raises MidiaPerdida and MidiaAdiada."""
        with trio.move_on_after(PRAZO_S):
            try:
                return await self._buscar(midia)
            except (httpx2.TransportError, httpx2.InvalidURL) as erro:
                motivo = f"a transferência foi interrompida ({type(erro).__name__})"
                raise adiada(motivo) from None  # what it says may quote the token
        raise adiada(f"a transferência não terminou em {PRAZO_S:.0f} segundos")

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
            raise _nao_veio(recusa.falha, recusa.status, recusa.falha.erro) from None

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
                raise _recusada(resposta, await ler_ate(resposta, _ERRO_MAXIMO) or b"")
            return await _conteudo(resposta, maximo)
        finally:
            await resposta.aclose()


def e_da_meta(endereco: httpx2.URL, base: httpx2.URL) -> bool:
    """Whether the token may be sent there: to the very place of ``urlBase``, or by TLS to where Meta keeps files."""
    if (endereco.scheme, endereco.host, endereco.port) == (base.scheme, base.host, base.port):
        return True
    return endereco.scheme == "https" and endereco.port is None and endereco.host.lower().endswith(_DA_META)


def adiada(motivo: str, codigo: str | None = None, tentar_em_ms: int | None = None) -> MidiaAdiada:
    """It is tried again; not had by then, its webhook is kept for a person to see, whatever the fault was."""
    return MidiaAdiada(Falha(erro=motivo, classe="tentar", codigo=codigo, tentar_em_ms=tentar_em_ms))


def _recusada(resposta: httpx2.Response, corpo: bytes) -> MidiaPerdida | MidiaAdiada:
    """By its status, which is neither 200 nor that of what is not there, and by the code that may be in it."""
    motivo = f"a transferência respondeu HTTP {resposta.status_code}"
    if resposta.is_redirect:
        return MidiaPerdida(motivo)
    try:
        dados = ler_json(corpo)
    except Ilegivel:
        dados = None
    return _nao_veio(
        falha_da_resposta(resposta.status_code, dados, resposta.headers, datetime.now(UTC)),
        resposta.status_code,
        motivo,
    )


def _nao_veio(falha: Falha, status: int | None, motivo: str) -> MidiaPerdida | MidiaAdiada:
    """What is wrong with the service, or with us, is mended, and the file is still there then."""
    if falha.classe in _DEFINITIVAS and status not in _PASSAGEIROS:
        return MidiaPerdida(motivo)
    return adiada(motivo, falha.codigo, falha.tentar_em_ms)


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
        raise MidiaPerdida(f"o arquivo tem {len(conteudo)} bytes, e a Meta disse {tamanho}", talvez=True)
    resumo = sha256(conteudo).digest()
    for dito in (midia.sha256, texto_de(ficha, "sha256", 128)):
        esperado = resumo_dito(dito) if dito else None
        if esperado is not None and not hmac.compare_digest(resumo, esperado):
            raise MidiaPerdida("o arquivo não confere com o resumo (sha256) que a Meta deu", talvez=True)


def resumo_dito(escrito: str) -> bytes | None:
    """A SHA-256 in hexadecimal or base64 (Meta writes both); None if it is neither."""
    try:
        if len(escrito) == 64:
            return bytes.fromhex(escrito)
        resumo = b64decode(escrito.replace("-", "+").replace("_", "/") + "=" * (-len(escrito) % 4), validate=True)
    except (ValueError, ErroDeBase64):
        return None
    return resumo if len(resumo) == 32 else None
