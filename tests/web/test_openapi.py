"""The OpenAPI document: valid, whole, in Portuguese, saying just what validation does; and the page to read it in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate
from quart import Quart

from engine.errors import Invalid
from engine.tempo import SystemClock
from tests.web.acessos_apoio import todos
from tests.web.rest_apoio import Recebida, pedir
from web import openapi
from web.openapi import documento, nome_da_operacao
from web.pedido.rota import Rota
from web.pedido.validacao import Esquema
from web.portaria.admissao import Admissao
from web.portaria.autenticacao import Autenticador
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador, LimitesDeRitmo
from web.portaria.porteiro import PorteiroDaApi
from web.quart_leve import QuartLeve
from web.rotas import DE_JSON, TODAS

DOCUMENTO = documento(TODAS)
OPERACOES: list[dict[str, Any]] = [
    operacao for metodos in DOCUMENTO["paths"].values() for operacao in metodos.values()
]  # fmt: skip
UUID = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"
INSTANTE = "2025-12-11T10:00:00Z"


def da_rota(rota: Rota) -> dict[str, Any]:
    (operacao,) = (uma for uma in OPERACOES if uma["operationId"] == nome_da_operacao(rota))
    return operacao


def test_the_document_is_valid() -> None:
    validate(DOCUMENTO)


def test_every_route_is_in_it_once() -> None:
    nomes = [operacao["operationId"] for operacao in OPERACOES]
    assert len(nomes) == len(set(nomes))
    assert {nome_da_operacao(rota) for rota in TODAS} <= set(nomes)


@pytest.mark.parametrize("operacao", OPERACOES, ids=lambda operacao: operacao["operationId"])
def test_every_operation_says_in_portuguese_what_it_does(operacao: dict[str, Any]) -> None:
    """An infinitive, as a heading: "Criar um ticket"."""
    verbo, _, resto = operacao["summary"].partition(" ")
    assert re.fullmatch(r"[A-ZÁÉÍÓÚ][a-zçãáéíóú]*[aeio]r", verbo), verbo
    assert resto
    assert not resto.endswith(".")
    assert set(operacao["tags"]) <= {tag["name"] for tag in DOCUMENTO["tags"]}


@pytest.mark.parametrize("rota", TODAS, ids=lambda rota: rota.nome)
def test_every_route_says_what_it_may_answer(rota: Rota) -> None:
    operacao = da_rota(rota)
    respostas = set(operacao["responses"])
    assert {str(rota.status), "400", "401", "403", "429", "503", *map(str, rota.erros)} <= respostas
    assert ("404" in respostas) or "{" not in rota.caminho.replace("<", "{")
    assert ("422" in respostas) is (rota.metodo == "POST")
    chave = [parametro for parametro in operacao["parameters"] if parametro["name"] == "Idempotency-Key"]
    assert bool(chave) is (rota.metodo == "POST")
    for status in respostas - {"200", "201", "202", "204", "206", "304", "416"}:
        assert operacao["responses"][status]["$ref"].endswith(f"/Erro{status}")
        assert f"Erro{status}" in DOCUMENTO["components"]["responses"]


# -- the schema and validation -----------------------------------------------------------------------------------------

TEXTOS = [
    "", " ", "a", " a ", "João da Silva", "e\u0301", "👩‍👧", "שלום", "a\u202eb", "a\nb", "a\n", "\n", "a\tb",
    "\x1f", "a\x85b", "a\u2028b", "\u00a0", "\u3000a", "a\x00b", "x" * 60, "x" * 61, "x" * 100, "x" * 101,
    "x" * 200, "x" * 201,
    " " + "x" * 200, "x" * 500, "x" * 501, "x" * 2000, "x" * 2001, "x" * 4096, "x" * 4097, "👍" * 200, "👍" * 201,
    UUID, UUID.upper(), UUID + "\n", UUID.replace("-", ""), UUID[:-1],
    "joao@example.com", " joao@example.com", "joao@example.com\n", "joao@localhost", "a@b.c", "@b.c", "a@b@c.d",
    "João@exemplo.com.br", "a b@c.de", "x" * 64 + "@b.co", "x" * 65 + "@b.co", "a@" + "b" * 250 + ".c",
    "5511999998888", "+55 (11) 99999-8888", "+55 11 99999 8888\n", "1234567", "12345678", "1" * 15, "1" * 16,
    "٠١٢٣٤٥٦٧٨", "++5511999998888", "55-11-9.9.9.9.9-8888", "1 " * 15, " " * 20 + "1" * 12,
    "ABERTO", "aberto", "NORMAL", "texto", "recebida", "whatsapp", "recentes", "true", "false", "True", "0", "1", "01",
    "-1", "1.0", "1e3", "100", "999999999999999999999", "null",
]  # fmt: skip
OUTROS: list[object] = [
    None, True, False, 0, 1, 5, 10, 11, 100, 101, -1, 525_600, 525_601, 10**18, 1.5, [], ["a"], [""], ["a", 1], [None],
    ["x" * 61], ["a"] * 50, ["a"] * 51, [[]], {}, {"a": 1}, {"a": "b"}, {"a": None, "b": True}, {"1a": 1}, {"a": {}},
    {"a": []}, {"a-b": 1}, {"a" * 60: 1}, {"a" * 61: 1}, {"a": "\0"}, {"a": "x" * 4096}, {"a": "x" * 4097},
    {f"a{n}": n for n in range(50)}, {f"a{n}": n for n in range(51)},
]  # fmt: skip


def problemas(esquema: Esquema[Any], dados: dict[str, object]) -> set[str]:
    """The fields that are wrong."""
    try:
        esquema.ler(dados)
    except Invalid as recusa:
        return {detalhe.campo for detalhe in recusa.detalhes}
    return set()


def aceita(esquema: Esquema[Any], dados: dict[str, object]) -> bool:
    return not problemas(esquema, dados)


DE_NAVEGADOR = ("https://push.example.net/1", "B" * 87, "B" * 22)
"""What stands in a subscription to push."""


def base(esquema: Esquema[Any]) -> dict[str, object]:
    """The least that is accepted: found by trying."""
    achado: dict[str, object] = {}
    valores: tuple[object, ...] = (
        "João da Silva", UUID, "joao@example.com", "5511999998888", "whatsapp", True, [UUID], ["*"],
        ["nova_mensagem"], INSTANTE, *DE_NAVEGADOR, {},
    )  # fmt: skip
    for campo in DOCUMENTO["components"]["schemas"][esquema.tipo.__name__]["properties"]:
        for valor in valores:
            com = problemas(esquema, {**achado, campo: valor})
            if campo in problemas(esquema, achado) and not any(re.match(rf"{campo}\b", um) for um in com):
                achado[campo] = valor
    assert aceita(esquema, achado), esquema.tipo.__name__
    return achado


CORPOS = {rota.corpo.tipo.__name__: rota.corpo for rota in TODAS if rota.corpo is not None}


@pytest.mark.parametrize("nome", CORPOS)
def test_a_body_is_accepted_exactly_when_its_schema_says_so(nome: str) -> None:
    esquema = CORPOS[nome]
    validador = jsonschema_rs.validator_for(
        {"$ref": f"#/components/schemas/{nome}", "components": DOCUMENTO["components"]}, validate_formats=True
    )  # fmt: skip
    minimo = base(esquema)
    campos = DOCUMENTO["components"]["schemas"][nome]["properties"]
    casos: list[dict[str, object]] = [{}, minimo, {**minimo, "inexistente": 1}]
    casos += [{campo: valor for campo, valor in minimo.items() if campo != sem} for sem in minimo]
    casos += [{**minimo, campo: valor} for campo in campos for valor in (*TEXTOS, *OUTROS)]
    errados = [caso for caso in casos if aceita(esquema, caso) is not validador.is_valid(caso)]
    assert not errados


@pytest.mark.parametrize("rota", DE_JSON, ids=lambda rota: rota.nome)
def test_a_query_is_accepted_exactly_when_its_schemas_say_so(rota: Rota) -> None:
    for parametro in da_rota(rota)["parameters"]:
        if parametro["in"] != "query":
            continue
        validador = jsonschema_rs.validator_for(parametro["schema"], validate_formats=True)
        for texto in TEXTOS:
            dados: dict[str, object] = {parametro["name"]: texto}
            lido = parametro["name"] not in problemas(rota.consulta, dados)
            assert lido is validador.is_valid(_como(parametro["schema"], texto)), texto


def _como(esquema: dict[str, Any], texto: str) -> object:
    """A query is text; the schema speaks of what it stands for."""
    if esquema.get("type") == "integer" and re.fullmatch("-?[0-9]+", texto):
        return int(texto)
    if esquema.get("type") == "boolean":
        return {"true": True, "false": False}.get(texto, texto)
    return texto


# -- served ------------------------------------------------------------------------------------------------------------


def servir(teste: Callable[[Quart], Awaitable[None]]) -> None:
    autenticador = Autenticador("um segredo de teste com mais de 32 bytes", SystemClock())
    porteiro = PorteiroDaApi(autenticador, todos(), Admissao(), Limitador(LimitesDeRitmo()), EnderecoDoCliente())
    app = QuartLeve("teste", porteiro, corpo_maximo=1000, prazo_do_corpo=5)
    openapi.registrar(app, TODAS)

    async def principal() -> None:
        await teste(app)

    asyncio.run(principal())


def test_it_is_served_with_a_tag_to_anybody() -> None:
    async def teste(app: Quart) -> None:
        inteiro = await pedir(app, "GET", "/openapi.json")
        assert inteiro.ok() == DOCUMENTO
        comprimido = await pedir(app, "GET", "/openapi.json", accept_encoding="gzip")
        assert comprimido.headers["content-encoding"] == "gzip"
        assert len(comprimido.corpo) < len(inteiro.corpo) / 5
        de_novo = await pedir(app, "GET", "/openapi.json", if_none_match=inteiro.headers["etag"])
        assert (de_novo.status, de_novo.corpo) == (304, b"")

    servir(teste)


class Pagina(HTMLParser):
    """What an HTML page loads, and what it says itself."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.carregados: list[str] = []
        self.embutidos: list[str] = []
        self._em_script = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._em_script = tag in {"script", "style"}
        for nome, valor in attrs:
            assert not nome.startswith("on")
            if nome == "src" or (nome == "href" and tag == "link"):
                assert valor is not None
                self.carregados.append(valor)

    def handle_data(self, data: str) -> None:
        if self._em_script and data.strip():
            self.embutidos.append(data)


def test_the_page_loads_only_what_this_server_has() -> None:
    async def teste(app: Quart) -> None:
        pagina: Recebida = await pedir(app, "GET", "/docs")
        assert pagina.headers["content-type"].startswith("text/html")
        assert "script-src 'self';" in pagina.headers["content-security-policy"]
        lida = Pagina(pagina.corpo.decode())
        assert len(lida.carregados) == 4
        assert not lida.embutidos
        for caminho in lida.carregados:
            resposta = await pedir(app, "GET", caminho)
            assert resposta.status == 200, caminho
            assert resposta.headers["x-content-type-options"] == "nosniff"
        inicio = (await pedir(app, "GET", "/docs/inicio.js")).corpo
        assert b"/openapi.json" in inicio
        assert b"://" not in inicio
        assert (await pedir(app, "GET", "/docs/index.html")).status == 404

    servir(teste)
