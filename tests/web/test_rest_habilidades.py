"""Skills, proficiencies and shifts of atendentes over REST."""

from __future__ import annotations

from tests.web.rest_apoio import Servidor, com_servidor, novo_id

TURNO = {"fuso": "America/Recife", "dias": {"seg": [["08:00", "12:00"], ["13:00", "17:00"]]}}


def test_proficiencies_and_a_shift_are_set_shown_and_replaced(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        corpo = {
            "nome": "Ana", "email": "ana@x.y", "habilidades": ["Inglês", "vip", "ingles"],
            "niveis": {" INGLES ": 4}, "turno": TURNO,
        }  # fmt: skip
        ana = (await admin("POST", "/atendentes", corpo)).ok(201)
        assert (ana["habilidades"], ana["niveis"]) == (["Inglês", "vip"], {"Inglês": 4})
        assert ana["turno"] == {**TURNO, "fechadoEm": []}
        caminho = f"/atendentes/{ana['id']}"
        assert (await admin("GET", caminho)).ok() == ana
        mudada = (await admin("PATCH", caminho, {"niveis": {"vip": 1.0}, "turno": {}})).ok()
        assert mudada["niveis"] == {"vip": 1}
        assert mudada["turno"] == {"fuso": "America/Sao_Paulo", "dias": {}, "fechadoEm": []}
        mudada = (await admin("PATCH", caminho, {"habilidades": [], "turno": None})).ok()
        assert (mudada["habilidades"], mudada["niveis"], mudada["turno"]) == ([], {}, None)
        simples = (await admin("POST", "/atendentes", {"nome": "Rui", "email": "rui@x.y"})).ok(201)
        assert (simples["niveis"], simples["turno"]) == ({}, None)

    com_servidor(dsn, teste)


def test_what_is_wrong_is_named_with_its_path_and_nothing_is_changed(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin = s.usuario()
        ana = (await admin("POST", "/atendentes", {"nome": "Ana", "email": "a@x.y", "habilidades": ["vip"]})).ok(201)
        caminho = f"/atendentes/{ana['id']}"
        for corpo, campo in (
            ({"niveis": {"libras": 3}}, "niveis.libras"),
            ({"niveis": {"vip": 6}}, "niveis.vip"),
            ({"niveis": {"vip": 0}}, "niveis.vip"),
            ({"niveis": {"vip": None}}, "niveis.vip"),
            ({"niveis": {"vip": 1, "VIP": 2}}, "niveis.VIP"),
            ({"niveis": ["vip"]}, "niveis"),
            ({"niveis": None}, "niveis"),
            ({"habilidades": ["libras"], "niveis": {"vip": 2}}, "niveis.vip"),
            ({"turno": {"fuso": "Brasil"}}, "turno.fuso"),
            ({"turno": {"dias": {"seg": [["08:00", "07:00"]]}}}, "turno.dias.seg[0]"),
            ({"turno": {"dias": {"segunda": []}}}, "turno.dias.segunda"),
            ({"turno": {"dia": {}}}, "turno.dia"),
            ({"turno": "sempre"}, "turno"),
        ):
            erro = (await admin("PATCH", caminho, {"nome": "Outra", **corpo})).erro(400)
            assert [um["campo"] for um in erro["detalhes"]] == [campo], erro
            novo = {"nome": "Rui", "email": f"{novo_id()}@x.y", "habilidades": ["vip"], **corpo}
            erro = (await admin("POST", "/atendentes", novo)).erro(400)
            assert [um["campo"] for um in erro["detalhes"]] == [campo], erro
        assert (await admin("GET", caminho)).ok() == ana
        assert len((await admin("GET", "/atendentes")).ok()) == 1

    com_servidor(dsn, teste)
