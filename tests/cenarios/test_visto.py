"""What the system behind the mission's page was seen to get wrong, as a client sees it."""

from __future__ import annotations

import trio

from tests.cenarios.apoio import ao_mesmo_tempo, equipe
from tests.servidor import NovoServidor, Servidor
from tests.sistema.cliente import Http, http

TICKETS = 522
CLIENTES = 12


async def test_hundreds_of_tickets_at_once_have_a_number_each(novo_servidor: NovoServidor) -> None:
    """Seen: 522 tickets under load had 211 distinct numbers."""
    servidor = await trio.to_thread.run_sync(novo_servidor)
    async with equipe(servidor, 4, capacidade=100) as e:
        numeros: list[int] = []

        async def abrir() -> None:
            async with http(servidor, e.adm.quem) as cliente:
                while len(numeros) < TICKETS:
                    numeros.append(await _numero(cliente, e.fila))

        await ao_mesmo_tempo(*[abrir] * CLIENTES)
        assert sorted(numeros) == list(range(1, len(numeros) + 1))
        assert len(numeros) >= TICKETS
        await e.exigir_que_tudo_esteja_certo()


async def _numero(cliente: Http, fila: str) -> int:
    corpo = {"contato_nome": "João", "contato_telefone": "5511999998888", "filaId": fila}
    numero: int = (await cliente.post("/tickets", corpo))["numero"]
    return numero


async def test_round_robin_chooses_each_of_three_twice_of_six(servidor: Servidor) -> None:
    """Seen: round robin chose the first agent 6 of 6 times."""
    async with equipe(servidor, 3, capacidade=10, estrategia="ROUND_ROBIN") as e:
        await e.abrir(6)
        assert sorted((await e.em_maos()).values()) == [2, 2, 2]


async def test_what_is_closed_is_no_load(servidor: Servidor) -> None:
    """Seen: closed tickets counted as load, and whoever had worked most was given nothing any more."""
    async with equipe(servidor, 2, capacidade=10) as e:
        ana, bia = e.agentes
        await e.adm.patch(f"/atendentes/{bia.quem.id}/status", {"online": False})
        for ticket in await e.abrir(5):
            await e.adm.post(f"/tickets/{ticket}/encerrar", {"motivo": "feito"})
        await e.adm.patch(f"/atendentes/{bia.quem.id}/status", {"online": True})
        await e.abrir(4)
        assert await e.em_maos() == {ana.quem.id: 2, bia.quem.id: 2}


async def test_an_assignment_is_there_after_the_server_was_killed(novo_servidor: NovoServidor) -> None:
    """Seen: the owner of a ticket was told, and not saved."""
    servidor = await trio.to_thread.run_sync(novo_servidor)
    async with equipe(servidor, 3, capacidade=2) as e:
        await e.abrir(5)
        ids = {um["id"]: um["atendenteId"] for um in await e.adm.tudo("/tickets")}
        assert None not in ids.values()
        await trio.to_thread.run_sync(servidor.reiniciar)
        async with http(servidor, e.adm.quem) as depois:
            assert {um["id"]: um["atendenteId"] for um in await depois.tudo("/tickets")} == ids
            assert (await depois.get("/ops/invariantes"))["ok"]
