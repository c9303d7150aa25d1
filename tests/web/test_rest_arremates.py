"""Wrap-up over REST: what an agent is still at, and that it is done."""

from __future__ import annotations

from tests.web.rest_apoio import Servidor, com_servidor, novo_id
from tests.web.test_rest_tickets import abrir, chegar


def test_an_atendente_sees_what_it_wraps_up_and_says_that_it_is_done(dsn: str) -> None:
    async def teste(s: Servidor) -> None:
        admin, ana, rui = s.usuario(), s.usuario("atendente"), s.usuario("atendente")
        (await admin("PATCH", "/empresa", {"capacidade": {"arremateSegundos": 600}})).ok()
        await chegar(ana)
        await chegar(rui)
        caminho = f"/atendentes/{ana.id}/arremates"
        ids = []
        for _ in range(2):
            ids.append(await abrir(admin))
            corpo = {"atendenteId": ana.id, "forcar": True}
            (await admin("PATCH", f"/tickets/{ids[-1]}/atribuir", corpo)).ok()
            (await ana("PATCH", f"/tickets/{ids[-1]}", {"status": "RESOLVIDO"})).ok()
        vistos = (await ana("GET", caminho)).ok()
        assert ([um["ticketId"] for um in vistos["data"]], vistos["data"][0]["vagas"]) == (ids, 1)
        assert (await ana("GET", f"{caminho}?limit=1&page=2")).ok()["data"] == vistos["data"][1:]
        (await rui("GET", caminho)).erro(403, "estados_de_outro")
        (await rui("POST", f"{caminho}/encerrar", {})).erro(403, "status_de_outro")
        (await ana("POST", f"{caminho}/encerrar", {"ticketId": novo_id()})).erro(404, "ticket_nao_encontrado")
        assert (await ana("POST", f"{caminho}/encerrar", {"ticketId": ids[0]})).ok()["data"] == vistos["data"][1:]
        assert (await admin("POST", f"{caminho}/encerrar")).ok()["total"] == 0
        assert (await ana("GET", caminho)).ok()["data"] == []

    com_servidor(dsn, teste)
