"""Rate limits: what a token bucket must be whatever comes, and what of them a client sees."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any

import httpx2
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from engine.tempo import SystemClock
from tests.servidor import NovoServidor
from tests.web.acessos_apoio import todos
from tests.web.rest_apoio import Recebida, novo_id, pedir
from tests.web.ws_apoio import tela
from web.portaria.admissao import Admissao
from web.portaria.autenticacao import Autenticador, emitir
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import RAJADA_S, Baldes, Limitador, LimitesDeRitmo
from web.portaria.porteiro import PorteiroDaApi
from web.quart_leve import QuartLeve
from web.resposta.erros import TooManyRequests
from web.resposta.pronta import Resposta
from web.resposta.pronta import json as em_json

SEGUNDO = 1_000_000_000
SEGREDO = "um segredo de teste com mais de 32 bytes"

NAVEGADOR = "http://localhost:3000"

taxas = st.integers(1, 2_000)
esperas = st.lists(st.integers(0, 3 * SEGUNDO), max_size=60)


class Relogio:
    """Nanoseconds, when told."""

    def __init__(self) -> None:
        self.agora = 7 * SEGUNDO

    def __call__(self) -> int:
        return self.agora


@given(taxas, esperas)
def test_no_stretch_of_time_grants_more_than_its_tokens_and_a_full_bucket(taxa: int, esperas: list[int]) -> None:
    baldes, agora = Baldes("usuario", taxa), SEGUNDO
    dadas: list[int] = []
    for espera in esperas:
        agora += espera
        faltas = [baldes.tomar("a", agora) for _ in range(taxa * RAJADA_S // 20 + 1)]
        dadas += [agora for falta in faltas if not baldes.demora(falta)]
    custo = SEGUNDO // taxa
    for primeira, desde in enumerate(dadas):
        assert len(dadas) - primeira <= (dadas[-1] - desde) // custo + 1 + taxa * RAJADA_S


@given(taxas, st.integers(1, 200))
def test_whoever_keeps_to_the_rate_is_never_refused(taxa: int, vezes: int) -> None:
    baldes, agora = Baldes("usuario", taxa), 0
    for _ in range(vezes):
        agora += SEGUNDO // taxa
        assert not baldes.demora(baldes.tomar("a", agora))


@given(taxas, esperas)
def test_what_is_said_to_be_left_is_what_can_be_taken_at_once(taxa: int, esperas: list[int]) -> None:
    baldes, agora = Baldes("usuario", taxa), 0
    for espera in [0, *esperas]:
        agora += espera
        falta = baldes.tomar("a", agora)
    (resta,) = re.findall(rb"r=(\d+)", baldes.saldo(falta))
    tomadas = 0
    while not baldes.demora(baldes.tomar("a", agora)):
        tomadas += 1
    assert tomadas == int(resta)


@given(taxas, esperas)
def test_after_the_time_told_a_token_is_there_and_not_before(taxa: int, esperas: list[int]) -> None:
    baldes, agora = Baldes("usuario", taxa), 0
    for espera in esperas:
        agora += espera
        while not (falta := baldes.demora(baldes.tomar("a", agora))):
            pass
        assert baldes.demora(baldes.tomar("a", agora + falta - 1))
        assert not baldes.demora(baldes.tomar("a", agora + falta))
        agora += falta


def test_a_refused_request_takes_no_token_of_the_other_limit() -> None:
    relogio = Relogio()
    limitador = Limitador(LimitesDeRitmo(usuario=100, empresa=1), relogio)
    for _ in range(RAJADA_S):
        limitador.usuario("e", "u").exigir()
    antes = limitador.usuario("e", "u")
    for _ in range(50):
        assert limitador.usuario("e", "u").cabecalhos == antes.cabecalhos
    with pytest.raises(TooManyRequests) as recusa:
        antes.exigir()
    assert recusa.value.retry_after == 1


def test_users_of_one_empresa_have_buckets_of_their_own_and_one_in_common() -> None:
    limitador = Limitador(LimitesDeRitmo(usuario=1, empresa=2), Relogio())
    for usuario in ("a", "b"):
        for _ in range(RAJADA_S):
            limitador.usuario("e", usuario).exigir()
        assert limitador.usuario("e", usuario).recusa
    assert limitador.usuario("e", "c").recusa
    limitador.usuario("outra", "a").exigir()


def test_without_limits_nothing_is_refused_and_nothing_is_told() -> None:
    limitador = Limitador(LimitesDeRitmo(usuario=0, empresa=0, endereco=0), Relogio())
    for _ in range(10_000):
        assert not limitador.usuario("e", "u").recusa
    assert limitador.anonimo("::1").cabecalhos == ()


def test_only_so_many_buckets_are_remembered() -> None:
    baldes = Baldes("endereco", 1, lembrados=10)
    for n in range(1_000):
        baldes.tomar(n, n)
    assert len(baldes) == 10


@pytest.mark.parametrize(
    ("par", "encaminhado", "chave"),
    [
        ("203.0.113.9", None, "203.0.113.9"),
        ("203.0.113.9", b"198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", b"198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", b"1.1.1.1, 198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", b"1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", b"10.0.0.3, 10.0.0.2", "10.0.0.3"),
        ("10.0.0.1", b"1.1.1.1, <script>", "10.0.0.1"),
        ("10.0.0.1", b"", "10.0.0.1"),
        ("10.0.0.1", b"unknown", "10.0.0.1"),
        ("10.0.0.1", b"1.1.1.1, 198.51.100.1:4321", "198.51.100.1"),
        ("10.0.0.1", b"198.51.100.1:4321, 10.0.0.2:80", "198.51.100.1"),
        ("10.0.0.1", b"[2001:db8:1:2:3::4]:443", "2001:db8:1:2::"),
        ("10.0.0.1", b'"[2001:db8:1:2:3::4]"', "2001:db8:1:2::"),
        ("10.0.0.1", b"198.51.100.1:x", "10.0.0.1"),
        ("::ffff:10.0.0.1", b"198.51.100.1", "198.51.100.1"),
        ("2001:db8:1:2:3:4:5:6", None, "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", None, "2001:db8:1:2::"),
        ("", b"198.51.100.1", ""),
    ],
)
def test_the_address_is_what_trusted_proxies_say_and_nobody_else(
    par: str, encaminhado: bytes | None, chave: str
) -> None:
    assert EnderecoDoCliente(["10.0.0.0/8"]).chave(par, encaminhado) == chave


# -- what a client sees ------------------------------------------------------------------------------------------------


def aplicacao(relogio: Relogio) -> QuartLeve:
    limitador = Limitador(LimitesDeRitmo(usuario=1, empresa=100, endereco=2), relogio)
    autenticador = Autenticador(SEGREDO, SystemClock())
    porteiro = PorteiroDaApi(autenticador, todos(), Admissao(), limitador, EnderecoDoCliente(), [NAVEGADOR])
    app = QuartLeve("teste", porteiro, corpo_maximo=1000, prazo_do_corpo=5)

    @app.get("/saude")
    @app.get("/outra")
    async def ver() -> Resposta:
        return em_json({})

    return app


def executar(teste: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(teste())


def test_a_client_is_told_what_is_left_and_when_to_come_back() -> None:
    async def teste() -> None:
        relogio = Relogio()
        app = aplicacao(relogio)
        token = emitir(SEGREDO, novo_id(), novo_id(), None, "admin", 60_000, SystemClock().now())

        async def ver() -> Recebida:
            return await pedir(app, "GET", "/outra", authorization=f"Bearer {token}")

        primeira = await ver()
        assert primeira.headers["ratelimit-policy"] == '"usuario";q=5;w=5, "empresa";q=500;w=5'
        assert primeira.headers["ratelimit"] == '"usuario";r=4;t=1, "empresa";r=499;t=1'
        for _ in range(4):
            assert (await ver()).status == 200
        relogio.agora += SEGUNDO // 2
        excesso = await ver()
        assert excesso.erro(429, "limite_excedido")
        assert excesso.headers["retry-after"] == "1"
        assert excesso.headers["ratelimit"].startswith('"usuario";r=0;')
        relogio.agora += SEGUNDO // 2
        assert (await ver()).status == 200

    executar(teste)


def test_without_a_token_or_with_a_bad_one_it_is_the_address_that_counts() -> None:
    async def teste() -> None:
        app = aplicacao(Relogio())
        for _ in range(5):
            assert (await pedir(app, "GET", "/outra")).headers["ratelimit-policy"] == '"endereco";q=10;w=5'
            assert (await pedir(app, "GET", "/outra", authorization="Bearer x.y.z", x_forwarded_for="9.9.9.9")).status
        assert (await pedir(app, "GET", "/outra")).status == 429
        assert (await pedir(app, "GET", "/saude")).status == 200
        assert (await pedir(app, "OPTIONS", "/outra", origin=NAVEGADOR)).status == 204
        assert (await pedir(app, "OPTIONS", "/outra", origin="http://outro.exemplo")).status == 429

    executar(teste)


def test_the_settings_reach_a_running_server(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor(
        {"LIMITE_USUARIO": "1", "LIMITE_ENDERECO": "1", "LIMITE_CONEXOES": "1", "PROXY_CONFIAVEL": "127.0.0.0/8"}
    )
    polling = "/socket.io/?EIO=4&transport=polling"
    with httpx2.Client(base_url=servidor.url) as http:
        admin = servidor.nova_empresa()
        respostas = [http.get("/atendimento/filas", headers=admin.cabecalhos) for _ in range(7)]
        assert {resposta.status_code for resposta in respostas[:5]} == {200}
        assert respostas[-1].status_code == 429
        assert int(respostas[-1].headers["retry-after"]) == 1
        assert http.get("/atendimento/filas", headers=servidor.nova_empresa().cabecalhos).status_code == 200
        status = [http.get("/openapi.json", headers={"X-Forwarded-For": "198.51.100.1"}).status_code for _ in range(7)]
        assert (status[0], status[-1]) == (200, 429)
        assert http.get("/openapi.json", headers={"X-Forwarded-For": "198.51.100.2"}).status_code == 200
        outra = servidor.nova_empresa()
        assert http.get(polling, headers=outra.cabecalhos).status_code == 200
        assert http.get(polling, headers=outra.cabecalhos).json()["codigo"] == "conexoes_do_usuario"
        status = [http.get(polling, headers={"X-Forwarded-For": "198.51.100.3"}).status_code for _ in range(7)]
        assert (status[0], status[-1]) == (200, 429)


async def test_rest_and_frames_take_from_one_bucket_and_what_is_refused_is_counted(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor, {"LIMITE_USUARIO": "1", "LIMITE_CONEXOES": "1"})
    admin, outro = servidor.nova_empresa(), servidor.nova_empresa()
    async with httpx2.AsyncClient(base_url=servidor.url) as http:
        async with tela(f"{servidor.url.replace('http', 'ws')}/atendimento/ws", admin.token) as t:
            await t.evento("connect")
            respostas = [await t.pedir("ticket:sair", {"ticketId": novo_id()}) for _ in range(RAJADA_S + 1)]
            assert [resposta["ok"] for resposta in respostas[:RAJADA_S]] == [True] * RAJADA_S
            assert respostas[-1]["codigo"] == "limite_excedido"
            recusada = await http.get("/atendimento/filas", headers=admin.cabecalhos)
            assert (recusada.status_code, recusada.json()["codigo"]) == (429, "limite_excedido")
            assert (await http.get("/atendimento/filas", headers=outro.cabecalhos)).status_code == 200
            segunda = await http.get("/socket.io/?EIO=4&transport=polling", headers=admin.cabecalhos)
            assert segunda.json()["codigo"] == "conexoes_do_usuario"
        exposto = ""
        with trio.fail_after(20):
            while 'balcao_realtime_closed_total{code="1000"} 1' not in exposto:
                exposto = (await http.get("/metrics")).text
    for rotulos in (
        'codigo="limite_excedido",what="frame"',
        'codigo="limite_excedido",what="request"',
        'codigo="conexoes_do_usuario",what="connection"',
    ):
        assert f"balcao_refused_total{{{rotulos}}} 1" in exposto
