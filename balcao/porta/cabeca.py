"""What of a request's head is looked at before h11 reads it.

h11 forgives what two readers may understand differently: a length said twice, a folded line, a line that ends in LF
alone. Whoever stands before us (a proxy, a filter) may then see another request than we do (RFC 9112 §11.2), so such a
head is refused, and with it its connection.
"""

from __future__ import annotations

import re
from typing import Final

CABECA_MAXIMA: Final = 16_384
"""Bytes of a head."""
CAMPOS_MAXIMO: Final = 128
"""Lines of a head. Each is a few objects: of thousands of empty ones a head costs more to read than to answer."""
AUTORIDADE: Final = rb"(?:[-._~!$&'()*+,;=%0-9A-Za-z]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]*)?"
"""A host and its port (RFC 3986 §3.2.2), as a regular expression."""

_FIM: Final = b"\r\n\r\n"
_HOST: Final = b"host:"
_TAMANHO: Final = b"content-length:"
_CODIFICACAO: Final = b"transfer-encoding:"
_OUTRO_PROTOCOLO: Final = b"upgrade:"
_ENCAMINHADO: Final = b"x-forwarded-for:"
_notaveis: Final = re.compile(
    rb"\r\n([ \t]|(?:authorization|content-length|content-type|host|idempotency-key|origin|sec-websocket-key"
    rb"|sec-websocket-version|transfer-encoding|upgrade|x-forwarded-for):)"
).findall
"""The fields that decide something here and have one value, in lower case: given twice, somebody else may have decided
by the other. ``X-Forwarded-For``, of which each proxy may add a line, and what continues a line.
"""
_host = re.compile(rb"\r\nhost:[ \t]*(?:" + AUTORIDADE + rb")?[ \t]*\r\n").search
_VERSOES: Final = frozenset({b"HTTP/1.1", b"HTTP/1.0"})
_PREFACIO_HTTP2: Final = b"PRI * HTTP/2.0\r\n"


class CabecaRecusada(Exception):
    """The head is not read any further. ``status`` is what is answered; None: nothing is."""

    def __init__(self, status: int | None, motivo: str) -> None:
        super().__init__(motivo)
        self.status = status


class Cabeca:
    """A whole head that may be read: what its fields, in lower case, say of the body and of the protocol."""

    __slots__ = ("em_pedacos", "encaminhado_em_partes", "quer_outro_protocolo", "tem_corpo")

    def __init__(self, notaveis: list[bytes]) -> None:
        self.em_pedacos = _CODIFICACAO in notaveis
        self.tem_corpo = self.em_pedacos or _TAMANHO in notaveis
        self.quer_outro_protocolo = _OUTRO_PROTOCOLO in notaveis
        self.encaminhado_em_partes = notaveis.count(_ENCAMINHADO) > 1


def conferir(recebido: bytes) -> Cabeca | None:
    """The head that ``recebido`` begins with; None while it is not whole.

    Raises:
        CabecaRecusada: it can be understood in more than one way, is too long, or is of another protocol.
    """
    fim = recebido.find(_FIM)
    cabeca = recebido if fim < 0 else recebido[: fim + 4]
    if len(cabeca) > CABECA_MAXIMA:
        raise CabecaRecusada(431, f"a cabeça da requisição passa de {CABECA_MAXIMA} bytes")
    linhas = cabeca.count(b"\r\n")
    if cabeca.count(b"\n") != linhas or cabeca.count(b"\r") - (fim < 0 and cabeca.endswith(b"\r")) != linhas:
        raise _ambigua("cada linha deve terminar em CRLF")
    if linhas > CAMPOS_MAXIMO:
        raise CabecaRecusada(431, f"a cabeça da requisição passa de {CAMPOS_MAXIMO} linhas")
    if fim < 0:
        return None
    _conferir_versao(cabeca)
    minuscula = cabeca.lower()
    notaveis = _notaveis(minuscula)
    if len(set(notaveis)) != len(notaveis) or b" " in notaveis or b"\t" in notaveis:
        _conferir_repetidas(notaveis)
    if _HOST in notaveis and _host(minuscula) is None:
        raise _ambigua("Host deve ser um nome ou endereço, e sua porta")
    lida = Cabeca(notaveis)
    if lida.tem_corpo:
        _conferir_corpo(minuscula, notaveis)
    return lida


def _conferir_versao(cabeca: bytes) -> None:
    """What is not even ``HTTP/…`` is left to h11."""
    if cabeca.startswith(_PREFACIO_HTTP2):
        raise CabecaRecusada(None, "HTTP/2 sem TLS")
    versao = cabeca[: cabeca.index(b"\r\n")].rpartition(b" ")[2]
    if versao not in _VERSOES and versao.startswith(b"HTTP/"):
        raise CabecaRecusada(505, "esta porta fala HTTP/1.1")


def _conferir_corpo(minuscula: bytes, notaveis: list[bytes]) -> None:
    """RFC 9112 §6.1 and §6.3: one way to tell where the body ends."""
    if _CODIFICACAO in notaveis:
        if _TAMANHO in notaveis:
            raise _ambigua("Content-Length e Transfer-Encoding não podem vir juntos")
        if minuscula[: minuscula.index(b"\r\n")].endswith(b"http/1.0"):
            raise _ambigua("Transfer-Encoding não existe em HTTP/1.0")
        *antes, ultima = (um.strip(b" \t") for um in _valor(minuscula, _CODIFICACAO).split(b","))
        if ultima != b"chunked" or b"chunked" in antes or b"" in antes:  # of what comes before it h11 takes none: 501
            raise _ambigua("Transfer-Encoding deve terminar em chunked")
    elif not _valor(minuscula, _TAMANHO).isdigit():
        raise _ambigua("Content-Length deve ser um número")


def _valor(minuscula: bytes, campo: bytes) -> bytes:
    """Of a field that is there."""
    inicio = minuscula.index(b"\r\n" + campo) + 2 + len(campo)
    return minuscula[inicio : minuscula.index(b"\r\n", inicio)].strip(b" \t")


def _conferir_repetidas(notaveis: list[bytes]) -> None:
    if b" " in notaveis or b"\t" in notaveis:
        raise _ambigua("uma linha não pode continuar na seguinte")
    for campo in set(notaveis) - {_ENCAMINHADO}:
        if notaveis.count(campo) > 1:
            raise _ambigua(f"{campo[:-1].decode().title()} só pode vir uma vez")


def _ambigua(motivo: str) -> CabecaRecusada:
    return CabecaRecusada(400, motivo)
