"""Taking tickets, saying how one is, and messages with ids of their own, over REST with real PostgreSQL."""

import asyncio

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com


def test_of_many_who_take_a_ticket_at_once_one_gets_it_and_the_others_hear_who(dsn: str) -> None:
    """chatwoot 14495, 15275: a conversation was assigned twice."""

    async def teste(s: Servidor) -> None:
        admin, pessoas = s.usuario(), [s.usuario("atendente") for _ in range(4)]
        fila = await fila_com(admin, *pessoas)
        (await admin("PATCH", f"/filas/{fila}", {"distribuicaoAutomatica": False})).ok()
        for n in range(6):
            ticket = await abrir(admin, filaId=fila)
            caminho, corpo = f"/tickets/{ticket}", {"status": "EM_ANDAMENTO"}
            if n % 2:
                respostas = await asyncio.gather(
                    *(p("PATCH", f"{caminho}/atribuir", {"atendenteId": p.id}) for p in pessoas)
                )
            else:
                respostas = await asyncio.gather(*(p("PATCH", caminho, corpo) for p in pessoas))
            assert sorted(resposta.status for resposta in respostas) == [200, 409, 409, 409]
            ganhou = pessoas[[resposta.status for resposta in respostas].index(200)]
            for quem, resposta in zip(pessoas, respostas, strict=True):
                if quem is not ganhou:
                    erro = resposta.erro(409, "ticket_ja_atribuido")
                    assert [detalhe["campo"] for detalhe in erro["detalhes"]] == ["atendenteId"]
                    assert ganhou.id in erro["detalhes"][0]["problema"]
            assert (await admin("GET", caminho)).ok()["atendenteId"] == ganhou.id
            assert (await ganhou("PATCH", caminho, corpo)).ok()["atendenteId"] == ganhou.id
            (await admin("POST", f"{caminho}/encerrar")).ok()

    com_servidor(dsn, teste)


def test_estados_are_the_empresas_and_outlive_the_node(dsn: str) -> None:
    empresa = novo_id()

    async def primeiro(s: Servidor) -> None:
        admin, ana = s.usuario(empresa=empresa), s.usuario("atendente", empresa=empresa)
        assert (await admin("GET", "/empresa")).ok()["estados"] == []
        estados = ["Fila do banco", "Visita"]
        assert (await admin("PATCH", "/empresa", {"estados": estados})).ok()["estados"] == estados
        erro = (await admin("PATCH", "/empresa", {"estados": ["Visita", "VISITA"]})).erro(400)
        assert [detalhe["campo"] for detalhe in erro["detalhes"]] == ["estados"]
        (await admin("PATCH", "/empresa", {"estados": [" "]})).erro(400)
        caminho = f"/atendentes/{ana.id}/status"
        for corpo in ({"online": True, "estado": "ocupadíssima"}, {"online": True, "estado": "offline"},
                      {"online": False, "estado": "disponivel"}, {"online": True, "estado": "online"}):  # fmt: skip
            erro = (await ana("PATCH", caminho, corpo)).erro(400, "estado_invalido")
            assert [detalhe["campo"] for detalhe in erro["detalhes"]] == ["estado"]
        assert "Visita" in erro["message"]
        assert (await ana("PATCH", caminho, {"online": True, "estado": "visita"})).ok()["estado"] == "Visita"
        assert (await ana("PATCH", caminho, {"online": True})).ok()["estado"] == "Visita"
        assert (await ana("PATCH", caminho, {"online": True, "estado": "DISPONÍVEL"})).ok()["estado"] == "disponivel"

    async def segundo(s: Servidor) -> None:
        admin = s.usuario(empresa=empresa)
        assert (await admin("GET", "/empresa")).ok()["estados"] == ["Fila do banco", "Visita"]

    com_servidor(dsn, primeiro)
    com_servidor(dsn, segundo)


def test_a_message_with_an_id_of_its_own_is_stored_once(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket, outro = await abrir(admin), await abrir(admin)
        corpo = {"ticketId": ticket, "conteudo": "Olá", "id": novo_id()}
        juntas = await asyncio.gather(*(admin("POST", "/mensagens", corpo) for _ in range(4)))
        primeira = juntas[0].ok(201)
        assert primeira["id"] == corpo["id"]
        assert [resposta.ok(201) for resposta in juntas] == [primeira] * 4
        assert (await admin("POST", "/mensagens", {**corpo, "id": corpo["id"].upper()})).ok(201) == primeira
        for outra in ({"conteudo": "Tchau"}, {"ticketId": outro}, {"direcao": "recebida"}):
            (await admin("POST", "/mensagens", corpo | outra)).erro(422, "id_reutilizado")
        assert (await admin("GET", f"/tickets/{ticket}/mensagens")).ok()["data"] == [primeira]
        alheia = s.usuario(empresa=novo_id())
        deles = await abrir(alheia)
        assert (await alheia("POST", "/mensagens", {**corpo, "ticketId": deles})).ok(201)["ticketId"] == deles
        for id_ in ("00000000-0000-0000-0000-000000000000", "1", 1):
            (await admin("POST", "/mensagens", corpo | {"id": id_})).erro(400, "dados_invalidos")
        (await admin("DELETE", f"/mensagens/{corpo['id']}")).ok(204)
        (await admin("POST", "/mensagens", corpo)).erro(422, "id_reutilizado")

    com_servidor(dsn, teste)


def test_only_what_the_contact_wrote_can_be_marked_as_read(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, fora = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        await chegar(fora)
        ticket = await abrir(admin, filaId=fila)
        dela = (await ana("POST", "/mensagens", {"ticketId": ticket, "conteudo": "oi"})).ok(201)["id"]
        for quem in (ana, admin):
            erro = (await quem("PATCH", f"/mensagens/{dela}/lida")).erro(409, "mensagem_enviada")
            assert "recebida" in erro["message"]
        (await fora("PATCH", f"/mensagens/{dela}/lida")).erro(403, "ticket_sem_acesso")
        assert (await admin("GET", f"/tickets/{ticket}/mensagens")).ok()["data"][0]["lida"] is False

    com_servidor(dsn, teste)
