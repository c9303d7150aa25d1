"""Sending, against a server on a real socket."""

from __future__ import annotations

from base64 import b64encode
from email import message_from_bytes, policy
from pathlib import Path

import httpx2
import msgspec
import pytest
import trio

from connectors.fakes.smtp import Momento, SmtpFalso
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import ArquivoParaEnviar, Envio
from tests.connectors.email_apoio import (
    ANA,
    SENHA,
    SUPORTE,
    ate,
    canal,
    certificados,
    conector,
    resumo,
    servidores,
    servindo,
    trabalho,
)

USUARIOS = {SUPORTE: SENHA}


@pytest.mark.parametrize("nome", ["enviar_email", "enviar_mensagem"])
async def test_a_message_arrives_as_it_was_written(nome: str) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        pedido = trabalho(nome=nome)  # type: ignore[arg-type]
        resultado = await feito.fazer(pedido)
    assert resumo(resultado) == ("aceito", None)
    [aceito] = smtp.livro
    assert (aceito.de, aceito.para, aceito.usuario) == (SUPORTE, (ANA,), SUPORTE)
    carta = message_from_bytes(aceito.bruto, policy=policy.default)
    assert carta["Message-ID"] == resultado.id_externo
    corpo = carta.get_body(("plain",))
    assert corpo is not None
    assert corpo.get_content().strip() == "Bom dia"


async def test_a_file_is_fetched_and_goes_with_it() -> None:
    arquivo = ArquivoParaEnviar("nota fiscal.pdf", "application/pdf", 17, "http://balcao/arquivo")
    envio = Envio(para=Endereco("email", ANA), conteudo="Segue", tipo="documento", arquivo=arquivo)
    smtp = SmtpFalso()
    transporte = httpx2.MockTransport(lambda _pedido: httpx2.Response(200, content=b"%PDF-1.7 conteudo"))
    async with (
        httpx2.AsyncClient(transport=transporte) as http,
        servidores(smtp) as (porta,),
        conector(canal(porta, smtpUsuario=""), http=http) as feito,
    ):
        resultado = await feito.fazer(trabalho(envio, nome="enviar_arquivo"))
    assert resumo(resultado) == ("aceito", None)
    carta = message_from_bytes(smtp.livro[0].bruto, policy=policy.default)
    [anexo] = carta.iter_attachments()
    assert (anexo.get_filename(), anexo.get_content()) == ("nota fiscal.pdf", b"%PDF-1.7 conteudo")


@pytest.mark.parametrize(
    ("resposta", "tamanho", "esperado"),
    [(404, 3, "final"), (403, 3, "tentar"), (503, 3, "tentar"), (200, 4, "tentar"), (200, 2**40, "final")],
)
async def test_a_file_that_cannot_be_fetched_fails_the_job(resposta: int, tamanho: int, esperado: str) -> None:
    arquivo = ArquivoParaEnviar("a.txt", "text/plain", tamanho, "http://balcao/arquivo")
    envio = Envio(para=Endereco("email", ANA), arquivo=arquivo)
    transporte = httpx2.MockTransport(lambda _pedido: httpx2.Response(resposta, content=b"abc"))
    async with httpx2.AsyncClient(transport=transporte) as http, conector(canal(1), http=http) as feito:
        assert resumo(await feito.fazer(trabalho(envio))) == ("falhou", esperado)


@pytest.mark.parametrize(
    ("quando", "resposta", "classe"),
    [
        ("ligar", "421 4.3.2 too busy", "tentar"),
        ("ligar", "554 5.7.1 go away", "canal"),
        ("auth", "454 4.7.0 try later", "tentar"),
        ("auth", "535 5.7.8 no", "canal"),
        ("mail", "451 4.3.0 later", "tentar"),
        ("mail", "450 4.7.1 rate limit exceeded", "numero"),
        ("mail", "553 5.7.1 not your address", "canal"),
        ("rcpt", "450 4.2.1 greylisted", "tentar"),
        ("mail", "552 5.3.4 message too big", "final"),
        ("rcpt", "450 4.2.1 receiving mail at too high a rate", "contato"),
        ("rcpt", "452 4.2.2 mailbox full", "tentar"),
        ("rcpt", "452 4.2.2 over quota: the limit is exceeded", "tentar"),
        ("fim", "452 4.3.4 message size exceeds limit", "tentar"),
        ("mail", "554 5.3.4 message size exceeds fixed limit", "final"),
        ("rcpt", "454 4.7.1 relay access denied", "canal"),
        ("fim", "554 5.7.1 blocked by the relay's filter", "final"),
        ("fim", "421 4.7.28 unusual rate of mail", "numero"),
        ("rcpt", "550 5.1.1 no such user", "final"),
        ("rcpt", "550 5.7.1 relaying denied", "canal"),
        ("rcpt", "550 5.4.5 Daily user sending limit exceeded", "amanha"),
        ("data", "451 4.3.0 later", "tentar"),
        ("fim", "452 4.3.1 disk full", "tentar"),
        ("fim", "554 5.7.1 this is spam", "final"),
    ],
)
async def test_each_refusal_has_its_class(quando: Momento, resposta: str, classe: str) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar(quando, resposta)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        resultado = await feito.fazer(trabalho())
    assert resumo(resultado) == ("falhou", classe)
    assert resultado.codigo == resposta.split()[1]
    assert resultado.erro is not None
    assert resposta[4:] in resultado.erro
    assert smtp.livro == []


@pytest.mark.parametrize(
    ("resposta", "minutos"),
    [
        ("450 4.2.0 greylisted", (1, 20, 60)),
        ("451 4.7.1 please try again later", (1, 20, 60)),
        ("450 4.2.1 mailbox busy", (1, 20, 60)),
        ("452 4.2.2 mailbox full", (1, 20, 60)),
        ("450 4.7.1 Greylisted, try again in 300 seconds", (5, 20, 60)),
        ("450 4.2.0 <x@y.z>: Recipient address rejected: Greylisted for 5 minutes", (5, 20, 60)),
        ("451 4.7.1 Greylisting in action, please come back in 00:04:59", (5, 20, 60)),
        ("451 Greylisted, please try again in 25m", (25, 25, 60)),
        ("451 try again in 99999 hours", (120, 120, 120)),
        ("451 try again in 0 seconds", (1, 20, 60)),
        ("550 5.1.1 no such user", (None, None, None)),
    ],
)
async def test_who_is_asked_to_come_back_comes_back_when_it_is_time(
    resposta: str, minutos: tuple[int | None, ...]
) -> None:
    """Greylisting lets in who comes back after 1 to 15 minutes: with the usual three tries, the last one is late
    enough.
    """
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar("rcpt", resposta, vezes=3)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        esperas = [(await feito.fazer(trabalho(tentativa=tentativa))).tentar_em_ms for tentativa in (1, 2, 3)]
    assert tuple(None if espera is None else espera // 60_000 for espera in esperas) == minutos


@pytest.mark.parametrize("quando", ["ligar", "auth", "mail", "rcpt", "data", "fim"])
async def test_a_refusal_for_now_asks_for_time_wherever_it_comes(quando: Momento) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar(quando, "451 4.3.0 later")
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        resultado = await feito.fazer(trabalho())
    assert (resultado.classe, resultado.tentar_em_ms) == ("tentar", 60_000)


async def test_a_wrong_password_pauses_the_canal_and_is_not_told() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta, smtpSenha="outra senha")) as feito:
        resultado = await feito.fazer(trabalho())
    assert resumo(resultado) == ("falhou", "canal")
    assert "outra senha" not in str(resultado)


@pytest.mark.parametrize("dito", [SENHA, b64encode(f"\0{SUPORTE}\0{SENHA}".encode()).decode()])
async def test_a_server_that_repeats_the_password_does_not_make_it_known(dito: str) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar("auth", f"535 5.7.8 what is AUTH PLAIN {dito}?", vezes=2)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        ditos = [str(await feito.fazer(trabalho())), *await feito.testar()]
    assert all("what is" in um for um in ditos)
    assert not any(dito in um for um in ditos)


@pytest.mark.parametrize("quando", ["ligar", "ehlo", "auth", "mail", "rcpt", "data"])
async def test_a_connection_that_breaks_before_the_mail_was_sent_is_worth_another_try(quando: Momento) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar(quando, cair=True)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        assert resumo(await feito.fazer(trabalho())) == ("falhou", "tentar")
        assert resumo(await feito.fazer(trabalho())) == ("aceito", None)


async def test_nobody_listens_there() -> None:
    async with servidores(SmtpFalso()) as (porta,):
        pass
    async with conector(canal(porta)) as feito:
        assert resumo(await feito.fazer(trabalho())) == ("falhou", "tentar")


@pytest.mark.parametrize("anota", [True, False])
async def test_no_answer_after_the_mail_was_sent_is_not_known(*, anota: bool) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    smtp.falhar("fim", cair=True, anota=anota)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        pedido = trabalho()
        incerto = await feito.fazer(pedido)
        outra = await feito.fazer(msgspec.structs.replace(pedido, tentativa=2))
    assert incerto.desfecho == "desconhecido"
    assert incerto.id_externo == outra.id_externo, "the same job is the same mail"
    ids = [message_from_bytes(aceito.bruto)["Message-ID"] for aceito in smtp.livro]
    assert ids == [incerto.id_externo] * (2 if anota else 1)


async def test_a_connection_is_used_again() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito, servindo(feito):
        for _ in range(3):
            assert resumo(await feito.fazer(trabalho())) == ("aceito", None)
        assert smtp.ligacoes == 1
        smtp.falhar("rset", cair=True)  # it was closed while nobody used it
        assert resumo(await feito.fazer(trabalho())) == ("aceito", None)
        assert smtp.ligacoes == 2
    assert len(smtp.livro) == 4


async def test_a_refusal_does_not_spoil_the_connection() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito, servindo(feito):
        smtp.falhar("rcpt", "550 5.1.1 no such user")
        assert resumo(await feito.fazer(trabalho())) == ("falhou", "final")
        assert resumo(await feito.fazer(trabalho())) == ("aceito", None)
    assert smtp.ligacoes == 1


async def test_what_is_not_used_is_closed_at_the_end() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        async with servindo(feito):
            assert resumo(await feito.fazer(trabalho())) == ("aceito", None)
            assert smtp.abertas == 1
        await ate(lambda: smtp.abertas == 0)
        assert resumo(await feito.fazer(trabalho())) == ("aceito", None)  # nobody sweeps any more: it is not kept
        await ate(lambda: smtp.abertas == 0)


async def test_many_at_once_share_few_connections() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito, servindo(feito):
        async with trio.open_nursery() as nursery:
            for _ in range(20):
                nursery.start_soon(feito.fazer, trabalho())
        assert smtp.abertas <= 4
    assert len(smtp.livro) == 20


@pytest.mark.parametrize("quando", ["ligar", "auth", "rcpt", "fim"])
async def test_a_job_is_cancelled_in_the_middle_and_leaves_no_connection(quando: Momento) -> None:
    smtp, nunca = SmtpFalso(usuarios=USUARIOS), trio.Event()
    smtp.falhar(quando, espera=nunca)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(feito.fazer, trabalho())
            await ate(lambda: smtp.ligacoes == 1 and not smtp.pendente(quando))
            nursery.cancel_scope.cancel()
        nunca.set()
        await ate(lambda: smtp.abertas == 0)
        assert resumo(await feito.fazer(trabalho())) == ("aceito", None)


@pytest.mark.parametrize("modo", ["starttls", "tls"])
async def test_the_connection_is_safe(modo: str, tmp_path: Path) -> None:
    servidor, cliente = certificados(tmp_path)
    smtp = SmtpFalso(usuarios=USUARIOS, contexto=servidor, tls_direto=modo == "tls")
    async with servidores(smtp) as (porta,), conector(canal(porta, smtpTls=modo), contexto=cliente) as feito:
        assert resumo(await feito.fazer(trabalho())) == ("aceito", None)


@pytest.mark.parametrize("modo", ["starttls", "tls"])
async def test_a_certificate_that_nobody_vouches_for_is_not_believed(modo: str, tmp_path: Path) -> None:
    servidor, _ = certificados(tmp_path)
    smtp = SmtpFalso(usuarios=USUARIOS, contexto=servidor, tls_direto=modo == "tls")
    async with servidores(smtp) as (porta,), conector(canal(porta, smtpTls=modo)) as feito:
        assert resumo(await feito.fazer(trabalho())) == ("falhou", "canal")
    assert smtp.livro == []


async def test_a_certificate_of_another_name_is_not_believed(tmp_path: Path) -> None:
    servidor, cliente = certificados(tmp_path, "outro.exemplo")
    smtp = SmtpFalso(contexto=servidor)
    async with servidores(smtp) as (porta,), conector(canal(porta, smtpTls="starttls"), contexto=cliente) as feito:
        assert resumo(await feito.fazer(trabalho())) == ("falhou", "canal")


async def test_nothing_is_said_in_the_clear_to_a_server_without_tls() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta, smtpTls="starttls")) as feito:
        assert resumo(await feito.fazer(trabalho())) == ("falhou", "canal")
    assert smtp.livro == []


async def test_an_address_with_accents_needs_a_server_that_takes_such() -> None:
    envio = Envio(para=Endereco("email", "joão@exemplo.com"), conteudo="Oi")
    for utf8, esperado in ((True, ("aceito", None)), (False, ("falhou", "final"))):
        smtp = SmtpFalso(usuarios=USUARIOS, utf8=utf8)
        async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
            assert resumo(await feito.fazer(trabalho(envio))) == esperado


async def test_a_mail_that_is_too_large_for_the_server_is_not_begun() -> None:
    smtp = SmtpFalso(usuarios=USUARIOS, tamanho_maximo=500)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        resultado = await feito.fazer(trabalho())
    assert resumo(resultado) == ("falhou", "final")
    assert "500" in (resultado.erro or "")


@pytest.mark.parametrize("para", ["", "ana", "ana@", "a b@c", "ana@c>\r\nRCPT TO:<x@y", "ana@exemplo.com\r\nDATA"])
async def test_what_is_no_address_is_not_tried(para: str) -> None:
    smtp = SmtpFalso(usuarios=USUARIOS)
    async with servidores(smtp) as (porta,), conector(canal(porta)) as feito:
        envio = Envio(para=Endereco("email", para), conteudo="Oi")
        assert resumo(await feito.fazer(trabalho(envio))) == ("falhou", "final")
        telefone = Envio(para=Endereco("telefone", "+5511999990000"), conteudo="Oi")
        assert resumo(await feito.fazer(trabalho(telefone))) == ("falhou", "final")
    assert smtp.ligacoes == 0


async def test_what_a_mail_cannot_hold_is_not_sent_as_nothing() -> None:
    async with conector(canal(1)) as feito:
        envio = Envio(para=Endereco("email", ANA), opcoes={"reacao": {"a": "<a@b>", "emoji": "👍"}})
        assert resumo(await feito.fazer(trabalho(envio))) == ("falhou", "final")


async def test_a_canal_without_smtp_says_so() -> None:
    async with conector(canal(imap=1)) as feito:
        resultado = await feito.fazer(trabalho())
    assert resumo(resultado) == ("falhou", "canal")
    assert "smtpHost" in (resultado.erro or "")


async def test_a_signal_is_nothing_in_mail() -> None:
    async with conector(canal(1)) as feito:
        assert resumo(await feito.fazer(trabalho(nome="sinalizar"))) == ("aceito", None)
