"""Contatos over REST: found by any form of their address, merged, and their tickets."""

from tests.web.rest_apoio import Servidor, Usuario, com_servidor, novo_id
from tests.web.test_rest_tickets import chegar, fila_com

COM_NONO, SEM_NONO = "5511999998888", "551199998888"


async def contato(quem: Usuario, nome: str = "João Silva", **campos: object) -> str:
    id_: str = (await quem("POST", "/contatos", {"nome": nome} | campos)).ok(201)["id"]
    return id_


async def ticket_de(quem: Usuario, **campos: object) -> tuple[str, str]:
    """A new ticket and the contact it is linked to."""
    ticket = (await quem("POST", "/tickets", {"contato_nome": "João Silva"} | campos)).ok(201)
    return ticket["id"], ticket["contatoId"]


async def achados(quem: Usuario, consulta: str) -> list[str]:
    return [achado["id"] for achado in (await quem("GET", f"/contatos?{consulta}")).ok()["data"]]


def test_contatos_are_made_listed_changed_and_deleted(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        ana, chefe = s.usuario("atendente"), s.usuario("supervisor")
        corpo = {"nome": "João Silva", "telefone": "+55 (11) 99999-8888", "email": "Joao@Example.com",
                 "observacao": "Prefere\nmanhãs"}  # fmt: skip
        joao = (await ana("POST", "/contatos", corpo)).ok(201)
        assert (joao["nome"], joao["telefone"], joao["email"], joao["observacao"]) == (
            "João Silva", COM_NONO, "Joao@Example.com", "Prefere\nmanhãs"
        )  # fmt: skip
        assert (await ana("GET", f"/contatos/{joao['id']}")).ok() == joao
        sem = (await ana("POST", "/contatos", {"nome": "Ana sem endereço"})).ok(201)
        assert (sem["telefone"], sem["email"], sem["observacao"]) == (None, None, None)
        lista = (await ana("GET", "/contatos")).ok()  # what it has written down, until there are tickets
        assert lista == {"data": [sem, joao], "total": 2, "page": 1, "totalPages": 1}
        assert (await ana("GET", "/contatos?limit=1&page=2")).ok()["data"] == [joao]
        mudado = (await ana("PATCH", f"/contatos/{joao['id']}", {"nome": "João S.", "observacao": None})).ok()
        assert (mudado["nome"], mudado["observacao"], mudado["telefone"]) == ("João S.", None, COM_NONO)
        (await ana("PATCH", f"/contatos/{joao['id']}", {"id": novo_id()})).erro(400)
        (await ana("DELETE", f"/contatos/{joao['id']}")).erro(403, "papel_sem_permissao")
        (await chefe("DELETE", f"/contatos/{joao['id']}")).ok(204)
        for metodo, corpo_ in (("GET", None), ("PATCH", {"nome": "x"}), ("DELETE", None)):
            (await chefe(metodo, f"/contatos/{joao['id']}", corpo_)).erro(404, "contato_nao_encontrado")
        assert await achados(ana, f"telefone={COM_NONO}") == []
        assert await achados(ana, "") == [sem["id"]]

    com_servidor(dsn, teste)


def test_a_contact_is_found_by_both_forms_of_its_phone_and_by_its_email_in_any_case(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        joao = await contato(admin, telefone=SEM_NONO, email="Joao@Example.com")
        maria = await contato(admin, "Maria", telefone="551133334444", email="maria@example.com")
        for telefone in (COM_NONO, SEM_NONO, "%2B55%20(11)%2099999-8888"):
            assert await achados(admin, f"telefone={telefone}") == [joao]
        assert await achados(admin, "email=JOAO@EXAMPLE.COM") == [joao]
        assert await achados(admin, f"telefone={COM_NONO}&email=joao@example.com") == [joao]
        assert await achados(admin, f"telefone={COM_NONO}&email=maria@example.com") == []
        assert await achados(admin, f"telefone={COM_NONO}&email=ninguem@example.com") == []
        assert await achados(admin, "telefone=5521988887777&email=ninguem@example.com") == []
        assert await achados(admin, "telefone=551133334444") == [maria]
        for ruim in ("telefone=1", "email=x", "busca=", "busca=%00", "busca=%0a", "busca=%ed%a0%80", "nome=x"):
            (await admin("GET", f"/contatos?{ruim}")).erro(400)

    com_servidor(dsn, teste)


def test_busca_finds_names_without_accents_and_phones_by_their_end(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        joao = await contato(admin, "João d'Ávila", telefone=COM_NONO)
        await contato(admin, "Maria", email="maria@example.com")
        for busca in ("joao", "AVILA", "%20jo%C3%A3o%20avi%20", "99998888", "11%2099999-8888"):
            assert await achados(admin, f"busca={busca}") == [joao], busca
        assert await achados(admin, f"busca=joao&telefone={COM_NONO}") == [joao]
        assert await achados(admin, f"busca=maria&telefone={COM_NONO}") == []
        assert await achados(admin, "busca=joaquim") == []
        assert await achados(admin, "busca=%3F%3F%3F") == []

    com_servidor(dsn, teste)


def test_an_address_is_one_contacts_only(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        joao = await contato(admin, telefone=COM_NONO, email="joao@example.com")
        maria = await contato(admin, "Maria")
        for corpo in ({"telefone": SEM_NONO}, {"email": "JOAO@example.com"}):
            erro = (await admin("POST", "/contatos", {"nome": "Outro"} | corpo)).erro(409)
            assert joao in erro["message"] + str(erro["detalhes"])
            (await admin("PATCH", f"/contatos/{maria}", corpo)).erro(409)
        assert (await admin("GET", "/contatos")).ok()["total"] == 2
        assert (await admin("PATCH", f"/contatos/{joao}", {"telefone": SEM_NONO})).ok()["telefone"] == SEM_NONO

    com_servidor(dsn, teste)


def test_a_ticket_finds_its_contact_or_makes_it(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        primeiro, joao = await ticket_de(admin, contato_telefone=COM_NONO)
        assert (await admin("GET", f"/contatos/{joao}")).ok()["nome"] == "João Silva"
        segundo, mesmo = await ticket_de(
            admin, contato_nome="J. Silva", contato_telefone=SEM_NONO, contato_email="joao@example.com"
        )
        assert mesmo == joao
        visto = (await admin("GET", f"/tickets/{segundo}")).ok()
        assert visto["contato"] == (await admin("GET", f"/contatos/{joao}")).ok()
        assert (visto["contato_nome"], visto["contato_telefone"]) == ("J. Silva", SEM_NONO)
        assert (visto["contato"]["nome"], visto["contato"]["email"]) == ("João Silva", "joao@example.com")
        terceiro, ainda = await ticket_de(admin, contato_email="Joao@example.com")
        assert ainda == joao
        _, outro = await ticket_de(admin, contato_telefone="5521988887777")
        assert outro != joao
        pagina = (await admin("GET", f"/contatos/{joao}/tickets")).ok()
        assert [t["id"] for t in pagina["data"]] == [terceiro, segundo, primeiro]
        assert pagina["total"] == 3
        assert (await admin("GET", f"/contatos/{joao}/tickets?limit=1&page=2")).ok()["data"][0]["id"] == segundo
        assert (await admin("GET", f"/tickets?contatoId={joao}")).ok()["data"] == pagina["data"]
        (await admin("GET", f"/contatos/{novo_id()}/tickets")).erro(404, "contato_nao_encontrado")

    com_servidor(dsn, teste)


def test_merged_contacts_are_one_with_the_tickets_and_addresses_of_both(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        um, por_telefone = await ticket_de(admin, contato_telefone=COM_NONO)
        dois, por_email = await ticket_de(admin, contato_email="joao@example.com")
        unido = (await admin("POST", f"/contatos/{por_telefone}/unir", {"contatoId": por_email})).ok()
        assert (unido["id"], unido["telefone"]) == (por_telefone, COM_NONO)
        assert (await admin("GET", f"/contatos/{por_email}")).ok() == unido
        assert await achados(admin, "") == [por_telefone]
        assert await achados(admin, "email=joao@example.com") == [por_telefone]
        for id_ in (por_telefone, por_email):
            tickets = (await admin("GET", f"/contatos/{id_}/tickets")).ok()
            assert ([t["id"] for t in tickets["data"]], tickets["total"]) == ([dois, um], 2)
            assert (await admin("GET", f"/tickets?contatoId={id_}")).ok() == tickets
        assert (await admin("GET", f"/tickets/{dois}")).ok()["contato"]["id"] == por_telefone
        tres, dono = await ticket_de(admin, contato_email="joao@example.com")
        assert dono == por_telefone
        assert (await admin("GET", f"/contatos/{por_email}/tickets")).ok()["data"][0]["id"] == tres
        assert (await admin("PATCH", f"/contatos/{por_email}", {"nome": "Os dois"})).ok()["id"] == por_telefone
        (await admin("POST", f"/contatos/{por_telefone}/unir", {"contatoId": novo_id()})).erro(404)
        assert (await admin("POST", f"/contatos/{por_telefone}/unir", {"contatoId": por_telefone})).status in {400, 409}
        (await admin("POST", f"/contatos/{por_telefone}/unir")).erro(400)

    com_servidor(dsn, teste)


def test_an_address_that_a_merged_contact_had_before_is_nobodys(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        velho = await contato(admin, telefone=COM_NONO)
        (await admin("PATCH", f"/contatos/{velho}", {"telefone": "552133334444"})).ok()
        novo = await contato(admin, "João S.", email="joao@example.com")
        (await admin("POST", f"/contatos/{novo}/unir", {"contatoId": velho})).ok()
        assert await achados(admin, "telefone=552133334444") == [novo]
        for telefone in (COM_NONO, SEM_NONO):
            assert await achados(admin, f"telefone={telefone}") == []
        assert (await ticket_de(admin, contato_telefone=COM_NONO))[1] not in {novo, velho}

    com_servidor(dsn, teste)


def test_a_contact_with_open_tickets_is_not_deleted_and_its_history_outlives_none(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ticket, joao = await ticket_de(admin, contato_telefone=COM_NONO)
        (await admin("DELETE", f"/contatos/{joao}")).erro(409, "contato_em_uso")
        (await admin("POST", f"/tickets/{ticket}/encerrar")).ok()
        (await admin("DELETE", f"/contatos/{joao}")).ok(204)
        (await admin("GET", f"/contatos/{joao}/tickets")).erro(404, "contato_nao_encontrado")
        assert (await admin("GET", f"/tickets/{ticket}")).ok()["contato"] is None
        _, novo = await ticket_de(admin, contato_telefone=COM_NONO)
        assert novo != joao

    com_servidor(dsn, teste)


def test_an_atendente_sees_only_those_tickets_of_a_contact_that_it_may_see(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        await chegar(ana, online=False)
        dela, de_outros = await fila_com(admin, ana), await fila_com(admin, nome="Outra")
        await chegar(ana, online=False)
        meu, joao = await ticket_de(admin, contato_telefone=COM_NONO, filaId=dela)
        await ticket_de(admin, contato_telefone=COM_NONO, filaId=de_outros)
        vistos = (await ana("GET", f"/contatos/{joao}/tickets")).ok()
        assert ([t["id"] for t in vistos["data"]], vistos["total"]) == ([meu], 1)
        assert (await admin("GET", f"/contatos/{joao}/tickets")).ok()["total"] == 2

    com_servidor(dsn, teste)


def test_a_changed_address_is_free_and_tickets_are_found_and_shown_by_the_new_one(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        fechado, ana = await ticket_de(admin, contato_nome="Ana Velha", contato_telefone=COM_NONO)
        (await admin("POST", f"/tickets/{fechado}/encerrar")).ok()
        aberto, _ = await ticket_de(admin, contato_nome="Ana Velha", contato_telefone=SEM_NONO)
        mudanca = {"nome": "Beatriz Nova", "telefone": "5521988887777", "email": "bia@example.com"}
        (await admin("PATCH", f"/contatos/{ana}", mudanca)).ok()
        novo = await contato(admin, "Novo dono", telefone=COM_NONO)
        estranho, dono = await ticket_de(admin, contato_nome="Estranho", contato_telefone=SEM_NONO)
        assert dono == novo
        for ticket in (aberto, fechado):
            visto = (await admin("GET", f"/tickets/{ticket}")).ok()
            assert (visto["contato_nome"], visto["contato_telefone"], visto["contato_email"], visto["contatoId"]) == (
                *mudanca.values(), ana
            )  # fmt: skip
        assert (await admin("GET", f"/tickets/{estranho}")).ok()["contato_nome"] == "Estranho"
        for busca in ("beatriz", "nova", "88887777", "21%2098888-7777"):
            tickets = (await admin("GET", f"/tickets?busca={busca}")).ok()
            assert ([t["id"] for t in tickets["data"]], tickets["total"]) == ([aberto, fechado], 2), busca
            assert await achados(admin, f"busca={busca}") == [ana]
        assert await achados(admin, "busca=velha") == []
        assert await achados(admin, f"telefone={COM_NONO}") == [novo]
        resposta = await admin(
            "POST", "/mensagens", {"ticketId": fechado, "conteudo": "Oi", "direcao": "recebida"}
        )  # fmt: skip
        assert resposta.ok(201)["ticketId"] == aberto

    com_servidor(dsn, teste)


def test_a_removed_address_and_that_of_a_deleted_contact_are_free(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        um = await contato(admin, telefone=COM_NONO, email="um@example.com")
        (await admin("PATCH", f"/contatos/{um}", {"telefone": None, "email": None})).ok()
        dois = await contato(admin, telefone=SEM_NONO, email="UM@example.com")
        (await admin("PATCH", f"/contatos/{um}", {"telefone": COM_NONO})).erro(409, "contato_existe")
        (await admin("DELETE", f"/contatos/{dois}")).ok(204)
        de_volta = (await admin("PATCH", f"/contatos/{um}", {"telefone": COM_NONO, "email": "um@example.com"})).ok()
        assert (de_volta["telefone"], de_volta["email"]) == (COM_NONO, "um@example.com")

    com_servidor(dsn, teste)


def test_the_tickets_of_a_merged_contact_show_and_are_found_by_who_stands_for_it(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        aberto, sai = await ticket_de(admin, contato_nome="Zé", contato_email="ze@example.com")
        fechado, _ = await ticket_de(admin, contato_nome="Zé", contato_email="ze@example.com")
        (await admin("POST", f"/tickets/{fechado}/encerrar")).ok()
        fica = await contato(admin, "José Unido", telefone=COM_NONO)
        (await admin("POST", f"/contatos/{fica}/unir", {"contatoId": sai})).ok()
        for ticket in (aberto, fechado):
            visto = (await admin("GET", f"/tickets/{ticket}")).ok()
            assert (visto["contato_nome"], visto["contato_telefone"]) == ("José Unido", COM_NONO)
        assert [t["id"] for t in (await admin("GET", "/tickets?busca=unido")).ok()["data"]] == [fechado, aberto]

    com_servidor(dsn, teste)
