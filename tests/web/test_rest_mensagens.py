"""Mensagens over REST, on a whole node with real PostgreSQL."""

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com


def test_a_conversation_is_listed_oldest_first_and_embedded_in_its_ticket(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, conector, ana = s.usuario(), s.usuario("conector"), s.usuario("atendente")
        await chegar(ana)
        ticket = await abrir(admin)
        recebida = {"ticketId": ticket, "conteudo": "Olá!", "direcao": "recebida"}
        primeira = (await conector("POST", "/mensagens", recebida)).ok(201)
        assert (primeira["direcao"], primeira["tipo"], primeira["remetenteId"]) == ("recebida", "texto", None)
        corpo = {"ticketId": ticket, "conteudo": "Como posso ajudar?", "tipo": "texto", "empresaId": s.empresa}
        segunda = (await ana("POST", "/mensagens", corpo)).ok(201)
        assert (segunda["direcao"], segunda["remetenteId"], segunda["lida"]) == ("enviada", ana.id, False)

        pagina = (await ana("GET", f"/tickets/{ticket}/mensagens")).ok()
        assert [m["id"] for m in pagina["data"]] == [primeira["id"], segunda["id"]]
        assert (pagina["total"], pagina["page"], pagina["totalPages"]) == (2, 1, 1)
        visto = (await ana("GET", f"/tickets/{ticket}")).ok()
        assert [m["conteudo"] for m in visto["mensagens"]] == ["Olá!", "Como posso ajudar?"]
        assert visto["dataPrimeiraResposta"] == segunda["createdAt"]

    com_servidor(dsn, teste)


def test_only_the_latest_hundred_are_embedded(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        for n in range(103):
            (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": str(n)})).ok(201)
        embutidas = (await admin("GET", f"/tickets/{ticket}")).ok()["mensagens"]
        assert [m["conteudo"] for m in embutidas] == [str(n) for n in range(3, 103)]
        ultima = (await admin("GET", f"/tickets/{ticket}/mensagens?page=6")).ok()
        assert [m["conteudo"] for m in ultima["data"]] == ["100", "101", "102"]

    com_servidor(dsn, teste)


def test_reading_is_recorded_once_and_for_all(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        mensagem = {"ticketId": ticket, "conteudo": "oi", "direcao": "recebida"}
        id_ = (await admin("POST", "/mensagens", mensagem)).ok(201)["id"]
        assert (await admin("PATCH", f"/mensagens/{id_}/lida")).ok()["lida"] is True
        assert (await admin("PATCH", f"/mensagens/{id_.upper()}/lida", {"lida": True})).ok()["id"] == id_
        assert (await admin("GET", f"/tickets/{ticket}/mensagens")).ok()["data"][0]["lida"] is True
        (await admin("PATCH", f"/mensagens/{novo_id()}/lida")).erro(404, "mensagem_nao_encontrada")

    com_servidor(dsn, teste)


def test_reading_what_was_read_changes_nothing_and_is_still_for_those_who_may_see_it(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        ticket = await abrir(admin, filaId=await fila_com(admin))
        mensagem = {"ticketId": ticket, "conteudo": "oi", "direcao": "recebida"}
        id_ = (await admin("POST", "/mensagens", mensagem)).ok(201)["id"]
        lida = (await admin("PATCH", f"/mensagens/{id_}/lida")).ok()
        historico = (await admin("GET", f"/tickets/{ticket}/historico")).ok()
        assert [evento["tipo"] for evento in historico["data"]].count("mensagem_status") == 1
        assert (await admin("PATCH", f"/mensagens/{id_}/lida")).ok() == lida
        (await ana("PATCH", f"/mensagens/{id_}/lida")).erro(403, "ticket_sem_acesso")
        assert (await admin("GET", f"/tickets/{ticket}/historico")).ok() == historico

    com_servidor(dsn, teste)


def test_only_a_connector_or_an_admin_speaks_for_the_contact(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        ticket = await abrir(admin, filaId=fila)
        for quem in (ana, s.usuario("supervisor")):
            corpo = {"ticketId": ticket, "conteudo": "oi", "direcao": "recebida"}
            (await quem("POST", "/mensagens", corpo)).erro(403, "recebida_sem_permissao")

    com_servidor(dsn, teste)


def test_a_message_to_nowhere_or_without_words_is_refused(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        (await admin("POST", "/mensagens", {"ticketId": novo_id(), "conteudo": "oi"})).erro(404)
        (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": ""})).erro(400)
        erro = (await admin("POST", "/mensagens", {"tipo": "x", "texto": "oi"})).erro(400, "dados_invalidos")
        assert {d["campo"] for d in erro["detalhes"]} == {"ticketId", "conteudo", "tipo", "texto"}
        (await admin("POST", f"/tickets/{ticket}/encerrar")).ok()
        (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": "oi"})).erro(409)

    com_servidor(dsn, teste)


def test_all_that_the_contact_wrote_becomes_read_at_once(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        ticket = await abrir(admin)
        for direcao in ("recebida", "recebida", "enviada", "recebida"):
            (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": "x", "direcao": direcao})).ok(201)
        caminho = f"/tickets/{ticket}/mensagens/lidas"
        assert (await ana("POST", caminho)).ok() == {"ticketId": ticket, "lidas": 3}
        mensagens = (await ana("GET", f"/tickets/{ticket}/mensagens")).ok()["data"]
        assert [m["lida"] for m in mensagens] == [True, True, False, True]
        assert [m["lida"] for m in (await ana("GET", f"/tickets/{ticket}")).ok()["mensagens"]] == [
            True, True, False, True
        ]  # fmt: skip
        assert (await ana("POST", caminho, {})).ok()["lidas"] == 0
        historico = (await ana("GET", f"/tickets/{ticket}/historico?limit=100")).ok()["data"]
        (evento,) = [e for e in historico if e["tipo"] == "mensagens_lidas"]
        assert evento["dados"] == {"ticketId": ticket, "ate": evento["em"]}
        (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": "y", "direcao": "recebida"})).ok(201)
        assert (await ana("POST", caminho)).ok()["lidas"] == 1
        (await admin("POST", f"/tickets/{novo_id()}/mensagens/lidas")).erro(404, "ticket_nao_encontrado")

    com_servidor(dsn, teste)


def test_the_same_key_counts_the_same_messages_read(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": "x", "direcao": "recebida"})).ok(201)
        for _ in range(2):
            resposta = await admin("POST", f"/tickets/{ticket}/mensagens/lidas", idempotency_key="uma")
            assert resposta.ok() == {"ticketId": ticket, "lidas": 1}

    com_servidor(dsn, teste)


def test_a_deleted_message_is_seen_no_more_but_its_history_stays(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin)
        ids = [
            (await admin("POST", "/mensagens", {"ticketId": ticket, "conteudo": str(n), "direcao": "recebida"})).ok(
                201
            )["id"]
            for n in range(3)
        ]
        (await admin("DELETE", f"/mensagens/{ids[1]}")).ok(204)
        pagina = (await admin("GET", f"/tickets/{ticket}/mensagens")).ok()
        assert ([m["id"] for m in pagina["data"]], pagina["total"]) == ([ids[0], ids[2]], 2)
        assert [m["id"] for m in (await admin("GET", f"/tickets/{ticket}")).ok()["mensagens"]] == [ids[0], ids[2]]
        (await admin("DELETE", f"/mensagens/{ids[1]}")).erro(404, "mensagem_nao_encontrada")
        (await admin("PATCH", f"/mensagens/{ids[1]}/lida")).erro(404, "mensagem_nao_encontrada")
        assert (await admin("POST", f"/tickets/{ticket}/mensagens/lidas")).ok()["lidas"] == 2
        historico = (await admin("GET", f"/tickets/{ticket}/historico")).ok()["data"]
        (evento,) = [e for e in historico if e["tipo"] == "mensagem_excluida"]
        assert evento["dados"] == {"id": ids[1], "ticketId": ticket}
        assert evento["quem"] == {"id": admin.id, "papel": "admin"}
        assert ids[1] in [e["dados"].get("id") for e in historico if e["tipo"] == "nova_mensagem"]

    com_servidor(dsn, teste)


def test_an_atendente_deletes_its_own_messages_and_a_supervisor_anybodys(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, supervisor = s.usuario(), s.usuario("supervisor")
        ana, rui = s.usuario("atendente"), s.usuario("atendente")
        fila = await fila_com(admin, ana, rui)
        ticket = await abrir(admin, filaId=fila)
        corpo = {"ticketId": ticket, "conteudo": "oi"}
        dela, outra = [(await ana("POST", "/mensagens", corpo)).ok(201)["id"] for _ in range(2)]
        (await rui("DELETE", f"/mensagens/{dela}")).erro(403)
        (await ana("DELETE", f"/mensagens/{dela}")).ok(204)
        (await supervisor("DELETE", f"/mensagens/{outra}")).ok(204)
        assert (await admin("GET", f"/tickets/{ticket}/mensagens")).ok()["total"] == 0

    com_servidor(dsn, teste)
