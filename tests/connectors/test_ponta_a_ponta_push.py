"""Push from end to end: a browser subscribes, a contact writes, and only that browser can read what is told."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from connectors.fakes.push import Inscricao, Notificacao, PushFalso
from connectors.fakes.servidor_http import servindo
from tests.connectors.ponta_a_ponta import Empresa, ate, empresa_em
from tests.servidor import Servidor, Usuario, novo_id


class Balcao:
    """An empresa with a canal of push, an agent and a push service."""

    def __init__(self, empresa: Empresa, fake: PushFalso, ana: Usuario, canal: Any) -> None:
        self.empresa = empresa
        self.fake = fake
        self.ana = ana
        self.canal = canal

    async def inscrever(self, quem: Usuario | None = None, publica: str | None = None) -> tuple[Inscricao, Any]:
        """Another browser of an agent's."""
        inscricao = self.fake.inscrever(publica or self.canal["vapidChavePublica"])
        vista = await self.empresa.pedir(
            "POST", "/push/inscricoes", quem or self.ana,
            endpoint=inscricao.endpoint, p256dh=inscricao.p256dh, auth=inscricao.auth,
        )  # fmt: skip
        return inscricao, vista

    async def inscricoes(self, quem: Usuario | None = None) -> list[Any]:
        achadas = await self.empresa.pedir("GET", "/push/inscricoes", quem or self.ana)
        return list(achadas["data"])

    async def ticket_dela(self) -> str:
        ticket = await self.empresa.pedir("POST", "/tickets", contato_nome="João", contato_telefone="5511999998888")
        dela: dict[str, Any] = {"atendenteId": self.ana.id, "forcar": True}
        await self.empresa.pedir("PATCH", f"/tickets/{ticket['id']}/atribuir", **dela)
        return str(ticket["id"])

    async def escrever(self, ticket_id: str, texto: str) -> None:
        await self.empresa.pedir("POST", "/mensagens", ticketId=ticket_id, conteudo=texto, direcao="recebida")

    async def avisos(self, quantos: int) -> list[Notificacao]:
        async def ver() -> list[Notificacao] | None:
            return self.fake.livro if len(self.fake.livro) >= quantos else None

        return await ate(ver)


@asynccontextmanager
async def balcao(servidor: Servidor, **config: Any) -> AsyncIterator[Balcao]:
    fake = PushFalso(int(time.time()))
    async with empresa_em(servidor) as empresa, servindo(fake.atender) as aberto:
        fake.base = aberto.base
        await empresa.canal("push", vapidAssunto="mailto:suporte@empresa.com.br", **config)
        ana = servidor.usuario(empresa.admin.empresa_id, "atendente")
        await empresa.pedir("PATCH", f"/atendentes/{ana.id}/status", ana, online=True)
        (canal,) = (await empresa.pedir("GET", "/push/inscricoes", ana))["canais"]
        yield Balcao(empresa, fake, ana, canal)


async def test_an_agent_is_told_of_its_tickets_and_of_what_is_written_in_them(com_conectores: Servidor) -> None:
    async with balcao(com_conectores) as b:
        inscricao, vista = await b.inscrever()
        assert (vista["endpoint"], vista["canalId"]) == (inscricao.endpoint, b.canal["id"])
        ticket_id = await b.ticket_dela()
        (atribuido,) = await b.avisos(1)
        assert (atribuido.endpoint, atribuido.dados["titulo"]) == (inscricao.endpoint, "João")
        await b.escrever(ticket_id, "o segredo do cofre é 1234")
        escreveu = (await b.avisos(2))[1]
        assert escreveu.dados == {
            "titulo": "João", "corpo": "Nova mensagem", "etiqueta": ticket_id, "url": f"/tickets/{ticket_id}",
        }  # fmt: skip
        assert 0 < escreveu.ttl <= 86_400


async def test_the_text_is_shown_where_the_canal_wants_it_and_bounded(com_conectores: Servidor) -> None:
    async with balcao(com_conectores, mostrarConteudo=True) as b:
        await b.inscrever()
        ticket_id = await b.ticket_dela()
        await b.escrever(ticket_id, "olá " * 500)
        corpo = (await b.avisos(2))[1].dados["corpo"]
        assert corpo.startswith("olá olá")
        assert len(corpo) == 160


async def test_each_browser_of_the_owner_is_told_and_nobody_elses(com_conectores: Servidor) -> None:
    async with balcao(com_conectores) as b:
        outra = com_conectores.usuario(b.empresa.admin.empresa_id, "atendente")
        await b.inscrever(outra)
        suas = {(await b.inscrever())[0].endpoint for _ in range(2)}
        ticket_id = await b.ticket_dela()
        await b.avisos(2)
        await b.empresa.responder(ticket_id, "o que nós dizemos não é aviso")
        await b.escrever(ticket_id, "oi")
        assert {aviso.endpoint for aviso in await b.avisos(4)} == suas
        assert len(b.fake.livro) == 4


async def test_what_a_push_service_does_not_know_any_more_is_removed_and_no_dead_letter(
    com_conectores: Servidor,
) -> None:
    async with balcao(com_conectores) as b:
        velha, _ = await b.inscrever()
        _, de_outra_chave = await b.inscrever(publica="outra")
        b.fake.sair(velha)
        ticket_id = await b.ticket_dela()

        async def sumiram() -> bool:
            return await b.inscricoes() == []

        assert de_outra_chave["id"]
        assert await ate(sumiram)
        await b.escrever(ticket_id, "oi")
        nova, _ = await b.inscrever()
        await b.escrever(ticket_id, "oi de novo")
        assert [aviso.endpoint for aviso in await b.avisos(1)] == [nova.endpoint]
        canal = await b.empresa.pedir("GET", f"/canais/{b.canal['id']}")
        assert canal.get("pausadoEm") is None


async def test_a_browser_is_of_whoever_used_it_last_and_of_too_many_the_oldest_goes(com_conectores: Servidor) -> None:
    async with balcao(com_conectores) as b:
        primeira, vista = await b.inscrever()
        for _ in range(20):
            await b.inscrever()
        suas = await b.inscricoes()
        assert len(suas) == 20
        assert vista["id"] not in {uma["id"] for uma in suas}
        outra = com_conectores.usuario(b.empresa.admin.empresa_id, "atendente")
        corpo = {"endpoint": suas[0]["endpoint"], "p256dh": primeira.p256dh, "auth": primeira.auth}
        dela = await b.empresa.pedir("POST", "/push/inscricoes", outra, **corpo)
        assert dela["id"] == suas[0]["id"]
        assert len(await b.inscricoes()) == 19
        assert [uma["id"] for uma in await b.inscricoes(outra)] == [dela["id"]]
        alheia = await b.empresa.http.delete(
            f"/atendimento/push/inscricoes/{dela['id']}", headers=b.ana.cabecalhos
        )  # fmt: skip
        assert alheia.status_code == 404
        await b.empresa.pedir("DELETE", f"/push/inscricoes/{dela['id']}", outra)
        assert await b.inscricoes(outra) == []


async def test_whoever_is_deleted_is_told_nothing_and_a_canal_takes_its_browsers_with_it(
    com_conectores: Servidor,
) -> None:
    async with balcao(com_conectores) as b:
        await b.inscrever()
        await b.empresa.pedir("DELETE", f"/atendentes/{b.ana.id}")
        outra = com_conectores.usuario(b.empresa.admin.empresa_id, "atendente")
        await b.inscrever(outra)
        await b.empresa.pedir("DELETE", f"/canais/{b.canal['id']}")
        assert await b.inscricoes(outra) == []


async def test_what_is_no_subscription_is_refused_and_so_is_one_without_a_canal(com_conectores: Servidor) -> None:
    async with balcao(com_conectores) as b:
        certa = b.fake.inscrever(b.canal["vapidChavePublica"])
        corpo: dict[str, Any] = {"endpoint": certa.endpoint, "p256dh": certa.p256dh, "auth": certa.auth}
        errados: list[tuple[str, str]] = [
            ("endpoint", "http://push.exemplo/1"), ("endpoint", "https://u:s@push.exemplo/1"), ("endpoint", "ftp://a/b"),
            ("endpoint", "https://push.exemplo:x/1"), ("p256dh", "B" * 87), ("auth", "A" * 24), ("canalId", "x"),
        ]  # fmt: skip
        for campo, valor in errados:
            resposta = await b.empresa.http.post(
                "/atendimento/push/inscricoes", json=corpo | {campo: valor}, headers=b.ana.cabecalhos
            )
            assert (resposta.status_code, resposta.json()["detalhes"][0]["campo"]) == (400, campo)
        for canal_id in (novo_id(), await b.empresa.canal("api")):
            resposta = await b.empresa.http.post(
                "/atendimento/push/inscricoes", json=corpo | {"canalId": canal_id}, headers=b.ana.cabecalhos
            )
            assert resposta.status_code in {404, 409}
        await b.empresa.pedir("PATCH", f"/canais/{b.canal['id']}", ativo=False)
        resposta = await b.empresa.http.post("/atendimento/push/inscricoes", json=corpo, headers=b.ana.cabecalhos)
        assert (resposta.status_code, resposta.json()["codigo"]) == (409, "sem_canal_de_push")
