"""What of a canal's config is shown."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.canais import PUBLICOS, e_publico, mostrado, separar
from engine.eventos.leitura import sem_segredos
from engine.modelo import EventoRow, TipoCanal

TIPOS: tuple[TipoCanal, ...] = get_args(TipoCanal)
NOMES = sorted({nome for nomes in PUBLICOS.values() for nome in nomes})


def evento(tipo: str, dados: object, mudancas: object = None) -> EventoRow:
    texto = None if mudancas is None else json.dumps(mudancas)
    return EventoRow("e", 1, tipo, 0, None, None, None, None, None, None, "admin", json.dumps(dados), texto)


def test_every_tipo_says_what_it_shows() -> None:
    assert PUBLICOS.keys() == set(TIPOS)


@pytest.mark.parametrize("tipo", TIPOS)
def test_what_is_listed_is_shown_and_all_else_is_not(tipo: TipoCanal) -> None:
    outros = {"authorization", "chave", "smtpPass", "pin", "bearer", "dsn", "phonenumberid", "PhoneNumberId", "x"}
    for nome in {*NOMES, *outros}:
        assert e_publico(tipo, nome, "x") is (nome in PUBLICOS[tipo]), nome


@pytest.mark.parametrize(
    ("tipo", "nome", "valor"),
    [
        ("whatsapp", "urlBase", "https://ana:senha@graph.example.com/v1"),
        ("whatsapp", "urlBase", "https://ghp_abcdef@graph.example.com"),
        ("whatsapp", "urlBase", "https://graph.example.com/?access_token=abc"),
        ("whatsapp", "urlBase", "https://graph.example.com/#chave"),
        ("sms", "url", "http://ana:se/nh?a@sms.example.com"),
        ("sms", "url", "//ana:senha@sms.example.com"),
        ("sms", "url", "ana:senha@sms.example.com"),
        ("sms", "url", "https://sms.example.com/enviar?para={para}&k=abc"),
        ("sms", "url", "https://sms.example.com/enviar?abc"),
        ("email", "smtpHost", "ana:senha@smtp.example.com"),
        ("email", "imapHost", "imaps://ana:senha@imap.example.com"),
        ("email", "nomeRemetente", "Loja https://ana:senha@example.com"),
        ("email", "imapPasta", "imap://ana:senha@example.com/INBOX"),
        ("webchat", "origens", "https://a.example.com, https://ana:senha@b.example.com"),
        ("push", "vapidAssunto", "https://ana:senha@example.com"),
    ],
)
def test_an_address_with_a_password_or_a_key_in_it_is_secret(tipo: TipoCanal, nome: str, valor: str) -> None:
    assert not e_publico(tipo, nome, valor)


@pytest.mark.parametrize(
    ("tipo", "nome", "valor"),
    [
        ("whatsapp", "urlBase", "https://graph.facebook.com"),
        ("sms", "url", "https://sms.example.com:8443/enviar?para={para}&texto={{texto}}&vazio="),
        ("email", "endereco", "loja@example.com"),
        ("email", "smtpUsuario", "loja@example.com"),
        ("email", "smtpPort", 587),
        ("webchat", "saudacao", "Olá! Veja https://example.com/?de=chat ou escreva a loja@example.com"),
        ("webchat", "titulo", None),
        ("push", "vapidAssunto", "mailto:ops@example.com"),
    ],
)
def test_what_is_none_is_shown(tipo: TipoCanal, nome: str, valor: object) -> None:
    assert e_publico(tipo, nome, valor)


@given(
    st.sampled_from(TIPOS),
    st.dictionaries(
        st.sampled_from([*NOMES, "chave", "x"]),
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.just("https://a:b@c"),
    ),
)
def test_nothing_is_lost_and_nothing_is_in_both(tipo: TipoCanal, config: dict[str, object]) -> None:
    aberto, secreto = separar(tipo, json.dumps(config))
    assert not aberto.keys() & secreto.keys()
    assert {nome: json.loads(bytes(valor)) for nome, valor in (aberto | secreto).items()} == config
    texto, nomes = mostrado(tipo, json.dumps(config))
    assert (set(json.loads(texto)), nomes) == (set(aberto), frozenset(secreto))


def test_an_event_of_before_is_told_without_its_secrets() -> None:
    config = {"phoneNumberId": "1", "authorization": "Basic abc", "urlBase": "https://a:abc@x"}
    canal = {"id": "c", "tipo": "whatsapp", "config": config, "segredos": ["token"]}
    mudancas = {"nome": ["a", "b"], "config": [{"smtpPass": "abc", "versao": "1"}, config]}
    limpo = sem_segredos(evento("canal_atualizado", {"canal": canal}, mudancas))
    assert "abc" not in limpo.dados + (limpo.mudancas or "")
    dito = json.loads(limpo.dados)["canal"]
    assert dito["config"] == {"phoneNumberId": "1"}
    assert dito["segredos"] == ["authorization", "smtpPass", "token", "urlBase"]
    assert json.loads(limpo.mudancas or "") == {"nome": ["a", "b"], "config": [{"versao": "1"}, {"phoneNumberId": "1"}]}


def test_an_event_without_secrets_stays_as_it_was_written() -> None:
    canal = {"tipo": "sms", "config": {"de": "5511"}, "segredos": []}
    for um in (evento("canal_criado", {"canal": canal}), evento("canal_excluido", {"id": "c"}), evento("outro", [1])):
        assert sem_segredos(um) is um
