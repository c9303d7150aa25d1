"""Reports as real servers write them: which of them say that a mail failed, why, and for good or not."""

from __future__ import annotations

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.email import carta as cartas
from connectors.email import codigos
from connectors.email.triagem import Escrita, Nada, Relatos, triar
from engine.conector.entradas import StatusRecebido
from tests.connectors.email_apoio import SUPORTE, crua, marcas

EM = 1_795_784_400_000
TRABALHO = str(uuid4())
NOSSO = marcas().message_id(TRABALHO)


def relatos(bruto: bytes) -> tuple[StatusRecebido, ...]:
    decisao = triar(cartas.ler(bruto), marcas(), SUPORTE, EM)
    assert isinstance(decisao, Relatos)
    return decisao.status


def relatorio(
    campos: str, *, tipo: str = "message/delivery-status", texto: str = "Relatório", assunto: str = "Relatório"
) -> bytes:
    """A report with these fields of its recipient."""
    corpo = (
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{texto}\n--b\nContent-Type: {tipo}\n\n"
        f"Reporting-MTA: dns; mx\n\n{campos}\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {NOSSO}\n--b--"
    )
    return crua(
        corpo,
        From="MAILER-DAEMON@mx",
        Subject=assunto,
        Content_Type='multipart/report; report-type=delivery-status; boundary="b"',
    )


def texto(assunto: str, de: str, corpo: str, **mais: str) -> bytes:
    """A report that is text alone."""
    return crua(f"{corpo}\n\nMessage-ID: {NOSSO}\nSubject: Pedido 550 5.7.1 urgente", Subject=assunto, From=de, **mais)


# -- reports of the standard -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("campos", "codigo", "classe"),
    [
        # Postfix
        (("Final-Recipient: rfc822; x@y.z\nAction: failed\nStatus: 5.1.1\nRemote-MTA: dns; mx.y.z\n"
         "Diagnostic-Code: smtp; 550 5.1.1 <x@y.z>: Recipient address rejected: User unknown"), "5.1.1", "final"),
        ("Action: failed\nStatus: 4.4.1\nDiagnostic-Code: X-Postfix; connect to mx.y.z[64.4.12.3]:25: timed out",
         "4.4.1", "tentar"),
        # Exim tells the class alone, and the server's words
        (("Action: failed\nFinal-Recipient: rfc822;x@y.z\nStatus: 5.0.0\nRemote-MTA: dns; mx.y.z\n"
         "Diagnostic-Code: smtp; 552 5.2.2 mailbox full (64.4.12.3)"), "5.2.2", "tentar"),
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 550 rejected, see 5.1.2.3", "5.0.0", "final"),
        # Exchange Online
        (("Final-Recipient: rfc822;x@y.z\nAction: failed\nStatus: 5.1.10\n"
         "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"),
         "5.1.10", "final"),
        # Google
        (("Final-Recipient: rfc822; x@gmail.com\nAction: failed\nStatus: 5.1.1\n"
         "Remote-MTA: dns; gmail-smtp-in.l.google.com. (142.250.4.26, the server for the domain gmail.com.)\n"
         "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist."),
         "5.1.1", "final"),
        # Yahoo
        ("Action: failed\nStatus: 5.0.0\nDiagnostic-Code: smtp; 554: delivery error: dd No such user", "5.0.0",
         "final"),
        # iCloud
        ("Action: failed\nStatus: 5.2.2\nDiagnostic-Code: smtp; 552 5.2.2 <x@icloud.com>: user is over quota",
         "5.2.2", "tentar"),
        # sendmail
        (("Final-Recipient: RFC822; x@y.z\nAction: failed\nStatus: 5.1.1\nRemote-MTA: DNS; mx.y.z\n"
         "Diagnostic-Code: SMTP; 550 5.1.1 <x@y.z>... User unknown\nLast-Attempt-Date: Fri, 27 Nov 2026"),
         "5.1.1", "final"),
        # Domino
        (("Final-Recipient: rfc822;x@y.z\nAction: failed\nStatus: 5.1.1\n"
         "Diagnostic-Code: X-Notes; User x (x@y.z) not listed in Domino Directory"), "5.1.1", "final"),
        # those that keep to the standard roughly
        ("Action: Failed (bounced)\nStatus: 5.1.1", "5.1.1", "final"),
        ("Action: failure\nStatus: 550 5.1.1", "5.1.1", "final"),
        ("Status: 5.1.1 (bad destination mailbox address)", "5.1.1", "final"),
        ("Action: failed\nDiagnostic-Code: 550 5.1.1 no such user", "5.1.1", "final"),
        ("Action: failed\nDiagnostic-Code: smtp; 550 64.4.12.3 is listed", "5.0.0", "final"),
        ("Action: failed\nStatus: 5.1.2.3", None, "final"),
        ("Action: failed", None, "final"),
    ],
)  # fmt: skip
def test_a_report_of_a_failure(campos: str, codigo: str | None, classe: str) -> None:
    [um] = relatos(relatorio(campos))
    assert (um.estado, um.codigo, um.classe, um.trabalho_id) == ("falhou", codigo, classe, TRABALHO)


@pytest.mark.parametrize(
    "campos",
    [
        "Action: delayed\nStatus: 4.4.1\nWill-Retry-Until: Fri, 27 Nov 2026 10:00:00 -0300",
        "Action: DELAYED (will retry)\nStatus: 4.0.0",
        "Action: relayed\nStatus: 2.1.9",
        "Status: 4.4.7",
        "Status: 2.0.0",
    ],
)
@pytest.mark.parametrize("tipo", ["message/delivery-status", "message/global-delivery-status"])
def test_a_report_that_nothing_has_failed(campos: str, tipo: str) -> None:
    assert relatos(relatorio(campos, tipo=tipo)) == ()


@pytest.mark.parametrize("acao", ["delivered", "expanded"])
def test_a_report_that_it_arrived(acao: str) -> None:
    [um] = relatos(relatorio(f"Action: {acao}\nStatus: 2.0.0"))
    assert um.estado == "entregue"


def test_a_report_of_an_internationalised_address() -> None:
    campos = "Final-Recipient: utf-8; josé@exemplo.com\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 não"
    [um] = relatos(relatorio(campos, tipo="message/global-delivery-status"))
    assert (um.estado, um.codigo) == ("falhou", "5.1.1")


def test_one_of_several_recipients_that_failed_is_what_counts() -> None:
    campos = "Action: delayed\nStatus: 4.4.1\n \t\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 no"
    [um] = relatos(relatorio(campos))
    assert (um.estado, um.codigo) == ("falhou", "5.1.1")


@pytest.mark.parametrize(
    ("assunto", "corpo", "falhou"),
    [
        ("Delayed Mail (still being retried)", "could not be delivered for more than 4 hour(s).", False),
        ("Delivery Status Notification (Delay)", "Delivery incomplete", False),
        ("Delivery Status Notification (Relayed)", "450 4.7.1 earlier", False),
        ("Successful Mail Delivery Report", "", False),
        ("Relatório", "THIS IS A WARNING MESSAGE ONLY. You do not need to resend. 550 5.1.1", False),
        ("Relatório", "It is somewhere", False),
        ("Relatório", "451 4.7.1 later", False),
        ("Undelivered Mail Returned to Sender", "", True),
        ("Undeliverable: Atraso na entrega", "", True),
        ("Relatório", "550 5.1.1 no such user", True),
        ("Relatório", "It could not be delivered.", True),
    ],
)
def test_a_report_that_has_lost_its_fields_says_it_by_its_text(assunto: str, corpo: str, *, falhou: bool) -> None:
    for campos in ("", "Reporting-MTA: dns; mx", "Action: whatever"):
        bruto = relatorio(campos, texto=corpo, assunto=assunto)
        assert [um.estado for um in relatos(bruto)] == (["falhou"] if falhou else [])


# -- reports of no standard --------------------------------------------------------------------------------------------

FALHAS = {
    "qmail": (
        "failure notice", "MAILER-DAEMON@mx.y.z",
        ("Hi. This is the qmail-send program at mx.y.z.\nI'm afraid I wasn't able to deliver your message.\n\n"
        "<x@y.z>:\n1.2.3.4 does not like recipient.\nRemote host said: 550 sorry, no mailbox here (#5.1.1)\n"
        "Giving up on 1.2.3.4.\n\n--- Below this line is a copy of the message."), "5.1.1", "final"),
    "qmail, without a code": (
        "failure notice", "MAILER-DAEMON@mx.y.z",
        "<x@y.z>:\n64.4.12.3 does not like recipient.\nRemote host said: 550 no\nGiving up on 64.4.12.3.",
        "5.0.0", "final"),
    "exim": (
        "Mail delivery failed: returning message to sender", "Mailer-Daemon@mx.y.z",
        ("This message was created automatically by mail delivery software (Exim 4.92.3).\n\n  x@y.z\n"
        "    host mx.y.z [64.4.12.3]\n    SMTP error from remote mail server after RCPT TO:<x@y.z>:\n"
        "    550 Requested action not taken: mailbox unavailable"), "5.0.0", "final"),
    "yahoo": (
        "Failure Notice", "MAILER-DAEMON@yahoo.com",
        ("Sorry, we were unable to deliver your message to the following address.\n\n<x@yahoo.com>:\n"
        "554: delivery error: dd This user doesn't have a yahoo.com account (x@yahoo.com) [0] - mta4123.mail"),
        "5.0.0", "final"),
    "gmail": (
        "Delivery Status Notification (Failure)", "mailer-daemon@googlemail.com",
        ("Your message wasn't delivered to x@y.z.\nThe response from the remote server was:\n"
        "552-5.2.2 The email account that you tried to reach is over quota. 142.250.4.26"), "5.2.2", "tentar"),
    "exchange": (
        "Undeliverable: Pedido", "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@y.z",
        "Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound' (protection 40.92.4.7.1)",
        "5.1.10", "final"),
    "exchange, expired": (
        "Não é possível entregar: Pedido", "postmaster@y.z",
        "Server at mx.y.z (64.4.7.1) returned '550 5.4.300 expired'",
        "5.4.300", "final"),
    "sendmail": (
        "Returned mail: see transcript for details", "MAILER-DAEMON@y.z",
        ("   ----- The following addresses had permanent fatal errors -----\n<x@y.z>\n\n"
        "   ----- Transcript of session follows -----\n... while talking to mx.y.z.:\n>>> RCPT To:<x@y.z>\n"
        "<<< 550 5.1.1 <x@y.z>... User unknown"), "5.1.1", "final"),
    "domino": (
        "DELIVERY FAILURE: User x (x@y.z) not listed in Domino Directory", "Postmaster@y.z", ("Your message was not "
        "delivered to: x@y.z because: User x (x@y.z) not listed in Domino Directory"), None, "final"),
    "icloud": (
        "Undelivered Mail Returned to Sender", "MAILER-DAEMON@icloud.com",
        ("<x@icloud.com>: host mx01.mail.icloud.com[17.57.154.33] said: 552 5.2.2 <x@icloud.com>: user is over quota "
        "(in reply to RCPT TO command)"), "5.2.2", "tentar"),
    "exchange, in full": (
        "Undeliverable: Pedido 550", "postmaster@outlook.com", (
        "Your message to x@y.z couldn't be delivered.\n\nOriginal Message Details\nCreated Date: 11/27/2026\n"
        "Subject: Pedido 554 5.0.1\n\nError Details\nReported error: 550 5.7.133 RESOLVER.RST.SenderNotAuthenticated\n"
        "DSN generated by: PR0P264MB1234 (2603:10a6:102:1f::7)\n\nOriginal Message Headers\n\nARC-Seal: 550 5.1.1"),
        "5.7.133", "final"),
    "exim, after other tries": (
        "Mail delivery failed: returning message to sender", "mailer-daemon@mx.y.z", (
        "  x@y.z\n    host a.y.z [64.4.12.3]: 421 4.7.0 try later\n    host b.y.z [64.4.12.4]: 550 5.1.1 unknown"),
        "5.1.1", "final"),
    "in another language": (
        "Nachricht konnte nicht zugestellt werden", "mailer-daemon@y.z", "<x@y.z>: 550 5.1.1 unbekannt",
        "5.1.1", "final"),
}  # fmt: skip


@pytest.mark.parametrize("qual", FALHAS)
def test_a_failure_as_this_server_tells_it(qual: str) -> None:
    assunto, de, corpo, codigo, classe = FALHAS[qual]
    [um] = relatos(texto(assunto, de, corpo))
    assert (um.estado, um.codigo, um.classe, um.trabalho_id) == ("falhou", codigo, classe, TRABALHO)


@pytest.mark.parametrize(
    ("assunto", "corpo"),
    [
        ("Warning: message 1kAbcD-0001 delayed 24 hours", "x@y.z\n host mx [64.4.12.3] 451 later"),
        ("Warning: could not send message for past 4 hours", "** YOU DO NOT NEED TO RESEND YOUR MESSAGE **"),
        ("Delivery delayed: Pedido", "We'll keep trying. 451 4.4.7"),
        ("Delivery Status Notification (Delay)", "Gmail will retry for 46 more hours. 550 was not said"),
        ("Delivery incomplete: Pedido", "421 4.7.0"),
        ("Entrega atrasada: Pedido", ""),
        ("Delivery report: Pedido", "It was successfully delivered."),
    ],
)
def test_what_is_only_late_or_passed_on_has_not_failed(assunto: str, corpo: str) -> None:
    bruto = texto(assunto, "mailer-daemon@googlemail.com", corpo, X_Failed_Recipients="x@y.z")
    assert relatos(bruto) == ()


def test_a_report_of_another_s_mail_is_nobody_s() -> None:
    bruto = crua("550 5.1.1 no", Subject="failure notice", From="mailer-daemon@y.z")
    assert isinstance(triar(cartas.ler(bruto), marcas(), SUPORTE, EM), Nada)


def test_who_keeps_a_mail_server_may_write_of_errors() -> None:
    bruto = crua("Recebo 550 5.1.1 ao escrever para vocês", Subject="Erro", From="Postmaster <postmaster@y.z>")
    assert isinstance(triar(cartas.ler(bruto), marcas(), SUPORTE, EM), Escrita)


# -- codes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("linha", "codigo"),
    [
        ("1.2.3.4 does not like recipient", None),
        ("64.4.12.3", None),
        ("[5.1.1.4]", None),
        ("2.3.4.5: 550 no", "5.0.0"),
        ("host 5.4.3.2.static.example.com", None),
        ("Exim 4.92.3", None),
        ("mx.y.z:465: refused", None),
        ("Pedido 550 de 2026", None),
        ("R$ 550,00", None),
        ("(11) 4500-1234", None),
        ("#5.1.1#", "5.1.1"),
        ("(#5.1.1)", "5.1.1"),
        ("550-5.1.1 no", "5.1.1"),
        ("smtp;550 5.1.10 no", "5.1.10"),
        ("554: delivery error", "5.0.0"),
        ("said: 421 later", "4.0.0"),
        ("550 4.4.7 QUEUE.Expired", "4.4.7"),
        ("4.2.1 then 550 5.1.1", "5.1.1"),
        ("550", "5.0.0"),
    ],
)
def test_codes_are_told_from_other_numbers(linha: str, codigo: str | None) -> None:
    assert codigos.da_linha(linha) == codigo
    assert codigos.do_texto(linha).codigo == codigo


@given(st.ip_addresses(v=4).map(str), st.sampled_from(["{}", "host [{}] said", "Giving up on {}.", "({}:25)", "{}"]))
def test_an_address_is_never_a_code(endereco: str, frase: str) -> None:
    assert codigos.da_linha(frase.format(endereco)) is None


@given(st.text(alphabet="0123456789. -#:;\n<>[]()", max_size=300))
def test_whatever_stands_there_is_read(sujo: str) -> None:
    motivo = codigos.do_texto(sujo)
    assert motivo.codigo is None or motivo.codigo[:2] in {"2.", "4.", "5."}
