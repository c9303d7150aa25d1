"""A message that crashes its handler: its actor is rebuilt, then quarantined, and nobody else notices."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

import trio

from tests.servidor import RAIZ, NovoServidor, Servidor
from tests.sistema.cliente import Http, Resposta, fio, http
from tests.sistema.veneno.marcas import SEGREDO_INTERNO, VENENO

PASTA_DO_VENENO: Final = Path(__file__).parent / "veneno"
PERDOADAS: Final = 5
"""Crashes of one actor in a minute before it is quarantined."""
ENVENENADOS: Final = 25


async def envenenado(novo_servidor: NovoServidor) -> Servidor:
    caminho = os.pathsep.join((str(PASTA_DO_VENENO), str(RAIZ)))
    return await trio.to_thread.run_sync(novo_servidor, {"PYTHONPATH": caminho})


async def test_poison_is_an_error_to_its_sender_and_leaves_the_actor_as_it_was(novo_servidor: NovoServidor) -> None:
    servidor = await envenenado(novo_servidor)
    async with http(servidor, servidor.nova_empresa()) as adm:
        ticket = await adm.ticket()
        antes = await contadores(adm)
        await escrever(adm, ticket, "antes")
        exigir_discreta(await mandar(adm, ticket, VENENO))
        await escrever(adm, ticket, "depois")
        async with fio(servidor, adm.quem) as tela:
            falha = await tela.pedir("mensagem:enviar", {"ticketId": ticket, "conteudo": VENENO})
        assert (falha["ok"], falha["codigo"]) == (False, "erro_interno")
        assert [m["conteudo"] for m in await adm.tudo(f"/tickets/{ticket}/mensagens")] == ["antes", "depois"]
        depois = await contadores(adm)
    assert depois["restarts"] - antes["restarts"] == 2
    assert depois["dead"] - antes["dead"] == 2
    assert depois["quarantined"] == 0
    assert SEGREDO_INTERNO in servidor.registro


async def test_an_actor_that_keeps_crashing_is_quarantined_and_its_neighbours_go_on(
    novo_servidor: NovoServidor,
) -> None:
    servidor = await envenenado(novo_servidor)
    async with http(servidor, servidor.nova_empresa()) as adm:
        doente, vizinho = await adm.ticket(), await adm.ticket()
        for _ in range(PERDOADAS + 1):
            exigir_discreta(await mandar(adm, doente, VENENO))
        for texto in (VENENO, "um texto qualquer"):
            recusa = (await mandar(adm, doente, texto)).erro(503)
            assert recusa["codigo"] == "ator_parado"
        assert (await adm.get(f"/tickets/{doente}"))["mensagens"] == []
        await escrever(adm, vizinho, "sigo bem")
        await adm.ticket()
        assert (await contadores(adm))["quarantined"] == 1


async def test_other_tickets_are_served_while_many_actors_crash(novo_servidor: NovoServidor) -> None:
    servidor = await envenenado(novo_servidor)
    admin = servidor.nova_empresa()
    async with http(servidor, admin) as adm, http(servidor, admin) as envenenador:
        vizinho = await adm.ticket()
        doentes = [await adm.ticket() for _ in range(ENVENENADOS)]
        escritas = 0
        async with trio.open_nursery() as bercario:
            bercario.start_soon(envenenar, envenenador, doentes, bercario.cancel_scope)
            while True:
                await escrever(adm, vizinho, str(escritas))
                escritas += 1
        depois = await contadores(adm)
        lidas = [m["conteudo"] for m in await adm.tudo(f"/tickets/{vizinho}/mensagens")]
    assert lidas[:escritas] == [str(n) for n in range(escritas)]
    assert escritas
    assert depois["quarantined"] == ENVENENADOS
    assert depois["restarts"] >= ENVENENADOS * PERDOADAS


async def envenenar(cliente: Http, tickets: list[str], ao_fim: trio.CancelScope) -> None:
    """Crash every one of them until it is quarantined."""
    for _ in range(PERDOADAS + 1):
        for ticket in tickets:
            exigir_discreta(await mandar(cliente, ticket, VENENO))
    ao_fim.cancel()


async def mandar(cliente: Http, ticket_id: str, texto: str) -> Resposta:
    return await cliente.pedir("POST", "/atendimento/mensagens", {"ticketId": ticket_id, "conteudo": texto})


async def escrever(cliente: Http, ticket_id: str, texto: str) -> None:
    (await mandar(cliente, ticket_id, texto)).ok(201)


def exigir_discreta(resposta: Resposta) -> None:
    """A 500 in the contract's shape that says nothing of what happened inside."""
    corpo = resposta.erro(500)
    assert (corpo["codigo"], corpo["detalhes"]) == ("erro_interno", [])
    for indiscreta in (SEGREDO_INTERNO, "RuntimeError", "Traceback", ".py"):
        assert indiscreta not in resposta.corpo.decode()


async def contadores(cliente: Http) -> dict[str, float]:
    """What ``/metrics`` says of crashes."""
    texto = (await cliente.pedir("GET", "/metrics")).corpo.decode()
    series = {
        "restarts": r'^balcao_actor_restarts_total\{actor="Ticket"\} (\S+)',
        "dead": r"^balcao_dead_letters_total (\S+)",
        "quarantined": r"^balcao_actors_quarantined (\S+)",
    }
    achados = {nome: re.search(padrao, texto, re.MULTILINE) for nome, padrao in series.items()}
    return {nome: float(achado[1]) if achado else 0.0 for nome, achado in achados.items()}
