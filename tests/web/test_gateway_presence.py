"""Presence by connection: what the actors are told of who is connected."""

from __future__ import annotations

import asyncio
import gc
from typing import Any
from weakref import ref

from actors.atendente.comandos import Conectou, Desconectou, VerAtendente
from actors.comandos import Comando
from actors.no.idempotencia import ChaveIdempotente
from tests.simulacao.loja import Falha
from tests.web.gateway_apoio import EMPRESA, Servidor, servidor
from tests.web.test_gateway_events import ADMIN, ANA, falar
from web.gateway import AjustesGateway


def test_the_first_connection_makes_an_atendente_present_and_the_last_one_gone_starts_its_grace() -> None:
    async def main() -> None:
        async with servidor() as s:
            celular, um = await s.conectar(ANA)
            _, dois = await s.conectar(ANA)
            await s.mandar(um, "atendente:status", {"online": True}, 1)
            resposta = await celular.ate_resposta(1)
            assert resposta["atendente"]["online"] is True
            assert celular.eventos("atendente_status")[0]["data"]["estado"] == "disponivel"
            assert (await _linha(s)).por_conexao
            s.recepcao.saiu(um)
            assert (await _linha(s)).offline_em is None
            s.recepcao.saiu(dois)
            assert (await _linha(s)).offline_em is not None
            _, tres = await s.conectar(ANA)
            assert (await _linha(s)).offline_em is None
            assert (await _linha(s)).online
            s.recepcao.saiu(tres)

    asyncio.run(main())


def test_a_connection_that_flaps_is_told_in_order_and_no_more_than_needed() -> None:
    async def main() -> None:
        async with servidor() as s:
            ditos: list[str] = []
            pedir = s.no.pedir

            async def anotar(comando: Comando[Any], chave: ChaveIdempotente | None = None) -> Any:
                resposta = await pedir(comando, chave)
                if isinstance(comando, Conectou | Desconectou):
                    ditos.append(type(comando).__name__)
                return resposta

            s.no.pedir = anotar  # type: ignore[method-assign]
            _, conexao = await s.conectar(ANA)
            for _ in range(10):
                s.recepcao.saiu(conexao)
                _, conexao = await s.conectar(ANA)
            assert (await _linha(s)).offline_em is None
            s.recepcao.saiu(conexao)
            assert (await _linha(s)).por_conexao is False
            assert ditos == ["Conectou", "Desconectou"] * (len(ditos) // 2)
            assert len(ditos) <= 22

    asyncio.run(main())


def test_a_status_during_an_outage_is_refused_soon_also_to_who_came_during_it() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(prazo_presenca=10, em_voo_empresa=2)) as s:
            _, admin = await s.conectar(ADMIN)
            ticket = await s.ticket(ADMIN)
            caiu = asyncio.Event()

            def cair() -> Falha:
                caiu.set()
                return "fora"

            s.loja.falhar = cair
            await falar(s, admin, ticket.id, "fica à espera do banco")
            await caiu.wait()
            assert not s.journal.available
            ana, da_ana = await s.conectar(ANA)
            async with asyncio.timeout(30):
                await s.mandar(da_ana, "atendente:status", {"online": True}, 1)
            assert (await ana.ate_resposta(1))["codigo"] == "banco_indisponivel"
            s.loja.falhar = lambda: None

    asyncio.run(main())


def test_an_empresa_that_leaves_the_node_is_not_held_by_the_presence_of_its_people() -> None:
    async def main() -> None:
        async with servidor() as s:
            ana, da_ana = await s.conectar(ANA)
            await s.mandar(da_ana, "atendente:status", {"online": True}, 1)
            assert (await ana.ate_resposta(1))["ok"]
            viva, plateia = s.no._vivas[EMPRESA], ref(da_ana.plateia)
            s.no._perdeu(viva)
            s.recepcao.saiu(da_ana)
            assert not s.recepcao._presencas._pessoas
            del da_ana, viva
            gc.collect()
            assert plateia() is None
            _, de_novo = await s.conectar(ANA)
            assert (await _linha(s)).online
            s.recepcao.saiu(de_novo)

    asyncio.run(main())


async def _linha(s: Servidor) -> Any:
    """Ana's row, once the actors have been told of every connection that came and went."""
    for contada in list(s.recepcao._presencas._pessoas.values()):
        if contada.tarefa is not None:
            await contada.tarefa
    return (await s.pedir(VerAtendente(quem=ADMIN, atendente_id=ANA.id or ""))).row
