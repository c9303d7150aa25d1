"""Servers that answer slowly, nonsense, or without end."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial

import pytest
import trio
import trio.lowlevel

from connectors.email import caixa as caixas
from connectors.email import leitor as leitores
from connectors.email import sessao_imap
from connectors.email.caixa import Caixa, SessaoCaiu
from connectors.email.carteiro import Carteiro
from connectors.email.configuracao import Servidor
from connectors.email.leitor import Espera, Leitor
from connectors.email.lembrados import Lembrados
from connectors.email.smtp import Tempos
from connectors.fakes.imap import ImapFalso
from connectors.fakes.smtp import Momento, SmtpFalso
from engine.conector.redes import TUDO
from tests.connectors.email_apoio import (
    SENHA,
    SUPORTE,
    MotorAnotador,
    canal,
    conector,
    marcas,
    resumo,
    servidores,
    trabalho,
)


@asynccontextmanager
async def que_diz(*falas: bytes, sem_fim: bytes = b"") -> AsyncIterator[int]:
    """A server that says the first thing at once, one more after each line it hears, and then one thing for ever."""

    async def atender(fluxo: trio.SocketStream) -> None:
        with fluxo.socket:
            try:
                for fala in falas:
                    await fluxo.send_all(fala)
                    await fluxo.receive_some(65_536)
                while sem_fim:
                    await fluxo.send_all(sem_fim)
            except trio.BrokenResourceError:
                return

    async with trio.open_nursery() as nursery:
        ouvintes = await nursery.start(trio.serve_tcp, atender, 0)
        yield ouvintes[0].socket.getsockname()[1]
        nursery.cancel_scope.cancel()


@pytest.mark.parametrize(
    ("falas", "sem_fim"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n",), b""),
        ((b"\x00\xff\xfe\r\n",), b""),
        ((b"",), b""),
        ((b"22",), b""),
        ((b"220\r\n", b"abc\r\n"), b""),
        ((), b"220-e mais uma\r\n"),
        ((), b"x" * 1_000),
        ((b"220 oi\r\n",), b"250-RECURSO\r\n"),
        ((b"220 oi\r\n", b"250 oi\r\n", b"250 ok\r\n", b"999 que?\r\n"), b""),
        ((b"220 oi\r\n", b"250 SIZE\r\n", b"\xe2\x80\xa8\r\n"), b""),
    ],
)
async def test_an_smtp_server_that_makes_no_sense_is_as_one_that_is_away(
    falas: tuple[bytes, ...], sem_fim: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nome in ("LIGAR", "RESPONDER", "ACEITAR"):
        monkeypatch.setattr(Tempos, nome, 0.3)
    async with que_diz(*falas, sem_fim=sem_fim) as porta, conector(canal(porta, smtpUsuario="")) as feito:
        desfecho, classe = resumo(await feito.fazer(trabalho()))
    assert (desfecho, classe) in {("falhou", "tentar"), ("falhou", "final")}


@pytest.mark.parametrize(
    ("quando", "desfecho"), [("ligar", "falhou"), ("mail", "falhou"), ("data", "falhou"), ("fim", "desconhecido")]
)
async def test_a_server_that_does_not_answer_is_not_waited_for(
    quando: Momento, desfecho: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for nome in ("ACEITAR",) if quando == "fim" else ("LIGAR", "RESPONDER"):
        monkeypatch.setattr(Tempos, nome, 0.1)
    smtp = SmtpFalso()
    smtp.falhar(quando, espera=trio.Event())
    async with servidores(smtp) as (porta,), conector(canal(porta, smtpUsuario="")) as feito:
        resultado = await feito.fazer(trabalho())
    assert resumo(resultado) == (desfecho, "tentar" if desfecho == "falhou" else None)


@pytest.mark.parametrize(
    ("falas", "sem_fim"),
    [
        ((b"HTTP/1.1 400 Bad Request\r\n",), b""),
        ((b"\x00\xff\r\n",), b""),
        ((b"",), b""),
        ((b"* BYE nao\r\n",), b""),
        ((b"* OK oi\r\n", b"* CAPABILITY IMAP4rev1 {999999999999}\r\n"), b"x" * 10_000),
        ((b"* OK oi\r\n",), b"x" * 10_000),
    ],
)
async def test_an_imap_server_that_makes_no_sense_breaks_the_session(
    falas: tuple[bytes, ...], sem_fim: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caixas, "_LIGAR_S", 0.3)
    async with que_diz(*falas, sem_fim=sem_fim) as porta:
        caixa = Caixa(
            Servidor(host="localhost", porta=porta, seguranca="nenhum", usuario="a", senha="b", regras=TUDO),
            ssl.create_default_context(),
            "INBOX",
        )
        with pytest.raises(SessaoCaiu):
            await trio.to_thread.run_sync(caixa.abrir)


async def test_an_imap_server_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caixas, "_LIGAR_S", 0.3)
    async with que_diz(b"* OK oi\r\n", b"") as porta:
        caixa = Caixa(
            Servidor(host="localhost", porta=porta, seguranca="nenhum", usuario="a", senha="b", regras=TUDO),
            ssl.create_default_context(),
            "INBOX",
        )
        with pytest.raises(SessaoCaiu):
            await trio.to_thread.run_sync(caixa.abrir)


def caixa_em(porta: int) -> Caixa:
    servidor = Servidor(host="localhost", porta=porta, seguranca="nenhum", usuario="a", senha="b", regras=TUDO)
    return Caixa(servidor, ssl.create_default_context(), "INBOX")


async def test_an_imap_server_that_talks_without_end_is_not_listened_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """imaplib would keep all that is said until the command is answered."""
    monkeypatch.setattr(sessao_imap, "_POR_COMANDO", 1_000_000)
    falas = (b"* OK [CAPABILITY IMAP4rev1] oi\r\n",)
    async with que_diz(*falas, sem_fim=b"* 1 FETCH (UID 1 RFC822.SIZE 1)\r\n" * 1_000) as porta:
        with pytest.raises(SessaoCaiu), trio.fail_after(60):
            await trio.to_thread.run_sync(caixa_em(porta).abrir)


async def test_an_imap_server_that_answers_drop_by_drop_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """No reading takes too long, and yet the answer never comes."""
    monkeypatch.setattr(leitores, "_ABRIR_S", 0.3)

    async def gotejar(fluxo: trio.SocketStream) -> None:
        with suppress(trio.BrokenResourceError):
            while True:
                await fluxo.send_all(b"*")
                await trio.sleep(0.05)

    async with trio.open_nursery() as nursery:
        ouvintes = await nursery.start(trio.serve_tcp, gotejar, 0)
        porta = ouvintes[0].socket.getsockname()[1]
        carteiro = Carteiro("c", MotorAnotador(), marcas(), SUPORTE, Lembrados())
        leitor = Leitor("c", partial(caixa_em, porta), carteiro, None, trio.lowlevel.checkpoint)
        with pytest.raises(SessaoCaiu), trio.fail_after(30):
            await leitor.servir()
        nursery.cancel_scope.cancel()


async def test_an_imap_server_that_answers_a_command_drop_by_drop_is_broken_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(leitores, "_PEDIDO_S", 0.5)
    imap = ImapFalso(usuarios={SUPORTE: SENHA}, tem_idle=True)
    async with servidores(imap) as (porta,):
        servidor = Servidor(
            host="localhost", porta=porta, seguranca="nenhum", usuario=SUPORTE, senha=SENHA, regras=TUDO
        )
        leitor = Leitor(
            "c",
            lambda: Caixa(servidor, ssl.create_default_context(), "INBOX"),
            Carteiro("c", MotorAnotador(), marcas(), SUPORTE, Lembrados()),
            Espera(idle=60.0),
            trio.lowlevel.checkpoint,
        )
        with pytest.raises(SessaoCaiu), trio.fail_after(30):
            await leitor.servir()  # IDLE lasts longer than a command may
