"""The doorkeeper: who a request comes from, whether it may enter now, and which browsers may read the answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from engine.errors import BalcaoError, Unauthenticated
from web.pedido.caminhos import DESTINO
from web.pedido.escopo import EMPRESA
from web.portaria.acessos import Guarda
from web.portaria.admissao import Admissao
from web.portaria.autenticacao import Autenticador, Credencial
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador, Veredito

Scope = Any
"""An ASGI scope; its published type has no room for a key of ours."""

CREDENCIAL: Final = "balcao.credencial"
"""The key of the ASGI scope under which the credential is, or why there is none."""
_VEREDITO: Final = "balcao.veredito"

_SEM_LIMITE: Final = frozenset({"/saude", "/saude/pronto", "/metrics"})
"""Routes that are not counted. A load balancer that was told 429, because somebody behind it floods, would take the
server out; the metrics have a budget of their own.
"""

_EXPOSTOS: Final = b"etag, ratelimit, ratelimit-policy, retry-after, x-request-id"
_CORS_PREVIO: Final = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, idempotency-key, if-none-match, x-request-id"),
    (b"access-control-max-age", b"7200"),
]


class PorteiroDaApi:
    """Verifies the token once per request, counts it, and has the requests of an empresa take turns.

    A request without a valid token, or of a user that is not let in, takes no turn: it gets its refusal, or is for a
    public route.
    """

    def __init__(
        self,
        autenticador: Autenticador,
        guarda: Guarda,
        admissao: Admissao,
        limitador: Limitador,
        enderecos: EnderecoDoCliente,
        navegadores: Iterable[str] = (),
    ) -> None:
        """``navegadores``: the origins whose pages may read the answers."""
        self._autenticador = autenticador
        self._guarda = guarda
        self._admissao = admissao
        self._limitador = limitador
        self._enderecos = enderecos
        self._cors = {origem.encode("latin1"): _do_cors(origem.encode("latin1")) for origem in navegadores}

    async def entrar(self, scope: Scope, cabecalhos: dict[bytes, bytes]) -> str | None:
        credencial = self._credencial(scope, cabecalhos)
        if credencial is None:
            if not self._livre(scope, cabecalhos):
                self._contar(scope, self._limitador.anonimo(self._endereco(scope, cabecalhos)))
            return None
        empresa_id: str = credencial.quem.empresa_id
        scope[EMPRESA] = empresa_id
        self._contar(scope, self._limitador.usuario(empresa_id, credencial.quem.id or ""))
        try:
            await self._guarda.exigir(credencial.quem)
        except BalcaoError as recusa:  # for whoever asks who it is: what is public is so for all
            scope[CREDENCIAL] = recusa
            return None
        return empresa_id

    async def esperar_vez(self, empresa_id: str) -> None:
        vez = self._admissao.entrar(empresa_id)
        if vez is not None:
            await self._admissao.aguardar(empresa_id, vez)

    def sair(self, empresa_id: str) -> None:
        self._admissao.sair(empresa_id)

    def extras(self, scope: Scope, cabecalhos: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """What is left of its limits, and CORS (https://fetch.spec.whatwg.org/#http-cors-protocol): only the
        configured origins may read the answers.
        """
        veredito = scope.get(_VEREDITO)
        extras = [] if veredito is None else list(veredito.cabecalhos)
        origem = cabecalhos.get(b"origin")
        if origem is None:
            return extras
        extras += self._cors.get(origem, ())
        return extras + _CORS_PREVIO if scope["method"] == "OPTIONS" and origem in self._cors else extras

    def _credencial(self, scope: Scope, cabecalhos: dict[bytes, bytes]) -> Credencial | None:
        token = _token(cabecalhos)
        if token is None:
            return None
        if not token:
            scope[CREDENCIAL] = Unauthenticated("token_ausente", "Falta o token depois de Bearer")
            return None
        try:
            credencial = scope[CREDENCIAL] = self._autenticador.autenticar(token)
        except Unauthenticated as recusa:
            scope[CREDENCIAL] = recusa
            return None
        return credencial

    def _livre(self, scope: Scope, cabecalhos: dict[bytes, bytes]) -> bool:
        """Whether it is not counted. Browsers ask beforehand for each address, and an office is one address to us: what
        its people may do is counted where they do it.
        """
        previo = scope["method"] == "OPTIONS" and cabecalhos.get(b"origin") in self._cors
        regra = scope[DESTINO].regra
        return previo or (regra is not None and regra.rule in _SEM_LIMITE)

    def _endereco(self, scope: Scope, cabecalhos: dict[bytes, bytes]) -> str:
        cliente = scope.get("client")
        return self._enderecos.chave(cliente[0] if cliente else "", cabecalhos.get(b"x-forwarded-for"))

    @staticmethod
    def _contar(scope: Scope, veredito: Veredito) -> None:
        scope[_VEREDITO] = veredito
        veredito.exigir()


def _do_cors(origem: bytes) -> tuple[tuple[bytes, bytes], ...]:
    return ((b"access-control-allow-origin", origem), (b"access-control-expose-headers", _EXPOSTOS))


def credencial_de(scope: Scope) -> Credencial:
    """Who is calling. Raises Unauthenticated, or what else was found of the token's user; Forbidden for a token that is
    not one for the API.
    """
    credencial = scope.get(CREDENCIAL)
    if isinstance(credencial, Credencial):
        credencial.na_api()
        return credencial
    if isinstance(credencial, BalcaoError):
        raise credencial
    raise Unauthenticated("token_ausente", "Falta o cabeçalho Authorization: Bearer <token>")


def _token(cabecalhos: dict[bytes, bytes]) -> str | None:
    esquema, _, token = cabecalhos.get(b"authorization", b"").decode("latin1").partition(" ")
    return token.strip() if esquema.lower() == "bearer" else None
