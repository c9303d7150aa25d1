"""Web Push's cryptography, by the examples of its RFCs."""

from __future__ import annotations

import os
from itertools import chain, repeat

import msgspec
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from hypothesis import given
from hypothesis import strategies as st

from connectors.fakes.push import abrir
from connectors.push._cifra import CLARO_MAXIMO, CORPO_MAXIMO, InscricaoInvalida, cifrar
from connectors.push._vapid import autorizacao, origem
from engine.conector.vapid import chave_de, de_base64url, em_base64url, novo_par, ponto_de, publica_de

# RFC 8291, section 5 and appendix A.
CLARO = b"When I grow up, I want to be a watermelon"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
DELA_PRIVADA = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
DELA = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
NOSSA_PRIVADA = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
NOSSA = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
SAL = "DGv6ra1nlYgDCS1FRnbzlw"
CIFRADO = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
    "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_rfcs_message_is_sealed_as_the_rfc_says() -> None:
    assert publica_de(NOSSA_PRIVADA) == NOSSA
    assert publica_de(DELA_PRIVADA) == DELA
    cifrado = cifrar(CLARO, DELA, AUTH, chave_de(NOSSA_PRIVADA), de_base64url(SAL))
    assert em_base64url(cifrado) == CIFRADO
    assert abrir(cifrado, chave_de(DELA_PRIVADA), de_base64url(AUTH)) == CLARO


@given(st.binary(max_size=CLARO_MAXIMO))
def test_what_is_sealed_is_opened_by_its_browser_alone(claro: bytes) -> None:
    dela, outra = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    segredo = os.urandom(16)
    cifrado = cifrar(claro, em_base64url(ponto_de(dela.public_key())), em_base64url(segredo))
    assert len(cifrado) <= CORPO_MAXIMO
    assert abrir(cifrado, dela, segredo) == claro
    with pytest.raises(InvalidTag):
        abrir(cifrado, outra, segredo)


def test_no_two_messages_are_sealed_alike() -> None:
    assert cifrar(CLARO, DELA, AUTH)[:86] != cifrar(CLARO, DELA, AUTH)[:86]


def test_the_longest_message_fills_a_record_and_a_longer_one_is_refused() -> None:
    assert CLARO_MAXIMO == 3_993
    assert len(cifrar(b"x" * CLARO_MAXIMO, DELA, AUTH)) == CORPO_MAXIMO
    with pytest.raises(ValueError, match="3993"):
        cifrar(b"x" * (CLARO_MAXIMO + 1), DELA, AUTH)


@pytest.mark.parametrize(
    ("p256dh", "auth"),
    [
        ("", AUTH),
        (DELA, ""),
        (DELA[:-4], AUTH),
        (DELA, AUTH[:-4]),
        (em_base64url(b"\x04" + b"\x01" * 64), AUTH),  # not on the curve
        (em_base64url(b"\x04" + b"\x00" * 64), AUTH),
        (em_base64url(b"\x00" * 65), AUTH),
        ("não é base64", AUTH),
        (DELA, "ção"),
    ],
)
def test_keys_that_are_none_are_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(InscricaoInvalida):
        cifrar(CLARO, p256dh, auth)


@given(st.text(max_size=100), st.text(max_size=40))
def test_whatever_a_browser_gives_for_keys_nothing_breaks(p256dh: str, auth: str) -> None:
    with pytest.raises(InscricaoInvalida):
        cifrar(CLARO, p256dh, auth)


def test_keys_with_padding_and_in_the_other_alphabet_are_keys_too() -> None:
    p256dh = DELA.replace("-", "+").replace("_", "/") + "="
    cifrado = cifrar(CLARO, p256dh, AUTH + "==")
    assert abrir(cifrado, chave_de(DELA_PRIVADA), de_base64url(AUTH)) == CLARO


def partes(cabecalho: str) -> tuple[str, str, str]:
    """What is signed, its signature, the key."""
    dados = dict(parte.split("=", 1) for parte in cabecalho.removeprefix("vapid ").split(", "))
    assinado, _, assinatura = dados["t"].rpartition(".")
    return assinado, assinatura, dados["k"]


def confere(cabecalho: str) -> None:
    assinado, assinatura, publica = partes(cabecalho)
    bruta = de_base64url(assinatura)
    dss = encode_dss_signature(int.from_bytes(bruta[:32]), int.from_bytes(bruta[32:]))
    chave = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), de_base64url(publica))
    chave.verify(dss, assinado.encode(), ec.ECDSA(SHA256()))


def test_the_example_of_rfc_8292_is_read_by_the_same_eyes() -> None:
    """Section 2.4; the tests' own reading of a header is proved by it."""
    confere(
        "vapid t=eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3"
        "NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErt"
        "mysazNjjvW2L9OkSSHzvoD1oA, k=BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2"
        "EmClBPs"
    )


def test_the_sender_says_who_it_is() -> None:
    par = novo_par(os.urandom)
    endpoint = "https://push.example:8443/p/1?x=1"
    cabecalho = autorizacao(chave_de(par.privada), endpoint, "mailto:ti@empresa.example", 1_000)
    confere(cabecalho)
    assinado, _, publica = partes(cabecalho)
    cabeca, corpo = (msgspec.json.decode(de_base64url(parte)) for parte in assinado.split("."))
    assert cabeca == {"typ": "JWT", "alg": "ES256"}
    assert corpo == {"aud": "https://push.example:8443", "exp": 1_000 + 43_200, "sub": "mailto:ti@empresa.example"}
    assert publica == par.publica


def test_an_origin_has_no_standard_port() -> None:
    assert origem("https://push.example:443/p/1") == "https://push.example"
    assert origem("https://[2606:4700::1]/p") == "https://[2606:4700::1]"


def test_a_pair_is_made_of_random_bytes_alone_and_does_not_show_its_secret() -> None:
    fora = iter(chain([b"\x00" * 32, b"\xff" * 32], repeat(b"\x01" * 32)))
    par = novo_par(lambda n: next(fora)[:n])
    assert par == novo_par(lambda n: b"\x01" * n)
    assert len(de_base64url(par.publica)) == 65
    assert par.privada not in repr(par)


@given(st.text(max_size=60))
def test_what_is_no_private_key_is_refused_without_being_repeated(texto: str) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        chave_de(texto)
