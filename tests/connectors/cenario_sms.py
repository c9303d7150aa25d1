"""A canal of SMS with both its sides: a fake provider, and an edge that its webhooks come to."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2

from connectors.fakes.servidor_http import Cair, Pedido, Resposta, ServidorHttp, servindo
from connectors.fakes.sms import SmsGenerico, TwilioFalsa, config_do_generico
from connectors.rede import ClienteGuardado
from connectors.sms import ConectorSms
from engine.conector.assinaturas_sms import PedidoSms, consulta_a_guardar, veio_do_provedor
from engine.conector.enderecos import Endereco
from engine.conector.protocolo import CanalDoConector
from engine.conector.trabalhos import Envio, Resultado, Trabalho, Webhook
from tests.connectors.motor_de_teste import MotorDeTeste

TELEFONE = "+5511999998888"


class Cenario:
    """A canal and its connector; ``deles`` is the client by which the provider calls us."""

    def __init__(self, fake: TwilioFalsa | SmsGenerico, base: str, http: ClienteGuardado, mais: dict[str, Any]) -> None:
        self.motor = MotorDeTeste(recusa="MZ")
        self.deles: httpx2.AsyncClient = http
        if isinstance(fake, TwilioFalsa):
            config: dict[str, Any] = {"provedor": "twilio", "usuario": fake.conta, "de": fake.de, "url": base}
            segredos = {"senha": fake.senha}
        else:
            config = config_do_generico(base)
            segredos = {"senha": fake.token, "webhookSegredo": fake.segredo}
        self.valores = config | segredos | mais
        canal = CanalDoConector(
            id="c1", empresa_id="e1", nome="SMS", tipo="sms", config=config | mais, segredos=segredos
        )
        self.conector = ConectorSms(canal, self.motor, http)

    async def enviar(self, para: str = TELEFONE, texto: str = "olá", trabalho_id: str = "t-1") -> Resultado:
        envio = Envio(para=Endereco("telefone", para), conteudo=texto)
        return await self.conector.fazer(trabalho("enviar_sms", trabalho_id, envio=envio))

    async def processar(self, pedido: Pedido, consulta: str = "", tentativa: int = 1) -> Resultado:
        webhook = Webhook(
            corpo=b64encode(pedido.corpo).decode(),
            tipo_de_conteudo=pedido.cabecalhos["content-type"],
            recebido_em=1_767_225_600_000,
            consulta=consulta,
        )
        return await self.conector.fazer(trabalho("processar_webhook", "w-1", webhook=webhook, tentativa=tentativa))


def trabalho(nome: Any, id_: str, **mais: Any) -> Trabalho:
    return Trabalho(**{"id": id_, "tentativa": 1, "canal_id": "c1", "trabalho": nome, "prazo": 0} | mais)


@asynccontextmanager
async def cenario(fake: TwilioFalsa | SmsGenerico, **mais: Any) -> AsyncIterator[Cenario]:
    async with servindo(fake.atender) as servidor, ClienteGuardado() as http, httpx2.AsyncClient() as deles:
        c = Cenario(fake, servidor.base, http, mais)
        c.deles = deles
        yield c


class Porta:
    """The edge that webhooks come to: it verifies, and keeps."""

    def __init__(self) -> None:
        self.valores: dict[str, Any] = {}
        self.chegaram: list[tuple[Pedido, str]] = []
        self.servidor: ServidorHttp | None = None

    async def __call__(self, pedido: Pedido) -> Resposta | Cair:
        assert self.servidor is not None
        consulta = "&".join(f"{nome}={valor}" for nome, valor in pedido.consulta.items())
        url = f"{self.servidor.base}{pedido.caminho}" + (f"?{consulta}" if consulta else "")
        if not veio_do_provedor(self.valores, PedidoSms(url, pedido.cabecalhos, pedido.corpo)):
            return Resposta(status=403)
        self.chegaram.append((pedido, consulta_a_guardar(url)))
        return Resposta()

    @property
    def base(self) -> str:
        assert self.servidor is not None
        return f"{self.servidor.base}/webhooks/sms/c1"


@asynccontextmanager
async def porta() -> AsyncIterator[Porta]:
    uma = Porta()
    async with servindo(uma) as uma.servidor:
        yield uma
