"""What is to be sent → the body of ``POST /{phone_number_id}/messages``.

https://developers.facebook.com/documentation/business-messaging/whatsapp/reference/whatsapp-business-phone-number/message-api
"""

from __future__ import annotations

import re
from typing import Any, Final

from connectors.whatsapp.interativos import interativo
from connectors.whatsapp.modelo_enviado import modelo
from connectors.whatsapp.recusas import Impossivel, ate, texto_obrigatorio
from connectors.whatsapp.remessa import Remessa
from engine.conector.enderecos import Endereco
from engine.conector.trabalhos import Envio

TEXTO_MAXIMO: Final = 4_096
LEGENDA_MAXIMA: Final = 1_024
_ligacao: Final = re.compile(r"https?://\S", re.IGNORECASE).search
_SINAIS: Final = ("lida", "digitando")

Corpo = dict[str, Any]


def corpo_de_envio(envio: Envio, trabalho_id: str, remessa: Remessa | None = None) -> Corpo:
    """The whole body. ``remessa``: the file, once it is at Meta. Raises Impossivel."""
    opcoes = envio.opcoes
    if "modelo" in opcoes:
        carga = ("template", modelo(opcoes["modelo"], remessa))
    elif "interativo" in opcoes:
        carga = ("interactive", interativo(opcoes["interativo"], envio.conteudo, remessa))
    elif "reacao" in opcoes:
        carga = ("reaction", _reacao(opcoes["reacao"]))
    elif remessa is not None:
        carga = (remessa.tipo, _arquivo(envio, remessa))
    else:
        carga = ("text", _texto(envio.conteudo))
    return _envelope(envio, trabalho_id) | {"type": carga[0], carga[0]: carga[1]}


def corpo_de_sinal(sinal: object, a: object) -> Corpo:
    """A read receipt, or "is typing", which is one too; ``a`` is the id of the message that was read. Raises
    Impossivel.
    """
    if sinal not in _SINAIS:
        raise Impossivel(f"O sinal é um de: {', '.join(_SINAIS)}")
    corpo: Corpo = {"messaging_product": "whatsapp", "status": "read", "message_id": texto_obrigatorio(a, "sinal.a")}
    return corpo | ({"typing_indicator": {"type": "text"}} if sinal == "digitando" else {})


def destino(para: Endereco) -> Corpo:
    """Whom it goes to: a phone with its plus, or a user id. Raises Impossivel."""
    if para.tipo == "telefone":
        digitos = para.valor.removeprefix("+")
        if not (digitos.isascii() and digitos.isdigit()):
            raise Impossivel(f"«{para.valor}» não é um telefone com código do país")
        return {"to": "+" + digitos}
    if para.tipo == "usuario":
        return {"recipient": para.valor}
    raise Impossivel(f"Pelo WhatsApp não se envia a um endereço do tipo {para.tipo}")


def _envelope(envio: Envio, trabalho_id: str) -> Corpo:
    corpo: Corpo = {"messaging_product": "whatsapp", "recipient_type": "individual", **destino(envio.para)}
    if envio.responde_a and "reacao" not in envio.opcoes:
        corpo["context"] = {"message_id": envio.responde_a}
    return corpo | {"biz_opaque_callback_data": trabalho_id}


def _texto(conteudo: str) -> Corpo:
    if not conteudo.strip():
        raise Impossivel("A mensagem está vazia")
    if len(conteudo) > TEXTO_MAXIMO:
        raise Impossivel(f"O texto tem {len(conteudo)} caracteres; o WhatsApp aceita {TEXTO_MAXIMO}")
    return {"body": conteudo, "preview_url": _ligacao(conteudo) is not None}


def _arquivo(envio: Envio, remessa: Remessa) -> Corpo:
    corpo: Corpo = {"id": remessa.id}
    if remessa.tipo == "document":
        corpo["filename"] = remessa.nome
    legenda = legenda_de(envio)
    if legenda:
        corpo["caption"] = ate(legenda, LEGENDA_MAXIMA, "A legenda")
    return corpo


def legenda_de(envio: Envio) -> str:
    """The text beside a file; its name alone is none."""
    nome = envio.arquivo.nome if envio.arquivo else None
    return "" if envio.conteudo == nome else envio.conteudo.strip()


def _reacao(escrita: object) -> Corpo:
    if not isinstance(escrita, dict):
        raise Impossivel('A reação é {"a": …, "emoji": …}')
    emoji = escrita.get("emoji") or ""
    if not isinstance(emoji, str) or len(emoji) > 32:
        raise Impossivel("A reação é um emoji só")
    return {"message_id": texto_obrigatorio(escrita.get("a"), "reacao.a"), "emoji": emoji}
