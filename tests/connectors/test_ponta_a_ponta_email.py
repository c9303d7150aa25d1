"""E-mail from end to end: a real server, the real process of connectors, SMTP and IMAP servers with real sockets."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.correio import Correio
from connectors.fakes.imap import ImapFalso
from connectors.fakes.smtp import Aceito, SmtpFalso
from tests.connectors.email_apoio import ANA, SENHA, SUPORTE, crua, servidores
from tests.connectors.ponta_a_ponta import Empresa, ate, empresa_em
from tests.servidor import Servidor

SUMIDA = "sumida@exemplo.com"


class Vila:
    """A post office where Ana has a mailbox, the company has one, and nobody else."""

    def __init__(self, empresa: Empresa) -> None:
        self.empresa = empresa
        self.caixa = CaixaPostal()
        self.da_ana = CaixaPostal()
        self.smtp = SmtpFalso(
            usuarios={SUPORTE: SENHA}, ao_aceitar=Correio({SUPORTE: self.caixa, ANA: self.da_ana}).levar
        )
        self.imap = ImapFalso(usuarios={SUPORTE: SENHA}, pastas={"INBOX": self.caixa})

    async def saiu(self, quantas: int = 1) -> Aceito:
        async def ver() -> Aceito | None:
            return self.smtp.livro[quantas - 1] if len(self.smtp.livro) >= quantas else None

        return await ate(ver)


@asynccontextmanager
async def vila(servidor: Servidor) -> AsyncIterator[Vila]:
    async with empresa_em(servidor) as empresa:
        uma = Vila(empresa)
        async with servidores(uma.smtp, uma.imap) as (smtp, imap):
            await empresa.canal(
                "email", endereco=SUPORTE, nomeRemetente="Suporte",
                smtpHost="localhost", smtpPort=smtp, smtpTls="nenhum", smtpUsuario=SUPORTE, smtpSenha=SENHA,
                imapHost="localhost", imapPort=imap, imapTls="nenhum", imapUsuario=SUPORTE, imapSenha=SENHA,
            )  # fmt: skip
            yield uma


def aberto(bruto: bytes) -> Any:
    return message_from_bytes(bruto, policy=policy.default)


def com_anexo() -> bytes:
    carta = EmailMessage(policy=policy.SMTP)
    carta["From"], carta["To"], carta["Subject"] = f"Ana Souza <{ANA}>", SUPORTE, "Pedido 42"
    carta["Message-ID"] = "<primeira@exemplo.com>"
    carta.set_content("Segue o comprovante.")
    carta.add_attachment(b"um comprovante\n", maintype="text", subtype="plain", filename="comprovante.txt")
    return carta.as_bytes()


async def test_a_conversation_by_mail(com_conectores: Servidor) -> None:
    async with vila(com_conectores) as v:
        v.caixa.depositar(com_anexo())
        ticket = await v.empresa.ticket(2)
        assert (ticket["contato_email"], ticket["assunto"]) == (ANA, "Pedido 42")
        texto, anexo = ticket["mensagens"]
        assert (texto["conteudo"], anexo["arquivoNome"]) == ("Segue o comprovante.", "comprovante.txt")
        assert (await v.empresa.http.get(anexo["arquivoUrl"])).content == b"um comprovante\n"

        dita = await v.empresa.responder(ticket["id"], "Recebemos, Ana.")
        resposta = aberto((await v.saiu()).bruto)
        assert (resposta["In-Reply-To"], resposta["References"]) == ("<primeira@exemplo.com>", "<primeira@exemplo.com>")
        assert resposta["Reply-To"].addresses[0].addr_spec.startswith("suporte+t.")
        assert resposta["Subject"] == "Re: Pedido 42"
        assert "Auto-Submitted" not in resposta
        await v.empresa.ate_status(ticket["id"], dita["id"], "enviado")

        # She answers by a program that drops all headers of the thread: the address says which it is.
        sem_fio = crua(
            "Obrigada!", To=resposta["Reply-To"], Subject="outro assunto", Message_ID="<segunda@exemplo.com>"
        )
        v.caixa.depositar(sem_fio)
        ticket = await v.empresa.ticket(4)
        assert [mensagem["conteudo"] for mensagem in ticket["mensagens"]][-1] == "Obrigada!"


async def test_who_writes_by_a_crm_is_answered_under_the_subject_of_each_mail(com_conectores: Servidor) -> None:
    async with vila(com_conectores) as v:
        v.caixa.depositar(crua("Proposta", Subject="Proposta", List_Unsubscribe="<https://crm/u>", Precedence="bulk"))
        ticket = await v.empresa.ticket()
        assert ticket["mensagens"][0]["metadados"]["semRespostaAutomatica"] == "lista"
        v.caixa.depositar(crua("E isto?", Subject="Outra coisa", Message_ID="<dois@exemplo.com>"))
        await v.empresa.ticket(2)
        await v.empresa.responder(ticket["id"], "Veremos")
        resposta = aberto((await v.saiu()).bruto)
        assert (resposta["In-Reply-To"], resposta["Subject"]) == ("<dois@exemplo.com>", "Re: Outra coisa")


async def test_what_bounces_has_failed(com_conectores: Servidor) -> None:
    async with vila(com_conectores) as v:
        v.caixa.depositar(crua("oi", From=SUMIDA))
        ticket = await v.empresa.ticket()
        dita = await v.empresa.responder(ticket["id"], "olá")
        await v.saiu()
        falhou = await v.empresa.ate_status(ticket["id"], dita["id"], "falhou")
        assert "5.1.1" in falhou["erroEntrega"]
        assert len((await v.empresa.ticket())["mensagens"]) == 2


async def test_a_mail_that_bears_the_id_of_anothers_is_not_lost(com_conectores: Servidor) -> None:
    async with vila(com_conectores) as v:
        v.caixa.depositar(crua("o meu", Message_ID="<igual@exemplo.com>"))
        v.caixa.depositar(crua("o meu", Message_ID="<igual@exemplo.com>"))
        v.caixa.depositar(crua("o de outro", From="beto@exemplo.com", Message_ID="<igual@exemplo.com>"))

        async def ver() -> Any:
            tickets = (await v.empresa.pedir("GET", "/tickets"))["data"]
            return tickets if len(tickets) == 2 and len(v.caixa.marcadas("\\Seen")) == 3 else None

        tickets = await ate(ver)
        assert {ticket["contato_email"] for ticket in tickets} == {ANA, "beto@exemplo.com"}
        for ticket in tickets:
            assert len((await v.empresa.pedir("GET", f"/tickets/{ticket['id']}"))["mensagens"]) == 1


async def test_what_no_person_wrote_says_so_to_other_machines(com_conectores: Servidor) -> None:
    async with vila(com_conectores) as v:
        v.caixa.depositar(crua("oi"))
        ticket = await v.empresa.ticket()
        robo = v.empresa.servidor.usuario(v.empresa.admin.empresa_id, "conector")
        await v.empresa.pedir("POST", "/mensagens", robo, ticketId=ticket["id"], conteudo="Recebemos.")
        assert aberto((await v.saiu()).bruto)["Auto-Submitted"] == "auto-replied"
