"""SMS through the fakes, over real sockets."""

from __future__ import annotations

from random import Random
from typing import Any, Literal

import httpx2
import pytest
import trio
import trio.testing

from connectors.fakes.roteiro import cai, responde
from connectors.fakes.servidor_http import Pedido, servindo
from connectors.fakes.sms import SmsGenerico, TwilioFalsa
from connectors.rede import ClienteGuardado
from connectors.sms import ConectorSms
from engine.conector.enderecos import Endereco
from engine.conector.protocolo import CanalDoConector
from engine.conector.redes import RegrasDeRede
from engine.conector.trabalhos import Envio
from tests.connectors.cenario_sms import TELEFONE, Cenario, cenario, porta, trabalho
from tests.connectors.motor_de_teste import MotorDeTeste


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
    async with ClienteGuardado() as http:
        resultado = await Cenario(fake, base, http, {}).enviar()
        assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", "tentar", "sem_conexao")


async def test_a_provider_inside_is_not_called_where_strangers_configure_canais() -> None:
    fake = TwilioFalsa()
    async with servindo(fake.atender) as servidor, ClienteGuardado(da_configuracao=RegrasDeRede(portas=None)) as http:
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
        assert await fake.avisar(c.deles, fake.livro[0], "sent") == 200
        assert await fake.avisar(c.deles, fake.livro[0], "undelivered", 30003) == 200
        for pedido, consulta in entrada.chegaram:
            assert (await c.processar(pedido, consulta)).desfecho == "aceito"
        assert [(s.estado, s.trabalho_id, s.id_externo) for s in c.motor.status] == [
            ("enviado", "0198-a", fake.livro[0].id),
            ("falhou", "0198-a", fake.livro[0].id),
        ]
        entrada.valores = c.valores | {"senha": "outra"}
        assert await fake.avisar(c.deles, fake.livro[0], "sent") == 403


async def test_the_fake_tells_statuses_in_any_order_and_more_than_once() -> None:
    fake = TwilioFalsa()
    async with porta() as entrada, cenario(fake, urlDoWebhook=entrada.base) as c, trio.open_nursery() as grupo:
        entrada.valores = c.valores
        for n in range(20):
            await c.enviar(trabalho_id=f"t-{n}")
        grupo.start_soon(fake.seguir, c.deles, Random(1), 0.0, 0.3)
        with trio.fail_after(60):
            while len({consulta for _, consulta in entrada.chegaram}) < 20:
                await trio.testing.wait_all_tasks_blocked(0.01)
        grupo.cancel_scope.cancel()
    assert len(entrada.chegaram) > 20


async def test_a_message_comes_in_and_again_and_is_one() -> None:
    fake = TwilioFalsa()
    async with porta() as entrada, cenario(fake) as c:
        entrada.valores = c.valores
        for _ in range(2):
            await fake.receber(c.deles, entrada.base, TELEFONE, "Oi, á!", id_="SM7")
        for pedido, consulta in entrada.chegaram:
            assert (await c.processar(pedido, consulta)).desfecho == "aceito"
    (mensagem,) = c.motor.mensagens
    assert (mensagem.id, mensagem.conteudo, mensagem.de) == ("SM7", "Oi, á!", Endereco("telefone", TELEFONE))


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
        assert (await c.deles.post(entrada.base, content=corpo, headers=cabecalhos)).status_code == 200
        assert (await c.deles.post(entrada.base, content=corpo + b" ", headers=cabecalhos)).status_code == 403
        assert (await c.processar(entrada.chegaram[0][0])).desfecho == "aceito"
    assert (c.motor.mensagens[0].conteudo, c.motor.status[0].estado) == ("oi", "entregue")


async def test_what_cannot_be_read_is_left_visible_and_the_rest_is_handed_over() -> None:
    fake = SmsGenerico()
    async with cenario(fake) as c:
        corpo, cabecalhos = fake.webhook({"text": "de quem?"}, {"messageId": "m", "from": "27123", "text": "oi"})
        resultado = await c.processar(Pedido("POST", "/", {}, cabecalhos, corpo))
        assert (resultado.desfecho, resultado.classe, resultado.codigo) == ("falhou", "final", "webhook_ilegivel")
    assert [m.id for m in c.motor.mensagens] == ["m"]


@pytest.mark.parametrize(("responde", "classe"), [("falhou", "tentar"), ("recusada", "final")])
async def test_what_the_engine_does_not_keep_is_not_taken_for_done(
    responde: Literal["recusada", "falhou"], classe: str
) -> None:
    fake = SmsGenerico()
    async with cenario(fake) as c:
        c.motor.responde = responde
        corpo, cabecalhos = fake.webhook({"messageId": "m", "from": "27123", "text": "oi"})
        resultado = await c.processar(Pedido("POST", "/", {}, cabecalhos, corpo))
        assert (resultado.desfecho, resultado.classe) == ("falhou", classe)


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
