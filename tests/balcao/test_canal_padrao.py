"""The WhatsApp canal that the environment describes: made in the only empresa, changed by the environment, and nobody
else's.
"""

from __future__ import annotations

import time
from typing import Any, Final

import httpx2

from tests.servidor import ESPERA_S, NovoServidor, Servidor, Usuario

AMBIENTE: Final = {
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "EAAG-token-do-ambiente",
    "WHATSAPP_WEBHOOK_VERIFY_TOKEN": "verificar-do-ambiente",
    "WHATSAPP_APP_SECRET": "segredo-do-ambiente",
    "WHATSAPP_BUSINESS_ACCOUNT_ID": "102290129340398",
}
SEGREDOS: Final = ["accessToken", "appSecret", "webhookVerifyToken"]


def canais(servidor: Servidor, quem: Usuario) -> list[dict[str, Any]]:
    resposta = httpx2.get(f"{servidor.url}/atendimento/canais", headers=quem.cabecalhos)
    assert resposta.status_code == 200, resposta.text
    return list(resposta.json()["data"])


def criar(servidor: Servidor, empresa: Usuario, **config: str) -> dict[str, Any]:
    corpo = {"nome": "Zap", "tipo": "whatsapp", "config": config}
    resposta = httpx2.post(f"{servidor.url}/atendimento/canais", headers=empresa.cabecalhos, json=corpo, timeout=20)
    assert resposta.status_code == 201, resposta.text
    return dict(resposta.json())


def recomecar(servidor: Servidor, **ambiente: str) -> None:
    servidor.parar()
    servidor.ambiente |= ambiente
    servidor.iniciar()


def ate_haver(servidor: Servidor, quem: Usuario, tipo: str) -> dict[str, Any]:
    """The canal of this kind, once there is one."""
    fim = time.monotonic() + ESPERA_S
    while time.monotonic() < fim:
        achado = next((um for um in canais(servidor, quem) if um["tipo"] == tipo), None)
        if achado is not None:
            return achado
        time.sleep(0.05)
    raise AssertionError(servidor.registro)


def ate_dizer(servidor: Servidor, texto: str) -> None:
    fim = time.monotonic() + ESPERA_S
    while texto not in servidor.registro:
        assert time.monotonic() < fim, servidor.registro
        time.sleep(0.05)


def test_the_only_empresa_gets_the_canal_of_the_environment_once(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    admin = servidor.nova_empresa()
    assert canais(servidor, admin) == []
    recomecar(servidor, **AMBIENTE)
    canal = ate_haver(servidor, admin, "whatsapp")
    assert canal["config"]["phoneNumberId"] == "106540352242922"
    assert canal["segredos"] == SEGREDOS
    pedido = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "verificar-do-ambiente"}
    for caminho in ("/webhooks/whatsapp", f"/webhooks/whatsapp/{canal['id']}"):
        resposta = httpx2.get(servidor.url + caminho, params=pedido)
        assert (resposta.status_code, resposta.text) == (200, "1158201444"), caminho
    recomecar(servidor, WHATSAPP_URL_BASE="http://127.0.0.1:9")
    fim = time.monotonic() + ESPERA_S
    while (todos := canais(servidor, admin))[0]["config"].get("urlBase") is None:
        assert time.monotonic() < fim, servidor.registro
        time.sleep(0.05)
    assert [um["id"] for um in todos] == [canal["id"]]
    assert "do-ambiente" not in servidor.registro


def test_of_several_empresas_none_is_given_the_token_of_the_environment(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    donos = [servidor.nova_empresa() for _ in range(2)]
    assert [canais(servidor, dono) for dono in donos] == [[], []], "an empresa begins with its first request"
    antes = criar(servidor, donos[1], phoneNumberId=AMBIENTE["WHATSAPP_PHONE_NUMBER_ID"])
    recomecar(servidor, **AMBIENTE)
    ate_dizer(servidor, "there are several empresas")
    assert canais(servidor, donos[0]) == []
    assert canais(servidor, donos[1]) == [antes]


def test_the_verification_of_a_number_is_answered_by_whoever_knows_the_token(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    numero = AMBIENTE["WHATSAPP_PHONE_NUMBER_ID"]
    criar(servidor, servidor.nova_empresa(), phoneNumberId=numero, webhookVerifyToken="outro")
    criar(servidor, servidor.nova_empresa(), phoneNumberId=numero, webhookVerifyToken="o certo")
    recomecar(servidor, **AMBIENTE)
    consulta = {"hub.mode": "subscribe", "hub.challenge": "123", "hub.verify_token": "o certo"}
    resposta = httpx2.get(f"{servidor.url}/webhooks/whatsapp", params=consulta, timeout=20)
    assert (resposta.status_code, resposta.text) == (200, "123")
    recusada = httpx2.get(
        f"{servidor.url}/webhooks/whatsapp", params=consulta | {"hub.verify_token": "nenhum"}, timeout=20
    )
    assert recusada.status_code == 403
