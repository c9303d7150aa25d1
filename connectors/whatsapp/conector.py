"""The connector of one canal of WhatsApp: its jobs, its templates, its examination."""

from __future__ import annotations

from base64 import b64decode
from typing import Final

import httpx2
import trio

from connectors.base import Motor
from connectors.saude import Saude
from connectors.whatsapp.configuracao import configuracao_de, problemas_de
from connectors.whatsapp.entrega import Entregador
from connectors.whatsapp.envio import Remetente
from connectors.whatsapp.erros import Falha, Recusa
from connectors.whatsapp.exame import examinar
from connectors.whatsapp.graph import Graph
from connectors.whatsapp.leitura import Numero
from connectors.whatsapp.midia_enviada import MidiasEnviadas
from connectors.whatsapp.midia_recebida import Baixador
from connectors.whatsapp.modelos import buscar_modelos
from connectors.whatsapp.numero_proprio import NumeroProprio
from connectors.whatsapp.recusas import Impossivel
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Resultado, Trabalho

MODELOS_S: Final = 3_600.0
"""How often the templates are fetched."""
_MODELOS_DE_NOVO_S: Final = 300.0
"""After they could not be."""
_MODELOS_MINIMO_S: Final = 10.0
"""Between two times, however many webhooks say that one changed."""


class ConectorWhatsApp:
    """Implements :class:`connectors.base.Conector`."""

    def __init__(self, canal: CanalDoConector, motor: Motor, http: httpx2.AsyncClient) -> None:
        """``http`` is not the connector's own: it is not closed here."""
        self._motor = motor
        self._configuracao = configuracao_de(canal)
        self._graph = Graph(http, self._configuracao)
        midias = MidiasEnviadas(http, self._graph, self._configuracao.phone_number_id)
        self._remetente = Remetente(self._graph, self._configuracao.phone_number_id, midias)
        numero = Numero(self._configuracao.phone_number_id, self._configuracao.waba_id)
        proprio = NumeroProprio(self._graph, self._configuracao.phone_number_id)
        self._entregador = Entregador(motor, Baixador(http, self._graph, self._configuracao), numero, proprio)
        servicos = {"modelos": "the templates could not be fetched", "envio": "nothing can be sent"}
        self._saude = Saude(canal.id, motor, servicos)
        self._modelos_mudaram = trio.Event()

    async def servir(self) -> None:
        """Keep the templates as Meta has them."""
        if self._configuracao.waba_id is None or problemas_de(self._configuracao):
            return
        while True:
            self._modelos_mudaram = trio.Event()
            espera = await self._sincronizar(self._configuracao.waba_id)
            await trio.sleep(_MODELOS_MINIMO_S)
            with trio.move_on_after(espera):
                await self._modelos_mudaram.wait()

    async def _sincronizar(self, waba_id: str) -> float:
        """How long until the next time (s)."""
        try:
            modelos = await buscar_modelos(self._graph, waba_id)
        except Recusa as recusa:
            await self._saude.ruim("modelos", recusa.falha.erro)
            return _MODELOS_DE_NOVO_S
        await self._saude.boa("modelos", "envio")
        await self._motor.entregar(modelos=modelos)
        return MODELOS_S

    async def testar(self) -> list[str]:
        """What is wrong with the canal, in words."""
        problemas = await examinar(self._graph, self._configuracao)
        if not problemas:
            await self._saude.boa("modelos", "envio")
        return problemas

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        """A job is done once; whether it is tried again is the engine's business."""
        try:
            return await self._fazer(trabalho)
        except Recusa as recusa:
            if recusa.sem_resposta:
                await self._saude.ruim("envio", recusa.falha.erro)
            return resultado_de(trabalho, recusa.falha)
        except Impossivel as impossivel:
            return resultado_de(trabalho, Falha(erro=str(impossivel), classe="final"))

    async def _fazer(self, trabalho: Trabalho) -> Resultado:
        if trabalho.trabalho == "processar_webhook":
            return await self._receber(trabalho)
        problemas = problemas_de(self._configuracao)
        if problemas:
            raise Recusa(Falha(erro=problemas[0], classe="canal"))
        if trabalho.envio is None or trabalho.trabalho not in {"enviar_mensagem", "enviar_arquivo", "sinalizar"}:
            raise Impossivel(f"O WhatsApp não faz {trabalho.trabalho}")
        if trabalho.trabalho == "sinalizar":
            await self._remetente.sinalizar(trabalho.envio)
            await self._saude.boa("envio")
            return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")
        externo = await self._remetente.enviar(trabalho.envio, trabalho.id)
        await self._saude.boa("envio")
        return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito", id_externo=externo)

    async def _receber(self, trabalho: Trabalho) -> Resultado:
        if trabalho.webhook is None:
            raise Impossivel("O trabalho não tem o webhook")
        if not self._configuracao.phone_number_id:
            raise Recusa(Falha(erro=problemas_de(self._configuracao)[0], classe="canal"))
        try:
            corpo = b64decode(trabalho.webhook.corpo, validate=True)
        except ValueError:
            raise Impossivel("O corpo do webhook não é base64") from None
        entregue = await self._entregador.processar(corpo, trabalho.webhook.recebido_em, trabalho.tentativa)
        if entregue.modelos_mudaram:
            self._modelos_mudaram.set()
        if entregue.falha is not None:
            return resultado_de(trabalho, entregue.falha)
        return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")


def resultado_de(trabalho: Trabalho, falha: Falha) -> Resultado:
    """The answer to a job that was not done."""
    return Resultado(
        id=trabalho.id,
        tentativa=trabalho.tentativa,
        desfecho=falha.desfecho,
        classe=falha.classe,
        codigo=falha.codigo,
        erro=falha.erro,
        tentar_em_ms=falha.tentar_em_ms,
    )
