"""How channels do, over REST: what waits, what is dead and what is done about it; by whom, and of whose empresa."""

from __future__ import annotations

import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from hashlib import sha256
from typing import Any

import httpx2
import pytest
import trio
import trio.testing

from engine.conector.exame import NENHUM_CONECTOR
from engine.envios.situacao import CORPO_MOSTRADO
from tests.seguranca.identidade_apoio import Casa, casa
from tests.servidor import NovoServidor, Servidor, novo_id
from tests.web.conector_apoio import ConectorDeTeste, conector

OPS = "/ops/filas-de-envio"
DLQ = f"{OPS}/dlq"


class Balcao:
    """An empresa with a canal, and tickets whose messages go out by it."""

    def __init__(self, c: Casa, canal_id: str) -> None:
        self.c = c
        self.canal_id = canal_id

    async def __call__(self, metodo: str, caminho: str, corpo: Any = None) -> Any:
        return await self.c.feito(self.c.admin, metodo, caminho, corpo)

    async def recusa(self, metodo: str, caminho: str, corpo: Any = None, quem: Any = None) -> tuple[int, str]:
        resposta = await self.c.pedir(quem or self.c.admin, metodo, caminho, corpo)
        return resposta.status_code, resposta.json()["codigo"]

    async def escrever(self, quantas: int = 1) -> list[str]:
        """Messages in a ticket each; gives their ids."""
        ids = []
        for n in range(quantas):
            telefone = f"551199999{n:04}"
            corpo = {"contato_nome": f"João {n}", "contato_telefone": telefone, "canalId": self.canal_id}
            ticket = await self("POST", "/tickets", corpo)
            ids.append((await self("POST", "/mensagens", {"ticketId": ticket["id"], "conteudo": "Olá!"}))["id"])
        return ids

    async def fila(self) -> dict[str, Any]:
        """The canal as it is shown."""
        filas = (await self("GET", OPS))["data"]
        return next(fila for fila in filas if fila["canalId"] == self.canal_id)

    async def mortos(self, **filtro: Any) -> list[str]:
        achados = await self.c.pedir(self.c.admin, "GET", DLQ, params=filtro)
        assert achados.status_code == 200, achados.text
        return [morto["id"] for morto in achados.json()["data"]]


@asynccontextmanager
async def balcao(servidor: Servidor, **canal: Any) -> AsyncIterator[Balcao]:
    async with casa(servidor) as c:
        feito = await c.feito(c.admin, "POST", "/canais", {"nome": "Do teste", "tipo": "api"} | canal)
        yield Balcao(c, feito["id"])


@asynccontextmanager
async def com_conector(servidor: Servidor, b: Balcao) -> AsyncIterator[ConectorDeTeste]:
    async with conector(servidor, b.c.empresa) as este:
        await este.assinar(b.canal_id)
        yield este


@asynccontextmanager
async def com_mortos(servidor: Servidor, quantos: int) -> AsyncIterator[tuple[Balcao, ConectorDeTeste, list[str]]]:
    async with balcao(servidor) as b, com_conector(servidor, b) as este:
        await b.escrever(quantos)
        yield b, este, await este.matar(quantos)


NADA = {"quantos": 0, "haMais": False, "naoEncontrados": 0, "impossiveis": 0}
TRATOU_UM, TRATOU_DOIS = NADA | {"quantos": 1}, NADA | {"quantos": 2}


def trabalho_de(fila: dict[str, Any], nome: str = "enviar_mensagem") -> dict[str, Any]:
    return next((um for um in fila["trabalhos"] if um["trabalho"] == nome), {})


# -- how it stands -----------------------------------------------------------------------------------------------------


async def test_what_waits_and_what_was_done_is_shown_by_canal_and_job(servidor: Servidor) -> None:
    async with balcao(servidor) as b:
        vazia = await b.fila()
        assert (vazia["nome"], vazia["tipo"], vazia["conectado"], vazia["disjuntor"]) == (
            "Do teste", "api", False, "fechado"
        )  # fmt: skip
        assert vazia["trabalhos"] == []
        await b.escrever(2)
        deste = trabalho_de(await b.fila())
        assert (deste["profundidade"], deste["ouMais"], deste["emCurso"], deste["porMinuto"]) == (2, False, 0, 0)
        assert deste["maisAntigoSegundos"] >= 0
        async with com_conector(servidor, b) as este:
            primeiro, segundo = [await este.trabalho() for _ in range(2)]
            assert (await b.fila())["conectores"] == 1
            assert trabalho_de(await b.fila())["emCurso"] == 2
            await este.resultado(primeiro, "aceito", idExterno="x")
            await este.resultado(segundo, "desconhecido")
            deste = trabalho_de(await b.fila())
            assert (deste["emCurso"], deste["emDuvida"], deste["porMinuto"]) == (0, 1, 1)
        lista = await b("GET", f"{OPS}?page=2&limit=20")
        assert (lista["data"], lista["total"]) == ([], 1)


async def test_a_canal_is_paused_and_nothing_goes_out_until_it_is_resumed(servidor: Servidor) -> None:
    async with balcao(servidor) as b, com_conector(servidor, b) as este:
        pausado = await b("POST", f"/canais/{b.canal_id}/pausar", {"motivo": "número em análise"})
        assert (pausado["pausaMotivo"], pausado["pausadoEm"] is None) == ("número em análise", False)
        assert (await b.fila())["pausaMotivo"] == "número em análise"
        (mensagem,) = await b.escrever()
        assert trabalho_de(await b.fila())["profundidade"] == 1
        retomado = await b("POST", f"/canais/{b.canal_id}/retomar")
        assert (retomado["pausadoEm"], retomado["pausaMotivo"]) == (None, None)
        assert (await este.trabalho())["id"] == mensagem


# -- dead letters ------------------------------------------------------------------------------------------------------


async def test_a_dead_letter_shows_what_it_was_and_why_it_died(servidor: Servidor) -> None:
    async with com_mortos(servidor, 1) as (b, _, (id_,)):
        (morto,) = (await b("GET", DLQ))["data"]
        assert (morto["id"], morto["mensagemId"], morto["canalId"]) == (id_, id_, b.canal_id)
        assert morto["para"] == {"tipo": "telefone", "valor": "+5511999990000"}
        assert (morto["trabalho"], morto["tentativas"], morto["codigo"], morto["erro"]) == (
            "enviar_mensagem", 1, "131026", "Não tem WhatsApp"
        )  # fmt: skip
        assert (morto["corpo"], morto["corpoCortado"]) == (None, False)
        assert morto["desde"] >= morto["createdAt"]
        assert trabalho_de(await b.fila())["mortos"] == 1


async def test_dead_letters_are_filtered(servidor: Servidor) -> None:
    async with com_mortos(servidor, 3) as (b, _, ids):
        assert sorted(await b.mortos()) == sorted(ids)
        assert sorted(await b.mortos(canalId=b.canal_id, trabalho="enviar_mensagem", codigo="131026")) == sorted(ids)
        for outro in ({"trabalho": "enviar_sms"}, {"codigo": "470"}, {"canalId": novo_id()}):
            assert await b.mortos(**outro) == []
        assert await b.mortos(desde="2999-01-01T00:00:00Z") == await b.mortos(ate="2001-01-01T00:00:00Z") == []
        assert len(await b.mortos(desde="2001-01-01T00:00:00.5Z", ate="2999-01-01T00:00:00Z")) == 3
        pagina = await b("GET", f"{DLQ}?limit=2&page=2")
        assert (len(pagina["data"]), pagina["total"], pagina["totalPages"]) == (1, 3, 2)
        for ruim in ("ontem", "2025-02-30T00:00:00Z", "2025-01-01", "2025-01-01T00:00:00-03:00"):
            assert (await b.recusa("GET", f"{DLQ}?desde={ruim}"))[0] == 400


@pytest.mark.parametrize("escolha", ["ids", "filtro", "um"])
async def test_what_is_dead_is_tried_again(servidor: Servidor, escolha: str) -> None:
    async with com_mortos(servidor, 2) as (b, este, ids):
        if escolha == "um":
            for id_ in ids:
                assert await b("POST", f"{DLQ}/{id_}/reenviar") == TRATOU_UM
            assert await b.recusa("POST", f"{DLQ}/{ids[0]}/reenviar") == (409, "envio_vivo")
        else:
            corpo: Any = {"ids": [*ids, novo_id()]} if escolha == "ids" else {"filtro": {"codigo": "131026"}}
            fora = {"naoEncontrados": 1} if escolha == "ids" else {}
            assert await b("POST", f"{DLQ}/reenviar", corpo) == TRATOU_DOIS | fora
            assert await b("POST", f"{DLQ}/reenviar", corpo) == NADA | fora
        assert await b.mortos() == []
        assert sorted([(await este.trabalho())["id"] for _ in ids]) == sorted(ids)


@pytest.mark.parametrize("escolha", ["ids", "filtro", "um"])
async def test_what_is_dead_is_given_up(servidor: Servidor, escolha: str) -> None:
    async with com_mortos(servidor, 2) as (b, _, ids):
        if escolha == "um":
            for id_ in ids:
                await b("DELETE", f"{DLQ}/{id_}")
            assert await b.recusa("DELETE", f"{DLQ}/{ids[0]}") == (409, "envio_vivo")
        else:
            corpo: Any = {"ids": ids} if escolha == "ids" else {"filtro": {}}
            assert await b("POST", f"{DLQ}/descartar", corpo) == TRATOU_DOIS
        assert await b.mortos() == []
        assert trabalho_de(await b.fila()).get("mortos", 0) == 0
        assert await b.recusa("DELETE", f"{DLQ}/{novo_id()}") == (404, "envio_nao_encontrado")


async def test_dead_letters_of_several_canais_are_named_together_and_filtered_one_canal_at_a_time(
    servidor: Servidor,
) -> None:
    async with com_mortos(servidor, 1) as (b, este, (um,)):
        outro_canal = (await b("POST", "/canais", {"nome": "Outro", "tipo": "api"}))["id"]
        await este.ouvir("canal")
        await este.assinar(outro_canal)
        await Balcao(b.c, outro_canal).escrever()
        (outro,) = await este.matar(1)
        assert await b("POST", f"{DLQ}/reenviar", {"filtro": {}}) == TRATOU_UM | {"haMais": True}
        assert await b.mortos() == [outro], "the oldest was first"
        assert await b("POST", f"{DLQ}/reenviar", {"filtro": {}}) == TRATOU_UM
        await este.matar(2)
        chave = {"Idempotency-Key": novo_id()}
        for _ in range(2):
            resposta = await b.c.http.post(
                f"/atendimento{DLQ}/descartar", json={"ids": [um, outro]}, headers=b.c.admin.cabecalhos | chave
            )
            assert resposta.json() == TRATOU_DOIS


async def test_a_repeated_request_is_answered_as_the_first_and_does_no_more(servidor: Servidor) -> None:
    async with com_mortos(servidor, 1) as (b, este, (id_,)):
        chave = {"Idempotency-Key": novo_id()}

        async def reenviar() -> httpx2.Response:
            cabecalhos = b.c.admin.cabecalhos | chave
            return await b.c.http.post(f"/atendimento{DLQ}/reenviar", json={"filtro": {}}, headers=cabecalhos)

        assert (await reenviar()).json() == TRATOU_UM
        assert await este.matar(1) == [id_]
        assert (await reenviar()).json() == TRATOU_UM
        assert await b.mortos() == [id_], "it was not tried a third time"


@pytest.mark.parametrize("corpo", [{}, {"ids": None}, {"ids": [], "filtro": {}}, {"ids": ["x"]}, {"filtro": {"a": 1}}])
async def test_what_is_meant_is_said_once_and_rightly(servidor: Servidor, corpo: dict[str, Any]) -> None:
    async with balcao(servidor) as b:
        assert await b.recusa("POST", f"{DLQ}/reenviar", corpo) == (400, "dados_invalidos")


async def test_a_webhook_that_could_not_be_read_shows_its_beginning(servidor: Servidor) -> None:
    config = {"phoneNumberId": "1", "appSecret": "segredo-do-app"}
    async with balcao(servidor, tipo="whatsapp", config=config) as b, com_conector(servidor, b) as este:
        corpo = json.dumps({"entry": "ç" * CORPO_MOSTRADO}, ensure_ascii=False).encode()
        assinatura = "sha256=" + hmac.new(b"segredo-do-app", corpo, sha256).hexdigest()
        resposta = await b.c.http.post(
            f"/webhooks/whatsapp/{b.canal_id}", content=corpo, headers={"X-Hub-Signature-256": assinatura}
        )
        assert resposta.status_code == 200
        await este.matar(1)
        (morto,) = (await b("GET", DLQ))["data"]
        assert (morto["trabalho"], morto["para"], morto["corpoCortado"]) == ("processar_webhook", None, True)
        assert morto["corpo"].startswith('{"entry": "ççç')
        assert len(morto["corpo"].encode()) <= CORPO_MOSTRADO + 2


@pytest.mark.parametrize("escolha", ["ids", "filtro", "um"])
async def test_what_is_dead_of_a_deleted_canal_is_seen_and_can_only_be_given_up(
    servidor: Servidor, escolha: str
) -> None:
    async with com_mortos(servidor, 1) as (b, _, (id_,)):
        outro = (await b("POST", "/canais", {"nome": "Outro", "tipo": "api"}))["id"]
        await b("DELETE", f"/canais/{b.canal_id}?realocar={outro}")
        (morto,) = (await b("GET", f"{DLQ}?canalId={b.canal_id}"))["data"]
        assert (morto["id"], morto["canalExcluido"], morto["reenviavel"]) == (id_, True, False)
        assert await b.mortos() == [id_]
        assert await b.recusa("POST", f"{DLQ}/{id_}/reenviar") == (409, "canal_excluido")
        assert await b("POST", f"{DLQ}/reenviar", {"ids": [id_]}) == NADA | {"impossiveis": 1}
        assert await b("POST", f"{DLQ}/reenviar", {"filtro": {}}) == NADA
        assert await b("POST", f"{DLQ}/reenviar", {"filtro": {"canalId": b.canal_id}}) == NADA
        if escolha == "um":
            await b("DELETE", f"{DLQ}/{id_}")
            assert await b.recusa("DELETE", f"{DLQ}/{id_}") == (404, "envio_nao_encontrado")
        else:
            corpo: Any = {"ids": [id_]} if escolha == "ids" else {"filtro": {"canalId": b.canal_id}}
            assert await b("POST", f"{DLQ}/descartar", corpo) == TRATOU_UM
        assert await b.mortos(canalId=b.canal_id) == await b.mortos() == []


async def test_what_is_dead_of_a_deleted_ticket_is_not_said_to_be_tried_again(servidor: Servidor) -> None:
    async with com_mortos(servidor, 2) as (b, este, _):
        (um, outro) = (await b("GET", DLQ))["data"]
        await b("DELETE", f"/tickets/{um['ticketId']}")
        vistos = {morto["id"]: morto["reenviavel"] for morto in (await b("GET", DLQ))["data"]}
        assert vistos == {um["id"]: False, outro["id"]: True}
        assert await b.recusa("POST", f"{DLQ}/{um['id']}/reenviar") == (409, "carga_excluida")
        feito = await b("POST", f"{DLQ}/reenviar", {"ids": [um["id"], outro["id"]]})
        assert feito == TRATOU_UM | {"impossiveis": 1}
        assert await este.matar(1) == [outro["id"]]
        assert await b("POST", f"{DLQ}/reenviar", {"filtro": {}}) == TRATOU_UM
        assert await este.matar(1) == [outro["id"]]
        assert await b("POST", f"{DLQ}/descartar", {"filtro": {}}) == TRATOU_DOIS


async def test_who_did_what_about_dead_letters_can_be_seen(servidor: Servidor) -> None:
    async with com_mortos(servidor, 2) as (b, este, ids):
        supervisor = b.c.gente("supervisor")
        assert (await b.c.pedir(supervisor, "POST", f"{DLQ}/reenviar", {"ids": ids})).status_code == 200
        await este.matar(2)
        await b("DELETE", f"{DLQ}/{ids[0]}")
        visto = await b("GET", f"{OPS}/auditoria")
        assert visto["total"] == 2
        descartou, reenviou = visto["data"]
        assert (descartou["ato"], descartou["ids"], descartou["canalId"]) == ("descartar", [ids[0]], b.canal_id)
        assert (reenviou["ato"], sorted(reenviou["ids"])) == ("reenviar", sorted(ids))
        assert reenviou["quem"] == {"id": supervisor.id, "papel": "supervisor"}
        assert descartou["quem"] == {"id": b.c.admin.id, "papel": "admin"}
        assert descartou["em"] >= reenviou["em"]
        assert len((await b("GET", f"{OPS}/auditoria?limit=1&page=2"))["data"]) == 1


# -- whether it works --------------------------------------------------------------------------------------------------


async def test_a_test_without_a_connector_says_how_to_start_one(servidor: Servidor) -> None:
    async with balcao(servidor, tipo="whatsapp") as b:
        teste = await b("POST", f"/canais/{b.canal_id}/testar")
        assert teste["ok"] is False
        assert NENHUM_CONECTOR in teste["problemas"]
        assert "Falta appSecret em config: grave-o" in teste["problemas"]
        assert teste["enderecoDoWebhook"] == f"{servidor.url}/webhooks/whatsapp/{b.canal_id}"
        assert (await b.recusa("POST", f"/canais/{novo_id()}/testar"))[0] == 404


async def test_what_the_connector_finds_is_told_beside_what_the_server_knows(servidor: Servidor) -> None:
    async with balcao(servidor) as b, com_conector(servidor, b) as este:
        await b("POST", f"/canais/{b.canal_id}/pausar", {"motivo": "teste"})
        respostas: list[dict[str, Any]] = []

        async def pedir() -> None:
            respostas.append(await b("POST", f"/canais/{b.canal_id}/testar"))

        async with trio.open_nursery() as bercario:
            bercario.start_soon(pedir)
            quadro = await este.ouvir("testar")
            assert quadro["canalId"] == b.canal_id
            bercario.start_soon(pedir)  # waits for the same
            await este.dizer("testado", ref=quadro["ref"] + 7, problemas=["de ninguém"])
            await trio.testing.wait_all_tasks_blocked(0.05)
            await este.dizer("testado", ref=quadro["ref"], problemas=["O token\0 expirou: gere outro", " "])
        for resposta in respostas:
            assert resposta["ok"] is False
            pausa, token = resposta["problemas"]
            assert pausa.startswith("O canal está pausado (teste)")
            assert token == "O token expirou: gere outro"
        await b("POST", f"/canais/{b.canal_id}/retomar")
        async with trio.open_nursery() as bercario:
            bercario.start_soon(pedir)
            await este.dizer("testado", ref=(await este.ouvir("testar"))["ref"])
        assert respostas[-1] == {"ok": True, "problemas": [], "enderecoDoWebhook": None}


async def test_a_connector_that_goes_away_during_a_test_is_told(servidor: Servidor) -> None:
    async with balcao(servidor) as b:
        respostas: list[dict[str, Any]] = []

        async def pedir() -> None:
            respostas.append(await b("POST", f"/canais/{b.canal_id}/testar"))

        async with trio.open_nursery() as bercario, com_conector(servidor, b) as este:
            bercario.start_soon(pedir)
            await este.ouvir("testar")
        assert respostas[0]["problemas"] == ["O conector perdeu a conexão durante o teste: tente de novo em instantes"]


# -- whose it is, and who may ------------------------------------------------------------------------------------------

ROTAS = (
    ("GET", OPS), ("GET", f"{OPS}/auditoria"), ("GET", DLQ), ("POST", f"{DLQ}/reenviar"), ("POST", f"{DLQ}/descartar"),
    ("POST", f"{DLQ}/ID/reenviar"), ("DELETE", f"{DLQ}/ID"), ("POST", "/canais/ID/pausar"),
    ("POST", "/canais/ID/retomar"), ("POST", "/canais/ID/testar"),
)  # fmt: skip


@pytest.mark.parametrize("papel", ["atendente", "conector"])
async def test_it_is_for_supervisors_and_admins(servidor: Servidor, papel: Any) -> None:
    async with balcao(servidor) as b:
        for metodo, caminho in ROTAS:
            corpo: Any = {"ids": []} if "dlq/" in caminho and "ID" not in caminho else None
            recusa = await b.recusa(metodo, caminho.replace("ID", b.canal_id), corpo, b.c.gente(papel))
            assert recusa == (403, "papel_sem_permissao"), caminho
        supervisor = b.c.gente("supervisor")
        assert (await b.c.pedir(supervisor, "GET", OPS)).status_code == 200


async def test_another_empresa_sees_and_changes_nothing(servidor: Servidor) -> None:
    async with com_mortos(servidor, 1) as (b, _, (id_,)), balcao(servidor) as alheio:
        assert [fila["canalId"] for fila in (await alheio("GET", OPS))["data"]] == [alheio.canal_id]
        assert await alheio.mortos() == []
        assert await alheio.mortos(canalId=b.canal_id) == []
        for fazer in ("reenviar", "descartar"):
            nada = NADA | {"naoEncontrados": 1}
            assert await alheio("POST", f"{DLQ}/{fazer}", {"ids": [id_]}) == nada
            do_outro = {"filtro": {"canalId": b.canal_id}}
            assert await alheio("POST", f"{DLQ}/{fazer}", do_outro) == NADA
        assert (await alheio("GET", f"{OPS}/auditoria"))["data"] == []
        assert await alheio.recusa("POST", f"{DLQ}/{id_}/reenviar") == (404, "envio_nao_encontrado")
        assert await alheio.recusa("DELETE", f"{DLQ}/{id_}") == (404, "envio_nao_encontrado")
        for fazer in ("pausar", "retomar", "testar"):
            assert (await alheio.recusa("POST", f"/canais/{b.canal_id}/{fazer}"))[0] == 404
        assert await b.mortos() == [id_]


# -- templates ---------------------------------------------------------------------------------------------------------

PEDIDO = {"nome": "pedido", "idioma": "pt_BR", "estado": "APPROVED", "corpo": "Seu pedido {{1}}", "parametros": 1}
PROMO = {"nome": "promo\0ção", "idioma": "pt_BR", "estado": "REJECTED", "componentes": [{"type": "BODY\0"}]}


async def test_templates_are_kept_as_the_provider_has_them_and_told_to_who_wrote_too_late(servidor: Servidor) -> None:
    config = {"phoneNumberId": "1065"}
    async with balcao(servidor, tipo="whatsapp", config=config) as b, com_conector(servidor, b) as este:
        caminho = f"/canais/{b.canal_id}/modelos"
        assert (await b("GET", caminho))["data"] == []
        await este.dizer("entrada", ref=1, canalId=b.canal_id, modelos=[PEDIDO, PROMO])
        assert (await este.ouvir("ack"))["ok"]
        lista = await b("GET", caminho)
        assert [um["nome"] for um in lista["data"]] == ["pedido", "promoção"]
        assert lista["data"][0] == PEDIDO | {"categoria": None, "componentes": []}
        atendente = b.c.gente("atendente")
        aprovados = await b.c.pedir(atendente, "GET", caminho, params={"aprovados": "true"})
        assert [um["nome"] for um in aprovados.json()["data"]] == ["pedido"]
        corpo = {"contato_nome": "João", "contato_telefone": "5511999990000", "canalId": b.canal_id}
        ticket = await b("POST", "/tickets", corpo)
        recusa = await b.c.pedir(b.c.admin, "POST", "/mensagens", {"ticketId": ticket["id"], "conteudo": "Olá!"})
        assert recusa.json()["codigo"] == "janela_fechada"
        assert {"campo": "modelos", "problema": "pedido"} in recusa.json()["detalhes"]
        await este.dizer("entrada", ref=2, canalId=b.canal_id, modelos=[])
        await este.ouvir("ack")
        assert (await b("GET", caminho))["data"] == []
        async with balcao(servidor) as alheio:
            assert await alheio.recusa("GET", caminho) == (404, "canal_nao_encontrado")


# -- metrics -----------------------------------------------------------------------------------------------------------


async def test_metrics_tell_what_waits_what_was_answered_and_who_is_here(novo_servidor: NovoServidor) -> None:
    servidor = await trio.to_thread.run_sync(novo_servidor)
    async with balcao(servidor) as b:

        async def lidas() -> dict[str, float]:
            texto = (await b.c.http.get("/metrics")).text
            linhas = (linha.rpartition(" ") for linha in texto.splitlines() if linha[:1] != "#")
            return {nome: float(valor) for nome, _, valor in linhas}

        enviadas = f'mensagens_enviadas_total{{empresa_id="{b.c.empresa}",tipo="texto"}}'
        await b.escrever(3)
        antes = await lidas()
        assert enviadas not in antes, "none of them was really sent yet"
        assert antes['balcao_outbox_depth{job="enviar_mensagem"}'] == 3
        assert antes['balcao_outbox_oldest_seconds{job="enviar_mensagem"}'] >= 0
        assert antes["balcao_connectors"] == 0
        ligados, sem = (f'balcao_channels{{connector="{um}",type="api"}}' for um in ("connected", "none"))
        assert (antes[ligados], antes[sem]) == (0, 1)
        async with com_conector(servidor, b) as este:
            aceita, entregue, _ = [await este.trabalho() for _ in range(3)]
            await este.resultado(aceita, "aceito", idExterno="a")
            await este.resultado(entregue, "entregue", idExterno="b")
            await este.dizer(
                "entrada", ref=1, canalId=b.canal_id, status=[{"estado": "lido", "em": 1, "idExterno": "a"}]
            )
            await este.ouvir("ack")
            depois = await lidas()
            assert depois["balcao_connectors"] == 1
            assert (depois[ligados], depois[sem]) == (1, 0)
        assert depois[enviadas] == 2
        assert depois['balcao_outbox_attempts_total{class="",result="aceito"}'] == 1
        assert depois['balcao_outbox_attempts_total{class="",result="entregue"}'] == 1
        await b.c.http.post(f"/webhooks/whatsapp/{b.canal_id}", content=b"{}")
        await b.c.http.post("/webhooks/whatsapp", content=b"{}")
        fim = await lidas()
        assert fim['balcao_webhooks_total{result="assinatura_invalida"}'] == 1
        assert fim['balcao_webhooks_total{result="apart"}'] == 1
        assert fim["balcao_webhook_seconds_count"] == 2
