"""Who is calling: JSON Web Tokens (RFC 7519), checked as RFC 8725 advises.

One algorithm, compact form, bounded length, ``exp`` required, every claim type-checked. A verified token is remembered,
since verifying costs more than routing; its expiry is checked on every use. Tokens are never logged.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Collection
from typing import Final, get_args

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from msgspec import Struct

from engine.caracteres import sem_invisiveis
from engine.errors import Forbidden, Unauthenticated
from engine.ids import NINGUEM, is_uuid
from engine.modelo import Papel, Quem
from engine.ports import Clock

ALGORITMO: Final = "HS256"
TAMANHO_MAXIMO: Final = 4096
"""Characters of a token."""
LEMBRADOS: Final = 10_000
"""Verified tokens kept in memory."""
_FOLGA_MS: Final = 5_000
"""How far ahead the clock of whoever issues tokens may be (``nbf``)."""
_FUTURO_MS: Final = 300_000
"""How far ahead ``iat`` may be: a token of next year would outlive every revocation of this one."""
_EMAIL_MAXIMO: Final = 254

_PAPEIS: Final[dict[str, Papel]] = {papel: papel for papel in get_args(Papel) if papel != "sistema"}
"""What a token may claim to be; ``sistema`` is the engine itself."""


class Credencial(Struct, frozen=True, gc=False):
    """A verified token: who it speaks for, and until when (ms since the epoch). Of a conector's, ``canais`` are those
    that it serves (None: all), ``segredos`` whether it is told what is secret of them.
    """

    quem: Quem
    expira_em: int
    canais: frozenset[str] | None = None
    segredos: bool = False

    def na_api(self) -> Quem:
        """Who asks of the API. Raises Forbidden for a token that is good for the connectors of some canais only."""
        if self.canais is not None:
            raise Forbidden(
                "token_de_canal",
                "Este token só serve a um conector, em /conectores: para a API, gere outro sem --canal",
            )
        return self.quem


class Autenticador:
    """Verifies tokens signed with one secret."""

    __slots__ = ("_chave", "_lembradas", "_relogio")

    def __init__(self, segredo: str, relogio: Clock) -> None:
        self._chave = OctKey.import_key(segredo)
        self._relogio = relogio
        self._lembradas: OrderedDict[str, Credencial] = OrderedDict()

    def autenticar(self, token: str) -> Credencial:
        """What a token shows. Raises Unauthenticated, saying what is wrong with it."""
        credencial = self._lembradas.get(token)
        if not token:
            raise Unauthenticated("token_ausente", "Falta o token: o que veio está vazio")
        if credencial is None:
            credencial = self._verificar(token)
            self._lembrar(token, credencial)
        else:
            self._lembradas.move_to_end(token)
        if credencial.expira_em <= self._relogio.now():
            self._lembradas.pop(token, None)
            raise Unauthenticated("token_expirado", "O token expirou; obtenha outro")
        return credencial

    def _lembrar(self, token: str, credencial: Credencial) -> None:
        self._lembradas[token] = credencial
        if len(self._lembradas) > LEMBRADOS:
            self._lembradas.popitem(last=False)

    def _verificar(self, token: str) -> Credencial:
        if len(token) > TAMANHO_MAXIMO or not token.isascii() or token.count(".") != 2:
            raise _invalido("não é um JWT em forma compacta")
        try:
            claims = jwt.decode(token, self._chave, algorithms=[ALGORITMO]).claims
        except (JoseError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
            # joserfc trusts the types of header fields; and what an error says may quote the token
            raise _invalido(f"a assinatura {ALGORITMO} não confere ou o conteúdo não é JSON") from None
        return self._credencial(claims)

    def _credencial(self, claims: dict[str, object]) -> Credencial:
        expira_em = _instante(claims, "exp")
        if expira_em is None:
            raise _invalido("falta a data de validade (exp)")
        agora = self._relogio.now()
        if (_instante(claims, "nbf") or 0) > agora + _FOLGA_MS:
            raise _invalido("ainda não vale (nbf)")
        emitido_em = _instante(claims, "iat") or 0
        if emitido_em > agora + _FUTURO_MS:
            raise _invalido("foi emitido no futuro (iat)")
        emitido_em = min(emitido_em, agora)  # whatever the clock of its issuer says, now it is there
        empresa_id, usuario_id = _uuid(claims, "empresaId", "empresa_id"), _uuid(claims, "id", "sub")
        quem = Quem(empresa_id, usuario_id, _papel(claims), _email(claims), emitido_em)
        return Credencial(quem, expira_em, _canais(claims), claims.get("segredos") is True)


def emitir(
    segredo: str,
    empresa_id: str,
    usuario_id: str,
    email: str | None,
    papel: Papel,
    validade_ms: int,
    agora_ms: int,
    canais: Collection[str] = (),
    *,
    segredos: bool = False,
) -> str:
    """A token for a user, valid for ``validade_ms`` from ``agora_ms``. ``canais`` and ``segredos`` are a conector's: it
    serves only these (none named: all), and is told what is secret of them. It says to the millisecond when it was
    issued (RFC 7519 §2 allows fractions), so that one of just after a revocation is told from one of just before.
    """
    claims: dict[str, object] = {
        "id": usuario_id,
        "empresaId": empresa_id,
        "papel": papel,
        "iat": agora_ms / 1000,
        "exp": (agora_ms + validade_ms) // 1000,
    }
    if email is not None:
        claims["email"] = email
    if canais:
        claims["canais"] = sorted(canais)
    if segredos:
        claims["segredos"] = True
    return jwt.encode({"alg": ALGORITMO, "typ": "JWT"}, claims, OctKey.import_key(segredo))


def _invalido(motivo: str) -> Unauthenticated:
    return Unauthenticated("token_invalido", f"Token inválido: {motivo}")


def _instante(claims: dict[str, object], nome: str) -> int | None:
    """A NumericDate in ms. A date beyond any calendar counts as one far away; a number beyond what those who read JSON
    have in common, a double (RFC 8259 §6), is none.
    """
    valor = claims.get(nome)
    if valor is None:
        return None
    if isinstance(valor, bool) or not isinstance(valor, int | float) or not abs(valor) <= sys.float_info.max:
        raise _invalido(f"{nome} deve ser um número de segundos")
    return round(min(max(valor, 0), 2**43) * 1000)


def _uuid(claims: dict[str, object], *nomes: str) -> str:
    valor = next((claims[nome] for nome in nomes if claims.get(nome) is not None), None)
    if valor is None:
        raise _invalido(f"falta {' ou '.join(nomes)}")
    texto = valor.lower() if isinstance(valor, str) else ""
    if not is_uuid(texto) or texto == NINGUEM:
        raise _invalido(f"{' ou '.join(nomes)} deve ser um UUID")
    return texto


def _papel(claims: dict[str, object]) -> Papel:
    valor = claims.get("papel") or claims.get("role")
    return _PAPEIS.get(valor, "atendente") if isinstance(valor, str) else "atendente"


def _canais(claims: dict[str, object]) -> frozenset[str] | None:
    valor = claims.get("canais")
    if valor is None:
        return None
    if not isinstance(valor, list) or not all(isinstance(um, str) and is_uuid(um.lower()) for um in valor):
        raise _invalido("canais deve ser uma lista de UUIDs")
    return frozenset(um.lower() for um in valor)


def _email(claims: dict[str, object]) -> str | None:
    valor = claims.get("email")
    if valor is None:
        return None
    limpo = sem_invisiveis(valor).strip() if isinstance(valor, str) and len(valor) <= _EMAIL_MAXIMO else None
    if limpo is None or not limpo.isprintable():
        raise _invalido("email deve ser um endereço de e-mail")
    return limpo or None
