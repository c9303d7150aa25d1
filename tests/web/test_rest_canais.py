"""Canais over REST: their secrets go in and never come out."""

import json

import asyncpg
import pytest

from engine.errors import Invalid
from engine.modelo import CanalSegredosRow
from storage import Cofre
from storage.segredos import aberta
from tests.servidor import CHAVE_DOS_SEGREDOS
from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.rest_gerado import ACENTOS
from tests.web.test_rest_tickets import abrir, fila_com
from web.pedido.validacao import Esquema
from web.rotas.canais import CanalNovo

WHATSAPP = {
    "nome": "WhatsApp da loja",
    "tipo": "whatsapp",
    "config": {"phoneNumberId": "1065", "accessToken": "EAAG-muito-secreto", "versao": 5, "wabaId": None, "x": None},
}


def test_canais_are_made_listed_changed_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = await fila_com(admin)
        canal = (await admin("POST", "/canais", WHATSAPP | {"filaId": fila})).ok(201)
        assert (canal["nome"], canal["tipo"], canal["filaId"], canal["ativo"]) == (
            "WhatsApp da loja", "whatsapp", fila, True
        )  # fmt: skip
        assert canal["config"] == {"phoneNumberId": "1065", "versao": 5, "wabaId": None}
        assert canal["segredos"] == ["accessToken"]
        caminho = f"/canais/{canal['id']}"
        assert (await admin("GET", caminho)).ok() == canal
        email = (await admin("POST", "/canais", {"nome": "E-mail", "tipo": "email"})).ok(201)
        assert (email["config"], email["segredos"], email["filaId"]) == ({}, [], None)
        lista = (await admin("GET", "/canais")).ok()
        assert lista == {"data": [email, canal], "total": 2, "page": 1, "totalPages": 1}
        mudado = (await admin("PATCH", caminho, {"nome": "Zap", "filaId": None, "ativo": False})).ok()
        assert (mudado["nome"], mudado["filaId"], mudado["ativo"]) == ("Zap", None, False)
        assert (mudado["config"], mudado["segredos"]) == (canal["config"], ["accessToken"])
        erro = (await admin("PATCH", caminho, {"tipo": "sms", "segredos": []})).erro(400)
        assert {d["campo"] for d in erro["detalhes"]} == {"tipo", "segredos"}
        (await admin("DELETE", caminho)).ok(204)
        (await admin("DELETE", caminho)).erro(404, "canal_nao_encontrado")
        (await admin("GET", caminho)).erro(404, "canal_nao_encontrado")
        assert (await admin("GET", "/canais")).ok()["data"] == [email]

    com_servidor(dsn, teste)


def test_a_secret_is_kept_replaced_and_taken_away_but_told_to_nobody(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, supervisor, conector = s.usuario(), s.usuario("supervisor"), s.usuario("conector")
        canal = (await admin("POST", "/canais", WHATSAPP)).ok(201)
        caminho = f"/canais/{canal['id']}"
        config = {"phoneNumberId": "2", "accessToken": "EAAG-o-novo", "webhookVerifyToken": "EAAG-outro"}
        mudado = (await admin("PATCH", caminho, {"config": config})).ok()
        assert (mudado["config"], mudado["segredos"]) == ({"phoneNumberId": "2"}, ["accessToken", "webhookVerifyToken"])
        assert await segredos(dsn, canal["id"]) == {"accessToken": "EAAG-o-novo", "webhookVerifyToken": "EAAG-outro"}
        mudado = (await admin("PATCH", caminho, {"config": {"webhookVerifyToken": None}})).ok()
        assert (mudado["config"], mudado["segredos"]) == ({}, ["accessToken"])
        assert await segredos(dsn, canal["id"]) == {"accessToken": "EAAG-o-novo"}
        ticket = await abrir(admin, canalId=canal["id"])
        for quem in (admin, supervisor, conector):
            for lido in ("/canais", caminho, f"/tickets/{ticket}", f"/tickets/{ticket}/historico"):
                assert b"EAAG" not in (await quem("GET", lido)).corpo
        assert not [evento for evento in await eventos(dsn, s.empresa) if "EAAG" in evento]

    com_servidor(dsn, teste)


def test_what_is_written_in_a_config_is_kept_to_the_letter(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        config = {
            "saudacao": f" {ACENTOS}\r\n",
            "titulo": 0.1,
            "cor": 2**53 - 1,
            "origens": "",
        }
        canal = (await s.usuario()("POST", "/canais", {"nome": "C", "tipo": "webchat", "config": config})).ok(201)
        assert canal["config"] == config
        assert (await s.usuario()("GET", f"/canais/{canal['id']}")).ok()["config"] == config

    com_servidor(dsn, teste)


async def segredos(dsn: str, canal_id: str) -> object:
    con = await asyncpg.connect(dsn)
    try:
        (linha,) = await con.fetch("SELECT * FROM atendimento_canal_segredos WHERE canal_id = $1", canal_id)
        row = CanalSegredosRow(*(str(valor) for valor in linha))
        assert "EAAG" not in row.segredos
        return json.loads(aberta(Cofre([CHAVE_DOS_SEGREDOS]), row).segredos)
    finally:
        await con.close()


async def eventos(dsn: str, empresa_id: str) -> list[str]:
    con = await asyncpg.connect(dsn)
    try:
        rows = await con.fetch(
            "SELECT dados::text || coalesce(mudancas::text, '') AS tudo FROM atendimento_eventos WHERE empresa_id = $1",
            empresa_id,
        )
        return [row["tudo"] for row in rows]
    finally:
        await con.close()


def test_a_ticket_goes_to_the_fila_of_its_canal_unless_it_names_another(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        vendas, suporte = await fila_com(admin), await fila_com(admin, nome="Suporte")
        canal = (await admin("POST", "/canais", WHATSAPP | {"filaId": vendas})).ok(201)["id"]
        visto = (await admin("GET", f"/tickets/{await abrir(admin, canalId=canal)}")).ok()
        assert (visto["filaId"], visto["canalId"]) == (vendas, canal)
        assert visto["canal"] == {"id": canal, "nome": "WhatsApp da loja", "tipo": "whatsapp"}
        visto = (await admin("GET", f"/tickets/{await abrir(admin, canalId=canal, filaId=suporte)}")).ok()
        assert visto["filaId"] == suporte
        (await admin("POST", "/tickets", {"contato_nome": "X", "contato_email": "x@example.com", "canalId": novo_id()})
         ).erro(404, "canal_nao_encontrado")  # fmt: skip

    com_servidor(dsn, teste)


def test_a_canal_in_use_is_deleted_only_when_another_takes_its_tickets(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        canal, outro = [(await admin("POST", "/canais", WHATSAPP)).ok(201)["id"] for _ in range(2)]
        tickets = [await abrir(admin, canalId=canal) for _ in range(3)]
        fechado = await abrir(admin, canalId=canal)
        (await admin("POST", f"/tickets/{fechado}/encerrar")).ok()
        erro = (await admin("DELETE", f"/canais/{canal}")).erro(409)
        assert any("3" in detalhe["problema"] for detalhe in erro["detalhes"]), erro
        for ruim in (canal, novo_id()):
            assert (await admin("DELETE", f"/canais/{canal}?realocar={ruim}")).status in {400, 404, 409}
        (await admin("DELETE", f"/canais/{canal}?realocar={outro}")).ok(204)
        assert {(await admin("GET", f"/tickets/{id_}")).ok()["canalId"] for id_ in tickets} == {outro}
        assert (await admin("GET", f"/tickets?canalId={outro}")).ok()["total"] == 3

    com_servidor(dsn, teste)


def test_secrets_that_are_never_taken_away_do_not_grow_without_end(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        caminho = f"/canais/{(await admin('POST', '/canais', WHATSAPP)).ok(201)['id']}"
        muitos = {f"nome{n}": "x" for n in range(48)}
        (await admin("PATCH", caminho, {"config": muitos})).ok()
        antes = (await admin("GET", caminho)).ok()
        for a_mais in ({"outro1": "x", "outro2": "x"}, {f"nome{n}": "x" * 4000 for n in range(4)}):
            erro = (await admin("PATCH", caminho, {"config": a_mais})).erro(409, "config_grande_demais")
            assert "mandando null" in erro["message"]
        assert (await admin("GET", caminho)).ok() == antes
        (await admin("PATCH", caminho, {"config": dict.fromkeys(muitos) | {"outro1": "x"}})).ok()
        assert (await admin("GET", caminho)).ok()["segredos"] == ["accessToken", "outro1"]

    com_servidor(dsn, teste)


@pytest.mark.parametrize(
    ("config", "diz"),
    [
        ([], "objeto JSON"),
        (None, "objeto JSON"),
        ({"1a": 1}, "não é um nome"),
        ({"nome com espaço": 1}, "não é um nome"),
        ({"ação": 1}, "não é um nome"),
        ({"a" * 61: 1}, "não é um nome"),
        ({"": 1}, "não é um nome"),
        ({"a": []}, "a: deve ser texto, número"),
        ({"a": {"b": 1}}, "a: deve ser texto, número"),
        ({"a": "x" * 4097}, "a: deve ter no máximo 4096 caracteres"),
        ({"a": "x\0"}, "a: não pode ter o caractere NUL"),
        ({"a": "\ud800"}, "a: tem um caractere Unicode incompleto"),
        ({"a": 2**53}, "a: deve ser um número de"),
        ({"a": -1e300}, "a: deve ser um número de"),
        ({f"a{n}": 1 for n in range(51)}, "no máximo 50 nomes"),
        ({f"a{n}": "x" * 4000 for n in range(5)}, "no máximo 16384 bytes"),
    ],
)
def test_a_config_that_is_not_one_says_why_and_does_not_show_the_value(config: object, diz: str) -> None:
    with pytest.raises(Invalid) as recusa:
        Esquema(CanalNovo).ler({"nome": "Canal", "tipo": "api", "config": config})
    (detalhe,) = recusa.value.detalhes
    assert detalhe.campo == "config"
    assert diz in detalhe.problema
    assert "xxx" not in detalhe.problema
