"""What waits is in sight, and whoever is there counts as there."""

from __future__ import annotations

import trio

from tests.cenarios.apoio import equipe
from tests.servidor import NovoServidor, Servidor
from tests.sistema.cliente import fio


async def test_whatever_waits_is_seen_by_who_serves_its_fila_without_asking(servidor: Servidor) -> None:
    """Rocket.Chat 23642: a chat in the queue was not shown until the page was loaded again. Here an agent who is full
    sees each ticket that comes into its fila, its priority, and who has it in the end; another fila's agents see none.
    """
    async with equipe(servidor, 2, capacidade=1) as e, equipe(servidor, 1) as outra:
        ana, bia = (agente.quem for agente in e.agentes)
        await e.abrir(2)
        async with fio(servidor, ana) as tela, fio(servidor, outra.agentes[0].quem) as de_fora:
            (espera,) = await e.abrir()
            criado = (await tela.evento("ticket_criado"))["data"]["ticket"]
            assert (criado["id"], criado["status"], criado["atendenteId"]) == (espera, "ABERTO", None)
            await e.adm.patch(f"/tickets/{espera}", {"prioridade": "URGENTE"})
            assert (await tela.evento("ticket_atualizado"))["data"]["ticket"]["prioridade"] == "URGENTE"
            dela = next(um["id"] for um in await e.adm.tudo("/tickets") if um["atendenteId"] == bia.id)
            await e.adm.post(f"/tickets/{dela}/encerrar", {"motivo": "feito"})
            dado = (await tela.ate(lambda f: f.get("event") == "ticket_atribuido"))["data"]
            assert (dado["ticketId"], dado["atendente"]["id"]) == (espera, bia.id)
            assert (await de_fora.pedir("ticket:entrar", {"ticketId": espera}))["ok"] is False
            assert not [quadro for quadro in de_fora.recebidos if quadro.get("event", "").startswith("ticket_")]


async def test_who_was_away_while_it_came_sees_it_when_it_is_back(servidor: Servidor) -> None:
    """Rocket.Chat 23642, of a client that was disconnected: it goes on from the last event it had seen."""
    async with equipe(servidor, 1, capacidade=0) as e:
        ana = e.agentes[0].quem
        async with fio(servidor, ana) as tela:
            visto = (await tela.evento("connect"))["data"]["seq"]
        (espera,) = await e.abrir()
        async with fio(servidor, ana, desde=visto) as tela:
            assert (await tela.evento("ticket_criado"))["data"]["ticket"]["id"] == espera


async def test_a_phone_in_the_background_is_not_away_while_another_screen_is_there(novo_servidor: NovoServidor) -> None:
    """chatwoot 5436; Rocket.Chat 23563: the phone went to sleep, and its agent was offline though the desk was open; or
    lost its chats for a lift without reception. Here the last screen decides, and only after the grace period.
    """
    servidor = await trio.to_thread.run_sync(novo_servidor, {"GRACA_CONEXAO": "1s"})
    async with equipe(servidor, 1, online=False) as e, fio(servidor, e.adm.quem) as chefe:
        ana = e.agentes[0].quem
        async with fio(servidor, ana) as mesa:
            async with fio(servidor, ana) as celular:
                assert (await celular.pedir("atendente:status", {"online": True}))["ok"]
            (ticket,) = await e.abrir()
            assert (await mesa.evento("ticket_atribuido"))["data"]["ticketId"] == ticket
        async with fio(servidor, ana) as celular:  # back within the grace
            assert (await e.adm.get(f"/tickets/{ticket}"))["atendenteId"] == ana.id
            assert (await celular.pedir("atendente:status", {"online": True}))["ok"]
        saiu = await chefe.ate(lambda f: f.get("event") == "atendente_status" and not f["data"]["online"])
        assert (saiu["data"]["id"], saiu["data"]["motivo"]) == (ana.id, "conexao_perdida")
        devolvido = await chefe.ate(
            lambda f: f.get("event") == "ticket_transferido" or f.get("event") == "ticket_atualizado"
        )
        assert devolvido["seq"] > saiu["seq"]
        assert (await e.adm.get(f"/tickets/{ticket}"))["status"] == "ABERTO"
        estados = [q["data"]["online"] for q in chefe.recebidos if q.get("event") == "atendente_status"]
        assert estados == [True, False], "once there, once gone"
