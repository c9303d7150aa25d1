"""Tags, language and skills of tickets over REST."""

from __future__ import annotations

from typing import Any

from tests.web.rest_apoio import Servidor, Usuario, com_servidor
from tests.web.test_rest_tickets import chegar

INGLES = {"nome": "inglês", "nivel": 3, "preferida": False}


async def abrir(quem: Usuario, **campos: Any) -> dict[str, Any]:
    corpo = {"contato_nome": "João", "contato_telefone": "5511999998888", **campos}
    ticket: dict[str, Any] = (await quem("POST", "/tickets", corpo)).ok(201)
    return ticket


def test_they_are_set_shown_changed_and_in_the_history(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        simples = await abrir(admin)
        assert (simples["etiquetas"], simples["idioma"], simples["habilidades"]) == ([], None, None)
        ticket = await abrir(
            admin, etiquetas=["VIP", "vip", " 2ª via "], idioma="pt_br", habilidades=[{"nome": "inglês", "nivel": 3}]
        )
        assert (ticket["etiquetas"], ticket["idioma"], ticket["habilidades"]) == (["VIP", "2ª via"], "pt-BR", [INGLES])
        caminho = f"/tickets/{ticket['id']}"
        visto = (await admin("GET", caminho)).ok()
        assert {campo: visto[campo] for campo in ticket if campo != "updatedAt"} == {
            campo: valor for campo, valor in ticket.items() if campo != "updatedAt"
        }
        mudanca = {"etiquetas": ["cobrança"], "idioma": None, "habilidades": []}
        mudado = (await admin("PATCH", caminho, mudanca)).ok()
        assert {campo: mudado[campo] for campo in mudanca} == mudanca
        historico = (await admin("GET", f"{caminho}/historico")).ok()["data"]
        mudancas = historico[-1]["mudancas"]
        assert mudancas["etiquetas"] == [["VIP", "2ª via"], ["cobrança"]]
        assert mudancas["idioma"] == ["pt-BR", None]
        assert mudancas["habilidades"] == [[INGLES], []]
        assert (await admin("PATCH", caminho, {"habilidades": None})).ok()["habilidades"] is None

    com_servidor(dsn, teste)


def test_what_is_wrong_is_named_with_its_path(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(admin, etiquetas=["a"])
        for ruim, campo in (
            ({"etiquetas": [str(n) for n in range(21)]}, "etiquetas"),
            ({"etiquetas": ["x" * 61]}, "etiquetas"),
            ({"etiquetas": [""]}, "etiquetas"),
            ({"etiquetas": None}, "etiquetas"),
            ({"idioma": "português"}, "idioma"),
            ({"idioma": ""}, "idioma"),
            ({"idioma": 5}, "idioma"),
            ({"habilidades": [{"nivel": 3}]}, "habilidades[0].nome"),
            ({"habilidades": [{"nome": "a"}, {"nome": "b", "nivel": 6}]}, "habilidades[1].nivel"),
            ({"habilidades": [{"nome": "a", "preferida": 1}]}, "habilidades[0].preferida"),
            ({"habilidades": [{"nome": "a", "peso": 1}]}, "habilidades[0].peso"),
            ({"habilidades": [{"nome": "Ação"}, {"nome": "acao"}]}, "habilidades[1].nome"),
            ({"habilidades": "inglês"}, "habilidades"),
        ):
            erro = (await admin("PATCH", f"/tickets/{ticket['id']}", {"assunto": "x", **ruim})).erro(400)
            assert [um["campo"] for um in erro["detalhes"]] == [campo], erro
            corpo = {"contato_nome": "J", "contato_email": "j@x.y", **ruim}
            erro = (await admin("POST", "/tickets", corpo)).erro(400)
            assert [um["campo"] for um in erro["detalhes"]] == [campo], erro
        assert (await admin("GET", f"/tickets/{ticket['id']}")).ok()["assunto"] is None

    com_servidor(dsn, teste)


def test_tickets_are_found_by_their_tags_whole_and_beside_every_other_filter(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana)
        vips = [await abrir(admin, etiquetas=["VIP", "2ª via"], assunto=f"Pedido {n}") for n in ("um", "dois", "três")]
        outro, nenhum = await abrir(admin, etiquetas=["vip antigo"]), await abrir(admin, assunto="vip")

        async def achados(consulta: str, quem: Usuario = admin) -> list[int]:
            pagina = (await quem("GET", f"/tickets?ordem=antigas&{consulta}")).ok()
            numeros = [um["numero"] for um in pagina["data"]]
            assert pagina["total"] == len(numeros)
            return numeros

        numeros = [um["numero"] for um in vips]
        for etiqueta in ("vip", "Vip", "VIP", "2%C2%AA%20via"):
            assert await achados(f"etiqueta={etiqueta}") == numeros
            assert await achados(f"etiqueta={etiqueta}", ana) == numeros
        assert await achados("etiqueta=vi") == []
        assert await achados("etiqueta=vip%20antigo") == [outro["numero"]]
        assert await achados("etiqueta=vip&busca=pedido%20dois") == numeros[1:2]
        assert nenhum["numero"] in await achados("busca=vip"), "by its subject"
        assert await achados("etiqueta=vip&prioridade=ALTA") == []
        (await admin("PATCH", f"/tickets/{vips[0]['id']}", {"etiquetas": [], "prioridade": "ALTA"})).ok()
        (await admin("PATCH", f"/tickets/{vips[1]['id']}", {"prioridade": "ALTA"})).ok()
        assert await achados("etiqueta=vip&prioridade=ALTA") == numeros[1:2]
        (await admin("PATCH", f"/tickets/{vips[1]['id']}", {"status": "FECHADO"})).ok()
        assert await achados("etiqueta=vip&status=FECHADO") == numeros[1:2]
        (await admin("DELETE", f"/tickets/{vips[1]['id']}")).ok(204)
        assert await achados("etiqueta=vip") == numeros[2:]
        for um in (vips[0], vips[2], outro, nenhum):
            (await admin("PATCH", f"/tickets/{um['id']}", {"status": "FECHADO"})).ok()
        contato = (await admin("GET", f"/tickets/{vips[2]['id']}")).ok()["contatoId"]
        (await admin("DELETE", f"/contatos/{contato}")).ok(204)
        assert await achados("etiqueta=vip") == numeros[2:], "a ticket outlives its contact, and keeps its tags"
        (await admin("GET", "/tickets?etiqueta=")).erro(400)

    com_servidor(dsn, teste)
