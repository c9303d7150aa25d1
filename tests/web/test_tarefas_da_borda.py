"""The tasks of the edges: each says what it is, and what a bug ends is told with its trace and known to health."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from actors.atendente.comandos import Conectou
from actors.comandos import Comando
from engine.saude import Saude
from tests.web.gateway_apoio import EMPRESA, Servidor, servidor, uid
from tests.web.sio_apoio import por_ws
from tests.web.test_gateway_events import ADMIN, ANA
from tests.web.ws_apoio import ADMIN as DA_TELA
from tests.web.ws_apoio import na_thread, tela, token
from web.portaria.acessos import Acessos


async def nomes(_: Servidor) -> set[str]:
    return {tarefa.get_name() for tarefa in asyncio.all_tasks() if tarefa.get_name().startswith("gateway: ")}


async def quebrar(*_: object) -> None:
    raise ZeroDivisionError


def traco(caplog: pytest.LogCaptureFixture, dito: str) -> bool:
    (registro,) = [um for um in caplog.records if um.message == dito]
    return registro.levelno == logging.ERROR and registro.exc_info is not None


async def test_every_task_of_a_client_says_what_it_is() -> None:
    with na_thread() as rodando:
        async with tela(rodando.url, token(DA_TELA)) as t:
            await t.evento("connect")
            passageira = {"gateway: introduction"}  # who it is, told to the empresa
            assert await rodando.fazer(nomes) - passageira == {"gateway: ws reading", "gateway: ws writing"}
        async with por_ws(rodando) as p:
            await p.entrar(DA_TELA)
            assert {"gateway: sio reading", "gateway: sio writing"} <= await rodando.fazer(nomes)


async def test_a_bug_in_what_a_client_sends_closes_it_and_is_known(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with na_thread() as rodando:
        monkeypatch.setattr(rodando.s.recepcao, "receber", quebrar)
        async with tela(rodando.url, token(DA_TELA)) as t:
            await t.evento("connect")
            await t.mandar("ticket:sair", {"ticketId": uid(1)}, 1)
            assert (await t.ate_fechar())[0] == 1011
        assert traco(caplog, "task gateway: ws reading failed")
        assert rodando.s.no.saude.quedas == {"gateway: ws reading": 1}
        assert not rodando.s.no.saude.faltam, "the node serves the others"


def test_a_bug_in_telling_the_actors_who_is_there_is_known(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        async with servidor() as s:
            pedir = s.no.pedir

            async def tropecar(comando: Comando[Any]) -> Any:
                return await (quebrar() if isinstance(comando, Conectou) else pedir(comando))

            s.no.pedir = tropecar  # type: ignore[assignment, method-assign]
            await s.conectar(ANA)
            (ana,) = s.recepcao._presencas._pessoas.values()
            assert ana.tarefa is not None
            await asyncio.wait({ana.tarefa})
            await asyncio.sleep(0)
            assert s.no.saude.quedas == {"gateway: presence": 1}

    asyncio.run(main())
    assert traco(caplog, "task gateway: presence failed")


def test_what_is_under_way_when_the_application_stops_has_ended_after_it() -> None:
    async def main() -> None:
        async with servidor() as s:
            ticket = await s.ticket(ADMIN)
            _, conexao = await s.conectar(ADMIN)
            await s.mandar(conexao, "mensagem:enviar", {"ticketId": ticket.id, "conteudo": "oi"}, 1)
            assert "gateway: mensagem:enviar" in await nomes(s)
            await s.recepcao.parar()
            assert await nomes(s) == set()
            assert s.no.saude.quedas == {}

    asyncio.run(main())


def test_only_a_reading_of_accesses_that_fails_by_a_bug_is_known() -> None:
    async def main() -> None:
        saude = Saude()
        acessos = Acessos(quebrar, saude)  # type: ignore[arg-type]
        with pytest.raises(ZeroDivisionError):
            await acessos.ler(EMPRESA, None)
        await asyncio.sleep(0)
        assert saude.quedas == {f"accesses: {EMPRESA}": 1}
        await acessos.parar()

    asyncio.run(main())
