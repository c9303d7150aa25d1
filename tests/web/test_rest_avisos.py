"""Notices over REST, with what is kept of them in PostgreSQL."""

from __future__ import annotations

from typing import Any

import asyncpg

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import chegar

EMAIL = {"nome": "E-mail", "tipo": "email", "config": {"endereco": "a@b.co"}}
TABELAS = (
    "atendimento_aviso_preferencias", "atendimento_avisos_retidos", "atendimento_avisos_dados",
    "atendimento_notificacoes",
)  # fmt: skip


class Gente:
    """An admin, who configures; ``ana``, an agent who is online; ``rui``, a supervisor who has come once."""

    def __init__(self, s: Servidor) -> None:
        self.admin, self.ana, self.rui = s.usuario(), s.usuario("atendente"), s.usuario("supervisor")

    async def chegam(self) -> None:
        await chegar(self.ana)
        (await self.ana("PATCH", f"/atendentes/{self.ana.id}/status", {"online": True})).ok()
        (await self.rui("PUT", "/avisos/preferencias", {})).ok()

    async def regra(self, **campos: Any) -> Any:
        nova = {"nome": novo_id(), "eventos": ["nova_mensagem"], "para": {"papeis": ["supervisor"]}, "por": ["app"]}
        return (await self.admin("POST", "/avisos/regras", nova | campos)).ok(201)

    async def ticket(self, nome: str = "João") -> str:
        novo = {"contato_nome": nome, "contato_telefone": "5511999998888"}
        return str((await self.admin("POST", "/tickets", novo)).ok(201)["id"])

    async def escreve(self, ticket_id: str, vezes: int = 1) -> None:
        for _ in range(vezes):
            corpo = {"ticketId": ticket_id, "conteudo": "oi", "direcao": "recebida"}
            (await self.admin("POST", "/mensagens", corpo)).ok(201)


async def gente(s: Servidor) -> Gente:
    todos = Gente(s)
    await todos.chegam()
    return todos


async def guardado(dsn: str, usuario: Usuario) -> dict[str, int]:
    con = await asyncpg.connect(dsn)
    try:
        return {
            tabela: await con.fetchval(
                f"SELECT count(*) FROM {tabela} WHERE empresa_id = $1 AND usuario_id = $2", usuario.empresa, usuario.id
            )
            for tabela in TABELAS
        }
    finally:
        await con.close()


def test_the_list_is_paged_and_what_was_read_is_not_new_any_more(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        g = await gente(s)
        await g.regra()
        ticket_id = await g.ticket()
        await g.escreve(ticket_id, 3)
        pagina = (await g.rui("GET", "/notificacoes?limit=2")).ok()
        assert (len(pagina["data"]), pagina["total"], pagina["totalPages"], pagina["naoLidas"]) == (2, 3, 2, 3)
        assert pagina["data"][0] == {
            "id": pagina["data"][0]["id"], "aviso": "nova_mensagem", "ticketId": ticket_id, "titulo": "João",
            "texto": "Nova mensagem", "urgente": False, "lida": False, "lidaEm": None,
            "createdAt": pagina["data"][0]["createdAt"],
        }  # fmt: skip
        um = pagina["data"][0]["id"]
        lida = (await g.rui("PATCH", f"/notificacoes/{um}/lida")).ok()
        assert lida["lida"]
        assert lida["lidaEm"] is not None
        assert (await g.rui("PATCH", f"/notificacoes/{um}/lida")).ok() == lida
        novas = (await g.rui("GET", "/notificacoes?naoLidas=true")).ok()
        assert (novas["total"], novas["naoLidas"]) == (2, 2)
        assert um not in {row["id"] for row in novas["data"]}
        assert (await g.rui("POST", "/notificacoes/lidas")).ok() == {"lidas": 2, "restam": 0}
        assert (await g.rui("POST", "/notificacoes/lidas")).ok() == {"lidas": 0, "restam": 0}
        assert (await g.rui("GET", "/notificacoes?naoLidas=true")).ok()["data"] == []
        assert (await g.rui("GET", "/notificacoes?page=9")).ok()["total"] == 3

    com_servidor(dsn, teste)


def test_a_list_is_its_persons_alone(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        g = await gente(s)
        await g.regra()
        await g.escreve(await g.ticket())
        (um,) = (await g.rui("GET", "/notificacoes")).ok()["data"]
        sosia = s.usuario("supervisor", id_=g.rui.id, empresa=novo_id())
        for outro in (g.admin, g.ana, sosia):
            assert (await outro("GET", "/notificacoes")).ok()["total"] == 0
            (await outro("PATCH", f"/notificacoes/{um['id']}/lida")).erro(404, "notificacao_nao_encontrada")
            assert (await outro("POST", "/notificacoes/lidas")).ok()["lidas"] == 0
        assert not (await g.rui("GET", "/notificacoes")).ok()["data"][0]["lida"]
        for metodo, caminho in (("GET", "/notificacoes"), ("GET", "/avisos/preferencias")):
            (await s.usuario("conector")(metodo, caminho)).erro(403)

    com_servidor(dsn, teste)


def test_preferences_are_whole_documents_and_stay_over_a_restart(dsn: str) -> None:
    async def antes(s: Servidor) -> None:
        g = await gente(s)
        pedidas = {
            "fuso": "Europe/Lisbon", "telefone": "(11) 98888-7777", "silencio": {"de": "23:00", "dias": ["dom"]},
            "resumo": {"cada": "hora", "por": ["email", "sms"]}, "desligados": {"oferta": ["push"]},
        }  # fmt: skip
        vistas = (await g.rui("PUT", "/avisos/preferencias", pedidas)).ok()
        assert vistas["silencio"] == {"de": "23:00", "ate": "07:00", "dias": ["dom"]}
        assert vistas["resumo"] == {"cada": "hora", "hora": "08:00", "por": ["email", "sms"]}
        assert (vistas["telefone"], vistas["email"]) == ("5511988887777", g.rui.email)
        assert (await g.rui("GET", "/avisos/preferencias")).ok() == vistas
        assert (await g.ana("GET", "/avisos/preferencias")).ok()["silencio"] is None
        guardadas.append((g.rui.empresa, g.rui.id, vistas))

    async def depois(s: Servidor) -> None:
        empresa, id_, vistas = guardadas[0]
        rui = s.usuario("supervisor", id_=id_, empresa=empresa)
        assert (await rui("GET", "/avisos/preferencias")).ok() == vistas

    guardadas: list[Any] = []
    com_servidor(dsn, antes)
    com_servidor(dsn, depois)


def test_what_no_preference_can_be_is_refused_with_every_field_named(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        ana = s.usuario("atendente")
        ruins: list[tuple[dict[str, object], list[str]]] = [
            ({"fuso": "America/Sao_Palo"}, ["fuso"]),
            ({"silencio": {"de": "25:00"}}, ["silencio.de"]),
            ({"silencio": {"de": "07:00", "ate": "07:00"}}, ["silencio"]),
            ({"silencio": {"dias": ["seg", "seg"]}}, ["silencio.dias[1]"]),
            ({"resumo": {"por": []}}, ["resumo.por"]),
            ({"resumo": {"cada": "mes"}}, ["resumo.cada"]),
            ({"desligados": {"festa": ["app"]}}, ["desligados.festa"]),
            ({"desligados": {"oferta": ["pombo"]}}, ["desligados.oferta[0]"]),
            ({"telefone": "123"}, ["telefone"]),
            ({"telefone": "11"}, ["telefone"]),
            ({"email": "outro@x.y"}, ["email"]),
        ]
        for corpo, campos in ruins:
            erro = (await ana("PUT", "/avisos/preferencias", corpo)).erro(400)
            assert [um["campo"] for um in erro["detalhes"]] == campos, corpo
        (await ana("PUT", "/avisos/preferencias")).erro(400)

    com_servidor(dsn, teste)


def test_a_rule_names_what_there_is_and_says_all_that_is_wrong(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        g, fora = await gente(s), novo_id()
        canal = (await g.admin("POST", "/canais", {"nome": "Zap", "tipo": "sms"})).ok(201)["id"]
        corpo = {
            "nome": "Ruim", "eventos": ["oferta", "oferta"], "para": {"filas": [fora], "equipes": [fora]},
            "por": ["email"], "filas": [fora], "canais": {"email": canal, "sms": canal}, "modelo": fora,
        }  # fmt: skip
        erro = (await g.admin("POST", "/avisos/regras", corpo)).erro(400)
        assert [um["campo"] for um in erro["detalhes"]] == [
            "eventos[1]", "para.filas[0]", "para.equipes[0]", "filas[0]", "canais.email", "canais.sms", "modelo",
        ]  # fmt: skip
        vazia = {"nome": "Nada", "eventos": ["oferta"], "para": {"dono": False}}
        erro = (await g.admin("POST", "/avisos/regras", vazia)).erro(400)
        assert [um["campo"] for um in erro["detalhes"]] == ["para"]

    com_servidor(dsn, teste)


def test_a_template_in_use_stays_and_what_it_cannot_hold_is_named(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        g = await gente(s)
        bom = {"nome": "Curto", "assunto": "{{contato.nome}}", "texto": "{{aviso.nome}} no {{ticket.numero}}"}
        modelo = (await g.admin("POST", "/avisos/modelos", bom)).ok(201)
        await g.regra(modelo=modelo["id"])
        await g.escreve(await g.ticket("Maria"))
        (um,) = (await g.rui("GET", "/notificacoes")).ok()["data"]
        assert (um["titulo"], um["texto"]) == ("Maria", "Nova mensagem no 1")
        (await g.admin("DELETE", f"/avisos/modelos/{modelo['id']}")).erro(409, "documento_em_uso")
        ruim = {"nome": "Ruim", "assunto": "{{contato.nom}}", "texto": "{{ticket.numero"}
        erro = (await g.admin("POST", "/avisos/modelos", ruim)).erro(400)
        assert [um["campo"] for um in erro["detalhes"]] == ["assunto", "texto"]
        assert "{{contato.nome}}" in erro["detalhes"][0]["problema"]
        (await g.ana("POST", "/avisos/modelos", bom)).erro(403)

    com_servidor(dsn, teste)


def test_a_preview_shows_a_template_with_an_example_or_a_ticket(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        g = await gente(s)
        modelo = {"assunto": "Nº {{ticket.numero}}", "texto": "{{contato.nome}} na fila {{fila.nome}}"}
        vista = (await g.admin("POST", "/avisos/previa", modelo)).ok()
        assert vista == {
            "assunto": "Nº 42", "texto": "Maria da Silva na fila Vendas", "sms": "Maria da Silva na fila Vendas",
        }  # fmt: skip
        de_um = modelo | {"ticketId": await g.ticket("José")}
        assert (await g.admin("POST", "/avisos/previa", de_um)).ok()["texto"] == "José na fila Geral"
        (await g.admin("POST", "/avisos/previa", modelo | {"ticketId": novo_id()})).erro(404)
        erro = (await g.admin("POST", "/avisos/previa", modelo | {"texto": "{{senha}}"})).erro(400)
        assert erro["detalhes"][0]["campo"] == "texto"
        (await g.ana("POST", "/avisos/previa", modelo)).erro(403)

    com_servidor(dsn, teste)


def test_what_waits_and_what_was_told_once_stay_over_a_restart(dsn: str) -> None:
    async def antes(s: Servidor) -> None:
        g = await gente(s)
        (await g.admin("POST", "/canais", EMAIL)).ok(201)
        await g.regra(por=["email", "app"], janelaSegundos=3600)
        resumo = {"resumo": {"cada": "dia", "por": ["email"]}}
        (await g.rui("PUT", "/avisos/preferencias", resumo)).ok()
        ticket_id = await g.ticket()
        await g.escreve(ticket_id, 3)
        assert await guardado(dsn, g.rui) == dict(zip(TABELAS, (1, 1, 2, 1), strict=True))
        tudo.append((g, ticket_id))

    async def depois(s: Servidor) -> None:
        antes_dele, ticket_id = tudo[0]
        empresa = antes_dele.rui.empresa
        admin = s.usuario(empresa=empresa)
        rui = s.usuario("supervisor", id_=antes_dele.rui.id, empresa=empresa)
        (await admin("POST", "/mensagens", {"ticketId": ticket_id, "conteudo": "oi", "direcao": "recebida"})).ok(201)
        assert await guardado(dsn, rui) == dict(zip(TABELAS, (1, 1, 2, 1), strict=True))
        (await rui("PUT", "/avisos/preferencias", {})).ok()  # it does not want to wait any more
        for _ in range(200):
            visto = await guardado(dsn, rui)
            if not visto["atendimento_avisos_retidos"]:
                break
        assert visto == dict(zip(TABELAS, (1, 0, 2, 1), strict=True))
        (await admin("DELETE", f"/tickets/{ticket_id}")).ok(204)
        assert (await rui("GET", "/notificacoes")).ok()["total"] == 0

    tudo: list[Any] = []
    com_servidor(dsn, antes)
    com_servidor(dsn, depois)


def test_what_is_kept_of_a_person_goes_with_it_and_of_a_contact_with_that(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        g = await gente(s)
        (await g.admin("POST", "/canais", EMAIL)).ok(201)
        await g.regra(para={"papeis": ["supervisor"], "usuarios": [g.ana.id]}, por=["email", "app"], janelaSegundos=60)
        for quem in (g.rui, g.ana):
            (await quem("PUT", "/avisos/preferencias", {"resumo": {"por": ["email"]}})).ok()
        ticket_id = await g.ticket()
        await g.escreve(ticket_id)
        assert all((await guardado(dsn, g.ana)).values())
        outra = (await g.admin("POST", "/atendentes", {"nome": "Bia", "email": "bia@x.co"})).ok(201)["id"]
        (await g.admin("DELETE", f"/atendentes/{g.ana.id}?realocar={outra}")).ok(204)
        assert not any((await guardado(dsn, g.ana)).values())
        assert (await guardado(dsn, g.rui))["atendimento_notificacoes"] == 1
        contato = (await g.admin("GET", f"/tickets/{ticket_id}")).ok()["contatoId"]
        (await g.admin("POST", f"/tickets/{ticket_id}/encerrar", {})).ok()
        (await g.admin("DELETE", f"/contatos/{contato}")).ok(204)
        assert (await guardado(dsn, g.rui))["atendimento_notificacoes"] == 0

    com_servidor(dsn, teste)
