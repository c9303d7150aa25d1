"""The WhatsApp canal of the environment, on a real server: it is given to nobody who only says that it is theirs."""

from __future__ import annotations

from time import monotonic, sleep
from typing import Any, Final

import httpx2

from tests.servidor import NovoServidor, Servidor, Usuario

AMBIENTE: Final = {
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_ACCESS_TOKEN": "o token de quem opera",
    "WHATSAPP_APP_SECRET": "o segredo de quem opera",
    "WHATSAPP_WEBHOOK_VERIFY_TOKEN": "o token de verificar",
}


def canais(servidor: Servidor, empresa: Usuario) -> list[dict[str, Any]]:
    resposta = httpx2.get(f"{servidor.url}/atendimento/canais", headers=empresa.cabecalhos, timeout=20)
    return list(resposta.json()["data"] if isinstance(resposta.json(), dict) else resposta.json())


def criar(servidor: Servidor, empresa: Usuario, **config: str) -> dict[str, Any]:
    corpo = {"nome": "Zap", "tipo": "whatsapp", "config": config}
    resposta = httpx2.post(f"{servidor.url}/atendimento/canais", headers=empresa.cabecalhos, json=corpo, timeout=20)
    assert resposta.status_code == 201, resposta.text
    return dict(resposta.json())


def esperar_no_registro(servidor: Servidor, frase: str) -> None:
    prazo = monotonic() + 30
    while frase not in servidor.registro:
        assert monotonic() < prazo, servidor.registro[-2_000:]
        sleep(0.1)


def test_where_there_are_several_empresas_nobody_is_given_the_secrets(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    alheia, outra = servidor.nova_empresa(), servidor.nova_empresa()
    criar(servidor, outra)
    antes = criar(servidor, alheia, phoneNumberId=AMBIENTE["WHATSAPP_PHONE_NUMBER_ID"])
    servidor.ambiente |= AMBIENTE
    servidor.reiniciar()
    esperar_no_registro(servidor, "there are several empresas")
    assert canais(servidor, alheia) == [antes]


def test_the_verification_of_a_number_is_answered_by_whoever_knows_the_token(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    numero = AMBIENTE["WHATSAPP_PHONE_NUMBER_ID"]
    criar(servidor, servidor.nova_empresa(), phoneNumberId=numero, webhookVerifyToken="outro")
    criar(servidor, servidor.nova_empresa(), phoneNumberId=numero, webhookVerifyToken="o certo")
    servidor.ambiente |= AMBIENTE
    servidor.reiniciar()
    consulta = {"hub.mode": "subscribe", "hub.challenge": "123", "hub.verify_token": "o certo"}
    resposta = httpx2.get(f"{servidor.url}/webhooks/whatsapp", params=consulta, timeout=20)
    assert (resposta.status_code, resposta.text) == (200, "123")
    recusada = httpx2.get(
        f"{servidor.url}/webhooks/whatsapp", params=consulta | {"hub.verify_token": "nenhum"}, timeout=20
    )
    assert recusada.status_code == 403
