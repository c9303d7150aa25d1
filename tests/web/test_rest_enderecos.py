"""One person is one contact however an address is written, and two persons are two; a text shows something."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from engine.tempo import SystemClock
from tests.web.rest_apoio import SEGREDO, Servidor, Usuario, com_servidor, novo_id
from web.portaria.autenticacao import emitir

COM_NONO = "5511999998888"


async def abrir(quem: Usuario, **campos: object) -> Any:
    return (await quem("POST", "/tickets", {"contato_nome": "João Silva", **campos})).ok(201)


async def achados(quem: Usuario, caminho: str, busca: str) -> list[str]:
    return [achado["id"] for achado in (await quem("GET", f"/{caminho}?busca={quote(busca)}")).ok()["data"]]


def test_one_line_is_one_contact_in_every_way_it_is_written(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        formas = (
            COM_NONO, "+55 (11) 99999-8888", "(11) 99999-8888", "551199998888", "+55 (0)11 99999-8888",
            "011 99999-8888", "00 55 11 99999 8888", "\u202a+55 11 99999\u20118888\u202c", "５５１１９９９９９８８８８",
        )  # fmt: skip
        tickets = [await abrir(admin, contato_telefone=forma) for forma in formas]
        assert len({ticket["contatoId"] for ticket in tickets}) == 1
        assert {ticket["contato_telefone"] for ticket in tickets} == {COM_NONO, "551199998888"}
        argentinos = ("5491123456789", "541123456789", "+54 9 11 2345-6789", "+54 (0)11 15 2345-6789")
        assert len({(await abrir(admin, contato_telefone=forma))["contatoId"] for forma in argentinos}) == 1
        mexicanos = ("5215512345678", "525512345678", "+52 1 55 1234 5678")
        assert len({(await abrir(admin, contato_telefone=forma))["contatoId"] for forma in mexicanos}) == 1
        assert (await admin("GET", "/contatos")).ok()["total"] == 3
        (contato,) = {ticket["contatoId"] for ticket in tickets}
        for forma in formas:
            (await admin("POST", "/contatos", {"nome": "Outro", "telefone": forma})).erro(409, "contato_existe")
            achado = (await admin("GET", f"/contatos?telefone={quote(forma)}")).ok()["data"]
            assert [um["id"] for um in achado] == [contato]
        peru = (await admin("POST", "/contatos", {"nome": "Inês", "telefone": "+51 987 654 321"})).ok(201)
        assert peru["telefone"] == "51987654321"
        for escrito in ("+51987654321", "%2B51987654321", "0051%20987654321"):  # a plus that nobody escaped is a blank
            assert (await admin("GET", f"/contatos?telefone={escrito}")).ok()["data"] == [peru]
        assert (await admin("GET", "/contatos?telefone=51987654321")).ok()["data"] == []  # Porto Alegre's
        mudado = (await admin("PATCH", f"/contatos/{contato}", {"telefone": "(21) 3333-4444"})).ok()
        assert mudado["telefone"] == "552133334444"

    com_servidor(dsn, teste)


def test_a_phone_without_its_country_is_of_the_empresas(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        assert (await admin("GET", "/empresa")).ok()["paisPadrao"] == "BR"
        assert (await admin("PATCH", "/empresa", {"paisPadrao": "ar"})).ok()["paisPadrao"] == "AR"
        ticket = await abrir(admin, contato_telefone="011 15-2345-6789")
        assert ticket["contato_telefone"] == "5491123456789"
        assert (await abrir(admin, contato_telefone="+54 9 11 2345 6789"))["contatoId"] == ticket["contatoId"]
        assert (await abrir(admin, contato_telefone=COM_NONO))["contato_telefone"] == COM_NONO
        achado = (await admin("GET", f"/contatos?telefone={quote('11 15 2345 6789')}")).ok()["data"]
        assert [um["id"] for um in achado] == [ticket["contatoId"]]
        (await admin("PATCH", "/empresa", {"paisPadrao": "US"})).ok()
        assert (await abrir(admin, contato_telefone="(415) 555-0100"))["contato_telefone"] == "14155550100"
        for ruim in ("XX", "BRA", "", "55", " BR", None, 1):
            erro = (await admin("PATCH", "/empresa", {"paisPadrao": ruim})).erro(400)
            assert erro["detalhes"][0]["campo"] == "paisPadrao"

    com_servidor(dsn, teste)


def test_what_is_no_phone_is_refused_with_a_hint_that_names_the_field(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        contato = (await admin("POST", "/contatos", {"nome": "Ana"})).ok(201)["id"]
        for ruim in ("12345678", "99999-8888", "00000000", "+55 11", "9" * 16, "ligue", "11 99999-8888 ramal 2"):
            pedidos = (
                ("POST", "/tickets", {"contato_nome": "Ana", "contato_telefone": ruim}, "contato_telefone"),
                ("POST", "/contatos", {"nome": "Ana", "telefone": ruim}, "telefone"),
                ("PATCH", f"/contatos/{contato}", {"telefone": ruim}, "telefone"),
                ("GET", f"/contatos?telefone={quote(ruim)}", None, "telefone"),
            )
            for metodo, caminho, corpo, campo in pedidos:
                erro = (await admin(metodo, caminho, corpo)).erro(400, "dados_invalidos")
                assert [detalhe["campo"] for detalhe in erro["detalhes"]] == [campo]
                assert COM_NONO in erro["detalhes"][0]["problema"]
        assert (await admin("GET", "/contatos")).ok()["total"] == 1
        assert (await admin("GET", "/tickets")).ok()["total"] == 0

    com_servidor(dsn, teste)


def test_emails_are_one_in_any_case_and_never_by_joining_letters(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        strasse = await abrir(admin, contato_email="strasse@x.com")
        assert (await abrir(admin, contato_email="straße@x.com"))["contatoId"] != strasse["contatoId"]
        assert (await abrir(admin, contato_email="STRASSE@X.com"))["contatoId"] == strasse["contatoId"]
        colado = await abrir(admin, contato_email="\u200bSTRASSE@x.com\u202c")
        assert (colado["contatoId"], colado["contato_email"]) == (strasse["contatoId"], "STRASSE@x.com")
        (await admin("POST", "/contatos", {"nome": "x", "email": "\u200b@x.com"})).erro(400)
        alemao = await abrir(admin, contato_email="ana@münchen.de")
        assert (await abrir(admin, contato_email="Ana@xn--mnchen-3ya.de"))["contatoId"] == alemao["contatoId"]

    com_servidor(dsn, teste)


def test_an_atendentes_email_is_its_own_by_the_same_rule(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ana = (await admin("POST", "/atendentes", {"nome": "Ana", "email": "X@y.com"})).ok(201)
        for mesmo in ("x@y.com", "X@Y.COM", "\u200bx@y.com"):
            (await admin("POST", "/atendentes", {"nome": "Rui", "email": mesmo})).erro(409, "email_em_uso")
        rui = (await admin("POST", "/atendentes", {"nome": "Rui", "email": "rui@y.com"})).ok(201)["id"]
        (await admin("PATCH", f"/atendentes/{rui}", {"email": "x@Y.com"})).erro(409, "email_em_uso")
        mudada = (await admin("PATCH", f"/atendentes/{ana['id']}", {"email": "x@y.com", "nome": "Ana M."})).ok()
        assert mudada["email"] == "x@y.com"
        novo = s.usuario("atendente")
        novo.token = emitir(SEGREDO, novo.empresa, novo.id, "\u200bX@y.com", "atendente", 60_000, SystemClock().now())
        visto = (await novo("PATCH", f"/atendentes/{novo.id}/status", {"online": False})).ok()
        assert visto["email"] == f"{novo.id}@sem-email.invalid"
        (await admin("PATCH", f"/atendentes/{ana['id']}", {"email": "ana@y.com"})).ok()
        (await admin("PATCH", f"/atendentes/{rui}", {"email": "X@Y.com"})).ok()

    com_servidor(dsn, teste)


def test_what_can_be_seen_is_found_as_it_is_written(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = await abrir(
            admin,
            contato_nome="Ana d'Ávila",
            contato_telefone="+44 20 7946 0958",
            contato_email="ana.avila@exemplo.com.br",
            assunto="Pedido 2024-001 de 12/03/2024, CPF 123.456.789-09, R$ 1.234,56",
        )
        outro = await abrir(admin, contato_telefone="5491123456789", assunto="Pedido 2024-002 de 13/03/2024 🎉")
        buscas = (
            "2024-001", "2024001", "123.456.789-09", "12345678909", "12/03/2024", "1.234,56", "R$ 1.234,56", "davila",
            "d'avila", "ana.avila@exemplo.com.br", "ANA.AVILA", "exemplo.com.br", "@exemplo.com", "020 7946 0958",
            "02079460958", "+44 (0)20 7946 0958", "7946 0958", "pedido 2024-001",
        )  # fmt: skip
        for busca in buscas:
            assert await achados(admin, "tickets", busca) == [ticket["id"]], busca
        for busca in ("2024-002", "011 15-2345-6789", "11 2345-6789", "🎉"):
            assert await achados(admin, "tickets", busca) == [outro["id"]], busca
        for busca in ("2024-00", "pedido", "/03/2024", "03/2024"):
            assert await achados(admin, "tickets", busca) == [outro["id"], ticket["id"]], busca
        for busca in ("ana.avila@exemplo.com.br", "exemplo.com", "020 7946-0958", "avila"):
            assert await achados(admin, "contatos", busca) == [ticket["contatoId"]], busca
        for busca in ("2024-003", "'", "&", "!", "\\", ":*", "2024-001 | 2024-002", "a' | 'b"):
            assert await achados(admin, "tickets", busca) == [], busca

    com_servidor(dsn, teste)


def test_a_text_that_must_be_there_shows_something_and_one_that_may_be_left_out_is_none(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket = (await abrir(admin, contato_telefone=COM_NONO, assunto="Dúvida"))["id"]
        fila = (await admin("POST", "/filas", {"nome": "Vendas"})).ok(201)["id"]
        for nada in ("", " ", "\u200b", "\u3164", "\u2800", " \ufeff\u00ad ", "\u0301", "\u202e\u202c"):
            for caminho, campo, mais in (
                ("/tickets", "contato_nome", {"contato_telefone": COM_NONO}),
                ("/contatos", "nome", {}),
                ("/filas", "nome", {}),
                ("/equipes", "nome", {}),
                ("/canais", "nome", {"tipo": "api"}),
                ("/atendentes", "nome", {"email": f"{novo_id()}@x.com"}),
                ("/mensagens", "conteudo", {"ticketId": ticket}),
            ):
                erro = (await admin("POST", caminho, {campo: nada, **mais})).erro(400, "dados_invalidos")
                assert [detalhe["campo"] for detalhe in erro["detalhes"]] == [campo]
            (await admin("PATCH", "/empresa", {"nome": nada})).erro(400)
            (await admin("PATCH", f"/filas/{fila}", {"nome": nada})).erro(400)
            corpo = {"online": True, "estado": nada}
            (await admin("PATCH", f"/atendentes/{admin.id}/status", corpo)).erro(400)
            vazio = (await admin("POST", "/contatos", {"nome": "Ana", "observacao": nada})).ok(201)
            assert vazio["observacao"] is None
            assert (await admin("PATCH", f"/tickets/{ticket}", {"assunto": nada})).ok()["assunto"] is None
            assert (await admin("PATCH", f"/filas/{fila}", {"descricao": nada})).ok()["descricao"] is None
        fechado = await admin("POST", f"/tickets/{ticket}/encerrar", {"motivo": "\u200b"})
        fechado.ok()
        historico = (await admin("GET", f"/tickets/{ticket}/historico?limit=100")).ok()["data"]
        assert [um["dados"]["motivo"] for um in historico if um["tipo"] == "ticket_encerrado"] == [None]

    com_servidor(dsn, teste)
