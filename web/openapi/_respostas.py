"""Answers that are the same for every operation: the headers, and the errors."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

from web.resposta.erros import ErroVista

Parte = dict[str, Any]

ERRO: Final = ErroVista

CABECALHOS: Final[dict[str, Parte]] = {
    "X-Request-Id": {
        "description": "Identifica a requisição nos registros do servidor: o que ela trouxe, ou um novo.",
        "required": True,
        "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[A-Za-z0-9._-]+$"},
    },
    "RateLimit": {
        "description": "Por limite: quantas requisições restam (r) e em quantos segundos volta a estar inteiro (t).",
        "schema": {"type": "string"},
        "example": '"usuario";r=499;t=1, "empresa";r=9999;t=1',
    },
    "RateLimit-Policy": {
        "description": "Os limites: quantas requisições de uma vez (q), repostas em quantos segundos (w).",
        "schema": {"type": "string"},
        "example": '"usuario";q=500;w=5, "empresa";q=10000;w=5',
    },
    "Retry-After": {
        "description": "Em quantos segundos tentar de novo.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    },
    "ETag": {
        "description": "Identifica esta versão da resposta, para If-None-Match.",
        "required": True,
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {
        "description": "Que autenticação falta.",
        "required": True,
        "schema": {"type": "string", "const": "Bearer"},
    },
}

_EM_TODA: Final = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
_PROPRIOS: Final = {401: ("WWW-Authenticate",), 429: ("Retry-After",), 503: ("Retry-After",)}

_ERROS: Final[dict[int, tuple[str, str, str]]] = {
    400: ("A requisição está malformada ou tem campos inválidos.", "dados_invalidos", "nome: é obrigatório"),
    401: ("Falta o token, ou ele não vale.", "token_expirado", "O token expirou; obtenha outro"),
    403: (
        "O papel do token não permite isto, é de outra empresa, ou o usuário foi excluído ou teve os tokens revogados.",
        "papel_sem_permissao",
        "Isto é para admin",
    ),
    404: ("Não existe, ou é de outra empresa.", "ticket_nao_encontrado", "Ticket não encontrado"),
    408: ("O corpo não chegou a tempo.", "tempo_esgotado", "O corpo da requisição não chegou a tempo"),
    409: (
        "O estado atual não permite isto; a mensagem diz por quê.",
        "transicao_invalida",
        "Um ticket FECHADO não muda mais de status",
    ),
    413: ("O corpo é grande demais.", "corpo_grande_demais", "O corpo da requisição é grande demais"),
    415: (
        "O tipo do corpo não é aceito.",
        "tipo_de_conteudo",
        "O corpo deve ser application/json; ajuste o cabeçalho Content-Type",
    ),
    416: ("A faixa pedida por Range não existe.", "faixa_invalida", "O arquivo tem menos bytes que isso"),
    422: (
        "A Idempotency-Key já foi usada com outra requisição.",
        "chave_reutilizada",
        "Esta Idempotency-Key já foi usada com outra requisição; mande uma nova",
    ),
    429: (
        "Requisições demais; espere o que Retry-After diz.",
        "limite_excedido",
        "Requisições demais; espere 1 s e tente de novo",
    ),
    503: (
        "O servidor não pode atender agora; tente depois do que Retry-After diz.",
        "sem_banco",
        "O banco de dados não responde; tente de novo",
    ),
}
"""What each error means, and one of those that have it."""


def com_cabecalhos(resposta: Parte, *nomes: str) -> Parte:
    """The answer with the headers that all have, and these."""
    return {**resposta, "headers": {nome: _referencia("headers", nome) for nome in (*_EM_TODA, *nomes)}}


def erros(status: Iterable[int]) -> dict[str, Parte]:
    """The errors of an operation: references to those of :func:`componentes`."""
    return {str(um): _referencia("responses", f"Erro{um}") for um in sorted(set(status))}


def componentes(esquema: Parte) -> dict[str, Parte]:
    """Every error, as the operations refer to it. ``esquema``: that of their body."""
    return {f"Erro{status}": _erro(status, esquema) for status in _ERROS}


def _erro(status: int, esquema: Parte) -> Parte:
    descricao, codigo, message = _ERROS[status]
    exemplo = {
        "statusCode": status,
        "message": message,
        "error": HTTPStatus(status).phrase,
        "codigo": codigo,
        "detalhes": [{"campo": "nome", "problema": "é obrigatório"}] if status == 400 else [],
    }
    conteudo = {"application/json": {"schema": esquema, "example": exemplo}}
    return com_cabecalhos({"description": descricao, "content": conteudo}, *_PROPRIOS.get(status, ()))


def _referencia(onde: str, nome: str) -> Parte:
    return {"$ref": f"#/components/{onde}/{nome}"}
