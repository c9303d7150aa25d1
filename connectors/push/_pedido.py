"""The request of a push message, and what its answer means. Pure."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Final

import httpx2
import msgspec

from connectors.esperas import tentar_em_ms
from connectors.push._cifra import CLARO_MAXIMO
from connectors.rede import Lida
from connectors.tcp import EnderecoRecusado
from connectors.vereditos import Veredito, da_rede, falhou
from engine.conector.inscricoes import CHAVE_RECUSADA, EXPIRADA, INVALIDA
from engine.conector.trabalhos import ClasseDeErro, Push

TTL_S: Final = 43_200
"""How long a push service keeps what a browser is not there for: what is half a day old tells an agent nothing."""
URGENCIA: Final = "high"
"""RFC 8030 §5.3: it is shown at once, also on a battery. Somebody waits for an answer."""
_TOPICO_MAXIMO: Final = 32
_ID_MAXIMO: Final = 512
_CORTE: Final = "…"

_RECUSAS: Final[Mapping[int, tuple[ClasseDeErro, str, str]]] = {
    400: ("final", "pedido_recusado", "O serviço de push não entendeu o pedido"),
    401: ("final", CHAVE_RECUSADA, "O serviço de push não reconhece a chave: o navegador se inscreveu com outra"),
    403: ("final", CHAVE_RECUSADA, "O serviço de push não reconhece a chave: o navegador se inscreveu com outra"),
    404: ("final", EXPIRADA, "A inscrição do navegador não existe mais"),
    408: ("tentar", "sem_resposta", "O serviço de push não recebeu o pedido a tempo"),
    410: ("final", EXPIRADA, "A inscrição do navegador não existe mais"),
    413: ("final", "corpo_grande", "O serviço de push não aceita uma notificação deste tamanho"),
    425: ("tentar", "cedo_demais", "O serviço de push pede para tentar de novo"),
    429: ("tentar", "muitos_pedidos", "O serviço de push pede para esperar"),
}


def conteudo_de(push: Push, trabalho_id: str) -> bytes:
    """What the browser's service worker is given, in JSON. What is too long is cut: first the text, then the title.

    ``etiqueta`` is always there: of notifications with the same one a browser shows the last, so one that came twice is
    seen once.
    """
    dados = {"titulo": push.titulo, "corpo": push.corpo, "etiqueta": push.etiqueta or trabalho_id}
    if push.url is not None:
        dados["url"] = push.url
    for campo in ("corpo", "titulo"):
        sobra = len(msgspec.json.encode(dados)) - CLARO_MAXIMO
        if sobra > 0:
            dados[campo] = _cortado(dados[campo], sobra)
    return msgspec.json.encode(dados)


def _cortado(texto: str, sobra: int) -> str:
    """A text whose JSON is at least so many bytes shorter; or nothing."""
    sem = len(msgspec.json.encode(texto)) - sobra - len(_CORTE.encode())
    inicio, fim = 0, len(texto)
    while inicio < fim:  # the longest beginning that fits
        meio = (inicio + fim + 1) // 2
        inicio, fim = (meio, fim) if len(msgspec.json.encode(texto[:meio])) <= sem else (inicio, meio - 1)
    return texto[:inicio].rstrip() + _CORTE if inicio else ""


def cabecalhos_de(push: Push, trabalho_id: str, autorizacao: str) -> dict[str, str]:
    """RFC 8030 §5. A message of the same topic replaces one that has not been delivered yet."""
    return {
        "authorization": autorizacao,
        "content-encoding": "aes128gcm",
        "content-type": "application/octet-stream",
        "ttl": str(TTL_S),
        "urgency": URGENCIA,
        "topic": topico(push.etiqueta or trabalho_id),
    }


def topico(etiqueta: str) -> str:
    """32 characters of base64url, which is all that a topic may be (RFC 8030 §5.4)."""
    return urlsafe_b64encode(sha256(etiqueta.encode()).digest()).decode()[:_TOPICO_MAXIMO]


def veredito_de(lida: Lida, agora_ms: int) -> Veredito:
    """What an answer means. A 5xx is tried again: what comes twice replaces itself."""
    if 200 <= lida.status < 300:
        return Veredito(desfecho="aceito", id_externo=lida.cabecalhos.get("location", "")[:_ID_MAXIMO] or None)
    espera = tentar_em_ms(lida.cabecalhos.get("retry-after"), agora_ms)
    if lida.status in _RECUSAS:
        classe, codigo, erro = _RECUSAS[lida.status]
        return falhou(classe, codigo, f"{erro} ({lida.status})", espera if classe == "tentar" else None)
    if lida.status >= 500:
        return falhou("tentar", str(lida.status), f"O serviço de push teve uma falha ({lida.status})", espera)
    return falhou("final", str(lida.status), f"O serviço de push recusou ({lida.status})")


def veredito_sem_resposta(erro: httpx2.HTTPError | httpx2.InvalidURL) -> Veredito:
    """As :func:`veredito_de`: nothing is unknown where doing it twice is doing it once. The address is a browser's, and
    nothing that a person could put right in the canal.
    """
    if isinstance(erro, EnderecoRecusado | httpx2.InvalidURL | httpx2.UnsupportedProtocol | httpx2.LocalProtocolError):
        return falhou("final", INVALIDA, "O endereço desta inscrição não pode ser chamado")
    veredito = da_rede(erro)
    return falhou("tentar", veredito.codigo or "sem_resposta", veredito.erro or "O serviço de push não respondeu")
