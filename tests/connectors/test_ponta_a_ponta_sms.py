"""SMS from end to end: a real server, the real process of connectors, a provider with real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from connectors.fakes.servidor_http import servindo
from connectors.fakes.sms import SmsGenerico, TwilioFalsa, config_do_generico
from tests.connectors.cenario_sms import TELEFONE
from tests.connectors.ponta_a_ponta import Empresa, ate, empresa_em
from tests.servidor import Servidor


@pytest.fixture
async def empresa(com_conectores: Servidor) -> AsyncIterator[Empresa]:
    async with empresa_em(com_conectores) as uma:
        yield uma


def webhook(empresa: Empresa, canal_id: str) -> str:
    return f"{empresa.servidor.url}/webhooks/sms/{canal_id}"


async def tomado(fake: TwilioFalsa | SmsGenerico) -> Any:
    async def ver() -> Any:
        return fake.livro[-1] if fake.livro else None

    return await ate(ver)


async def test_who_writes_by_twilio_is_answered_and_the_answer_is_followed(empresa: Empresa) -> None:
    twilio = TwilioFalsa()
    async with servindo(twilio.atender) as fake, httpx2.AsyncClient() as deles:
        canal_id = await empresa.canal(  # of Twilio, as nothing else is said
            "sms", usuario=twilio.conta, senha=twilio.senha, de=twilio.de, url=fake.base
        )
        assert await twilio.receber(deles, webhook(empresa, canal_id), TELEFONE, "preciso de ajuda", id_="SM1") == 200
        assert await twilio.receber(deles, webhook(empresa, canal_id), TELEFONE, "preciso de ajuda", id_="SM1") == 200
        ticket = await empresa.ticket()
        assert (ticket["contato_telefone"], ticket["canalId"]) == (TELEFONE.removeprefix("+"), canal_id)
        assert ticket["mensagens"][0]["conteudo"] == "preciso de ajuda"
        dita = await empresa.responder(ticket["id"], "claro: " + "ã" * 70)
        assert (dita["metadados"]["segmentos"], dita["metadados"]["codificacao"]) == (2, "UCS-2")
        sms = await tomado(twilio)
        assert (sms.para, sms.texto) == (TELEFONE, dita["conteudo"])
        assert sms.aviso.startswith(f"{webhook(empresa, canal_id)}?trabalho={dita['id']}")
        await empresa.ate_status(ticket["id"], dita["id"], "enviado")
        assert await twilio.avisar(deles, sms, "delivered") == 200
        await empresa.ate_status(ticket["id"], dita["id"], "entregue")
        assert len((await empresa.ticket())["mensagens"]) == 2


async def test_a_status_that_says_that_it_failed_is_shown_with_its_reason(empresa: Empresa) -> None:
    twilio = TwilioFalsa()
    async with servindo(twilio.atender) as fake, httpx2.AsyncClient() as deles:
        canal_id = await empresa.canal(
            "sms", provedor="twilio", usuario=twilio.conta, senha=twilio.senha, de=twilio.de, url=fake.base
        )
        assert await twilio.receber(deles, webhook(empresa, canal_id), TELEFONE, "oi") == 200
        ticket = await empresa.ticket()
        dita = await empresa.responder(ticket["id"], "ola")
        assert (dita["metadados"]["segmentos"], dita["metadados"]["codificacao"]) == (1, "GSM-7")
        assert await twilio.avisar(deles, await tomado(twilio), "undelivered", 30006) == 200
        falhou = await empresa.ate_status(ticket["id"], dita["id"], "falhou")
        assert "30006" in falhou["erroEntrega"]


async def test_a_provider_that_is_described_by_data(empresa: Empresa) -> None:
    gateway = SmsGenerico()
    async with servindo(gateway.atender) as fake, httpx2.AsyncClient() as deles:
        canal_id = await empresa.canal(
            "sms", **config_do_generico(fake.base), senha=gateway.token, webhookSegredo=gateway.segredo
        )
        visto = await empresa.pedir("GET", f"/canais/{canal_id}")
        assert {"senha", "webhookSegredo", "webhookCabecalho", "corpo"} <= set(visto["segredos"])
        corpo, cabecalhos = gateway.webhook({"messageId": "m1", "from": TELEFONE, "text": "oi"})
        resposta = await deles.post(webhook(empresa, canal_id), content=corpo, headers=cabecalhos)
        assert resposta.status_code == 200
        ticket = await empresa.ticket()
        dita = await empresa.responder(ticket["id"], "ola")
        sms = await tomado(gateway)
        assert (sms.para, sms.texto) == (TELEFONE.removeprefix("+"), "ola")
        corpo, cabecalhos = gateway.webhook({"ref": dita["id"], "status": "delivered"})
        assert (await deles.post(webhook(empresa, canal_id), content=corpo, headers=cabecalhos)).status_code == 200
        await empresa.ate_status(ticket["id"], dita["id"], "entregue")
        forjado = await deles.post(webhook(empresa, canal_id), content=corpo + b" ", headers=cabecalhos)
        assert forjado.status_code == 403
