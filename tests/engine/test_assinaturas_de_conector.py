"""Whether a webhook of WhatsApp comes from where it says."""

from __future__ import annotations

import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.assinaturas import assinado_pelo_whatsapp, assinatura_whatsapp, desafio_do_whatsapp

CORPO = b'{"text":"Ol\\u00e1 \\/"}'
SEGREDO = "segredo-do-app"
CERTA = "sha256=" + hmac.new(SEGREDO.encode(), CORPO, sha256).hexdigest()


def test_a_signature_is_over_the_bytes_as_they_came() -> None:
    assert assinatura_whatsapp(CORPO, SEGREDO) == CERTA
    assert assinado_pelo_whatsapp(CORPO, CERTA, SEGREDO)
    assert assinado_pelo_whatsapp(
        CORPO, f" {CERTA.replace('sha256=', 'sha256=').upper().replace('SHA256', 'sha256')} ", SEGREDO
    )
    assert not assinado_pelo_whatsapp('{"text":"Olá /"}'.encode(), CERTA, SEGREDO)


@pytest.mark.parametrize(
    "cabecalho",
    [
        None,
        "",
        "sha256=",
        CERTA[7:],
        CERTA[:-1],
        CERTA + "0",
        "sha1=" + CERTA[7:],
        "sha256=" + "é" * 64,
        "sha256=" + "0" * 64,
    ],
)
def test_another_signature_does_not_pass(cabecalho: str | None) -> None:
    assert not assinado_pelo_whatsapp(CORPO, cabecalho, SEGREDO)


@pytest.mark.parametrize("segredo", [None, "", "   "])
def test_a_secret_that_is_not_set_never_passes(segredo: str | None) -> None:
    assert not assinado_pelo_whatsapp(CORPO, assinatura_whatsapp(CORPO, segredo or ""), segredo)


@given(st.binary(max_size=50), st.text(max_size=100))
def test_whatever_a_header_says_it_is_judged(corpo: bytes, cabecalho: str) -> None:
    assert not assinado_pelo_whatsapp(corpo, cabecalho, SEGREDO)


def consulta(**outros: str) -> dict[str, str]:
    ditos = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "abc"}
    return ditos | {nome.replace("_", ".", 1): valor for nome, valor in outros.items()}


def test_the_challenge_is_answered_to_whoever_has_the_token() -> None:
    assert desafio_do_whatsapp(consulta(), "abc") == "1158201444"


@pytest.mark.parametrize(
    ("dita", "token"),
    [
        (consulta(), "abd"),
        (consulta(), None),
        (consulta(), ""),
        (consulta(hub_verify_token=""), ""),
        (consulta(hub_verify_token=" "), " "),
        (consulta(hub_verify_token="á"), "abc"),
        (consulta(hub_mode="unsubscribe"), "abc"),
        (consulta(hub_challenge=""), "abc"),
        (consulta(hub_challenge="x" * 513), "abc"),
        ({}, "abc"),
    ],
)
def test_nobody_else_is_answered(dita: dict[str, str], token: str | None) -> None:
    assert desafio_do_whatsapp(dita, token) is None
