"""SMS through the fakes, over real sockets."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import httpx2
import pytest
import trio
import trio.testing

from connectors.fakes.roteiro import cai, responde
from connectors.fakes.servidor_http import Cair, Pedido, Resposta, ServidorHttp, servindo
from connectors.fakes.sms import SmsGenerico, TwilioFalsa, config_do_generico
from connectors.rede import ClienteGuardado
from connectors.sms import ConectorSms
from engine.conector.assinaturas_sms import PedidoSms, consulta_a_guardar, veio_do_provedor
from engine.conector.enderecos import Endereco
from engine.conector.protocolo import CanalDoConector
from engine.conector.redes import regras
from engine.conector.trabalhos import Envio, Resultado, Trabalho, Webhook
from tests.connectors.motor_de_teste import MotorDeTeste

LOOPBACK = regras(["127.0.0.1"], portas=None)
TELEFONE = "+5511999998888"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


class Cenario:
    """A canal, its connector, and both sides of it."""

    def __init__(self, fake: TwilioFalsa | SmsGenerico, base: str, http: ClienteGuardado, mais: dict[str, Any]) -> None:
        self.motor = MotorDeTeste(recusa="MZ")
        self.http = http
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
    async with servindo(fake.atender) as servidor, ClienteGuardado(LOOPBACK) as http:
        yield Cenario(fake, servidor.base, http, mais)


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


async def test_an_sms_is_sent_and_the_fakes_book_agrees() -> None:
    fake = TwilioFalsa()
    async with cenario(fake) as c:
        resultado = await c.enviar(texto='a&Body=b "ç" 😀')
        (tomado,) = fake.livro
        assert (resultado.desfecho, resultado.id_externo) == ("aceito", tomado.id)
        assert (tomado.para, tomado.texto, tomado.de) == (TELEFONE, 'a&Body=b "ç" 😀', fake.de)


@pytest.mark.parametrize(
    ("para", "classe", "codigo"), [("+15005550001", "final", "21211"), ("+15005550004", "final", "21610")]
)
async def test_what_the_provider_refuses_is_explained(para: str, classe: str, codigo: str) -> None:
    async with cenario(TwilioFalsa()) as c:
        resultado = await c.enviar(para)
        assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", classe, codigo)


async def test_who_drops_the_answer_may_have_the_message_and_who_does_not_listen_has_not() -> None:
    fake = TwilioFalsa()
    async with cenario(fake) as c:
        fake.roteiro.programar(cai(depois=True), cai(depois=False), responde(429, "3"), responde(500))
        assert (await c.enviar()).desfecho == "desconhecido"
        assert len(fake.livro) == 1
        assert (await c.enviar()).desfecho == "desconhecido"
        cedo = await c.enviar()
        assert (cedo.desfecho, cedo.classe, cedo.tentar_em_ms) == ("falhou", "numero", 3_000)
        assert (await c.enviar()).desfecho == "desconhecido"
        assert (await c.enviar()).desfecho == "aceito"


async def test_nobody_at_the_address_means_that_nothing_was_sent() -> None:
    fake = TwilioFalsa()
    async with servindo(fake.atender) as servidor:
        base = servidor.base
    async with ClienteGuardado(LOOPBACK) as http:
        resultado = await Cenario(fake, base, http, {}).enviar()
        assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", "tentar", "sem_conexao")


async def test_a_provider_inside_is_not_called_unless_the_installation_allows_it() -> None:
    fake = TwilioFalsa()
    async with servindo(fake.atender) as servidor, ClienteGuardado(regras(portas=None)) as http:
        resultado = await Cenario(fake, servidor.base, http, {}).enviar()
        assert (resultado.classe, resultado.codigo) == ("canal", "endereco_recusado")
    assert fake.livro == []


async def test_a_wrong_password_pauses_the_canal_and_is_not_shown() -> None:
    async with cenario(TwilioFalsa(), usuario="AC-outra") as c:
        resultado = await c.enviar()
        assert (resultado.classe, resultado.codigo) == ("canal", "20003")
        assert "segredo" not in repr(resultado)


async def test_a_config_that_makes_no_sense_pauses_the_canal_and_says_why() -> None:
    async with cenario(SmsGenerico(), corpo="{") as c:
        resultado = await c.enviar()
        assert (resultado.classe, resultado.codigo) == ("canal", "configuracao")
        assert "corpo" in (resultado.erro or "")
        assert any("corpo" in problema for problema in await c.conector.testar())


async def test_statuses_come_signed_and_name_their_job() -> None:
    fake = TwilioFalsa()
    async with porta() as entrada, cenario(fake, urlDoWebhook=entrada.base) as c:
        entrada.valores = c.valores
        await c.enviar(trabalho_id="0198-a")
        assert await fake.avisar(c.http, fake.livro[0], "sent") == 200
        assert await fake.avisar(c.http, fake.livro[0], "undelivered", 30003) == 200
        for pedido, consulta in entrada.chegaram:
            assert (await c.processar(pedido, consulta)).desfecho == "aceito"
        assert [(s.estado, s.trabalho_id, s.id_externo) for s in c.motor.status] == [
            ("enviado", "0198-a", fake.livro[0].id),
            ("falhou", "0198-a", fake.livro[0].id),
        ]
        entrada.valores = c.valores | {"senha": "outra"}
        assert await fake.avisar(c.http, fake.livro[0], "sent") == 403


async def test_the_fake_tells_statuses_in_any_order_and_more_than_once() -> None:
    fake = TwilioFalsa()
    async with porta() as entrada, cenario(fake, urlDoWebhook=entrada.base) as c, trio.open_nursery() as grupo:
        entrada.valores = c.valores
        for n in range(20):
            await c.enviar(trabalho_id=f"t-{n}")
        grupo.start_soon(fake.seguir, c.http, Random(1), 0.0, 0.3)
        while len({consulta for _, consulta in entrada.chegaram}) < 20:
            await trio.testing.wait_all_tasks_blocked(0.01)
        grupo.cancel_scope.cancel()
    assert len(entrada.chegaram) > 20


async def test_a_message_comes_in_and_again_and_is_one() -> None:
    fake = TwilioFalsa()
    async with porta() as entrada, cenario(fake) as c:
        entrada.valores = c.valores
        for _ in range(2):
            await fake.receber(c.http, entrada.base, TELEFONE, "Oi, á!", id_="SM7")
        for pedido, consulta in entrada.chegaram:
            assert (await c.processar(pedido, consulta)).desfecho == "aceito"
    (mensagem,) = c.motor.mensagens
    assert (mensagem.id, mensagem.conteudo, mensagem.de) == ("SM7", "Oi, á!", Endereco("telefone", TELEFONE))


def mms(fake: TwilioFalsa, base: str, nomes: dict[str, str]) -> Pedido:
    """What somebody wrote, with files."""
    raiz = f"{base}/2010-04-01/Accounts/{fake.conta}/Media"
    campos = fake.recebido("MM1", TELEFONE, "veja", [(f"{raiz}/{nome}", tipo) for nome, tipo in nomes.items()])
    corpo = str(httpx2.QueryParams(campos)).encode()
    return Pedido("POST", "/", {}, {"content-type": "application/x-www-form-urlencoded"}, corpo)


async def test_files_are_fetched_with_the_password_only_where_it_belongs() -> None:
    fake = TwilioFalsa()
    fake.arquivos = {"a": ("image/png", PNG), "b": ("text/vcard", b"BEGIN:VCARD"), "c": ("image/gif", b"MZ")}
    # The other address is another machine's: 127.0.0.1 and localhost are one, and have two names.
    async with servindo(fake.atender) as servidor, ClienteGuardado(LOOPBACK, resolver=local) as http:
        outro = f"http://arquivos.example:{servidor.porta}/arquivos"

        async def com_desvio(pedido: Pedido) -> Resposta | Cair:
            resposta = await fake.atender(pedido)
            if isinstance(resposta, Resposta) and resposta.status == 307:
                return Resposta(status=307, cabecalhos={"location": f"{outro}/{pedido.caminho.rpartition('/')[2]}"})
            return resposta

        async with servindo(com_desvio) as api:
            c = Cenario(fake, api.base, http, {})
            pedido = mms(fake, api.base, {"a": "image/png", "b": "text/vcard", "c": "image/gif", "d": "video/mp4"})
            assert (await c.processar(pedido)).desfecho == "aceito"
    assert fake.com_senha_alheia == []
    assert [(m.id, m.tipo, m.arquivo, m.conteudo) for m in c.motor.mensagens] == [
        ("MM1", "imagem", "ficha-1", "veja"),
        ("MM1:1", "documento", "ficha-2", "Documento"),
        ("MM1:2", "texto", None, "(Imagem que não pôde ser guardado: é um programa)"),
        ("MM1:3", "texto", None, "(Vídeo que não pôde ser guardado: o provedor não o tem mais (404))"),
    ]
    assert c.motor.guardados[0] == ("sms-MM1.png", "image/png", PNG)


async def local(_host: str, _porta: int) -> list[str]:
    return ["127.0.0.1"]


async def test_a_file_that_is_inside_is_not_fetched_and_the_message_comes() -> None:
    fake = TwilioFalsa()
    async with cenario(fake) as c:
        corpo = str(httpx2.QueryParams(fake.recebido("MM2", TELEFONE, "", [("http://169.254.169.254/x", "image/png")])))
        cabecalhos = {"content-type": "application/x-www-form-urlencoded"}
        assert (await c.processar(Pedido("POST", "/", {}, cabecalhos, corpo.encode()))).desfecho == "aceito"
        assert "não pode ser chamado" in c.motor.mensagens[0].conteudo


async def test_a_file_that_is_not_to_be_had_now_is_waited_for_and_then_no_more() -> None:
    async def fora_do_ar(_pedido: Pedido) -> Resposta | Cair:
        return Resposta(status=503)

    fake = TwilioFalsa()
    async with servindo(fora_do_ar) as servidor, ClienteGuardado(LOOPBACK) as http:
        c = Cenario(fake, servidor.base, http, {})
        pedido = mms(fake, servidor.base, {"a": "image/png"})
        for tentativa in (1, 2):
            resultado = await c.processar(pedido, tentativa=tentativa)
            assert (resultado.classe, resultado.codigo) == ("tentar", "midia_indisponivel")
        assert c.motor.mensagens == []
        assert (await c.processar(pedido, tentativa=3)).desfecho == "aceito"
    assert c.motor.mensagens[0].conteudo == "veja\n(Imagem que não pôde ser guardado: o provedor não o entregou)"


async def test_a_provider_that_was_described_sends_and_tells() -> None:
    fake = SmsGenerico()
    async with porta() as entrada, cenario(fake) as c:
        entrada.valores = c.valores
        resultado = await c.enviar(texto='"}, {"to": "551')
        assert (resultado.id_externo, fake.livro[0].texto) == ("g-1", '"}, {"to": "551')
        ruim = await c.enviar("+15005550001")
        assert (ruim.classe, ruim.codigo) == ("final", "4")
        itens = [
            {"messageId": "g-1", "ref": "t-1", "status": "delivered"},
            {"messageId": "m", "from": "27123", "text": "oi"},
        ]
        corpo, cabecalhos = fake.webhook(*itens)
        assert (await c.http.post(entrada.base, content=corpo, headers=cabecalhos)).status_code == 200
        assert (await c.http.post(entrada.base, content=corpo + b" ", headers=cabecalhos)).status_code == 403
        assert (await c.processar(entrada.chegaram[0][0])).desfecho == "aceito"
    assert (c.motor.mensagens[0].conteudo, c.motor.status[0].estado) == ("oi", "entregue")


async def test_what_cannot_be_read_is_left_visible_and_the_rest_is_handed_over() -> None:
    fake = SmsGenerico()
    async with cenario(fake) as c:
        corpo, cabecalhos = fake.webhook({"text": "de quem?"}, {"messageId": "m", "from": "27123", "text": "oi"})
        resultado = await c.processar(Pedido("POST", "/", {}, cabecalhos, corpo))
        assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", "final", "webhook_ilegivel")
    assert [m.id for m in c.motor.mensagens] == ["m"]


async def test_a_canal_that_works_has_nothing_wrong() -> None:
    for fake in (TwilioFalsa(), SmsGenerico()):
        async with cenario(fake) as c:
            assert await c.conector.testar() == []
            await c.conector.servir()


@pytest.mark.parametrize(
    ("mudado", "nomeia"),
    [
        ({"usuario": "AC-outra"}, "Auth Token"),
        ({"de": "+15005550099"}, "não é desta conta"),
        ({"url": "http://127.0.0.1:9"}, "Ninguém atende"),
        ({"url": "http://10.0.0.1"}, "não pode ser chamado"),
        ({"usuario": ""}, "usuario"),
    ],
)
async def test_what_is_wrong_with_a_canal_of_twilio_is_said(mudado: dict[str, Any], nomeia: str) -> None:
    async with cenario(TwilioFalsa(), **mudado) as c:
        assert any(nomeia in problema for problema in await c.conector.testar())


async def test_and_with_another() -> None:
    async with cenario(SmsGenerico(), autenticacao="basic", usuario="eu") as c:
        (problema,) = await c.conector.testar()
        assert "não aceita as credenciais" in problema
    async with cenario(SmsGenerico(), urlDeTeste="") as c:
        assert await c.conector.testar() == []
    sem_segredo = SmsGenerico(segredo="")
    async with cenario(sem_segredo) as c:
        (problema,) = await c.conector.testar()
        assert "webhookSegredo" in problema


async def test_a_read_receipt_is_nothing_that_sms_has() -> None:
    async with cenario(TwilioFalsa()) as c:
        envio = Envio(para=Endereco("telefone", TELEFONE), opcoes={"sinal": "lida"})
        resultado = await c.conector.fazer(trabalho("sinalizar", "t", envio=envio))
        assert (resultado.desfecho, resultado.classe) == ("falhou", "final")


def test_an_unguarded_client_is_not_taken() -> None:
    canal = CanalDoConector(id="c", empresa_id="e", nome="n", tipo="sms", config={})
    with pytest.raises(TypeError):
        ConectorSms(canal, MotorDeTeste(), httpx2.AsyncClient())
