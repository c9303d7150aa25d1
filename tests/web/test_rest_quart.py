"""The lightened Quart: what it must still do of HTTP by itself, on an application of two routes."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from quart import request

from engine.errors import Conflict, Unavailable
from engine.tempo import SystemClock
from tests.web.acessos_apoio import todos
from tests.web.rest_apoio import chamar, pedir
from web.portaria.admissao import Admissao, LimitesDeAdmissao
from web.portaria.autenticacao import Autenticador, emitir
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador, LimitesDeRitmo
from web.portaria.porteiro import PorteiroDaApi
from web.quart_leve import QuartLeve
from web.resposta.pronta import Resposta, erro
from web.resposta.pronta import json as em_json

SEGREDO = "um segredo de teste com mais de 32 bytes"
EMPRESA = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"
TEM_CORPO = {"transfer-encoding": "chunked"}
FRONTEND = "http://localhost:3000"


def aplicacao(simultaneos: int = 8, em_espera: int = 8, prazo: float = 5.0) -> QuartLeve:
    admissao = Admissao(LimitesDeAdmissao(simultaneos, simultaneos, em_espera))
    autenticador = Autenticador(SEGREDO, SystemClock())
    porteiro = PorteiroDaApi(
        autenticador, todos(), admissao, Limitador(LimitesDeRitmo()), EnderecoDoCliente(), [FRONTEND]
    )
    app = QuartLeve("teste", porteiro, corpo_maximo=1000, prazo_do_corpo=prazo)

    @app.post("/eco/<palavra>")
    async def ecoar(palavra: str) -> Resposta:
        corpo: bytes = await request.body
        return em_json({"palavra": palavra, "bytes": len(corpo)})

    @app.get("/falha/<qual>")
    async def falhar(qual: str) -> Resposta:
        raise {
            "conflito": Conflict("ocupado", "Está ocupado"),
            "fora": Unavailable("fora", "Fora do ar", 7),
        }.get(qual, RuntimeError("segredo interno"))

    async def ao_errar(problema: Exception) -> Resposta:
        return erro(problema)

    app.register_error_handler(Exception, ao_errar)
    return app


def executar(teste: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(teste())


def test_a_body_in_pieces_is_read_whole() -> None:
    async def teste() -> None:
        partes: list[Any] = [{"type": "http.request", "body": p, "more_body": True} for p in (b"a" * 300, b"b" * 301)]
        fim = {"type": "http.request", "body": b"", "more_body": False}
        resposta = await chamar(aplicacao(), "POST", "/eco/oi", [*partes, fim], TEM_CORPO)
        assert resposta is not None
        assert (resposta.status, resposta.json) == (200, {"palavra": "oi", "bytes": 601})
        assert resposta.headers["content-length"] == str(len(resposta.corpo))

    executar(teste)


def test_a_body_that_no_header_announces_is_not_waited_for() -> None:
    async def teste() -> None:
        for versao in ("1.0", "1.1"):
            mensagens: list[Any] = [{"type": "http.request", "body": b"abc", "more_body": False}]
            resposta = await chamar(aplicacao(), "POST", "/eco/oi", mensagens, {}, versao)
            assert resposta is not None
            assert resposta.json == {"palavra": "oi", "bytes": 0}

    executar(teste)


def test_a_body_that_turns_out_too_large_is_413_and_the_last_on_its_connection() -> None:
    async def teste() -> None:
        mensagens: list[Any] = [{"type": "http.request", "body": b"x" * 600, "more_body": True} for _ in range(50)]
        resposta = await chamar(aplicacao(), "POST", "/eco/oi", mensagens, TEM_CORPO)
        assert resposta is not None
        assert (resposta.status, resposta.json["codigo"]) == (413, "corpo_grande_demais")
        assert resposta.headers["connection"] == "close"
        assert len(mensagens) == 48

    executar(teste)


@pytest.mark.parametrize(
    ("metodo", "caminho", "tamanho", "status"),
    [("POST", "/eco/oi", 1001, 413), ("POST", "/nada", 900, 404), ("PUT", "/eco/oi", 900, 405)],
)
def test_what_the_head_alone_refuses_has_nothing_of_its_body_taken_before_the_answer(
    metodo: str, caminho: str, tamanho: int, status: int
) -> None:
    async def teste() -> None:
        mensagens: list[Any] = [{"type": "http.request", "body": b"x" * tamanho, "more_body": False}]
        vistas: list[int] = []
        app = aplicacao()
        extras = app.porteiro.extras
        app.porteiro.extras = lambda *de: vistas.append(len(mensagens)) or extras(*de)  # type: ignore[method-assign,func-returns-value]
        resposta = await chamar(app, metodo, caminho, mensagens, {"content-length": str(tamanho)})
        assert resposta is not None
        assert (resposta.status, vistas) == (status, [1])
        assert not mensagens  # it was short: the connection serves on

    executar(teste)


def test_a_body_that_never_ends_is_408() -> None:
    async def teste() -> None:
        comeco = [{"type": "http.request", "body": b"x", "more_body": True}]
        resposta = await chamar(aplicacao(prazo=0.01), "POST", "/eco/oi", comeco, TEM_CORPO)
        assert resposta is not None
        assert (resposta.status, resposta.json["codigo"]) == (408, "tempo_esgotado")

    executar(teste)


def test_a_client_that_leaves_while_asking_gets_nothing() -> None:
    async def teste() -> None:
        mensagens = [{"type": "http.request", "body": b"x", "more_body": True}, {"type": "http.disconnect"}]
        assert await chamar(aplicacao(), "POST", "/eco/oi", mensagens, TEM_CORPO) is None

    executar(teste)


@pytest.mark.parametrize(
    ("metodo", "caminho", "status", "codigo"),
    [
        ("GET", "/nada", 404, "rota_nao_encontrada"),
        ("GET", "/eco/a/b", 404, "rota_nao_encontrada"),
        ("GET", "/eco/oi", 405, "metodo_nao_permitido"),
        ("BREW", "/eco/oi", 405, "metodo_nao_permitido"),
        ("GET", "/falha/conflito", 409, "ocupado"),
        ("GET", "/falha/fora", 503, "fora"),
    ],
)
def test_every_refusal_has_the_shape_of_the_contract(metodo: str, caminho: str, status: int, codigo: str) -> None:
    async def teste() -> None:
        resposta = await pedir(aplicacao(), metodo, caminho)
        corpo = resposta.json
        assert (resposta.status, corpo["statusCode"], corpo["codigo"]) == (status, status, codigo)
        assert corpo.keys() == {"statusCode", "message", "error", "codigo", "detalhes"}
        assert resposta.headers["content-type"] == "application/json"

    executar(teste)


def test_405_says_what_is_allowed_and_503_when_to_come_back() -> None:
    async def teste() -> None:
        errado = await pedir(aplicacao(), "DELETE", "/eco/oi")
        fora = await pedir(aplicacao(), "GET", "/falha/fora")
        assert errado.headers["allow"] == "OPTIONS, POST"
        assert fora.headers["retry-after"] == "7"

    executar(teste)


def test_a_crash_is_500_in_json_logged_and_silent_about_itself(caplog: pytest.LogCaptureFixture) -> None:
    async def teste() -> None:
        with caplog.at_level(logging.ERROR):
            resposta = await pedir(aplicacao(), "GET", "/falha/bug")
        assert resposta.status == 500
        assert b"segredo" not in resposta.corpo
        assert "segredo interno" in caplog.text

    executar(teste)


def test_a_slash_at_the_end_is_the_same_path_and_options_says_the_methods() -> None:
    async def teste() -> None:
        barra = await pedir(aplicacao(), "POST", "/eco/oi/", b"x")
        opcoes = await pedir(aplicacao(), "OPTIONS", "/eco/oi")
        assert barra.status == 200
        assert (opcoes.status, opcoes.headers["allow"]) == (204, "OPTIONS, POST")

    executar(teste)


def test_only_the_frontend_may_read_answers_in_a_browser() -> None:
    async def teste() -> None:
        daqui = await pedir(aplicacao(), "GET", "/nada", origin=FRONTEND)
        dali = await pedir(aplicacao(), "GET", "/nada", origin="http://evil.example")
        previa = await pedir(aplicacao(), "OPTIONS", "/eco/oi", origin=FRONTEND)
        assert daqui.headers["access-control-allow-origin"] == FRONTEND
        assert "access-control-allow-origin" not in dali.headers
        assert "authorization" in previa.headers["access-control-allow-headers"]

    executar(teste)


def test_requests_of_one_empresa_take_turns_and_the_excess_is_429() -> None:
    async def teste() -> None:
        app = aplicacao(simultaneos=1, em_espera=2)
        solta = asyncio.Event()
        correndo = 0

        @app.get("/lenta")
        async def lenta() -> Resposta:
            nonlocal correndo
            correndo += 1
            await solta.wait()
            return em_json(correndo)

        token = emitir(SEGREDO, EMPRESA, EMPRESA, None, "admin", 60_000, SystemClock().now())
        tarefas = [asyncio.create_task(pedir(app, "GET", "/lenta", authorization=f"Bearer {token}")) for _ in range(4)]
        excesso = await tarefas[3]
        assert (excesso.status, excesso.headers["retry-after"]) == (429, "1")
        assert correndo == 1
        assert (await pedir(app, "GET", "/nada")).status == 404
        solta.set()
        for tarefa in tarefas[:3]:
            assert (await tarefa).status == 200

    executar(teste)
