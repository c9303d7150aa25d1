"""Notices from end to end: a real server, the real process of connectors, a mail server and an SMS provider."""

from __future__ import annotations

from email import message_from_bytes, policy
from typing import Any

from connectors.fakes.servidor_http import servindo
from connectors.fakes.sms import TwilioFalsa
from connectors.fakes.smtp import SmtpFalso
from tests.connectors.email_apoio import SENHA, SUPORTE, servidores
from tests.connectors.ponta_a_ponta import Empresa, ate, empresa_em
from tests.servidor import Servidor, Usuario


async def ticket_de(empresa: Empresa, ana: Usuario, nome: str) -> str:
    ticket = await empresa.pedir("POST", "/tickets", contato_nome=nome, contato_telefone="5511999998888")
    dela: dict[str, Any] = {"atendenteId": ana.id, "forcar": True}
    await empresa.pedir("PATCH", f"/tickets/{ticket['id']}/atribuir", **dela)
    return str(ticket["id"])


async def test_what_a_contact_writes_reaches_the_owner_by_mail_by_sms_and_in_its_list(com_conectores: Servidor) -> None:
    smtp, twilio = SmtpFalso(usuarios={SUPORTE: SENHA}), TwilioFalsa()
    async with (
        empresa_em(com_conectores) as empresa, servindo(twilio.atender) as fake, servidores(smtp) as (porta,)
    ):  # fmt: skip
        await empresa.canal(
            "email", endereco=SUPORTE, nomeRemetente="Suporte", smtpHost="localhost", smtpPort=porta,
            smtpTls="nenhum", smtpUsuario=SUPORTE, smtpSenha=SENHA,
        )  # fmt: skip
        await empresa.canal("sms", usuario=twilio.conta, senha=twilio.senha, de=twilio.de, url=fake.base)
        ana = com_conectores.usuario(empresa.admin.empresa_id, "atendente")
        await empresa.pedir("PATCH", f"/atendentes/{ana.id}/status", ana, online=True)
        preferencias = await empresa.pedir("PUT", "/avisos/preferencias", ana, telefone="11988887777")
        await empresa.pedir(
            "POST", "/avisos/regras", nome="Avise", eventos=["nova_mensagem"], por=["app", "email", "sms"],
            janelaSegundos=600,
        )  # fmt: skip
        ticket_id = await ticket_de(empresa, ana, "João {{empresa.nome}}")
        for _ in range(2):
            await empresa.pedir("POST", "/mensagens", ticketId=ticket_id, conteudo="oi", direcao="recebida")

        async def chegaram() -> bool:
            return bool(smtp.livro and twilio.livro)

        assert await ate(chegaram)
        carta = message_from_bytes(smtp.livro[0].bruto, policy=policy.default)
        assert carta["To"].addresses[0].addr_spec == preferencias["email"]
        assert carta["Subject"] == "Nova mensagem: João {{empresa.nome}}"
        assert carta["Auto-Submitted"] == "auto-generated"
        assert (twilio.livro[0].para, twilio.livro[0].texto.startswith("João")) == ("+5511988887777", True)
        lista = await empresa.pedir("GET", "/notificacoes", ana)
        assert [(um["aviso"], um["ticketId"]) for um in lista["data"]] == [("nova_mensagem", ticket_id)]
        assert (len(smtp.livro), len(twilio.livro)) == (1, 1), "within the window it is told once"
