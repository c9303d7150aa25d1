"""What every client is asked when it connects: where it comes from, and with which token.

A token in the header is verified before anything is counted, so that what strangers do is no concern of whoever shows
one: a stranger's requests count for its address, another's for its empresa.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from engine.errors import Unauthenticated
from engine.modelo import Quem
from web.portaria.autenticacao import Autenticador
from web.portaria.endereco_do_cliente import EnderecoDoCliente
from web.portaria.limites import Limitador
from web.portaria.navegadores import exigir_origem, origens_de


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
            self._limitador.usuario(self.quem.empresa_id, self.quem.id or "").exigir()

    def exigir_folga(self) -> None:
        """Raise TooManyRequests if it has asked too much already. Nothing is counted: a provider comes as often as it
        has something to say, and what is not a provider's is counted once that is known (:meth:`contar_quieto`).
        """
        if self.quem is None:
            self._limitador.exigir_folga(self.endereco)

    def contar_quieto(self) -> None:
        """Count something that it should not have asked."""
        if self.quem is None:
            self._limitador.anonimo(self.endereco)

    def apresentar(self, quem: Quem) -> None:
        """It has shown a good token. What counted for its address was not a stranger's: an office, whose people all
        come back at once, is one address to us. Raises TooManyRequests.
        """
        if self.quem is None:
            self._limitador.devolver(self.endereco, self._contadas)
            self._contadas = 0
            self._limitador.chegada(quem.empresa_id).exigir()
        self.quem = quem


class PorteiroDoTempoReal:
    """The doorkeeper of the realtime edges. ``navegadores`` are the browser origins that may connect; the server's own
    may too, and so may clients that send no Origin: they are not browsers.
    """

    def __init__(
        self,
        autenticador: Autenticador,
        limitador: Limitador,
        enderecos: EnderecoDoCliente,
        navegadores: Iterable[str] = (),
    ) -> None:
        self._autenticador = autenticador
        self._limitador = limitador
        self._enderecos = enderecos
        self.origens = origens_de(navegadores)

    def ver(self, scope: Mapping[str, Any], cabecalhos: Mapping[bytes, str]) -> Visitante:
        """Who makes this request. Nothing is counted yet."""
        cliente = scope.get("client")
        encaminhado = cabecalhos.get(b"x-forwarded-for")
        endereco = self._enderecos.chave(
            cliente[0] if cliente else "", None if encaminhado is None else encaminhado.encode("latin-1")
        )
        token = token_de(cabecalhos)
        return Visitante(self._limitador, endereco, token, self._quem(token))

    def receber(self, scope: Mapping[str, Any], cabecalhos: Mapping[bytes, str]) -> Visitante:
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


def token_de(cabecalhos: Mapping[bytes, str]) -> str | None:
    """The token of the Authorization header."""
    tipo, _, token = cabecalhos.get(b"authorization", "").partition(" ")
    return token.strip() if tipo.lower() == "bearer" else None
