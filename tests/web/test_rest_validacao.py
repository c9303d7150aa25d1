"""Validation: every problem at once, in words that say the remedy."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import Invalid
from web.pedido.validacao import Dados, Esquema, objeto_json, parametros
from web.rotas import DE_JSON
from web.rotas.atendentes import AtendenteNovo, Presenca
from web.rotas.filas import FilaNova
from web.rotas.mensagens import Leitura, MensagemNova
from web.rotas.tickets import Atribuicao, ConsultaTickets, TicketMudanca, TicketNovo, Transferencia

CORPOS = sorted({rota.corpo.tipo for rota in DE_JSON if rota.corpo is not None}, key=lambda tipo: tipo.__name__)
ID = "0190d3a8-5c4e-7b1a-9c3f-2d1e0f9a8b7c"


def problemas(tipo: type[Dados], dados: dict[str, object], *, de_texto: bool = False) -> dict[str, str]:
    with pytest.raises(Invalid) as recusa:
        Esquema(tipo, de_texto=de_texto).ler(dados)
    assert recusa.value.codigo == "dados_invalidos"
    return {detalhe.campo: detalhe.problema for detalhe in recusa.value.detalhes}


def ler(tipo: type[Dados], dados: dict[str, object]) -> Any:
    return Esquema(tipo).ler(dados)


def test_a_ticket_is_read_as_the_mission_sends_it() -> None:
    lido = ler(
        TicketNovo,
        {
            "contato_nome": " João Silva ",
            "contato_telefone": "+55 (11) 99999-8888",
            "contato_email": "joao@example.com",
            "assunto": "Dúvida sobre produto",
            "empresaId": ID.upper(),
            "filaId": ID.upper(),
            "canalId": None,
            "prioridade": "ALTA",
        },
    )
    assert lido.contato_nome == "João Silva"
    assert lido.contato_telefone == "+5511999998888"  # which number that is, the country of the empresa decides
    assert (lido.empresa_id, lido.fila_id, lido.canal_id, lido.prioridade) == (ID, ID, None, "ALTA")


def test_all_problems_are_told_at_once() -> None:
    ditos = problemas(
        TicketNovo,
        {
            "contato_nome": "  ",
            "contato_telefone": "123",
            "contato_email": "joao",
            "filaId": "7",
            "prioridade": "URGENT",
            "assunto": 5,
            "cor": "azul",
        },
    )
    assert ditos.keys() == {
        "contato_nome", "contato_telefone", "contato_email", "filaId", "prioridade", "assunto", "cor"
    }  # fmt: skip
    assert ditos["contato_nome"] == "não pode ser vazio"
    assert ditos["prioridade"].endswith("você quis dizer URGENTE?")
    assert "5511999998888" in ditos["contato_telefone"]


def test_an_unknown_field_names_the_nearest_right_one() -> None:
    ditos = problemas(TicketNovo, {"contatoNome": "João", "contato_telefone": "5511999998888", "zzz": 1})
    assert ditos["contatoNome"] == "não existe este campo; você quis dizer contato_nome?"
    assert ditos["zzz"] == "não existe este campo; retire-o"
    assert ditos["contato_nome"] == "é obrigatório"


def test_an_object_of_too_many_fields_is_refused_without_looking_at_them() -> None:
    with pytest.raises(Invalid) as recusa:
        Esquema(TicketNovo).ler({f"campo_{n}": n for n in range(201)})
    assert (recusa.value.codigo, recusa.value.detalhes) == ("dados_invalidos", ())
    assert "201 campos" in recusa.value.message
    assert "no máximo 200" in recusa.value.message


def test_of_many_problems_the_first_are_told_and_the_others_are_counted() -> None:
    with pytest.raises(Invalid) as recusa:
        Esquema(TicketNovo).ler({f"contato_nome{n}": n for n in range(150)})
    assert [detalhe.campo for detalhe in recusa.value.detalhes] == [f"contato_nome{n}" for n in range(50)]
    assert "(e mais 150" in recusa.value.message  # the required one is missing too
    assert "50 primeiros" in recusa.value.message


def test_the_nearest_name_is_looked_for_only_for_the_first_unknown_fields_of_sane_length() -> None:
    nomes = ["contato_nome" + "e" * 60, *(f"contato_nome{n}" for n in range(30))]
    ditos = problemas(TicketNovo, dict.fromkeys(nomes, 1))
    com_sugestao = [campo for campo, problema in ditos.items() if "quis dizer" in problema]
    assert com_sugestao == [f"contato_nome{n}" for n in range(9)]
    assert ditos["contato_nome29"] == "não existe este campo; retire-o"


def test_a_ticket_needs_a_way_to_reach_the_contact() -> None:
    assert problemas(TicketNovo, {"contato_nome": "João"}) == {
        "contato_telefone": "informe contato_telefone ou contato_email"
    }


def test_patch_refuses_what_is_the_servers_and_says_where_it_changes() -> None:
    do_servidor = ("id", "numero", "empresaId", "createdAt", "atendenteId", "filaId")
    ditos = problemas(TicketMudanca, dict.fromkeys(do_servidor, ID))
    assert ditos.keys() == set(do_servidor)
    assert all(problema.startswith("é do servidor") for problema in ditos.values())
    assert "transferir" in ditos["filaId"]


def test_null_clears_what_may_be_empty_and_nothing_else() -> None:
    assert ler(TicketMudanca, {"assunto": None}).assunto is None
    assert problemas(TicketMudanca, {"status": None, "prioridade": None}).keys() == {"status", "prioridade"}


@pytest.mark.parametrize(
    ("tipo", "dados", "campo"),
    [
        (MensagemNova, {"ticketId": ID, "conteudo": ""}, "conteudo"),
        (MensagemNova, {"ticketId": ID, "conteudo": "x" * 4097}, "conteudo"),
        (MensagemNova, {"ticketId": ID, "conteudo": "a\0b"}, "conteudo"),
        (MensagemNova, {"ticketId": ID, "conteudo": "a\ud800b"}, "conteudo"),
        (MensagemNova, {"ticketId": ID, "conteudo": ["oi"]}, "conteudo"),
        (MensagemNova, {"ticketId": ID, "conteudo": "oi", "tipo": "sticker"}, "tipo"),
        (Atribuicao, {}, "atendenteId"),
        (Atribuicao, {"atendenteId": None}, "atendenteId"),
        (Atribuicao, {"atendenteId": ID, "forcar": 1}, "forcar"),
        (Transferencia, {"motivo": "gerente"}, "filaId"),
        (Presenca, {"online": "sim"}, "online"),
        (Presenca, {"online": True, "estado": ""}, "estado"),
        (AtendenteNovo, {"nome": "a\nb", "email": "a@b.co"}, "nome"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b"}, "email"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "capacidade": 101}, "capacidade"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "capacidade": 5.5}, "capacidade"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "capacidade": True}, "capacidade"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "habilidades": "pt"}, "habilidades"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "habilidades": ["pt", 5]}, "habilidades"),
        (AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "habilidades": ["x"] * 51}, "habilidades"),
        (FilaNova, {"nome": "Vendas", "prioridade": 0}, "prioridade"),
        (FilaNova, {"nome": "x" * 201}, "nome"),
        (Leitura, {"lida": False}, "lida"),
    ],
)
def test_a_wrong_value_is_named(tipo: type[Dados], dados: dict[str, object], campo: str) -> None:
    assert problemas(tipo, dados).keys() == {campo}


def test_a_whole_number_is_one_however_it_is_written() -> None:
    assert ler(AtendenteNovo, {"nome": "Ana", "email": "a@b.co", "capacidade": 4.0}).capacidade == 4


def test_the_length_of_a_text_is_that_of_what_was_sent_in_characters() -> None:
    assert ler(FilaNova, {"nome": "👍" * 200}).nome == "👍" * 200
    assert problemas(FilaNova, {"nome": " " + "x" * 200}).keys() == {"nome"}


@pytest.mark.parametrize("tipo", ["imagem", "audio", "video", "documento"])
@pytest.mark.parametrize("conteudo", ["", "veja"])
@pytest.mark.parametrize("direcao", ["enviada", "recebida"])
def test_what_has_a_file_is_not_a_message_without_one(tipo: str, conteudo: str, direcao: str) -> None:
    dados: dict[str, object] = {"ticketId": ID, "conteudo": conteudo, "tipo": tipo, "direcao": direcao}
    assert problemas(MensagemNova, dados).keys() == {"tipo"}
    assert "/atendimento/mensagens/arquivo" in problemas(MensagemNova, dados)["tipo"]


def test_what_a_contact_writes_is_kept_as_written() -> None:
    escrito = "  linha 1\r\n\tlinha 2 👩‍👩‍👧  "
    assert ler(MensagemNova, {"ticketId": ID, "conteudo": escrito}).conteudo == escrito


def test_query_numbers_are_read_from_text() -> None:
    lida = Esquema(ConsultaTickets, de_texto=True).ler(
        parametros(b"page=2&limit=100&status=ABERTO&filaId=" + ID.encode())
    )
    assert (lida.page, lida.limit, lida.status, lida.fila_id) == (2, 100, "ABERTO", ID)


@pytest.mark.parametrize(
    ("consulta", "campo"),
    [
        (b"page=0", "page"),
        (b"page=-1", "page"),
        (b"page=1.5", "page"),
        (b"page=%C2%B2", "page"),
        (b"page=99999999999999999999999", "page"),
        (b"limit=101", "limit"),
        (b"limit=", "limit"),
        (b"status=aberto", "status"),
        (b"filaId=1", "filaId"),
        (b"filtro=x", "filtro"),
        (b"page=1&page=2", "page"),
    ],
)
def test_a_wrong_query_parameter_is_named(consulta: bytes, campo: str) -> None:
    with pytest.raises(Invalid) as recusa:
        Esquema(ConsultaTickets, de_texto=True).ler(parametros(consulta))
    assert [detalhe.campo for detalhe in recusa.value.detalhes] == [campo]


@pytest.mark.parametrize(
    "consulta", [b"page=%ff", b"\xff=1", "ç=1".encode(), b"&".join(b"a%d=1" % n for n in range(60))]
)
def test_a_malformed_query_is_refused(consulta: bytes) -> None:
    with pytest.raises(Invalid):
        parametros(consulta)


@pytest.mark.parametrize(
    "corpo",
    [
        b"\xff",
        b"{",
        b"[]",
        b"null",
        b'"texto"',
        b"1e999",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b'{"a":"\\ud800"}',
        b"{'a':1}",
        b'{"a":NaN}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_a_body_that_is_not_a_json_object_is_refused(corpo: bytes) -> None:
    with pytest.raises(Invalid):
        objeto_json(corpo)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda filhos: st.lists(filhos, max_size=3) | st.dictionaries(st.text(), filhos, max_size=3),
)


@pytest.mark.parametrize("tipo", CORPOS)
@given(dados=st.data())
def test_no_object_is_worse_than_refused(tipo: type[Dados], dados: st.DataObject) -> None:
    nomes = st.sampled_from(tipo.__struct_encode_fields__)
    objeto = dados.draw(st.dictionaries(nomes | st.text(), JSON, max_size=6))
    with suppress(Invalid):
        assert isinstance(Esquema(tipo).ler(objeto), tipo)


@given(st.binary())
def test_no_query_is_worse_than_refused(consulta: bytes) -> None:
    with suppress(Invalid):
        Esquema(ConsultaTickets, de_texto=True).ler(parametros(consulta))
