"""The timeline of an atendente over REST."""

from __future__ import annotations

import asyncio

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.test_rest_tickets import chegar


def test_an_atendente_sees_its_own_days_and_a_supervisor_those_of_all(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, chefe, ana, rui = s.usuario(), s.usuario("supervisor"), s.usuario("atendente"), s.usuario("atendente")
        await chegar(ana)
        await chegar(rui)
        caminho = f"/atendentes/{ana.id}/estados"
        corpo = {"online": True, "estado": "pausa", "motivo": "café"}
        await asyncio.sleep(0.002)
        (await ana("PATCH", f"/atendentes/{ana.id}/status", corpo)).ok()
        await asyncio.sleep(0.002)
        (await chefe("PATCH", f"/atendentes/{ana.id}/status", {"online": False})).ok()
        pagina = (await ana("GET", caminho)).ok()
        agora, pausa, *_ = pagina["data"]
        assert agora | {"desde": ""} == {
            "desde": "", "ate": None, "duracaoSegundos": None, "online": False, "estado": "offline", "motivo": None,
            "atorId": chefe.id,
        }  # fmt: skip
        assert (pausa["online"], pausa["estado"], pausa["motivo"], pausa["atorId"]) == (True, "pausa", "café", ana.id)
        assert pausa["ate"] == agora["desde"]
        assert pausa["duracaoSegundos"] == 0
        assert pagina["total"] == len(pagina["data"])
        for quem in (admin, chefe):
            assert (await quem("GET", caminho)).ok()["total"] == pagina["total"]
        assert (await ana("GET", f"{caminho}?limit=1&page=2")).ok()["data"] == [pausa]
        antes = (await ana("GET", f"{caminho}?ate={pausa['desde']}")).ok()
        assert antes["total"] == pagina["total"] - 2
        assert (await ana("GET", f"{caminho}?desde={pausa['desde']}")).ok()["total"] == 2
        (await rui("GET", caminho)).erro(403, "estados_de_outro")
        (await s.usuario("conector", id_=ana.id)("GET", caminho)).erro(403, "papel_sem_permissao")
        (await admin("GET", f"/atendentes/{novo_id()}/estados")).erro(404, "atendente_nao_encontrado")
        (await s.usuario(empresa=novo_id())("GET", caminho)).erro(404, "atendente_nao_encontrado")
        (await ana("GET", f"{caminho}?desde=ontem")).erro(400)

    com_servidor(dsn, teste)
