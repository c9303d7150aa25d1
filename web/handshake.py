"""What every client is asked when it connects: where it comes from, and with which token; and how it is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from engine.errors import BalcaoError, Forbidden, InternalFailure, Refusal, Unauthenticated
from web.canal import MensagemAsgi, Send
from web.erros import corpo_de, vista_de
from web.gateway import Fechamento

FALHA: Final = Fechamento(1011, "erro interno; conecte de novo e retome com desde")


def origens_de(urls: Iterable[str]) -> frozenset[str]:
    """The origins of these URLs, to be compared with."""
    return frozenset(origem_de(url) for url in urls)


def exigir_origem(cabecalhos: Mapping[bytes, str], origens: frozenset[str]) -> None:
    """Raise Forbidden for a page of an origin that is neither allowed nor the server's own. Clients that send no Origin
    are not browsers.
    """
    texto = cabecalhos.get(b"origin")
    if texto is None:
        return
    origem = origem_de(texto)
    propria = origem.partition("://")[2]
    if origem in origens or (propria and propria == cabecalhos.get(b"host", "").lower()):
        return
    raise Forbidden("origem_nao_permitida", "Páginas desta origem não podem conectar; veja FRONTEND_URL")


def origem_de(url: str) -> str:
    """Scheme, host and port (RFC 6454), as browsers write them: the default port left out."""
    try:
        partes = urlsplit(url.lower())
        porta = partes.port
    except ValueError:
        return ""
    padrao = {"http": 80, "https": 443}.get(partes.scheme)
    maquina = partes.netloc if porta != padrao else partes.netloc.removesuffix(f":{porta}")
    return f"{partes.scheme}://{maquina}"


def token_de(cabecalhos: Mapping[bytes, str]) -> str | None:
    """The token of the Authorization header."""
    tipo, _, token = cabecalhos.get(b"authorization", "").partition(" ")
    return token.strip() if tipo.lower() == "bearer" else None


async def recusar(scope: MensagemAsgi, send: Send, erro: BalcaoError) -> None:
    """Refuse the handshake with an HTTP answer."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close"})
        return
    vista, extras = vista_de(erro)
    corpo = corpo_de(vista)
    cabecalhos = [("content-type", "application/json"), ("content-length", str(len(corpo))), *extras]
    brutos = [(nome.encode(), valor.encode()) for nome, valor in cabecalhos]
    await send({"type": "websocket.http.response.start", "status": vista.status_code, "headers": brutos})
    await send({"type": "websocket.http.response.body", "body": corpo})


def fechamento_de(erro: BalcaoError) -> Fechamento:
    """How a connection ends that could not be let in for this."""
    if isinstance(erro, Unauthenticated):
        return Fechamento(4401, erro.message)
    if isinstance(erro, Refusal):
        return Fechamento(4403, erro.message)
    return FALHA if isinstance(erro, InternalFailure) else Fechamento(1013, erro.message)
