"""What every client is asked when it connects: where it comes from, and with which token; and how it is refused.

A token in the header is verified before anything is counted, so that what strangers do is no concern of whoever shows
one: a stranger's requests count for its address, another's for its empresa.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from urllib.parse import urlsplit

from engine.errors import BalcaoError, Forbidden, InternalFailure, Refusal, Unauthenticated
from engine.modelo import Quem
from web.autenticacao import Autenticador
from web.canal import MensagemAsgi, Send
from web.erros import corpo_de, vista_de
from web.gateway import Fechamento
from web.limites import Limitador
from web.origem import Origem

FALHA: Final = Fechamento(1011, "erro interno; conecte de novo e retome com desde")


class Visitante:
    """Who asks for a connection. ``quem`` is None for a stranger: who has shown no good token so far."""

    __slots__ = ("_contadas", "_limitador", "endereco", "quem", "token")

    def __init__(self, limitador: Limitador, endereco: str, token: str | None, quem: Quem | None) -> None:
        self._limitador = limitador
        self._contadas = 0
        self.endereco = endereco
        self.token = token
        """That of the header, good or not."""
        self.quem = quem

    def chegar(self) -> None:
        """Count that it came. Raises TooManyRequests."""
        if self.quem is None:
            self.contar()
        else:
            self._limitador.chegada(self.quem.empresa_id).exigir()

    def contar(self) -> None:
        """Count something else that it asks. Raises TooManyRequests."""
        if self.quem is None:
            self._limitador.anonimo(self.endereco).exigir()
            self._contadas += 1
        else:
            self._limitador.sessao(self.quem.empresa_id, self.quem.id or "").exigir()

    def apresentar(self, quem: Quem) -> None:
        """It has shown a good token. What counted for its address was not a stranger's: an office, whose people all
        come back at once, is one address to us. Raises TooManyRequests.
        """
        if self.quem is None:
            self._limitador.devolver(self.endereco, self._contadas)
            self._contadas = 0
            self._limitador.chegada(quem.empresa_id).exigir()
        self.quem = quem


class Portaria:
    """The doorkeeper of the realtime edges. ``navegadores`` are the browser origins that may connect; the server's own
    may too, and so may clients that send no Origin: they are not browsers.
    """

    def __init__(
        self, autenticador: Autenticador, limitador: Limitador, origem: Origem, navegadores: Iterable[str] = ()
    ) -> None:
        self._autenticador = autenticador
        self._limitador = limitador
        self._origem = origem
        self.origens = origens_de(navegadores)

    def ver(self, scope: MensagemAsgi, cabecalhos: Mapping[bytes, str]) -> Visitante:
        """Who makes this request. Nothing is counted yet."""
        cliente = scope.get("client")
        encaminhado = cabecalhos.get(b"x-forwarded-for")
        endereco = self._origem.chave(
            cliente[0] if cliente else "", None if encaminhado is None else encaminhado.encode("latin-1")
        )
        token = token_de(cabecalhos)
        return Visitante(self._limitador, endereco, token, self._quem(token))

    def receber(self, scope: MensagemAsgi, cabecalhos: Mapping[bytes, str]) -> Visitante:
        """Who comes, counted. Raises TooManyRequests, or Forbidden for a page of a foreign origin."""
        visitante = self.ver(scope, cabecalhos)
        visitante.chegar()
        self.exigir_origem(cabecalhos)
        return visitante

    def exigir_origem(self, cabecalhos: Mapping[bytes, str]) -> None:
        exigir_origem(cabecalhos, self.origens)

    def _quem(self, token: str | None) -> Quem | None:
        """Whose token it is; None if it is not good, which is said when its connection is refused."""
        if token is None:
            return None
        try:
            return self._autenticador.autenticar(token).quem
        except Unauthenticated:
            return None


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
