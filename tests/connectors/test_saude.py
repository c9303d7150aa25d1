"""What is wrong with the connections of a canal: what is told of it, when, and what the terminal says."""

from __future__ import annotations

import logging
from typing import Any

import httpx2
import pytest
import trio

from connectors.base import DeFora, EntregaRecusada
from connectors.email import caixa as caixas
from connectors.email.caixa import SessaoCaiu
from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.graph import graph_no_ar
from connectors.fakes.imap import ImapFalso
from connectors.fakes.roteiro import cai
from connectors.fakes.sms import TwilioFalsa
from connectors.fakes.smtp import SmtpFalso
from connectors.hospedeiro import _so_de_fora
from connectors.saude import INTERVALO_S, Saude
from connectors.tcp import EnderecoRecusado
from tests.connectors import whatsapp
from tests.connectors.cenario_sms import cenario
from tests.connectors.email_apoio import SENHA, SUPORTE, MotorAnotador, canal, conector, servidores, servindo, trabalho
from tests.connectors.test_email_servidores_hostis import que_diz

USUARIOS = {SUPORTE: SENHA}


class Relogio:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.agora = 0.0

    def __call__(self) -> float:
        return self.agora


def ditos(motor: Any) -> list[dict[str, str]]:
    assert {um.tipo for um in motor.novidades} <= {"conexao"}
    return [um.dados for um in motor.novidades]


# -- when it is told ---------------------------------------------------------------------------------------------------


async def test_a_change_is_told_once_and_what_works_from_the_start_too() -> None:
    motor = MotorAnotador()
    saude = Saude("c", motor, {"a": "a fails", "b": "b fails"}, Relogio())
    await saude.boa("a")  # what is known of it may be from before
    await saude.boa("a")
    await saude.ruim("b", "Não atende")
    await saude.ruim("b", "Não atende")
    await saude.boa("a")
    await saude.boa("a", "b")
    assert ditos(motor) == [{}, {"b": "Não atende"}, {}]


async def test_a_service_that_answers_every_other_time_is_no_news_each_time() -> None:
    motor, relogio = MotorAnotador(), Relogio()
    saude = Saude("c", motor, {"a": "a fails"}, relogio)
    for _ in range(10):
        await saude.ruim("a", "Não atende")
        await saude.boa("a")
    assert ditos(motor) == [{"a": "Não atende"}, {}]
    relogio.agora += INTERVALO_S
    await saude.ruim("a", "Não atende")
    assert ditos(motor) == [{"a": "Não atende"}, {}, {"a": "Não atende"}]


async def test_those_who_find_it_out_at_once_tell_it_once() -> None:
    motor = MotorAnotador()
    saude = Saude("c", motor, {"a": "a fails"}, Relogio())
    async with trio.open_nursery() as bercario:
        for _ in range(20):
            bercario.start_soon(saude.ruim, "a", "Não atende")
    assert ditos(motor) == [{"a": "Não atende"}]


async def test_an_engine_that_does_not_take_it_stops_nobody() -> None:
    class Surdo(MotorAnotador):
        async def entregar(self, *_: Any, **__: Any) -> Any:
            raise EntregaRecusada("não")

    await Saude("c", Surdo(), {"a": "a fails"}, Relogio()).ruim("a", "Não atende")


# -- what the terminal says --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("erro", "de_fora"),
    [
        (SessaoCaiu("x"), True),
        (EnderecoRecusado("x"), True),
        (httpx2.ReadTimeout("x"), True),
        (ExceptionGroup("g", [ExceptionGroup("h", [SessaoCaiu("x")])]), True),
        (ExceptionGroup("g", [DeFora("x"), ValueError("x")]), False),
        (ValueError("x"), False),
    ],
)
def test_only_what_may_be_a_fault_of_ours_is_worth_a_traceback(erro: Exception, de_fora: bool) -> None:
    assert _so_de_fora(erro) is de_fora


async def test_a_problem_is_one_line_in_words_however_often_it_happens(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with conector(canal(imap=1)) as feito:
        for _ in range(3):
            with pytest.RaisesGroup(SessaoCaiu):
                await feito.servir()
    (linha,) = caplog.records
    assert linha.levelname == "WARNING"
    assert "the mailbox cannot be read: Ninguém atende em localhost, porta 1; confira imapHost" in linha.getMessage()
    assert linha.exc_info is None


# -- e-mail ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("config", "dito"),
    [
        ({"imapPort": 1}, "Ninguém atende em localhost, porta 1"),
        ({"imapHost": "nao-existe.invalid"}, "O nome 'nao-existe.invalid' não existe"),
        ({"imapSenha": "errada"}, "recusou o usuário ou a senha"),
        ({"imapTls": "tls"}, "A conexão segura com localhost falhou"),
        ({"imapTls": "starttls"}, "não oferece STARTTLS"),
        ({"imapPasta": "Suporte"}, "A pasta 'Suporte' não existe"),
    ],
)
async def test_a_mailbox_that_cannot_be_read_says_why_whatever_it_is(config: dict[str, Any], dito: str) -> None:
    imap, motor = ImapFalso(usuarios=USUARIOS, pastas={"INBOX": CaixaPostal()}), MotorAnotador()
    async with servidores(imap) as (porta,), conector(canal(imap=porta, **config), motor) as feito:
        with pytest.raises(ExceptionGroup) as erro:
            await feito.servir()
    assert _so_de_fora(erro.value)
    assert dito in ditos(motor)[0]["imap"]


@pytest.mark.parametrize("falas", [(b"",), (b"* OK oi\r\n", b"")])
async def test_a_mailbox_that_is_silent_or_cuts_off_says_so_and_nothing_of_the_password(
    falas: tuple[bytes, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caixas, "_LIGAR_S", 0.3)
    motor = MotorAnotador()
    async with que_diz(*falas) as porta, conector(canal(imap=porta), motor) as feito:
        with pytest.RaisesGroup(SessaoCaiu):
            await feito.servir()
    assert "não respondeu como um servidor IMAP" in ditos(motor)[0]["imap"]


async def test_a_connection_that_is_cut_at_the_login_is_no_wrong_password() -> None:
    imap, motor = ImapFalso(usuarios=USUARIOS, pastas={"INBOX": CaixaPostal()}), MotorAnotador()
    imap.cair_em("LOGIN")
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito:
        with pytest.RaisesGroup(SessaoCaiu):
            await feito.servir()
    assert "senha" not in ditos(motor)[0]["imap"]


async def test_a_mailbox_that_can_be_read_again_says_so_and_a_session_that_breaks_off_is_no_news() -> None:
    imap, motor = ImapFalso(usuarios={}, pastas={"INBOX": CaixaPostal()}), MotorAnotador()
    async with servidores(imap) as (porta,), conector(canal(imap=porta), motor) as feito:
        with pytest.raises(ExceptionGroup):
            await feito.servir()
        imap.usuarios = USUARIOS
        async with servindo(feito):
            await motor.ate(lambda: len(motor.novidades) == 2)
        imap.cair_em("IDLE")
        with pytest.RaisesGroup(SessaoCaiu):
            await feito.servir()
    assert ditos(motor)[1:] == [{}]


@pytest.mark.parametrize(
    ("config", "classe", "dito"),
    [
        ({"smtpPort": 1}, "tentar", "Ninguém atende em localhost, porta 1"),
        ({"smtpHost": "nao-existe.invalid"}, "tentar", "O nome 'nao-existe.invalid' não existe"),
        ({"smtpSenha": "errada"}, "canal", "confira smtpUsuario e smtpSenha"),
        ({"smtpTls": "tls"}, "canal", "A conexão segura com localhost falhou"),
    ],
)
async def test_a_server_that_takes_no_mails_says_why_and_that_it_does_again(
    config: dict[str, Any], classe: str, dito: str
) -> None:
    motor = MotorAnotador()
    async with servidores(SmtpFalso(usuarios=USUARIOS)) as (porta,):
        async with conector(canal(porta, **config), motor) as feito:
            resultado = await feito.fazer(trabalho())
        assert (resultado.desfecho, resultado.classe) == ("falhou", classe)
        assert dito in (resultado.erro or "")
        assert dito in ditos(motor)[0]["smtp"]
        async with conector(canal(porta), motor) as feito:
            assert (await feito.fazer(trabalho())).desfecho == "aceito"
        assert ditos(motor)[1:] == [{}]


async def test_a_mail_that_is_refused_is_no_trouble_of_the_canal() -> None:
    smtp, motor = SmtpFalso(usuarios=USUARIOS), MotorAnotador()
    async with servidores(smtp) as (porta,), conector(canal(porta), motor) as feito:
        smtp.falhar("rcpt", "550 5.1.1 no such user")
        assert (await feito.fazer(trabalho())).desfecho == "falhou"
    assert ditos(motor) == [{}]


async def test_a_test_of_the_canal_that_succeeds_ends_a_problem() -> None:
    smtp, motor = SmtpFalso(usuarios={}), MotorAnotador()
    async with servidores(smtp) as (porta,), conector(canal(porta), motor) as feito:
        await feito.fazer(trabalho())
        smtp.usuarios = USUARIOS
        assert await feito.testar() == []
    assert [*map(len, ditos(motor))] == [1, 0]


# -- the others --------------------------------------------------------------------------------------------------------


async def test_meta_that_is_not_reached_is_told_and_that_it_is_again() -> None:
    motor = whatsapp.MotorGravador()
    async with graph_no_ar() as graph:
        de_fora = whatsapp.canal(graph, urlBase="http://127.0.0.1:9")
        async with whatsapp.conector_para(graph, motor, de_fora) as longe:
            resultado = await longe.fazer(whatsapp.trabalho_de_envio(whatsapp.envio_para()))
        assert resultado.classe == "tentar"
        async with whatsapp.conector_para(graph, motor) as perto:
            assert (await perto.fazer(whatsapp.trabalho_de_envio(whatsapp.envio_para()))).desfecho == "aceito"
    assert ditos(motor) == [
        {"envio": "não foi possível ligar-se à Meta: Ninguém atende em 127.0.0.1, porta 9"},
        {},
    ]


async def test_an_sms_provider_that_is_not_reached_is_told_and_that_it_is_again() -> None:
    fake = TwilioFalsa()
    async with cenario(fake) as c:
        fake.roteiro.programar(cai(depois=False))
        assert (await c.enviar()).desfecho == "desconhecido"
        assert (await c.enviar()).desfecho == "aceito"
        assert [*map(len, ditos(c.motor))] == [1, 0]
