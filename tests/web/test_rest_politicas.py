"""The policy of a fila over REST: the document, its versions, what is wrong with it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec.structs import fields

from engine.politica.modelo import Politica
from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id

CAMPOS = {campo.encode_name for campo in fields(Politica)}
DA_VERSAO = {"versao", "desde", "autorId", "motivo", "restauradaDe"}


async def fila_de(admin: Usuario, nome: str = "Vendas", **campos: object) -> str:
    id_: str = (await admin("POST", "/filas", {"nome": nome} | campos)).ok(201)["id"]
    return id_


def dos(erro: Any) -> dict[str, str]:
    return {detalhe["campo"]: detalhe["problema"] for detalhe in erro["detalhes"]}


def test_a_fila_begins_with_a_policy_of_defaults_all_of_them_shown(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        fila = await fila_de(admin, estrategia="ROUND_ROBIN", prioridade=8)
        criada = (await admin("GET", f"/filas/{fila}")).ok()["createdAt"]
        vista = (await ana("GET", f"/filas/{fila}/politica")).ok()
        assert vista.keys() == CAMPOS | DA_VERSAO | {"avisos"}
        assert (vista["estrategia"], vista["prioridade"]) == ("ROUND_ROBIN", 8)
        assert vista["oferta"] == {"segundos": 30, "paralelas": 1, "semResposta": 3, "estadoSemResposta": "pausa"}
        assert (vista["versao"], vista["desde"], vista["autorId"]) == (1, criada, None)
        versoes = (await ana("GET", f"/filas/{fila}/politica/versoes")).ok()
        esperada = {campo: vista[campo] for campo in DA_VERSAO}
        assert versoes == {"data": [esperada], "total": 1, "page": 1, "totalPages": 1}
        politica = {campo: vista[campo] for campo in CAMPOS}
        assert (await ana("GET", f"/filas/{fila}/politica/versoes/1")).ok() == esperada | {"politica": politica}
        diferencas = (await ana("GET", f"/filas/{fila}/politica/versoes/1/diferencas")).ok()
        assert diferencas == {"versao": 1, "com": None, "diferencas": []}
        (await ana("GET", f"/filas/{fila}/politica/versoes/2")).erro(404, "versao_nao_encontrada")

    com_servidor(dsn, teste)


def test_it_is_replaced_whole_compared_and_restored(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, sup = s.usuario(), s.usuario("supervisor")
        fila, outra = await fila_de(admin), await fila_de(admin, "Outra")
        equipe = (await admin("POST", "/equipes", {"nome": "Noite"})).ok(201)["id"]
        (await admin("POST", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        caminho = f"/filas/{fila}/politica"
        documento = {
            "estrategia": "HIBRIDO",
            "ordem": "prioridade",
            "pontosPorMinuto": 0.5,
            "prazosSegundos": {"URGENTE": 60},
            "habilidades": [{"canal": "whatsapp", "exige": [{"nome": " espanhol ", "nivel": 3}]}],
            "aneis": [{"aposSegundos": 30, "reduzNivel": 1}, {"aposSegundos": 90, "equipes": [equipe.upper()]}],
            "transbordos": [{"para": outra, "aposSegundos": 600}],
            "horario": {"dias": {"seg": [["08:00", "12:00"], ["13:00", "24:00"]]}, "fechadoEm": ["2026-12-25"]},
            "motivo": "primeira",
            "versao": 1,
        }
        nova = (await sup("PUT", caminho, documento)).ok()
        assert (nova["versao"], nova["autorId"], nova["motivo"]) == (2, sup.id, "primeira")
        assert nova["habilidades"][0]["exige"] == [{"nome": "espanhol", "nivel": 3, "preferida": False}]
        assert nova["aneis"][1]["equipes"] == [equipe]
        assert nova["horario"]["dias"]["seg"][1] == ["13:00", "24:00"]
        vista = (await admin("GET", caminho)).ok()
        assert vista == nova
        assert (await admin("GET", f"/filas/{fila}")).ok()["estrategia"] == "HIBRIDO"

        (await admin("PATCH", f"/filas/{fila}", {"prioridade": 9})).ok()
        (await admin("PATCH", f"/filas/{fila}", {"nome": "Só o nome"})).ok()
        diferencas = (await admin("GET", f"{caminho}/versoes/3/diferencas")).ok()
        mudou = [{"campo": "prioridade", "antes": 5, "depois": 9}]
        assert diferencas == {"versao": 3, "com": 2, "diferencas": mudou}
        desde_o_inicio = (await admin("GET", f"{caminho}/versoes/3/diferencas?com=1")).ok()["diferencas"]
        assert {"campo": "prazosSegundos.URGENTE", "antes": None, "depois": 60} in desde_o_inicio
        assert {"campo": "pontosPorMinuto", "antes": 0, "depois": 0.5} in desde_o_inicio

        restaurada = (await admin("POST", f"{caminho}/versoes/1/restaurar", {"motivo": "voltou"})).ok()
        assert (restaurada["versao"], restaurada["restauradaDe"], restaurada["motivo"]) == (4, 1, "voltou")
        primeira = (await admin("GET", f"{caminho}/versoes/1")).ok()["politica"]
        assert {campo: restaurada[campo] for campo in CAMPOS} == primeira
        assert (await admin("POST", f"{caminho}/versoes/4/restaurar")).ok()["versao"] == 4
        versoes = (await admin("GET", f"{caminho}/versoes?limit=3")).ok()
        assert [uma["versao"] for uma in versoes["data"]] == [4, 3, 2]
        assert (versoes["total"], versoes["totalPages"]) == (4, 2)
        assert [uma["versao"] for uma in (await admin("GET", f"{caminho}/versoes?limit=3&page=2")).ok()["data"]] == [1]

    com_servidor(dsn, teste)


def test_the_same_document_is_the_same_version_and_a_version_of_before_is_409(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        nova = (await admin("PUT", caminho, {"ordem": "idade"})).ok()
        assert (await admin("PUT", caminho, {"ordem": "idade", "prioridade": 5.0, "motivo": "de novo"})).ok() == nova
        erro = (await admin("PUT", caminho, {"ordem": "prazo", "versao": 1})).erro(409, "versao_da_politica")
        assert "versão 2" in erro["message"]
        assert (await admin("GET", caminho)).ok() == nova

    com_servidor(dsn, teste)


def test_every_problem_is_told_at_once_with_its_path(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        ruim = {
            "estrategia": "hibrida",
            "anes": [],
            "prioridade": 11,
            "pontosPorMinuto": "1",
            "oferta": {"segundo": 30, "paralelas": 0},
            "aneis": [{"aposSegundos": 30, "dispensa": ["", 3]}, {"apos": 1}, 7],
            "habilidades": [{"exige": [{"nome": "a\nb", "nivel": 9}]}, {"exige": []}],
            "pesosDosAtendentes": {"ana": 0},
            "prazosSegundos": {"ALTISSIMA": 1},
            "horario": {"dias": {"segunda": [], "ter": [["08:00"]]}},
            "afinidade": 3,
            "avisos": [],
            "maximo": {"acao": None},
        }
        ditos = dos((await admin("PUT", caminho, ruim)).erro(400, "dados_invalidos"))
        assert ditos.keys() == {
            "estrategia", "anes", "prioridade", "pontosPorMinuto", "oferta.segundo", "oferta.paralelas",
            "aneis[0].dispensa[0]", "aneis[0].dispensa[1]", "aneis[1].apos", "aneis[1].aposSegundos", "aneis[2]",
            "habilidades[0].exige[0].nome", "habilidades[0].exige[0].nivel", "habilidades[1].exige",
            "pesosDosAtendentes.ana", "prazosSegundos.ALTISSIMA", "horario.dias.segunda", "horario.dias.ter[0]",
            "afinidade", "avisos", "maximo.acao",
        }  # fmt: skip
        assert "você quis dizer aneis?" in ditos["anes"]
        assert "você quis dizer segundos?" in ditos["oferta.segundo"]
        assert "você quis dizer HIBRIDO?" in ditos["estrategia"]
        assert "você quis dizer seg?" in ditos["horario.dias.segunda"]
        assert ditos["aneis[1].aposSegundos"] == "é obrigatório"
        assert "lista de 2 valores" in ditos["horario.dias.ter[0]"]

        pesos = {novo_id(): peso for peso in (0, -1, 1001, "2", None, True)}
        ditos = dos((await admin("PUT", caminho, {"pesosDosAtendentes": pesos})).erro(400, "dados_invalidos"))
        assert ditos == {f"pesosDosAtendentes.{id_}": "deve ser um número maior que 0 e até 1000" for id_ in pesos}
        sem_sentido = {"aneis": [{"aposSegundos": 9}, {"aposSegundos": 3}], "transbordos": [{"para": novo_id()}]}
        erro = (await admin("PUT", caminho, sem_sentido)).erro(400, "politica_invalida")
        assert dos(erro).keys() == {"aneis[1].aposSegundos", "transbordos[0].para", "transbordos[0]"}
        assert (await admin("GET", caminho)).ok()["versao"] == 1

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    "corpo",
    [
        b'{"aneis":' + b"[" * 200_000,
        b'{"oferta":' * 100_000,
        b'{"horario":{"dias":{"seg":' + b"[" * 900 + b"]" * 900 + b"}}}",
        b'{"pontosPorMinuto":1e400}',
        b'{"pontosPorMinuto":' + b"9" * 5000 + b"}",
        b'{"silencioSegundos":99999999999999999999999}',
        b'{"silencioSegundos":-1}',
        b'{"mensagemDeEspera":{"texto":"{posicao"}}',
        b'{"mensagemDeEspera":{"texto":"\\u0000"}}',
        b'{"mensagemDeEspera":{"texto":"faltam {espera}"}}',
        b'{"mensagemDeEspera":{"texto":"' + b"{x}" * 300 + b'"}}',
        b'{"mensagemDeEspera":{"texto":"' + b"{" * 1000 + b'"}}',
        b'{"mensagemDeEspera":{"texto":"a","repetirSegundos":1}}',
        b'{"versao":0}',
        b'{"versao":2147483648}',
        b'{"oferta":{"estadoSemResposta":"a\\u0000b"}}',
        b'{"habilidades":[{"exige":[{"nome":"\\ud800"}]}]}',
        b'{"pesosDosAtendentes":{"\\u0000":1}}',
        b'{"horario":{"fuso":"\\u0000"}}',
        b'{"horario":{"fuso":"' + b"../" * 20 + b'"}}',
        b'{"horario":{"fechadoEm":[' + b'"x",' * 999 + b'"y"]}}',
        b'{"habilidades":[' + b"{}," * 300_000 + b"{}]}",
        b'{"aneis":[' + b'{"aposSegundo":1,"dispens":1},' * 9 + b"{}]}",
        b'{"pesosDosAtendentes":{' + b",".join(b'"%d":1' % n for n in range(60_000)) + b"}}",
        b'{"motivo":"a\\u0000b"}',
        b"[]",
        b"null",
        b" ",
    ],
)
def test_what_makes_no_sense_is_400_and_nothing_is_done(dsn: str, corpo: bytes) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        for metodo, onde in (("PUT", caminho), ("POST", f"{caminho}/verificar")):
            erro = (await admin(metodo, onde, corpo)).erro(400)
            assert len(erro["detalhes"]) <= 50
        assert (await admin("GET", caminho)).ok()["versao"] == 1

    com_servidor(dsn, teste)


def test_a_document_over_one_megabyte_is_413_and_a_large_one_is_kept_as_it_is(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        (await admin("PUT", caminho, b" " * 1_048_577)).erro(413)
        regras = [
            {"exige": [{"nome": f"habilidade {n} {m}".ljust(60, "x")} for m in range(20)], "etiqueta": f"{n}"}
            for n in range(100)
        ]
        gravada = (await admin("PUT", caminho, {"habilidades": regras})).ok()
        assert len(json.dumps(gravada)) > 150_000
        assert (await admin("GET", f"{caminho}/versoes/2")).ok()["politica"]["habilidades"] == gravada["habilidades"]

    com_servidor(dsn, teste)


def test_a_policy_is_not_lost_with_a_body_that_never_came(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        (await admin("PUT", caminho, {"modo": "oferta"})).ok()
        assert "obrigatório" in (await admin("PUT", caminho)).erro(400, "json_invalido")["message"]
        assert (await admin("GET", caminho)).ok()["modo"] == "oferta"

    com_servidor(dsn, teste)


@pytest.mark.parametrize("versao", ["0", "-1", "x", "1.5", "2147483648", "9" * 40, "%00", "1%20"])
def test_a_version_that_is_no_number_is_400(dsn: str, versao: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = await fila_de(admin)
        resposta = await admin("GET", f"/filas/{fila}/politica/versoes/{versao}")
        assert "versao" in dos(resposta.erro(400, "dados_invalidos"))

    com_servidor(dsn, teste)


def test_to_verify_says_what_saving_would_and_changes_nothing(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = await fila_de(admin)
        caminho = f"/filas/{fila}/politica"
        presente = (await admin("GET", caminho)).ok()
        verificada = (await admin("POST", f"{caminho}/verificar")).ok()
        assert verificada == {"avisos": presente["avisos"]}
        assert (await admin("POST", f"{caminho}/verificar", {})).ok() == verificada
        documento = {"ordem": "idade", "modo": "oferta"}
        avisos = (await admin("POST", f"{caminho}/verificar", documento)).ok()["avisos"]
        (await admin("POST", f"{caminho}/verificar", {"transbordos": [{"para": fila}]})).erro(400, "politica_invalida")
        assert (await admin("GET", caminho)).ok() == presente
        assert (await admin("PUT", caminho, documento)).ok()["avisos"] == avisos
        assert (await admin("POST", f"{caminho}/verificar")).ok()["avisos"] == avisos
        assert (await admin("POST", f"{caminho}/verificar", {})).ok() == verificada, "the document of all defaults"

    com_servidor(dsn, teste)


def test_who_may_not_set_up_filas_reads_it_and_changes_nothing(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        for papel in ("atendente", "conector"):
            alguem = s.usuario(papel)
            (await alguem("GET", caminho)).ok()
            (await alguem("PUT", caminho, {})).erro(403)
            (await alguem("POST", f"{caminho}/versoes/1/restaurar")).erro(403)
        de_fora = s.usuario(empresa=novo_id())
        for metodo, onde in (
            ("GET", ""), ("PUT", ""), ("GET", "/versoes"), ("GET", "/versoes/1"), ("GET", "/versoes/1/diferencas"),
            ("POST", "/versoes/1/restaurar"), ("POST", "/verificar"),
        ):  # fmt: skip
            (await de_fora(metodo, caminho + onde, {} if metodo != "GET" else None)).erro(404, "fila_nao_encontrada")

    com_servidor(dsn, teste)


def test_a_restoration_is_done_once_under_its_key(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/filas/{await fila_de(admin)}/politica"
        (await admin("PUT", caminho, {"ordem": "idade"})).ok()
        onde = f"{caminho}/versoes/1/restaurar"
        uma = (await admin("POST", onde, {}, idempotency_key="k1")).ok()
        (await admin("PUT", caminho, {"ordem": "prazo"})).ok()
        assert (await admin("POST", onde, {}, idempotency_key="k1")).ok() == uma
        assert (await admin("GET", caminho)).ok()["versao"] == 4

    com_servidor(dsn, teste)
