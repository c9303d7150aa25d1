"""The whole way round, by the post office: an answer is sent, the customer answers it, a wrong address comes back."""

from __future__ import annotations

from email import message_from_bytes, policy

import msgspec
import pytest

from connectors.email.configuracao import ler as ler_configuracao
from connectors.email.lembrados import LEMBRADOS, Lembrados
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


async def test_an_answer_bears_the_subject_of_the_mail_that_it_answers() -> None:
    """Though the conversation is called as its first mail was; and an automatic note gives it no name."""
    vila = Vila()
    async with (
        servidores(vila.smtp, vila.imap) as portas,
        conector(canal(*portas), vila.motor) as feito,
        servindo(feito),
    ):
        vila.da_ana(crua("O primeiro", Subject="Pedido 42", Message_ID="<um@exemplo.com>"))
        vila.da_ana(crua("O segundo", Subject="RES: Nota fiscal", Message_ID="<dois@exemplo.com>"))
        vila.da_ana(crua("Golpe", Subject="Pague já", Message_ID="<dois@exemplo.com>", From="golpe@exemplo.com"))
        vila.da_ana(crua("Estou fora", Subject="Resposta automática: Pedido", Message_ID="<tres@exemplo.com>"))
        vila.da_ana(crua("Sem assunto", Subject="", Message_ID="<quatro@exemplo.com>"))
        await vila.motor.ate(lambda: len(vila.motor.mensagens) + vila.motor.repetidas == 5)

        async def assunto_da_resposta(a: str) -> str:
            envio = Envio(para=Endereco("email", ANA), conteudo="Oi", assunto="Pedido 42", responde_a=a)
            resultado = await feito.fazer(trabalho(envio))
            ultima = message_from_bytes(vila.ana.cartas[-1].bruto, policy=policy.default)
            assert (ultima["Message-ID"], ultima["In-Reply-To"]) == (resultado.id_externo, a.partition("#")[0])
            return str(ultima["Subject"])

        assert await assunto_da_resposta("<um@exemplo.com>") == "Re: Pedido 42"
        assert await assunto_da_resposta("<dois@exemplo.com>") == "Re: Nota fiscal"
        assert await assunto_da_resposta("<dois@exemplo.com>#3") == "Re: Nota fiscal"
        assert await assunto_da_resposta("<tres@exemplo.com>") == "Re: Pedido 42"
        assert await assunto_da_resposta("<quatro@exemplo.com>") == "Re: Pedido 42"
        assert await assunto_da_resposta("<de-antes@exemplo.com>") == "Re: Pedido 42"
    assert [m.metadados.get("assunto") for m in vila.motor.mensagens][:2] == ["Pedido 42", "RES: Nota fiscal"]


def test_what_is_remembered_is_bounded() -> None:
    lembrados = Lembrados()
    for numero in range(LEMBRADOS + 10):
        lembrados.anotar(ANA, f"<{numero}@x>", "Oi")
    assert len(lembrados) == LEMBRADOS
    assert lembrados.assunto(ANA, "<9@x>") is None
    assert lembrados.assunto(ANA, "<10@x>") == "Oi"


async def test_an_answer_to_our_own_mail_goes_on_under_its_subject() -> None:
    vila = Vila()
    async with servidores(vila.smtp) as (porta,), conector(canal(porta), vila.motor) as feito:
        primeiro = Envio(para=Endereco("email", ANA), conteudo="Oi", assunto="Nota fiscal")
        id_ = (await feito.fazer(trabalho(primeiro))).id_externo
        await feito.fazer(trabalho(Envio(para=primeiro.para, conteudo="E?", assunto="Pedido 42", responde_a=id_)))
    assert message_from_bytes(vila.ana.cartas[1].bruto)["Subject"] == "Re: Nota fiscal"


async def test_two_canais_of_an_empresa_that_write_to_one_another_open_nothing() -> None:
    vila = Vila()
    vendas, suporte = canal(1, endereco=ANA, chaveConversa="outra chave"), canal(1)
    vendas = msgspec.structs.replace(vendas, empresa_id=suporte.empresa_id)
    async with servidores(vila.smtp, vila.imap) as (smtp, imap):
        for um in (vendas, suporte):
            um.config.update(smtpPort=smtp)
        suporte.config.update(imapHost="localhost", imapPort=imap, imapTls="nenhum", imapUsuario=SUPORTE)
        async with conector(vendas) as de_vendas, conector(suporte, vila.motor) as feito, servindo(feito):
            await de_vendas.fazer(trabalho(Envio(para=Endereco("email", SUPORTE), conteudo="Oi, suporte")))
            await vila.motor.ate(lambda: len(vila.motor.mensagens) == 1)
    [mensagem] = vila.motor.mensagens
    assert (mensagem.de.valor, mensagem.automatica) == (ANA, True)
    assert mensagem.metadados["automatica"] == "balcao"


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
