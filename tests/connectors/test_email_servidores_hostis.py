"""Servers that answer slowly, nonsense, or without end."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio

from connectors.email import caixa as caixas
from connectors.email.caixa import Caixa, SessaoCaiu
from connectors.email.configuracao import Servidor
from connectors.email.smtp import Tempos
from connectors.fakes.smtp import Momento, SmtpFalso
from engine.conector.redes import TUDO
from tests.connectors.email_apoio import canal, conector, resumo, servidores, trabalho


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
