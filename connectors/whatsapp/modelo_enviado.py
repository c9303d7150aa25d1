"""A template with what is filled in.

https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview
"""

from __future__ import annotations

from typing import Any, Final

from connectors.whatsapp.recusas import Impossivel, ate, lista, objeto, obrigatorio_ate
from connectors.whatsapp.remessa import Remessa

_PARAMETROS: Final = 100
_VALOR_MAXIMO: Final = 1_024
_BOTOES: Final = 10
_ARQUIVOS: Final = {"imagem": "image", "video": "video", "documento": "document"}
_TIPOS_DE_BOTAO: Final = {"url": "text", "quick_reply": "payload", "copy_code": "coupon_code"}


def modelo(escrito: object, remessa: Remessa | None) -> dict[str, Any]:
    """``{"nome", "idioma", "parametros", "cabecalho"?, "botoes"?}``: ``parametros`` a list, or an object for those
    that have names; ``cabecalho`` the text of the header's variable, or ``{"tipo": "imagem" | "video" | "documento",
    "url"}`` for a file that is on the web already (one of ours is the message's own file); ``botoes`` the
    variables of the buttons, in their order: texts for buttons with an address, null for those without a variable, or
    ``{"indice", "tipo": "url" | "quick_reply" | "copy_code", "valor"}``. Raises Impossivel.
    """
    dito = objeto(escrito, "modelo")
    nome = obrigatorio_ate(dito.get("nome"), 512, "O nome do modelo")
    idioma = obrigatorio_ate(dito.get("idioma"), 32, "O idioma do modelo")
    componentes = [*_cabecalho(dito.get("cabecalho"), remessa), *_corpo(dito.get("parametros")), *_botoes(dito)]
    return {"name": nome, "language": {"code": idioma}} | ({"components": componentes} if componentes else {})


def _cabecalho(texto: object, remessa: Remessa | None) -> list[dict[str, Any]]:
    if remessa is not None:
        if remessa.tipo == "audio":
            raise Impossivel("O cabeçalho de um modelo não leva áudio")
        arquivo = {"id": remessa.id} | ({"filename": remessa.nome} if remessa.tipo == "document" else {})
        return [{"type": "header", "parameters": [{"type": remessa.tipo, remessa.tipo: arquivo}]}]
    if texto in (None, ""):
        return []
    if isinstance(texto, dict):
        return [{"type": "header", "parameters": [_da_web(texto)]}]
    return [{"type": "header", "parameters": [{"type": "text", "text": _valor(texto, "cabecalho")}]}]


def _da_web(cabecalho: dict[str, Any]) -> dict[str, Any]:
    tipo = _ARQUIVOS.get(str(cabecalho.get("tipo")))
    url = cabecalho.get("url")
    if tipo is None or not isinstance(url, str) or not url.startswith("https://"):
        raise Impossivel(f"O cabeçalho com arquivo tem tipo ({', '.join(_ARQUIVOS)}) e url, que começa por https://")
    return {"type": tipo, tipo: {"link": ate(url, 2_048, "A url do cabeçalho")}}


def _corpo(escritos: object) -> list[dict[str, Any]]:
    if not escritos:
        return []
    if isinstance(escritos, dict):
        itens = list(escritos.items())[:_PARAMETROS]
        parametros = [{"type": "text", "parameter_name": n, "text": _valor(v, f"parâmetro {n}")} for n, v in itens]
    else:
        valores = lista(escritos, "Parâmetros do modelo", 0, _PARAMETROS)
        parametros = [{"type": "text", "text": _valor(v, f"parâmetro {i}")} for i, v in enumerate(valores, 1)]
    return [{"type": "body", "parameters": parametros}]


def _botoes(dito: dict[str, Any]) -> list[dict[str, Any]]:
    escritos = lista(dito.get("botoes") or [], "Botões do modelo", 0, _BOTOES)
    return [_botao(i, botao) for i, botao in enumerate(escritos) if botao is not None]


def _botao(indice: int, escrito: object) -> dict[str, Any]:
    botao = escrito if isinstance(escrito, dict) else {"valor": escrito}
    tipo = botao.get("tipo", "url")
    if tipo not in _TIPOS_DE_BOTAO:
        raise Impossivel(f"O tipo de um botão do modelo é um de: {', '.join(_TIPOS_DE_BOTAO)}")
    chave = _TIPOS_DE_BOTAO[tipo]
    parametro = {"type": chave, chave: _valor(botao.get("valor"), f"botão {indice}")}
    qual = str(botao.get("indice", indice))
    return {"type": "button", "sub_type": tipo, "index": qual, "parameters": [parametro]}


def _valor(valor: object, nome: str) -> str:
    """Meta refuses line breaks, tabs and long runs of blanks in a variable: they are one blank."""
    if not isinstance(valor, str | int | float) or isinstance(valor, bool):
        raise Impossivel(f"{nome}: falta o valor")
    escrito = " ".join(str(valor).split())
    if not escrito:
        raise Impossivel(f"{nome}: o valor está vazio")
    return ate(escrito, _VALOR_MAXIMO, nome)
