"""SMS by a provider over HTTP."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import httpx2
from msgspec.structs import replace

from connectors.base import ArquivoRecusado, Motor
from connectors.rede import buscar, exigir_guarda
from connectors.saude import Saude
from connectors.sms import _entradas, _midia, _respostas, _teste
from connectors.sms._descricao import Descricao
from connectors.sms._entradas import ArquivoDoProvedor, Recebida
from connectors.sms._leitura import ler
from connectors.sms._midia import MidiaIndisponivel
from connectors.sms._pedido import Pedido, pedido_de
from connectors.vereditos import Veredito, da_rede, falhou, resultado
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida, StatusRecebido
from engine.conector.protocolo import CanalDoConector, ItemAnotado
from engine.conector.trabalhos import Envio, Resultado, Trabalho, Webhook
from engine.ports import Clock
from engine.tempo import SystemClock

SEGUNDOS: Final = 30.0
"""How long a provider has for its answer."""
RESPOSTA_MAXIMA: Final = 262_144
ENTREGAR_MAXIMO: Final = 500


class ConectorSms:
    """One canal of SMS (:class:`connectors.base.Conector`)."""

    def __init__(
        self, canal: CanalDoConector, motor: Motor, http: httpx2.AsyncClient, relogio: Clock | None = None
    ) -> None:
        """Raises TypeError where ``http`` is not guarded: what comes in names files to be fetched."""
        self._motor = motor
        self._saude = Saude(canal.id, motor, {"envio": "nothing can be sent"})
        self._http = exigir_guarda(http)
        self._relogio = relogio or SystemClock()
        self._valores = {**canal.config, **canal.segredos}
        self._lido = ler(self._valores)

    async def servir(self) -> None:
        """What comes in comes by webhook."""

    async def fazer(self, trabalho: Trabalho) -> Resultado:
        """Send, or read a webhook."""
        descricao = self._lido.descricao
        if descricao is None:
            veredito = falhou(
                "canal", "configuracao", "O canal está mal configurado: " + "; ".join(self._lido.problemas)
            )
        elif trabalho.webhook is not None:
            veredito = await self._processar(descricao, trabalho.webhook)
        elif trabalho.envio is not None and trabalho.trabalho != "sinalizar":
            veredito = await self._enviar(descricao, trabalho.envio, trabalho.id)
        else:
            veredito = falhou("final", "nao_existe", "SMS não tem isto")
        return resultado(trabalho, veredito)

    async def testar(self) -> list[str]:
        """What is wrong with the entries; if nothing is, what the provider says."""
        descricao = self._lido.descricao
        if descricao is None:
            return list(self._lido.problemas)
        do_provedor = await _teste.testar(self._http, descricao)
        if not do_provedor:
            await self._saude.boa("envio")
        return do_provedor + self._da_entrada(descricao)

    def _da_entrada(self, descricao: Descricao) -> list[str]:
        """Whether what the provider sends can be believed."""
        if descricao.provedor == "twilio" or self._valores.get("webhookSegredo"):
            return []
        return [
            "Sem webhookAutenticacao e webhookSegredo nada do que o provedor mandar é aceito: nem mensagens, nem status"
        ]

    async def _enviar(self, descricao: Descricao, envio: Envio, trabalho_id: str) -> Veredito:
        pedido = pedido_de(descricao, envio, trabalho_id)
        return pedido if isinstance(pedido, Veredito) else await self._pedir(descricao, pedido)

    async def _pedir(self, descricao: Descricao, pedido: Pedido) -> Veredito:
        try:
            lida = await buscar(
                self._http,
                pedido.metodo,
                pedido.url,
                cabecalhos=pedido.cabecalhos,
                corpo=pedido.corpo,
                maximo=RESPOSTA_MAXIMA,
                segundos=SEGUNDOS,
                da_configuracao=True,
            )
        except (httpx2.HTTPError, httpx2.InvalidURL) as erro:
            veredito = da_rede(erro)
            if veredito.erro is not None and not isinstance(erro, httpx2.PoolTimeout):
                await self._saude.ruim("envio", veredito.erro)
            return veredito
        await self._saude.boa("envio")
        return _respostas.veredito_de(descricao, lida, self._relogio.now())

    async def _processar(self, descricao: Descricao, webhook: Webhook) -> Veredito:
        """Hand over what it says, files first. What cannot be read of it leaves it failed, and visible; so does a file
        that cannot be had now, with all that its sender wrote from there on, and nobody else's.
        """
        lidas = _entradas.ler(descricao, webhook)
        mensagens: list[MensagemRecebida] = []
        esperam: dict[Endereco, MidiaIndisponivel] = {}
        for recebida in lidas.mensagens:
            if recebida.mensagem.de not in esperam:
                try:
                    mensagens += await self._com_arquivos(descricao, recebida)
                except MidiaIndisponivel as erro:
                    esperam[recebida.mensagem.de] = erro
        anotados = await self._entregar(mensagens, lidas.status)
        if esperam:
            motivo = next(iter(esperam.values()))
            return falhou("tentar", "midia_indisponivel", f"O provedor não entregou um arquivo ({motivo})")
        return _veredito_da_leitura(lidas.problemas, anotados)

    async def _entregar(
        self, mensagens: Sequence[MensagemRecebida], status: Sequence[StatusRecebido]
    ) -> list[ItemAnotado]:
        anotados: list[ItemAnotado] = []
        while mensagens or status:
            anotados += await self._motor.entregar(mensagens[:ENTREGAR_MAXIMO], status[:ENTREGAR_MAXIMO])
            mensagens, status = mensagens[ENTREGAR_MAXIMO:], status[ENTREGAR_MAXIMO:]
        return anotados

    async def _com_arquivos(self, descricao: Descricao, recebida: Recebida) -> list[MensagemRecebida]:
        """A message with its first file, and one more for each other. Raises MidiaIndisponivel."""
        if not recebida.arquivos:
            return [recebida.mensagem]
        return [
            await self._com_arquivo(descricao, _parte(recebida.mensagem, n), arquivo)
            for n, arquivo in enumerate(recebida.arquivos)
        ]

    async def _com_arquivo(
        self, descricao: Descricao, mensagem: MensagemRecebida, arquivo: ArquivoDoProvedor
    ) -> MensagemRecebida:
        try:
            ficha, tipo = await _midia.guardar(self._http, self._motor, descricao, arquivo, f"sms-{mensagem.id[-40:]}")
        except ArquivoRecusado as erro:
            return _sem_arquivo(mensagem, str(erro), arquivo)
        return replace(mensagem, tipo=tipo, arquivo=ficha, conteudo=mensagem.conteudo or _midia.chamado(tipo))


def _veredito_da_leitura(problemas: Sequence[str], anotados: Sequence[ItemAnotado]) -> Veredito:
    """What became of a webhook whose contents were handed over."""
    if any(item.situacao == "falhou" for item in anotados):
        return falhou("tentar", "nao_guardada", "O servidor não conseguiu guardar uma mensagem")
    recusadas = [f"Uma mensagem foi recusada: {item.message}" for item in anotados if item.situacao == "recusada"]
    if problemas or recusadas:
        return falhou("final", "webhook_ilegivel", "; ".join([*problemas, *recusadas][:5]))
    return Veredito(desfecho="aceito")


def _parte(mensagem: MensagemRecebida, n: int) -> MensagemRecebida:
    """The message of the file of that number: the first has the text."""
    return mensagem if n == 0 else replace(mensagem, id=f"{mensagem.id}:{n}", conteudo="")


def _sem_arquivo(mensagem: MensagemRecebida, motivo: str, arquivo: ArquivoDoProvedor) -> MensagemRecebida:
    """The text says that there was a file, and why it is not here."""
    conteudo = f"{mensagem.conteudo}\n{_midia.perdido(_midia.tipo_de(arquivo.tipo), motivo)}".strip()
    return replace(mensagem, conteudo=conteudo, metadados=mensagem.metadados | {"arquivoPerdido": motivo})
