"""Many who want the same at the same instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

import trio

from tests.cenarios.apoio import Equipe, ao_mesmo_tempo, equipe
from tests.servidor import NovoServidor, Servidor
from tests.sistema.cliente import Http, Interrompida, NaoEnviada, http, novo_ticket

AGENTES = 160
TICKETS = 93


async def test_a_hundred_and_sixty_agents_who_take_at_once_have_every_ticket_once(novo_servidor: NovoServidor) -> None:
    """fazer-ai/chatwoot 359: 160 agents, 93 conflicting pairs in a day. Here all of them take from the head of one
    line at once, each until it has one or there is none: every ticket is one's, nobody has more than its one place,
    and whoever comes second is told who was first.
    """
    servidor = await trio.to_thread.run_sync(novo_servidor)
    async with equipe(servidor, AGENTES, capacidade=1, distribuicaoAutomatica=False) as e:
        tickets = await e.abrir(TICKETS)
        ganhos: dict[str, str] = {}
        perdas: list[tuple[str, str]] = []

        async def tomar(agente: Http) -> None:
            for ticket in tickets:
                resposta = await agente.pedir(
                    "PATCH", f"/atendimento/tickets/{ticket}/atribuir", {"atendenteId": agente.quem.id}
                )
                if resposta.status == 200:
                    assert ticket not in ganhos, "two have it"
                    ganhos[ticket] = agente.quem.id
                    return
                erro = resposta.erro(409)
                assert erro["codigo"] == "ticket_ja_atribuido"
                perdas.append((ticket, str(erro["detalhes"])))

        await ao_mesmo_tempo(*(partial(tomar, agente) for agente in e.agentes))
        assert set(ganhos) == set(tickets)
        assert set((await e.em_maos()).values()) == {1}
        assert len(perdas) >= (AGENTES - TICKETS) * TICKETS, "who got none was refused all of them"
        assert all(ganhos[ticket] in dito for ticket, dito in perdas)
        await e.exigir_que_tudo_esteja_certo()


async def test_two_nodes_on_one_database_together_give_an_agent_no_more_than_it_can_hold(
    novo_banco: Callable[[], str], tmp_path: Path
) -> None:
    """Rocket.Chat 37776: each instance counted for itself, and together they exceeded what an agent may hold. Here
    tickets come by both nodes at once, and in the middle of it the one that has the empresa is killed.
    """
    dsn = novo_banco()
    um, dois = (Servidor(tmp_path / nome, dsn, {"BALCAO_NO": nome}) for nome in ("primeiro", "segundo"))
    with um as primeiro, dois as segundo:
        async with equipe(primeiro, 3, capacidade=2) as e, http(segundo, e.adm.quem) as do_outro:
            feitos: Counter[int] = Counter()
            bastante, assumiu = trio.Event(), trio.Event()

            async def abrir(cliente: Http) -> None:
                while not assumiu.is_set():
                    await _tentar(cliente, e, feitos)
                    if feitos[primeiro.porta] >= 20:
                        bastante.set()
                    if feitos[segundo.porta] >= 10:
                        assumiu.set()

            async def matar() -> None:
                await bastante.wait()
                await trio.to_thread.run_sync(primeiro.matar)

            await ao_mesmo_tempo(partial(abrir, e.adm), partial(abrir, do_outro), matar)
            assert feitos[primeiro.porta] >= 20
            tickets = await do_outro.tudo("/tickets")
            em_maos = Counter(ticket["atendenteId"] for ticket in tickets if ticket["status"] == "EM_ANDAMENTO")
            assert len(tickets) >= sum(feitos.values())
            assert len({ticket["numero"] for ticket in tickets}) == len(tickets)
            assert all(quantos <= 2 for quantos in em_maos.values()), em_maos
            exame = await do_outro.get("/ops/invariantes")
            assert exame["ok"], exame


async def _tentar(cliente: Http, e: Equipe, feitos: Counter[int]) -> None:
    """One more ticket by this node, if it takes it."""
    try:
        resposta = await cliente.pedir("POST", "/atendimento/tickets", novo_ticket() | {"filaId": e.fila})
    except (Interrompida, NaoEnviada):
        await trio.sleep(0.02)
        return
    assert resposta.status in {201, 503}
    if resposta.status == 201:
        feitos[cliente.porta] += 1
    else:
        await trio.sleep(0.01)
