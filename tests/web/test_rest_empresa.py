"""The settings of the empresa over REST."""

from tests.web.rest_apoio import Servidor, com_servidor
from tests.web.test_rest_tickets import abrir, chegar


def test_the_empresa_is_seen_by_all_of_it_and_changed_by_who_configures(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        empresa = (await ana("GET", "/empresa")).ok()
        assert empresa["id"] == s.empresa
        assert (empresa["janelaReaberturaMinutos"], empresa["capacidadePadrao"]) == (None, 5)
        corpo = {"nome": "Padaria Pão & Cia", "janelaReaberturaMinutos": 90, "capacidadePadrao": 2}
        mudada = (await admin("PATCH", "/empresa", corpo)).ok()
        assert {campo: mudada[campo] for campo in corpo} == corpo
        assert mudada["createdAt"] == empresa["createdAt"]
        assert (await ana("GET", "/empresa")).ok() == mudada
        assert (await admin("PATCH", "/empresa", {})).ok() == mudada
        assert (await admin("PATCH", "/empresa", {"janelaReaberturaMinutos": None})).ok()[
            "janelaReaberturaMinutos"
        ] is None
        (await ana("PATCH", "/empresa", corpo)).erro(403, "papel_sem_permissao")
        for ruim in (
            {"nome": ""}, {"nome": None}, {"capacidadePadrao": 101}, {"capacidadePadrao": None},
            {"janelaReaberturaMinutos": -1}, {"janelaReaberturaMinutos": 525_601}, {"id": s.empresa}, {"numero": 1},
        ):  # fmt: skip
            (await admin("PATCH", "/empresa", ruim)).erro(400)

    com_servidor(dsn, teste)


def test_who_is_provisioned_has_the_capacity_that_the_empresa_has_set(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        (await admin("PATCH", "/empresa", {"capacidadePadrao": 1})).ok()
        await chegar(ana)
        assert (await admin("GET", f"/atendentes/{ana.id}")).ok()["capacidade"] == 1

    com_servidor(dsn, teste)


def test_the_settings_outlive_the_node(dsn: str) -> None:
    empresas: list[str] = []

    async def ajustar(s: Servidor) -> None:
        empresas.append(s.empresa)
        await abrir(s.usuario())
        (await s.usuario()("PATCH", "/empresa", {"nome": "Outra", "janelaReaberturaMinutos": 0})).ok()
        await abrir(s.usuario())

    async def conferir(s: Servidor) -> None:
        admin = s.usuario(empresa=empresas[0])
        empresa = (await admin("GET", "/empresa")).ok()
        assert (empresa["nome"], empresa["janelaReaberturaMinutos"]) == ("Outra", 0)
        ticket = await abrir(admin)
        assert (await admin("GET", f"/tickets/{ticket}")).ok()["numero"] == 3

    com_servidor(dsn, ajustar)
    com_servidor(dsn, conferir)


def test_a_resolved_ticket_reopens_by_a_message_only_within_the_window(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        for minutos, mesmo in ((60, True), (0, False)):
            (await admin("PATCH", "/empresa", {"janelaReaberturaMinutos": minutos})).ok()
            ticket = await abrir(admin, contato_telefone=f"551133{minutos:06d}")
            (await admin("PATCH", f"/tickets/{ticket}", {"status": "RESOLVIDO"})).ok()
            mensagem = {"ticketId": ticket, "conteudo": "ainda não", "direcao": "recebida"}
            assert ((await admin("POST", "/mensagens", mensagem)).ok(201)["ticketId"] == ticket) is mesmo

    com_servidor(dsn, teste)
