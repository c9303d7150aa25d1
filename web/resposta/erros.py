"""Errors on the wire: the one place that turns an exception into a status and a JSON body."""

from __future__ import annotations

import logging
from typing import Final

import msgspec
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from engine.errors import BalcaoError, Detalhe, InternalFailure, Unauthenticated, Unavailable

log = logging.getLogger(__name__)

CabecalhosExtras = tuple[tuple[str, str], ...]


class ErroVista(Struct, frozen=True, rename="camel"):
    """The body of every error. ``codigo`` is stable, for programs; ``message`` is for people."""

    status_code: int
    message: str
    error: str
    codigo: str
    detalhes: tuple[Detalhe, ...] = ()


class TooManyRequests(Unavailable):
    """A bound of the caller's was reached: its own, its empresa's, or its address's."""

    status = 429
    error = "Too Many Requests"


_DO_PROTOCOLO: Final[dict[int, tuple[str, str]]] = {
    400: ("requisicao_invalida", "Requisição inválida"),
    404: ("rota_nao_encontrada", "Não existe nada neste caminho"),
    405: ("metodo_nao_permitido", "Este caminho não aceita este método"),
    408: ("tempo_esgotado", "O corpo da requisição não chegou a tempo"),
    413: ("corpo_grande_demais", "O corpo da requisição é grande demais"),
}
"""Code and message for what the web framework itself raises."""

_codificar = msgspec.json.Encoder().encode


def vista_de(erro: Exception) -> tuple[ErroVista, CabecalhosExtras]:
    """What to answer for an exception. An unexpected one is logged here, and says nothing of itself to the caller."""
    if isinstance(erro, Unavailable):
        return _de_balcao(erro), (("retry-after", str(erro.retry_after)),)
    if isinstance(erro, Unauthenticated):
        return _de_balcao(erro), (("www-authenticate", "Bearer"),)
    if isinstance(erro, BalcaoError):
        return _de_balcao(erro), ()
    if isinstance(erro, HTTPException) and erro.code is not None:
        return _do_protocolo(erro)
    log.error("unexpected error in a request", exc_info=erro)
    return _de_balcao(InternalFailure()), ()


def corpo_de(vista: ErroVista) -> bytes:
    return _codificar(vista)


def _de_balcao(erro: BalcaoError) -> ErroVista:
    return ErroVista(erro.status, erro.message, erro.error, erro.codigo, erro.detalhes)


def _do_protocolo(erro: HTTPException) -> tuple[ErroVista, CabecalhosExtras]:
    assert erro.code is not None
    codigo, message = _DO_PROTOCOLO.get(erro.code, (f"http_{erro.code}", erro.name))
    permitidos = sorted(getattr(erro, "valid_methods", None) or ())
    cabecalhos = (("allow", ", ".join(permitidos)),) if permitidos else ()
    if permitidos:
        message = f"{message}; use {', '.join(permitidos)}"
    return ErroVista(erro.code, message, erro.name, codigo), cabecalhos
