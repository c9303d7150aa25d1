"""Whether a webhook of SMS comes from the provider."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from hmac import digest
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.conector.assinaturas_sms import (
    PedidoSms,
    assinatura_da_twilio,
    assinatura_hmac,
    consulta_a_guardar,
    veio_do_provedor,
)

URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
CAMPOS = {
    "CallSid": "CA1234567890ABCDE",
    "Digits": "1234",
    "From": "+14158675309",
    "To": "+18005551212",
    "Caller": "+14158675309",
}
TWILIO: dict[str, object] = {"provedor": "twilio", "senha": "12345"}


def da_twilio(
    campos: dict[str, str], assinatura: str, url: str = URL, valores: dict[str, object] | None = None
) -> bool:
    pedido = PedidoSms(url, {"x-twilio-signature": assinatura}, urlencode(campos).encode())
    return veio_do_provedor(TWILIO if valores is None else valores, pedido)


def test_twilios_own_example_is_signed_as_twilio_says() -> None:
    assert assinatura_da_twilio("12345", URL, CAMPOS.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert da_twilio(CAMPOS, "RSOYDt4T1cUTdK1PDd93/VVr8B8=")


@pytest.mark.parametrize("url", ["https://a.example/w", "https://a.example:443/w"])
@pytest.mark.parametrize("assinada", ["https://a.example/w", "https://a.example:443/w"])
def test_the_standard_port_counts_or_not(url: str, assinada: str) -> None:
    assert da_twilio(CAMPOS, assinatura_da_twilio("12345", assinada, CAMPOS.items()), url)


def test_what_was_changed_is_not_twilios() -> None:
    certa = assinatura_da_twilio("12345", URL, CAMPOS.items())
    assert not da_twilio(CAMPOS | {"From": "+1"}, certa)
    assert not da_twilio(CAMPOS, certa, URL + "&x=1")
    assert not da_twilio(CAMPOS, certa[:-2] + "A=")
    assert not da_twilio(CAMPOS, "")
    assert not da_twilio(CAMPOS, certa, valores={"provedor": "twilio", "senha": "outra"})


@pytest.mark.parametrize("senha", ["", "  ", None, 12345])
def test_a_secret_that_is_not_set_never_passes(senha: object) -> None:
    assert not da_twilio(
        CAMPOS, assinatura_da_twilio("", URL, CAMPOS.items()), valores={"provedor": "twilio", "senha": senha}
    )
    for modo in ("hmac", "token", "", "nenhuma"):
        valores = {"provedor": "http", "webhookAutenticacao": modo, "webhookSegredo": senha}
        pedido = PedidoSms(f"{URL}&token=", {"x-signature": assinatura_hmac("", b"{}")}, b"{}")
        assert not veio_do_provedor(valores, pedido)


def test_the_secret_of_webhooks_goes_before_the_password() -> None:
    valores: dict[str, object] = TWILIO | {"webhookSegredo": "token-da-conta"}
    assert da_twilio(CAMPOS, assinatura_da_twilio("token-da-conta", URL, CAMPOS.items()), valores=valores)
    assert not da_twilio(CAMPOS, assinatura_da_twilio("12345", URL, CAMPOS.items()), valores=valores)


def test_a_body_in_json_is_signed_by_its_digest_in_the_address() -> None:
    corpo = b'{"property": "value", "boolean": true}'
    resumo = "0a1ff7634d9ab3b95db5c9a2dfe9416e41502b283a80c7cf19632632f96e6620"
    assert sha256(corpo).hexdigest() == resumo
    url = f"{URL}&bodySHA256={resumo}"
    assinatura = assinatura_da_twilio("12345", url, ())
    assert assinatura == "a9nBmqA0ju/hNViExpshrM61xv4="
    cabecalhos = {"x-twilio-signature": assinatura}
    assert veio_do_provedor(TWILIO, PedidoSms(url, cabecalhos, corpo))
    assert not veio_do_provedor(TWILIO, PedidoSms(url, cabecalhos, corpo + b" "))


@pytest.mark.parametrize("formato", ["hex", "HEX", "base64"])
@pytest.mark.parametrize("prefixo", ["", "sha256="])
def test_a_header_may_have_an_hmac_of_the_raw_body(formato: str, prefixo: str) -> None:
    marca = digest(b"s3gredo", b'{"a":"\\u00e1"}', sha256)
    escrita = {"hex": marca.hex(), "HEX": marca.hex().upper(), "base64": b64encode(marca).decode()}[formato]
    valores = {"provedor": "http", "webhookAutenticacao": "hmac", "webhookSegredo": "s3gredo"}
    valores |= {"webhookCabecalho": "X-Assinatura", "webhookPrefixo": prefixo}
    cabecalhos = {"x-assinatura": prefixo + escrita}
    assert veio_do_provedor(valores, PedidoSms(URL, cabecalhos, b'{"a":"\\u00e1"}'))
    assert not veio_do_provedor(valores, PedidoSms(URL, cabecalhos, '{"a":"á"}'.encode()))
    assert not veio_do_provedor(valores, PedidoSms(URL, {"x-assinatura": "outro=" + escrita}, b'{"a":"\\u00e1"}'))


def test_a_token_may_be_in_a_header_or_in_the_address() -> None:
    valores = {"provedor": "http", "webhookAutenticacao": "token", "webhookSegredo": "t0ken"}
    assert veio_do_provedor(valores, PedidoSms("https://a.example/w?token=t0ken", {}, b""))
    assert not veio_do_provedor(valores, PedidoSms("https://a.example/w?token=t0kem", {}, b""))
    assert not veio_do_provedor(valores, PedidoSms("https://a.example/w", {}, b""))
    valores |= {"webhookCabecalho": "Authorization", "webhookPrefixo": "Bearer "}
    valores["webhookPrefixo"] = "Bearer"
    assert veio_do_provedor(valores, PedidoSms(URL, {"authorization": "Bearer t0ken"}, b""))
    assert not veio_do_provedor(valores, PedidoSms("https://a.example/w?token=t0ken", {}, b""))


def test_of_the_query_only_what_is_no_secret_is_kept() -> None:
    assert consulta_a_guardar("https://a.example/w?token=t0ken&trabalho=0198-a%26b&x=1") == "trabalho=0198-a%26b"
    assert consulta_a_guardar("https://a.example/w?token=t0ken") == ""


@given(st.binary(max_size=300), st.text(max_size=60), st.text(max_size=80))
def test_whatever_comes_it_is_refused_and_nothing_breaks(corpo: bytes, url: str, dado: str) -> None:
    pedido = PedidoSms(url, {"x-twilio-signature": dado, "x-signature": dado}, corpo)
    assert not veio_do_provedor(TWILIO, pedido)
    for modo in ("hmac", "token"):
        valores = {"provedor": "http", "webhookAutenticacao": modo, "webhookSegredo": "um-segredo-de-verdade"}
        assert not veio_do_provedor(valores, pedido)
    consulta_a_guardar(url)
