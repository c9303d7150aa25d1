"""What every answer has, whatever the route: request id, headers that make it safe, compression, entity tags."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import httpx2
import pytest
from quart import request

from balcao.tela.registro_log import com_requisicao
from engine.tempo import SystemClock
from tests.servidor import Servidor
from tests.web.acessos_apoio import todos
from tests.web.rest_apoio import pedir
from web.portaria.admissao import Admissao
from web.portaria.autenticacao import Autenticador
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador, LimitesDeRitmo
from web.portaria.porteiro import PorteiroDaApi
from web.quart_leve import QuartLeve
from web.resposta.compressao import aceita_gzip
from web.resposta.etag import combina, condicional
from web.resposta.pronta import Resposta, erro
from web.resposta.pronta import json as em_json

NAVEGADORES = ("http://localhost:3000", "https://app.exemplo.com")
GRANDE = {"texto": "á" * 2_000}


def aplicacao() -> QuartLeve:
    autenticador = Autenticador("um segredo de teste com mais de 32 bytes", SystemClock())
    porteiro = PorteiroDaApi(
        autenticador, todos(), Admissao(), Limitador(LimitesDeRitmo()), EnderecoDoCliente(), NAVEGADORES
    )
    app = QuartLeve("teste", porteiro, corpo_maximo=1000, prazo_do_corpo=5)

    @app.get("/pequena")
    async def pequena() -> Resposta:
        logging.getLogger("teste").warning("no caminho")
        return em_json({"a": 1})

    @app.get("/grande")
    async def grande() -> Resposta:
        return em_json(GRANDE)

    @app.get("/enorme")
    async def enorme() -> Resposta:
        return em_json("x" * 200_000)

    @app.get("/imagem")
    async def imagem() -> Resposta:
        return Resposta(b"\x89PNG" * 1_000, 200, "image/png")

    @app.get("/fluxo")
    async def fluxo() -> Resposta:
        async def partes() -> AsyncIterator[bytes]:
            yield b"x" * 2_000

        resposta = Resposta(b"", 200, None, [("content-type", "text/plain"), ("content-length", "2000")])
        resposta.fluxo = partes()
        return resposta

    @app.get("/etiquetada")
    async def etiquetada() -> Resposta:
        return condicional(em_json(GRANDE), request._get_current_object())  # type: ignore[attr-defined]

    async def ao_errar(problema: Exception) -> Resposta:
        return erro(problema)

    app.register_error_handler(Exception, ao_errar)
    return app


def executar(teste: Callable[[QuartLeve], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(teste(aplicacao()))


# -- request ids -------------------------------------------------------------------------------------------------------


def test_a_request_id_is_answered_and_ties_the_log_to_it(caplog: pytest.LogCaptureFixture) -> None:
    class ComRequisicao(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            record.requisicao = com_requisicao(None, "", {}).get("requisicao")
            return True

    async def teste(app: QuartLeve) -> None:
        resposta = await pedir(app, "GET", "/pequena", x_request_id="pedido-1.A_z")
        assert resposta.headers["x-request-id"] == "pedido-1.A_z"
        nova = await pedir(app, "GET", "/pequena")
        assert [getattr(linha, "requisicao", None) for linha in caplog.records] == [
            "pedido-1.A_z", nova.headers["x-request-id"],
        ]  # fmt: skip

    caplog.handler.addFilter(ComRequisicao())
    executar(teste)


@pytest.mark.parametrize("ruim", ["", "a b", "a" * 129, "ação", "a;b", "../x"])
def test_what_is_no_request_id_is_replaced(ruim: str) -> None:
    async def teste(app: QuartLeve) -> None:
        respostas = [await pedir(app, "GET", "/pequena", x_request_id=ruim) for _ in range(2)]
        ids = {resposta.headers["x-request-id"] for resposta in respostas}
        assert len(ids) == 2
        assert ruim not in ids

    executar(teste)


# -- safety ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("caminho", ["/pequena", "/nada", "/imagem"])
def test_every_answer_is_safe_to_receive(caminho: str) -> None:
    async def teste(app: QuartLeve) -> None:
        headers = (await pedir(app, "GET", caminho)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"

    executar(teste)


def test_what_a_browser_might_show_may_load_nothing() -> None:
    async def teste(app: QuartLeve) -> None:
        headers = (await pedir(app, "GET", "/imagem")).headers
        assert headers["referrer-policy"] == "no-referrer"
        assert "default-src 'none'" in headers["content-security-policy"]

    executar(teste)


def test_only_the_browsers_that_are_set_may_read_answers() -> None:
    async def teste(app: QuartLeve) -> None:
        for navegador in NAVEGADORES:
            daqui = (await pedir(app, "GET", "/pequena", origin=navegador)).headers
            assert daqui["access-control-allow-origin"] == navegador
            expostos = set(daqui["access-control-expose-headers"].split(", "))
            assert expostos >= {"etag", "ratelimit", "retry-after", "x-request-id"}
            previa = await pedir(app, "OPTIONS", "/pequena", origin=navegador)
            permitidos = set(previa.headers["access-control-allow-headers"].split(", "))
            assert permitidos >= {"authorization", "content-type", "idempotency-key", "if-none-match"}
            assert previa.status == 204
        for estranho in ("http://localhost:3001", "https://app.exemplo.com.br", "null"):
            dali = (await pedir(app, "OPTIONS", "/pequena", origin=estranho)).headers
            assert not [nome for nome in dali if nome.startswith("access-control")]
            assert "origin" in dali["vary"]

    executar(teste)


def test_head_has_the_headers_of_get_and_no_body() -> None:
    async def teste(app: QuartLeve) -> None:
        for caminho in ("/pequena", "/fluxo"):
            get, head = await pedir(app, "GET", caminho), await pedir(app, "HEAD", caminho)
            assert (head.status, head.corpo) == (200, b"")
            assert head.headers["content-length"] == get.headers["content-length"] == str(len(get.corpo))

    executar(teste)


def test_a_fixed_path_is_not_taken_for_the_id_of_another_route() -> None:
    async def teste(app: QuartLeve) -> None:
        @app.delete("/<palavra>")
        async def apagar(palavra: str) -> Resposta:
            return em_json(palavra)

        assert (await pedir(app, "DELETE", "/outra")).status == 200
        recusa = await pedir(app, "DELETE", "/pequena")
        assert recusa.erro(405, "metodo_nao_permitido")
        opcoes = await pedir(app, "OPTIONS", "/pequena")
        assert recusa.headers["allow"] == opcoes.headers["allow"] == "GET, HEAD, OPTIONS"

    executar(teste)


# -- compression -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("aceitos", "aceita"),
    [
        ("gzip", True), ("br, gzip;q=0.5", True), ("GZIP", True), ("x-gzip", True), ("*", True), ("gzip; q=1.0", True),
        ("", False), ("br", False), ("gzip;q=0", False), ("gzip;q=0.000, *", False), ("*;q=0", False),
        ("identity", False), ("gzip;q=bom", False), ("*;q=0, gzip;q=0.1", True),
    ],
)  # fmt: skip
def test_gzip_is_used_where_the_client_takes_it(aceitos: str, aceita: bool) -> None:
    assert aceita_gzip(aceitos.encode()) is aceita


@pytest.mark.parametrize(
    ("caminho", "comprimida"),
    [("/pequena", False), ("/grande", True), ("/enorme", True), ("/imagem", False), ("/fluxo", False)],
)
def test_text_that_is_worth_it_is_compressed(caminho: str, comprimida: bool) -> None:
    async def teste(app: QuartLeve) -> None:
        inteira = await pedir(app, "GET", caminho)
        resposta = await pedir(app, "GET", caminho, accept_encoding="gzip, br")
        assert resposta.headers["content-length"] == str(len(resposta.corpo))
        assert (resposta.headers.get("content-encoding") == "gzip") is comprimida
        assert (gzip.decompress(resposta.corpo) if comprimida else resposta.corpo) == inteira.corpo
        assert "accept-encoding" in resposta.headers["vary"]
        assert "content-encoding" not in inteira.headers

    executar(teste)


# -- entity tags -------------------------------------------------------------------------------------------------------


def test_whoever_has_the_answer_is_told_so() -> None:
    async def teste(app: QuartLeve) -> None:
        inteira = await pedir(app, "GET", "/etiquetada")
        tag = inteira.headers["etag"]
        assert inteira.headers["cache-control"] == "private, no-cache"
        comprimida = await pedir(app, "GET", "/etiquetada", accept_encoding="gzip")
        assert comprimida.headers["etag"] == tag
        de_novo = await pedir(app, "GET", "/etiquetada", if_none_match=f'"outra", {tag}')
        assert (de_novo.status, de_novo.corpo, de_novo.headers["etag"]) == (304, b"", tag)
        assert "content-length" not in de_novo.headers
        assert (await pedir(app, "GET", "/etiquetada", if_none_match='"outra"')).status == 200

    executar(teste)


@pytest.mark.parametrize(
    ("conhecidas", "mesma"),
    [('W/"a"', True), ('"a"', True), ("*", True), ('"b" , W/"a"', True), ('"b"', False), ("a", False), (None, False)],
)
def test_tags_are_compared_weakly(conhecidas: str | None, mesma: bool) -> None:
    assert combina('W/"a"', conhecidas) is mesma


def test_on_a_real_socket_answers_without_a_body_leave_the_connection_as_it_was(servidor: Servidor) -> None:
    with httpx2.Client(base_url=servidor.url, headers=servidor.nova_empresa().cabecalhos) as http:
        contato = {"contato_nome": "João", "contato_email": "joao@example.com"}
        caminho = f"/atendimento/tickets/{http.post('/atendimento/tickets', json=contato).json()['id']}"
        for _ in range(2):
            inteiro = http.get(caminho)
            assert (inteiro.status_code, inteiro.json()["contato_nome"]) == (200, "João")
            head = http.head(caminho)
            assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", inteiro.headers["etag"])
            de_novo = http.get(caminho, headers={"If-None-Match": inteiro.headers["etag"]})
            assert (de_novo.status_code, de_novo.content) == (304, b"")
        http.patch(caminho, json={"assunto": "Outro"})
        assert http.get(caminho, headers={"If-None-Match": inteiro.headers["etag"]}).status_code == 200
