"""The fakes that ``balcao fakes`` runs: what each is, where it is, and the canal that uses it.

To add one, write how it is opened and name it in :data:`FALSOS`.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from random import Random
from typing import Any, Final

import httpx2
import trio
from msgspec import Struct

from connectors.fakes.caixa_postal import CaixaPostal
from connectors.fakes.correio import Correio
from connectors.fakes.graph import GraphFalso, NumeroFalso
from connectors.fakes.imap import ImapFalso
from connectors.fakes.push import INSCREVER, LIVRO, PushFalso
from connectors.fakes.servidor_http import servindo
from connectors.fakes.sms import TwilioFalsa
from connectors.fakes.smtp import SmtpFalso
from engine.modelo import TipoCanal

SUPORTE: Final = "suporte@loja.exemplo"
ANA: Final = "ana@cliente.exemplo"
SENHA: Final = "senha-do-falso"


class Aberto(Struct, frozen=True):
    """A fake that runs. ``enderecos`` by what they are; ``canal``: a body for ``POST /atendimento/canais``; ``depois``:
    what can be done once the canal is there, by what it is: lines for a shell in which ``$CANAL`` is its id, and
    ``$ADMIN`` and ``$AGENT`` are tokens.
    """

    enderecos: Mapping[str, str]
    canal: Mapping[str, Any]
    depois: Mapping[str, tuple[str, ...]] = {}


class Falso(Struct, frozen=True):
    """``porta``: where it is unless another is asked for; the first of so many ``portas``. ``abrir`` is given where it
    is to be (a host and a port; 0: any) and the address of the server whose canais use it.
    """

    titulo: str
    porta: int
    abrir: Callable[[str, int, str], AbstractAsyncContextManager[Aberto]]
    portas: int = 1


def canal_de(tipo: TipoCanal, nome: str, **config: str | int) -> dict[str, Any]:
    return {"nome": nome, "tipo": tipo, "config": config}


def config_do_numero(numero: NumeroFalso, base: str) -> dict[str, str]:
    """The ``config`` of a canal that has a number of the fake."""
    return {
        "phoneNumberId": numero.phone_number_id,
        "wabaId": numero.waba_id,
        "accessToken": numero.token,
        "appSecret": numero.app_secret,
        "webhookVerifyToken": numero.verify_token,
        "urlBase": base,
    }


@asynccontextmanager
async def _graph(host: str, porta: int, balcao: str) -> AsyncIterator[Aberto]:
    graph = GraphFalso(host=host, porta=porta)
    async with trio.open_nursery() as grupo:
        await grupo.start(graph.servir)
        (numero,) = graph.numeros.values()
        canal = canal_de("whatsapp", "WhatsApp de mentira", **config_do_numero(numero, graph.base))
        enderecos = {"API": graph.base, "o que houve": f"{graph.base}/_falso/estado"}
        yield Aberto(enderecos, canal, _do_graph(graph.base, numero, balcao))
        grupo.cancel_scope.cancel()


def _do_graph(base: str, numero: NumeroFalso, balcao: str) -> Mapping[str, tuple[str, ...]]:
    """Where its webhooks go, and somebody who writes."""
    webhook = f"{balcao}/webhooks/whatsapp/'$CANAL'"
    onde = f'{{"phone_number_id": "{numero.phone_number_id}", "webhook": "{webhook}"}}'
    ana = '{"mensagens": [{"de": {"telefone": "5511999990001", "nome": "Ana"}, "texto": "Olá!"}]}'
    return {
        "para onde vão os webhooks": (f"curl -sS -w '\\n' {base}/_falso/numeros -d '{onde}'",),
        "Ana escreve, e o ticket dela": (
            f"curl -sS -w '\\n' {base}/_falso/receber -d '{ana}'",
            _tickets(balcao),
        ),
    }


def _tickets(balcao: str) -> str:
    onde = f'"{balcao}/atendimento/tickets?canalId=$CANAL"'
    return f"sleep 2; curl -sS -w '\\n' {onde} -H \"Authorization: Bearer $ADMIN\""


@asynccontextmanager
async def _email(host: str, porta: int, balcao: str) -> AsyncIterator[Aberto]:
    """A support mailbox and a customer's, and the post office between them."""
    caixas = {SUPORTE: CaixaPostal(), ANA: CaixaPostal()}
    smtp = SmtpFalso(ao_aceitar=Correio(caixas).levar)
    imaps = [ImapFalso(usuarios={dono: SENHA}, pastas={"INBOX": caixa}) for dono, caixa in caixas.items()]
    servir = [smtp.servir, *(imap.servir for imap in imaps)]
    async with trio.open_nursery() as grupo:
        portas: list[int] = [await grupo.start(um, host, porta and porta + n) for n, um in enumerate(servir)]
        canal = canal_de(
            "email", "E-mail de mentira", endereco=SUPORTE,
            smtpHost=host, smtpPort=portas[0], smtpTls="nenhum",
            imapHost=host, imapPort=portas[1], imapTls="nenhum", imapUsuario=SUPORTE, imapSenha=SENHA,
        )  # fmt: skip
        nomes = ("SMTP", f"IMAP de {SUPORTE}", f"IMAP de {ANA}")
        envio, dela = f"smtp://{host}:{portas[0]}", f"imap://{host}:{portas[2]}/INBOX"
        enderecos = {nome: f"{host}:{uma}" for nome, uma in zip(nomes, portas, strict=True)}
        yield Aberto(enderecos, canal, _do_email(envio, dela, balcao))
        grupo.cancel_scope.cancel()


def _do_email(smtp: str, dela: str, balcao: str) -> Mapping[str, tuple[str, ...]]:
    """Somebody who writes, and what she got."""
    carta = rf"From: Ana <{ANA}>\r\nTo: {SUPORTE}\r\nSubject: Meu pedido\r\n\r\nJa foi enviado?\r\n"
    return {
        "Ana escreve, e o ticket dela": (
            f"printf '{carta}' > carta.eml",
            f"curl -sS {smtp} --mail-from {ANA} --mail-rcpt {SUPORTE} -T carta.eml",
            _tickets(balcao),
        ),
        "a resposta, e o que Ana recebe": (
            f'TICKET=$(curl -sS "{balcao}/atendimento/tickets?canalId=$CANAL" -H "Authorization: Bearer $ADMIN" |',
            r"""  sed -n 's/.*"data":\[{"id":"\([^"]*\)".*/\1/p')""",
            f"curl -sS -w '\\n' {balcao}/atendimento/mensagens -H \"Authorization: Bearer $ADMIN\" \\",
            """  -H 'Content-Type: application/json' -d '{"ticketId":"'$TICKET'","conteudo":"Foi, sim."}'""",
            f"sleep 2; curl -sS '{dela};MAILINDEX=1' -u {ANA}:{SENHA}",
        ),
    }


@asynccontextmanager
async def _sms(host: str, porta: int, balcao: str) -> AsyncIterator[Aberto]:  # noqa: ARG001  # as all are opened
    twilio = TwilioFalsa()
    acaso = Random()  # noqa: S311  # which statuses go astray
    async with (
        servindo(twilio.atender, host=host, porta=porta) as servidor,
        httpx2.AsyncClient(trust_env=False) as http,
        trio.open_nursery() as grupo,
    ):
        grupo.start_soon(twilio.seguir, http, acaso)
        canal = canal_de(
            "sms", "SMS de mentira", provedor="twilio", url=servidor.base, de=twilio.de, usuario=twilio.conta,
            senha=twilio.senha,
        )  # fmt: skip
        yield Aberto({"API": servidor.base}, canal)
        grupo.cancel_scope.cancel()


@asynccontextmanager
async def _push(host: str, porta: int, balcao: str) -> AsyncIterator[Aberto]:
    push = PushFalso(int(time.time()))
    async with servindo(push.atender, host=host, porta=porta) as servidor, trio.open_nursery() as grupo:
        push.base = servidor.base
        grupo.start_soon(_dar_as_horas, push)
        canal = canal_de("push", "Avisos de mentira", vapidAssunto="mailto:ti@loja.exemplo")
        depois = _do_push(servidor.base, balcao)
        yield Aberto({"serviço": servidor.base, "o que houve": servidor.base + LIVRO}, canal, depois)
        grupo.cancel_scope.cancel()


def _do_push(base: str, balcao: str) -> Mapping[str, tuple[str, ...]]:
    """A browser of the agent's."""
    return {
        "um navegador do atendente, que se inscreve": (
            f'CHAVE=$(curl -sS {balcao}/atendimento/canais/$CANAL -H "Authorization: Bearer $ADMIN" |',
            r"""  sed -n 's/.*"vapidChavePublica":"\([^"]*\)".*/\1/p')""",
            f"curl -sS {base}{INSCREVER} -d \"$CHAVE\" | curl -sS -w '\\n' {balcao}/atendimento/push/inscricoes \\",
            """  -H "Authorization: Bearer $AGENT" -H 'Content-Type: application/json' -d @-""",
        ),
    }


async def _dar_as_horas(push: PushFalso) -> None:
    while True:
        push.agora_s = int(time.time())
        await trio.sleep(60)


FALSOS: Final[Mapping[str, Falso]] = {
    "whatsapp": Falso("Graph API (WhatsApp)", 4801, _graph),
    "email": Falso("SMTP e IMAP", 4810, _email, portas=3),
    "sms": Falso("Twilio (SMS)", 4820, _sms),
    "push": Falso("Serviço de push (navegadores)", 4830, _push),
}
