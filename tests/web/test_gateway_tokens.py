"""A session lives as long as its token: it is warned in time, may renew it where it is, and else ends with it."""

from __future__ import annotations

import asyncio

import pytest

from engine.errors import Unavailable
from engine.tempo import SystemClock, VirtualClock, iso
from tests.web.gateway_apoio import FORMATO, LONGE, Cliente, Servidor, pessoa, servidor
from web.gateway import AjustesGateway, Conexao

ADMIN = pessoa(0, "admin")
AGORA = 1_767_225_600_000


async def entrar(s: Servidor, expira_em: int, salas: tuple[str, ...] = ()) -> tuple[Cliente, Conexao]:
    cliente = Cliente()
    conexao = s.recepcao.chegou(FORMATO, cliente)
    await s.recepcao.identificar(conexao, ADMIN, expira_em, None, salas)
    return cliente, conexao


def test_a_token_is_said_to_expire_in_time_and_the_session_ends_with_it() -> None:
    async def main() -> None:
        async with servidor(AjustesGateway(aviso_de_expiracao=50), SystemClock()) as s:
            expira_em = SystemClock().now() + 150
            cliente, _ = await entrar(s, expira_em)
            aviso = await cliente.ate_evento("token_expirando")
            assert aviso == {"event": "token_expirando", "data": {"expiraEm": iso(expira_em), "segundos": 0}}
            assert cliente.fechamento is None
            assert SystemClock().now() >= expira_em - 55
            await cliente.ate(lambda c: c.fechamento)
            assert cliente.fechamento is not None
            assert cliente.fechamento.codigo == 4401
            assert SystemClock().now() >= expira_em - 5
            assert len(cliente.eventos("token_expirando")) == 1

    asyncio.run(main())


def test_a_token_that_lives_shorter_is_warned_of_at_once_after_the_connect() -> None:
    async def main() -> None:
        async with servidor(dos_tokens=VirtualClock(AGORA)) as s:
            salas = tuple([(await s.ticket(ADMIN)).id for _ in range(5)])
            cliente, conexao = await entrar(s, AGORA + 30_500, salas)
            aviso = await cliente.ate_evento("token_expirando")
            assert aviso["data"] == {"expiraEm": iso(AGORA + 30_500), "segundos": 30}
            assert [f["event"] for f in cliente.recebidos] == ["connect", "token_expirando"]
            s.recepcao.saiu(conexao)

    asyncio.run(main())


def test_a_renewed_session_goes_on_where_it_was_and_is_warned_anew() -> None:
    async def main() -> None:
        async with servidor(dos_tokens=VirtualClock(AGORA)) as s:
            ticket = await s.ticket(ADMIN)
            cliente, conexao = await entrar(s, AGORA + 100, (ticket.id,))
            await cliente.ate_evento("token_expirando")
            assert await s.recepcao.identificar(conexao, ADMIN, AGORA + 200) == {"userId": ADMIN.id}
            await cliente.ate(lambda c: len(c.eventos("token_expirando")) == 2)
            await s.recepcao.identificar(conexao, ADMIN, LONGE)
            assert conexao.prazo is not None
            assert conexao.prazo.when() - asyncio.get_running_loop().time() > 3_600
            assert len(cliente.eventos("connect")) == 1
            await s.mandar(conexao, "mensagem:enviar", {"ticketId": ticket.id, "conteudo": "oi"}, 1)
            await cliente.ate_evento("nova_mensagem")
            assert cliente.fechamento is None

    asyncio.run(main())


def test_a_connection_that_left_is_neither_let_in_nor_watched_any_longer() -> None:
    async def main() -> None:
        async with servidor(dos_tokens=VirtualClock(AGORA)) as s:
            await s.ticket(ADMIN)
            conexao = s.recepcao.chegou(FORMATO, Cliente())
            entrando = asyncio.ensure_future(s.recepcao.identificar(conexao, ADMIN, AGORA + 100))
            s.recepcao.saiu(conexao)
            with pytest.raises(Unavailable):
                await entrando
            assert (s.gateway.conexoes, s.gateway.anonimas) == (0, 0)
            assert conexao.prazo is None

            ticket = await s.ticket(ADMIN)
            outra = s.recepcao.chegou(FORMATO, Cliente())
            entrando = asyncio.ensure_future(s.recepcao.identificar(outra, ADMIN, LONGE, None, (ticket.id,) * 3))
            while outra.plateia is None:  # noqa: ASYNC110 - letting its first step be taken
                await asyncio.sleep(0)
            s.recepcao.saiu(outra)
            await entrando
            assert outra.prazo is None

    asyncio.run(main())
