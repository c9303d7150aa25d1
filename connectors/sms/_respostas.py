"""What a provider's answer to a request means. Pure."""

from __future__ import annotations

from typing import Final

from connectors.esperas import tentar_em_ms
from connectors.rede import Lida
from connectors.sms import _caminhos as caminhos
from connectors.sms._descricao import Descricao, Resposta
from connectors.sms._modelos import Arvore
from connectors.vereditos import Veredito, desconhecido, falhou
from engine.conector.trabalhos import ClasseDeErro

_ID_MAXIMO: Final = 512
_CODIGO_MAXIMO: Final = 64
_MENSAGEM_MAXIMO: Final = 300
_PELO_STATUS: Final[dict[int, ClasseDeErro]] = {
    401: "canal",
    402: "canal",
    403: "canal",
    404: "canal",
    405: "canal",
    408: "tentar",
    410: "canal",
    415: "canal",
    425: "tentar",
    429: "numero",
}
"""Without a code that says more. 4xx that are not here are about this message: final."""


def veredito_de(descricao: Descricao, lida: Lida, agora_ms: int) -> Veredito:
    """What became of a message that was given to the provider."""
    try:
        corpo = None if lida.cortado else caminhos.ler_json(lida.corpo)
    except caminhos.Ilegivel:
        corpo = None
    if 200 <= lida.status < 300:
        return _aceito(descricao.resposta, corpo)
    espera = tentar_em_ms(lida.cabecalhos.get("retry-after"), agora_ms)
    if 300 <= lida.status < 400:
        return falhou("canal", "redirecionado", "O provedor mandou a outro endereço; corrija url no canal")
    return _recusado(descricao, lida.status, corpo, espera)


def _aceito(resposta: Resposta, corpo: Arvore) -> Veredito:
    """Of 2xx: what counts may still be in the body."""
    if corpo is None and resposta.caminho_do_erro:
        return desconhecido("resposta_ilegivel", "O provedor respondeu o que não se pode ler; pode ter enviado")
    codigo = _codigo(resposta, corpo)
    if codigo is not None:
        return falhou(resposta.classes.get(codigo.lower(), "final"), codigo, _explicado(resposta, corpo, codigo))
    id_externo = caminhos.texto(corpo, resposta.caminho_do_id, _ID_MAXIMO)
    return Veredito(desfecho="aceito", id_externo=id_externo or None)


def _recusado(descricao: Descricao, status: int, corpo: Arvore, espera: int | None) -> Veredito:
    resposta = descricao.resposta
    codigo = _codigo_de_erro(descricao, corpo)
    explicado = _explicado(resposta, corpo, codigo or str(status))
    classe = resposta.classes.get((codigo or str(status)).lower())
    if classe is not None:
        return falhou(classe, codigo or str(status), explicado, espera)
    if status >= 500:
        if codigo is None and not (status == 503 and espera is not None):
            return desconhecido(str(status), f"O provedor teve uma falha ({status}); pode ter enviado")
        return falhou("tentar", codigo or str(status), explicado, espera)
    return falhou(_PELO_STATUS.get(status, "final"), codigo or str(status), explicado, espera)


def _codigo_de_erro(descricao: Descricao, corpo: Arvore) -> str | None:
    """Of an answer that is no success. Twilio's errors have their code elsewhere than its messages have."""
    if descricao.provedor == "twilio":
        return caminhos.texto(corpo, "code", _CODIGO_MAXIMO) or None
    return _codigo(descricao.resposta, corpo)


def _codigo(resposta: Resposta, corpo: Arvore) -> str | None:
    achado = caminhos.texto(corpo, resposta.caminho_do_erro, _CODIGO_MAXIMO)
    return None if achado is None or achado.strip().lower() in {"", *resposta.sem_erro} else achado.strip()


def _explicado(resposta: Resposta, corpo: Arvore, codigo: str) -> str:
    dita = caminhos.texto(corpo, resposta.caminho_da_mensagem, _MENSAGEM_MAXIMO)
    return f"O provedor recusou ({codigo})" + (f": {dita.strip()}" if dita and dita.strip() else "")
