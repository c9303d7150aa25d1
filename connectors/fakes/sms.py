"""Providers of SMS: one in the shape of Twilio, one in that of many others.

Both keep a book of what they took, make the faults of a :class:`Roteiro`, and call webhooks as the real ones do:
signed, in any order, more than once or not at all (``seguir``). Twilio's takes the magic numbers of
https://www.twilio.com/docs/iam/test-credentials, and serves files behind a redirect that needs no password.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import count
from random import Random
from typing import Final
from urllib.parse import parse_qsl, urlencode

import httpx2
import trio
from msgspec import DecodeError, Struct, json

from connectors.fakes.roteiro import Roteiro
from connectors.fakes.servidor_http import Cair, Pedido, Resposta, resposta_json
from engine.conector.assinaturas_sms import assinatura_da_twilio, assinatura_hmac

_A_AVISAR_MAXIMO: Final = 10_000
_PARA_MAGICOS: Final = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_DE_MAGICOS: Final = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_FORMULARIO: Final = {"content-type": "application/x-www-form-urlencoded"}


class SmsTomado(Struct, frozen=True):
    """An SMS that a fake took to send. ``aviso``: where it tells what becomes of it."""

    id: str
    de: str
    para: str
    texto: str
    aviso: str = ""
    arquivos: tuple[str, ...] = ()


class TwilioFalsa:
    """The account ``conta``, which has one number."""

    def __init__(
        self, conta: str = "AC" + "0" * 32, senha: str = "segredo-da-twilio", de: str = "+15005550006"
    ) -> None:
        self.conta = conta
        self.senha = senha
        self.de = de
        self.livro: list[SmsTomado] = []
        self.roteiro = Roteiro()
        self.arquivos: dict[str, tuple[str, bytes]] = {}
        self.com_senha_alheia: list[Pedido] = []
        """Requests for the files' other address that had a password with them, which is not its business."""
        self._numeros = count(1)
        self._envia, self._recebe = trio.open_memory_channel[SmsTomado](_A_AVISAR_MAXIMO)

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        """A request of its API."""
        if pedido.caminho.startswith("/arquivos/"):
            return self._arquivo(pedido)
        raiz = f"/2010-04-01/Accounts/{self.conta}"
        if not self._conhece(pedido):
            return _erro(401, 20003, "Authenticate")
        if pedido.caminho == f"{raiz}/Messages.json" and pedido.metodo == "POST":
            return self._enviar(dict(parse_qsl(pedido.corpo.decode())), pedido.corpo)
        if pedido.caminho == f"{raiz}.json":
            return resposta_json({"sid": self.conta, "status": "active"})
        if pedido.caminho == f"{raiz}/IncomingPhoneNumbers.json":
            achado = pedido.consulta.get("PhoneNumber") == self.de
            um = {"phone_number": self.de, "capabilities": {"sms": True, "mms": True}}
            return resposta_json({"incoming_phone_numbers": [um] if achado else []})
        if pedido.caminho.startswith(f"{raiz}/Media/"):
            nome = pedido.caminho.rpartition("/")[2]
            return Resposta(status=307, cabecalhos={"location": f"/arquivos/{nome}"})
        return _erro(404, 20404, "The requested resource was not found")

    def _conhece(self, pedido: Pedido) -> bool:
        certo = b64encode(f"{self.conta}:{self.senha}".encode()).decode()
        return pedido.cabecalhos.get("authorization") == f"Basic {certo}"

    def _arquivo(self, pedido: Pedido) -> Resposta:
        if "authorization" in pedido.cabecalhos:
            self.com_senha_alheia.append(pedido)
        achado = self.arquivos.get(pedido.caminho.rpartition("/")[2])
        if achado is None:
            return Resposta(status=404)
        return Resposta(corpo=achado[1], cabecalhos={"content-type": achado[0]})

    def _enviar(self, campos: Mapping[str, str], corpo: bytes) -> Resposta | Cair:
        falha = self.roteiro.proxima()
        if falha is not None and not falha.depois:
            return falha.resposta
        codigo = _recusa(campos)
        if codigo is not None:
            return _erro(400, codigo, f"Error {codigo}")
        tomado = SmsTomado(
            id=f"SM{next(self._numeros):032x}",
            de=campos.get("From") or campos["MessagingServiceSid"],
            para=campos["To"],
            texto=campos.get("Body", ""),
            aviso=campos.get("StatusCallback", ""),
            arquivos=tuple(valor for nome, valor in parse_qsl(corpo.decode()) if nome == "MediaUrl"),
        )
        self.livro.append(tomado)
        self._anunciar(tomado)
        if falha is not None:
            return falha.resposta
        feito = {"sid": tomado.id, "status": "queued", "error_code": None, "error_message": None, "to": tomado.para}
        return resposta_json(feito, 201)

    def _anunciar(self, tomado: SmsTomado) -> None:
        if tomado.aviso:
            try:
                self._envia.send_nowait(tomado)
            except trio.WouldBlock:
                return  # nobody follows: this one's statuses are among those that never come

    async def seguir(self, http: httpx2.AsyncClient, acaso: Random, perde: float = 0.1, repete: float = 0.1) -> None:
        """Tell what becomes of messages, until cancelled: in any order, some not, some twice."""
        async for tomado in self._recebe:
            avisos = [um for um in ("queued", "sent", "delivered") if acaso.random() >= perde]
            avisos += [um for um in avisos if acaso.random() < repete]
            acaso.shuffle(avisos)
            for aviso in avisos:
                with suppress(httpx2.TransportError):  # Twilio does not say it again either
                    await self.avisar(http, tomado, aviso)

    async def avisar(self, http: httpx2.AsyncClient, tomado: SmsTomado, estado: str, erro: int | None = None) -> int:
        """Tell one status; the answer's status."""
        campos = {"MessageSid": tomado.id, "MessageStatus": estado, "SmsStatus": estado, "SmsSid": tomado.id}
        campos |= {"To": tomado.para, "From": tomado.de, "AccountSid": self.conta, "ApiVersion": "2010-04-01"}
        return await self._chamar(http, tomado.aviso, campos | ({} if erro is None else {"ErrorCode": str(erro)}))

    async def receber(
        self,
        http: httpx2.AsyncClient,
        webhook: str,
        de: str,
        texto: str,
        arquivos: Sequence[tuple[str, str]] = (),
        id_: str | None = None,
    ) -> int:
        """Somebody wrote: tell it; the answer's status. ``arquivos``: addresses and types."""
        sid = id_ or f"{'MM' if arquivos else 'SM'}{next(self._numeros):032x}"
        return await self._chamar(http, webhook, self.recebido(sid, de, texto, arquivos))

    def recebido(self, sid: str, de: str, texto: str, arquivos: Sequence[tuple[str, str]] = ()) -> dict[str, str]:
        """The fields of what somebody wrote."""
        campos = {"ToCountry": "US", "SmsMessageSid": sid, "NumMedia": str(len(arquivos)), "SmsSid": sid}
        campos |= {"SmsStatus": "received", "FromCountry": "BR", "Body": texto, "To": self.de, "NumSegments": "1"}
        campos |= {"MessageSid": sid, "AccountSid": self.conta, "From": de, "ApiVersion": "2010-04-01"}
        for n, (url, tipo) in enumerate(arquivos):
            campos |= {f"MediaUrl{n}": url, f"MediaContentType{n}": tipo}
        return campos

    async def _chamar(self, http: httpx2.AsyncClient, url: str, campos: Mapping[str, str]) -> int:
        assinatura = assinatura_da_twilio(self.senha, url, campos.items())
        cabecalhos = _FORMULARIO | {"x-twilio-signature": assinatura}
        return (await http.post(url, content=urlencode(campos).encode(), headers=cabecalhos)).status_code


class SmsGenerico:
    """A provider as many are: ``POST /sms`` in JSON with a bearer token; errors come in answers of 200; webhooks are
    lists in JSON, whose body is signed.
    """

    def __init__(self, token: str = "segredo-do-gateway", segredo: str = "segredo-do-webhook") -> None:  # noqa: S107  a fake's
        self.token = token
        self.segredo = segredo
        self.livro: list[SmsTomado] = []
        self.roteiro = Roteiro()
        self._numeros = count(1)

    async def atender(self, pedido: Pedido) -> Resposta | Cair:
        """A request of its API."""
        if pedido.cabecalhos.get("authorization") != f"Bearer {self.token}":
            return resposta_json({"error": {"code": "auth", "detail": "bad token"}}, 401)
        if pedido.caminho == "/saldo":
            return resposta_json({"saldo": 10})
        falha = self.roteiro.proxima()
        if falha is not None and not falha.depois:
            return falha.resposta
        try:
            campos = json.decode(pedido.corpo, type=dict[str, str])
        except DecodeError:
            return resposta_json({"error": {"code": "json", "detail": "bad body"}}, 400)
        if not campos.get("to", "").startswith("55"):
            return resposta_json({"messages": [{"status": "4", "error": f"bad number {campos.get('to')}"}]})
        tomado = SmsTomado(f"g-{next(self._numeros)}", campos.get("from", ""), campos["to"], campos.get("text", ""))
        self.livro.append(tomado)
        return resposta_json({"messages": [{"id": tomado.id, "status": "0"}]}) if falha is None else falha.resposta

    def webhook(self, *itens: Mapping[str, object]) -> tuple[bytes, dict[str, str]]:
        """A body and its headers."""
        corpo = json.encode({"items": itens})
        assinatura = "sha256=" + assinatura_hmac(self.segredo, corpo)
        return corpo, {"content-type": "application/json", "x-gateway-signature": assinatura}


def config_do_generico(base: str) -> dict[str, str]:
    """The entries of a canal that sends by :class:`SmsGenerico`, without its secrets."""
    return {
        "provedor": "http",
        "de": "27123",
        "url": f"{base}/sms",
        "corpo": '{"to": "{paraDigitos}", "from": "{de}", "text": "{texto}", "ref": "{id}"}',
        "autenticacao": "bearer",
        "caminhoDoId": "messages.0.id",
        "caminhoDoErro": "messages.0.status",
        "caminhoDaMensagemDeErro": "messages.0.error",
        "classesDeErro": "4=final, 9=numero",
        "urlDeTeste": f"{base}/saldo",
        "webhookAutenticacao": "hmac",
        "webhookCabecalho": "X-Gateway-Signature",
        "webhookPrefixo": "sha256=",
        "webhookLista": "items",
        "webhookId": "messageId",
        "webhookTrabalho": "ref",
        "webhookEstado": "status",
        "webhookErro": "reason",
        "webhookEm": "at",
        "webhookArquivo": "media",
    }


def _recusa(campos: Mapping[str, str]) -> int | None:
    """Why an SMS is not taken."""
    if not campos.get("To"):
        return 21604
    if not (campos.get("Body") or campos.get("MediaUrl")):
        return 21602
    if len(campos.get("Body", "")) > 1_600:
        return 21617
    return _DE_MAGICOS.get(campos.get("From", "")) or _PARA_MAGICOS.get(campos["To"])


def _erro(status: int, codigo: int, mensagem: str) -> Resposta:
    mais = f"https://www.twilio.com/docs/errors/{codigo}"
    return resposta_json({"code": codigo, "message": mensagem, "more_info": mais, "status": status}, status)
