"""The host's connection, against an engine that says what it likes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest
import trio
from trio_websocket import ConnectionClosed, WebSocketConnection, WebSocketRequest, serve_websocket

from connectors.ligacao import Ligacao, Recusada
from engine.conector.trabalhos import Resultado, Trabalho

PACIENCIA_S = 20.0
CANAL = {"id": "c", "empresaId": "e", "nome": "Um", "tipo": "api", "config": {}}
TRABALHO = {"tipo": "trabalho", "id": "t", "tentativa": 1, "canalId": "c", "trabalho": "enviar_mensagem", "prazo": 9}

Conversa = Callable[["Motor", int], Awaitable[None]]
"""What the engine does on the so manieth connection."""


class Motor:
    """One connection, as the engine sees it."""

    def __init__(self, ws: WebSocketConnection) -> None:
        self.ws = ws

    async def dizer(self, **quadro: Any) -> None:
        await self.ws.send_message(json.dumps(quadro))

    async def ouvir(self) -> dict[str, Any]:
        ouvido: dict[str, Any] = json.loads(await self.ws.get_message())
        return ouvido

    async def receber(self, *canais: dict[str, Any]) -> dict[str, Any]:
        """Its first words, and ours."""
        ola = await self.ouvir()
        await self.dizer(tipo="bemvindo", versao=1, batidaMs=60_000, canais=canais)
        return ola


@asynccontextmanager
async def ligacao(conversa: Conversa) -> AsyncIterator[tuple[Ligacao, trio.MemoryReceiveChannel[Trabalho], trio.Event]]:
    """A connection to an engine that does ``conversa``; its jobs; and when it has ended by itself."""
    vezes = 0
    envia, recebe = trio.open_memory_channel[Trabalho](100)
    fim = trio.Event()

    async def atender(pedido: WebSocketRequest) -> None:
        nonlocal vezes
        vezes += 1
        ws = await pedido.accept()
        try:
            await conversa(Motor(ws), vezes)
        except ConnectionClosed:
            return

    async def correr(um: Ligacao) -> None:
        await um.correr()
        fim.set()

    with trio.fail_after(PACIENCIA_S):
        async with trio.open_nursery() as bercario:
            servidor = await bercario.start(partial(serve_websocket, atender, "127.0.0.1", 0, None))
            url = f"ws://127.0.0.1:{servidor.port}/"
            um = Ligacao(url, "token", "nome", (), envia.send_nowait, lambda _, __: None, lambda _: None)
            bercario.start_soon(correr, um)
            yield um, recebe, fim
            bercario.cancel_scope.cancel()


def feito(trabalho: Trabalho) -> Resultado:
    return Resultado(id=trabalho.id, tentativa=trabalho.tentativa, desfecho="aceito")


async def test_an_answer_waits_until_its_canal_is_named_again() -> None:
    ouvidos: list[dict[str, Any]] = []
    ditos = trio.Event()

    async def conversa(motor: Motor, vez: int) -> None:
        if vez == 1:
            await motor.receber(CANAL)
            await motor.dizer(**TRABALHO)
            await motor.ouvir()  # its answer, which is not noted
            await motor.ws.aclose()
            return
        ouvidos.append(await motor.receber())
        await motor.dizer(tipo="canal", canalId="outro", canal={**CANAL, "id": "outro"})
        with trio.move_on_after(0.2):
            ouvidos.append(await motor.ouvir())
        await motor.dizer(tipo="canal", canalId="c", canal=CANAL)
        ouvidos.append(await motor.ouvir())
        ditos.set()
        await motor.ouvir()

    async with ligacao(conversa) as (um, trabalhos, _):
        await um.responder(feito(await trabalhos.receive()))
        await ditos.wait()
    ola, resultado = ouvidos
    assert ola["emMaos"] == [{"id": "t", "tentativa": 1, "canalId": "c"}]
    assert (resultado["tipo"], resultado["id"]) == ("resultado", "t")


async def test_a_frame_that_is_not_known_ends_nothing() -> None:
    async def conversa(motor: Motor, _: int) -> None:
        await motor.receber(CANAL)
        await motor.dizer(tipo="novidadeDoFuturo", coisa=1)
        await motor.dizer(**TRABALHO, novo="campo")
        await motor.ouvir()

    async with ligacao(conversa) as (_, trabalhos, __):
        assert (await trabalhos.receive()).id == "t"


async def test_who_stops_does_not_come_back_to_an_engine_that_is_gone() -> None:
    partiu = trio.Event()

    async def conversa(motor: Motor, vez: int) -> None:
        assert vez == 1, "it came back"
        await motor.receber(CANAL)
        await motor.dizer(**TRABALHO)
        await partiu.wait()
        await motor.ws.aclose()

    async with ligacao(conversa) as (um, trabalhos, fim):
        await trabalhos.receive()
        um.sem_volta()
        partiu.set()
        await um.maos_vazias()
        await fim.wait()


@pytest.mark.parametrize(("codigo", "remedio"), [(4409, "--nome"), (4401, "JWT_SECRET"), (4403, "JWT_SECRET")])
async def test_who_is_not_wanted_is_told_what_to_do(codigo: int, remedio: str) -> None:
    async def conversa(motor: Motor, _: int) -> None:
        await motor.receber()
        await motor.ws.aclose(codigo, "não")

    with pytest.RaisesGroup(
        pytest.RaisesExc(Recusada, check=lambda erro: remedio in erro.remedio), flatten_subgroups=True
    ):
        async with ligacao(conversa):
            await trio.sleep_forever()
