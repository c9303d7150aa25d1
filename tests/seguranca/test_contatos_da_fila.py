"""Contacts stand behind the fila's wall: an atendente sees, changes and is sent those of tickets that it may see."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from actors.contatos.comandos import AtualizarContato, CriarContato, ExcluirContato, UnirContatos
from actors.empresa.comandos import AtualizarEmpresa
from actors.ticket.comandos import TransferirTicket
from tests.web.gateway_apoio import Cliente, pessoa, servidor
from tests.web.rest_apoio import Servidor, Usuario, com_servidor
from tests.web.test_gateway_events import ADMIN, ANA, BIA, duas_filas
from tests.web.test_rest_contatos import achados, ticket_de
from tests.web.test_rest_tickets import chegar, fila_com

DELA, ALHEIO, NINGUEM = "5511999998888", "5521988887777", "5531977776666"
CONTATOS = ("contato_criado", "contato_atualizado", "contato_unido", "contato_excluido")


async def cena(s: Servidor) -> tuple[Usuario, Usuario, str, dict[str, str]]:
    """An admin; Ana, who serves one fila; another fila; and the contacts of a ticket in hers, in the other, in none."""
    admin, ana = s.usuario(), s.usuario("atendente")
    dela = await fila_com(admin, ana)
    geral = next(f["id"] for f in (await admin("GET", "/filas")).ok()["data"] if f["padrao"])
    (await admin("DELETE", f"/filas/{geral}/atendentes/{ana.id}")).ok(204)
    await chegar(ana, online=False)
    outra = await fila_com(admin, nome="Outra")
    _, um = await ticket_de(admin, contato_nome="Da fila", contato_telefone=DELA, filaId=dela)
    _, dois = await ticket_de(
        admin, contato_nome="Alheio", contato_telefone=ALHEIO, contato_email="alheio@example.com", filaId=outra
    )
    corpo = {"nome": "Sem ticket", "telefone": NINGUEM, "observacao": "segredo"}
    tres = (await admin("POST", "/contatos", corpo)).ok(201)["id"]
    return admin, ana, outra, {"dela": um, "alheio": dois, "ninguem": tres}


def test_an_atendente_lists_searches_sees_and_changes_only_the_contacts_of_its_tickets(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, _, ids = await cena(s)
        lista = (await ana("GET", "/contatos")).ok()
        assert ([c["id"] for c in lista["data"]], lista["total"]) == ([ids["dela"]], 1)
        assert await achados(ana, "busca=da") == [ids["dela"]]
        for busca in ("alheio", "sem", "segredo", ALHEIO[-8:], "alheio@example.com"):
            assert (await ana("GET", f"/contatos?busca={busca}")).ok()["total"] == 0, busca
            assert (await ana("GET", f"/tickets?busca={busca}")).ok()["total"] == 0, busca
        assert (await ana("GET", f"/tickets?contatoId={ids['alheio']}")).ok()["total"] == 0
        assert (await ana("PATCH", f"/contatos/{ids['dela']}", {"observacao": "vip"})).ok()["observacao"] == "vip"
        for de_fora in (ids["alheio"], ids["ninguem"]):
            for metodo, caminho, corpo in (
                ("GET", "", None), ("GET", "/tickets", None), ("PATCH", "", {"nome": "Meu"}),
            ):  # fmt: skip
                (await ana(metodo, f"/contatos/{de_fora}{caminho}", corpo)).erro(403, "contato_sem_acesso")
            (await ana("DELETE", f"/contatos/{de_fora}")).erro(403, "papel_sem_permissao")
            (await ana("POST", f"/contatos/{ids['dela']}/unir", {"contatoId": de_fora})).erro(403)
        assert (await admin("GET", f"/contatos/{ids['alheio']}")).ok()["nome"] == "Alheio"
        for papel in ("supervisor", "conector"):
            assert (await s.usuario(papel)("GET", "/contatos")).ok()["total"] == 3

    com_servidor(dsn, teste)


def test_another_contact_is_found_by_its_exact_address_and_shows_no_more_than_its_name(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        _, ana, _, ids = await cena(s)
        (visto,) = (await ana("GET", f"/contatos?telefone={ALHEIO}")).ok()["data"]
        assert (visto["id"], visto["nome"], visto["telefone"], visto["email"], visto["observacao"]) == (
            ids["alheio"], "Alheio", ALHEIO, None, None
        )  # fmt: skip
        (visto,) = (await ana("GET", "/contatos?email=ALHEIO@example.com")).ok()["data"]
        assert (visto["telefone"], visto["email"]) == (None, "alheio@example.com")
        assert await achados(ana, f"telefone={ALHEIO}&email=alheio@example.com") == [ids["alheio"]]
        (visto,) = (await ana("GET", f"/contatos?telefone={NINGUEM}")).ok()["data"]
        assert visto["observacao"] is None
        assert (await ana("GET", f"/contatos?telefone={ALHEIO}&busca=alheio")).ok()["total"] == 0, "words tell more"
        assert await achados(ana, f"telefone={ALHEIO[:-1]}") == []

    com_servidor(dsn, teste)


def test_a_contact_comes_and_goes_with_the_tickets_that_are_seen_open_or_closed(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, outra, ids = await cena(s)
        vista = (await admin("GET", f"/contatos/{ids['dela']}/tickets")).ok()["data"][0]
        (await admin("POST", f"/tickets/{vista['id']}/encerrar")).ok()
        assert await achados(ana, "") == [ids["dela"]], "closed"
        (await admin("DELETE", f"/tickets/{vista['id']}")).ok(204)
        assert await achados(ana, "") == [], "deleted"
        ticket, _ = await ticket_de(admin, contato_telefone=DELA, filaId=vista["filaId"])
        segundo, _ = await ticket_de(admin, contato_telefone=DELA, filaId=vista["filaId"])
        for id_, vistos in ((ticket, [ids["dela"]]), (segundo, [])):
            (await admin("PATCH", f"/tickets/{id_}/transferir", {"filaId": outra})).ok()
            assert await achados(ana, "") == await achados(ana, "busca=da") == vistos
        corpo = {"atendenteId": ana.id, "forcar": True}  # she is away, so that nothing else is given to her
        (await admin("POST", f"/filas/{outra}/atendentes/{ana.id}")).ok(204)
        (await admin("PATCH", f"/tickets/{segundo}/atribuir", corpo)).ok()
        (await admin("DELETE", f"/filas/{outra}/atendentes/{ana.id}")).ok(204)
        assert await achados(ana, "") == await achados(ana, "busca=da") == [ids["dela"]], "its own, in another fila"
        (await ana("GET", f"/contatos/{ids['dela']}")).ok()

    com_servidor(dsn, teste)


def test_who_sees_a_merged_contacts_ticket_sees_the_one_that_stands_for_it_once(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, _, ids = await cena(s)
        (await admin("POST", f"/contatos/{ids['ninguem']}/unir", {"contatoId": ids["dela"]})).ok()
        assert await achados(ana, "") == await achados(ana, "busca=sem") == [ids["ninguem"]]
        for id_ in (ids["ninguem"], ids["dela"]):
            assert (await ana("GET", f"/contatos/{id_}")).ok()["observacao"] == "segredo"
        (await admin("POST", f"/contatos/{ids['ninguem']}/unir", {"contatoId": ids["alheio"]})).ok()
        assert await achados(ana, "") == [ids["ninguem"]]
        assert (await ana("GET", f"/contatos/{ids['alheio']}/tickets")).ok()["total"] == 1

    com_servidor(dsn, teste)


def test_the_empresa_may_show_all_contacts_to_everybody(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, _, ids = await cena(s)
        assert (await ana("GET", "/empresa")).ok()["contatosVisiveis"] == "dosTickets"
        (await ana("PATCH", "/empresa", {"contatosVisiveis": "todos"})).erro(403)
        (await admin("PATCH", "/empresa", {"contatosVisiveis": "alguns"})).erro(400)
        assert (await admin("PATCH", "/empresa", {"contatosVisiveis": "todos"})).ok()["contatosVisiveis"] == "todos"
        assert {*await achados(ana, "")} == {*ids.values()}
        assert (await ana("GET", f"/contatos?telefone={NINGUEM}")).ok()["data"][0]["observacao"] == "segredo"
        (await ana("PATCH", f"/contatos/{ids['alheio']}", {"nome": "Outro"})).ok()
        (await admin("PATCH", "/empresa", {"contatosVisiveis": "dosTickets"})).ok()
        (await ana("GET", f"/contatos/{ids['alheio']}")).erro(403, "contato_sem_acesso")

    com_servidor(dsn, teste)


def test_who_wrote_a_contact_down_sees_it_until_it_has_tickets(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, outra, ids = await cena(s)
        bia = s.usuario("atendente")
        novo = (await ana("POST", "/contatos", {"nome": "Anotado", "telefone": "5541966665555"})).ok(201)["id"]
        assert await achados(ana, "") == [novo, ids["dela"]]
        assert await achados(ana, "busca=anotado") == [novo]
        (await ana("PATCH", f"/contatos/{novo}", {"nome": "Anotada"})).ok()
        (await bia("GET", f"/contatos/{novo}")).erro(403, "contato_sem_acesso")
        await ticket_de(admin, contato_telefone="5541966665555", filaId=outra)
        (await ana("GET", f"/contatos/{novo}")).erro(403, "contato_sem_acesso")
        assert await achados(ana, "") == [ids["dela"]]

    com_servidor(dsn, teste)


def test_an_answer_kept_under_a_key_is_repeated_to_nobody_else(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        ana, bia = s.usuario("atendente"), s.usuario("atendente")
        corpo = {"nome": "Anotado", "telefone": "5541966665555"}
        feito = (await ana("POST", "/contatos", corpo, idempotency_key="k1")).ok(201)
        assert (await ana("POST", "/contatos", corpo, idempotency_key="k1")).ok(201) == feito
        (await bia("POST", "/contatos", corpo, idempotency_key="k1")).erro(409, "contato_existe")

    com_servidor(dsn, teste)


def nomes(cliente: Cliente) -> list[tuple[str, Any]]:
    """The events about contacts that somebody was sent, each with the id of whom it is about."""
    eventos = ((nome, quadro["data"]) for nome in CONTATOS for quadro in cliente.eventos(nome))
    return [(nome, dados["contato"]["id"] if "contato" in dados else dados["id"]) for nome, dados in eventos]


@pytest.mark.parametrize("retomando", [False, True], ids=["live", "replayed"])
def test_an_atendente_is_sent_what_is_said_of_the_contacts_of_its_tickets_alone(*, retomando: bool) -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, _ = await duas_filas(s)
            nenhuma = pessoa(9)
            vivos = [(await s.conectar(quem))[0] for quem in (ANA, BIA, nenhuma, ADMIN, pessoa(7, "conector"))]
            desde = (await s.no.ativar(pessoa(0).empresa_id)).durable_seq
            dela = await s.ticket(ADMIN, fila_id=uma)
            solto = await s.pedir(CriarContato(quem=ADMIN, nome="Solto", telefone="5531977776666"))
            await s.pedir(AtualizarContato(quem=ADMIN, contato_id=dela.contato_id or "", nome="Outro nome"))
            await s.pedir(AtualizarContato(quem=ADMIN, contato_id=solto.id, nome="Solto 2"))
            vai = await s.pedir(CriarContato(quem=ADMIN, nome="Vai", email="vai@example.com"))
            await s.pedir(UnirContatos(quem=ADMIN, contato_id=dela.contato_id or "", outro_id=vai.id))
            await s.pedir(ExcluirContato(quem=ADMIN, contato_id=solto.id))
            if retomando:
                vivos = [
                    (await s.conectar(quem, desde=desde))[0]
                    for quem in (ANA, BIA, nenhuma, ADMIN, pessoa(7, "conector"))
                ]
                for cliente in vivos:
                    await cliente.ate_evento("retomado")
            ana, bia, ninguem, *todos = vivos
            tipos = ["contato_criado", "contato_atualizado", "contato_unido"]
            assert nomes(ana) == [(tipo, dela.contato_id) for tipo in tipos]
            assert nomes(bia) == nomes(ninguem) == []
            for cliente in todos:
                assert len(nomes(cliente)) == 7
            await s.pedir(AtualizarEmpresa(quem=ADMIN, contatos_visiveis="todos"))
            tudo, _ = await s.conectar(BIA, desde=desde)
            await tudo.ate_evento("retomado")
            assert len(nomes(tudo)) == 7, "the setting is that of now"

    asyncio.run(main())


def test_a_contact_whose_ticket_has_gone_elsewhere_is_not_replayed() -> None:
    async def main() -> None:
        async with servidor() as s:
            uma, outra = await duas_filas(s)
            desde = (await s.no.ativar(pessoa(0).empresa_id)).durable_seq
            foi = await s.ticket(ADMIN, fila_id=uma)
            await s.pedir(AtualizarContato(quem=ADMIN, contato_id=foi.contato_id or "", nome="Outro nome"))
            await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=foi.id, fila_id=outra))
            ana, _conexao = await s.conectar(ANA, desde=desde)
            bia, _conexao = await s.conectar(BIA, desde=desde)
            for cliente in (ana, bia):
                await cliente.ate_evento("retomado")
                assert nomes(cliente) == []

    asyncio.run(main())
