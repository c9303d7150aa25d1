"""Documents over REST: what is true of every kind, told with SLA policies."""

from typing import Any, Final

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_equipes import equipe_de
from tests.web.test_rest_tickets import fila_com

CAMINHO: Final = "/sla/politicas"
UMA: Final = {"nome": "Ouro", "primeiraRespostaSegundos": 900}


async def criar(admin: Usuario, **campos: Any) -> Any:
    return (await admin("POST", CAMINHO, UMA | campos)).ok(201)


def test_a_document_is_made_listed_replaced_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        ouro = await criar(admin, quando={"prioridades": ["URGENTE"]})
        assert (ouro["versao"], ouro["primeiraRespostaSegundos"], ouro["resolucaoSegundos"]) == (1, 900, None)
        assert ouro["quando"]["prioridades"] == ["URGENTE"]
        prata = await criar(admin, nome="Bronze")
        lista = (await ana("GET", CAMINHO)).ok()
        assert ([um["nome"] for um in lista["data"]], lista["total"]) == (["Bronze", "Ouro"], 2)
        onde = f"{CAMINHO}/{ouro['id']}"
        mudado = (await admin("PUT", onde, UMA | {"resolucaoSegundos": 3600})).ok()
        assert (mudado["versao"], mudado["resolucaoSegundos"], mudado["quando"]["prioridades"]) == (2, 3600, [])
        assert (await admin("PUT", onde, UMA | {"resolucaoSegundos": 3600})).ok() == mudado
        assert (await ana("GET", onde)).ok() == mudado
        (await admin("DELETE", onde)).ok(204)
        (await admin("GET", onde)).erro(404, "documento_nao_encontrado")
        assert [um["id"] for um in (await admin("GET", CAMINHO)).ok()["data"]] == [prata["id"]]

    com_servidor(dsn, teste)


def test_only_who_configures_the_empresa_changes_its_documents(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        ouro = await criar(s.usuario())
        ana = s.usuario("atendente")
        (await ana("POST", CAMINHO, UMA | {"nome": "Outra"})).erro(403)
        (await ana("PUT", f"{CAMINHO}/{ouro['id']}", UMA)).erro(403)
        (await ana("DELETE", f"{CAMINHO}/{ouro['id']}")).erro(403)

    com_servidor(dsn, teste)


def test_who_changes_what_another_has_changed_meanwhile_is_told(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        onde = f"{CAMINHO}/{(await criar(admin))['id']}"
        (await admin("PUT", onde, UMA | {"ordem": 1, "versao": 1})).ok()
        erro = (await admin("PUT", onde, UMA | {"ordem": 2, "versao": 1})).erro(409, "versao_do_documento")
        assert [um["campo"] for um in erro["detalhes"]] == ["versao"]

    com_servidor(dsn, teste)


def test_two_documents_of_a_kind_have_two_names(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        await criar(admin)
        (await admin("POST", CAMINHO, UMA | {"nome": "OURO"})).erro(409, "documento_existe")

    com_servidor(dsn, teste)


def test_what_cannot_be_is_refused_with_every_field_named(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, fora = s.usuario(), novo_id()
        corpo = {
            "nome": "Nada",
            "quando": {"filas": [fora], "canalIds": [fora]},
            "escalonamentos": [{"em": "violado"}, {"em": "alerta", "porcento": 33, "fila": fora}],
        }
        erro = (await admin("POST", CAMINHO, corpo)).erro(400, "documento_invalido")
        assert [um["campo"] for um in erro["detalhes"]] == [
            "primeiraRespostaSegundos", "quando.canalIds[0]", "quando.filas[0]", "escalonamentos[0]",
            "escalonamentos[1].porcento", "escalonamentos[1].fila",
        ]  # fmt: skip
        erro = (await admin("POST", CAMINHO, UMA | {"quando": {"prioridade": "ALTA"}})).erro(400)
        assert erro["detalhes"][0]["campo"] == "quando.prioridade"

    com_servidor(dsn, teste)


def test_what_a_document_names_is_deleted_only_if_another_takes_its_place(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        velha, nova = await fila_com(admin), await fila_com(admin)
        uma, outra = await equipe_de(admin), await equipe_de(admin, nome="Dia")
        ouro = await criar(admin, quando={"filas": [velha, nova], "equipes": [uma]})
        for o_que, de, para in (("filas", velha, nova), ("equipes", uma, outra)):
            erro = (await admin("DELETE", f"/{o_que}/{de}")).erro(409)
            assert [um["campo"] for um in erro["detalhes"]] == ["politica_sla"]
            assert "Ouro" in erro["detalhes"][0]["problema"]
            (await admin("DELETE", f"/{o_que}/{de}?realocar={para}")).ok(204)
        agora = (await admin("GET", f"{CAMINHO}/{ouro['id']}")).ok()
        assert agora["quando"] == ouro["quando"] | {"filas": [nova], "equipes": [outra]}
        assert agora["versao"] == 3

    com_servidor(dsn, teste)


def test_documents_are_there_after_a_restart(dsn: str) -> None:
    async def antes(s: Servidor) -> None:
        admin = s.usuario()
        feito.append((admin.empresa, await criar(admin)))

    async def depois(s: Servidor) -> None:
        empresa, ouro = feito[0]
        assert (await s.usuario(empresa=empresa)("GET", CAMINHO)).ok()["data"] == [ouro]

    feito: list[Any] = []
    com_servidor(dsn, antes)
    com_servidor(dsn, depois)
