"""Twilio's description: https://www.twilio.com/docs/messaging/api/message-resource (to send),
…/docs/messaging/guides/webhook-request (what comes in), …/docs/api/errors (codes).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from connectors.sms import _modelos as modelos
from connectors.sms._config import Config
from connectors.sms._descricao import CamposDoWebhook, Descricao, Resposta
from connectors.sms._modelos import ModeloDeCorpo
from engine.conector.entradas import EstadoExterno
from engine.conector.trabalhos import ClasseDeErro

URL_BASE: Final = "https://api.twilio.com"
TEXTO_MAXIMO: Final = 1_600
"""Characters, beyond which it is refused (21617)."""

_ESTADOS: Final[Mapping[str, EstadoExterno | None]] = {
    "accepted": None,
    "scheduled": None,
    "queued": None,
    "sending": None,
    "sent": "enviado",
    "delivered": "entregue",
    "read": "lido",
    "undelivered": "falhou",
    "failed": "falhou",
    "canceled": "falhou",
}

_CODIGOS: Final[Mapping[ClasseDeErro, tuple[int, ...]]] = {
    # What passes by itself: an overload of Twilio, of a carrier, or a fault nobody explains.
    "tentar": (20500, 20503, 30008, 30017),
    # Too much from this number to this person, or a loop between two numbers.
    "contato": (14107, 30039),
    # Too many requests, a queue that is full, a rate of carriers.
    "numero": (20429, 21611, 30001, 30022),
    # Somebody has to see to it: credentials, account, the sender's number or its registration.
    "canal": (
        10001, 20003, 20005, 20006, 20008, 20404, 21212, 21603, 21606, 21607, 21656, 21659, 21660, 21661, 21701, 21703,
        21704, 21705, 30002, 30018, 30032, 30033, 30034, 30037, 90010,
    ),
    # A day's quota, of a carrier or of the account.
    "amanha": (30023, 30027, 63038),
}  # fmt: skip
CLASSES: Final[Mapping[str, ClasseDeErro]] = {str(um): classe for classe, todos in _CODIGOS.items() for um in todos}
"""What is not here is final: the number is none, is a land line, has said STOP, or was filtered."""

_RESPOSTA: Final = Resposta(
    caminho_do_id="sid",
    caminho_do_erro="error_code",
    caminho_da_mensagem="message",
    sem_erro=frozenset({"", "null", "0"}),
    classes=CLASSES,
)
_CAMPOS: Final = CamposDoWebhook(
    id=("MessageSid", "SmsSid"),
    estado=("MessageStatus", "SmsStatus"),
    estados=_ESTADOS,
    erro="ErrorCode",
    de="From",
    para="To",
    texto=("Body",),
    arquivo="MediaUrl{n}",
    tipo_do_arquivo="MediaContentType{n}",
    guardar=("NumSegments", "FromCountry", "FromCity", "OptOutType", "MessagingServiceSid"),
)


def descrever(config: Config) -> Descricao:
    """``usuario`` is the Account SID and ``senha`` its auth token; or an API key and its secret, and the Account SID is
    ``conta``. ``de`` is a number, a sender's name, or a Messaging Service (``MG…``).
    """
    usuario = config.exigido("usuario", "o Account SID, que começa com AC")
    senha = config.exigido("senha", "o Auth Token")
    de = config.exigido("de", "o número que envia, com + e país, ou o Messaging Service (MG…)")
    conta = config.texto("conta", usuario)
    base = config.lido("url", modelos.ler_url, config.texto("url", URL_BASE)) or URL_BASE
    webhook = config.texto("urlDoWebhook")
    raiz = f"{base.rstrip('/')}/2010-04-01/Accounts/{quote(conta, safe='')}"
    return Descricao(
        provedor="twilio",
        de=de,
        url=f"{raiz}/Messages.json",
        corpo=_corpo(de, mms=config.sim("mms")),
        autenticacao="basic",
        usuario=usuario,
        senha=senha,
        arquivo_a_parte=config.sim("mms"),
        texto_maximo=TEXTO_MAXIMO,
        resposta=_RESPOSTA,
        campos=_CAMPOS,
        url_de_teste=f"{raiz}.json",
        url_do_webhook=(config.lido("urlDoWebhook", modelos.ler_url, webhook) or "") if webhook else "",
    )


def _corpo(de: str, *, mms: bool) -> ModeloDeCorpo:
    quem = "MessagingServiceSid" if de.startswith("MG") and len(de) == 34 else "From"
    campos = [("To", "{para}"), (quem, "{de}"), ("Body", "{texto}"), ("StatusCallback", "{webhook}")]
    if mms:
        campos.append(("MediaUrl", "{arquivo}"))
    return ModeloDeCorpo("application/x-www-form-urlencoded", campos=tuple(campos))
