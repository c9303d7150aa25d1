"""Each type of message, and who wrote it."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.fakes.graph.entradas import EXEMPLOS
from connectors.whatsapp.leitura import Leitura, Numero, ler_webhook
from engine.conector.enderecos import Endereco
from engine.conector.entradas import MensagemRecebida
from tests.connectors.whatsapp import AGORA, MARIA, NUMERO, WABA, conversa, mensagem, webhook_de

EU = Numero(NUMERO, WABA)
ID_DE_USUARIO = "BR.13491208655302741918"


def ler(corpo: bytes) -> Leitura:
    return ler_webhook(corpo, EU, AGORA)


def unica(*mensagens: object, **opcoes: Any) -> MensagemRecebida:
    lida = ler(webhook_de(conversa(*mensagens, **opcoes)))
    assert lida.problemas == []
    assert len(lida.mensagens) == 1
    return lida.mensagens[0].mensagem


FORMULARIO = {
    "name": "flow",
    "body": "Sent",
    "response_json": '{"flow_token":"x","nome":"Ana","ok":true,"cores":["a","b"]}',
}
TIPOS: list[tuple[str, Any, str, str]] = [
    ("text", {"body": " Olá "}, "texto", "Olá"),
    ("text", {"body": ""}, "texto", "(mensagem sem texto)"),
    ("image", {"id": "m1", "mime_type": "image/jpeg", "caption": "É este"}, "imagem", "É este"),
    ("image", {"id": "m1", "mime_type": "image/jpeg"}, "imagem", "Imagem"),
    ("image", {"mime_type": "image/jpeg"}, "texto", "Imagem"),
    ("video", {"id": "m1", "mime_type": "video/mp4"}, "video", "Vídeo"),
    ("audio", {"id": "m1", "mime_type": "audio/ogg; codecs=opus", "voice": True}, "audio", "Mensagem de voz"),
    ("audio", {"id": "m1", "mime_type": "audio/mpeg", "voice": False}, "audio", "Áudio"),
    ("document", {"id": "m1", "filename": "contrato.pdf"}, "documento", "Documento: contrato.pdf"),
    ("document", {"id": "m1", "filename": "contrato.pdf", "caption": "Assine"}, "documento", "Assine"),
    ("sticker", {"id": "m1", "mime_type": "image/webp", "animated": True}, "imagem", "Figurinha animada"),
    (
        "location",
        {"latitude": -23.5, "longitude": -46.6},
        "texto",
        "Localização: -23.5,-46.6\nhttps://maps.google.com/?q=-23.5,-46.6",
    ),
    (
        "location",
        {"latitude": 1, "longitude": 2, "name": "MASP", "address": "Av. Paulista"},
        "texto",
        "Localização: MASP, Av. Paulista\nhttps://maps.google.com/?q=1,2",
    ),
    ("location", {"latitude": "x", "longitude": None}, "texto", "Localização"),
    ("contacts", EXEMPLOS["contacts"], "texto", "Contato: João Souza, +55 11 98888-7777"),
    ("interactive", {"type": "button_reply", "button_reply": {"id": "s", "title": "Sim"}}, "texto", "Sim"),
    (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "1", "title": "Azul", "description": "P"}},
        "texto",
        "Azul\nP",
    ),
    ("interactive", {"nfm_reply": FORMULARIO}, "texto", "Formulário: Sent\nnome: Ana\nok: sim\ncores: a, b"),
    ("interactive", {"nfm_reply": {"name": "flow", "response_json": "{broken"}}, "texto", "Formulário: flow"),
    ("button", {"payload": "p", "text": "Quero"}, "texto", "Quero"),
    ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, "texto", "Reagiu com 👍"),
    ("reaction", {"message_id": "wamid.0"}, "texto", "Retirou a reação"),
    ("reaction", {"message_id": "wamid.0", "emoji": ""}, "texto", "Retirou a reação"),
    ("order", EXEMPLOS["order"], "texto", "Pedido com 1 item\n2 × camiseta-p (59.9 BRL)\nPode entregar hoje?"),
    (
        "edit",
        {"original_message_id": "wamid.0", "message": {"type": "text", "text": {"body": "Novo"}}},
        "texto",
        "Mensagem editada: Novo",
    ),
    (
        "edit",
        {"original_message_id": "wamid.0", "message": {"type": "image", "image": {"id": "1", "caption": "L"}}},
        "texto",
        "Mensagem editada: L",
    ),
    ("revoke", {"original_message_id": "wamid.0"}, "texto", "Apagou uma mensagem"),
    ("system", EXEMPLOS["system"], "texto", "Mudou de número: +5511977776666"),
    ("request_welcome", None, "texto", "Abriu a conversa"),
    ("tipo_do_futuro", {"caption": "Veja"}, "texto", "Veja"),
    (
        "tipo_do_futuro",
        {"id": "m9", "mime_type": "model/gltf", "sha256": "x"},
        "documento",
        "Mensagem do tipo «tipo_do_futuro»",
    ),
    ("tipo_do_futuro", None, "texto", "Mensagem do tipo «tipo_do_futuro»"),
]


@pytest.mark.parametrize(("tipo", "carga", "nosso", "conteudo"), TIPOS)
def test_each_type_of_message_says_something_and_keeps_its_structure(
    tipo: str, carga: Any, nosso: str, conteudo: str
) -> None:
    lida = unica(mensagem(tipo, carga))
    assert (lida.tipo, lida.conteudo) == (nosso, conteudo)
    assert lida.metadados["tipoOriginal"] == tipo
    if tipo != "text" and carga is not None:
        assert lida.metadados[tipo] == carga


def test_what_whatsapp_does_not_give_to_companies_says_so() -> None:
    erro = {"code": 131051, "title": "Unsupported", "error_data": {"details": "Not supported."}}
    lida = unica(mensagem("unsupported", errors=[erro]))
    assert "não entrega a empresas" in lida.conteudo
    assert "Not supported." in lida.conteudo
    assert lida.metadados["errors"] == [erro]


def test_a_file_is_told_with_its_message() -> None:
    carga = {"id": "m1", "mime_type": "application/pdf", "sha256": "abc=", "filename": "a.pdf"}
    midia = ler(webhook_de(conversa(mensagem("document", carga)))).mensagens[0].midia
    assert midia is not None
    assert (midia.id, midia.mime, midia.sha256, midia.nome) == ("m1", "application/pdf", "abc=", "a.pdf")


def test_what_nobody_wrote_is_automatic() -> None:
    assert unica(mensagem("system", EXEMPLOS["system"])).automatica
    assert unica(mensagem("request_welcome")).automatica
    assert not unica(mensagem("text", {"body": "x"})).automatica


def test_an_answer_names_what_it_answers_and_a_forward_is_marked() -> None:
    lida = unica(mensagem("text", {"body": "x"}, context={"from": "551130000000", "id": "wamid.0"}))
    assert lida.responde_a == "wamid.0"
    assert unica(mensagem("reaction", {"message_id": "wamid.9", "emoji": "👍"})).responde_a == "wamid.9"
    assert unica(mensagem("revoke", {"original_message_id": "wamid.8"})).responde_a == "wamid.8"
    muito = unica(mensagem("text", {"body": "x"}, context={"frequently_forwarded": True}))
    assert muito.metadados["encaminhada"] is True
    assert muito.metadados["muitoEncaminhada"] is True
    produto = unica(mensagem("text", {"body": "x"}, context={"referred_product": {"catalog_id": "1"}}))
    assert produto.metadados["produto"] == {"catalog_id": "1"}


def test_what_brought_the_contact_is_kept() -> None:
    anuncio = {"source_url": "https://fb.me/x", "source_type": "ad", "headline": "Promoção"}
    assert unica(mensagem("text", {"body": "x"}, referral=anuncio)).metadados["referral"] == anuncio


# -- who --------------------------------------------------------------------------------------------------------------


def test_a_contact_with_a_phone_and_an_id_is_the_phone_and_also_the_id() -> None:
    contato = {"profile": {"name": "Maria", "username": "maria"}, "wa_id": MARIA, "user_id": ID_DE_USUARIO}
    lida = unica(mensagem("text", {"body": "x"}, from_user_id=ID_DE_USUARIO), contatos=[contato])
    assert lida.de == Endereco("telefone", "+" + MARIA)
    assert lida.tambem == (Endereco("usuario", ID_DE_USUARIO),)
    assert (lida.nome, lida.metadados["usuario"]) == ("Maria", "maria")


def test_a_contact_without_a_phone_is_its_id() -> None:
    sem_from = mensagem("text", {"body": "x"}, from_user_id=ID_DE_USUARIO)
    del sem_from["from"]
    lida = unica(sem_from, contatos=[{"profile": {"name": "Maria"}, "user_id": ID_DE_USUARIO}])
    assert (lida.de, lida.tambem, lida.nome) == (Endereco("usuario", ID_DE_USUARIO), (), "Maria")


def test_the_id_may_be_known_from_the_contacts_alone() -> None:
    sem_nada = mensagem("text", {"body": "x"})
    del sem_nada["from"]
    lida = unica(sem_nada, contatos=[{"profile": {"name": "Maria"}, "user_id": ID_DE_USUARIO}])
    assert lida.de == Endereco("usuario", ID_DE_USUARIO)
    com_from = unica(mensagem("text", {"body": "x"}), contatos=[{"wa_id": MARIA, "user_id": ID_DE_USUARIO}])
    assert com_from.tambem == (Endereco("usuario", ID_DE_USUARIO),)


def test_a_name_is_of_whoever_has_it_also_where_the_ninth_digit_is_missing() -> None:
    contatos = [
        {"profile": {"name": "João"}, "wa_id": "5521988887777"},
        {"profile": {"name": "Maria"}, "wa_id": "551199998888"},
    ]
    lida = unica(mensagem("text", {"body": "x"}), contatos=contatos)
    assert (lida.nome, lida.de.valor, lida.tambem) == ("Maria", "+" + MARIA, ())
    desconhecida = unica(mensagem("text", {"body": "x"}) | {"from": "5531977776666"}, contatos=contatos)
    assert desconhecida.nome is None


def test_a_changed_number_is_one_of_the_same_person() -> None:
    lida = unica(mensagem("system", EXEMPLOS["system"]))
    assert (lida.tambem, lida.mudou_de_endereco) == ((Endereco("telefone", "+5511977776666"),), True)
    carga: Any = {"user_id": "MX.2", "previous_user_id": "BR.1", "type": "user_changed_user_id", "body": "changed"}
    sem_from = mensagem("system", carga)
    del sem_from["from"]
    mudou = unica(sem_from, contatos=[])
    assert not mudou.mudou_de_endereco
    assert {mudou.de, *mudou.tambem} == {Endereco("usuario", "MX.2"), Endereco("usuario", "BR.1")}


def test_a_message_that_nobody_sent_is_a_problem_of_its_own() -> None:
    sem_nada = mensagem("text", {"body": "x"})
    del sem_nada["from"]
    lida = ler(webhook_de(conversa(sem_nada, mensagem("text", {"body": "y"}), contatos=[])))
    assert [m.mensagem.conteudo for m in lida.mensagens] == ["y"]
    assert [p.onde for p in lida.problemas] == ["entry 0 › changes 0 › messages 0"]
