"""Whether a webhook of SMS comes from the canal's provider: pure, for the edge that receives it.

Twilio signs the address that it calls and the parameters of the form (HMAC-SHA1 with the account's auth token, in
base64, in ``X-Twilio-Signature``: https://www.twilio.com/docs/usage/security#validating-requests); of a body in JSON
the address has the SHA-256 in ``bodySHA256``. A provider described by data (``provedor: http``) proves itself in one of
two ways, which ``webhookAutenticacao`` names:

========  ==============================================================================================
``hmac``  ``webhookCabecalho`` has, after ``webhookPrefixo``, the HMAC-SHA256 of the raw body with
          ``webhookSegredo``, in hexadecimal or base64
``token`` ``webhookCabecalho`` has, after ``webhookPrefixo``, ``webhookSegredo`` itself; where no header is
          named, the address has it as ``?token=``
========  ==============================================================================================

What is compared is compared in constant time; a secret that is not set never passes.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Iterable, Mapping
from hashlib import sha1, sha256
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from msgspec import Struct

CABECALHO_DA_TWILIO: Final = "x-twilio-signature"
CABECALHO_PADRAO: Final = "x-signature"
"""Of ``hmac``, where none is named."""
PARAMETRO_DO_TOKEN: Final = "token"  # noqa: S105  its name
PARAMETRO_DO_TRABALHO: Final = "trabalho"
"""What we add to the address for statuses, so that they say which job they are about."""
_CAMPOS_MAXIMO: Final = 1_000
_PORTAS: Final = {"https": 443, "http": 80}


class PedidoSms(Struct, frozen=True):
    """A webhook as it came: ``url`` as the provider called it, the public address with its query; names of
    ``cabecalhos`` in lower case; the raw bytes of the body.
    """

    url: str
    cabecalhos: Mapping[str, str]
    corpo: bytes


def provedor_de(valores: Mapping[str, object]) -> str:
    """Which provider a canal has: Twilio, unless it says otherwise."""
    return _texto(valores, "provedor") or "twilio"


def veio_do_provedor(valores: Mapping[str, object], pedido: PedidoSms) -> bool:
    """Whether it does. ``valores``: the canal's ``config`` and secrets together."""
    segredo = _texto(valores, "webhookSegredo")
    if provedor_de(valores) == "twilio":
        dada = pedido.cabecalhos.get(CABECALHO_DA_TWILIO, "")
        return assinado_pela_twilio(segredo or _texto(valores, "senha"), pedido, dada)
    prefixo = _texto(valores, "webhookPrefixo")
    cabecalho = _texto(valores, "webhookCabecalho").lower()
    match _texto(valores, "webhookAutenticacao"):
        case "hmac":
            return _tem_hmac(segredo, pedido.corpo, _dado(pedido, cabecalho or CABECALHO_PADRAO, prefixo))
        case "token":
            dado = _dado(pedido, cabecalho, prefixo) if cabecalho else _parametro(pedido.url, PARAMETRO_DO_TOKEN)
            return bool(segredo) and _iguais(dado, segredo)
        case _:
            return False


def consulta_a_guardar(url: str) -> str:
    """Of an address' query what processing needs (``Webhook.consulta``), which has no secret in it."""
    trabalho = _parametro(url, PARAMETRO_DO_TRABALHO)
    return urlencode({PARAMETRO_DO_TRABALHO: trabalho}) if trabalho else ""


def assinado_pela_twilio(segredo: str, pedido: PedidoSms, dada: str) -> bool:
    """Whether ``dada`` is Twilio's signature of it. The port of the address counts or not: Twilio does either."""
    if not segredo or not dada:
        return False
    parametros: Iterable[tuple[str, str]] = ()
    resumo = _parametro(pedido.url, "bodySHA256")
    if resumo:
        if not _iguais(resumo.lower(), sha256(pedido.corpo).hexdigest()):
            return False
    else:
        try:
            corpo = pedido.corpo.decode("utf-8", "replace")
            parametros = parse_qsl(corpo, keep_blank_values=True, max_num_fields=_CAMPOS_MAXIMO)
        except ValueError:
            return False
    certas = [assinatura_da_twilio(segredo, url, parametros) for url in _com_e_sem_porta(pedido.url)]
    return any(_iguais(dada, certa) for certa in certas)


def assinatura_da_twilio(segredo: str, url: str, parametros: Iterable[tuple[str, str]]) -> str:
    """The address, then name and value of each parameter in the order of their names, each pair once."""
    assinado = url + "".join(nome + valor for nome, valor in sorted(set(parametros)))
    return b64encode(hmac.digest(segredo.encode(), _bytes(assinado), sha1)).decode()


def assinatura_hmac(segredo: str, corpo: bytes) -> str:
    """In hexadecimal."""
    return hmac.digest(segredo.encode(), corpo, sha256).hex()


def _tem_hmac(segredo: str, corpo: bytes, dada: str) -> bool:
    if not segredo or not dada:
        return False
    certa = assinatura_hmac(segredo, corpo)
    return _iguais(dada.lower(), certa) or _iguais(dada, b64encode(bytes.fromhex(certa)).decode())


def _dado(pedido: PedidoSms, cabecalho: str, prefixo: str) -> str:
    """What a header says after its prefix; nothing if it does not begin with it."""
    valor = pedido.cabecalhos.get(cabecalho, "").strip()
    return valor[len(prefixo) :].strip() if valor.startswith(prefixo) else ""


def _parametro(url: str, nome: str) -> str:
    """Of the query of an address. What cannot be read has none."""
    try:
        return dict(parse_qsl(urlsplit(url).query, max_num_fields=_CAMPOS_MAXIMO)).get(nome, "")
    except ValueError:
        return ""


def _com_e_sem_porta(url: str) -> tuple[str, ...]:
    try:
        partes = urlsplit(url)
        porta = partes.port
    except ValueError:
        return (url,)
    if porta is None and partes.scheme in _PORTAS:
        return (url, partes._replace(netloc=f"{partes.netloc}:{_PORTAS[partes.scheme]}").geturl())
    return (url, partes._replace(netloc=partes.netloc.removesuffix(f":{porta}")).geturl())


def _texto(valores: Mapping[str, object], nome: str) -> str:
    valor = valores.get(nome)
    return valor.strip() if isinstance(valor, str) else ""


def _iguais(um: str, outro: str) -> bool:
    return hmac.compare_digest(_bytes(um), _bytes(outro))


def _bytes(texto: str) -> bytes:
    return texto.encode("utf-8", "surrogatepass")
