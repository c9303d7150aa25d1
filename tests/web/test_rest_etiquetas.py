"""Tags on a real server: of contacts, of tickets and of both; which there are; and what is left of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from storage.consultas import sql
from tests.web.arquivos_apoio import Casa, em_casa
from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_exclusao_de_conteudo import no_banco
from tests.web.test_rest_tickets import chegar


def rodar(dsn: str, teste: Callable[[Servidor, Usuario], Awaitable[None]]) -> None:
    async def main(s: Servidor) -> None:
        await teste(s, s.usuario())

    com_servidor(dsn, main)


async def contato(u: Usuario, nome: str, *etiquetas: str, **campos: Any) -> dict[str, Any]:
    feito: dict[str, Any] = (await u("POST", "/contatos", {"nome": nome, "etiquetas": etiquetas} | campos)).ok(201)
    return feito


async def nomes(u: Usuario, consulta: str, caminho: str = "/contatos") -> list[str]:
    lista = (await u("GET", f"{caminho}?{consulta}")).ok()
    assert lista["total"] == len(lista["data"])
    return [um.get("nome", um.get("contato_nome")) for um in lista["data"]]


async def em_uso(u: Usuario, consulta: str = "") -> dict[str, tuple[int, int]]:
    lista = (await u("GET", f"/etiquetas?limit=100{consulta}")).ok()
    return {um["nome"]: (um["tickets"], um["contatos"]) for um in lista["data"]}


def test_contacts_are_found_by_a_tag_however_it_is_written_and_by_words_beside_it(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        ana = await contato(u, "Ana Lima", "Vip", "São Paulo", "vip", telefone="5511999990001")
        await contato(u, "Ana Souza", "norte")
        await contato(u, "Bia Lima", "VIP")
        assert ana["etiquetas"] == ["Vip", "São Paulo"]
        for etiqueta in ("vip", "V%C3%8Dp", "VIP"):
            assert await nomes(u, f"etiqueta={etiqueta}") == ["Ana Lima", "Bia Lima"]
        assert await nomes(u, "etiqueta=sao-paulo") == ["Ana Lima"]
        assert await nomes(u, "etiqueta=vip&busca=lim%20bia") == ["Bia Lima"]
        assert await nomes(u, "etiqueta=vip&telefone=5511999990001") == ["Ana Lima"]
        assert await nomes(u, "etiqueta=norte&telefone=5511999990001") == []
        assert await nomes(u, "busca=vip") == []
        assert await nomes(u, "etiqueta=vi") == []
        (await u("PATCH", f"/contatos/{ana['id']}", {"etiquetas": ["norte"]})).ok()
        assert await nomes(u, "etiqueta=vip") == ["Bia Lima"]
        assert await nomes(u, "etiqueta=norte") == ["Ana Lima", "Ana Souza"]
        assert await nomes(s.usuario(empresa=novo_id()), "etiqueta=norte") == []

    rodar(dsn, teste)


def test_a_contact_has_at_most_twenty_tags_of_sixty_characters(dsn: str) -> None:
    async def teste(_: Servidor, u: Usuario) -> None:
        cheio = await contato(u, "Cheio", *(f"{n:02}" + "é" * 58 for n in range(20)))
        assert len(cheio["etiquetas"]) == 20
        assert await nomes(u, "etiqueta=19" + "%C3%A9" * 58) == ["Cheio"]
        assert await nomes(u, "busca=cheio") == ["Cheio"]
        for ruins in (["x"] * 21, ["x" * 61], [""], ["a\nb"], [7], "vip"):
            recusa = (await u("POST", "/contatos", {"nome": "X", "etiquetas": ruins})).erro(400)
            assert [um["campo"].partition("[")[0] for um in recusa["detalhes"]] == ["etiquetas"]

    rodar(dsn, teste)


def test_an_atendente_finds_by_tag_those_that_it_sees_and_is_shown_no_tag_of_another(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        ana = s.usuario("atendente")
        await chegar(ana)
        seu = await contato(u, "Dela", "vip", telefone="5511999990001")
        await contato(u, "Alheio", "vip", telefone="5511999990002")
        (await u("POST", "/tickets", {"contato_nome": "Dela", "contato_telefone": "5511999990001"})).ok(201)
        assert await nomes(ana, "etiqueta=vip") == ["Dela"]
        assert (await ana("GET", f"/contatos/{seu['id']}")).ok()["etiquetas"] == ["vip"]
        (alheio,) = (await ana("GET", "/contatos?telefone=5511999990002")).ok()["data"]
        assert (alheio["nome"], alheio["etiquetas"]) == ("Alheio", [])
        assert await nomes(ana, "telefone=5511999990002&etiqueta=vip") == []

    rodar(dsn, teste)


def test_tickets_are_found_by_their_own_tags_together_with_every_other_filter(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        fila = (await u("POST", "/filas", {"nome": "Outra"})).ok(201)["id"]
        canal = (await u("POST", "/canais", {"nome": "API", "tipo": "api"})).ok(201)["id"]
        dele = await contato(u, "Ana", "do contato", telefone="5511999990001")
        novo = {"contato_nome": "Ana", "contato_telefone": "5511999990001"}
        muito = novo | {
            "etiquetas": ["Urgência"],
            "filaId": fila,
            "canalId": canal,
            "prioridade": "ALTA",
            "assunto": "luz",
        }
        um = (await u("POST", "/tickets", muito)).ok(201)
        (await u("POST", "/tickets", novo | {"etiquetas": ["outra"], "filaId": fila})).ok(201)
        (await u("POST", "/tickets", novo | {"contato_telefone": "5511999990002", "etiquetas": ["urgencia"]})).ok(201)
        filtros = {
            "filaId": fila, "canalId": canal, "prioridade": "ALTA", "contatoId": dele["id"], "busca": "luz",
            "status": "ABERTO",
        }  # fmt: skip
        for nome, valor in filtros.items():
            lista = (await u("GET", f"/tickets?etiqueta=urgencia&{nome}={valor}")).ok()
            esperados = 2 if nome == "status" else 1
            assert (len(lista["data"]), lista["total"]) == (esperados, esperados), nome
            assert um["id"] in [ticket["id"] for ticket in lista["data"]]
        todos = "&".join(f"{nome}={valor}" for nome, valor in filtros.items())
        for ordem in ("recentes", "antigas", "atualizados", "prioridade"):
            lista = (await u("GET", f"/tickets?etiqueta=URG%C3%8ANCIA&{todos}&ordem={ordem}")).ok()
            assert [ticket["id"] for ticket in lista["data"]] == [um["id"]]
        assert (await u("GET", "/tickets?etiqueta=do%20contato")).ok()["total"] == 0  # that is not its own
        (await u("PATCH", f"/contatos/{dele['id']}", {"nome": "Ana Maria"})).ok()
        assert (await u("GET", "/tickets?etiqueta=do%20contato")).ok()["total"] == 0
        ninguem = s.usuario("atendente")
        await chegar(ninguem)
        (await u("POST", f"/filas/{fila}/atendentes/{ninguem.id}")).ok(204)
        assert um["id"] in [t["id"] for t in (await ninguem("GET", "/tickets?etiqueta=urgencia")).ok()["data"]]

    rodar(dsn, teste)


def test_the_ticket_shows_the_tags_of_its_contact_as_they_are_now_open_or_closed(dsn: str) -> None:
    async def teste(_: Servidor, u: Usuario) -> None:
        dele = await contato(u, "Ana", "vip", telefone="5511999990001")
        novo = {"contato_nome": "Ana", "contato_telefone": "5511999990001", "etiquetas": ["sua"]}
        aberto, fechado = [(await u("POST", "/tickets", novo)).ok(201) for _ in range(2)]
        assert (aberto["etiquetas"], aberto["contato_etiquetas"]) == (["sua"], ["vip"])
        (await u("POST", f"/tickets/{fechado['id']}/encerrar")).ok()
        for agora in (["ouro", "sul"], [], ["vip"]):
            (await u("PATCH", f"/contatos/{dele['id']}", {"etiquetas": agora})).ok()
            for ticket in (aberto, fechado):
                visto = (await u("GET", f"/tickets/{ticket['id']}")).ok()
                assert (visto["etiquetas"], visto["contato_etiquetas"]) == (["sua"], agora)
                assert visto["contato"]["etiquetas"] == agora
        historico = (await u("GET", f"/tickets/{aberto['id']}/historico")).ok()["data"]
        mudancas = [e["mudancas"] for e in historico if e["tipo"] == "ticket_atualizado"]
        assert {"contato_etiquetas": [["vip"], ["ouro", "sul"]]} in mudancas

    rodar(dsn, teste)


def test_which_tags_are_in_use_is_counted_through_every_change(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        assert await em_uso(u) == {}
        um = await contato(u, "Um", "vip", "sul", telefone="5511999990001")
        outro = await contato(u, "Outro", "VIP", telefone="5511999990002")
        novo = {"contato_nome": "Um", "contato_telefone": "5511999990001", "etiquetas": ["vip", "luz"]}
        ticket, fechado = [(await u("POST", "/tickets", novo)).ok(201)["id"] for _ in range(2)]
        (await u("POST", f"/tickets/{fechado}/encerrar")).ok()
        assert await em_uso(u) == {"vip": (2, 2), "luz": (2, 0), "sul": (0, 1)}
        assert await em_uso(u, "&prefixo=V%C3%8D") == {"vip": (2, 2)}
        (await u("PATCH", f"/tickets/{ticket}", {"etiquetas": ["luz"]})).ok()
        (await u("PATCH", f"/contatos/{outro['id']}", {"etiquetas": ["VIP", "norte"]})).ok()
        assert await em_uso(u) == {"vip": (1, 2), "luz": (2, 0), "norte": (0, 1), "sul": (0, 1)}
        (await u("POST", f"/contatos/{um['id']}/unir", {"contatoId": outro["id"]})).ok()
        assert await em_uso(u) == {"luz": (2, 0), "vip": (1, 1), "norte": (0, 1), "sul": (0, 1)}
        (await u("DELETE", f"/tickets/{ticket}")).ok(204)
        assert await em_uso(u) == {"vip": (1, 1), "luz": (1, 0), "norte": (0, 1), "sul": (0, 1)}
        (await u("DELETE", f"/contatos/{um['id']}")).ok(204)
        assert await em_uso(u) == {"luz": (1, 0), "vip": (1, 0)}
        assert await em_uso(s.usuario(empresa=novo_id())) == {}

    rodar(dsn, teste)


@pytest.mark.parametrize("podado", [False, True])
def test_the_tags_of_who_was_deleted_are_nowhere(dsn: str, podado: bool) -> None:
    secretas = ("caloteiro", "processo 99", "do sul")

    async def main(c: Casa) -> None:
        u = c.servidor.usuario()
        corpo = {"nome": "Ana", "telefone": "5511999990001", "etiquetas": ["caloteiro"]}
        dele = (await u("POST", "/contatos", corpo, idempotency_key="c")).ok(201)
        novo = {"contato_nome": "Ana", "contato_telefone": "5511999990001"}
        ticket = (await u("POST", "/tickets", novo, idempotency_key="t")).ok(201)["id"]
        (await u("PATCH", f"/contatos/{dele['id']}", {"etiquetas": ["processo 99"]})).ok()
        outro = (await u("POST", "/contatos", {"nome": "Gêmea", "etiquetas": ["do sul"]})).ok(201)
        (await u("POST", f"/contatos/{dele['id']}/unir", {"contatoId": outro["id"]}, idempotency_key="u")).ok()
        (await u("POST", f"/tickets/{ticket}/encerrar")).ok()
        if podado:
            con = await asyncpg.connect(c.dsn)
            await con.fetchval(sql("eventos_podar"), c.servidor.empresa, 0, 2**62, 500)
            await con.close()
        antes = await no_banco(c)
        assert all(secreta in antes for secreta in secretas)
        (await u("DELETE", f"/contatos/{dele['id']}")).ok(204)
        depois = await no_banco(c)
        assert [secreta for secreta in secretas if secreta in depois] == []
        assert (await u("GET", f"/tickets/{ticket}")).ok()["contato_etiquetas"] == []

    em_casa(dsn, main)
