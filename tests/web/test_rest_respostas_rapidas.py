"""Quick replies on a real server: made, looked for, and filled in for a ticket."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.web.arquivos_apoio import Casa, em_casa
from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_exclusao_de_conteudo import no_banco
from tests.web.test_rest_tickets import chegar

CAMINHO = "/respostas-rapidas"


def rodar(dsn: str, teste: Callable[[Servidor, Usuario], Awaitable[None]]) -> None:
    async def main(s: Servidor) -> None:
        await teste(s, s.usuario())

    com_servidor(dsn, main)


async def criada(u: Usuario, atalho: str, texto: str = "Olá", **campos: Any) -> dict[str, Any]:
    corpo = {"nome": atalho, "atalho": atalho, "texto": texto} | campos
    feita: dict[str, Any] = (await u("POST", CAMINHO, corpo)).ok(201)
    return feita


async def ticket(u: Usuario, **campos: Any) -> str:
    novo = {"contato_nome": "Ana Lima", "contato_telefone": "5511999998888"} | campos
    return str((await u("POST", "/tickets", novo)).ok(201)["id"])


async def dita(u: Usuario, resposta: dict[str, Any], ticket_id: str) -> str:
    corpo = {"ticketId": ticket_id}
    return str((await u("POST", f"{CAMINHO}/{resposta['id']}/preencher", corpo)).ok()["texto"])


def test_they_are_listed_by_how_their_shortcut_begins_and_where_they_are_filed(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        for atalho, pasta in (("/saudacao", "Início"), ("/Saída", "Fim"), ("/2via", None)):
            await criada(u, atalho, pasta=pasta)
        ana = s.usuario("atendente")
        await chegar(ana)

        async def achadas(consulta: str) -> list[str]:
            lista = (await ana("GET", f"{CAMINHO}?{consulta}")).ok()
            assert lista["total"] == len(lista["data"])
            return [um["atalho"] for um in lista["data"]]

        assert sorted(await achadas("")) == ["/2via", "/Saída", "/saudacao"]
        assert sorted(await achadas("prefixo=/SA")) == ["/Saída", "/saudacao"]
        assert await achadas("prefixo=saida") == ["/Saída"]
        assert await achadas("prefixo=via") == []
        assert await achadas("pasta=inicio") == ["/saudacao"]
        assert await achadas("pasta=fim&prefixo=sau") == []
        (await ana("GET", f"{CAMINHO}?prefix=x")).erro(400)
        assert (await s.usuario(empresa=novo_id())("GET", CAMINHO)).ok()["total"] == 0

    rodar(dsn, teste)


@pytest.mark.parametrize(
    ("corpo", "campo"),
    [
        ({"texto": "x"}, "atalho"),
        ({"atalho": "/x"}, "texto"),
        ({"atalho": "/bom dia", "texto": "x"}, "atalho"),
        ({"atalho": "/x", "texto": "{{contato.nom}}"}, "texto"),
        ({"atalho": "/x", "texto": "{{contato.nome"}, "texto"),
        ({"atalho": "/x", "texto": "x" * 4097}, "texto"),
        ({"atalho": "/x", "texto": "x", "filas": [novo_id()]}, "filas[0]"),
        ({"atalho": "/x", "texto": "x", "equipes": [novo_id()]}, "equipes[0]"),
        ({"atalho": "/x", "texto": "x", "variaveis": {}}, "variaveis"),
        ({"atalho": "OLÁ", "texto": "x"}, "atalho"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(dsn: str, corpo: dict[str, Any], campo: str) -> None:
    async def teste(_: Servidor, u: Usuario) -> None:
        await criada(u, "/ola")
        recusa = (await u("POST", CAMINHO, {"nome": "Nova"} | corpo)).erro(400)
        assert [um["campo"] for um in recusa["detalhes"]] == [campo]
        assert (await u("GET", CAMINHO)).ok()["total"] == 1

    rodar(dsn, teste)


def test_only_who_configures_makes_them_and_who_attends_fills_them_in(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        ana = s.usuario("atendente")
        await chegar(ana)
        (await u("PATCH", f"/atendentes/{ana.id}", {"nome": "Bia Souza"})).ok()
        (await ana("POST", CAMINHO, {"nome": "x", "atalho": "/x", "texto": "x"})).erro(403)
        texto = "Olá, {{contato.primeiroNome}}! Sou {{ atendente.nome }}, nº {{ticket.numero}} ({{fila.nome}}). {{{x}"
        (await u("POST", CAMINHO, {"nome": "x", "atalho": "/x", "texto": texto})).erro(400)
        uma = await criada(u, "/x", texto.removesuffix(" {{{x}"))
        id_ = await ticket(u)
        assert await dita(ana, uma, id_) == "Olá, Ana! Sou Bia Souza, nº 1 (Geral)."
        assert await dita(u, uma, id_) == "Olá, Ana! Sou nossa equipe, nº 1 (Geral)."
        assert (await u("GET", f"/tickets/{id_}")).ok()["mensagens"] == []

    rodar(dsn, teste)


def test_a_contact_that_calls_itself_a_variable_is_called_just_that(dsn: str) -> None:
    async def teste(_: Servidor, u: Usuario) -> None:
        uma = await criada(u, "/x", "{{contato.nome}}, {{ticket.assunto}}")
        id_ = await ticket(u, contato_nome="{{atendente.nome}}", assunto="{{contato.telefone}} }} {{")
        assert await dita(u, uma, id_) == "{{atendente.nome}}, {{contato.telefone}} }} {{"

    rodar(dsn, teste)


def test_it_is_filled_in_for_tickets_that_one_sees_of_filas_that_it_is_for(dsn: str) -> None:
    async def teste(s: Servidor, u: Usuario) -> None:
        fila = (await u("POST", "/filas", {"nome": "Suporte"})).ok(201)["id"]
        equipe = (await u("POST", "/equipes", {"nome": "Noite"})).ok(201)["id"]
        todas, da_fila, da_equipe = (
            await criada(u, "/a"), await criada(u, "/b", filas=[fila]), await criada(u, "/c", equipes=[equipe]),
        )  # fmt: skip
        geral, suporte = await ticket(u), await ticket(u, filaId=fila)

        async def pode(resposta: dict[str, Any], ticket_id: str) -> bool:
            recebida = await u("POST", f"{CAMINHO}/{resposta['id']}/preencher", {"ticketId": ticket_id})
            if recebida.status != 200:
                recebida.erro(409, "resposta_de_outra_fila")
            return recebida.status == 200

        assert [await pode(um, geral) for um in (todas, da_fila, da_equipe)] == [True, False, False]
        assert [await pode(um, suporte) for um in (todas, da_fila, da_equipe)] == [True, True, False]
        (await u("POST", f"/equipes/{equipe}/filas/{fila}")).ok(204)
        assert await pode(da_equipe, suporte)
        (await u("POST", f"/tickets/{suporte}/encerrar")).ok()
        assert await pode(da_fila, suporte)  # also of a closed one
        ninguem, alheio = s.usuario("atendente"), s.usuario(empresa=novo_id())
        await chegar(ninguem)
        corpo = {"ticketId": suporte}
        (await ninguem("POST", f"{CAMINHO}/{todas['id']}/preencher", corpo)).erro(403, "ticket_sem_acesso")
        (await alheio("POST", f"{CAMINHO}/{todas['id']}/preencher", corpo)).erro(404)
        (await u("POST", f"{CAMINHO}/{novo_id()}/preencher", corpo)).erro(404, "documento_nao_encontrado")
        (await u("POST", f"{CAMINHO}/{todas['id']}/preencher", {"ticketId": novo_id()})).erro(404)
        (await u("POST", f"{CAMINHO}/{todas['id']}/preencher", {})).erro(400)

    rodar(dsn, teste)


@pytest.mark.parametrize("que", ["ticket", "contato"])
def test_a_kept_answer_does_not_name_who_was_deleted(dsn: str, que: str) -> None:
    async def main(c: Casa) -> None:
        u = c.servidor.usuario()
        uma = await criada(u, "/x", "Prezada {{contato.nome}}")
        id_ = await ticket(u, contato_nome="Maria Secreta")
        corpo = {"ticketId": id_}
        preencher = f"{CAMINHO}/{uma['id']}/preencher"
        assert (await u("POST", preencher, corpo, idempotency_key="p")).ok() == {"texto": "Prezada Maria Secreta"}
        (await u("POST", f"/tickets/{id_}/encerrar")).ok()
        contato = (await u("GET", f"/tickets/{id_}")).ok()["contatoId"]
        if que == "ticket":
            (await u("DELETE", f"/tickets/{id_}")).ok(204)
        else:
            (await u("DELETE", f"/contatos/{contato}")).ok(204)
        assert "Prezada Maria" not in await no_banco(c)
        assert (await u("POST", preencher, corpo, idempotency_key="p")).ok() == {"texto": ""}

    em_casa(dsn, main)
