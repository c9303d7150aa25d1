"""A request of a visitor's page, and the answers to one."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Mapping
from typing import Any, Final

from msgspec import Struct

from engine.vistas import codificar
from web.chat._canais import CanalDoChat
from web.chat._origens import PROPRIA
from web.pedido.validacao import objeto_json, parametros
from web.portaria.visitante import token_de
from web.resposta.cru import Receive, exigir_que_caiba, ler_corpo

JSON: Final = "application/json"
Extras = tuple[tuple[str, str], ...]

_PREVIO: Final[Extras] = (
    ("access-control-allow-methods", "GET, HEAD, POST"),
    ("access-control-allow-headers", "authorization, content-type"),
    ("access-control-max-age", "7200"),
)
_SEMPRE: Final[Extras] = (("x-content-type-options", "nosniff"), ("referrer-policy", "no-referrer"))
"""Unless the answer has its own."""
_EXPOSTOS: Final = "retry-after"


class Pedido(Struct):
    """``endereco`` is the client's, by which it is counted; ``origem`` that of its page; ``partes`` what follows the
    canal in the path.
    """

    scope: Mapping[str, Any]
    receber: Receive
    cabecalhos: Mapping[bytes, str]
    endereco: str
    canal: CanalDoChat
    origem: str
    partes: tuple[str, ...]

    @property
    def metodo(self) -> str:
        metodo: str = self.scope["method"]
        return metodo

    @property
    def token(self) -> str | None:
        return token_de(self.cabecalhos)

    @property
    def consulta(self) -> dict[str, object]:
        """Raises Invalid."""
        return parametros(self.scope["query_string"])

    def cabecalho(self, nome: str) -> str | None:
        return self.cabecalhos.get(nome.encode())

    async def corpo(self, maximo: int) -> dict[str, object]:
        """The JSON object of its body. Raises Invalid, and what :func:`web.resposta.cru.ler_corpo` does."""
        exigir_que_caiba(self.scope, maximo)
        return objeto_json(await ler_corpo(self.receber, maximo))


class Resposta(Struct):
    """``fluxo`` comes instead of a body."""

    status: int
    corpo: bytes = b""
    extras: Extras = ()
    fluxo: AsyncIterable[bytes] | None = None


def json(valor: object, status: int = 200, extras: Extras = ()) -> Resposta:
    return Resposta(status, codificar(valor), (("content-type", JSON), ("cache-control", "no-store"), *extras))


def do_cors(origem: str) -> Extras:
    """Only the pages of a canal's origins may read the answer (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
    if origem == PROPRIA:
        return (("vary", "origin"),)
    return (
        ("access-control-allow-origin", origem),
        ("access-control-expose-headers", _EXPOSTOS),
        ("vary", "origin"),
    )


def previo() -> Resposta:
    return Resposta(204, extras=_PREVIO)


async def enviar(send: Any, resposta: Resposta, mais: Iterable[tuple[str, str]]) -> None:
    cabecalhos = [*resposta.extras, *mais]
    nomes = {nome for nome, _ in cabecalhos}
    padrao = [*_SEMPRE, ("content-length", str(len(resposta.corpo)))]
    cabecalhos += [par for par in padrao if par[0] not in nomes]
    brutos = [(nome.encode("latin-1"), valor.encode("latin-1")) for nome, valor in cabecalhos]
    await send({"type": "http.response.start", "status": resposta.status, "headers": brutos})
    if resposta.fluxo is not None:
        async for parte in resposta.fluxo:
            await send({"type": "http.response.body", "body": parte, "more_body": True})
    await send({"type": "http.response.body", "body": resposta.corpo})
