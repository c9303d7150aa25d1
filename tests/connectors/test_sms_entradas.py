"""What the webhooks of providers of SMS say."""

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.fakes.sms import TwilioFalsa, config_do_generico
from connectors.sms import _entradas
from connectors.sms._entradas import Entradas, instante
from connectors.sms._leitura import ler
from connectors.sms._palavras import palavra_chave
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Webhook

AGORA = 1_767_225_600_000
TWILIO: dict[str, Any] = {"provedor": "twilio", "usuario": "AC1", "senha": "s", "de": "+15005550006"}
HTTP: dict[str, Any] = config_do_generico("https://gw.example") | {"senha": "s3nha"}
FORM = "application/x-www-form-urlencoded; charset=utf-8"
JSON = "application/json"


def lidas(valores: dict[str, Any], corpo: bytes, tipo: str = FORM, consulta: str = "") -> Entradas:
    descricao = ler(valores).descricao
    assert descricao is not None
    return _entradas.ler(descricao, webhook_de(corpo, tipo, consulta))


def webhook_de(corpo: bytes, tipo: str, consulta: str) -> Webhook:
    return Webhook(corpo=b64encode(corpo).decode(), tipo_de_conteudo=tipo, recebido_em=AGORA, consulta=consulta)


def da_twilio(campos: dict[str, str], consulta: str = "") -> Entradas:
    return lidas(TWILIO, urlencode(campos).encode(), FORM, consulta)


def do_generico(*itens: object) -> Entradas:
    return lidas(HTTP, msgspec.json.encode({"items": itens}), JSON)


def test_a_message_by_twilio_is_read() -> None:
    (um,) = da_twilio(TwilioFalsa().recebido("SM1", "+5511999998888", "Olá & até já 😀")).mensagens
    assert (um.mensagem.id, um.mensagem.de) == ("SM1", Endereco("telefone", "+5511999998888"))
    assert (um.mensagem.conteudo, um.mensagem.em, um.arquivos) == ("Olá & até já 😀", AGORA, ())
    assert um.mensagem.metadados == {
        "tipoOriginal": "sms",
        "para": "+15005550006",
        "provedor": {"NumSegments": "1", "FromCountry": "BR"},
    }


def test_the_files_of_an_mms_are_named_in_order() -> None:
    arquivos = [(f"https://api.twilio.com/{n}", "image/png") for n in range(3)]
    (um,) = da_twilio(TwilioFalsa().recebido("MM1", "+5511999998888", "", arquivos)).mensagens
    assert [(a.url, a.tipo) for a in um.arquivos] == arquivos
    assert um.mensagem.metadados["tipoOriginal"] == "mms"


def test_an_empty_message_says_that_it_is() -> None:
    (um,) = da_twilio(TwilioFalsa().recebido("SM1", "27123", " ")).mensagens
    assert (um.mensagem.conteudo, um.mensagem.de.tipo) == ("(mensagem vazia)", "codigo")


@pytest.mark.parametrize(
    ("dito", "estado", "classe"),
    [
        ("queued", None, None),
        ("accepted", None, None),
        ("sending", None, None),
        ("sent", "enviado", None),
        ("delivered", "entregue", None),
        ("read", "lido", None),
        ("undelivered", "falhou", "final"),
        ("failed", "falhou", "final"),
        ("canceled", "falhou", "final"),
        ("something_new", None, None),
    ],
)
def test_the_words_of_twilio_have_their_meaning(dito: str, estado: str | None, classe: str | None) -> None:
    campos = {"MessageSid": "SM1", "SmsStatus": dito, "MessageStatus": dito, "From": "+1", "To": "+2"}
    lido = da_twilio(campos, "trabalho=t-9")
    assert not lido.mensagens
    assert not lido.problemas
    assert [(s.estado, s.classe, s.id_externo, s.trabalho_id) for s in lido.status] == (
        [] if estado is None else [(estado, classe, "SM1", "t-9")]
    )


def test_why_it_failed_is_a_code_with_its_class() -> None:
    (um,) = da_twilio({"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30008"}).status
    assert (um.codigo, um.classe, um.trabalho_id) == ("30008", "tentar", None)
    (um,) = da_twilio({"MessageSid": "SM1", "MessageStatus": "failed", "ErrorCode": "30007"}).status
    assert (um.codigo, um.classe) == ("30007", "final")


def test_a_list_of_another_provider_is_read_item_by_item() -> None:
    lido = do_generico(
        {"messageId": "m1", "from": "+5511999998888", "to": "27123", "text": "Oi", "at": "2026-01-01T00:00:00Z"},
        {"messageId": "m2", "status": "DELIVRD", "ref": "t-1", "at": 1767225500},
        {"messageId": "m3", "status": "expired", "reason": 9},
        {"messageId": "m4", "status": "queued"},
        {"heartbeat": True},
        "nonsense",
        None,
    )
    (mensagem,) = lido.mensagens
    assert (mensagem.mensagem.id, mensagem.mensagem.em) == ("m1", AGORA)
    assert [(s.estado, s.trabalho_id, s.id_externo, s.em) for s in lido.status] == [
        ("entregue", "t-1", "m2", 1_767_225_500_000),
        ("falhou", None, "m3", AGORA),
    ]
    assert (lido.status[1].classe, lido.status[1].codigo) == ("numero", "9")
    assert lido.problemas == ()


def test_what_lacks_what_matters_is_a_problem_and_the_rest_is_read() -> None:
    lido = do_generico({"text": "de quem?"}, {"status": "sent"}, {"from": "27123", "text": "ok", "messageId": "m1"})
    assert len(lido.mensagens) == 1
    assert len(lido.problemas) == 2


def test_without_an_id_one_is_made_that_stays_the_same() -> None:
    item = {"from": "27123", "text": "ok"}
    (um,), (mesmo,), (outro,) = (do_generico(um).mensagens for um in (item, item, item | {"text": "ok!"}))
    assert um.mensagem.id == mesmo.mensagem.id != outro.mensagem.id


def test_a_thousand_items_are_read_and_no_more() -> None:
    lido = do_generico(*({"from": "27123", "text": "ok", "messageId": str(n)} for n in range(1_200)))
    assert len(lido.mensagens) == 1_000
    assert len(lido.problemas) == 1


def test_a_clock_that_is_far_ahead_is_not_believed() -> None:
    item = {"from": "27123", "text": "ok", "messageId": "m"}
    assert do_generico(item | {"at": "2030-01-01"}).mensagens[0].mensagem.em == AGORA
    assert do_generico(item | {"at": AGORA + 60_000}).mensagens[0].mensagem.em == AGORA + 60_000


def test_what_postgresql_cannot_hold_is_replaced() -> None:
    (um,) = do_generico({"from": "27123", "text": "a\0b", "messageId": "m\0"}).mensagens
    assert (um.mensagem.conteudo, um.mensagem.id) == ("a�b", "m�")


@pytest.mark.parametrize(
    "corpo", [b"", b"{", b"\xff\xfe", b"[" * 200_000, b'{"items": "\\ud800"}', b"null", b"1", b'"x"', b'{"items": {}}']
)
def test_broken_json_is_a_problem_or_nothing(corpo: bytes) -> None:
    lido = lidas(HTTP, corpo, JSON)
    assert not lido.mensagens
    assert not lido.status


def test_a_form_with_too_many_fields_is_not_read() -> None:
    assert lidas(TWILIO, b"a=1&" * 2_000).problemas


@given(st.binary(max_size=400), st.sampled_from([FORM, JSON, "", "text/plain"]), st.text(max_size=30))
def test_whatever_bytes_come_nothing_breaks(corpo: bytes, tipo: str, consulta: str) -> None:
    for valores in (TWILIO, HTTP):
        lidas(valores, corpo, tipo, consulta)


VALOR = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda filhos: st.lists(filhos, max_size=3) | st.dictionaries(st.text(max_size=8), filhos, max_size=3),
    max_leaves=6,
)
ITEM = st.dictionaries(st.sampled_from(["from", "text", "messageId", "status", "ref", "at", "media", "reason"]), VALOR)


@given(st.lists(ITEM, max_size=4))
def test_whatever_stands_in_the_fields_what_is_made_of_it_is_whole(itens: list[dict[str, Any]]) -> None:
    lido = lidas(HTTP, msgspec.json.encode({"items": itens}), JSON)
    for um in lido.mensagens:
        assert um.mensagem.id
        assert um.mensagem.conteudo or um.arquivos
        assert len(msgspec.json.encode(um.mensagem)) < 600_000
    for status in lido.status:
        assert status.id_externo or status.trabalho_id
        assert 0 < status.em <= AGORA + 3_600_000


@given(st.text(max_size=40))
def test_whatever_a_time_says_nothing_breaks(escrito: str) -> None:
    instante(escrito)


@pytest.mark.parametrize(
    ("texto", "palavra"),
    [
        ("STOP", "parar"),
        ("stop.", "parar"),
        (" Párar! ", "parar"),
        ("sair", "parar"),
        ("Cancelar", "parar"),
        ("START", "voltar"),
        ("voltar", "voltar"),
        ("AJUDA", "ajuda"),
        ("help?", "ajuda"),
        ("quero parar de fumar", None),
        ("", None),
        ("stop" * 1_000, None),
    ],
)
def test_a_keyword_counts_only_alone(texto: str, palavra: str | None) -> None:
    assert palavra_chave(texto) == palavra
    metadados = da_twilio(TwilioFalsa().recebido("SM1", "27123", texto)).mensagens[0].mensagem.metadados
    assert metadados.get("palavraChave") == palavra
