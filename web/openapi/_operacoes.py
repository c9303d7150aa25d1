"""One operation of the document, from one route of the registry."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

from engine.permissoes import TODOS
from web.openapi._esquemas import Esquemas, sem_nulo
from web.openapi._respostas import com_cabecalhos, erros
from web.openapi._textos import CHAVE, CONHECIDAS, EMPRESA_ID
from web.pedido.chave_do_pedido import CABECALHO
from web.pedido.rota import Rota, nome_no_fio
from web.resposta.pronta import JSON, Resposta

Parte = dict[str, Any]

_SEMPRE: Final = frozenset({400, 401, 403, 429, 503})
_COM_CORPO: Final = frozenset({408, 413, 415})
_ID: Final = re.compile(r"<(\w+)>")
_UUID: Final[Parte] = {
    "type": "string",
    "format": "uuid",
    "pattern": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
}
_NUMERO: Final[Parte] = {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}
_FEITO: Final = {
    200: "Feito.",
    201: "Criado.",
    202: "Aceito; será feito em seguida.",
    204: "Feito; não há o que mostrar.",
}


def nome_da_operacao(rota: Rota) -> str:
    """The operationId: the resource and what is done, as the code names them."""
    return f"{rota.funcao.__module__.rpartition('.')[2]}_{rota.funcao.__name__}"


def caminho(rota: Rota) -> str:
    """The path as OpenAPI writes it: ``/tickets/{ticketId}``."""
    return _ID.sub(lambda achado: f"{{{nome_no_fio(achado[1])}}}", rota.caminho)


def tem_json(rota: Rota) -> bool:
    """Whether it answers JSON, by its schema; of anything else, its ``documento`` says what it is."""
    return rota.status != 204 and rota.resposta not in {bytes, Resposta}


def operacao(rota: Rota, esquemas: Esquemas, exemplo: Mapping[str, Any]) -> Parte:
    """The operation object. ``exemplo``: what a test sent, and what it was answered."""
    feita: Parte = {
        "operationId": nome_da_operacao(rota),
        "tags": [rota.recurso],
        "summary": rota.resumo,
        "parameters": [*_ids(rota, exemplo), *_consulta(rota, esquemas, exemplo), *_cabecalhos(rota)],
    }
    if rota.papeis != TODOS:
        feita["description"] = f"Para {' ou '.join(sorted(rota.papeis))}."
    if rota.corpo is not None and "requestBody" not in rota.documento:
        feita["requestBody"] = _corpo(rota, esquemas)
    feita["responses"] = {str(rota.status): _resposta(rota, esquemas, exemplo)} | _recusas(rota)
    if rota.etag:
        feita["responses"]["304"] = com_cabecalhos({"description": "Nada mudou desde a ETag dada."}, "ETag")
    juntar(feita, deepcopy({**rota.documento}))
    for conteudo in feita.get("requestBody", {}).get("content", {}).values():
        conteudo["example"] = _para_experimentar(rota, esquemas, exemplo.get("corpo", {}))
    return feita


def _para_experimentar(rota: Rota, esquemas: Esquemas, corpo: Any) -> Any:
    """A body that can be sent as it is: what is made needs nothing that is there already, so its example names none."""
    if rota.corpo is None or rota.status != 201 or _ID.search(rota.caminho):
        return corpo
    _, obrigatorios = esquemas.propriedades(rota.corpo.tipo)
    return {nome: valor for nome, valor in corpo.items() if nome in obrigatorios or not _e_id(valor)}


def _e_id(valor: object) -> bool:
    return isinstance(valor, str) and re.fullmatch(_UUID["pattern"], valor) is not None


def juntar(parte: Parte, mais: Mapping[str, Any]) -> Parte:
    """``parte`` with what ``mais`` adds, objects within objects."""
    for chave, valor in mais.items():
        antes = parte.get(chave)
        parte[chave] = juntar({**antes}, valor) if isinstance(antes, dict) and isinstance(valor, Mapping) else valor
    return parte


def _ids(rota: Rota, exemplo: Mapping[str, Any]) -> list[Parte]:
    nomes = {nome_no_fio(nome): _UUID if nome.endswith("_id") else _NUMERO for nome in _ID.findall(rota.caminho)}
    exemplos = exemplo.get("caminho", {})
    return [_parametro("path", nome, esquema, exemplos.get(nome), required=True) for nome, esquema in nomes.items()]


def _consulta(rota: Rota, esquemas: Esquemas, exemplo: Mapping[str, Any]) -> list[Parte]:
    campos, obrigatorios = esquemas.propriedades(rota.consulta.tipo)
    exemplos = exemplo.get("consulta", {})
    return [
        _parametro("query", nome, sem_nulo(esquema), exemplos.get(nome), required=nome in obrigatorios)
        for nome, esquema in campos.items()
    ]


def _parametro(onde: str, nome: str, esquema: Parte, exemplo: object, *, required: bool) -> Parte:
    feito: Parte = {"name": nome, "in": onde, "required": required, "schema": esquema}
    if nome == "empresaId":
        feito["description"] = EMPRESA_ID
    if exemplo is not None:
        feito["example"] = exemplo
    return feito


def _cabecalhos(rota: Rota) -> list[Parte]:
    if rota.metodo == "POST":
        esquema = {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"}
        return [{"name": CABECALHO, "in": "header", "description": CHAVE, "schema": esquema}]
    if rota.etag:
        return [{"name": "If-None-Match", "in": "header", "description": CONHECIDAS, "schema": {"type": "string"}}]
    return []


def _corpo(rota: Rota, esquemas: Esquemas) -> Parte:
    assert rota.corpo is not None
    _, obrigatorios = esquemas.propriedades(rota.corpo.tipo)
    conteudo = {JSON: {"schema": esquemas.de(rota.corpo.tipo)}}
    required = bool(obrigatorios or rota.corpo.esquema_extra or rota.exige_corpo)
    return {"required": required, "content": conteudo}


def _resposta(rota: Rota, esquemas: Esquemas, exemplo: Mapping[str, Any]) -> Parte:
    feita: Parte = {"description": _FEITO[rota.status]}
    if tem_json(rota):
        conteudo: Parte = {"schema": esquemas.de(rota.resposta)}
        if "resposta" in exemplo:
            conteudo["example"] = exemplo["resposta"]
        feita["content"] = {JSON: conteudo}
    return com_cabecalhos(feita, *(("ETag",) if rota.etag else ()))


def _recusas(rota: Rota) -> dict[str, Parte]:
    status = {*_SEMPRE, *rota.erros}
    if _ID.search(rota.caminho):
        status.add(404)
    if rota.corpo is not None:
        status |= _COM_CORPO
    if rota.metodo == "POST":
        status.add(422)
    return erros(status)
