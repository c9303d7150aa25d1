"""The whole way round, by the post office: an answer is sent, the customer answers it, a wrong address comes back."""

from __future__ import annotations

from email import message_from_bytes, policy

import pytest

from connectors.email.configuracao import ler as ler_configuracao
from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.correio import Correio
from connectors.fakes.imap import ImapFalso
from connectors.fakes.smtp import Aceito, SmtpFalso
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Envio
from tests.connectors.email_apoio import (
    ANA,
    SENHA,
    SUPORTE,
    MotorAnotador,
    canal,
    conector,
    crua,
    servidores,
    servindo,
    trabalho,
)


class Vila:
    """Two mailboxes, and the servers of the support's."""

    def __init__(self) -> None:
        self.suporte, self.ana = CaixaPostal(), CaixaPostal()
        self.correio = Correio({SUPORTE: self.suporte, ANA: self.ana})
        self.smtp = SmtpFalso(usuarios={SUPORTE: SENHA}, ao_aceitar=self.correio.levar)
        self.imap = ImapFalso(usuarios={SUPORTE: SENHA}, pastas={"INBOX": self.suporte})
        self.motor = MotorAnotador()

    def da_ana(self, bruto: bytes, para: str = SUPORTE) -> None:
        self.correio.levar(Aceito(ANA, (para,), bruto, None, 0))


@pytest.mark.parametrize("como", ["in-reply-to", "etiqueta"])
async def test_a_conversation_goes_back_and_forth(como: str) -> None:
    vila = Vila()
    async with (
        servidores(vila.smtp, vila.imap) as portas,
        conector(canal(*portas), vila.motor) as feito,
        servindo(feito),
    ):
        vila.da_ana(crua("Meu pedido não chegou", Subject="Pedido 42"))
        await vila.motor.ate(lambda: len(vila.motor.mensagens) == 1)
        [pergunta] = vila.motor.mensagens
        envio = Envio(
            para=pergunta.de, conteudo="Vamos ver", assunto=pergunta.assunto, responde_a=pergunta.id, referencias=()
        )
        resultado = await feito.fazer(trabalho(envio))
        chegou = message_from_bytes(vila.ana.cartas[0].bruto, policy=policy.default)
        assert (chegou["In-Reply-To"], chegou["Subject"]) == (pergunta.id, "Re: Pedido 42")
        campos = {"In-Reply-To": chegou["Message-ID"]} if como == "in-reply-to" else {}
        para = chegou["Reply-To"].addresses[0].addr_spec
        vila.da_ana(crua("Obrigada!", Subject="RES: Pedido 42", To=para, **campos), para)
        await vila.motor.ate(lambda: len(vila.motor.mensagens) == 2)
    resposta = vila.motor.mensagens[1]
    assert (resposta.conteudo, resposta.responde_a) == ("Obrigada!", resultado.id_externo)


async def test_a_mail_to_nobody_comes_back_and_marks_its_message() -> None:
    vila = Vila()
    async with (
        servidores(vila.smtp, vila.imap) as portas,
        conector(canal(*portas), vila.motor) as feito,
        servindo(feito),
    ):
        pedido = trabalho(Envio(para=Endereco("email", "ninguem@exemplo.com"), conteudo="Oi"))
        resultado = await feito.fazer(pedido)
        await vila.motor.ate(lambda: len(vila.motor.status) == 1)
    [status] = vila.motor.status
    assert (status.estado, status.classe, status.codigo) == ("falhou", "final", "5.1.1")
    assert (status.trabalho_id, status.id_externo) == (pedido.id, resultado.id_externo)
    assert status.erro == "E-mail devolvido: o endereço não existe (550 5.1.1 user unknown)"
    assert vila.motor.mensagens == []


async def test_two_desks_that_write_to_one_another_do_not_loop() -> None:
    """The automatic answer of the one is no message of a person to the other; and our own mail is nothing at all."""
    vila = Vila()
    async with (
        servidores(vila.smtp, vila.imap) as portas,
        conector(canal(*portas), vila.motor) as feito,
        servindo(feito),
    ):
        outro = Envio(para=Endereco("email", ANA), conteudo="Recebemos", automatica=True)
        await feito.fazer(trabalho(outro))
        eco = message_from_bytes(vila.ana.cartas[0].bruto)
        assert (eco["Auto-Submitted"], eco["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
        vila.da_ana(vila.ana.cartas[0].bruto)
        vila.da_ana(crua("Recebemos", Auto_Submitted="auto-replied"))
        vila.da_ana(crua("Oi", From=SUPORTE))
        vila.da_ana(crua("Oi", From=ANA))
        await vila.motor.ate(lambda: len(vila.motor.mensagens) == 2)
    assert [(m.conteudo, m.automatica) for m in vila.motor.mensagens] == [("Recebemos", True), ("Oi", False)]


async def test_no_secret_is_in_what_is_sent_or_shown(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    vila = Vila()
    async with servidores(vila.smtp, vila.imap) as portas:
        escolhido = canal(*portas)
        async with conector(escolhido, vila.motor) as feito, servindo(feito):
            vila.da_ana(crua("Olá"))
            await vila.motor.ate(lambda: len(vila.motor.mensagens) == 1)
            await feito.fazer(trabalho())
    config = ler_configuracao(escolhido)
    onde = [caplog.text, repr(config), repr(config.smtp), *(c.bruto.decode() for c in vila.ana.cartas)]
    assert not any(SENHA in texto for texto in onde)
