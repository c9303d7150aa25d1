"""Equipes over REST: who is in them, and what they serve."""

from typing import Any

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com


async def equipe_de(admin: Usuario, *membros: Usuario, nome: str = "Plantão") -> str:
    equipe: str = (await admin("POST", "/equipes", {"nome": nome})).ok(201)["id"]
    for membro in membros:
        (await admin("POST", f"/equipes/{equipe}/membros/{membro.id}")).ok(204)
    return equipe


async def ver(admin: Usuario, equipe: str) -> Any:
    return (await admin("GET", f"/equipes/{equipe}")).ok()


def test_equipes_are_made_listed_changed_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        equipe = (await admin("POST", "/equipes", {"nome": "Plantão", "descricao": "Noites"})).ok(201)
        assert (equipe["nome"], equipe["descricao"]) == ("Plantão", "Noites")
        assert await ver(admin, equipe["id"]) == equipe | {"membros": [], "filas": []}
        outra = (await admin("POST", "/equipes", {"nome": "Dia"})).ok(201)
        esperada = {"data": [outra, equipe], "total": 2, "page": 1, "totalPages": 1}
        assert (await ana("GET", "/equipes")).ok() == esperada
        assert (await ana("GET", "/equipes?limit=1&page=2")).ok()["data"] == [equipe]
        mudada = (await admin("PATCH", f"/equipes/{equipe['id']}", {"descricao": None, "nome": "Noite"})).ok()
        assert (mudada["nome"], mudada["descricao"]) == ("Noite", None)
        erro = (await admin("PATCH", f"/equipes/{equipe['id']}", {"membros": [], "filas": []})).erro(400)
        assert {d["campo"] for d in erro["detalhes"]} == {"membros", "filas"}
        (await admin("DELETE", f"/equipes/{equipe['id']}")).ok(204)
        for metodo in ("GET", "DELETE"):
            (await admin(metodo, f"/equipes/{equipe['id']}")).erro(404, "equipe_nao_encontrada")
        assert (await admin("GET", "/equipes")).ok()["data"] == [outra]

    com_servidor(dsn, teste)


def test_the_members_of_an_equipe_serve_the_filas_it_is_linked_to(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        fila = await fila_com(admin)
        equipe = await equipe_de(admin, ana)
        antes = await abrir(admin, filaId=fila)
        assert (await admin("GET", f"/tickets/{antes}")).ok()["atendenteId"] is None
        for _ in range(2):
            (await admin("POST", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        vista = await ver(ana, equipe)
        assert vista["filas"] == [{"id": fila, "nome": "Vendas"}]
        assert [(m["id"], m["email"]) for m in vista["membros"]] == [(ana.id, ana.email)]
        assert (await admin("GET", f"/tickets/{await abrir(admin, filaId=fila)}")).ok()["atendenteId"] == ana.id
        assert (await admin("GET", f"/tickets/{antes}")).ok()["atendenteId"] == ana.id
        assert [a["id"] for a in (await ana("GET", f"/filas/{fila}")).ok()["atendentes"]] == [ana.id]
        (await ana("GET", f"/tickets/{antes}")).ok()

        for _ in range(2):
            (await admin("DELETE", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        assert (await ver(ana, equipe))["filas"] == []
        depois = await abrir(admin, filaId=fila)
        assert (await admin("GET", f"/tickets/{depois}")).ok()["atendenteId"] is None
        (await ana("GET", f"/tickets/{depois}")).erro(403, "ticket_sem_acesso")

    com_servidor(dsn, teste)


def test_members_come_and_go_and_a_deleted_atendente_leaves_its_equipes(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        await chegar(ana, online=False)
        await chegar(rui, online=False)
        equipe = await equipe_de(admin, ana, rui, ana)
        assert {m["id"] for m in (await ver(admin, equipe))["membros"]} == {ana.id, rui.id}
        for _ in range(2):
            (await admin("DELETE", f"/equipes/{equipe}/membros/{ana.id}")).ok(204)
        assert [m["id"] for m in (await ver(admin, equipe))["membros"]] == [rui.id]
        (await admin("DELETE", f"/atendentes/{rui.id}")).ok(204)
        assert (await ver(admin, equipe))["membros"] == []
        for ruim in (f"/equipes/{equipe}/membros/{novo_id()}", f"/equipes/{equipe}/filas/{novo_id()}"):
            (await admin("POST", ruim)).erro(404)

    com_servidor(dsn, teste)


def test_an_equipe_that_serves_filas_is_deleted_only_when_another_takes_its_place(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        await chegar(ana)
        await chegar(rui, online=False)
        fila = await fila_com(admin)
        equipe, outra = await equipe_de(admin, ana), await equipe_de(admin, rui, nome="Dia")
        (await admin("POST", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        erro = (await admin("DELETE", f"/equipes/{equipe}")).erro(409)
        assert erro["detalhes"]
        (await admin("DELETE", f"/equipes/{equipe}?realocar={novo_id()}")).erro(404)
        (await admin("DELETE", f"/equipes/{equipe}?realocar={outra}")).ok(204)
        vista = await ver(admin, outra)
        assert {m["id"] for m in vista["membros"]} == {ana.id, rui.id}
        assert [f["id"] for f in vista["filas"]] == [fila]
        assert (await admin("GET", f"/tickets/{await abrir(admin, filaId=fila)}")).ok()["atendenteId"] == ana.id

    com_servidor(dsn, teste)
