"""Webhooks to other systems, from a command to a receiver: a real server with its host, real sockets."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio

from connectors.fakes.receptor import ReceptorFalso
from connectors.fakes.roteiro import Falha, cai, responde
from connectors.fakes.servidor_http import CAIR, Cair, Pedido, Resposta, servindo
from engine.conector.webhooks_de_saida import confere
from engine.tempo import SystemClock
from tests.servidor import NovoServidor, Servidor, Usuario, novo_id
from tests.storage.linhas import por_fora

ESPERA_S = 60.0


class Casa:
    """An empresa of a server that runs its host."""

    def __init__(self, servidor: Servidor, empresa: Usuario) -> None:
        self.servidor = servidor
        self.empresa = empresa

    async def pedir(self, metodo: str, caminho: str, **corpo: Any) -> httpx2.Response:
        async with httpx2.AsyncClient(headers=self.empresa.cabecalhos, timeout=20) as http:
            url = f"{self.servidor.url}/atendimento{caminho}"
            return await http.request(metodo, url, json=corpo if metodo in {"POST", "PATCH"} else None)

    async def fazer(self, metodo: str, caminho: str, **corpo: Any) -> Any:
        resposta = await self.pedir(metodo, caminho, **corpo)
        assert resposta.is_success, resposta.text
        return resposta.json() if resposta.content else None

    async def gancho(self, url: str, *eventos: str) -> Any:
        return await self.fazer("POST", "/webhooks", url=url, eventos=list(eventos))

    async def ticket(self, nome: str = "Ana") -> str:
        ticket = await self.fazer("POST", "/tickets", contato_nome=nome, contato_email=f"{nome}@exemplo.com")
        return str(ticket["id"])

    async def dizer(self, ticket_id: str, texto: str) -> str:
        dita = await self.fazer("POST", "/mensagens", ticketId=ticket_id, conteudo=texto)
        return str(dita["id"])

    async def entregas(self, webhook_id: str) -> list[dict[str, Any]]:
        achadas: list[dict[str, Any]] = (await self.fazer("GET", f"/webhooks/{webhook_id}/entregas?limit=100"))["data"]
        return achadas

    async def entrega(self, webhook_id: str, *situacoes: str) -> dict[str, Any]:
        """The latest delivery, once it is so."""
        with trio.fail_after(ESPERA_S):
            while True:
                entregas = await self.entregas(webhook_id)
                if entregas and entregas[0]["situacao"] in situacoes and entregas[0]["tentativas"]:
                    return entregas[0]
                await trio.sleep(0.05)


class Ouvido:
    """A receiver that wakes who waits for it. ``recebidos``: each once, as a receiver that heeds ``webhook-id``."""

    def __init__(self, segredo: str = "") -> None:
        self.fake = ReceptorFalso(segredo, SystemClock().now() // 1000)
        self._mudou = trio.Event()
        self.cru: list[Pedido] = []

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        self.cru.append(pedido)
        self.fake.agora_s = SystemClock().now() // 1000
        resposta = await self.fake.atender(pedido)
        self._mudou.set()
        self._mudou = trio.Event()
        return resposta

    @property
    def recebidos(self) -> list[dict[str, Any]]:
        return [json.loads(um.corpo) for um in self.fake.unicos]

    async def ate(self, quantos: int, cru: bool = False) -> list[dict[str, Any]]:
        with trio.fail_after(ESPERA_S):
            while len(self.cru if cru else self.fake.unicos) < quantos:
                await self._mudou.wait()
        return self.recebidos


@asynccontextmanager
async def ouvindo(casa: Casa, *eventos: str) -> AsyncIterator[tuple[Ouvido, Any, str]]:
    """A receiver with its webhook, and where it is."""
    ouvido = Ouvido()
    async with servindo(ouvido.atender) as receptor:
        webhook = await casa.gancho(f"{receptor.base}/gancho?chave=planta-secreta", *eventos)
        ouvido.fake.segredo = webhook["segredo"]
        yield ouvido, webhook, receptor.base


@pytest.fixture
async def casa(novo_servidor: NovoServidor) -> Casa:
    servidor = await trio.to_thread.run_sync(lambda: novo_servidor({"CONECTORES": "true", "ENVIO_ARRENDAMENTO": "2s"}))
    return Casa(servidor, servidor.nova_empresa())


async def test_what_happens_is_told_signed_and_as_on_the_wire_and_of_nobody_else(casa: Casa) -> None:
    async with ouvindo(casa, "ticket_criado", "nova_mensagem") as (ouvido, webhook, _):
        outra = Casa(casa.servidor, casa.servidor.nova_empresa())
        await outra.ticket("Alheia")
        ticket_id = await casa.ticket()
        mensagem_id = await casa.dizer(ticket_id, "olá")
        criado, mensagem = await ouvido.ate(2)
        assert (criado["type"], criado["data"]["ticket"]["id"]) == ("ticket_criado", ticket_id)
        assert (mensagem["type"], mensagem["data"]["id"]) == ("nova_mensagem", mensagem_id)
        assert criado["empresaId"] == casa.empresa.empresa_id
        assert criado["timestamp"].endswith("Z")
        assert criado["seq"] < mensagem["seq"]
        assert not ouvido.fake.recusados
        pedido = ouvido.cru[0]
        agora_s = SystemClock().now() // 1000
        assert confere([webhook["segredo"]], pedido.cabecalhos, pedido.corpo, agora_s)
        entrega = await casa.entrega(webhook["id"], "entregue")
        assert (entrega["evento"], entrega["status"], entrega["seq"]) == ("nova_mensagem", 204, mensagem["seq"])
        assert entrega["id"] == ouvido.cru[-1].cabecalhos["webhook-id"]
        await _nada_vaza(casa, webhook)
        # of another empresa's webhook there is nothing to be had
        for metodo, caminho in (
            ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/segredo"), ("POST", "/testar"), ("GET", "/entregas"),
            ("POST", f"/entregas/{entrega['id']}/reenviar"),
        ):  # fmt: skip
            assert (await outra.pedir(metodo, f"/webhooks/{webhook['id']}{caminho}")).status_code == 404
        assert (await outra.fazer("GET", "/webhooks"))["total"] == 0
        atendente = Casa(casa.servidor, casa.servidor.usuario(casa.empresa.empresa_id, "atendente"))
        assert (await atendente.pedir("GET", "/webhooks")).status_code == 403


async def _nada_vaza(casa: Casa, webhook: dict[str, Any]) -> None:
    """The secret is shown once; what may be a key in the address is only shown to who sets it up."""
    segredo, id_ = webhook["segredo"], webhook["id"]
    visto = json.dumps(
        [
            await casa.fazer("GET", f"/webhooks/{id_}"),
            await casa.fazer("GET", "/webhooks"),
            await casa.fazer("PATCH", f"/webhooks/{id_}", descricao="ERP"),
            await casa.entregas(id_),
        ]
    )
    assert segredo not in visto
    assert "planta-secreta" in visto
    registro = casa.servidor.registro
    assert segredo not in registro
    assert "planta-secreta" not in registro
    assert (await casa.pedir("GET", f"/canais/{id_}")).status_code == 404


async def test_the_order_of_a_ticket_is_kept_through_failures_and_lost_answers(casa: Casa) -> None:
    async with ouvindo(casa, "nova_mensagem") as (ouvido, _, _base):
        ouvido.fake.roteiro.programar(None, responde(503), None, cai(depois=True), None)
        primeiro, segundo = await casa.ticket("Ana"), await casa.ticket("Bia")
        for n in range(6):
            await casa.dizer(primeiro, f"a{n}")
            await casa.dizer(segundo, f"b{n}")
        recebidos = await ouvido.ate(12)
        for ticket_id, letra in ((primeiro, "a"), (segundo, "b")):
            ditos = [um["data"]["conteudo"] for um in recebidos if um["data"]["ticketId"] == ticket_id]
            assert ditos == [f"{letra}{n}" for n in range(6)]
        ids = [pedido.cabecalhos["webhook-id"] for pedido in ouvido.cru]
        assert len(ids) == 14, "one was refused, and of one the answer was lost"
        assert len(set(ids)) == 12, "the same id in every attempt"


async def test_nothing_is_lost_when_server_and_host_are_killed(casa: Casa) -> None:
    async with ouvindo(casa, "nova_mensagem") as (ouvido, webhook, _):
        ticket_id = await casa.ticket()
        for n in range(5):
            await casa.dizer(ticket_id, f"m{n}")
        await trio.to_thread.run_sync(casa.servidor.reiniciar)
        for n in range(5, 10):
            await casa.dizer(ticket_id, f"m{n}")
        os.kill(_hospedeiro(casa.servidor.pid), signal.SIGKILL)
        for n in range(10, 15):
            await casa.dizer(ticket_id, f"m{n}")
        recebidos = await ouvido.ate(15)
        assert [um["data"]["conteudo"] for um in recebidos] == [f"m{n}" for n in range(15)]
        await casa.entrega(webhook["id"], "entregue")
        entregas = await casa.entregas(webhook["id"])
        assert len(entregas) == 15
        assert {um.id for um in ouvido.fake.unicos} == {um["id"] for um in entregas}


def _hospedeiro(pid: int) -> int:
    """The host, a child of the server's."""
    filhos = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    (host,) = [
        int(filho) for filho in filhos if b"connectors" in Path(f"/proc/{filho}/cmdline").read_bytes().split(b"\0")
    ]
    return host


async def test_410_disables_at_once_with_notice_and_activating_goes_on(casa: Casa) -> None:
    async with ouvindo(casa, "nova_mensagem", "webhook_desativado") as (ouvido, webhook, _):
        vigia = Ouvido()
        async with servindo(vigia.atender) as receptor:
            outro = await casa.gancho(receptor.base, "webhook_desativado")
            vigia.fake.segredo = outro["segredo"]
            ouvido.fake.roteiro.programar(responde(410))
            ticket_id = await casa.ticket()
            await casa.dizer(ticket_id, "um")
            (aviso,) = await vigia.ate(1)
            assert aviso["data"]["webhook"]["id"] == webhook["id"]
        visto = await casa.fazer("GET", f"/webhooks/{webhook['id']}")
        assert (visto["ativo"], "410" in visto["motivoDesativacao"]) == (False, True)
        assert visto["desativadoEm"]
        await casa.dizer(ticket_id, "não é contado")
        assert (await casa.pedir("POST", f"/webhooks/{webhook['id']}/testar")).status_code == 409
        visto = await casa.fazer("PATCH", f"/webhooks/{webhook['id']}", ativo=True)
        assert (visto["ativo"], visto["desativadoEm"]) == (True, None)
        await casa.dizer(ticket_id, "dois")
        ditos = [um["data"].get("conteudo", um["type"]) for um in await ouvido.ate(1)]
        assert ditos == ["dois"]
        mortas = [um for um in await casa.entregas(webhook["id"]) if um["situacao"] == "falhou"]
        assert [(um["status"], um["evento"]) for um in mortas] == [(410, "nova_mensagem")]
        await casa.fazer("POST", f"/webhooks/{webhook['id']}/entregas/{mortas[0]['id']}/reenviar")
        assert [um["data"].get("conteudo") for um in await ouvido.ate(2)][-1] == "um"


async def test_a_slow_receiver_and_a_dead_one_hold_up_nobody_else(casa: Casa) -> None:
    parado = trio.Event()

    async def lento(_pedido: Pedido) -> Resposta | Cair:
        await parado.wait()
        return CAIR

    async with servindo(lento) as surdo, ouvindo(casa, "ticket_criado") as (ouvido, _, _base):
        await casa.gancho(surdo.base, "ticket_criado")
        await casa.gancho("http://127.0.0.1:9/", "ticket_criado")
        for n in range(30):
            await casa.ticket(f"p{n}")
        assert len(await ouvido.ate(30)) == 30
        parado.set()


async def test_the_secret_is_replaced_and_two_sign_for_a_day(casa: Casa) -> None:
    async with ouvindo(casa, "ticket_criado") as (ouvido, webhook, _):
        renovado = await casa.fazer("POST", f"/webhooks/{webhook['id']}/segredo")
        assert renovado["segredo"] != webhook["segredo"]
        assert renovado["segredoAnteriorAte"]
        await casa.ticket()
        await ouvido.ate(1)
        pedido, agora_s = ouvido.cru[0], SystemClock().now() // 1000
        for segredo in (webhook["segredo"], renovado["segredo"]):
            assert confere([segredo], pedido.cabecalhos, pedido.corpo, agora_s)
        assert len(pedido.cabecalhos["webhook-signature"].split(" ")) == 2
        await _nada_vaza(casa, {**webhook, "segredo": renovado["segredo"]})


async def test_a_key_repeated_makes_one_webhook_and_shows_its_secret_from_no_table(casa: Casa) -> None:
    corpo = {"url": "https://erp.example.com/?chave=planta", "eventos": ["*"]}
    cabecalhos = casa.empresa.cabecalhos | {"Idempotency-Key": "k1"}
    async with httpx2.AsyncClient(base_url=casa.servidor.url, headers=cabecalhos, timeout=20) as http:
        um = (await http.post("/atendimento/webhooks", json=corpo)).json()
        outro = (await http.post("/atendimento/webhooks", json=corpo)).json()
    assert um == outro
    assert um["segredo"].startswith("whsec_")
    guardado = await trio.to_thread.run_sync(lambda: asyncio.run(_tudo(str(casa.servidor.dsn))))
    assert um["id"] in guardado
    for segredo in (um["segredo"], "chave=planta"):
        assert segredo not in guardado
    assert (await casa.fazer("GET", "/webhooks"))["total"] == 1


async def _tudo(dsn: str) -> str:
    """All that the database has, as text."""
    async with por_fora(dsn) as con:
        tabelas = await con.fetch(
            "SELECT oid::regclass::text FROM pg_class WHERE relname ~ '^atendimento_' AND relkind = 'r'"
        )
        textos = [await con.fetchval(f"SELECT string_agg(t::text, ' ') FROM {tabela} t") for (tabela,) in tabelas]
    return " ".join(texto for texto in textos if texto)


async def test_what_was_deleted_before_it_was_told_is_told_without_its_content(casa: Casa) -> None:
    async with ouvindo(casa, "nova_mensagem", "mensagem_excluida") as (ouvido, _, _base):
        ouvido.fake.roteiro.programar(responde(503, "3"))
        ticket_id = await casa.ticket()
        mensagem_id = await casa.dizer(ticket_id, "um segredo meu")
        await ouvido.ate(1, cru=True)
        await casa.fazer("DELETE", f"/mensagens/{mensagem_id}")
        dita, excluida = await ouvido.ate(2)
        assert (dita["data"]["id"], dita["data"]["conteudo"]) == (mensagem_id, "")
        assert excluida["type"] == "mensagem_excluida"


async def test_a_test_arrives_and_its_log_says_how(casa: Casa) -> None:
    async with ouvindo(casa, "ticket_criado") as (ouvido, webhook, _):
        await casa.fazer("POST", f"/webhooks/{webhook['id']}/testar")
        (teste,) = await ouvido.ate(1)
        assert (teste["type"], teste["data"]) == ("teste", {"webhookId": webhook["id"]})
        ouvido.fake.roteiro.programar(Falha(Resposta(status=302, cabecalhos={"location": "http://127.0.0.1:1/"})))
        await casa.fazer("POST", f"/webhooks/{webhook['id']}/testar")
        desviada = await casa.entrega(webhook["id"], "falhou")
        assert (desviada["status"], "desvio" in desviada["erro"]) == (302, True)
        assert len(ouvido.cru) == 2, "a redirect is not followed"


async def test_inside_is_never_called(novo_servidor: NovoServidor) -> None:
    """As in production: no network of its own is allowed. The server itself is inside too."""
    ambiente = {"CONECTORES": "true", "REDES_PERMITIDAS": "203.0.113.0/24"}
    servidor = await trio.to_thread.run_sync(lambda: novo_servidor(ambiente))
    casa = Casa(servidor, servidor.nova_empresa())
    ouvido = Ouvido()
    async with servindo(ouvido.atender) as receptor:
        for url in ("http://127.0.0.1/", f"{servidor.url}/metrics", receptor.base, "http://169.254.169.254/latest"):
            recusa = await casa.pedir("POST", "/webhooks", url=url, eventos=["*"])
            assert (recusa.status_code, recusa.json()["detalhes"][0]["campo"]) == (400, "url")
        nome = f"http://{socket.gethostname()}:{receptor.porta}/"  # a name that stands for inside
        webhook = await casa.gancho(nome, "ticket_criado")
        await casa.fazer("POST", f"/webhooks/{webhook['id']}/testar")
        entrega = await casa.entrega(webhook["id"], "falhou")
        assert "não pode ser chamado" in entrega["erro"]
        assert not ouvido.cru


@pytest.mark.parametrize(
    ("corpo", "campo"),
    [
        ({"eventos": ["*"]}, "url"),
        ({"url": "https://x.com", "eventos": []}, "eventos"),
        ({"url": "https://x.com", "eventos": ["Ticket Criado"]}, "eventos"),
        ({"url": "https://x.com", "eventos": ["nova_mensagem", "ticket_criad"]}, "eventos"),
        ({"url": "https://x.com", "eventos": ["tiket_*"]}, "eventos"),
        ({"url": "https://x.com:9000/", "eventos": ["*"]}, "url"),
        ({"url": "https://x.com", "eventos": ["*"], "segredo": "whsec_x"}, "segredo"),
        ({"url": "javascript:alert(1)", "eventos": ["*"]}, "url"),
    ],
)
def test_what_makes_no_sense_or_can_never_work_is_refused(
    servidor: Servidor, corpo: dict[str, Any], campo: str
) -> None:
    empresa = servidor.usuario(novo_id())
    resposta = httpx2.post(f"{servidor.url}/atendimento/webhooks", headers=empresa.cabecalhos, json=corpo)
    assert (resposta.status_code, resposta.json()["detalhes"][0]["campo"]) == (400, campo)


def test_what_can_never_work_is_refused_of_one_that_is_there_too(servidor: Servidor) -> None:
    empresa = servidor.usuario(novo_id())
    with httpx2.Client(base_url=servidor.url, headers=empresa.cabecalhos) as http:
        criado = http.post("/atendimento/webhooks", json={"url": "https://x.com/", "eventos": ["ticket_*"]}).json()
        onde = f"/atendimento/webhooks/{criado['id']}"
        porta = http.patch(onde, json={"url": "https://8.8.8.8:9000/x"})
        evento = http.patch(onde, json={"eventos": ["ticket_criad"]})
        assert http.get(onde).json()["eventos"] == ["ticket_*"]
    assert porta.status_code == 400
    assert porta.json()["message"].startswith("url: a porta 9000 não pode ser chamada")
    assert "REDES_PERMITIDAS" in porta.json()["message"]
    assert evento.status_code == 400
    assert "você quis dizer ticket_criado?" in evento.json()["message"]
