"""A provider of SMS as data: what a config says, what is wrong with it, and the request that comes of it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import parse_qsl

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fakes.sms import config_do_generico
from connectors.sms._descricao import Descricao
from connectors.sms._enderecos import destino_de, endereco_de
from connectors.sms._leitura import ler
from connectors.sms._pedido import Pedido, pedido_de
from connectors.vereditos import Veredito
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, Envio

TWILIO: dict[str, Any] = {"provedor": "twilio", "usuario": "AC1", "senha": "s", "de": "+15005550006"}
HTTP: dict[str, Any] = config_do_generico("https://gw.example") | {"senha": "s3nha"}
TELEFONE = Endereco("telefone", "+5511999998888")


def descrito(valores: dict[str, Any]) -> Descricao:
    lido = ler(valores)
    assert lido.descricao is not None, lido.problemas
    return lido.descricao


def pedido(valores: dict[str, Any], texto: str = "olá", **mais: Any) -> Pedido:
    feito = pedido_de(descrito(valores), Envio(para=mais.pop("para", TELEFONE), conteudo=texto, **mais), "t-1")
    assert isinstance(feito, Pedido)
    return feito


def test_twilio_is_asked_as_its_page_says() -> None:
    feito = pedido(TWILIO | {"urlDoWebhook": "https://nos.example/webhooks/sms/c1"}, "a&Body=b + á")
    assert feito.url == "https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json"
    assert (feito.metodo, feito.cabecalhos["content-type"]) == ("POST", "application/x-www-form-urlencoded")
    assert feito.cabecalhos["authorization"] == "Basic " + b64encode(b"AC1:s").decode()
    assert dict(parse_qsl(feito.corpo.decode())) == {
        "To": "+5511999998888",
        "From": "+15005550006",
        "Body": "a&Body=b + á",
        "StatusCallback": "https://nos.example/webhooks/sms/c1?trabalho=t-1",
    }


def test_a_messaging_service_an_api_key_and_mms_are_twilios_too() -> None:
    arquivo = ArquivoParaEnviar("a.png", "image/png", 3, "https://nos.example/a.png")
    valores = TWILIO | {"de": "MG" + "0" * 32, "usuario": "SK1", "conta": "AC9", "mms": True}
    feito = pedido(valores, "foto", arquivo=arquivo, tipo="imagem")
    campos = dict(parse_qsl(feito.corpo.decode()))
    assert "/Accounts/AC9/" in feito.url
    assert (campos["MessagingServiceSid"], campos["MediaUrl"]) == ("MG" + "0" * 32, "https://nos.example/a.png")
    assert "From" not in campos
    assert "StatusCallback" not in campos


def test_where_no_file_can_be_sent_its_address_is() -> None:
    arquivo = ArquivoParaEnviar("a.pdf", "application/pdf", 3, "https://nos.example/a.pdf")
    corpo = dict(parse_qsl(pedido(TWILIO, "veja", arquivo=arquivo, tipo="documento").corpo.decode()))
    assert corpo["Body"] == "veja\nhttps://nos.example/a.pdf"
    assert "MediaUrl" not in corpo


def test_another_provider_is_asked_as_its_template_says() -> None:
    feito = pedido(HTTP | {"cabecalhos": "X-Id: {id}\nX-Conta: 7"}, 'diz "oi", {de}\\')
    assert msgspec.json.decode(feito.corpo) == {
        "to": "5511999998888",
        "from": "27123",
        "text": 'diz "oi", {de}\\',
        "ref": "t-1",
    }
    assert feito.cabecalhos == {
        "x-id": "t-1",
        "x-conta": "7",
        "content-type": "application/json",
        "authorization": "Bearer s3nha",
    }


def test_a_get_has_all_in_its_address() -> None:
    url = "https://gw.example/send?u={usuario}&p={senha}&to={paraDigitos}&msg={texto}"
    feito = pedido({"provedor": "http", "url": url, "metodo": "get", "usuario": "eu", "senha": "s&x"}, "a&to=1 ã")
    assert (feito.metodo, feito.corpo) == ("GET", b"")
    assert feito.url == "https://gw.example/send?u=eu&p=s%26x&to=5511999998888&msg=a%26to%3D1%20%C3%A3"


def test_the_webhooks_address_has_its_token_where_that_is_the_proof() -> None:
    valores = HTTP | {"corpo": '{"t":"{texto}","p":"{para}","w":"{webhook}"}', "webhookAutenticacao": "token"}
    valores |= {"webhookCabecalho": "", "webhookSegredo": "t&k", "urlDoWebhook": "https://nos.example/w?a=1"}
    assert msgspec.json.decode(pedido(valores).corpo)["w"] == "https://nos.example/w?a=1&trabalho=t-1&token=t%26k"


@pytest.mark.parametrize(
    ("mudado", "nomeia"),
    [
        ({"provedor": "outro"}, "provedor"),
        ({"url": ""}, "url"),
        ({"url": "gw.example"}, "url"),
        ({"corpo": ""}, "corpo"),
        ({"corpo": '{"to": "{para}"}'}, "texto"),
        ({"corpo": '{"t": "{texto}"}'}, "para"),
        ({"corpo": '{"t": "{textos}"}'}, "seria {texto}"),
        ({"corpo": 7}, "corpo"),
        ({"metodo": "DELETE"}, "metodo"),
        ({"tipoDeConteudo": "text/xml"}, "tipoDeConteudo"),
        ({"autenticacao": "digest"}, "autenticacao"),
        ({"senha": ""}, "senha"),
        ({"autenticacao": "basic", "usuario": ""}, "usuario"),
        ({"cabecalhos": "sem dois pontos"}, "cabecalhos"),
        ({"cabecalhos": "Host: outro.example"}, "cabecalhos"),
        ({"cabecalhos": "A: {texto}"}, "cabecalhos"),
        ({"classesDeErro": "7=talvez"}, "classesDeErro"),
        ({"webhookEstados": "sent"}, "webhookEstados"),
        ({"textoMaximo": 0}, "textoMaximo"),
        ({"textoMaximo": True}, "textoMaximo"),
        ({"webhookLista": []}, "webhookLista"),
    ],
)
def test_what_is_wrong_with_a_config_is_named(mudado: dict[str, Any], nomeia: str) -> None:
    lido = ler(HTTP | mudado)
    assert lido.descricao is None
    assert any(nomeia in problema for problema in lido.problemas), lido.problemas


def test_all_that_twilio_lacks_is_named_at_once() -> None:
    assert [problema.partition(":")[0] for problema in ler({"provedor": "twilio"}).problemas] == [
        "usuario",
        "senha",
        "de",
    ]


def test_a_description_does_not_show_its_secrets() -> None:
    assert "s3nha" not in repr(descrito(HTTP))
    assert "s3nha" not in repr(pedido(HTTP))


@pytest.mark.parametrize(
    ("envio", "codigo"),
    [
        (Envio(para=Endereco("email", "a@b.example"), conteudo="x"), "destino_invalido"),
        (Envio(para=Endereco("remetente", "BANCO"), conteudo="x"), "destino_invalido"),
        (Envio(para=Endereco("telefone", "abc"), conteudo="x"), "destino_invalido"),
        (Envio(para=TELEFONE, conteudo=" \n"), "sem_texto"),
        (Envio(para=TELEFONE, conteudo="x" * 1_601), "texto_longo"),
    ],
)
def test_what_cannot_be_sent_is_not_tried(envio: Envio, codigo: str) -> None:
    feito = pedido_de(descrito(TWILIO), envio, "t-1")
    assert isinstance(feito, Veredito)
    assert (feito.desfecho, feito.classe, feito.codigo) == ("falhou", "final", codigo)


@pytest.mark.parametrize(
    ("escrito", "tipo", "valor"),
    [
        ("+5511999998888", "telefone", "+5511999998888"),
        ("55 (11) 99999-8888", "telefone", "5511999998888"),
        ("+1234", "telefone", "+1234"),
        ("27123", "codigo", "27123"),
        ("12345678", "codigo", "12345678"),
        ("BANCO X", "remetente", "BANCO X"),
        ("7Seven", "remetente", "7Seven"),
    ],
)
def test_a_sender_is_a_phone_a_short_code_or_a_name(escrito: str, tipo: str, valor: str) -> None:
    achado = endereco_de(escrito)
    assert achado is not None
    assert (achado.tipo, achado.valor) == (tipo, valor)


def test_who_has_no_name_is_nobody() -> None:
    assert [endereco_de(nada) for nada in ("", "  ", "\0", "a\nb", "x" * 65)] == [None] * 5


def test_a_phone_is_written_with_a_plus_and_a_short_code_without() -> None:
    assert destino_de(Endereco("telefone", "5511999998888")) == "+5511999998888"
    assert destino_de(Endereco("codigo", "27123")) == "27123"
    assert destino_de(Endereco("usuario", "5511999998888")) is None


@given(
    st.dictionaries(
        st.sampled_from([*HTTP, "webhookEstados", "semErro"]), st.text(max_size=40) | st.integers() | st.booleans()
    )
)
def test_whatever_a_config_says_it_is_read_or_explained(mudado: dict[str, Any]) -> None:
    lido = ler(HTTP | mudado)
    assert (lido.descricao is None) == bool(lido.problemas)
