"""What the tests of WhatsApp share: bodies of webhooks, and an engine that remembers what it was given."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from connectors.base import ArquivoRecusado
from connectors.fakes.graph import GraphFalso, NumeroFalso
from connectors.fakes.servidor_http import CAIR, Cair, Pedido, Resposta
from connectors.rede import ClienteGuardado
from connectors.whatsapp.conector import ConectorWhatsApp
from connectors.whatsapp.leitura import Leitura, Numero, ler_webhook
from engine.conector.assinaturas import assinado_pelo_whatsapp, desafio_do_whatsapp
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida, Modelo, NovidadeDoCanal, StatusRecebido
from engine.conector.protocolo import CanalDoConector, ItemAnotado
from engine.conector.redes import regras
from engine.conector.trabalhos import Envio, Resultado, Trabalho, Webhook

NUMERO = "100000000000001"
WABA = "200000000000001"
AGORA = 1_800_000_000_000
MARIA = "5511999998888"
LOOPBACK = regras(["127.0.0.0/8"], portas=None)
Objeto = dict[str, Any]


def corpo_json(dados: object) -> bytes:
    return json.dumps(dados).encode()


def webhook_de(valor: Objeto, campo: str = "messages", waba: str = WABA) -> bytes:
    mudanca = {"field": campo, "value": valor}
    return corpo_json({"object": "whatsapp_business_account", "entry": [{"id": waba, "changes": [mudanca]}]})


def conversa(*mensagens: object, contatos: Sequence[object] | None = None, numero: str = NUMERO) -> Objeto:
    if contatos is None:
        contatos = [{"profile": {"name": "Maria"}, "wa_id": MARIA}]
    metadados = {"display_phone_number": "551130000000", "phone_number_id": numero}
    return {"messaging_product": "whatsapp", "metadata": metadados, "contacts": contatos, "messages": list(mensagens)}


def estados(*status: object) -> Objeto:
    return conversa(contatos=[]) | {"statuses": list(status)}


def mensagem(tipo: str, carga: object = None, **extra: object) -> Objeto:
    dita: Objeto = {"from": MARIA, "id": "wamid.1", "timestamp": "1799999990", "type": tipo}
    return dita | ({tipo: carga} if carga is not None else {}) | extra


def canal(graph: GraphFalso | None = None, numero: NumeroFalso | None = None, **config: Any) -> CanalDoConector:
    numero = numero or NumeroFalso()
    base = {"urlBase": graph.base} if graph else {}
    ditos: Objeto = {"phoneNumberId": numero.phone_number_id, "wabaId": numero.waba_id} | base | config
    segredos = {"accessToken": numero.token, "appSecret": numero.app_secret, "webhookVerifyToken": numero.verify_token}
    return CanalDoConector(
        id="canal-1",
        empresa_id="e",
        nome="WhatsApp",
        tipo="whatsapp",
        config={nome: valor for nome, valor in ditos.items() if valor is not None},
        segredos={nome: config.get(nome, valor) for nome, valor in segredos.items()},
    )


class MotorGravador:
    """Takes everything, and knows what it had already."""

    def __init__(self, recusar_arquivos: bool = False) -> None:
        self.mensagens: list[MensagemRecebida] = []
        self.status: list[StatusRecebido] = []
        self.novidades: list[NovidadeDoCanal] = []
        self.modelos: list[Sequence[Modelo]] = []
        self.arquivos: dict[str, tuple[str, str | None, bytes]] = {}
        self.vezes: list[int] = []
        self._recusar_arquivos = recusar_arquivos

    async def entregar(
        self,
        mensagens: Sequence[MensagemRecebida] = (),
        status: Sequence[StatusRecebido] = (),
        novidades: Sequence[NovidadeDoCanal] = (),
        modelos: Sequence[Modelo] | None = None,
    ) -> Sequence[ItemAnotado]:
        assert len(mensagens) + len(status) + len(novidades) <= 1_000
        self.vezes.append(len(mensagens) + len(status) + len(novidades))
        conhecidas = {mensagem.id for mensagem in self.mensagens}
        novas = [mensagem for mensagem in mensagens if mensagem.id not in conhecidas]
        self.mensagens += novas
        self.status += status
        self.novidades += novidades
        if modelos is not None:
            self.modelos.append(modelos)
        return [ItemAnotado(id=m.id, situacao="nova" if m in novas else "repetida") for m in mensagens]

    async def guardar(self, nome: str, tipo: str | None, conteudo: bytes) -> str:
        if self._recusar_arquivos:
            raise ArquivoRecusado("O arquivo é um executável")
        ficha = f"ficha-{len(self.arquivos)}"
        self.arquivos[ficha] = (nome, tipo, conteudo)
        return ficha


@asynccontextmanager
async def conector_para(
    graph: GraphFalso | None, motor: MotorGravador | None = None, dito: CanalDoConector | None = None
) -> AsyncIterator[ConectorWhatsApp]:
    async with ClienteGuardado(LOOPBACK) as http:
        yield ConectorWhatsApp(dito or canal(graph), motor or MotorGravador(), http)


def envio_para(telefone: str = "+5511999998888", **campos: Any) -> Envio:
    return Envio(para=Endereco("telefone", telefone), **({"conteudo": "Olá"} | campos))


def trabalho_de_envio(envio: Envio, nome: Any = "enviar_mensagem", tentativa: int = 1) -> Trabalho:
    return Trabalho(id=str(uuid4()), tentativa=tentativa, canal_id="canal-1", trabalho=nome, prazo=AGORA, envio=envio)


def trabalho_de_webhook(corpo: bytes, tentativa: int = 1) -> Trabalho:
    webhook = Webhook(corpo=b64encode(corpo).decode(), tipo_de_conteudo="application/json", recebido_em=AGORA)
    return Trabalho(
        id=str(uuid4()),
        tentativa=tentativa,
        canal_id="canal-1",
        trabalho="processar_webhook",
        prazo=AGORA,
        webhook=webhook,
    )


def dito(resultado: Resultado) -> tuple[str, str | None, str | None]:
    return resultado.desfecho, resultado.classe, resultado.codigo


class Recebedor:
    """Where the fake's webhooks go: keeps what is signed, and answers as it is told."""

    def __init__(self, segredo: str = NumeroFalso().app_secret) -> None:
        self.corpos: list[bytes] = []
        self.respostas: list[int] = []
        """To the next ones; then 200."""
        self.sem_assinatura = 0
        self._segredo = segredo

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        if pedido.metodo == "GET":
            desafio = desafio_do_whatsapp(pedido.consulta, NumeroFalso().verify_token)
            return Resposta(status=403) if desafio is None else Resposta(corpo=desafio.encode())
        if not assinado_pelo_whatsapp(pedido.corpo, pedido.cabecalhos.get("x-hub-signature-256"), self._segredo):
            self.sem_assinatura += 1
            return Resposta(status=401)
        status = self.respostas.pop(0) if self.respostas else 200
        if status == 0:
            return CAIR
        if status == 200:
            self.corpos.append(pedido.corpo)
        return Resposta(status=status)

    @property
    def leituras(self) -> list[Leitura]:
        return [ler_webhook(corpo, Numero(NUMERO, WABA), AGORA) for corpo in self.corpos]

    @property
    def textos(self) -> list[str]:
        return [lida.mensagem.conteudo for leitura in self.leituras for lida in leitura.mensagens]

    @property
    def estados(self) -> list[tuple[str | None, str]]:
        return [(status.id_externo, status.estado) for leitura in self.leituras for status in leitura.status]
