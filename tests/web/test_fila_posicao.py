"""The event ``fila_posicao``: who follows a ticket is told where it stands, seldom, and at a bounded cost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
import trio
from msgspec.structs import replace

from actors.atendente.comandos import CriarAtendente
from actors.comandos import Comando
from actors.empresa.comandos import VerPosicoes
from actors.fila.comandos import CriarFila, ExcluirFila, RemoverMembro
from actors.no.no import No
from actors.ticket.comandos import AtribuirTicket, CriarTicket, EncerrarTicket, TransferirTicket
from engine.distribuicao.estimativa import Estimativa, Posicao
from engine.modelo import TicketRow
from tests.web.gateway_apoio import EMPRESA, OUTRA_EMPRESA, Cliente, Servidor, pessoa, servidor
from tests.web.ws_apoio import na_thread, tela, token
from web.gateway import AjustesGateway, Conexao
from web.gateway._seguidores import Seguidores, difere

ADMIN, ANA, ESTRANHO = pessoa(0, "admin"), pessoa(1), pessoa(6, "admin", OUTRA_EMPRESA)
RAPIDO = AjustesGateway(
    prazo_encerramento=200, posicao_cada=20, posicao_mesmo_assim=600_000, posicoes_por_rodada=20, posicoes_pausa=1
)
NOVIDADE = "fila_posicao"


async def fila_manual(s: Servidor, nome: str = "Suporte") -> str:
    fila = await s.pedir(CriarFila(quem=ADMIN, nome=nome, distribuicao_automatica=False))
    return str(fila.row.id)


async def em_fila(s: Servidor, fila_id: str, quantos: int) -> list[TicketRow]:
    return [await s.ticket(ADMIN, fila_id=fila_id) for _ in range(quantos)]


async def entrar(s: Servidor, conexao: Conexao, ticket_id: str) -> None:
    await s.mandar(conexao, "ticket:entrar", {"ticketId": ticket_id}, 1)


async def fechar(s: Servidor, ticket: TicketRow) -> None:
    await s.pedir(EncerrarTicket(quem=ADMIN, ticket_id=ticket.id))


def ditas(cliente: Cliente) -> list[int]:
    return [um["data"]["posicao"] for um in cliente.eventos(NOVIDADE)]


def ate_a(posicao: int) -> Callable[[Cliente], bool]:
    return lambda cliente: ditas(cliente)[-1:] == [posicao]


def test_over_a_socket_a_room_is_told_where_its_ticket_stands_and_when_it_moves() -> None:
    with na_thread(RAPIDO) as servidor_:

        async def preparar(s: Servidor) -> list[TicketRow]:
            return await em_fila(s, await fila_manual(s), 3)

        async def main() -> None:
            tickets = await servidor_.fazer(preparar)
            ultimo = tickets[-1]
            async with tela(servidor_.url, token(ADMIN)) as t:
                assert (await t.pedir("ticket:entrar", {"ticketId": ultimo.id}))["ok"]
                dito = await t.evento(NOVIDADE)
                assert "seq" not in dito
                em = dito["data"].pop("calculadaEm")
                assert em.endswith("Z")
                assert dito["data"] == {
                    "ticketId": ultimo.id,
                    "filaId": ultimo.fila_id,
                    "posicao": 3,
                    "aguardando": 3,
                    "esperaEstimada": None,
                }
                await servidor_.fazer(lambda s: fechar(s, tickets[0]))
                assert (await t.evento(NOVIDADE))["data"]["posicao"] == 2

        trio.run(main)


def test_only_those_in_the_room_are_told_who_may_see_the_ticket() -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            await s.pedir(CriarAtendente(quem=ADMIN, id=ANA.id, nome="Ana", email="ana@example.com"))
            fila_id = await fila_manual(s)
            await s.incluir(ADMIN, fila_id, ANA)
            primeiro, meu = await em_fila(s, fila_id, 2)
            na_sala, conexao = await s.conectar(ANA)
            fora, _ = await s.conectar(pessoa(5, "supervisor"))
            chefe, do_chefe = await s.conectar(ADMIN)
            estranho, dele = await s.conectar(ESTRANHO)
            await entrar(s, dele, meu.id)
            await entrar(s, conexao, meu.id)
            await entrar(s, do_chefe, meu.id)
            await na_sala.ate(ate_a(2))
            await chefe.ate(ate_a(2))
            await s.pedir(RemoverMembro(quem=ADMIN, fila_id=fila_id, atendente_id=ANA.id or ""))
            antes = len(ditas(na_sala))
            await fechar(s, primeiro)
            await chefe.ate(ate_a(1))
            assert len(ditas(na_sala)) == antes
            assert not fora.eventos(NOVIDADE)
            assert not estranho.eventos(NOVIDADE)

    asyncio.run(main())


def test_who_leaves_the_room_is_told_no_more_and_then_nothing_is_asked() -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            fila_id = await fila_manual(s)
            primeiro, segundo, meu = await em_fila(s, fila_id, 3)
            cliente, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, meu.id)
            await cliente.ate(ate_a(3))
            await s.mandar(conexao, "ticket:sair", {"ticketId": meu.id}, 2)
            await fechar(s, primeiro)
            assert s.gateway.seguidores.proximo() is None
            await entrar(s, conexao, meu.id)
            await cliente.ate(ate_a(2))
            s.recepcao.saiu(conexao)
            await fechar(s, segundo)
            assert s.gateway.seguidores.proximo() is None
            assert ditas(cliente) == [3, 2]

    asyncio.run(main())


def test_what_somebody_took_is_asked_for_no_more_and_is_again_when_it_comes_back() -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            await s.pedir(CriarAtendente(quem=ADMIN, id=ANA.id, nome="Ana", email="ana@example.com"))
            fila_id, outra = await fila_manual(s), await fila_manual(s, "Outra")
            await s.incluir(ADMIN, fila_id, ANA)
            _, meu = await em_fila(s, fila_id, 2)
            await em_fila(s, outra, 3)
            cliente, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, meu.id)
            await cliente.ate(ate_a(2))
            await s.pedir(AtribuirTicket(quem=ADMIN, ticket_id=meu.id, atendente_id=ANA.id or "", forcar=True))
            assert s.gateway.seguidores.proximo() is None
            await s.pedir(TransferirTicket(quem=ADMIN, ticket_id=meu.id, fila_id=outra))
            await cliente.ate(ate_a(1))
            dito = cliente.eventos(NOVIDADE)[-1]["data"]
            assert (dito["filaId"], dito["aguardando"]) == (outra, 4)

    asyncio.run(main())


def test_a_room_of_a_ticket_that_does_not_wait_costs_nothing() -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            (ticket,) = await em_fila(s, await fila_manual(s), 1)
            await fechar(s, ticket)
            _, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, ticket.id)
            assert s.gateway.seguidores.proximo() is None

    asyncio.run(main())


@pytest.fixture
def olhados(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """What was asked for, a round each."""
    rodadas: list[tuple[str, ...]] = []
    pedir = No.pedir

    async def contar(no: No, comando: Comando[Any], *args: Any) -> Any:
        if isinstance(comando, VerPosicoes):
            rodadas.append(comando.ticket_ids)
        return await pedir(no, comando, *args)

    monkeypatch.setattr(No, "pedir", contar)
    return rodadas


def test_of_ten_thousand_that_wait_only_those_that_are_followed_are_looked_at(olhados: list[tuple[str, ...]]) -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            fila_id = await fila_manual(s)
            criar = CriarTicket(quem=ADMIN, contato_nome="João", contato_telefone="5511999998888", fila_id=fila_id)
            tickets: list[TicketRow] = []
            for _ in range(100):
                tickets += await asyncio.gather(*(s.pedir(criar) for _ in range(100)))
            tickets.sort(key=lambda um: um.numero)
            await fechar(s, tickets.pop(0))
            assert not olhados
            cliente, conexao = await s.conectar(ADMIN)
            seguidos = [um.id for um in tickets[-30:]]
            for ticket_id in seguidos:
                await entrar(s, conexao, ticket_id)
            await cliente.ate(lambda c: len(c.eventos(NOVIDADE)) == 30)
            antes = len(olhados)
            await fechar(s, tickets.pop(0))
            await cliente.ate(lambda c: len(c.eventos(NOVIDADE)) == 60)
            depois = [id_ for rodada in olhados[antes:] for id_ in rodada]
            assert sorted(depois) == sorted(seguidos)
            assert max(map(len, olhados)) <= RAPIDO.posicoes_por_rodada

    asyncio.run(main())


def test_many_changes_at_once_are_told_once() -> None:
    """The clock of the rounds stands still meanwhile."""

    async def main() -> None:
        async with servidor(RAPIDO) as s:
            agora = 0
            s.gateway.seguidores.agora = lambda: agora
            tickets = await em_fila(s, await fila_manual(s), 12)
            cliente, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, tickets[-1].id)
            await cliente.ate(ate_a(12))
            for ticket in tickets[:10]:
                await fechar(s, ticket)
            assert ditas(cliente) == [12]
            agora = RAPIDO.posicao_cada
            await fechar(s, tickets[10])
            await cliente.ate(ate_a(1))
            assert ditas(cliente) == [12, 1]

    asyncio.run(main())


def test_nothing_is_told_of_an_empresa_that_left_and_nothing_brings_it_back(olhados: list[tuple[str, ...]]) -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            primeiro, meu = await em_fila(s, await fila_manual(s), 2)
            cliente, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, meu.id)
            await cliente.ate(ate_a(2))
            s.no._perdeu(s.no._vivas[EMPRESA])
            assert s.gateway.seguidores.proximo() is None
            s.recepcao.saiu(conexao)
            assert s.no.diretorio(EMPRESA) is None
            await fechar(s, primeiro)
            assert len(olhados) == 1

    asyncio.run(main())


def test_a_fila_that_is_deleted_is_no_end_of_it() -> None:
    async def main() -> None:
        async with servidor(RAPIDO) as s:
            fila_id, outra = await fila_manual(s), await fila_manual(s, "Outra")
            (meu,) = await em_fila(s, fila_id, 1)
            await em_fila(s, outra, 2)
            cliente, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, meu.id)
            await cliente.ate(ate_a(1))
            await s.pedir(ExcluirFila(quem=ADMIN, fila_id=fila_id, realocar=outra))
            await cliente.ate(lambda c: c.eventos(NOVIDADE)[-1]["data"]["filaId"] == outra)
            assert cliente.eventos(NOVIDADE)[-1]["data"]["aguardando"] == 3

    asyncio.run(main())


def de(posicao: int, p50: int | None = None, aguardando: int = 9) -> Posicao:
    return Posicao(posicao, aguardando, None if p50 is None else Estimativa(p50, 2 * p50), 0)


def test_only_what_matters_to_who_waits_is_told() -> None:
    assert difere(de(2), de(1))
    assert difere(de(2), de(2, 60_000))
    assert difere(de(2, 60_000), de(2))
    assert difere(de(2, 60_000), de(2, 80_000))
    assert not difere(de(2), de(2))
    assert not difere(de(2, aguardando=9), de(2, aguardando=90))
    assert not difere(de(2, 600_000), de(2, 630_000))


class Ouvinte:
    def __init__(self) -> None:
        self.ditas: list[tuple[str, int]] = []

    def posicao(self, ticket_id: str, posicao: Posicao) -> None:
        self.ditas.append((ticket_id, posicao.posicao))


def test_who_comes_later_is_told_too_and_the_last_to_leave_ends_it() -> None:
    agora = 0
    seguidores = Seguidores(AjustesGateway(), lambda: agora)
    sala, visitante, ticket_id = Ouvinte(), Ouvinte(), str(UUID(int=9))
    seguidores.seguir("e", ticket_id, "f", sala)
    assert seguidores.tomar(10) == {"e": [ticket_id]}
    seguidores.dizer("e", [ticket_id], {ticket_id: de(3)})
    seguidores.seguir("e", ticket_id, "f", visitante)
    assert seguidores.tomar(10) == {}
    agora = 5_000
    assert seguidores.tomar(10) == {"e": [ticket_id]}
    seguidores.dizer("e", [ticket_id], {ticket_id: de(3)})
    assert visitante.ditas == [(ticket_id, 3)]
    seguidores.largar("e", ticket_id, sala)
    assert seguidores.proximo() is not None
    seguidores.largar("e", ticket_id, visitante)
    assert seguidores.proximo() is None
    seguidores.dizer("e", [ticket_id], {ticket_id: de(1)})
    assert visitante.ditas == [(ticket_id, 3)]


def test_where_it_is_switched_off_nobody_is_followed() -> None:
    async def main() -> None:
        async with servidor(replace(RAPIDO, posicoes_por_rodada=0)) as s:
            (ticket,) = await em_fila(s, await fila_manual(s), 1)
            _, conexao = await s.conectar(ADMIN)
            await entrar(s, conexao, ticket.id)
            assert s.gateway.seguidores._seguidos == {}
            await fechar(s, ticket)

    asyncio.run(main())
