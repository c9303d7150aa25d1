"""Whoever configures a canal of e-mail names servers: those inside are reached only where that is allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
import trio

from connectors.cliente import ClienteDoHospedeiro
from connectors.email import ConectorEmail
from connectors.tcp import EnderecoRecusado, ligar, ligar_na_thread
from engine.conector.protocolo import CanalDoConector
from engine.conector.redes import regras
from tests.connectors.email_apoio import MotorAnotador, canal, trabalho

DE_CASA = regras(["127.0.0.0/8", "::1/128"], portas=None)


class Dentro:
    """A service inside, that counts who reaches it."""

    def __init__(self) -> None:
        self.chegadas = 0

    async def __call__(self, fluxo: trio.SocketStream) -> None:
        self.chegadas += 1
        await fluxo.aclose()


@asynccontextmanager
async def dentro() -> AsyncIterator[tuple[Dentro, int]]:
    servico = Dentro()
    async with trio.open_nursery() as nursery:
        ouvintes = await nursery.start(partial(trio.serve_tcp, servico, 0, host="127.0.0.1"))
        yield servico, ouvintes[0].socket.getsockname()[1]
        nursery.cancel_scope.cancel()


@asynccontextmanager
async def de_producao(canal: CanalDoConector, *redes: str) -> AsyncIterator[tuple[ConectorEmail, MotorAnotador]]:
    """A connector as the host makes it where only these networks are allowed."""
    motor = MotorAnotador()
    async with ClienteDoHospedeiro(["http://127.0.0.1:1"], redes) as http:
        yield ConectorEmail(canal, motor, http), motor


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1", "::ffff:127.0.0.1"])
async def test_a_mail_is_not_sent_by_a_server_inside(host: str) -> None:
    async with dentro() as (servico, porta), de_producao(canal(porta, smtpHost=host)) as (conector, _):
        resultado = await conector.fazer(trabalho())
    assert (resultado.classe, resultado.codigo) == ("canal", "endereco_interno")
    assert "REDES_PERMITIDAS" in (resultado.erro or "")
    assert servico.chegadas == 0


async def test_a_mailbox_inside_is_not_read_and_the_canal_says_why() -> None:
    async with dentro() as (servico, porta), de_producao(canal(imap=porta)) as (conector, motor):
        with pytest.raises(ExceptionGroup) as grupo:
            await conector.servir()
    assert grupo.group_contains(EnderecoRecusado)
    assert "rede interna" in (motor.novidades[0].motivo or "")
    assert servico.chegadas == 0


async def test_the_test_of_a_canal_does_not_knock_inside_either() -> None:
    async with dentro() as (servico, porta), de_producao(canal(porta, porta)) as (conector, _):
        problemas = await conector.testar()
    assert all("rede interna" in problema for problema in problemas)
    assert (len(problemas), servico.chegadas) == (2, 0)


async def test_networks_that_the_installation_allows_are_reached() -> None:
    async with dentro() as (servico, porta), de_producao(canal(porta), "127.0.0.0/8") as (conector, _):
        assert (await conector.fazer(trabalho())).classe == "tentar"
    assert servico.chegadas == 1


async def test_what_the_name_stood_for_when_it_was_judged_is_what_is_connected_to() -> None:
    async def resolver(_host: str, _porta: int) -> list[str]:
        return ["169.254.169.254", "127.0.0.1"]

    async with dentro() as (_, porta):
        fluxo = await ligar("um.nome.qualquer", porta, DE_CASA, resolver)
        assert fluxo.socket.getpeername() == ("127.0.0.1", porta)
        await fluxo.aclose()


async def test_of_several_addresses_one_that_listens_is_found() -> None:
    async def resolver(_host: str, _porta: int) -> list[str]:
        return ["127.0.0.9", "127.0.0.1"]

    async with dentro() as (_, porta):
        await (await ligar("um.nome", porta, DE_CASA, resolver)).aclose()
        soquete = await trio.to_thread.run_sync(ligar_na_thread, "localhost", porta, DE_CASA, 5.0)
        soquete.close()
