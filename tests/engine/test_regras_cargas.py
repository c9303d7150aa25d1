"""What a job carries: written down without what a person said, and put together again with it."""

from __future__ import annotations

import json
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.conector.enderecos import Endereco, TipoDeEndereco
from engine.conector.trabalhos import Envio, Push, Webhook
from engine.envios.cargas import (
    TRABALHOS,
    EnvioGravado,
    NaFila,
    de_mensagem,
    destino,
    e_de,
    escrito,
    lido,
    na_fila,
    ordem_de,
    raia_de,
)
from engine.modelo import Arquivo, EnvioRow, MensagemRow, NomeDoTrabalho, TicketRow, TipoCanal
from engine.vistas import json_text

TICKET = TicketRow(
    "e", "t", 1, "ABERTO", "NORMAL", "Ana", "5511999998888", "ana@x.y", "Assunto", "f", None, "c", False, 1, 1, 1, None,
    None, None,
)  # fmt: skip
MENSAGEM = MensagemRow("e", "m", "t", 21, "segredo dito", "texto", "enviada", "a", None, False, "pendente", 5)
FOTO = Arquivo("f1", "foto.png", "image/png", 9, "ab" * 32)
TIPOS = get_args(TipoDeEndereco)
enderecos = st.builds(Endereco, st.sampled_from(TIPOS), st.text(max_size=40))


def url(empresa_id: str, arquivo_id: str) -> str:
    return f"https://x/{empresa_id}/{arquivo_id}?assinado"


def trabalho(mensagem: MensagemRow = MENSAGEM, tipo: TipoCanal = "whatsapp", **campos: Any) -> EnvioRow:
    envio = Envio(para=Endereco("telefone", "+5511999998888"), **campos)
    return de_mensagem(mensagem, TICKET, "c", tipo, envio)


def carga(row: EnvioRow, mensagem: MensagemRow | None = MENSAGEM) -> Any:
    item = na_fila(row, mensagem, url)
    assert item is not None
    return item.carga


@given(enderecos)
def test_an_address_is_read_as_it_was_written(endereco: Endereco) -> None:
    assert lido(escrito(endereco)) == endereco


def test_the_lane_is_that_of_the_contact_or_else_of_its_address_in_one_form() -> None:
    com_contato = replace(TICKET, contato_id="k")
    formas = [Endereco("telefone", "+5511999998888"), Endereco("telefone", "551199998888")]
    assert {raia_de(com_contato, para) for para in (*formas, Endereco("usuario", "BR.1"))} == {"contato:k"}
    assert {raia_de(TICKET, para) for para in formas} == {"telefone:551199998888"}
    assert {raia_de(TICKET, Endereco("email", valor)) for valor in ("Ana@X.y", "ana@x.y")} == {"email:ana@x.y"}


@given(enderecos)
def test_whatever_the_address_it_has_a_lane(endereco: Endereco) -> None:
    assert raia_de(TICKET, endereco).startswith(endereco.tipo)


@pytest.mark.parametrize(
    ("raia", "dele"),
    [("contato:k", True), ("contato:k#m", True), ("sinal contato:k", True), ("contato:k2", False), ("email:k", False)],
)
def test_of_a_contact_are_the_jobs_in_its_lane_and_beside_it(raia: str, dele: bool) -> None:
    row = replace(trabalho(), raia=raia)
    assert e_de(row, {"k", "outro"}) is dele


def test_an_address_of_no_kind_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        lido("pombo:correio")


@given(st.integers(0, 2**40), st.integers(0, 2**40))
def test_places_in_line_are_those_of_the_log(um: int, outro: int) -> None:
    assert ordem_de(um, com_evento=False) < ordem_de(um, com_evento=True)
    if um < outro:
        assert ordem_de(um, com_evento=True) < ordem_de(outro, com_evento=False)


@pytest.mark.parametrize("tipo", TRABALHOS)
def test_a_message_goes_by_the_job_of_its_channel_and_carries_nothing_that_was_said(tipo: TipoCanal) -> None:
    de_texto, de_arquivo = TRABALHOS[tipo]
    row = trabalho(tipo=tipo)
    assert (row.trabalho, row.estado, row.raia) == (de_texto, "pendente", "telefone:551199998888")
    assert (row.id, row.mensagem_id, row.ticket_id, row.canal_id) == ("m", "m", "t", "c")
    assert row.ordem == ordem_de(MENSAGEM.seq, com_evento=True)
    assert "segredo" not in row.dados
    assert trabalho(replace(MENSAGEM, arquivo=FOTO), tipo).trabalho == de_arquivo


@given(
    st.none() | st.text(max_size=40),
    st.lists(st.text(max_size=10), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), max_size=3),
)
def test_what_was_written_down_is_handed_out_with_the_message(
    responde_a: str | None, referencias: list[str], opcoes: dict[str, Any]
) -> None:
    row = trabalho(responde_a=responde_a, referencias=tuple(referencias), opcoes=opcoes, assunto="Oi")
    dada = carga(row, replace(MENSAGEM, arquivo=FOTO, tipo="imagem"))
    assert (dada.conteudo, dada.tipo, dada.para.valor) == ("segredo dito", "imagem", "+5511999998888")
    assert (dada.responde_a, dada.referencias, dada.opcoes, dada.assunto) == (
        responde_a, tuple(referencias), opcoes, "Oi",
    )  # fmt: skip
    assert (dada.arquivo.nome, dada.arquivo.url) == ("foto.png", "https://x/e/f1?assinado")


def test_of_what_was_deleted_nothing_is_put_together_again() -> None:
    assert na_fila(replace(trabalho(), dados=""), MENSAGEM, url) is None
    assert na_fila(trabalho(), replace(MENSAGEM, excluida_em=1), url) is None
    assert na_fila(trabalho(), None, url) is None


@pytest.mark.parametrize(
    ("nome", "dada", "campo"),
    [
        ("processar_webhook", Webhook(corpo="e30=", tipo_de_conteudo="application/json", recebido_em=1), "webhook"),
        ("enviar_push", Push(endpoint="https://p", p256dh="k", auth="a", titulo="t", corpo="c"), "push"),
        ("sinalizar", EnvioGravado(para=Endereco("telefone", "+55"), opcoes={"sinal": "lida", "a": "w.1"}), "envio"),
    ],
)
def test_what_is_no_message_carries_all_of_it(nome: NomeDoTrabalho, dada: Any, campo: str) -> None:
    row = replace(trabalho(), mensagem_id=None, trabalho=nome, dados=json_text(dada))
    assert carga(row, None) == dada
    entregue = NaFila(replace(row, prazo=9, tentativas=2), dada).trabalho()
    assert getattr(entregue, campo) == dada
    assert (entregue.tentativa, entregue.prazo, entregue.trabalho) == (2, 9, nome)
    na_rede = json.loads(json_text(entregue))
    assert {"envio", "webhook", "push"} & na_rede.keys() == {campo}


@pytest.mark.parametrize(
    ("tipo", "campos", "esperado"),
    [
        ("whatsapp", {"endereco": "usuario:BR.1"}, Endereco("usuario", "BR.1")),
        ("whatsapp", {}, Endereco("telefone", "+5511999998888")),
        ("sms", {"contato_telefone": None}, None),
        ("email", {}, Endereco("email", "ana@x.y")),
        ("email", {"contato_email": None}, None),
        ("email", {"endereco": "email:outra@x.y"}, Endereco("email", "outra@x.y")),
    ],
)
def test_a_contact_is_answered_where_it_wrote_from_or_else_by_what_is_known_of_it(
    tipo: TipoCanal, campos: dict[str, Any], esperado: Endereco | None
) -> None:
    assert destino(replace(TICKET, **campos), tipo) == esperado
