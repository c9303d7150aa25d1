"""``balcao apartados``: what came and is of no canal is seen, and is taken once there is one."""

from __future__ import annotations

import json
import subprocess
import sys

import httpx2

from engine.conector.assinaturas import assinatura_whatsapp
from tests.servidor import NovoServidor, Servidor, Usuario


def apartados(servidor: Servidor, *opcoes: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "balcao", "apartados", *opcoes],
        check=False, capture_output=True, text=True, env=servidor.variaveis(), cwd=servidor.pasta,
    )  # fmt: skip


def chega(servidor: Servidor, numero: str, segredo: str | None = "certo") -> bytes:
    valor = {"metadata": {"phone_number_id": numero}, "messages": [{"from": "5511999990000", "id": "w"}]}
    corpo = json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"value": valor}]}]}
    ).encode()
    assinado = {} if segredo is None else {"X-Hub-Signature-256": assinatura_whatsapp(corpo, segredo)}
    httpx2.post(f"{servidor.url}/webhooks/whatsapp", content=corpo, headers=assinado).raise_for_status()
    return corpo


def criar(servidor: Servidor, empresa: Usuario, numero: str, segredo: str) -> str:
    config = {"phoneNumberId": numero, "appSecret": segredo, "accessToken": "t"}
    corpo = {"nome": "Zap", "tipo": "whatsapp", "config": config}
    feito = httpx2.post(f"{servidor.url}/atendimento/canais", json=corpo, headers=empresa.cabecalhos)
    return str(feito.raise_for_status().json()["id"])


def test_what_is_of_no_canal_is_listed_shown_and_taken_once_there_is_one(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    assert apartados(servidor).stdout == "nenhum webhook está à parte\n"
    corpo = chega(servidor, "4242")
    chega(servidor, "4343", segredo=None)
    listados = apartados(servidor)
    assert listados.returncode == 0, listados.stderr
    sem, com, total = listados.stdout.splitlines()
    assert "4242" in com
    assert "sem assinatura" in sem
    assert total == "2 webhooks à parte"
    assert apartados(servidor, "--ver", com.split()[0]).stdout == corpo.decode() + "\n"
    assert apartados(servidor, "--ver", "999999").returncode == 1
    assert apartados(servidor, "--reenviar").stdout == "reenviados: 0; recusados: 0\n"

    empresa = servidor.nova_empresa()
    criar(servidor, empresa, "4242", "errado")
    recusado = apartados(servidor, "--reenviar")
    assert (recusado.returncode, recusado.stdout) == (1, "reenviados: 0; recusados: 1\n")
    assert "não confirma a assinatura" in recusado.stderr
    assert "não confirma a assinatura" in apartados(servidor).stdout, "and so it says why"

    criar(servidor, empresa, "4242", "certo")
    assert apartados(servidor, "--reenviar").returncode == 0
    (ainda, _) = apartados(servidor).stdout.splitlines()
    assert "4343" in ainda


def test_a_server_that_is_not_there_is_told(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()
    servidor.matar()
    feito = apartados(servidor, "--reenviar")
    assert feito.returncode == 1
    assert "nada responde" in feito.stderr
