"""Who a connector is, and which canais it may serve.

A connector of an empresa shows a token of the role ``conector``: it serves the canais that the token names
(``canais``), or all. The installation's own host, which serves every empresa, shows the installation's key, made of
``JWT_SECRET``: so it needs no token that expires, and whoever cannot read that secret cannot make one.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import Final

from msgspec import Struct

from engine import permissoes
from engine.errors import Forbidden, Unauthenticated
from engine.modelo import Quem
from web.portaria.autenticacao import Autenticador

_DOMINIO: Final = b"balcao/conectores da instalacao/1"
"""What the key is for: what is signed with the same secret elsewhere is never valid here, nor the reverse."""


class CredencialDeConector(Struct, frozen=True):
    """``quem`` is None for the installation's own host. ``canais``: only these; None: all. ``segredos``: it is told
    what is secret of them. ``expira_em``: ms since the epoch; None: never.
    """

    quem: Quem | None
    canais: frozenset[str] | None
    segredos: bool
    expira_em: int | None

    def serve(self, empresa_id: str, canal_id: str) -> bool:
        da_empresa = self.quem is None or self.quem.empresa_id == empresa_id
        return da_empresa and (self.canais is None or canal_id in self.canais)

    def quem_em(self, empresa_id: str) -> Quem:
        """As whom it acts in an empresa."""
        return self.quem if self.quem is not None else Quem(empresa_id, None, "conector")

    def faltam(self, ha: Iterable[str]) -> list[str]:
        """The canais that its token names, and that are not among those that there are."""
        return sorted((self.canais or frozenset()).difference(ha))


def chave_da_instalacao(segredo: str) -> str:
    """The key that the host of an installation shows. ``segredo`` is its ``JWT_SECRET``."""
    return "instalacao." + hmac.new(segredo.encode(), _DOMINIO, sha256).hexdigest()


class Reconhecimento:
    """Tells connectors by what they show."""

    __slots__ = ("_autenticador", "_chave")

    def __init__(self, segredo: str, autenticador: Autenticador) -> None:
        self._chave = chave_da_instalacao(segredo).encode()
        self._autenticador = autenticador

    def reconhecer(self, token: str | None) -> CredencialDeConector:
        """Raises Unauthenticated, or Forbidden if the token is of another role."""
        if token is None:
            raise Unauthenticated("nao_autenticado", "Mande o token do conector no cabeçalho Authorization")
        if hmac.compare_digest(token.encode("utf-8", "surrogatepass"), self._chave):
            return CredencialDeConector(None, None, segredos=True, expira_em=None)
        credencial = self._autenticador.autenticar(token)
        if not permissoes.pode(credencial.quem, permissoes.CONECTAR):
            raise Forbidden(
                "papel_sem_permissao",
                "Só um token do papel conector se conecta aqui: balcao token --papel conector --canal ID",
            )
        return CredencialDeConector(credencial.quem, credencial.canais, credencial.segredos, credencial.expira_em)
