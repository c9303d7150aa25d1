"""The post office of a village: what the fake SMTP server accepts lies a moment later in the fake mailboxes.

::

    correio = Correio({"suporte@exemplo.com.br": caixa_do_suporte, "ana@exemplo.com": caixa_da_ana})
    smtp = SmtpFalso(ao_aceitar=correio.levar)

Who is not known here gets nothing, and the sender a report about it (RFC 3464), as real servers send it.
"""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import formatdate

from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.smtp import Aceito


class Correio:
    """Carries mails into mailboxes by their address; what follows a plus belongs to the same mailbox."""

    def __init__(self, caixas: Mapping[str, CaixaPostal]) -> None:
        self._caixas = {endereco.lower(): caixa for endereco, caixa in caixas.items()}
        self._devolvidos = 0

    def levar(self, aceito: Aceito) -> None:
        """Deliver a mail that was accepted, or send it back."""
        for para in aceito.para:
            caixa = self._caixa(para)
            if caixa is not None:
                caixa.depositar(_com_rastro(aceito, para))
            elif aceito.de:
                self._devolver(aceito, para)

    def _caixa(self, endereco: str) -> CaixaPostal | None:
        local, _, dominio = endereco.lower().rpartition("@")
        return self._caixas.get(f"{local.partition('+')[0]}@{dominio}")

    def _devolver(self, aceito: Aceito, para: str) -> None:
        caixa = self._caixa(aceito.de)
        if caixa is not None:
            self._devolvidos += 1
            caixa.depositar(devolucao(aceito, para, self._devolvidos))


def devolucao(aceito: Aceito, para: str, numero: int) -> bytes:
    """The report that a mail could not be delivered, for nobody lives there."""
    cabecalho = aceito.bruto.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    linhas = [
        "Return-Path: <>",
        "From: Mail Delivery System <MAILER-DAEMON@smtp.falso>",
        f"To: <{aceito.de}>",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {formatdate(aceito.em / 1000)}",
        f"Message-ID: <devolucao.{numero}@smtp.falso>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="=_devolucao"',
        "",
        "--=_devolucao",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        f"<{para}>: host smtp.falso said: 550 5.1.1 user unknown",
        "",
        "--=_devolucao",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; smtp.falso",
        "",
        f"Final-Recipient: rfc822; {para}",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 user unknown",
        "",
        "--=_devolucao",
        "Content-Type: text/rfc822-headers",
        "",
        cabecalho,
        "",
        "--=_devolucao--",
        "",
    ]
    return "\r\n".join(linhas).encode()


def _com_rastro(aceito: Aceito, para: str) -> bytes:
    """With what the last server on the way puts on top."""
    rastro = (
        f"Return-Path: <{aceito.de}>\r\nDelivered-To: {para}\r\n"
        f"Received: by smtp.falso for <{para}>; {formatdate(aceito.em / 1000)}\r\n"
    )
    return rastro.encode() + aceito.bruto
