"""Visitors: each is a session, which lives in what it was given and nowhere else until it has written."""

from __future__ import annotations

from collections.abc import Callable
from secrets import token_bytes
from typing import Final
from uuid import UUID

from msgspec import Struct

from engine.errors import Detalhe, Invalid, Unauthenticated
from engine.ports import Clock
from engine.visitantes import LugarNaConversa
from web.chat._lacre import Lacre, de_texto, em_texto

VALIDADE_MS: Final = 30 * 86_400_000
RENOVAR_MS: Final = 86_400_000
"""A token that is older than that is renewed when it is used."""
_VERSAO: Final = "v1."
_ID_BYTES: Final = 16
_FICHA_MAXIMA: Final = 300
_PERIODO_MS: Final = 4 * 3_600_000
"""The name of a file stays the same for so long, and is good for that and as much again."""


class Sessao(Struct, frozen=True, gc=False):
    """A visitor of one canal, on the pages of one origin ("" is our own). ``vale_ate`` in ms since the epoch."""

    id: str
    canal_id: str
    origem: str
    vale_ate: int


class Sessoes:
    """Makes and reads what visitors show. ``sorteio`` gives random bytes."""

    def __init__(self, lacre: Lacre, relogio: Clock, sorteio: Callable[[int], bytes] = token_bytes) -> None:
        self._lacre = lacre
        self._relogio = relogio
        self._sorteio = sorteio

    def nova(self, canal_id: str, origem: str) -> Sessao:
        return Sessao(self._sorteio(_ID_BYTES).hex(), canal_id, origem, self._relogio.now() + VALIDADE_MS)

    def token(self, sessao: Sessao) -> str:
        """What the visitor shows. The canal stands in it as it does in every address; all else is sealed."""
        dados = bytes.fromhex(sessao.id) + sessao.vale_ate.to_bytes(8)
        lacrado = self._lacre.fechar(dados, "sessao", sessao.canal_id, sessao.origem)
        return f"{_VERSAO}{em_texto(UUID(sessao.canal_id).bytes)}.{lacrado}"

    def renovado(self, sessao: Sessao) -> str | None:
        """A token that is good for longer, if it is time for one."""
        depois = self._relogio.now() + VALIDADE_MS
        if depois - sessao.vale_ate < RENOVAR_MS:
            return None
        return self.token(Sessao(sessao.id, sessao.canal_id, sessao.origem, depois))

    def ler(self, token: str | None, canal_id: str, origem: str) -> Sessao:
        """Raises Unauthenticated unless it was made here, for this canal and these pages, within its time."""
        if token is None:
            raise Unauthenticated("sessao_ausente", "Falta o cabeçalho Authorization: Bearer <token da conversa>")
        if canal_do_token(token) != canal_id:
            raise _invalida()
        dados = self._lacre.abrir(token.rpartition(".")[2], "sessao", canal_id, origem)
        if dados is None:
            raise _invalida()
        sessao = Sessao(dados[:_ID_BYTES].hex(), canal_id, origem, int.from_bytes(dados[_ID_BYTES:]))
        if self._relogio.now() >= sessao.vale_ate:
            raise Unauthenticated("sessao_expirada", "A conversa ficou parada por tempo demais: comece outra")
        return sessao

    # -- places in a conversation, and what stands in it ---------------------------------------------------------------

    def cursor(self, sessao: Sessao, lugar: LugarNaConversa) -> str:
        dados = lugar.seq.to_bytes(8) + lugar.em.to_bytes(8)
        return self._lacre.fechar(dados, "cursor", sessao.canal_id, sessao.id)

    def lugar(self, sessao: Sessao, cursor: str | None) -> LugarNaConversa:
        """Raises Invalid if the cursor is not of this conversation."""
        if cursor is None:
            return LugarNaConversa()
        dados = self._lacre.abrir(cursor, "cursor", sessao.canal_id, sessao.id)
        if dados is None:
            problema = "não é um cursor desta conversa; retire-o para ler do começo"
            raise Invalid("cursor_invalido", f"cursor: {problema}", (Detalhe("cursor", problema),))
        return LugarNaConversa(int.from_bytes(dados[:8]), int.from_bytes(dados[8:]))

    def nome_da_fala(self, sessao: Sessao, mensagem_id: str) -> str:
        return self._lacre.nome("fala", sessao.id, mensagem_id)

    def nome_do_arquivo(self, sessao: Sessao, arquivo_id: str) -> str:
        """By it whoever has it may read the file for a few hours: a page shows it in an ``<img>``, which sends no
        header.
        """
        ate = (self._relogio.now() // _PERIODO_MS + 2) * _PERIODO_MS
        return self._lacre.fechar(UUID(arquivo_id).bytes + ate.to_bytes(8), "arquivo", sessao.canal_id)

    def arquivo(self, canal_id: str, nome: str) -> str | None:
        """The id of the file that is called so; None if there is none, or not any more."""
        dados = self._lacre.abrir(nome, "arquivo", canal_id)
        if dados is None or self._relogio.now() >= int.from_bytes(dados[16:]):
            return None
        return str(UUID(bytes=dados[:16]))


def canal_do_token(token: str) -> str | None:
    """The canal that a token says it is for; None if it is no token of this form."""
    if not token.startswith(_VERSAO) or not token.isascii() or len(token) > _FICHA_MAXIMA:
        return None
    canal, *lacrados = token.removeprefix(_VERSAO).split(".")
    bruto = de_texto(canal) if len(lacrados) == 1 else None
    return str(UUID(bytes=bruto)) if bruto is not None and len(bruto) == 16 else None


def _invalida() -> Unauthenticated:
    return Unauthenticated("sessao_invalida", "Este token não é de uma conversa deste canal nesta página")
