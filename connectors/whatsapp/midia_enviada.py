"""Files that we send: given to Meta first, and named by the id that it answers, which is remembered for a while.

https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

import httpx2
import trio

from connectors.corpo_limitado import ler_ate
from connectors.whatsapp.erros import Falha, Recusa
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.limpeza import texto_de
from connectors.whatsapp.recusas import Impossivel
from connectors.whatsapp.remessa import Remessa, tipo_de_envio
from engine.conector.trabalhos import ArquivoParaEnviar

LEMBRADAS_MAXIMO: Final = 2_000
LEMBRADA_S: Final = 24 * 3_600.0
"""Meta keeps them for thirty days."""
PRAZO_S: Final = 180.0
_A_UM_TEMPO: Final = 4
_DE_VALIDADE: Final = frozenset({"expira", "assinatura"})
"""Parameters of a file's address that say until when it is good, not which file it is."""


class MidiasEnviadas:
    """The files of ours that are at Meta for one canal. Two that want the same one at once wait for one upload."""

    def __init__(self, http: httpx2.AsyncClient, graph: Graph, phone_number_id: str) -> None:
        self._http = http
        self._graph = graph
        self._caminho = f"{phone_number_id}/media"
        self._lembradas: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._em_curso: dict[str, trio.Event] = {}
        self._vagas = trio.CapacityLimiter(_A_UM_TEMPO)

    async def remessa(self, arquivo: ArquivoParaEnviar, com_legenda: bool) -> Remessa:
        """The file, at Meta. Raises Recusa (nothing was sent to anybody) and Impossivel."""
        tipo = tipo_de_envio(arquivo, com_legenda)
        chave = _chave(arquivo)
        while (lembrada := self._lembrada(chave)) is None:
            if chave in self._em_curso:
                await self._em_curso[chave].wait()
                continue
            await self._enviar(chave, arquivo)
        return Remessa(lembrada, tipo, arquivo.nome)

    def previa(self, arquivo: ArquivoParaEnviar, com_legenda: bool) -> Remessa:
        """What :meth:`remessa` will answer, but for the id. Raises Impossivel."""
        return Remessa("", tipo_de_envio(arquivo, com_legenda), arquivo.nome)

    def esquecer(self, arquivo: ArquivoParaEnviar) -> None:
        """Its id was no good."""
        self._lembradas.pop(_chave(arquivo), None)

    def _lembrada(self, chave: str) -> str | None:
        identidade, ate = self._lembradas.get(chave, (None, 0.0))
        return identidade if ate > trio.current_time() else None

    async def _enviar(self, chave: str, arquivo: ArquivoParaEnviar) -> None:
        self._em_curso[chave] = trio.Event()
        try:
            async with self._vagas:
                identidade = await self._entregar(arquivo, await self._ler(arquivo))
            self._lembradas[chave] = (identidade, trio.current_time() + LEMBRADA_S)
            while len(self._lembradas) > LEMBRADAS_MAXIMO:
                self._lembradas.popitem(last=False)
        finally:
            self._em_curso.pop(chave).set()

    async def _entregar(self, arquivo: ArquivoParaEnviar, conteudo: bytes) -> str:
        formulario = {"messaging_product": "whatsapp", "type": arquivo.tipo}
        parte = (arquivo.nome, conteudo, arquivo.tipo)
        try:
            dados = await self._graph.pedir(
                "POST", self._caminho, formulario=formulario, arquivo=parte, prazo_s=PRAZO_S
            )
        except Recusa as recusa:
            raise recusa.repetivel() from None
        identidade = texto_de(dados, "id", 512)
        if identidade is None:
            raise Recusa(Falha(erro="a Meta recebeu o arquivo e não disse o id dele", classe="tentar"))
        return identidade

    async def _ler(self, arquivo: ArquivoParaEnviar) -> bytes:
        """From the engine."""
        with trio.move_on_after(PRAZO_S):
            try:
                async with self._http.stream("GET", arquivo.url, headers={"accept-encoding": "identity"}) as resposta:
                    return await _conteudo(resposta, arquivo)
            except (httpx2.TransportError, httpx2.InvalidURL):
                raise Recusa(Falha(erro="o arquivo a enviar não pôde ser lido", classe="tentar")) from None
        raise Recusa(Falha(erro="a leitura do arquivo a enviar não terminou", classe="tentar"))


async def _conteudo(resposta: httpx2.Response, arquivo: ArquivoParaEnviar) -> bytes:
    if resposta.status_code in {404, 410}:
        raise Impossivel("O arquivo a enviar não existe mais")
    if resposta.status_code != 200:
        erro = f"o arquivo a enviar não pôde ser lido: HTTP {resposta.status_code}"
        raise Recusa(Falha(erro=erro, classe="tentar"))
    conteudo = await ler_ate(resposta, arquivo.tamanho)
    if conteudo is None or len(conteudo) != arquivo.tamanho:
        raise Recusa(Falha(erro="o arquivo a enviar não tem o tamanho que se disse", classe="tentar"))
    return conteudo


def _chave(arquivo: ArquivoParaEnviar) -> str:
    """Which file it is, and as what it was given to Meta."""
    try:
        endereco = httpx2.URL(arquivo.url)
    except httpx2.InvalidURL:
        return f"{arquivo.tipo} {arquivo.url}"
    outros = [(nome, valor) for nome, valor in endereco.params.multi_items() if nome not in _DE_VALIDADE]
    return f"{arquivo.tipo} {endereco.copy_with(params=outros)}"
