"""What a message can be beside text: checked, and as its connector is told."""

from __future__ import annotations

from typing import Any

import pytest

from engine.conector.trabalhos import Envio
from engine.errors import Conflict, Invalid, NotFound
from engine.modelo import MensagemRow
from engine.vistas import json_text
from web.acoes.mensagens import Mensagem
from web.pedido.validacao import Esquema

TICKET = "0198c5f0-1d2e-7abc-8def-0123456789ab"
OUTRA = "0198c5f0-1d2e-7abc-8def-0123456789ac"
ESQUEMA = Esquema(Mensagem)


def ler(**campos: Any) -> Mensagem:
    return ESQUEMA.ler({"ticketId": TICKET, "conteudo": "oi", **campos})


def problemas(**campos: Any) -> str:
    with pytest.raises(Invalid) as recusa:
        ler(**campos)
    return "; ".join(f"{um.campo}: {um.problema}" for um in recusa.value.detalhes)


def citada(ticket_id: str = TICKET, id_externo: str | None = "wamid.1") -> MensagemRow:
    return MensagemRow(
        "empresa", OUTRA, ticket_id, 1, "x", "texto", "recebida", None, None, False, "entregue", 0,
        id_externo=id_externo,
    )  # fmt: skip


def test_a_template_goes_with_its_values() -> None:
    opcoes = ler(modelo={"nome": "boas_vindas", "parametros": ["João"]}).prontas(TICKET, {})
    envio = Envio(para=None, opcoes=opcoes.para_o_conector())  # type: ignore[arg-type]
    assert json_text(envio.opcoes) == '{"modelo":{"nome":"boas_vindas","parametros":["João"]}}'


def test_buttons_and_lists_are_told_as_they_are() -> None:
    botoes = ler(interativo={"botoes": [{"id": "s", "titulo": "Sim"}]}).prontas(TICKET, {})
    assert botoes.interativo == {"botoes": [{"id": "s", "titulo": "Sim"}]}
    lista = {"botao": "Ver", "secoes": [{"linhas": [{"id": "1", "titulo": "Um"}]}]}
    assert ler(interativo={"lista": lista}).prontas(TICKET, {}).interativo == {"lista": lista}


def test_the_message_that_is_answered_is_told_by_what_its_provider_calls_it() -> None:
    opcoes = ler(respostaA=OUTRA).prontas(TICKET, {OUTRA: citada()})
    assert (opcoes.responde_a, opcoes.para_o_conector()) == ("wamid.1", {})
    reacao = ler(reacao={"a": OUTRA, "emoji": "👍"}).prontas(TICKET, {OUTRA: citada()})
    assert reacao.para_o_conector() == {"reacao": {"a": "wamid.1", "emoji": "👍"}}


def test_a_message_of_another_ticket_is_not_answered_and_one_that_has_not_gone_out_neither() -> None:
    pedida = ler(respostaA=OUTRA)
    with pytest.raises(NotFound):
        pedida.prontas(TICKET, {})
    with pytest.raises(NotFound):
        pedida.prontas(TICKET, {OUTRA: citada(ticket_id=OUTRA)})
    with pytest.raises(Conflict, match="ainda não saiu"):
        pedida.prontas(TICKET, {OUTRA: citada(id_externo=None)})


@pytest.mark.parametrize(
    ("campos", "dito"),
    [
        ({"modelo": {}}, "nome: é obrigatório"),
        ({"modelo": {"nome": "x", "parametro": []}}, "você quis dizer parametros?"),
        ({"modelo": "x"}, "modelo: deve ser um objeto JSON"),
        ({"interativo": {}}, "mande botoes ou lista, um dos dois"),
        ({"interativo": {"botoes": [{"id": str(n), "titulo": "x"} for n in range(4)]}}, "no máximo 3"),
        ({"interativo": {"botoes": [{"id": "1", "titulo": "x" * 21}]}}, "no máximo 20 caracteres"),
        ({"interativo": {"lista": {"botao": "x", "secoes": [{"linhas": []}]}}}, "de 1 a 10 linhas"),
        ({"reacao": {"a": "x"}}, "deve ser um UUID"),
        ({"modelo": {"nome": "x"}, "reacao": {"a": OUTRA}}, "não vai junto com modelo"),
        ({"modelo": {"nome": "x"}, "direcao": "recebida"}, "são de mensagens enviadas"),
    ],
)
def test_what_is_wrong_is_named(campos: dict[str, Any], dito: str) -> None:
    assert dito in problemas(**campos)
