"""Bad input: always a 4xx in the shape of the contract, never a 500, nothing half-written."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.rest_gerado import inventados, montar
from web.rotas import TODAS

COM_CORPO = [rota for rota in TODAS if rota.corpo is not None]


@pytest.mark.parametrize(
    ("corpo", "codigo"),
    [
        (b"\xff\xfe", "json_invalido"),
        (b"{", "json_invalido"),
        (b"[]", "json_invalido"),
        (b"null", "json_invalido"),
        (b"1e9999", "json_invalido"),
        (b"[" * 300_000, "json_invalido"),
        (b'{"contato_nome":' * 50_000, "json_invalido"),
        (b'{"contato_nome":"\\ud800"}', "json_invalido"),
        (b'{"contato_nome":"a\\u0000b","contato_telefone":"5511999998888"}', "dados_invalidos"),
        (b'{"contato_nome":"a","contato_telefone":5511999998888}', "dados_invalidos"),
        (b'{"contato_nome":123456789012345678901234567890}', "dados_invalidos"),
        (b'{"\\u0000":1}', "dados_invalidos"),
    ],
)
def test_a_malformed_body_is_400(dsn: str, corpo: bytes, codigo: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        (await admin("POST", "/tickets", corpo)).erro(400, codigo)
        assert (await admin("GET", "/tickets")).ok()["total"] == 0

    com_servidor(dsn, teste)


def test_a_body_over_one_megabyte_is_413_and_of_another_type_415(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        (await admin("POST", "/tickets", b" " * 1_048_577)).erro(413, "corpo_grande_demais")
        (await admin("POST", "/tickets", b" " * 1_048_570 + b"{}")).erro(400)
        for tipo in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", ""):
            (await admin("POST", "/tickets", b"{}", content_type=tipo)).erro(415, "tipo_de_conteudo")
        for tipo in ("application/json; charset=utf-8", "Application/JSON", "application/vnd.api+json"):
            (await admin("POST", "/tickets", b"{}", content_type=tipo)).erro(400, "dados_invalidos")

    com_servidor(dsn, teste)


def test_all_problems_are_told_at_once_in_detalhes(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        corpo = {"contatoNome": "x", "contato_telefone": "1", "prioridade": "alta", "filaId": 3}
        erro = (await s.usuario()("POST", "/tickets", corpo)).erro(400, "dados_invalidos")
        ditos = {detalhe["campo"]: detalhe["problema"] for detalhe in erro["detalhes"]}
        assert ditos.keys() == {"contatoNome", "contato_nome", "contato_telefone", "prioridade", "filaId"}
        assert ditos["prioridade"].endswith("você quis dizer ALTA?")
        assert "(e mais 4)" in erro["message"]

    com_servidor(dsn, teste)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(novo_id()),
    lambda filhos: st.lists(filhos, max_size=3) | st.dictionaries(st.text(), filhos, max_size=3),
    max_leaves=8,
)


CONSULTA = st.binary(max_size=60).map(lambda dados: dados.decode("latin1")) | st.from_regex(
    r"(page|limit|status|filaId|empresaId)=[^&]{0,12}", fullmatch=True
)
SEM_PRESSA = settings(suppress_health_check=list(HealthCheck), deadline=None)


@given(dados=st.data())
@settings(SEM_PRESSA, max_examples=12)
def test_no_body_makes_any_route_answer_500(dsn: str, dados: st.DataObject) -> None:
    pedidos: list[tuple[str, str, bytes]] = []
    for rota in COM_CORPO:
        assert rota.corpo is not None
        pedido = montar(rota, inventados(), inventados())
        nomes = st.sampled_from([*rota.corpo.tipo.__struct_encode_fields__, "id", "numero"])
        estranho = dados.draw(st.dictionaries(nomes | st.text(), JSON, max_size=4))
        corpos = codificar(estranho), codificar((pedido.corpo or {}) | estranho), dados.draw(st.binary(max_size=50))
        pedidos.extend((pedido.metodo, pedido.caminho, corpo) for corpo in corpos)

    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for metodo, caminho, corpo in pedidos:
            resposta = await admin(metodo, caminho, corpo)
            assert resposta.status < 500, (metodo, caminho, corpo, resposta.corpo)
            if resposta.status >= 400:
                resposta.erro(resposta.status)

    com_servidor(dsn, teste)


@given(consultas=st.lists(CONSULTA, min_size=20, max_size=30))
@settings(SEM_PRESSA, max_examples=4)
def test_no_query_makes_a_list_answer_500(dsn: str, consultas: list[str]) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for consulta in consultas:
            resposta = await admin("GET", f"/tickets?{re.sub('[?#]', '', consulta)}")
            assert resposta.status < 500, (consulta, resposta.corpo)

    com_servidor(dsn, teste)


def codificar(valor: Any) -> bytes:
    return json.dumps(valor).encode()
