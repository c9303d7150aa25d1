"""The reference page as somebody uses it: opened twice, and its examples sent as they stand, by a new empresa."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec import json

from tests.web.rest_apoio import Recebida, Servidor, com_servidor
from web.openapi._documento import documento
from web.rotas import TODAS

DOCUMENTO: dict[str, Any] = json.decode(json.encode(documento(TODAS)))
SO_DO_CORPO = {"content-length", "content-encoding", "x-request-id", "ratelimit"}
"""Headers that an answer without a body lacks, or that differ from one to the next."""


def mesmos_cabecalhos(inteira: Recebida, nada_mudou: Recebida) -> None:
    assert nada_mudou.status == 304
    assert nada_mudou.corpo == b""
    de_uma, de_outra = (
        {nome: valor for nome, valor in resposta.headers.items() if nome not in SO_DO_CORPO}
        for resposta in (inteira, nada_mudou)
    )
    assert de_uma == de_outra


@pytest.mark.parametrize("aceita", ["identity", "gzip"])
def test_a_page_that_is_asked_for_again_keeps_every_header_that_it_had(dsn: str, aceita: str) -> None:
    async def teste(s: Servidor) -> None:
        for caminho in (
            "/docs",
            "/docs/inicio.js",
            "/docs/swagger-ui-bundle.js",
            "/docs/swagger-ui.css",
            "/openapi.json",
        ):
            inteira = await s.pedir("GET", caminho, accept_encoding=aceita)
            assert "script-src 'self'" in inteira.headers["content-security-policy"]
            de_novo = await s.pedir(
                "GET", caminho, accept_encoding=aceita, if_none_match=inteira.headers["etag"]
            )  # fmt: skip
            mesmos_cabecalhos(inteira, de_novo)

    com_servidor(dsn, teste)


def test_a_ticket_that_is_asked_for_again_keeps_every_header_that_it_had(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        u = s.usuario()
        ticket = (await u("POST", "/tickets", {"contato_nome": "Ana", "contato_telefone": "5511999998888"})).ok(201)
        inteira = await u("GET", f"/tickets/{ticket['id']}", origin="http://localhost:3000")
        de_novo = await u(
            "GET", f"/tickets/{ticket['id']}", origin="http://localhost:3000", if_none_match=inteira.headers["etag"]
        )
        mesmos_cabecalhos(inteira, de_novo)

    com_servidor(dsn, teste)


def test_the_address_that_is_printed_leads_to_the_reference(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        recebida = await s.pedir("GET", "/")
        assert (recebida.status, recebida.headers["location"]) == (302, "/docs")

    com_servidor(dsn, teste)


def test_every_example_that_needs_nothing_works_as_it_stands_on_an_empty_empresa(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        u = s.usuario()
        tentadas = 0
        for caminho, operacoes in DOCUMENTO["paths"].items():
            for metodo, operacao in operacoes.items():
                if not caminho.startswith("/atendimento/") or "{" in caminho or "mensagens" in caminho:
                    continue  # an id, of a ticket too, can only be that of something that was made
                if (metodo, caminho) == ("post", "/atendimento/push/inscricoes"):
                    continue  # for agents, by a canal of push
                recebida = await _tentar(u, metodo, caminho.removeprefix("/atendimento"), operacao)
                assert recebida.status < 300, (metodo, caminho, recebida.corpo)
                tentadas += 1
        assert tentadas >= 14

    com_servidor(dsn, teste)


async def _tentar(quem: Any, metodo: str, caminho: str, operacao: dict[str, Any]) -> Recebida:
    exemplos = {p["name"]: p["example"] for p in operacao["parameters"] if p["in"] == "query" and "example" in p}
    corpo = operacao.get("requestBody", {}).get("content", {}).get("application/json", {}).get("example")
    recebida: Recebida = await quem(metodo.upper(), f"{caminho}?{urlencode(exemplos)}".rstrip("?"), corpo)
    return recebida


def test_every_body_that_is_optional_has_an_example_that_is_empty() -> None:
    """Otherwise the page makes one up, with ids that nobody has."""
    for caminho, operacoes in DOCUMENTO["paths"].items():
        for operacao in operacoes.values():
            for conteudo in operacao.get("requestBody", {}).get("content", {}).values():
                assert "example" in conteudo, caminho
