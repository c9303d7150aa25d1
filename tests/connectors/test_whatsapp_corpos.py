"""What is to be sent → the body that asks for it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.whatsapp.corpos import corpo_de_envio, corpo_de_sinal
from connectors.whatsapp.recusas import Impossivel
from connectors.whatsapp.remessa import Remessa, tipo_de_envio
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, Envio
from tests.connectors.whatsapp import envio_para

MB = 1024 * 1024
IMAGEM = Remessa("m1", "image", "foto.jpg")
PDF = Remessa("m2", "document", "contrato.pdf")
AUDIO = Remessa("m3", "audio", "voz.ogg")


def corpo(remessa: Remessa | None = None, **campos: Any) -> dict[str, Any]:
    return corpo_de_envio(envio_para(**campos), "trabalho-1", remessa)


def opcoes(remessa: Remessa | None = None, conteudo: str = "Escolha", **opcoes: Any) -> dict[str, Any]:
    return corpo(remessa, conteudo=conteudo, opcoes=opcoes)


def test_a_text_names_its_recipient_its_job_and_what_it_answers() -> None:
    assert corpo(conteudo="Olá", responde_a="wamid.0") == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": "+5511999998888",
        "context": {"message_id": "wamid.0"},
        "biz_opaque_callback_data": "trabalho-1",
        "type": "text",
        "text": {"body": "Olá", "preview_url": False},
    }


def test_a_link_has_a_preview() -> None:
    assert corpo(conteudo="Veja HTTPS://exemplo.com/a")["text"]["preview_url"]
    assert not corpo(conteudo="http:// nada")["text"]["preview_url"]


def test_a_phone_has_its_plus_and_a_person_without_one_its_id() -> None:
    assert (
        corpo_de_envio(Envio(para=Endereco("telefone", "5511999998888"), conteudo="x"), "t")["to"] == "+5511999998888"
    )
    por_id = corpo_de_envio(Envio(para=Endereco("usuario", "BR.134"), conteudo="x"), "t")
    assert por_id["recipient"] == "BR.134"
    assert "to" not in por_id


@pytest.mark.parametrize(
    "para",
    [Endereco("email", "a@b.c"), Endereco("visitante", "v"), Endereco("telefone", "abc"), Endereco("telefone", "")],
)
def test_nobody_else_is_reached(para: Endereco) -> None:
    with pytest.raises(Impossivel):
        corpo_de_envio(Envio(para=para, conteudo="x"), "t")


def test_a_text_has_at_most_4096_characters_and_at_least_one() -> None:
    assert corpo(conteudo="á" * 4_096)["text"]["body"] == "á" * 4_096
    with pytest.raises(Impossivel, match="4097 caracteres; o WhatsApp aceita 4096"):
        corpo(conteudo="á" * 4_097)
    with pytest.raises(Impossivel, match="vazia"):
        corpo(conteudo=" \n ")


@pytest.mark.parametrize(
    ("remessa", "esperado"),
    [
        (IMAGEM, {"image": {"id": "m1", "caption": "Olá"}}),
        (PDF, {"document": {"id": "m2", "filename": "contrato.pdf", "caption": "Olá"}}),
    ],
)
def test_a_file_goes_by_its_id_with_its_caption(remessa: Remessa, esperado: dict[str, Any]) -> None:
    dito = corpo(remessa)
    assert {dito["type"]: dito[dito["type"]]} == esperado


def test_the_name_of_a_file_is_no_caption() -> None:
    arquivo = ArquivoParaEnviar("contrato.pdf", "application/pdf", 10, "http://x/y")
    assert "caption" not in corpo(PDF, conteudo="contrato.pdf", arquivo=arquivo)["document"]
    assert "caption" not in corpo(AUDIO, conteudo="")["audio"]
    with pytest.raises(Impossivel, match="1025 caracteres"):
        corpo(IMAGEM, conteudo="x" * 1_025)


@pytest.mark.parametrize(
    ("mime", "tamanho", "com_legenda", "tipo"),
    [
        ("image/jpeg", 5 * MB, True, "image"),
        ("image/jpeg", 5 * MB + 1, False, "document"),
        ("image/webp", 10, False, "document"),
        ("image/svg+xml", 10, False, "document"),
        ("video/mp4", 16 * MB, True, "video"),
        ("video/quicktime", 10, False, "document"),
        ("audio/ogg; codecs=opus", 10, False, "audio"),
        ("audio/ogg", 10, True, "document"),
        ("AUDIO/MPEG", 10, False, "audio"),
        ("application/pdf", 100 * MB, False, "document"),
    ],
)
def test_a_file_is_shown_where_whatsapp_can(mime: str, tamanho: int, com_legenda: bool, tipo: str) -> None:
    assert tipo_de_envio(ArquivoParaEnviar("a", mime, tamanho, "u"), com_legenda) == tipo


def test_a_file_of_more_than_a_hundred_megabytes_is_refused() -> None:
    with pytest.raises(Impossivel, match="100 MB"):
        tipo_de_envio(ArquivoParaEnviar("a", "video/mp4", 100 * MB + 1, "u"), False)


# -- templates --------------------------------------------------------------------------------------------------------


def test_a_template_has_its_parameters_in_their_places() -> None:
    dito = opcoes(
        modelo={
            "nome": "pedido_enviado",
            "idioma": "pt_BR",
            "parametros": ["Maria\n Silva", 17],
            "cabecalho": "42",
            "botoes": [None, "abc", {"indice": 2, "tipo": "quick_reply", "valor": "sim"}],
        }
    )
    assert dito["type"] == "template"
    assert dito["template"] == {
        "name": "pedido_enviado",
        "language": {"code": "pt_BR"},
        "components": [
            {"type": "header", "parameters": [{"type": "text", "text": "42"}]},
            {"type": "body", "parameters": [{"type": "text", "text": "Maria Silva"}, {"type": "text", "text": "17"}]},
            {"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "abc"}]},
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "2",
                "parameters": [{"type": "payload", "payload": "sim"}],
            },
        ],
    }


def test_a_template_without_parameters_has_no_components() -> None:
    assert opcoes(modelo={"nome": "a", "idioma": "b"})["template"] == {"name": "a", "language": {"code": "b"}}


def test_parameters_may_have_names_and_the_header_a_file() -> None:
    dito = opcoes(PDF, modelo={"nome": "a", "idioma": "b", "parametros": {"cliente": "Ana"}})["template"]["components"]
    assert dito[0]["parameters"] == [{"type": "document", "document": {"id": "m2", "filename": "contrato.pdf"}}]
    assert dito[1]["parameters"] == [{"type": "text", "parameter_name": "cliente", "text": "Ana"}]
    cabecalho = {"tipo": "imagem", "url": "https://exemplo.com/a.png"}
    da_web = opcoes(modelo={"nome": "a", "idioma": "b", "cabecalho": cabecalho})["template"]["components"][0]
    assert da_web["parameters"] == [{"type": "image", "image": {"link": "https://exemplo.com/a.png"}}]


@pytest.mark.parametrize(
    "modelo",
    [
        None,
        [],
        {},
        {"nome": "a"},
        {"nome": "a", "idioma": ""},
        {"nome": "a", "idioma": "b", "parametros": "x"},
        {"nome": "a", "idioma": "b", "parametros": [""]},
        {"nome": "a", "idioma": "b", "parametros": [None]},
        {"nome": "a", "idioma": "b", "parametros": ["x" * 2_000]},
        {"nome": "a", "idioma": "b", "botoes": [{"tipo": "outro", "valor": "x"}]},
        {"nome": "a", "idioma": "b", "botoes": ["x"] * 11},
        {"nome": "a", "idioma": "b", "cabecalho": {"tipo": "imagem", "url": "file:///etc/passwd"}},
        {"nome": "a", "idioma": "b", "cabecalho": []},
    ],
)
def test_a_template_that_cannot_be_is_refused(modelo: object) -> None:
    with pytest.raises(Impossivel, match=r"\w"):
        opcoes(modelo=modelo)


# -- buttons and lists ------------------------------------------------------------------------------------------------


def botoes(quantos: int) -> list[dict[str, Any]]:
    return [{"id": f"b{i}", "titulo": f"Opção {i}"} for i in range(quantos)]


def lista(*linhas: int, **campos: Any) -> dict[str, Any]:
    secoes = [
        {"titulo": f"S{i}", "linhas": [{"id": f"{i}-{j}", "titulo": f"L{j}"} for j in range(n)]}
        for i, n in enumerate(linhas)
    ]
    return {"botao": "Ver", "secoes": secoes} | campos


def test_buttons_are_up_to_three_and_may_have_a_file() -> None:
    dito = opcoes(IMAGEM, interativo={"botoes": botoes(3)})["interactive"]
    assert dito["header"] == {"type": "image", "image": {"id": "m1"}}
    assert dito["body"] == {"text": "Escolha"}
    assert dito["action"]["buttons"][2] == {"type": "reply", "reply": {"id": "b2", "title": "Opção 2"}}


def test_a_list_has_up_to_ten_rows() -> None:
    dito = opcoes(interativo={"lista": lista(6, 4)})["interactive"]
    assert dito["type"] == "list"
    assert [len(secao["rows"]) for secao in dito["action"]["sections"]] == [6, 4]
    sem_titulo = {"botao": "Ver", "secoes": [{"linhas": [{"id": "1", "titulo": "Azul", "descricao": "P"}]}]}
    linha = opcoes(interativo={"lista": sem_titulo})["interactive"]["action"]["sections"][0]
    assert linha == {"rows": [{"id": "1", "title": "Azul", "description": "P"}]}


@pytest.mark.parametrize(
    "interativo",
    [
        None,
        {},
        {"botoes": []},
        {"botoes": botoes(4)},
        {"botoes": [{"id": "a", "titulo": "x" * 21}]},
        {"botoes": [{"id": "a", "titulo": ""}]},
        {"botoes": [{"id": "a", "titulo": "A"}, {"id": "a", "titulo": "B"}]},
        {"botoes": "abc"},
        {"botoes": [None]},
        {"lista": lista(6, 5)},
        {"lista": lista(0)},
        {"lista": lista()},
        {"lista": lista(1, botao="")},
        {"lista": lista(1, botao="x" * 21)},
        {"lista": {"botao": "Ver", "secoes": [{"linhas": [{"id": "1", "titulo": "x" * 25}]}]}},
        {"lista": {"botao": "Ver", "secoes": [{"linhas": [{"id": "1", "titulo": "x"}]}] * 2}},
    ],
)
def test_what_cannot_be_chosen_from_is_refused(interativo: object) -> None:
    with pytest.raises(Impossivel, match=r"\w"):
        opcoes(interativo=interativo)


def test_the_text_of_buttons_is_needed_and_has_its_own_limit() -> None:
    with pytest.raises(Impossivel):
        opcoes(interativo={"botoes": botoes(1)}, conteudo="")
    with pytest.raises(Impossivel, match="1025"):
        opcoes(interativo={"botoes": botoes(1)}, conteudo="x" * 1_025)
    assert opcoes(interativo={"lista": lista(1)}, conteudo="x" * 4_096)
    with pytest.raises(Impossivel):
        opcoes(AUDIO, interativo={"botoes": botoes(1)})


# -- reactions and signals --------------------------------------------------------------------------------------------


def test_a_reaction_is_given_and_taken_back() -> None:
    dada = corpo(opcoes={"reacao": {"a": "wamid.0", "emoji": "👍"}}, conteudo="", responde_a="wamid.9")
    assert dada["reaction"] == {"message_id": "wamid.0", "emoji": "👍"}
    assert "context" not in dada
    assert opcoes(reacao={"a": "wamid.0"})["reaction"]["emoji"] == ""
    for errada in (None, {}, {"a": ""}, {"a": "x", "emoji": 5}, {"a": "x", "emoji": "x" * 40}):
        with pytest.raises(Impossivel):
            opcoes(reacao=errada)


def test_typing_is_a_read_receipt_too() -> None:
    lida = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.0"}
    assert corpo_de_sinal("lida", "wamid.0") == lida
    assert corpo_de_sinal("digitando", "wamid.0") == lida | {"typing_indicator": {"type": "text"}}
    errados: list[tuple[Any, Any]] = [("outro", "x"), (None, "x"), ("lida", None), ("lida", ""), ([], "x")]
    for sinal, a in errados:
        with pytest.raises(Impossivel):
            corpo_de_sinal(sinal, a)


_qualquer = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda x: (
        st.lists(x, max_size=4)
        | st.dictionaries(
            st.sampled_from(["botoes", "lista", "secoes", "linhas", "id", "titulo", "nome", "a", "tipo"]), x
        )
    ),
    max_leaves=12,
)


@given(st.sampled_from(["modelo", "interativo", "reacao"]), _qualquer)
def test_whatever_is_asked_for_is_a_body_or_refused(nome: str, valor: Any) -> None:
    with suppress(Impossivel):
        assert opcoes(**{nome: valor})["type"]
