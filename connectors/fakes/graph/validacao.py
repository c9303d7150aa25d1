"""Whether the real API would take a message: pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from typing import Any, Final

from connectors.fakes.graph.erros import ErroDoFalso
from connectors.fakes.graph.modelo import Conta, NumeroFalso

_TIPOS: Final = (
    *("audio", "contacts", "document", "image", "interactive", "location", "reaction", "sticker", "template", "text"),
    "video",
)
_e_telefone: Final = re.compile(r"\+?[0-9]{5,20}").fullmatch
_e_usuario: Final = re.compile(r"[A-Z]{2}\.(ENT\.)?[0-9A-Za-z]{1,128}").fullmatch
_variaveis: Final = re.compile(r"\{\{\s*([0-9A-Za-z_]+)\s*\}\}").findall
Corpo = dict[str, Any]


def validar(corpo: object, numero: NumeroFalso, conta: Conta, midias: Container[str]) -> str:
    """Whom it goes to: a phone without its plus, or a user id. Raises ErroDoFalso."""
    if not isinstance(corpo, dict):
        raise ErroDoFalso(100, "The request body is not a JSON object.")
    if corpo.get("messaging_product") != "whatsapp":
        raise ErroDoFalso(100, "The parameter messaging_product is required.")
    para = _destinatario(corpo, numero)
    tipo = corpo.get("type", "text")
    if tipo not in _TIPOS:
        raise ErroDoFalso(100, f"Param type must be one of {{{', '.join(_TIPOS)}}}")
    if not isinstance(corpo.get(tipo), dict | list):
        raise ErroDoFalso(131008, f"Parameter '{tipo}' is mandatory for type '{tipo}'")
    _eco(corpo)
    contexto = corpo.get("context")
    if contexto is not None and not (isinstance(contexto, dict) and _texto(contexto.get("message_id"))):
        raise ErroDoFalso(131009, "Param context.message_id is not valid")
    if tipo == "template":
        _modelo(corpo[tipo], conta, midias)
    elif tipo in _VALIDADORES:
        _VALIDADORES[tipo](corpo[tipo])
    elif tipo in {"audio", "document", "image", "sticker", "video"}:
        _midia(tipo, corpo[tipo], midias)
    return para


def _texto(valor: object) -> bool:
    return isinstance(valor, str) and bool(valor)


def _destinatario(corpo: Corpo, numero: NumeroFalso) -> str:
    para, usuario = corpo.get("to"), corpo.get("recipient")
    if _texto(para):
        if not isinstance(para, str) or not _e_telefone(para):
            raise ErroDoFalso(131009, "Param to is not a valid phone number")
        if para.removeprefix("+") == numero.telefone:
            raise ErroDoFalso(131021, "Recipient phone number cannot be the sender")
        return para.removeprefix("+")
    if isinstance(usuario, str) and _e_usuario(usuario):
        return usuario
    raise ErroDoFalso(100, "The parameter to is required.")


def _eco(corpo: Corpo) -> None:
    eco = corpo.get("biz_opaque_callback_data")
    if eco is not None and not (isinstance(eco, str) and len(eco) <= 512):
        raise ErroDoFalso(100, "Param biz_opaque_callback_data must be at most 512 characters long.")


def _do_texto(texto: Corpo) -> None:
    corpo = texto.get("body")
    if not isinstance(corpo, str) or not corpo.strip():
        raise ErroDoFalso(100, "The parameter text['body'] is required.")
    if len(corpo) > 4_096:
        raise ErroDoFalso(100, "Param text['body'] must be at most 4096 characters long.")


def _da_reacao(reacao: Corpo) -> None:
    if not _texto(reacao.get("message_id")) or not isinstance(reacao.get("emoji"), str):
        raise ErroDoFalso(131009, "Param reaction is not valid")


def _midia(tipo: str, midia: Corpo, midias: Container[str]) -> None:
    if _texto(midia.get("link")):
        return
    if midia.get("id") not in midias:
        raise ErroDoFalso(100, f"Param {tipo}['id'] is not a valid whatsapp business account media attachment ID")
    if len(str(midia.get("caption", ""))) > 1_024 or (tipo == "audio" and "caption" in midia):
        raise ErroDoFalso(100, f"Param {tipo}['caption'] is not valid")


def _do_interativo(interativo: Corpo) -> None:
    acao = interativo.get("action")
    corpo = interativo.get("body")
    if not isinstance(acao, dict) or not isinstance(corpo, dict) or not _texto(corpo.get("text")):
        raise ErroDoFalso(131008, "interactive needs a body and an action")
    if interativo.get("type") == "button":
        botoes = acao.get("buttons")
        if not isinstance(botoes, list) or not 1 <= len(botoes) <= 3:
            raise ErroDoFalso(131009, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
    elif interativo.get("type") == "list":
        secoes = acao.get("sections")
        linhas = sum(len(secao.get("rows", ())) for secao in secoes) if isinstance(secoes, list) else 0
        if not 1 <= linhas <= 10:
            raise ErroDoFalso(131009, "Total row count exceed max allowed count: 10")
    else:
        raise ErroDoFalso(131009, "Param interactive['type'] is not valid")


_VALIDADORES: Final[dict[str, Callable[[Corpo], None]]] = {
    "text": _do_texto,
    "reaction": _da_reacao,
    "interactive": _do_interativo,
}


def _modelo(pedido: Corpo, conta: Conta, midias: Container[str]) -> None:
    idioma = pedido.get("language")
    codigo = idioma.get("code") if isinstance(idioma, dict) else None
    achados = (m for m in conta.modelos if m["name"] == pedido.get("name") and m["language"] == codigo)
    modelo = next(achados, None)
    if modelo is None:
        raise ErroDoFalso(132001, f"template name ({pedido.get('name')}) does not exist in {codigo}", 404)
    if modelo["status"] == "PAUSED":
        raise ErroDoFalso(132015, "Template is paused due to low quality")
    if modelo["status"] != "APPROVED":
        raise ErroDoFalso(132001, "Template is not approved", 404)
    for componente in ("BODY", "HEADER"):
        _parametros(componente, modelo, pedido, midias)


def _parametros(componente: str, modelo: Corpo, pedido: Corpo, midias: Container[str]) -> None:
    textos = [c.get("text", "") for c in modelo["components"] if c["type"] == componente]
    esperados = len(set(_variaveis(textos[0]))) if textos else 0
    dados = [p for c in pedido.get("components", ()) if c.get("type") == componente.lower() for p in c["parameters"]]
    for parametro in dados:
        tipo = str(parametro.get("type"))
        if tipo in {"image", "video", "document"}:
            _midia(tipo, parametro.get(tipo, {}), midias)
    if len([p for p in dados if p.get("type") == "text"]) != esperados:
        detalhe = f"{componente.lower()}: number of localizable_params ({len(dados)}) does not match ({esperados})"
        raise ErroDoFalso(132000, detalhe)
