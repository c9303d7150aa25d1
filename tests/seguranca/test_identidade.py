"""A token outlives the person: whoever was deleted or revoked is outside at once, by every door, whatever ``exp``."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import trio
from joserfc import jwt
from joserfc.jwk import OctKey
from trio_websocket import ConnectionClosed

from engine.modelo import Papel
from engine.tempo import SystemClock
from tests.seguranca.identidade_apoio import Casa, ate_mudar, casa, conectada, socketio, tentativas
from tests.servidor import SEGREDO, NovoServidor, Servidor, Usuario, novo_id
from tests.web.rest_gerado import IMAGEM, TIPO_FORMULARIO, formulario
from tests.web.ws_apoio import Tela, tela

EXCLUIDO = "atendente_excluido"
REVOGADO = "token_revogado"


def todas_recusam(feitas: dict[str, tuple[int, str]], codigo: str) -> None:
    assert {nome: fim for nome, fim in feitas.items() if fim[0] not in {403, 4403}} == {}
    assert {fim[1] for fim in feitas.values()} <= {codigo, ""}


def com_iat(c: Casa, id_: str, papel: Papel = "admin", **claims: Any) -> Usuario:
    """Somebody whose token another issuer made."""
    agora = SystemClock().now() // 1000
    corpo = {"id": id_, "empresaId": c.empresa, "papel": papel, "exp": agora + 3600} | claims
    return Usuario(c.empresa, id_, papel, jwt.encode({"alg": "HS256"}, corpo, OctKey.import_key(SEGREDO)))


@pytest.mark.parametrize("papel", ["atendente", "supervisor", "admin", "conector"])
async def test_whoever_was_deleted_is_outside_by_every_door(servidor: Servidor, papel: Papel) -> None:
    async with casa(servidor) as c:
        quem = await c.cadastrado(papel)
        assert (await c.pedir(quem, "GET", "/tickets")).status_code == 200
        await c.excluir(quem)
        todas_recusam(await tentativas(c, quem), EXCLUIDO)
        todas_recusam(await tentativas(c, c.gente("admin", quem.id)), EXCLUIDO)  # nor with a new one, of another role


@pytest.mark.parametrize("papel", ["atendente", "supervisor", "admin", "conector"])
async def test_tokens_of_before_a_revocation_are_no_good_by_any_door(servidor: Servidor, papel: Papel) -> None:
    async with casa(servidor) as c:
        quem = c.gente(papel)  # nothing is kept of it
        assert (await c.pedir(quem, "GET", "/tickets")).status_code == 200
        assert (await c.revogar(quem)).keys() == {"usuarioId", "valeDesde"}
        todas_recusam(await tentativas(c, quem), REVOGADO)
        novo = c.gente(papel, quem.id)
        assert (await c.pedir(novo, "GET", "/tickets")).status_code == 200
        async with conectada(c, novo):
            pass
        assert (await socketio(c, novo))[1].startswith("40/atendimento")


@pytest.mark.parametrize("papel", ["atendente", "admin"])
@pytest.mark.parametrize("como", ["excluir", "revogar"])
async def test_its_open_sockets_are_closed_and_hear_nothing_more(
    servidor: Servidor, papel: Papel, como: str
) -> None:  # fmt: skip
    async with casa(servidor) as c:
        quem = await c.cadastrado(papel)
        async with conectada(c, quem) as um, conectada(c, c.gente(papel, quem.id)) as outro:
            sid, _ = await socketio(c, quem)
            async with conectada(c, c.admin) as chefe:
                await getattr(c, como)(quem)
                await chefe.evento("atendente_excluido" if como == "excluir" else "acesso_revogado")
                await c.feito(c.admin, "POST", "/contatos", {"nome": "Depois", "telefone": "5511999998888"})
                await chefe.evento("contato_criado")
            assert (await um.ate_fechar())[0] == (await outro.ate_fechar())[0] == 4403
            assert [q for q in um.recebidos + outro.recebidos if q.get("event") == "contato_criado"] == []
            consulta = {"EIO": "4", "transport": "polling", "sid": sid}
            resto = (await c.http.get("/socket.io/", params=consulta)).text
            assert "contato_criado" not in resto
            assert resto.split("\x1e")[-2:] == ["41/atendimento,", "1"]
            assert (await c.http.get("/socket.io/", params=consulta)).status_code == 400


async def test_a_frame_sent_after_the_deletion_does_nothing(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        quem = await c.cadastrado("admin")
        novo = {"contato_nome": "João", "contato_telefone": "5511999998888"}
        ticket_id = (await c.feito(c.admin, "POST", "/tickets", novo))["id"]

        async def tagarelar(t: Tela) -> None:
            with suppress(ConnectionClosed):
                while True:
                    await t.mandar("mensagem:enviar", {"ticketId": ticket_id, "conteudo": "Olá"})
                    await trio.lowlevel.checkpoint()

        async def quantas() -> int:
            """How many messages there are, when all that was under way is done."""
            await c.feito(c.admin, "POST", "/mensagens", {"ticketId": ticket_id, "conteudo": "Olá"})
            return int((await c.feito(c.admin, "GET", f"/tickets/{ticket_id}/mensagens"))["total"])

        async with conectada(c, quem) as t, trio.open_nursery() as bercario:
            bercario.start_soon(tagarelar, t)
            await t.evento("nova_mensagem")
            await c.excluir(quem)
            depois = await quantas()
            assert await quantas() == depois + 1
            bercario.cancel_scope.cancel()


async def test_the_last_word_of_a_request_counts_not_its_first(servidor: Servidor) -> None:
    """A body may be long in coming: who is deleted meanwhile has asked for nothing."""
    async with casa(servidor) as c:
        admin, atendente = await c.cadastrado("admin"), await c.cadastrado("atendente")
        for quem, como in ((admin, c.excluir), (atendente, c.revogar)):

            async def corpo(quem: Usuario = quem, como: Any = como) -> Any:
                yield b'{"nome": '
                await como(quem)
                yield b'"Tarde demais"}'

            cabecalhos = quem.cabecalhos | {"content-type": "application/json"}
            resposta = await c.http.post("/atendimento/contatos", headers=cabecalhos, content=corpo())
            assert (resposta.status_code, resposta.json()["codigo"]) in {(403, EXCLUIDO), (403, REVOGADO)}
        assert (await c.feito(c.admin, "GET", "/contatos"))["total"] == 0


async def test_a_file_that_was_long_in_coming_is_nobodys_any_more(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        novo = {"contato_nome": "João", "contato_telefone": "5511999998888"}
        ticket_id = (await c.feito(c.admin, "POST", "/tickets", novo))["id"]
        for como, codigo in ((c.excluir, EXCLUIDO), (c.revogar, REVOGADO)):
            quem = await c.cadastrado("admin")
            inicio, fim = formulario({"ticketId": ticket_id, "arquivo": IMAGEM}).split(b"IDAT")

            async def corpo(quem: Usuario = quem, como: Any = como, inicio: bytes = inicio, fim: bytes = fim) -> Any:
                yield inicio
                await como(quem)
                yield b"IDAT" + fim

            cabecalhos = quem.cabecalhos | {"content-type": TIPO_FORMULARIO}
            resposta = await c.http.post("/atendimento/mensagens/arquivo", headers=cabecalhos, content=corpo())
            assert (resposta.status_code, resposta.json()["codigo"]) == (403, codigo)
        assert (await c.feito(c.admin, "GET", f"/tickets/{ticket_id}/mensagens"))["total"] == 0


async def test_whoever_is_created_again_comes_in_with_a_new_token_only(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        quem = await c.cadastrado()
        sem_data = com_iat(c, quem.id, "atendente")
        await c.excluir(quem)
        entre = c.gente("atendente", quem.id)
        todas_recusam(await tentativas(c, entre), EXCLUIDO)
        await c.feito(c.admin, "POST", "/atendentes", {"id": quem.id, "nome": "De volta", "email": "volta@example.com"})
        todas_recusam(await tentativas(c, quem), REVOGADO)
        todas_recusam(await tentativas(c, sem_data), REVOGADO)
        for novo in (entre, c.gente("atendente", quem.id)):
            await c.feito(novo, "PATCH", f"/atendentes/{quem.id}/status", {"online": True})
            async with conectada(c, novo) as t:
                assert (await t.pedir("atendente:status", {"online": True}))["ok"]


async def test_a_revocation_of_somebody_deleted_holds_when_it_is_created_again(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        quem = await c.cadastrado()
        await c.excluir(quem)
        entre = c.gente("atendente", quem.id)
        await c.revogar(quem)
        await c.feito(c.admin, "POST", "/atendentes", {"id": quem.id, "nome": "De volta", "email": "outra@example.com"})
        todas_recusam(await tentativas(c, entre), REVOGADO)
        assert (await c.pedir(c.gente("atendente", quem.id), "GET", "/tickets")).status_code == 200


@pytest.mark.parametrize("iat", [None, 0, -1, -(10**300), 1.5, 1_700_000_000])
async def test_a_token_that_does_not_say_when_or_says_long_ago_is_older_than_any_revocation(
    servidor: Servidor, iat: Any
) -> None:
    async with casa(servidor) as c:
        claims: dict[str, Any] = {} if iat is None else {"iat": iat}
        quem = com_iat(c, novo_id(), **claims)
        assert (await c.pedir(quem, "GET", "/tickets")).status_code == 200
        await c.revogar(quem)
        assert (await c.pedir(quem, "GET", "/tickets")).json()["codigo"] == REVOGADO


@pytest.mark.parametrize(
    ("cabecalho", "falta"),
    [
        ("Bearer ", "Falta o token depois de Bearer"),
        ("Bearer", "Falta o token depois de Bearer"),
        ("bearer    ", "Falta o token depois de Bearer"),
        ("Basic eDp5", "Falta o cabeçalho Authorization: Bearer <token>"),
    ],
)
def test_a_token_that_is_missing_is_said_to_be_missing(servidor: Servidor, cabecalho: str, falta: str) -> None:
    linhas = f"GET /atendimento/tickets HTTP/1.1\r\nHost: x\r\nAuthorization: {cabecalho}\r\nConnection: close\r\n\r\n"
    destino = urlsplit(servidor.url)
    with socket.create_connection((destino.hostname, destino.port), 30) as soquete, soquete.makefile("rb") as resposta:
        soquete.sendall(linhas.encode())
        cabeca, _, corpo = resposta.read().partition(b"\r\n\r\n")
    assert cabeca.startswith(b"HTTP/1.1 401 ")
    assert json.loads(corpo)["message"] == falta


@pytest.mark.parametrize("ahead", [3600, 10**6, 1e300])
async def test_a_token_of_the_future_would_outlive_every_revocation_and_is_refused(
    servidor: Servidor, ahead: float
) -> None:
    async with casa(servidor) as c:
        quem = com_iat(c, novo_id(), iat=SystemClock().now() / 1000 + ahead)
        resposta = await c.pedir(quem, "GET", "/tickets")
        assert (resposta.status_code, resposta.json()["codigo"]) == (401, "token_invalido")


async def test_an_issuer_whose_clock_is_ahead_makes_no_token_that_survives(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        quem = com_iat(c, novo_id(), iat=SystemClock().now() // 1000 + 60)
        assert (await c.pedir(quem, "GET", "/tickets")).status_code == 200
        await c.revogar(quem)
        assert (await c.pedir(quem, "GET", "/tickets")).json()["codigo"] == REVOGADO
        novo = com_iat(c, quem.id, iat=SystemClock().now() // 1000 + 61)
        assert (await c.pedir(novo, "GET", "/tickets")).status_code == 200


async def test_only_an_admin_revokes_and_only_within_its_empresa(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        quem = c.gente("admin")
        for papel in ("supervisor", "atendente", "conector"):
            resposta = await c.pedir(c.gente(papel), "POST", f"/atendentes/{quem.id}/revogar")
            assert resposta.json()["codigo"] == "papel_sem_permissao"
        vizinha = servidor.nova_empresa()
        await c.feito(vizinha, "POST", f"/atendentes/{quem.id}/revogar")
        assert (await c.pedir(quem, "GET", "/tickets")).status_code == 200
        for ruim, status in (("x", 400), ("00000000-0000-0000-0000-000000000000", 404)):
            assert (await c.pedir(c.admin, "POST", f"/atendentes/{ruim}/revogar")).status_code == status
        proprio = await c.pedir(c.admin, "POST", f"/atendentes/{c.admin.id}/revogar")  # to be out everywhere
        assert proprio.status_code == 200
        assert (await c.pedir(c.admin, "GET", "/tickets")).json()["codigo"] == REVOGADO


async def test_a_revocation_is_told_to_whoever_configures_and_is_replayed_to_them_alone(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        ana, conector = await c.cadastrado(), c.gente("conector")
        async with (
            conectada(c, c.gente("supervisor")) as chefe,
            conectada(c, ana) as dela,
            conectada(c, conector) as ele,
        ):
            feita = await c.revogar(c.gente("admin"))
            assert (await chefe.evento("acesso_revogado"))["data"] == feita
            await c.feito(c.admin, "POST", "/contatos", {"nome": "Depois"})
            await chefe.evento("contato_criado")
            seq = (await ele.evento("contato_criado"))["seq"]
            assert [q for q in dela.recebidos + ele.recebidos if q.get("event") == "acesso_revogado"] == []
        for quem, vezes in ((c.gente("supervisor"), 1), (ana, 0), (conector, 0)):
            async with tela(servidor.url_ws, quem.token, desde=0) as t:
                await t.ate(lambda q: q.get("event") == "retomado" and q["data"]["seq"] >= seq)
                assert [q.get("event") for q in t.recebidos].count("acesso_revogado") == vezes


async def test_public_routes_stay_public_for_whoever_shows_a_token_that_is_no_good(servidor: Servidor) -> None:
    async with casa(servidor) as c:
        quem = await c.cadastrado()
        await c.excluir(quem)
        for caminho in ("/saude", "/openapi.json"):
            assert (await c.http.get(caminho, headers=quem.cabecalhos)).status_code == 200


def test_it_holds_after_a_restart_before_the_empresa_is_active(novo_servidor: NovoServidor) -> None:
    servidor = novo_servidor()

    async def antes() -> tuple[Usuario, Usuario, Usuario, Usuario]:
        async with casa(servidor) as c:
            excluido, voltou = await c.cadastrado("admin"), await c.cadastrado()
            revogado = c.gente("admin")
            await c.excluir(excluido)
            await c.revogar(revogado)
            await c.excluir(voltou)
            corpo = {"id": voltou.id, "nome": "De volta", "email": "volta@example.com"}
            await c.feito(c.admin, "POST", "/atendentes", corpo)
            return c.admin, excluido, revogado, voltou

    admin, excluido, revogado, voltou = trio.run(antes)
    servidor.reiniciar()
    with httpx2.Client(base_url=servidor.url, timeout=30) as http:
        for _ in range(2):  # before anything has woken the empresa: a list of tickets does not; and then after
            for quem, codigo in ((excluido, EXCLUIDO), (revogado, REVOGADO), (voltou, REVOGADO)):
                for caminho in ("/atendimento/tickets", "/atendimento/contatos"):
                    resposta = http.get(caminho, headers=quem.cabecalhos)
                    assert (resposta.status_code, resposta.json()["codigo"]) == (403, codigo)
            http.get("/atendimento/filas", headers=admin.cabecalhos).raise_for_status()


def test_another_node_knows_of_it_within_seconds(novo_servidor: NovoServidor, tmp_path: Path) -> None:
    """A node on which the empresa is not active hears of no events, and reads lists from the database all the same."""
    servidor = novo_servidor()

    async def teste() -> None:
        async with casa(servidor) as c, casa(outro) as la:
            excluido, revogado = await c.cadastrado("admin"), c.gente("admin")
            for quem in (excluido, revogado):
                assert (await la.pedir(quem, "GET", "/tickets")).status_code == 200
            await c.excluir(excluido)
            await c.revogar(revogado)
            assert (await ate_mudar(la, excluido, 403)).json()["codigo"] == EXCLUIDO
            assert (await ate_mudar(la, revogado, 403)).json()["codigo"] == REVOGADO
            corpo = {"id": excluido.id, "nome": "De volta", "email": "volta@example.com"}
            await c.feito(c.admin, "POST", "/atendentes", corpo)
            await ate_mudar(la, c.gente("admin", excluido.id), 200)

    with Servidor(tmp_path / "outro", servidor.dsn) as outro:
        trio.run(teste)
