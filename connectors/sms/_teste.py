"""What is wrong with a canal of SMS, in words. Nothing is sent to anybody."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx2

from connectors.rede import Lida, buscar
from connectors.sms import _caminhos as caminhos
from connectors.sms._descricao import Descricao
from connectors.sms._pedido import cabecalhos_de
from connectors.tcp import EnderecoRecusado
from connectors.vereditos import sem_ligacao

_SEGUNDOS: Final = 15.0
_MAXIMO: Final = 65_536


async def testar(http: httpx2.AsyncClient, descricao: Descricao) -> list[str]:
    """Ask the provider what costs nothing: Twilio for the account and the number; another at ``urlDeTeste``, or whether
    anybody is there.
    """
    if descricao.provedor == "twilio":
        return await _twilio(http, descricao)
    if descricao.url_de_teste:
        lida = await _perguntar(http, descricao, descricao.url_de_teste)
        return [lida] if isinstance(lida, str) else _do_teste(lida)
    partes = urlsplit(descricao.url)
    lida = await _perguntar(http, None, f"{partes.scheme}://{partes.netloc}/")
    return [lida] if isinstance(lida, str) else []


async def _twilio(http: httpx2.AsyncClient, descricao: Descricao) -> list[str]:
    lida = await _perguntar(http, descricao, descricao.url_de_teste)
    if isinstance(lida, str):
        return [lida]
    problemas = _da_conta(lida)
    if problemas or not descricao.de.startswith("+"):
        return problemas
    numeros = descricao.url_de_teste.removesuffix(".json") + "/IncomingPhoneNumbers.json"
    lida = await _perguntar(http, descricao, str(httpx2.URL(numeros, params={"PhoneNumber": descricao.de})))
    return [lida] if isinstance(lida, str) else _do_numero(lida, descricao.de)


def _da_conta(lida: Lida) -> list[str]:
    if lida.status == 401:
        return ["A Twilio não aceita usuario e senha: copie de novo o Account SID e o Auth Token do console dela"]
    if lida.status == 404:
        return ["A Twilio não conhece essa conta: usuario (ou conta) precisa ser o Account SID, que começa com AC"]
    if not 200 <= lida.status < 300:
        return [f"A Twilio respondeu {lida.status} quando perguntamos pela conta; tente de novo em alguns minutos"]
    estado = _campo(lida, "status")
    return [] if estado == "active" else [f"A conta está {estado or 'em estado desconhecido'} na Twilio; reative-a lá"]


def _do_numero(lida: Lida, de: str) -> list[str]:
    if not 200 <= lida.status < 300:
        return [f"A Twilio respondeu {lida.status} quando perguntamos pelo número {de}"]
    if not _campo(lida, "incoming_phone_numbers.0.phone_number"):
        return [f"O número {de} não é desta conta da Twilio: use em de um que seja, ou o Messaging Service (MG…)"]
    if _campo(lida, "incoming_phone_numbers.0.capabilities.sms") == "false":
        return [f"O número {de} não envia SMS: compre na Twilio um que envie"]
    return []


def _campo(lida: Lida, caminho: str) -> str | None:
    try:
        return caminhos.texto(caminhos.ler_json(lida.corpo), caminho, 200)
    except caminhos.Ilegivel:
        return None


def _do_teste(lida: Lida) -> list[str]:
    if lida.status in {401, 403}:
        return [f"O provedor não aceita as credenciais ({lida.status}): confira autenticacao, usuario e senha"]
    if not 200 <= lida.status < 300:
        return [f"O provedor respondeu {lida.status} em urlDeTeste, e não 2xx"]
    return []


async def _perguntar(http: httpx2.AsyncClient, descricao: Descricao | None, url: str) -> Lida | str:
    """The answer, or why there is none. Who we are is told only with a ``descricao``."""
    cabecalhos = {} if descricao is None else cabecalhos_de(descricao)
    try:
        return await buscar(
            http, "GET", url, cabecalhos=cabecalhos, maximo=_MAXIMO, segundos=_SEGUNDOS, da_configuracao=True
        )
    except EnderecoRecusado as erro:
        return f"O endereço do provedor não pode ser chamado: {erro}"
    except (httpx2.ConnectError, httpx2.ConnectTimeout) as erro:
        return f"{sem_ligacao(erro)}: confira url"
    except (httpx2.HTTPError, httpx2.InvalidURL):
        return f"{urlsplit(url).hostname} não respondeu ao teste; confira url, ou tente de novo em alguns minutos"
