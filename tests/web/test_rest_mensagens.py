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
