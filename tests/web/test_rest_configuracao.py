"""Atendentes, filas and the public routes over REST, on a whole node with real PostgreSQL."""

from collections.abc import Callable

import asyncpg

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com


def test_atendentes_are_made_listed_changed_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        id_ = novo_id()
        corpo = {"id": id_.upper(), "nome": "Maria Santos", "email": "maria@empresa.com", "habilidades": ["pt", "en"]}
        maria = (await admin("POST", "/atendentes", corpo)).ok(201)
        assert maria["id"] == id_
        assert (maria["capacidade"], maria["online"], maria["atendimentosAtivos"]) == (5, False, 0)
        assert maria["habilidades"] == ["pt", "en"]
        assert (await admin("GET", "/atendentes")).ok() == [maria]
        assert (await admin("GET", f"/atendentes/{id_}")).ok() == maria
        mudada = (await admin("PATCH", f"/atendentes/{id_}", {"capacidade": 0, "nome": "Maria S."})).ok()
        assert (mudada["capacidade"], mudada["nome"], mudada["email"]) == (0, "Maria S.", "maria@empresa.com")
        (await admin("POST", "/atendentes", {"nome": "Outra", "email": "maria@empresa.com"})).erro(409)
        (await admin("POST", "/atendentes", {"id": id_, "nome": "Outra", "email": "o@empresa.com"})).erro(409)
        recusa = (await admin("PATCH", f"/atendentes/{id_}", {"online": True, "id": id_})).erro(400)
        assert {d["campo"] for d in recusa["detalhes"]} == {"online", "id"}
        (await admin("DELETE", f"/atendentes/{id_}")).ok(204)
        (await admin("GET", f"/atendentes/{id_}")).erro(404)
        assert (await admin("GET", "/atendentes")).ok() == []

    com_servidor(dsn, teste)


def test_an_unknown_atendente_is_provisioned_by_its_first_status(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        ana = s.usuario("atendente")
        corpo = {"online": True, "estado": "almoco", "motivo": "volto às 14h"}
        visto = (await ana("PATCH", f"/atendentes/{ana.id}/status", corpo)).ok()
        assert (visto["id"], visto["email"], visto["online"]) == (ana.id, ana.email, True)
        assert (visto["estado"], visto["motivo"]) == ("almoco", "volto às 14h")
        visto = (await ana("PATCH", f"/atendentes/{ana.id.upper()}/status", {"online": True})).ok()
        assert visto["estado"] in {"almoco", "disponivel"}
        assert len((await ana("GET", "/atendentes")).ok()) == 1

    com_servidor(dsn, teste)


def test_an_atendente_changes_only_its_own_status(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        ana, rui, chefe = s.usuario("atendente"), s.usuario("atendente"), s.usuario("supervisor")
        await chegar(ana)
        await chegar(rui)
        caminho = f"/atendentes/{rui.id}/status"
        (await ana("PATCH", caminho, {"online": False})).erro(403, "status_de_outro")
        (await s.usuario("conector")("PATCH", caminho, {"online": False})).erro(403)
        assert (await chefe("PATCH", caminho, {"online": False})).ok()["online"] is False
        (await chefe("PATCH", f"/atendentes/{novo_id()}/status", {"online": True})).erro(404)

    com_servidor(dsn, teste)


def test_deleting_what_is_in_use_is_refused(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        ticket = await abrir(admin, filaId=fila)
        (await admin("DELETE", f"/atendentes/{ana.id}")).erro(409)
        (await admin("DELETE", f"/filas/{fila}")).erro(409)
        (await admin("POST", f"/tickets/{ticket}/encerrar")).ok()
        (await admin("DELETE", f"/filas/{fila}")).ok(204)
        (await admin("DELETE", f"/atendentes/{ana.id}")).ok(204)
        padrao = (await admin("GET", "/filas")).ok()["data"][0]["id"]
        (await admin("DELETE", f"/filas/{padrao}")).erro(409)

    com_servidor(dsn, teste)


def test_filas_are_made_listed_changed_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        corpo = {
            "nome": "Vendas",
            "descricao": "Quem compra",
            "estrategia": "ROUND_ROBIN",
            "distribuicaoAutomatica": False,
            "aoFicarOffline": "manter",
            "prioridade": 9,
        }
        fila = (await admin("POST", "/filas", corpo)).ok(201)
        assert {campo: fila[campo] for campo in corpo} == corpo
        assert (fila["padrao"], fila["aguardando"]) == (False, 0)
        lista = (await admin("GET", "/filas")).ok()
        assert [f["nome"] for f in lista["data"]] == ["Geral", "Vendas"]
        assert (lista["total"], lista["totalPages"]) == (2, 1)
        assert [f["nome"] for f in (await admin("GET", "/filas?limit=1&page=2")).ok()["data"]] == ["Vendas"]
        mudada = (await admin("PATCH", f"/filas/{fila['id']}", {"descricao": None, "prioridade": 1})).ok()
        assert (mudada["descricao"], mudada["prioridade"], mudada["nome"]) == (None, 1, "Vendas")
        await abrir(admin, filaId=fila["id"])
        assert (await admin("GET", f"/filas/{fila['id']}")).ok()["aguardando"] == 1
        (await admin("PATCH", f"/filas/{fila['id']}", {"padrao": True})).erro(400)
        outra = (await admin("POST", "/filas", {"nome": "Outra"})).ok(201)["id"]
        (await admin("DELETE", f"/filas/{outra}")).ok(204)
        (await admin("GET", f"/filas/{outra}")).erro(404)

    com_servidor(dsn, teste)


def test_members_come_and_go_and_are_listed(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        caminho = f"/filas/{fila}/atendentes/{ana.id}"
        (await admin("POST", caminho)).ok(204)
        visto = (await admin("GET", f"/filas/{fila}")).ok()
        assert [a["id"] for a in visto["atendentes"]] == [ana.id]
        (await admin("DELETE", caminho)).ok(204)
        (await admin("DELETE", caminho)).ok(204)
        assert (await admin("GET", f"/filas/{fila}")).ok()["atendentes"] == []
        (await admin("POST", f"/filas/{fila}/atendentes/{novo_id()}")).erro(404)
        (await admin("POST", f"/filas/{novo_id()}/atendentes/{ana.id}")).erro(404)
        (await admin("POST", caminho, {"nome": "x"})).erro(400)

    com_servidor(dsn, teste)


def test_a_fila_shows_its_members_by_name_and_asks_nobody_else(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fila = await fila_com(admin)
        ids = {}
        for nome in ("Rui", "Ana", "Bia"):
            corpo = {"nome": nome, "email": f"{nome}@example.com".lower()}
            ids[nome] = (await admin("POST", "/atendentes", corpo)).ok(201)["id"]
        for nome in ("Rui", "Ana"):
            (await admin("POST", f"/filas/{fila}/atendentes/{ids[nome]}")).ok(204)
        assert (await admin("GET", f"/filas/{fila}")).ok()["atendentes"] == [
            {"id": ids[nome], "nome": nome, "email": f"{nome}@example.com".lower()} for nome in ("Ana", "Rui")
        ]
        (await admin("DELETE", f"/filas/{fila}/atendentes/{ids['Rui']}")).ok(204)
        (await admin("DELETE", f"/atendentes/{ids['Rui']}")).ok(204)
        assert [a["nome"] for a in (await admin("GET", f"/filas/{fila}")).ok()["atendentes"]] == ["Ana"]

    com_servidor(dsn, teste)


def test_health_readiness_and_metrics_need_no_token(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        await abrir(admin)
        assert (await s.pedir("GET", "/saude")).ok() == {"status": "ok"}
        assert (await s.pedir("GET", "/saude/pronto")).ok() == {"status": "pronto"}
        exposicao = await s.pedir("GET", "/metrics")
        assert exposicao.headers["content-type"].startswith("text/plain")
        linhas = exposicao.corpo.decode().splitlines()
        assert f'tickets_criados_total{{canal="api",empresa_id="{s.empresa}"}} 1.0' in linhas
        assert f'tickets_abertos{{empresa_id="{s.empresa}"}} 1.0' in linhas
        assert f'atendentes_online{{empresa_id="{s.empresa}"}} 1.0' in linhas
        nomes = {linha.split("{")[0].split(" ")[0] for linha in linhas}
        assert nomes >= {
            "balcao_mailbox_depth", "balcao_turn_seconds_total", "balcao_turns_total", "balcao_dead_letters_total",
            "balcao_loop_lag_seconds_count", "balcao_journal_batch_turns_count", "balcao_commit_seconds_count",
            "balcao_journal_pending",
        }  # fmt: skip

    com_servidor(dsn, teste)


def test_while_the_database_is_gone_reads_say_when_to_come_back_and_the_node_is_not_ready(
    postgres: str, novo_banco: Callable[[], str]
) -> None:
    banco = novo_banco()

    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        (await admin("GET", "/tickets")).ok()
        con = await asyncpg.connect(postgres)
        await con.execute(f'DROP DATABASE "{banco.rpartition("/")[2].partition("?")[0]}" WITH (FORCE)')
        await con.close()
        for resposta in (await admin("GET", "/tickets"), await s.pedir("GET", "/saude/pronto")):
            resposta.erro(503)
            assert int(resposta.headers["retry-after"]) > 0
        assert (await s.pedir("GET", "/saude")).ok() == {"status": "ok"}

    com_servidor(banco, teste)


def test_the_nil_uuid_is_nobodys_id(dsn: str) -> None:
    ninguem = "00000000-0000-0000-0000-000000000000"

    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        novo = {"id": ninguem, "nome": "Ninguém", "email": "n@example.com"}
        assert (await admin("POST", "/atendentes", novo)).erro(400)["detalhes"][0]["campo"] == "id"
        (await s.usuario("atendente", id_=ninguem)("GET", "/tickets")).erro(401)
        (await admin("POST", "/tickets", {"contato_nome": "Ana", "contato_email": "a@example.com"})).ok(201)
        for filtro in ("atendenteId", "canalId"):
            lista = (await admin("GET", f"/tickets?{filtro}={ninguem}")).ok()
            assert (lista["total"], lista["data"]) == (0, [])

    com_servidor(dsn, teste)
