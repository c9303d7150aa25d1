"""Numbers that no machine word holds, wherever a number may stand: an answer, and never a crash."""

from __future__ import annotations

import base64
import hmac
import json
import re
import socket
from collections.abc import Iterator
from typing import Final

import httpx2
import pytest
import trio

from tests.servidor import SEGREDO, Servidor, Usuario, novo_id
from tests.web.sio_apoio import conectar
from tests.web.ws_apoio import tela

NUMEROS: Final = (
    "1" + "0" * 309, "9" * 1000, "-" + "9" * 400, "1" + "0" * 308, "9223372036854775808", "-9223372036854775809",
    "9007199254740993", "1e999", "-1e999", "1e308", "1.5", "-1", "0", "-0", "NaN", "Infinity", "-Infinity", "true",
    '"1"', '"Infinity"', "[]", "{}", "null",
)  # fmt: skip
"""As JSON spells them, or as Python's reading of it would take."""
TEXTOS: Final = (
    "1" + "0" * 309,
    "9" * 5000,
    "-1",
    "+1",
    "1e5",
    "1.0",
    "NaN",
    "Infinity",
    "²",
    "٣",
    "0x10",
    "1_000",
    "",
)
SEM_MEDIDA: Final = NUMEROS[:3]


def parte(dados: bytes) -> str:
    return base64.urlsafe_b64encode(dados).rstrip(b"=").decode()


def assinado(corpo: str, cabeca: str = '{"alg":"HS256"}') -> str:
    """A token with exactly these bytes, well signed."""
    texto = f"{parte(cabeca.encode())}.{parte(corpo.encode())}"
    return f"{texto}.{parte(hmac.digest(SEGREDO.encode(), texto.encode(), 'sha256'))}"


def objeto(**campos: str) -> str:
    return "{" + ",".join(f'"{nome}":{valor}' for nome, valor in campos.items()) + "}"


def claims(**campos: str) -> str:
    base = {"id": f'"{novo_id()}"', "empresaId": f'"{novo_id()}"', "papel": '"admin"', "exp": "9999999999"}
    return objeto(**(base | campos))


@pytest.fixture
def http(servidor: Servidor) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=servidor.url, timeout=30) as http:
        yield http


@pytest.fixture
def admin(servidor: Servidor) -> Usuario:
    return servidor.nova_empresa()


def test_no_number_in_a_claim_is_worse_than_refused(http: httpx2.Client) -> None:
    for nome in ("exp", "iat", "nbf", "id", "sub", "empresaId", "empresa_id", "papel", "role", "email", "jti", "aud"):
        for numero in NUMEROS:
            cabecalhos = {"authorization": f"Bearer {assinado(claims(**{nome: numero}))}"}
            resposta = http.get("/atendimento/tickets", headers=cabecalhos)
            assert resposta.status_code in {200, 401}, (nome, numero[:20], resposta.text)
            assert nome not in {"exp", "iat", "nbf"} or numero not in SEM_MEDIDA or resposta.status_code == 401


def test_no_number_in_the_head_of_a_token_is_worse_than_refused(http: httpx2.Client) -> None:
    for nome in ("alg", "typ", "kid", "crit", "b64", "zip", "enc", "jwk", "x5c", "cty"):
        for numero in NUMEROS:
            cabeca = objeto(**({"alg": '"HS256"'} | {nome: numero}))
            cabecalhos = {"authorization": f"Bearer {assinado(claims(), cabeca)}"}
            assert http.get("/atendimento/tickets", headers=cabecalhos).status_code in {200, 401}, (nome, numero[:20])


@pytest.mark.parametrize("nome", ["exp", "iat", "nbf"])
async def test_a_date_that_is_none_closes_a_socket_with_4401(servidor: Servidor, nome: str) -> None:
    for numero in SEM_MEDIDA:
        token = assinado(claims(**{nome: numero}))
        async with tela(servidor.url_ws, token) as t:
            assert (await t.ate_fechar())[0] == 4401
        async with tela(servidor.url_ws) as t:
            assert (await t.pedir("autenticar", {"token": token}))["codigo"] == "token_invalido"
            assert (await t.ate_fechar())[0] == 4401
        async with httpx2.AsyncClient(base_url=servidor.url, timeout=30) as http:
            consulta = {"EIO": "4", "transport": "polling"}
            consulta["sid"] = json.loads((await http.get("/socket.io/", params=consulta)).text[1:])["sid"]
            await http.post("/socket.io/", params=consulta, content=conectar(token))
            assert "token_invalido" in (await http.get("/socket.io/", params=consulta)).text


def test_no_number_in_a_query_is_worse_than_refused(http: httpx2.Client, admin: Usuario) -> None:
    caminhos = (
        "/tickets",
        "/contatos",
        "/filas",
        "/canais",
        "/equipes",
        "/atendentes",
        f"/tickets/{novo_id()}/historico",
    )
    for caminho in caminhos:
        for nome in ("page", "limit", "desde", "busca", "telefone", "contatoId"):
            for texto in TEXTOS:
                resposta = http.get(f"/atendimento{caminho}", params={nome: texto}, headers=admin.cabecalhos)
                assert resposta.status_code < 500, (caminho, nome, texto[:20], resposta.text)
    for texto in TEXTOS:
        consulta = {"expira": texto, "assinatura": "A" * 64}
        resposta = http.get(f"/atendimento/arquivos/{novo_id()}", params=consulta)
        assert resposta.status_code in {400, 403}, texto[:20]


@pytest.mark.parametrize(
    ("metodo", "caminho", "base", "campos"),
    [
        ("POST", "/atendentes", {"nome": '"A"', "email": '"a@b.co"'}, ("id", "nome", "capacidade", "habilidades", "x")),
        ("POST", "/filas", {"nome": '"A"'}, ("prioridade", "distribuicaoAutomatica", "estrategia")),
        ("POST", "/tickets", {"contato_nome": '"A"'}, ("contato_telefone", "contato_email", "assunto", "filaId")),
        ("POST", "/canais", {"nome": '"A"', "tipo": '"whatsapp"'}, ("config", "ativo")),
        ("POST", "/mensagens", {"conteudo": '"A"'}, ("ticketId", "tipo", "direcao")),
        ("PATCH", "/empresa", {}, ("janelaReaberturaMinutos", "capacidadePadrao")),
    ],
)
def test_no_number_in_a_body_is_worse_than_refused(
    http: httpx2.Client, admin: Usuario, metodo: str, caminho: str, base: dict[str, str], campos: tuple[str, ...]
) -> None:
    cabecalhos = admin.cabecalhos | {"content-type": "application/json"}
    for numero in (*NUMEROS, "9" * 5000):
        corpos = [objeto(**(base | {campo: numero})) for campo in campos]
        corpos += [numero, f"[{numero}]", objeto(**(base | {"config": objeto(phoneNumberId=numero, x=f"[{numero}]")}))]
        for corpo in corpos:
            resposta = http.request(metodo, f"/atendimento{caminho}", content=corpo, headers=cabecalhos)
            assert resposta.status_code < 500, (corpo[:80], resposta.text)
    assert http.get("/atendimento/canais", headers=admin.cabecalhos).status_code == 200


def test_no_number_in_a_path_is_worse_than_refused(http: httpx2.Client, admin: Usuario) -> None:
    for recurso in ("tickets", "contatos", "filas", "canais", "equipes", "atendentes", "arquivos"):
        for texto in TEXTOS:
            resposta = http.get(f"/atendimento/{recurso}/{texto}", headers=admin.cabecalhos)
            assert resposta.status_code < 500, (recurso, texto[:20])


@pytest.mark.parametrize(
    "nome",
    ["Content-Length", "Range", "If-None-Match", "If-Range", "X-Forwarded-For", "traceparent", "Accept-Encoding",
     "X-Request-ID", "Origin", "Host", "Idempotency-Key", "Expect", "Content-Type", "Max-Forwards", "Forwarded"],
)  # fmt: skip
def test_no_number_in_a_header_is_worse_than_refused(servidor: Servidor, admin: Usuario, nome: str) -> None:
    grande = "9" * 5000
    formas = (
        "bytes=0-{}",
        "bytes={}-",
        "bytes=-{}",
        "gzip;q={}",
        "http://a:{}",
        "::1%{}",
        "00-{0:.32}-{0:.16}-01",
        "{}",
    )
    valores = [forma.format(numero) for forma in formas for numero in (grande, "1" + "0" * 309, "-1", "1e999", "²")]
    for valor in valores:
        for linha in ("GET /atendimento/tickets", "POST /atendimento/mensagens/arquivo", "GET /socket.io/?EIO=4"):
            alvo = "" if nome == "Host" else "Host: x\r\n"
            cabecas = f"{alvo}Authorization: Bearer {admin.token}\r\n{nome}: {valor}\r\nConnection: close"
            status = _status(servidor.porta, f"{linha} HTTP/1.1\r\n{cabecas}\r\n\r\n")
            assert 200 <= status < 500, (nome, valor[:30], linha, status)


def _status(porta: int, pedido: str) -> int:
    with socket.create_connection(("127.0.0.1", porta), timeout=30) as soquete:
        soquete.sendall(pedido.encode())
        soquete.shutdown(socket.SHUT_WR)
        achado = re.match(rb"HTTP/1\.1 (\d{3})", soquete.recv(65_536))
    return int(achado[1]) if achado else 0


async def test_no_number_in_a_frame_is_worse_than_refused(servidor: Servidor, admin: Usuario) -> None:
    quadros = (
        '{"event":"ticket:sair","data":{},"ack":%s}', '{"event":"ticket:entrar","data":{"ticketId":%s},"ack":1}',
        '{"event":%s}', '{"event":"x","data":%s}', '{"event":"atendente:status","data":{"online":%s},"ack":2}',
        '{"event":"mensagem:enviar","data":{"ticketId":%s,"conteudo":%s},"ack":3}',
        '{"event":"autenticar","data":{"token":"x","desde":%s},"ack":4}', "%s", "[%s]",
    )  # fmt: skip
    async with tela(servidor.url_ws, admin.token) as t:
        for quadro in quadros:
            for numero in (*NUMEROS, "9" * 5000):
                await t.ws.send_message(quadro.replace("%s", numero))
        await t.mandar("ticket:sair", {"ticketId": novo_id()}, "o último")
        assert (await t.resposta("o último"))["data"]["ok"]


async def test_no_number_in_a_packet_is_worse_than_refused(servidor: Servidor, admin: Usuario) -> None:
    pacotes = (
        '42/atendimento,%s["ticket:sair",{"ticketId":"a"}]', '42/atendimento,1["ticket:sair",{"ticketId":%s}]',
        "42/atendimento,1[%s]", "43/atendimento,%s[]", '45%s-/atendimento,["x",{"_placeholder":true,"num":%s}]',
        '42/atendimento,1["autenticar",{"token":"x","desde":%s}]', "4%s", "%s", "2%s", "40/atendimento,%s",
        f'40/atendimento,{{"token":"{admin.token}","desde":%s}}',
    )  # fmt: skip
    numeros = (*NUMEROS, "9" * 5000)
    async with httpx2.AsyncClient(base_url=servidor.url, timeout=30) as http:
        for pacote in pacotes:
            for numero in numeros:
                consulta = {"EIO": "4", "transport": "polling"}
                consulta["sid"] = json.loads((await http.get("/socket.io/", params=consulta)).text[1:])["sid"]
                for corpo in (conectar(admin.token), pacote.replace("%s", numero), "1"):
                    resposta = await http.post("/socket.io/", params=consulta, content=corpo.encode())
                    assert resposta.status_code < 500, (pacote, numero[:20])
                with trio.fail_after(30):
                    await http.get("/socket.io/", params=consulta)
