"""The list of tickets: filters, search, order and pages, on a whole node with real PostgreSQL."""

from collections.abc import Iterable
from itertools import combinations, product
from typing import Any

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar, fila_com


async def numeros(quem: Usuario, consulta: str) -> list[int]:
    return [ticket["numero"] for ticket in (await quem("GET", f"/tickets?limit=100&{consulta}")).ok()["data"]]


def test_filters_work_alone_and_together_and_agree_with_the_tickets_themselves(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        filas = [await fila_com(admin), await fila_com(admin, nome="Suporte")]
        canais = [(await admin("POST", "/canais", {"nome": "C", "tipo": "sms"})).ok(201)["id"], None]
        for fila, canal, prioridade in product(filas, canais, ("NORMAL", "ALTA")):
            telefone = "5511999998888" if canal else "5521988887777"
            ticket = await abrir(admin, filaId=fila, canalId=canal, prioridade=prioridade, contato_telefone=telefone)
            if prioridade == "ALTA":
                (await admin("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})).ok()
        todos = (await admin("GET", "/tickets?limit=100")).ok()["data"]
        assert len(todos) == 8
        campos = ("status", "prioridade", "filaId", "canalId", "contatoId")
        filtros = {
            frozenset((campo, ticket[campo]) for campo in usados if ticket[campo] is not None)
            for usados in (combinacao for n in range(len(campos) + 1) for combinacao in combinations(campos, n))
            for ticket in todos
        }
        for filtro in filtros:
            await conferir(admin, todos, dict(filtro))

    com_servidor(dsn, teste)


async def conferir(admin: Usuario, todos: Iterable[dict[str, Any]], filtro: dict[str, str]) -> None:
    """The list that is filtered is the list, filtered; its total too, and page by page."""
    esperados = [t["numero"] for t in todos if all(t[campo] == valor for campo, valor in filtro.items())]
    consulta = "&".join(f"{campo}={valor}" for campo, valor in filtro.items())
    assert await numeros(admin, consulta) == esperados, consulta
    pagina = (await admin("GET", f"/tickets?limit=3&page=2&{consulta}")).ok()
    assert [t["numero"] for t in pagina["data"]] == esperados[3:6], consulta
    assert pagina["total"] == len(esperados), consulta


def test_tickets_are_sorted_as_is_asked(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for prioridade in ("NORMAL", "URGENTE", "BAIXA", "ALTA", "URGENTE"):
            await abrir(admin, prioridade=prioridade)
        segundo = (await admin("GET", "/tickets?ordem=antigas&limit=2")).ok()["data"][1]["id"]
        (await admin("PATCH", f"/tickets/{segundo}", {"assunto": "mudou"})).ok()
        assert await numeros(admin, "") == await numeros(admin, "ordem=recentes") == [5, 4, 3, 2, 1]
        assert await numeros(admin, "ordem=antigas") == [1, 2, 3, 4, 5]
        assert (await numeros(admin, "ordem=atualizados"))[0] == 2
        assert await numeros(admin, "ordem=prioridade") == [2, 5, 4, 1, 3]
        assert await numeros(admin, "ordem=prioridade&prioridade=URGENTE") == [2, 5]
        for ordem in ("recentes", "antigas", "atualizados", "prioridade"):
            paginas = [
                (await admin("GET", f"/tickets?ordem={ordem}&limit=2&page={n}")).ok()["data"] for n in range(1, 5)
            ]
            assert [t["numero"] for pagina in paginas for t in pagina] == await numeros(admin, f"ordem={ordem}")
        (await admin("GET", "/tickets?ordem=numero")).erro(400)

    com_servidor(dsn, teste)


def test_busca_finds_by_name_subject_number_and_any_form_of_the_phone(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        await abrir(admin, contato_nome="João d'Ávila", contato_telefone="5511999998888", assunto="Dúvida na nota")
        await abrir(admin, contato_nome="Maria Santos", contato_telefone="5521933334444", contato_email="m@x.com")
        for busca, esperados in (
            ("joao", [1]), ("JO%C3%83O%20AVI", [1]), ("duvida%20joao", [1]), ("santos%20duvida", []), ("maria", [2]),
            ("nota", [1]), ("ota", []), ("551199998888", [1]), ("99998888", [1]), ("(11)%2099999-8888", [1]),
            ("33334444", [2]), ("2", [2]), ("%232", [2]), ("%20%20maria%20", [2]), ("%3F!", []), ("a%26b%7C!(", []),
        ):  # fmt: skip
            assert await numeros(admin, f"busca={busca}") == esperados, busca
        assert await numeros(admin, "busca=joao&status=FECHADO") == []
        assert await numeros(admin, "busca=joao&status=ABERTO&ordem=antigas") == [1]
        ticket = (await admin("GET", "/tickets?busca=joao")).ok()
        assert ticket["total"] == 1
        (await admin("PATCH", f"/tickets/{ticket['data'][0]['id']}", {"assunto": "Troca"})).ok()
        assert (await numeros(admin, "busca=duvida"), await numeros(admin, "busca=troca")) == ([], [1])
        assert await numeros(s.usuario(empresa=novo_id()), "busca=joao") == []
        for ruim in ("", "%20", "x" * 101, "a%0ab", "%00", "%ed%a0%80", "%ff"):
            (await admin("GET", f"/tickets?busca={ruim}")).erro(400)
        assert await numeros(admin, "busca=" + "x" * 100) == []

    com_servidor(dsn, teste)


def test_an_atendente_filters_searches_and_sorts_among_what_it_may_see(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana, online=False)
        dela, outra = await fila_com(admin, ana), await fila_com(admin, nome="Outra")
        await chegar(ana, online=False)
        for n in range(4):
            await abrir(admin, filaId=dela if n % 2 else outra, prioridade="ALTA" if n > 1 else "NORMAL")
        forcado = {"atendenteId": ana.id, "forcar": True}
        um = (await admin("GET", "/tickets?ordem=antigas&limit=1")).ok()["data"][0]["id"]
        (await admin("POST", f"/filas/{outra}/atendentes/{ana.id}")).ok(204)
        (await admin("PATCH", f"/tickets/{um}/atribuir", forcado)).ok()
        (await admin("DELETE", f"/filas/{outra}/atendentes/{ana.id}")).ok(204)
        assert await numeros(ana, "") == [4, 2, 1]
        assert await numeros(ana, "ordem=prioridade") == [4, 1, 2]
        assert await numeros(ana, "prioridade=NORMAL") == [2, 1]
        assert await numeros(ana, f"filaId={outra}") == [1]
        assert await numeros(ana, f"atendenteId={ana.id}") == [1]
        assert await numeros(ana, "busca=joao&status=ABERTO") == [4, 2]
        pagina = (await ana("GET", "/tickets?limit=2&page=2")).ok()
        assert ([t["numero"] for t in pagina["data"]], pagina["total"], pagina["totalPages"]) == ([1], 3, 2)

    com_servidor(dsn, teste)
