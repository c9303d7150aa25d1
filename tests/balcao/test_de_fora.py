"""Settings that would let strangers in: refused, or said aloud."""

from __future__ import annotations

from pathlib import Path

import pytest

from balcao.ajustes.carga import carregar
from balcao.ajustes.de_fora import so_desta_maquina
from balcao.erros import AjustesInvalidos
from tests.servidor import NaoIniciou, NovoServidor, Servidor

SEGREDO = "um segredo de teste, comprido o bastante"
PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA\n-----END PUBLIC KEY-----"


def avisos(pasta: Path, **ambiente: str) -> str:
    return "\n".join(carregar({"JWT_SECRET": SEGREDO} | ambiente, pasta / ".env").avisos)


def recusa(pasta: Path, **ambiente: str) -> str:
    with pytest.raises(AjustesInvalidos) as erro:
        carregar(ambiente, pasta / ".env")
    return str(erro.value)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.0.7", "203.0.113.5", "balcao.example.com"])
@pytest.mark.parametrize("segredo", ["a", "a" * 31, "curto" + " " * 40])
def test_a_short_secret_is_refused_where_others_reach_the_server(tmp_path: Path, host: str, segredo: str) -> None:
    texto = recusa(tmp_path, HOST=host, JWT_SECRET=segredo)
    assert "JWT_SECRET: tem" in texto
    assert f"HOST={host}" in texto
    assert "exige 32 — gere um com: openssl rand -base64 48" in texto
    assert "curto" not in texto


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.53", "::1", "localhost", "LOCALHOST"])
def test_a_short_secret_is_said_aloud_where_only_this_machine_reaches_it(tmp_path: Path, host: str) -> None:
    assert "JWT_SECRET: tem 5 bytes; com menos de 32 pode ser adivinhada" in avisos(
        tmp_path, HOST=host, JWT_SECRET="curto"
    )
    assert avisos(tmp_path, HOST=host) == ""


@pytest.mark.parametrize(("host", "sim"), [("127.0.0.1", True), ("0.0.0.0", False), ("::", False), ("", False)])
def test_which_hosts_are_of_this_machine_alone(host: str, sim: bool) -> None:
    assert so_desta_maquina(host) is sim


def test_thirty_two_bytes_are_enough_anywhere(tmp_path: Path) -> None:
    for segredo in ("a" * 32, "á" * 16):
        assert avisos(tmp_path, HOST="0.0.0.0", JWT_SECRET=segredo) == ""


@pytest.mark.parametrize(
    "chave",
    [
        PEM,
        PEM.replace("PUBLIC", "RSA PRIVATE"),
        PEM.replace("PUBLIC KEY", "CERTIFICATE").replace("\n", "\\n"),
        "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQklqQU5CZ2txaGtpRzl3MEJBUUVGQUFPQ0FR",
        "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC7 ana@maquina",
        '{"kty":"RSA","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4","e":"AQAB"}',
    ],
)
@pytest.mark.parametrize("onde", [{}, {"BALCAO_ENV": "production"}, {"HOST": "0.0.0.0"}])
def test_the_text_of_a_key_is_no_secret_anywhere(tmp_path: Path, chave: str, onde: dict[str, str]) -> None:
    texto = recusa(tmp_path, JWT_SECRET=chave, **onde)
    assert "JWT_SECRET: é o texto de uma chave" in texto
    assert "gere um com: openssl rand" in texto
    assert "MIIB" not in texto


def test_it_is_told_with_everything_else_that_is_wrong(tmp_path: Path) -> None:
    texto = recusa(tmp_path, JWT_SECRET=PEM, PORT="x")
    assert "PORT:" in texto
    assert "JWT_SECRET:" in texto


@pytest.mark.parametrize(
    "redes",
    ["0.0.0.0/0", "::/0", "0.0.0.0/1, 128.0.0.0/1", "10.0.0.0/8, 0.0.0.0/0", "8.0.0.0/7", "3.0.0.0/8", "2000::/3"],
)
def test_proxies_that_are_most_of_the_internet_are_said_aloud(tmp_path: Path, redes: str) -> None:
    texto = avisos(tmp_path, PROXY_CONFIAVEL=redes)
    assert texto.count("confia em estranhos") == 1
    assert "X-Forwarded-For" in texto


@pytest.mark.parametrize(
    "redes", ["127.0.0.1", "10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16", "fc00::/7", "104.16.0.0/13", "2a06:98c0::/29"]
)
def test_proxies_of_ones_own_are_not(tmp_path: Path, redes: str) -> None:
    assert avisos(tmp_path, PROXY_CONFIAVEL=redes) == ""


@pytest.mark.parametrize("segredo", ["a", PEM])
def test_the_server_does_not_start_with_it(tmp_path: Path, segredo: str) -> None:
    with pytest.raises(NaoIniciou) as erro:
        Servidor(tmp_path, "postgresql://127.0.0.1:1/x", {"HOST": "0.0.0.0", "JWT_SECRET": segredo}).iniciar()
    assert erro.value.codigo != 0
    assert "JWT_SECRET:" in erro.value.texto


def test_the_server_warns_as_it_starts(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor({"PROXY_CONFIAVEL": "0.0.0.0/0", "JWT_SECRET": "a"})
    assert "0.0.0.0/0 confia em estranhos" in servidor.registro
    assert "JWT_SECRET: tem 1 bytes" in servidor.registro
