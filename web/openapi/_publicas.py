"""The operations that need no token."""

from __future__ import annotations

from typing import Any, Final

from web.metricas import TIPO_EXPOSICAO
from web.openapi._respostas import com_cabecalhos, erros

Parte = dict[str, Any]


def _publica(nome: str, resumo: str, conteudo: Parte, outras: Parte | None = None, *cabecalhos: str) -> Parte:
    sucesso = com_cabecalhos({"description": "Feito.", "content": conteudo}, *cabecalhos)
    return {
        "get": {
            "operationId": nome,
            "tags": ["Sistema"],
            "summary": resumo,
            "security": [],
            "responses": {"200": sucesso, **(outras or {})},
        }
    }


def _estado(valor: str) -> Parte:
    esquema = {
        "type": "object",
        "properties": {"status": {"type": "string", "const": valor}},
        "required": ["status"],
    }
    return {"application/json": {"schema": esquema, "example": {"status": valor}}}


CAMINHOS: Final[dict[str, Parte]] = {
    "/saude": _publica("sistema_saude", "Saber se o processo vive", _estado("ok")),
    "/saude/pronto": _publica("sistema_pronto", "Saber se o servidor pode atender", _estado("pronto"), erros((503,))),
    "/metrics": _publica(
        "sistema_metricas",
        "Ler as métricas, no formato do Prometheus",
        {TIPO_EXPOSICAO: {"schema": {"type": "string"}, "example": 'tickets_abertos{empresa_id="123"} 25\n'}},
        erros((403, 429)),
    ),
    "/openapi.json": _publica(
        "sistema_documento",
        "Obter este documento",
        {"application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.1.0"}}},
        erros((429,)),
        "ETag",
    ),
}
