"""Answers to what does not reach the application: whole, ready to write, and the last on their connection."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from web.resposta.erros import ErroVista, corpo_de

DEPOIS_S: Final = 5
"""When to come back, where there was no room."""


def resposta(status: int, codigo: str, message: str, *, volte: bool = False) -> bytes:
    """The bytes of an error in the shape of every other. ``volte``: it may be tried again in a while."""
    nome = HTTPStatus(status).phrase
    corpo = corpo_de(ErroVista(status, message, nome, codigo))
    linhas = [
        f"HTTP/1.1 {status} {nome}",
        "content-type: application/json",
        f"content-length: {len(corpo)}",
        "cache-control: no-store",
        "connection: close",
        *([f"retry-after: {DEPOIS_S}"] if volte else []),
    ]
    return "\r\n".join([*linhas, "", ""]).encode() + corpo


MALFORMADA: Final = "requisicao_malformada"
CABECA_LENTA: Final = resposta(408, "tempo_esgotado", "A requisição não chegou a tempo")
"""Whoever sends a head drop by drop."""
SERVIDOR_CHEIO: Final = resposta(503, "conexoes_demais", "O servidor está com todas as conexões ocupadas", volte=True)
