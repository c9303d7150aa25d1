"""Every JSON example of the mission page, as a client written against that page sends it and expects it.

The examples are copied from the page. What stands for something else in them is an id (``"uuid"``), a moment, a number
that was given (``numero``) and an address (``arquivoUrl``): of these the kind must be right. All the rest must be there
as the page shows it; an answer may hold more.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx2
import msgspec
import pytest
from msgspec import Struct

from engine.ids import is_uuid
from tests.servidor import Servidor, Usuario
from tests.web.pagina_da_missao import (
    ARQUIVO,
    ATENDENTES,
    ATRIBUICAO,
    EMIT_DIGITANDO,
    EMIT_MENSAGEM,
    EMIT_TICKET,
    EVENTO_CONNECT,
    EVENTO_DIGITANDO,
    EVENTO_NOVA_MENSAGEM,
    EVENTO_TICKET_ATRIBUIDO,
    EVENTO_TICKET_CRIADO,
    LISTA_DE_MENSAGENS,
    LISTA_DE_TICKETS,
    MENSAGEM_NOVA,
    PRESENCA,
    TICKET,
    TICKET_CRIADO,
    TICKET_MUDANCA,
    TICKET_NOVO,
    TRANSFERENCIA,
)
from tests.web.rest_gerado import png
from tests.web.ws_apoio import Tela, tela

_MOMENTO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z")
_LIVRES: Final = {"numero": re.compile(r"[1-9]\d*"), "arquivoUrl": re.compile(r"https?://[^\s]+")}


def exemplo(texto: str, **ids: str) -> Any:
    """A request of the page, with real ids for ``"uuid"``."""
    return {nome: ids[nome] if valor == "uuid" else valor for nome, valor in msgspec.json.decode(texto).items()}


def confere(real: Any, pagina: Any, nome: str = "") -> None:
    """What the page shows must be found in the real answer."""
    if isinstance(pagina, dict):
        for chave, valor in pagina.items():
            assert chave in real, chave
            confere(real[chave], valor, chave)
    elif isinstance(pagina, list):
        assert real, nome
        for elemento in real:
            confere(elemento, pagina[0], nome)
    elif nome in _LIVRES:
        assert _LIVRES[nome].fullmatch(str(real)), (nome, real)
        assert type(real) is type(pagina)
    elif pagina == "uuid":
        assert is_uuid(real), (nome, real)
    elif isinstance(pagina, str) and _MOMENTO.fullmatch(pagina):
        assert _MOMENTO.fullmatch(real), (nome, real)
    else:
        assert (type(real), real) == (type(pagina), pagina), nome


class Casa(Struct, frozen=True):
    """An empresa as on the page: Maria Santos is its one atendente, and has the fila and the canal to herself."""

    servidor: Servidor
    cliente: httpx2.AsyncClient
    admin: Usuario
    maria: Usuario
    fila: str
    canal: str

    async def pedir(self, metodo: str, caminho: str, corpo: Any = None, *, quem: Usuario | None = None) -> Any:
        """The JSON of an answer, which must be a 200, a 201 or a 204."""
        cabecalhos = (quem or self.admin).cabecalhos
        resposta = await self.cliente.request(metodo, f"/atendimento{caminho}", json=corpo, headers=cabecalhos)
        assert resposta.status_code in ({201} if metodo == "POST" and "/" not in caminho[1:] else {200, 204}), (
            resposta.text
        )
        return resposta.json() if resposta.content else None

    async def presente(self, online: bool) -> None:
        await self.pedir("PATCH", f"/atendentes/{self.maria.id}/status", {"online": online}, quem=self.maria)

    async def ticket(self) -> str:
        corpo = exemplo(TICKET_NOVO, empresaId=self.admin.empresa_id, filaId=self.fila, canalId=self.canal)
        id_: str = (await self.pedir("POST", "/tickets", corpo))["id"]
        return id_

    @asynccontextmanager
    async def tela(self, quem: Usuario) -> AsyncIterator[Tela]:
        """On the WebSocket, past its ``connect``."""
        async with tela(self.servidor.url_ws, quem.token) as t:
            await t.evento("connect")
            yield t


@pytest.fixture
async def casa(servidor: Servidor) -> AsyncIterator[Casa]:
    admin = servidor.nova_empresa()
    maria = servidor.usuario(admin.empresa_id, "atendente")
    async with httpx2.AsyncClient(base_url=servidor.url) as cliente:
        c = Casa(servidor, cliente, admin, maria, "", "")
        await c.pedir("POST", "/atendentes", {"id": maria.id, "nome": "Maria Santos", "email": "maria@empresa.com"})
        fila = (await c.pedir("POST", "/filas", {"nome": "Vendas"}))["id"]
        canal = (await c.pedir("POST", "/canais", {"nome": "Site", "tipo": "api"}))["id"]
        await c.pedir("POST", f"/filas/{fila}/atendentes/{maria.id}")
        yield msgspec.structs.replace(c, fila=fila, canal=canal)


def mudado(texto: str, **campos: object) -> Any:
    """An answer of the page, but for these fields."""
    return msgspec.json.decode(texto) | campos


# -- REST ----------------------------------------------------------------------------------------------------------


async def test_get_tickets(casa: Casa) -> None:
    for _ in range(50):
        await casa.ticket()
    visto = await casa.pedir("GET", f"/tickets?empresaId={casa.admin.empresa_id}")
    pagina = msgspec.json.decode(LISTA_DE_TICKETS)
    del pagina["data"][0]["atendenteId"]  # ABERTO is whose owner is still to come
    confere(visto, pagina)
    assert {ticket["atendenteId"] for ticket in visto["data"]} == {None}
    assert len(visto["data"]) == 20

    await casa.presente(True)
    filtros = f"status=EM_ANDAMENTO&atendenteId={casa.maria.id}&filaId={casa.fila}&page=1&limit=20"
    dela = await casa.pedir("GET", f"/tickets?empresaId={casa.admin.empresa_id}&{filtros}")
    confere(dela["data"], [mudado(LISTA_DE_TICKETS)["data"][0] | {"status": "EM_ANDAMENTO"}])
    assert dela["total"] == 5


async def test_get_ticket(casa: Casa) -> None:
    await casa.presente(True)
    id_ = await casa.ticket()
    await casa.pedir("POST", "/mensagens", {"ticketId": id_, "conteudo": "Olá!", "direcao": "recebida"})
    confere(await casa.pedir("GET", f"/tickets/{id_}"), mudado(TICKET, status="EM_ANDAMENTO"))  # it has an owner

    await casa.pedir("PATCH", f"/tickets/{id_}", {"status": "RESOLVIDO"})
    await casa.presente(False)
    await casa.pedir("POST", f"/tickets/{id_}/reabrir")
    devolvido = await casa.pedir("PATCH", f"/tickets/{id_}", {"status": "ABERTO"})
    confere(await casa.pedir("GET", f"/tickets/{id_}"), mudado(TICKET, atendente=None))
    assert devolvido["atendenteId"] is None


async def test_post_tickets_body(casa: Casa) -> None:
    corpo = exemplo(TICKET_NOVO, empresaId=casa.admin.empresa_id, filaId=casa.fila, canalId=casa.canal)
    criado = await casa.pedir("POST", "/tickets", corpo)
    assert {campo: criado[campo] for campo in corpo} == corpo


async def test_post_tickets_response(casa: Casa) -> None:
    criado = await casa.pedir("POST", "/tickets", {"contato_nome": "João Silva", "contato_telefone": "5511999998888"})
    confere(criado, mudado(TICKET_CRIADO))


async def test_patch_ticket(casa: Casa) -> None:
    await casa.presente(True)
    confere(
        await casa.pedir("PATCH", f"/tickets/{await casa.ticket()}", exemplo(TICKET_MUDANCA)), mudado(TICKET_MUDANCA)
    )


async def test_patch_atribuir(casa: Casa) -> None:
    id_ = await casa.ticket()
    await casa.pedir("PATCH", f"/filas/{casa.fila}", {"distribuicaoAutomatica": False})
    await casa.presente(True)
    atribuido = await casa.pedir("PATCH", f"/tickets/{id_}/atribuir", exemplo(ATRIBUICAO, atendenteId=casa.maria.id))
    assert (atribuido["atendenteId"], atribuido["status"]) == (casa.maria.id, "EM_ANDAMENTO")


async def test_patch_transferir(casa: Casa) -> None:
    id_ = await casa.ticket()
    gerencia = (await casa.pedir("POST", "/filas", {"nome": "Gerência", "distribuicaoAutomatica": False}))["id"]
    await casa.pedir("POST", f"/filas/{gerencia}/atendentes/{casa.maria.id}")
    await casa.pedir("PATCH", f"/filas/{casa.fila}", {"distribuicaoAutomatica": False})
    await casa.presente(True)
    corpo = exemplo(TRANSFERENCIA, filaId=gerencia, atendenteId=casa.maria.id)
    transferido = await casa.pedir("PATCH", f"/tickets/{id_}/transferir", corpo)
    assert (transferido["filaId"], transferido["atendenteId"]) == (gerencia, casa.maria.id)
    (evento,) = [
        evento
        for evento in (await casa.pedir("GET", f"/tickets/{id_}/historico"))["data"]
        if evento["tipo"] == "ticket_transferido"
    ]
    assert evento["dados"]["motivo"] == "Cliente solicitou gerente"


async def test_get_mensagens_do_ticket(casa: Casa) -> None:
    await casa.presente(True)
    id_ = await casa.ticket()
    for _ in range(15):
        corpo = {"ticketId": id_, "conteudo": "Olá, como posso ajudar?"}
        await casa.pedir("POST", "/mensagens", corpo, quem=casa.maria)
    pagina = mudado(LISTA_DE_MENSAGENS)
    pagina["data"][0]["lida"] = False  # by whom it was sent to: only what a contact wrote can be marked as read here
    confere(await casa.pedir("GET", f"/tickets/{id_}/mensagens?page=1&limit=20"), pagina)


async def test_post_mensagens(casa: Casa) -> None:
    corpo = exemplo(MENSAGEM_NOVA, ticketId=await casa.ticket())
    enviada = await casa.pedir("POST", "/mensagens", corpo)
    assert {campo: enviada[campo] for campo in corpo} == corpo


async def test_post_mensagens_arquivo(casa: Casa) -> None:
    resposta = await casa.cliente.post(
        "/atendimento/mensagens/arquivo",
        data={"ticketId": await casa.ticket()},
        files={"arquivo": ("screenshot.png", png(3, 2), "image/png")},
        headers=casa.admin.cabecalhos,
    )
    assert resposta.status_code == 201, resposta.text
    confere(resposta.json(), msgspec.json.decode(ARQUIVO))


async def test_get_atendentes(casa: Casa) -> None:
    await casa.presente(True)
    for _ in range(3):
        await casa.ticket()
    confere(await casa.pedir("GET", "/atendentes"), msgspec.json.decode(ATENDENTES))


async def test_patch_status(casa: Casa) -> None:
    visto = await casa.pedir("PATCH", f"/atendentes/{casa.maria.id}/status", exemplo(PRESENCA), quem=casa.maria)
    confere(visto, mudado(PRESENCA))


# -- events --------------------------------------------------------------------------------------------------------


async def test_connect(casa: Casa) -> None:
    async with tela(casa.servidor.url_ws, casa.maria.token) as t:
        dados = (await t.evento("connect"))["data"]
    confere(dados, mudado(EVENTO_CONNECT))
    assert dados["userId"] == casa.maria.id


@pytest.mark.parametrize("evento", ["ticket:entrar", "ticket:sair"])
async def test_a_room_is_entered_and_left(casa: Casa, evento: str) -> None:
    async with casa.tela(casa.admin) as t:
        assert (await t.pedir(evento, exemplo(EMIT_TICKET, ticketId=await casa.ticket())))["ok"] is True


async def test_ticket_criado(casa: Casa) -> None:
    async with casa.tela(casa.admin) as t:
        id_ = await casa.ticket()
        dados = (await t.evento("ticket_criado"))["data"]
    confere(dados, mudado(EVENTO_TICKET_CRIADO))
    assert dados["ticket"]["id"] == id_


async def test_ticket_atribuido(casa: Casa) -> None:
    await casa.presente(True)
    async with casa.tela(casa.maria) as t:
        id_ = await casa.ticket()
        dados = (await t.evento("ticket_atribuido"))["data"]
    confere(dados, mudado(EVENTO_TICKET_ATRIBUIDO))
    assert (dados["ticketId"], dados["atendente"]["id"]) == (id_, casa.maria.id)


async def test_mensagem_enviar(casa: Casa) -> None:
    await casa.presente(True)
    corpo = exemplo(EMIT_MENSAGEM, ticketId=await casa.ticket())
    async with casa.tela(casa.maria) as t:
        resposta = await t.pedir("mensagem:enviar", corpo)
    assert resposta["ok"] is True
    confere(resposta["mensagem"], corpo)


async def test_nova_mensagem(casa: Casa) -> None:
    await casa.presente(True)
    id_ = await casa.ticket()
    async with casa.tela(casa.admin) as t:
        await t.pedir("ticket:entrar", {"ticketId": id_})
        await casa.pedir("POST", "/mensagens", {"ticketId": id_, "conteudo": "Olá!"}, quem=casa.maria)
        dados = (await t.evento("nova_mensagem"))["data"]
    confere(dados, mudado(EVENTO_NOVA_MENSAGEM))
    assert (dados["ticketId"], dados["remetenteId"]) == (id_, casa.maria.id)


async def test_usuario_digitando_as_it_is_sent(casa: Casa) -> None:
    await casa.presente(True)
    async with casa.tela(casa.maria) as t:
        resposta = await t.pedir("usuario:digitando", exemplo(EMIT_DIGITANDO, ticketId=await casa.ticket()))
    assert resposta["ok"] is True


async def test_usuario_digitando_as_the_others_get_it(casa: Casa) -> None:
    await casa.presente(True)
    id_ = await casa.ticket()
    async with casa.tela(casa.maria) as m, casa.tela(casa.admin) as chefe:
        for t in (m, chefe):
            await t.pedir("ticket:entrar", {"ticketId": id_})
        await m.mandar("usuario:digitando", {"ticketId": id_, "nome": "Maria Santos"})
        dados = (await chefe.evento("usuario_digitando"))["data"]
    confere(dados, mudado(EVENTO_DIGITANDO))
    assert dados["userId"] == casa.maria.id
