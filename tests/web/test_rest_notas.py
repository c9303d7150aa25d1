"""Internal notes on a real server: who reads them, who never does, and what is left when they go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
import pytest
from msgspec import Struct

from engine.exclusao import e_exclusao, sem_o_excluido
from engine.modelo import Papel
from storage.consultas import sql
from tests.web.arquivos_apoio import Casa, em_casa
from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_exclusao_de_conteudo import eventos, lido, no_banco
from tests.web.test_rest_tickets import chegar


class Cena(Struct):
    """A ticket in a fila that ana serves and bia does not; ana has it."""

    s: Servidor
    admin: Usuario
    ana: Usuario
    bia: Usuario
    fila: str
    ticket: str
    contato: str

    @property
    def notas(self) -> str:
        return f"/tickets/{self.ticket}/notas"

    async def anotar(self, conteudo: str = "cuidado", quem: Usuario | None = None, **corpo: Any) -> dict[str, Any]:
        nota: dict[str, Any] = (await (quem or self.admin)("POST", self.notas, {"conteudo": conteudo} | corpo)).ok(201)
        return nota


async def montada(s: Servidor) -> Cena:
    admin, ana, bia = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
    for atendente in (ana, bia):
        await chegar(atendente)
    fila = (await admin("POST", "/filas", {"nome": "Suporte"})).ok(201)["id"]
    (await admin("POST", f"/filas/{fila}/atendentes/{ana.id}")).ok(204)
    novo = {"contato_nome": "João", "contato_telefone": "5511999998888", "filaId": fila}
    ticket = (await admin("POST", "/tickets", novo)).ok(201)
    return Cena(s, admin, ana, bia, fila, ticket["id"], ticket["contatoId"])


def rodar(dsn: str, teste: Callable[[Cena], Awaitable[None]]) -> None:
    async def main(s: Servidor) -> None:
        await teste(await montada(s))

    com_servidor(dsn, main)


def test_notes_are_listed_oldest_first_page_by_page_and_only_counted_beside_the_ticket(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        feitas = [await c.anotar(f"nota {n}", c.ana) for n in range(3)]
        lista = (await c.ana("GET", f"{c.notas}?limit=2")).ok()
        assert (lista["data"], lista["total"], lista["totalPages"]) == (feitas[:2], 3, 2)
        assert (await c.ana("GET", f"{c.notas}?limit=2&page=2")).ok()["data"] == feitas[2:]
        visto = (await c.admin("GET", f"/tickets/{c.ticket}")).ok()
        assert (visto["notas"], visto["mensagens"]) == (3, [])
        assert "nota 1" not in str(visto)
        assert feitas[0]["autorId"] == c.ana.id
        assert (await c.admin("GET", f"/tickets/{c.ticket}/mensagens")).ok()["total"] == 0

    rodar(dsn, teste)


def test_only_people_who_see_the_ticket_read_its_notes(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        nota = await c.anotar("só nosso")
        conector = c.s.usuario("conector")
        um = f"{c.notas}/{nota['id']}"
        for metodo, caminho, corpo in (
            ("GET", c.notas, None), ("POST", c.notas, {"conteudo": "x"}), ("PATCH", um, {"conteudo": "x"}),
            ("DELETE", um, None),
        ):  # fmt: skip
            (await c.bia(metodo, caminho, corpo)).erro(403, "ticket_sem_acesso")
            (await conector(metodo, caminho, corpo)).erro(403, "papel_sem_permissao")
        (await conector("GET", "/mencoes")).erro(403, "papel_sem_permissao")
        for caminho in (f"/tickets/{c.ticket}", f"/tickets/{c.ticket}/historico", f"/tickets/{c.ticket}/mensagens"):
            assert "só nosso" not in str((await conector("GET", caminho)).ok())
        assert (await conector("GET", f"/tickets/{c.ticket}")).ok()["notas"] is None
        historico = (await conector("GET", f"/tickets/{c.ticket}/historico")).ok()
        assert historico["total"] == len(historico["data"])
        assert not any(evento["tipo"].startswith(("nota", "mencao")) for evento in historico["data"])
        da_casa = (await c.ana("GET", f"/tickets/{c.ticket}/historico")).ok()
        assert [e["dados"]["conteudo"] for e in da_casa["data"] if e["tipo"] == "nota_interna"] == ["só nosso"]

    rodar(dsn, teste)


def test_a_note_of_another_ticket_or_another_empresa_is_not_found(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        nota = await c.anotar()
        outro = (await c.admin("POST", "/tickets", {"contato_nome": "X", "contato_email": "x@example.com"})).ok(201)
        alheio = c.s.usuario(empresa=novo_id())
        for quem, ticket, nota_id in (
            (c.admin, outro["id"], nota["id"]), (alheio, c.ticket, nota["id"]), (c.admin, c.ticket, novo_id()),
        ):  # fmt: skip
            caminho = f"/tickets/{ticket}/notas/{nota_id}"
            (await quem("PATCH", caminho, {"conteudo": "x"})).erro(404)
            (await quem("DELETE", caminho)).erro(404)
        (await alheio("GET", c.notas)).erro(404, "ticket_nao_encontrado")
        (await alheio("POST", c.notas, {"conteudo": "x"})).erro(404, "ticket_nao_encontrado")

    rodar(dsn, teste)


@pytest.mark.parametrize(
    ("corpo", "campos"),
    [
        ({}, ["conteudo"]),
        ({"conteudo": ""}, ["conteudo"]),
        ({"conteudo": " \n\t "}, ["conteudo"]),
        ({"conteudo": "\u200b\ufeff"}, ["conteudo"]),
        ({"conteudo": "x" * 4097}, ["conteudo"]),
        ({"conteudo": "a\u0007b"}, ["conteudo"]),
        ({"conteudo": 7}, ["conteudo"]),
        ({"conteudo": "x", "mencoes": "ana"}, ["mencoes"]),
        ({"conteudo": "x", "mencoes": [novo_id()] * 21}, ["mencoes"]),
        ({"conteudo": "x", "mencoes": ["@ana"]}, ["mencoes"]),
        ({"conteudo": "x", "mencoes": [novo_id()]}, ["mencoes[0]"]),
        ({"conteudo": "x", "arquivo": "y"}, ["arquivo"]),
    ],
)
def test_what_is_no_note_is_refused_with_its_field(dsn: str, corpo: dict[str, Any], campos: list[str]) -> None:
    async def teste(c: Cena) -> None:
        recusa = (await c.admin("POST", c.notas, corpo)).erro(400)
        assert [um["campo"] for um in recusa["detalhes"]] == campos
        assert (await c.admin("GET", c.notas)).ok()["total"] == 0

    rodar(dsn, teste)


def test_a_note_is_as_long_as_a_message_and_is_kept_to_the_letter(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        for texto in ("x" * 4096, "Zoë e\u0301 👩‍👩‍👧\r\n\t{{contato.nome}} <b>@ana</b>"):
            assert (await c.anotar(texto))["conteudo"] == texto
        assert [um["conteudo"] for um in (await c.admin("GET", c.notas)).ok()["data"]][1] == texto

    rodar(dsn, teste)


# -- mentions ----------------------------------------------------------------------------------------------------------


def test_who_is_named_finds_it_as_long_as_it_sees_the_ticket(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        await c.anotar("sem ninguém")
        uma, outra = [await c.anotar(f"@ana {n}", mencoes=[c.ana.id]) for n in range(2)]
        dela = (await c.ana("GET", "/mencoes")).ok()
        assert [um["nota"] for um in dela["data"]] == [outra, uma]
        assert {(um["ticketId"], um["ticketNumero"]) for um in dela["data"]} == {(c.ticket, 1)}
        assert (await c.ana("GET", "/mencoes?limit=1&page=2")).ok()["data"][0]["nota"] == uma
        assert (await c.bia("GET", "/mencoes")).ok()["total"] == 0
        outra = (await c.admin("POST", "/filas", {"nome": "Outra"})).ok(201)["id"]
        for fila, quantas in ((outra, 0), (c.fila, 2)):
            (await c.admin("PATCH", f"/tickets/{c.ticket}/transferir", {"filaId": fila})).ok()
            assert (await c.ana("GET", "/mencoes")).ok()["total"] == quantas

    rodar(dsn, teste)


def test_who_may_not_see_the_ticket_is_refused_with_the_remedy_and_found_once_it_may(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        recusa = (await c.admin("POST", c.notas, {"conteudo": "@bia", "mencoes": [c.bia.id]})).erro(
            409, "mencao_sem_acesso"
        )
        assert [um["campo"] for um in recusa["detalhes"]] == ["mencoes[0]"]
        assert (await c.admin("GET", c.notas)).ok()["total"] == 0
        (await c.admin("POST", f"/filas/{c.fila}/atendentes/{c.bia.id}")).ok(204)
        await c.anotar("@bia", mencoes=[c.bia.id])
        assert (await c.bia("GET", "/mencoes")).ok()["total"] == 1

    rodar(dsn, teste)


def test_a_change_moves_the_mentions_and_a_deletion_takes_them(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        (await c.admin("POST", f"/filas/{c.fila}/atendentes/{c.bia.id}")).ok(204)
        nota = await c.anotar("@ana", mencoes=[c.ana.id])
        um = f"{c.notas}/{nota['id']}"
        depois = (await c.admin("PATCH", um, {"mencoes": [c.bia.id]})).ok()
        assert (depois["conteudo"], depois["mencoes"]) == ("@ana", [c.bia.id])
        assert depois["editadaEm"] is not None
        assert (await c.admin("GET", c.notas)).ok()["data"] == [depois]
        assert [(await u("GET", "/mencoes")).ok()["total"] for u in (c.ana, c.bia)] == [0, 1]
        (await c.admin("DELETE", um)).ok(204)
        (await c.admin("DELETE", um)).erro(404, "nota_nao_encontrada")
        assert [(await u("GET", "/mencoes")).ok()["total"] for u in (c.ana, c.bia)] == [0, 0]
        assert (await c.admin("GET", f"/tickets/{c.ticket}")).ok()["notas"] == 0

    rodar(dsn, teste)


@pytest.mark.parametrize("papel", ["supervisor", "admin"])
def test_a_supervisor_deletes_the_note_of_another_and_changes_none(dsn: str, papel: Papel) -> None:
    async def teste(c: Cena) -> None:
        nota, chefe = await c.anotar("de ana", c.ana), c.s.usuario(papel)
        um = f"{c.notas}/{nota['id']}"
        (await chefe("PATCH", um, {"conteudo": "outra"})).erro(403, "nota_alheia")
        (await c.admin("POST", f"/filas/{c.fila}/atendentes/{c.bia.id}")).ok(204)
        (await c.bia("DELETE", um)).erro(403, "nota_alheia")
        (await chefe("DELETE", um)).ok(204)

    rodar(dsn, teste)


# -- what it is not ----------------------------------------------------------------------------------------------------


def test_notes_are_written_on_closed_tickets_change_nothing_and_find_nothing(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        await c.anotar("palavrarara", c.ana)
        assert (await c.admin("GET", "/tickets?busca=palavrarara")).ok()["total"] == 0
        (await c.admin("POST", f"/tickets/{c.ticket}/encerrar")).ok()
        antes = (await c.admin("GET", f"/tickets/{c.ticket}")).ok()
        await c.anotar("depois de tudo")
        depois = (await c.admin("GET", f"/tickets/{c.ticket}")).ok()
        assert depois == antes | {"notas": 2}
        assert (depois["status"], depois["dataPrimeiraResposta"]) == ("FECHADO", None)
        (await c.admin("DELETE", f"/tickets/{c.ticket}")).ok(204)
        (await c.admin("POST", c.notas, {"conteudo": "x"})).erro(404)
        (await c.admin("GET", c.notas)).erro(404)

    rodar(dsn, teste)


# -- what is left ------------------------------------------------------------------------------------------------------

SEGREDO, MUDADO, OUTRA = "ele mentiu no cadastro", "ele mentiu no cpf", "a nota de outro ticket"


class Guardada(Struct):
    c: Cena
    casa: Casa
    nota: str

    async def tudo(self) -> list[str]:
        texto = await no_banco(self.casa)
        return [segredo for segredo in (SEGREDO, MUDADO, OUTRA) if segredo in texto]


def guardada(dsn: str, teste: Callable[[Guardada], Awaitable[None]], *, podada: bool = False) -> None:
    """A note asked for with a key, changed, on a closed ticket; and a note of another contact's ticket."""

    async def main(casa: Casa) -> None:
        c = await montada(casa.servidor)
        corpo = {"conteudo": SEGREDO, "mencoes": [c.ana.id]}
        nota = (await c.admin("POST", c.notas, corpo, idempotency_key="n")).ok(201)["id"]
        (await c.admin("PATCH", f"{c.notas}/{nota}", {"conteudo": MUDADO})).ok()
        outro = (await c.admin("POST", "/tickets", {"contato_nome": "X", "contato_email": "x@example.com"})).ok(201)
        (await c.admin("POST", f"/tickets/{outro['id']}/notas", {"conteudo": OUTRA})).ok(201)
        (await c.admin("POST", f"/tickets/{c.ticket}/encerrar")).ok()
        if podada:
            con = await asyncpg.connect(casa.dsn)
            await con.fetchval(sql("eventos_podar"), casa.servidor.empresa, 0, 2**62, 500)
            await con.close()
        g = Guardada(c, casa, nota)
        assert await g.tudo() == [SEGREDO, MUDADO, OUTRA]
        await teste(g)

    em_casa(dsn, main)


@pytest.mark.parametrize("podada", [False, True])
@pytest.mark.parametrize("que", ["nota", "ticket", "contato"])
def test_what_was_noted_is_nowhere_once_the_note_its_ticket_or_its_contact_is_deleted(
    dsn: str, que: str, podada: bool
) -> None:  # fmt: skip
    async def teste(g: Guardada) -> None:
        c = g.c
        antes = await eventos(g.casa)
        caminho = {"nota": f"{c.notas}/{g.nota}", "ticket": f"/tickets/{c.ticket}", "contato": f"/contatos/{c.contato}"}
        (await c.admin("DELETE", caminho[que])).ok(204)
        assert await g.tudo() == [OUTRA]
        assert (await c.ana("GET", "/mencoes")).ok()["total"] == 0
        if que != "ticket":
            assert (await c.admin("GET", c.notas)).ok()["total"] == 0
            assert (await c.admin("GET", f"/tickets/{c.ticket}")).ok()["notas"] == 0
        corpo = {"conteudo": SEGREDO, "mencoes": [c.ana.id]}
        de_novo = (await c.admin("POST", c.notas, corpo, idempotency_key="n")).ok(201)
        assert (de_novo["id"], de_novo["conteudo"]) == (g.nota, "")
        if not podada:  # who catches up from memory reads what the database would say
            depois = await eventos(g.casa)
            (exclusao,) = filter(e_exclusao, depois)
            assert [lido(sem_o_excluido(e, exclusao)) for e in antes] == [lido(e) for e in depois[: len(antes)]]

    guardada(dsn, teste, podada=podada)


def test_a_person_who_is_deleted_is_named_nowhere_and_the_notes_it_wrote_stay(dsn: str) -> None:
    async def teste(c: Cena) -> None:
        await c.anotar("de ana", c.ana)
        await c.anotar("para ana", mencoes=[c.ana.id])
        (await c.admin("POST", f"/tickets/{c.ticket}/encerrar")).ok()
        (await c.admin("DELETE", f"/atendentes/{c.ana.id}")).ok(204)
        assert [um["conteudo"] for um in (await c.admin("GET", c.notas)).ok()["data"]] == ["de ana", "para ana"]
        con = await asyncpg.connect(dsn)
        try:
            assert (
                await con.fetchval("SELECT count(*) FROM atendimento_mencoes WHERE empresa_id = $1", c.s.empresa) == 0
            )
        finally:
            await con.close()
        (await c.admin("POST", c.notas, {"conteudo": "x", "mencoes": [c.ana.id]})).erro(400)

    rodar(dsn, teste)
