"""Errors as the Graph API words them."""

from __future__ import annotations

from typing import Any, Final

from connectors.fakes.servidor_http import Resposta, resposta_json

_STATUS: Final = {
    0: 401,
    190: 401,
    3: 500,
    10: 403,
    4: 400,
    130429: 429,
    368: 403,
    131000: 500,
    131016: 503,
    1: 500,
    2: 503,
}
_TITULOS: Final = {
    1: "An unknown error occurred",
    2: "Service temporarily unavailable",
    4: "Application request limit reached",
    10: "Application does not have permission for this action",
    100: "Invalid parameter",
    190: "Error validating access token",
    368: "Temporarily blocked for policies violations",
    2500: "Unknown path components",
    130429: "Rate limit hit",
    130472: "User's number is part of an experiment",
    131000: "Something went wrong",
    131008: "Required parameter is missing",
    131009: "Parameter value is not valid",
    131021: "Recipient cannot be sender",
    131026: "Message undeliverable",
    131047: "Re-engagement message",
    131049: "This message was not delivered to maintain healthy ecosystem engagement.",
    131053: "Media upload error",
    131056: "(Business Account, Consumer Account) pair rate limit hit",
    132000: "Number of parameters does not match the expected number of params",
    132001: "Template name does not exist in the translation",
    132015: "Template is paused",
}


class ErroDoFalso(Exception):
    """To be answered as an error of the Graph API's."""

    def __init__(self, codigo: int, detalhe: str = "", status: int | None = None) -> None:
        super().__init__(detalhe)
        self.codigo = codigo
        self.detalhe = detalhe
        self.status = status


def titulo_de(codigo: int) -> str:
    """The title of a code."""
    return _TITULOS.get(codigo, "Error")


def resposta_de_erro(
    codigo: int, detalhe: str = "", status: int | None = None, espera_s: int | None = None
) -> Resposta:
    """An answer with an error; ``espera_s`` is its Retry-After."""
    erro: dict[str, Any] = {
        "message": f"(#{codigo}) {titulo_de(codigo)}",
        "type": "OAuthException",
        "code": codigo,
        "error_data": {"messaging_product": "whatsapp", "details": detalhe or titulo_de(codigo)},
        "fbtrace_id": "AFalso000000000000000000",
    }
    cabecalhos = {} if espera_s is None else {"retry-after": str(espera_s)}
    return resposta_json({"error": erro}, status or _STATUS.get(codigo, 400), cabecalhos)


def erro_de_status(codigo: int, detalhe: str = "") -> dict[str, Any]:
    """The same, as an item of a status's ``errors``."""
    titulo = titulo_de(codigo)
    return {"code": codigo, "title": titulo, "message": titulo, "error_data": {"details": detalhe or titulo}}
