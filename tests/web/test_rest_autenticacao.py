"""Tokens: what is accepted, what is refused, and that a remembered token still expires."""

import base64
import hmac
import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import OctKey

from engine.errors import Unauthenticated
from engine.tempo import VirtualClock
from web.portaria import autenticacao
from web.portaria.autenticacao import Autenticador, emitir

SEGREDO = "um segredo de teste com mais de 32 bytes"
EMPRESA = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"
USUARIO = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7d"
HORA = 3_600_000


def token(segredo: str = SEGREDO, alg: str = "HS256", **claims: Any) -> str:
    agora = VirtualClock().now() // 1000
    base: dict[str, object] = {"id": USUARIO, "empresaId": EMPRESA, "exp": agora + 3600}
    dados = {nome: valor for nome, valor in (base | claims).items() if valor is not ...}
    return jwt.encode({"alg": alg}, dados, OctKey.import_key(segredo), algorithms=[alg])


def autenticador(relogio: VirtualClock | None = None) -> Autenticador:
    return Autenticador(SEGREDO, relogio or VirtualClock())


def test_an_issued_token_speaks_for_its_user_until_it_expires() -> None:
    relogio = VirtualClock()
    emitido = emitir(SEGREDO, EMPRESA, USUARIO, "ana@example.com", "supervisor", HORA, relogio.now())
    credencial = autenticador(relogio).autenticar(emitido)
    assert (credencial.quem.empresa_id, credencial.quem.id, credencial.quem.papel) == (EMPRESA, USUARIO, "supervisor")
    assert credencial.quem.email == "ana@example.com"
    assert credencial.expira_em == relogio.now() + HORA
    assert credencial.quem.emitido_em == relogio.now()


def test_a_remembered_token_is_refused_once_it_has_expired() -> None:
    relogio = VirtualClock()
    porta = autenticador(relogio)
    emitido = emitir(SEGREDO, EMPRESA, USUARIO, None, "atendente", HORA, relogio.now())
    assert porta.autenticar(emitido) is porta.autenticar(emitido)
    relogio.advance_to(relogio.now() + HORA)
    with pytest.raises(Unauthenticated, match="expirou"):
        porta.autenticar(emitido)


def test_memory_of_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autenticacao, "LEMBRADOS", 2)
    porta = autenticador()
    sessoes = [porta.autenticar(token(n=n)) for n in range(3)]
    assert porta.autenticar(token(n=2)) is sessoes[2]
    assert porta.autenticar(token(n=0)) is not sessoes[0]


def test_claims_may_use_either_name_and_upper_case_uuids() -> None:
    quem = (
        autenticador()
        .autenticar(token(id=..., empresaId=..., sub=USUARIO.upper(), empresa_id=EMPRESA.upper(), role="admin"))
        .quem
    )
    assert (quem.empresa_id, quem.id, quem.papel) == (EMPRESA, USUARIO, "admin")


@pytest.mark.parametrize(
    ("iat", "emitido_em"), [(..., 0), (0, 0), (-5, 0), (1.5, 1_500), (1_700_000_000.123, 1_700_000_000_123)]
)
def test_when_it_was_issued_is_known_to_the_millisecond_or_counts_as_long_ago(iat: object, emitido_em: int) -> None:
    assert autenticador().autenticar(token(iat=iat)).quem.emitido_em == emitido_em


@pytest.mark.parametrize("papel", ["gerente", "sistema", "", None, 7, ["admin"], {"papel": "admin"}])
def test_an_unknown_role_counts_as_atendente(papel: object) -> None:
    assert autenticador().autenticar(token(papel=papel)).quem.papel == "atendente"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": ...},
        {"exp": None},
        {"exp": "amanhã"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 0},
        {"exp": -(10**30)},
        {"exp": 10**309},
        {"exp": -(10**309)},
        {"iat": 10**309},
        {"iat": "ontem"},
        {"iat": True},
        {"iat": float("nan")},
        {"iat": 10**12},
        {"nbf": 10**309},
        {"nbf": 10**12},
        {"nbf": "agora"},
        {"id": ...},
        {"id": "ana"},
        {"id": 5},
        {"empresaId": ...},
        {"empresaId": "empresa-1"},
        {"empresaId": [EMPRESA]},
        {"email": 5},
        {"email": "x" * 300},
        {"email": "a\nb@example.com"},
    ],
)
def test_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        autenticador().autenticar(token(**claims))


def test_a_date_beyond_any_calendar_is_accepted() -> None:
    assert autenticador().autenticar(token(exp=1e300)).expira_em > VirtualClock().now()


def test_another_secret_or_algorithm_is_refused() -> None:
    for outro in (token("outro segredo de teste, também longo"), token(alg="HS512")):
        with pytest.raises(Unauthenticated):
            autenticador().autenticar(outro)


def test_the_algorithm_none_is_refused() -> None:
    def parte(dados: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(dados).encode()).rstrip(b"=").decode()

    corpo = parte({"id": USUARIO, "empresaId": EMPRESA, "exp": 9_999_999_999})
    for alg in ("none", "None", "HS256", None, 5, ["HS256"]):
        for assinatura in ("", "AA"):
            with pytest.raises(Unauthenticated):
                autenticador().autenticar(f"{parte({'alg': alg})}.{corpo}.{assinatura}")


def test_a_tampered_token_is_refused_and_never_quoted() -> None:
    cabeca, _, fim = token().split(".")
    _, outro, _ = token(id=str(uuid4())).split(".")
    with pytest.raises(Unauthenticated) as recusa:
        autenticador().autenticar(f"{cabeca}.{outro}.{fim}")
    assert outro not in str(recusa.value)


def test_a_very_long_token_is_refused_before_it_is_read() -> None:
    with pytest.raises(Unauthenticated, match="compacta"):
        autenticador().autenticar(token(x="y" * 5000))


@given(st.text() | st.from_regex(r"[A-Za-z0-9_\-]{0,40}\.[A-Za-z0-9_\-]{0,40}\.[A-Za-z0-9_\-]{0,40}", fullmatch=True))
def test_no_text_is_worse_than_refused(texto: str) -> None:
    with pytest.raises(Unauthenticated):
        autenticador().autenticar(texto)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text() | st.integers(),
        lambda filhos: st.lists(filhos, max_size=3) | st.dictionaries(st.text(), filhos, max_size=3),
    ),
    st.dictionaries(st.sampled_from(["alg", "typ", "crit", "b64", "kid"]), st.none() | st.text() | st.lists(st.text())),
)
def test_no_signed_payload_is_worse_than_refused(payload: object, cabecalho: dict[str, object]) -> None:
    """Signed with the right secret by somebody careless: still an answer, never a crash."""

    def parte(dados: bytes) -> str:
        return base64.urlsafe_b64encode(dados).rstrip(b"=").decode()

    try:
        corpo = json.dumps(payload).encode()
    except UnicodeEncodeError:
        return
    assinado = f"{parte(json.dumps({'alg': 'HS256'} | cabecalho).encode())}.{parte(corpo)}"
    fim = parte(hmac.digest(SEGREDO.encode(), assinado.encode(), "sha256"))
    with pytest.raises(Unauthenticated):
        autenticador().autenticar(f"{assinado}.{fim}")
