"""The whole document."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from web.openapi import _publicas
from web.openapi._esquemas import Esquemas
from web.openapi._ligacoes import ligar
from web.openapi._operacoes import caminho, nome_da_operacao, operacao, tem_json
from web.openapi._respostas import CABECALHOS, ERRO, componentes
from web.openapi._textos import INFO, RECURSOS
from web.pedido.rota import Rota

VERSAO_DO_FORMATO: Final = "3.1.0"
ARQUIVO_DE_EXEMPLOS: Final = "exemplos.json"


def documento(rotas: Iterable[Rota], exemplos: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The OpenAPI document of these routes.

    Args:
        rotas: those that need a token; the others are always in it.
        exemplos: by operationId, ``{"caminho"?, "consulta"?, "corpo"?, "resposta"?}``; by default those that are
            shipped.
    """
    exemplos = _exemplos() if exemplos is None else exemplos
    rotas = list(rotas)
    esquemas = Esquemas([ERRO, *(tipo for rota in rotas for tipo in _tipos(rota))])
    caminhos: dict[str, dict[str, Any]] = {}
    for rota in rotas:
        feita = operacao(rota, esquemas, exemplos.get(nome_da_operacao(rota), {}))
        caminhos.setdefault(caminho(rota), {})[rota.metodo.lower()] = feita
    ligar(caminhos)
    feito = {
        "openapi": VERSAO_DO_FORMATO,
        "info": INFO,
        "servers": [{"url": "/"}],
        "security": [{"token": []}],
        "tags": [{"name": nome, "description": descricao} for nome, descricao in RECURSOS.items()],
        "paths": caminhos | _publicas.CAMINHOS,
        "components": {
            "schemas": _usados(esquemas, caminhos),
            "responses": componentes(esquemas.de(ERRO)),
            "headers": CABECALHOS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "HS256, com id, empresaId, papel e exp. `balcao token` emite um.",
                }
            },
        },
    }
    puro: dict[str, Any] = json.loads(json.dumps(feito))  # no tuples, and nothing shared
    return puro


def _tipos(rota: Rota) -> list[Any]:
    tipos: list[Any] = [rota.consulta.tipo]
    if rota.corpo is not None:
        tipos.append(rota.corpo.tipo)
    if tem_json(rota):
        tipos.append(rota.resposta)
    return tipos


def _usados(esquemas: Esquemas, caminhos: dict[str, Any]) -> dict[str, Any]:
    """Without those of queries, which are written out as parameters."""
    textos = json.dumps([caminhos, esquemas.componentes])
    sempre = esquemas.nome(ERRO)
    return {
        nome: esquema
        for nome, esquema in sorted(esquemas.componentes.items())
        if nome == sempre or f'#/components/schemas/{nome}"' in textos
    }


@cache
def _exemplos() -> dict[str, Any]:
    arquivo = files("web.openapi") / ARQUIVO_DE_EXEMPLOS
    lidos: dict[str, Any] = json.loads(arquivo.read_text(encoding="utf-8"))
    return lidos
