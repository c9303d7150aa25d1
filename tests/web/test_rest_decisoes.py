"""Why a ticket went where it went, over REST, on a whole node with real PostgreSQL."""

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com


def test_every_decision_is_there_the_latest_first_with_names_and_in_words(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, bia = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        nome = (await admin("GET", f"/atendentes/{ana.id}")).ok()["nome"]
        ticket = await abrir(admin, filaId=fila)
        await chegar(bia)
        (await admin("POST", f"/filas/{fila}/atendentes/{bia.id}")).ok(204)
        (await admin("PATCH", f"/tickets/{ticket}/atribuir", {"atendenteId": bia.id})).ok()
        pagina = (await admin("GET", f"/tickets/{ticket}/decisoes")).ok()
        assert (pagina["total"], pagina["page"], pagina["totalPages"]) == (2, 1, 1)
        por_gente, primeira = pagina["data"]
        assert (por_gente["tipo"], por_gente["lado"], por_gente["papel"]) == ("atribuicao", "pessoa", "admin")
        assert (por_gente["atendenteId"], por_gente["quemId"]) == (bia.id, admin.id)
        assert primeira["texto"] == f"Foi para {nome}, a única pessoa que podia recebê-lo."
        assert primeira["filaNome"] == "Vendas"
        assert primeira["estrategia"] == "MENOS_OCUPADO"
        assert primeira["versaoPolitica"] == 1
        (candidato,) = primeira["candidatos"]
        assert (candidato["atendenteId"], candidato["nome"], candidato["porqueNao"]) == (ana.id, nome, None)
        assert candidato["chave"]["ocupacao"] == 0
        segunda = (await admin("GET", f"/tickets/{ticket}/decisoes?page=2&limit=1")).ok()
        assert segunda["data"] == [primeira]

    com_servidor(dsn, teste)


def test_only_those_who_see_the_ticket_see_why(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, fora = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        await chegar(fora)
        (await admin("DELETE", f"/filas/{(await admin('GET', '/filas')).ok()['data'][0]['id']}/atendentes/{fora.id}"))
        ticket = await abrir(admin, filaId=fila)
        caminho = f"/tickets/{ticket}/decisoes"
        assert (await ana("GET", caminho)).ok()["total"] == 1
        (await fora("GET", caminho)).erro(403)
        estranho = s.usuario(empresa=novo_id())
        (await estranho("GET", caminho)).erro(404, "ticket_nao_encontrado")
        (await admin("GET", f"/tickets/{novo_id()}/decisoes")).erro(404, "ticket_nao_encontrado")
        (await admin("DELETE", f"/tickets/{ticket}")).ok(204)
        (await admin("GET", caminho)).erro(404)

    com_servidor(dsn, teste)


def test_a_ticket_that_waits_says_what_for_and_where_it_stands(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        fila = await fila_com(admin, ana)
        (await admin("PATCH", f"/atendentes/{ana.id}", {"capacidade": 1})).ok()
        nome = (await admin("GET", f"/atendentes/{ana.id}")).ok()["nome"]
        dado, este = await abrir(admin, filaId=fila), await abrir(admin, filaId=fila)
        explicado = (await ana("GET", f"/tickets/{este}/explicacao")).ok()
        assert explicado["texto"] == f"Espera há instantes na fila Vendas, 1º da fila. Falta: 1 vaga de {nome}."
        assert " ".join(explicado["frases"]) == explicado["texto"]
        esperando = explicado["esperando"]
        assert (esperando["posicao"], esperando["aguardando"], esperando["filaNome"]) == (1, 1, "Vendas")
        (agente,) = esperando["agentes"]
        assert agente == {
            "atendenteId": ana.id, "nome": nome, "porqueNao": "lotado", "apto": True, "vagasUsadas": 1.0,
            "capacidade": 1, "soEm": None, "turnoEm": None, "arremateAte": None,
        }  # fmt: skip
        posicao = (await ana("GET", f"/tickets/{este}/posicao")).ok()
        assert (posicao["posicao"], posicao["aguardando"], posicao["esperaEstimada"]) == (1, 1, None)
        do_dado = (await admin("GET", f"/tickets/{dado}/explicacao")).ok()
        assert do_dado["esperando"] is None
        assert do_dado["texto"] == do_dado["decisoes"][0]["texto"]
        (await admin("GET", f"/tickets/{dado}/posicao")).erro(409, "ticket_nao_espera")

    com_servidor(dsn, teste)


def test_of_what_one_may_not_see_nothing_is_explained(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, fora = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        ticket = await abrir(admin, filaId=await fila_com(admin, ana))
        await chegar(fora)
        await fila_com(admin, fora, nome="Outra")
        geral = next(f["id"] for f in (await admin("GET", "/filas")).ok()["data"] if f["padrao"])
        (await admin("DELETE", f"/filas/{geral}/atendentes/{fora.id}")).ok(204)
        for qual in ("explicacao", "posicao"):
            (await fora("GET", f"/tickets/{ticket}/{qual}")).erro(403)
            (await s.usuario(empresa=novo_id())("GET", f"/tickets/{ticket}/{qual}")).erro(404, "ticket_nao_encontrado")
            (await admin("GET", f"/tickets/{novo_id()}/{qual}")).erro(404, "ticket_nao_encontrado")

    com_servidor(dsn, teste)
