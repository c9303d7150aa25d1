"""The doorkeeper: who a request comes from, whether it may enter now, and which browsers may read the answer."""

from __future__ import annotations

from typing import Any, Final

from engine.errors import Unauthenticated
from web.admissao import Admissao
from web.autenticacao import Autenticador, Sessao

Scope = Any
"""An ASGI scope; its published type has no room for a key of ours."""

SESSAO: Final = "balcao.sessao"
"""The key of the ASGI scope under which the session is, or the refusal of the token."""

_CORS_FIXOS: Final = [(b"vary", b"origin"), (b"access-control-expose-headers", b"retry-after")]
_CORS_PREVIO: Final = [
    (b"access-control-allow-methods", b"GET, POST, PATCH, DELETE"),
    (b"access-control-allow-headers", b"authorization, content-type, idempotency-key"),
    (b"access-control-max-age", b"600"),
]


class PorteiroDaApi:
    """Verifies the token once per request, and has the requests of an empresa take turns.

    A request without a valid token takes no turn: it gets its 401, or is for a public route.
    """

    def __init__(self, autenticador: Autenticador, admissao: Admissao, frontend_url: str | None) -> None:
        self._autenticador = autenticador
        self._admissao = admissao
        self._origem = None if frontend_url is None else frontend_url.rstrip("/").encode("latin1")

    async def entrar(self, scope: Scope, cabecalhos: dict[bytes, bytes], *, com_vez: bool = True) -> str | None:
        token = _token(cabecalhos)
        if token is None:
            return None
        try:
            sessao = self._autenticador.autenticar(token)
        except Unauthenticated as recusa:
            scope[SESSAO] = recusa
            return None
        scope[SESSAO] = sessao
        if not com_vez:
            return None
        empresa_id = sessao.quem.empresa_id
        vez = self._admissao.entrar(empresa_id)
        if vez is not None:
            await self._admissao.aguardar(empresa_id, vez)
        return empresa_id

    def sair(self, vez: str | None) -> None:
        if vez is not None:
            self._admissao.sair(vez)

    def extras(self, scope: Scope, cabecalhos: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
        """CORS (https://fetch.spec.whatwg.org/#http-cors-protocol): only the configured origin may read the answers."""
        origem = cabecalhos.get(b"origin")
        if origem is None or origem != self._origem:
            return []
        permissao = [(b"access-control-allow-origin", origem), *_CORS_FIXOS]
        return permissao + _CORS_PREVIO if scope["method"] == "OPTIONS" else permissao


def sessao_de(scope: Scope) -> Sessao:
    """Who is calling. Raises Unauthenticated."""
    sessao = scope.get(SESSAO)
    if isinstance(sessao, Sessao):
        return sessao
    if isinstance(sessao, Unauthenticated):
        raise sessao
    raise Unauthenticated("token_ausente", "Falta o cabeçalho Authorization: Bearer <token>")


def _token(cabecalhos: dict[bytes, bytes]) -> str | None:
    esquema, _, token = cabecalhos.get(b"authorization", b"").decode("latin1").partition(" ")
    return token.strip() if esquema.lower() == "bearer" else None
