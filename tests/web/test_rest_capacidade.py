"""How an empresa counts its agents' slots, over REST."""

from __future__ import annotations

from tests.web.rest_apoio import Servidor, com_servidor
from tests.web.test_rest_tickets import abrir, chegar

PADRAO: dict[str, object] = {
    "custos": {}, "custoPendente": None, "maximos": {}, "exclusoes": [], "arremateSegundos": 0, "minutosSemNovos": 0,
    "maximoPendentes": None,
}  # fmt: skip


def test_the_document_is_whole_each_time_and_shown_with_its_defaults(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        assert (await ana("GET", "/empresa")).ok()["capacidade"] == PADRAO
        dito = {"custos": {"email": 0.5, "whatsapp": 1}, "custoPendente": 0.25, "exclusoes": [["webchat", "sms"]]}
        mudada = (await admin("PATCH", "/empresa", {"capacidade": dito})).ok()
        assert mudada["capacidade"] == PADRAO | dito
        assert mudada.pop("avisos") == []
        assert (await ana("GET", "/empresa")).ok() == mudada
        outra = (await admin("PATCH", "/empresa", {"capacidade": {"maximoPendentes": 3}})).ok()
        assert outra["capacidade"] == PADRAO | {"maximoPendentes": 3}
        assert "avisos" not in (await admin("PATCH", "/empresa", {"nome": "Outra"})).ok()
        assert (await ana("GET", "/empresa")).ok()["capacidade"] == outra["capacidade"]
        assert (await admin("PATCH", "/empresa", {"capacidade": {}})).ok()["capacidade"] == PADRAO

    com_servidor(dsn, teste)


def test_what_is_wrong_is_named_with_its_path_and_nothing_is_changed(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        antes = (await admin("GET", "/empresa")).ok()
        for ruim, campo in (
            ({"custos": {"fax": 1}}, "capacidade.custos.fax"),
            ({"custos": {"email": -1}}, "capacidade.custos.email"),
            ({"custos": {"email": 0.123}}, "capacidade.custos.email"),
            ({"custos": {"email": True}}, "capacidade.custos.email"),
            ({"exclusoes": [["sms", "sms"]]}, "capacidade.exclusoes[0]"),
            ({"exclusoes": [["sms", "email"], ["email", "sms"]]}, "capacidade.exclusoes[1]"),
            ({"exclusoes": [["sms"]]}, "capacidade.exclusoes[0]"),
            ({"maximos": {"sms": 1.5}}, "capacidade.maximos.sms"),
            ({"maximoPendente": 1}, "capacidade.maximoPendente"),
            ({"arremateSegundos": 3601}, "capacidade.arremateSegundos"),
            (None, "capacidade"),
            ([], "capacidade"),
        ):
            erro = (await admin("PATCH", "/empresa", {"nome": "Outra", "capacidade": ruim})).erro(400)
            assert [um["campo"] for um in erro["detalhes"]] == [campo], erro
        assert (await admin("GET", "/empresa")).ok() == antes

    com_servidor(dsn, teste)


def test_a_cost_that_nobody_has_room_for_is_kept_and_warned_of(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        capacidade = {"custos": {"email": 3}}
        assert (await admin("PATCH", "/empresa", {"capacidade": capacidade})).ok()["avisos"] == []
        (await admin("POST", "/atendentes", {"nome": "Ana", "email": "a@x.y", "capacidade": 2})).ok(201)
        (aviso,) = (await admin("PATCH", "/empresa", {"capacidade": capacidade})).ok()["avisos"]
        assert (aviso["codigo"], aviso["campo"]) == ("custo_alem_da_capacidade", "capacidade.custos.email")
        assert "ninguém tem mais que 2" in aviso["mensagem"]

    com_servidor(dsn, teste)


def test_a_pendente_beyond_the_maximum_is_409_and_says_what_to_do(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana = s.usuario(), s.usuario("atendente")
        (await admin("PATCH", "/empresa", {"capacidade": {"maximoPendentes": 1}})).ok()
        await chegar(ana)
        tickets = [await abrir(admin) for _ in range(2)]
        pendente = {"status": "PENDENTE"}
        (await ana("PATCH", f"/tickets/{tickets[0]}", pendente)).ok()
        erro = (await ana("PATCH", f"/tickets/{tickets[1]}", pendente)).erro(409, "limite_de_pendentes")
        assert "já tem 1 ticket(s) PENDENTE, e o máximo é 1: resolva ou devolva" in erro["message"]
        assert (await ana("GET", f"/tickets/{tickets[1]}")).ok()["status"] == "EM_ANDAMENTO"
        (await admin("PATCH", f"/tickets/{tickets[1]}", pendente)).ok()

    com_servidor(dsn, teste)
