"""Web Push through the fake, over real sockets."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fakes.push import Inscricao, PushFalso
from connectors.fakes.roteiro import cai, responde
from connectors.fakes.servidor_http import servindo
from connectors.push import CHAVE, ConectorPush
from connectors.push._cifra import CLARO_MAXIMO
from connectors.push._pedido import conteudo_de, topico, veredito_de, veredito_sem_resposta
from connectors.rede import ClienteGuardado, Lida
from connectors.tcp import EnderecoRecusado
from engine.conector.protocolo import CanalDoConector
from engine.conector.redes import regras
from engine.conector.trabalhos import Push, Resultado, Trabalho
from engine.conector.vapid import novo_par
from engine.tempo import VirtualClock
from tests.connectors.motor_de_teste import MotorDeTeste

PAR = novo_par(os.urandom)
LOOPBACK = regras(["127.0.0.1"], portas=None)


def canal(config: dict[str, Any] | None = None, privada: Any = PAR.privada) -> CanalDoConector:
    return CanalDoConector(
        id="c1",
        empresa_id="e1",
        nome="Push",
        tipo="push",
        config={"vapidAssunto": "mailto:ti@empresa.example"} if config is None else config,
        segredos={CHAVE: privada},
    )


class Cenario:
    def __init__(self, fake: PushFalso, http: httpx2.AsyncClient) -> None:
        self.fake = fake
        self.conector = ConectorPush(canal(), MotorDeTeste(), http, VirtualClock(fake.agora_s * 1000))

    async def enviar(self, inscricao: Inscricao, **mais: Any) -> Resultado:
        return await self.conector.fazer(trabalho(inscricao, **mais))


def trabalho(inscricao: Inscricao, **mais: Any) -> Trabalho:
    campos = {"titulo": "Nova conversa", "corpo": "Ana: olá 😀", "url": "/t/1", "etiqueta": "ticket-1"} | mais
    push = Push(endpoint=inscricao.endpoint, p256dh=inscricao.p256dh, auth=inscricao.auth, **campos)
    return Trabalho(id="p-1", tentativa=1, canal_id="c1", trabalho="enviar_push", prazo=0, push=push)


@asynccontextmanager
async def cenario() -> AsyncIterator[Cenario]:
    fake = PushFalso()
    async with servindo(fake.atender) as servidor, ClienteGuardado(LOOPBACK) as http:
        fake.base = servidor.base
        yield Cenario(fake, http)


async def test_a_notification_is_read_by_the_browser_that_it_is_for() -> None:
    async with cenario() as c:
        resultado = await c.enviar(c.fake.inscrever(PAR.publica))
        (um,) = c.fake.livro
        assert (resultado.desfecho, resultado.id_externo) == ("aceito", f"{c.fake.base}/mensagens/1")
        assert um.dados == {
            "titulo": "Nova conversa",
            "corpo": "Ana: olá 😀",
            "url": "/t/1",
            "etiqueta": "ticket-1",
        }
        assert (um.ttl, um.urgencia, um.topico) == (43_200, "high", topico("ticket-1"))


async def test_a_subscription_that_is_over_says_so() -> None:
    async with cenario() as c:
        inscricao = c.fake.inscrever(PAR.publica)
        c.fake.sair(inscricao)
        for uma in (inscricao, msgspec.structs.replace(inscricao, endpoint=f"{c.fake.base}/push/404")):
            resultado = await c.enviar(uma)
            assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", "final", "inscricao_expirada")


async def test_a_browser_that_subscribed_with_another_key_is_not_reached() -> None:
    async with cenario() as c:
        resultado = await c.enviar(c.fake.inscrever(novo_par(os.urandom).publica))
        assert (resultado.classe, resultado.codigo) == ("final", "chave_recusada")


async def test_who_is_busy_away_or_silent_is_tried_again() -> None:
    async with cenario() as c:
        inscricao = c.fake.inscrever(PAR.publica)
        c.fake.roteiro.programar(responde(429, "9"), responde(503), cai(depois=True), None)
        assert (await c.enviar(inscricao)).tentar_em_ms == 9_000
        assert (await c.enviar(inscricao)).classe == "tentar"
        assert (await c.enviar(inscricao)).classe == "tentar"
        assert (await c.enviar(inscricao)).desfecho == "aceito"
        # It came twice, and shows once: both are of one topic and one tag.
        assert len(c.fake.livro) == 2
        assert len({(um.topico, um.dados["etiqueta"]) for um in c.fake.livro}) == 1


async def test_an_endpoint_that_is_inside_is_not_called() -> None:
    fake = PushFalso()
    async with servindo(fake.atender) as servidor, ClienteGuardado(regras(portas=None)) as http:
        fake.base = servidor.base
        resultado = await Cenario(fake, http).enviar(fake.inscrever(PAR.publica))
        assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", "final", "inscricao_invalida")
    assert fake.livro == []


@pytest.mark.parametrize("endpoint", ["", "push", "file:///etc/passwd", "https://", "http://a:b/", "javascript:1"])
async def test_an_endpoint_that_is_no_address_is_not_called(endpoint: str) -> None:
    async with cenario() as c:
        inscricao = msgspec.structs.replace(c.fake.inscrever(PAR.publica), endpoint=endpoint)
        resultado = await c.enviar(inscricao)
        assert (resultado.classe, resultado.codigo) == ("final", "inscricao_invalida")


async def test_keys_that_are_none_end_the_subscription() -> None:
    async with cenario() as c:
        inscricao = msgspec.structs.replace(c.fake.inscrever(PAR.publica), auth="AAAA")
        assert (await c.enviar(inscricao)).codigo == "inscricao_invalida"


async def test_a_long_notification_is_cut_and_arrives() -> None:
    async with cenario() as c:
        assert (await c.enviar(c.fake.inscrever(PAR.publica), corpo="ção 😀 " * 2_000)).desfecho == "aceito"
        assert c.fake.livro[0].dados["corpo"].endswith("…")


@pytest.mark.parametrize(
    ("config", "privada", "nomeia"),
    [
        ({}, PAR.privada, "vapidAssunto"),
        ({"vapidAssunto": "ti@empresa.example"}, PAR.privada, "vapidAssunto"),
        ({"vapidAssunto": "mailto:ti@empresa.example"}, "x", "par de chaves"),
        ({"vapidAssunto": "mailto:ti@empresa.example"}, None, "par de chaves"),
    ],
    ids=["sem assunto", "um endereço só", "outra chave", "sem chave"],  # a key is another in each run
)
async def test_what_is_wrong_with_a_canal_is_said_and_pauses_it(
    config: dict[str, Any], privada: Any, nomeia: str
) -> None:
    async with ClienteGuardado() as http:
        conector = ConectorPush(canal(config, privada), MotorDeTeste(), http)
        assert any(nomeia in problema for problema in await conector.testar())
        resultado = await conector.fazer(trabalho(Inscricao("https://a.example", "", "")))
        assert (resultado.classe, resultado.codigo) == ("canal", "configuracao")
        await conector.servir()


async def test_a_canal_that_works_has_nothing_wrong() -> None:
    async with cenario() as c:
        assert await c.conector.testar() == []


@pytest.mark.parametrize(
    ("status", "desfecho", "classe", "codigo"),
    [
        (200, "aceito", None, None),
        (201, "aceito", None, None),
        (202, "aceito", None, None),
        (301, "falhou", "final", "301"),
        (400, "falhou", "final", "pedido_recusado"),
        (401, "falhou", "final", "chave_recusada"),
        (403, "falhou", "final", "chave_recusada"),
        (404, "falhou", "final", "inscricao_expirada"),
        (408, "falhou", "tentar", "sem_resposta"),
        (410, "falhou", "final", "inscricao_expirada"),
        (413, "falhou", "final", "corpo_grande"),
        (418, "falhou", "final", "418"),
        (429, "falhou", "tentar", "muitos_pedidos"),
        (500, "falhou", "tentar", "500"),
        (503, "falhou", "tentar", "503"),
    ],
)
def test_every_answer_has_its_class(status: int, desfecho: str, classe: str | None, codigo: str | None) -> None:
    dito = veredito_de(Lida(status, {}, b""), 0)
    assert (dito.desfecho, dito.classe, dito.codigo) == (desfecho, classe, codigo)


@pytest.mark.parametrize("erro", [httpx2.ReadTimeout(""), httpx2.ConnectError(""), httpx2.RemoteProtocolError("")])
def test_no_answer_is_tried_again_for_twice_is_once(erro: httpx2.HTTPError) -> None:
    assert veredito_sem_resposta(erro).classe == "tentar"
    assert veredito_sem_resposta(EnderecoRecusado("x")).classe == "final"


TEXTO = st.text(st.characters(exclude_categories=["Cs"]), max_size=3_000)


@given(TEXTO, TEXTO, st.text('"\\\n\x01', max_size=4_000))
def test_whatever_a_notification_says_it_fits(titulo: str, corpo: str, ruim: str) -> None:
    inscricao = Inscricao("https://a.example", "", "")
    for texto in (corpo, ruim, corpo * 3):
        um = trabalho(inscricao, titulo=titulo, corpo=texto).push
        assert um is not None
        feito = conteudo_de(um, "p-1")
        assert len(feito) <= CLARO_MAXIMO
        assert msgspec.json.decode(feito)["etiqueta"] == "ticket-1"


@given(st.text(max_size=200))
def test_a_topic_is_always_one(etiqueta: str) -> None:
    feito = topico(etiqueta.encode("utf-8", "replace").decode())
    assert len(feito) == 32
    assert feito.replace("-", "").replace("_", "").isalnum()
