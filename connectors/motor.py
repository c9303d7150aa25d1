"""The engine, as the connector of one canal sees it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Final

import httpx2
import trio

from connectors.base import ArquivoRecusado, EntregaRecusada
from connectors.ligacao import Ligacao
from connectors.sigilo import Sigilo
from engine.conector import protocolo
from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.vistas import codificar

log = logging.getLogger(__name__)

ESPERA_S: Final = 1.0
ESPERA_MAXIMA_S: Final = 15.0
VEZES: Final = 3
"""How often a message is handed over that the engine could not store by a fault of its own."""
QUADRO: Final = 524_288
"""Bytes of one frame, about: the engine takes no more than twice as many."""


class MotorDoCanal:
    """Implements :class:`connectors.base.Motor`. ``sigilo`` is struck out of what providers say of the canal, and of
    what became of messages; what people write goes as it is.
    """

    def __init__(
        self,
        canal: protocolo.CanalDoConector,
        ligacao: Ligacao,
        http: httpx2.AsyncClient,
        url: str,
        token: str,
        sigilo: Sigilo,
    ) -> None:
        self._canal = canal
        self._ligacao = ligacao
        self._http = http
        self._url = f"{url.rstrip('/')}/conectores/arquivos"
        self._token = token
        self._sigilo = sigilo

    async def entregar(
        self,
        mensagens: Sequence[MensagemRecebida] = (),
        status: Sequence[StatusRecebido] = (),
        novidades: Sequence[NovidadeDoCanal] = (),
        modelos: Sequence[Modelo] | None = None,
    ) -> Sequence[protocolo.ItemAnotado]:
        anotados: list[protocolo.ItemAnotado] = []
        for leva in _levas(mensagens):
            anotados += await self._entregar_mensagens(leva)
        for parte in _partes(status):
            await self._entregar(status=tuple(self._sigilo.do_status(um) for um in parte))
        if novidades or modelos is not None:
            ditas = tuple(self._sigilo.da_novidade(uma) for uma in novidades)
            await self._entregar(novidades=ditas, modelos=None if modelos is None else tuple(modelos))
        return anotados

    async def _entregar_mensagens(self, leva: Sequence[MensagemRecebida]) -> list[protocolo.ItemAnotado]:
        """What fails by a fault of the engine's is tried a few times; then it is said to have failed."""
        anotados: dict[str, protocolo.ItemAnotado] = {}
        faltam = list(leva)
        for vez in range(VEZES):
            ack = await self._entregar(mensagens=tuple(faltam))
            anotados |= {item.id: item for item in ack.mensagens}
            faltam = [mensagem for mensagem in faltam if anotados[mensagem.id].situacao == "falhou"]
            if not faltam:
                break
            log.warning("canal %s: %d messages could not be stored", self._canal.id, len(faltam))
            await trio.sleep(ESPERA_S * (vez + 1))
        return [anotados[mensagem.id] for mensagem in leva]

    async def _entregar(
        self,
        mensagens: tuple[MensagemRecebida, ...] = (),
        status: tuple[StatusRecebido, ...] = (),
        novidades: tuple[NovidadeDoCanal, ...] = (),
        modelos: tuple[Modelo, ...] | None = None,
    ) -> protocolo.Ack:
        """Until the engine has taken it. Raises EntregaRecusada if it never will."""

        def quadro(ref: int) -> protocolo.Entrada:
            return protocolo.Entrada(
                ref=ref,
                canal_id=self._canal.id,
                mensagens=mensagens,
                status=status,
                novidades=novidades,
                modelos=modelos,
            )

        espera = ESPERA_S
        while True:
            ack = await self._ligacao.entregar(quadro)
            if ack.ok:
                return ack
            if ack.tentar_em_ms is None:
                raise EntregaRecusada(ack.message or "o servidor recusou")
            log.info("canal %s: the engine cannot take it now (%s)", self._canal.id, ack.message)
            await trio.sleep(max(espera, ack.tentar_em_ms / 1000))
            espera = min(espera * 2, ESPERA_MAXIMA_S)

    async def guardar(self, nome: str, tipo: str | None, conteudo: bytes) -> str:
        parametros = {"canal": self._canal.id, "empresa": self._canal.empresa_id, "nome": nome}
        cabecalhos = {
            "Authorization": f"Bearer {self._token}",
            "Content-Type": tipo or "application/octet-stream",
        }
        espera = ESPERA_S
        while True:
            try:
                resposta = await self._http.post(self._url, params=parametros, headers=cabecalhos, content=conteudo)
            except httpx2.TransportError as erro:
                log.info("canal %s: a file could not be left (%s)", self._canal.id, type(erro).__name__)
            else:
                if resposta.status_code == httpx2.codes.CREATED:
                    return str(resposta.json()["ficha"])
                if resposta.status_code < 500 and resposta.status_code != httpx2.codes.TOO_MANY_REQUESTS:
                    raise ArquivoRecusado(_mensagem(resposta))
            await trio.sleep(espera)
            espera = min(espera * 2, ESPERA_MAXIMA_S)


def _levas(mensagens: Sequence[MensagemRecebida]) -> Iterator[list[MensagemRecebida]]:
    """Messages, as many together as fit into a frame."""
    leva: list[MensagemRecebida] = []
    tamanho = 0
    for mensagem in mensagens:
        desta = len(codificar(mensagem))
        if leva and (tamanho + desta > QUADRO or len(leva) >= protocolo.ENTRADAS_NO_MAXIMO):
            yield leva
            leva, tamanho = [], 0
        leva.append(mensagem)
        tamanho += desta
    if leva:
        yield leva


def _partes(status: Sequence[StatusRecebido]) -> Iterator[Sequence[StatusRecebido]]:
    for inicio in range(0, len(status), protocolo.ENTRADAS_NO_MAXIMO):
        yield status[inicio : inicio + protocolo.ENTRADAS_NO_MAXIMO]


def _mensagem(resposta: httpx2.Response) -> str:
    try:
        return str(resposta.json()["message"])
    except (ValueError, KeyError, TypeError):
        return f"o servidor respondeu {resposta.status_code}"
