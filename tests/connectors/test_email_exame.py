"""What ``testar`` says, in words, of everything that may be wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import trio

from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.imap import ImapFalso
from connectors.fakes.smtp import SmtpFalso
from tests.connectors.email_apoio import SENHA, SUPORTE, canal, certificados, conector, servidores

USUARIOS = {SUPORTE: SENHA}


async def exame(smtp: SmtpFalso | None = None, imap: ImapFalso | None = None, **config: Any) -> list[str]:
    falsos = [falso for falso in (smtp, imap) if falso is not None]
    async with servidores(*falsos) as portas:
        restam = iter(portas)
        feito = canal(next(restam) if smtp else None, next(restam) if imap else None, **config)
        async with conector(feito) as pronto:
            return await pronto.testar()


async def test_nothing_is_wrong_and_nothing_is_sent() -> None:
    smtp, imap = SmtpFalso(usuarios=USUARIOS), ImapFalso(usuarios=USUARIOS)
    assert await exame(smtp, imap) == []
    assert smtp.livro == []


@pytest.mark.parametrize(
    ("config", "dito"),
    [
        ({"smtpSenha": "errada"}, "confira smtpUsuario e smtpSenha"),
        ({"smtpHost": "nao-existe.invalid"}, "O nome 'nao-existe.invalid' não existe; confira smtpHost"),
        ({"smtpPort": 1}, "Ninguém atende em localhost, porta 1; confira smtpHost e smtpPort"),
        ({"smtpTls": "starttls"}, "não oferece STARTTLS"),
        ({"smtpTls": "tls"}, "A conexão segura com localhost falhou"),
    ],
)
async def test_what_is_wrong_with_smtp(config: dict[str, Any], dito: str) -> None:
    [problema] = await exame(SmtpFalso(usuarios=USUARIOS), **config)
    assert dito in problema
    assert SENHA not in problema
    assert "errada" not in problema


@pytest.mark.parametrize(
    ("config", "dito"),
    [
        ({"imapSenha": "errada"}, "confira imapUsuario e imapSenha"),
        ({"imapHost": "nao-existe.invalid"}, "O nome 'nao-existe.invalid' não existe; confira imapHost"),
        ({"imapPort": 1}, "Ninguém atende em localhost, porta 1; confira imapHost e imapPort"),
        ({"imapTls": "tls"}, "A conexão segura com localhost falhou"),
        ({"imapTls": "starttls"}, "STARTTLS"),
        ({"imapPasta": "Suporte"}, "A pasta 'Suporte' não existe"),
    ],
)
async def test_what_is_wrong_with_imap(config: dict[str, Any], dito: str) -> None:
    [problema] = await exame(imap=ImapFalso(usuarios=USUARIOS), **config)
    assert dito in problema


async def test_both_are_told_at_once() -> None:
    problemas = await exame(SmtpFalso(usuarios=USUARIOS), ImapFalso(usuarios={}), smtpSenha="errada")
    assert ["SMTP" in problemas[0], "IMAP" in problemas[1]] == [True, True]


async def test_a_sender_that_is_not_ours() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar("mail", "553 5.7.1 sender address rejected")
    [problema] = await exame(smtp)
    assert "não aceita enviar como o endereço do canal" in problema


async def test_a_server_that_takes_no_tags() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar("rcpt", "550 5.1.1 no such user")
    [problema] = await exame(smtp)
    assert "ponha 'etiqueta' em 'nao'" in problema
    assert smtp.livro == []
    assert await exame(SmtpFalso(usuarios=USUARIOS), etiqueta="nao") == []


async def test_a_folder_that_can_only_be_read() -> None:
    imap = ImapFalso(usuarios=USUARIOS, pastas={"INBOX": CaixaPostal(so_leitura=True)})
    [problema] = await exame(imap=imap)
    assert "só pode ser lida" in problema


@pytest.mark.parametrize("qual", ["smtp", "imap"])
async def test_a_certificate_that_nobody_vouches_for(qual: str, tmp_path: Path) -> None:
    servidor, _ = certificados(tmp_path)
    if qual == "smtp":
        [problema] = await exame(SmtpFalso(contexto=servidor), smtpTls="starttls")
    else:
        [problema] = await exame(imap=ImapFalso(usuarios=USUARIOS, contexto=servidor), imapTls="starttls")
    assert "self-signed certificate" in problema
    assert "O certificado deve ser válido" in problema


@pytest.mark.parametrize("qual", ["smtp", "imap"])
async def test_something_else_answers_there(qual: str) -> None:
    async def outro(fluxo: trio.SocketStream) -> None:
        async with fluxo:
            await fluxo.send_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    async with trio.open_nursery() as nursery:
        ouvintes = await nursery.start(trio.serve_tcp, outro, 0)
        porta = ouvintes[0].socket.getsockname()[1]
        async with conector(canal(**{qual: porta})) as feito:
            [problema] = await feito.testar()
        nursery.cancel_scope.cancel()
    assert "não respondeu como um servidor" in problema


@pytest.mark.parametrize(
    ("config", "dito"),
    [
        ({}, "Preencha 'smtpHost' para enviar e 'imapHost' para receber"),
        ({"smtpHost": "a", "endereco": "isto não é"}, "Preencha 'endereco'"),
        ({"smtpHost": "a", "endereco": "suporte@-é-.com"}, "Preencha 'endereco'"),
        ({"smtpHost": "a", "smtpPort": "muitas"}, "'smtpPort' deve ser o número de uma porta, como 465"),
        ({"smtpHost": "a", "endereco": "suporte@-é.com"}, "Preencha 'endereco'"),
        ({"smtpHost": "a", "endereco": "suporte@a..com"}, "Preencha 'endereco'"),
        ({"smtpHost": "a" * 64}, "'smtpHost' deve ser o nome de um servidor"),
        ({"smtpHost": "é" * 70}, "'smtpHost' deve ser o nome de um servidor"),
        ({"smtpHost": "a\0b"}, "'smtpHost' deve ser o nome de um servidor"),
        ({"imapHost": ".."}, "'imapHost' deve ser o nome de um servidor"),
        ({"smtpHost": "a", "smtpUsuario": "eu\r\nRSET"}, "'smtpUsuario' deve ser uma linha só"),
        ({"imapHost": "a", "imapPasta": "IN\r\nBOX"}, "'imapPasta' deve ser uma linha só"),
        ({"imapHost": "a", "imapSenha": "um\r\ndois"}, "'imapSenha' deve ser uma linha só"),
        ({"imapHost": "a", "imapTls": "sim"}, "'imapTls' deve ser starttls, tls ou nenhum"),
    ],
)
async def test_what_is_wrong_with_the_config_itself(config: dict[str, Any], dito: str) -> None:
    async with conector(canal(**config)) as feito:
        [problema] = await feito.testar()
        await feito.servir()
    assert dito in problema


@pytest.mark.parametrize("qual", ["smtpHost", "imapHost"])
async def test_a_server_that_is_named_with_its_password_is_none(qual: str) -> None:
    config: dict[str, Any] = {{"smtpHost": "imapHost", "imapHost": "smtpHost"}[qual]: "127.0.0.1"}
    feito = canal(**config)
    feito.segredos[qual] = "eu:senha@mail.example"
    async with conector(feito) as pronto:
        [problema] = await pronto.testar()
    assert f"'{qual}' deve ser só o nome do servidor" in problema
