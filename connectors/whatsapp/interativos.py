"""Buttons and lists to be chosen from.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
"""

from __future__ import annotations

from typing import Any, Final

from connectors.whatsapp.recusas import Impossivel, ate, lista, objeto, obrigatorio_ate
from connectors.whatsapp.remessa import Remessa

_BOTOES: Final = 3
_LINHAS: Final = 10
_CORPO_COM_BOTOES: Final = 1_024
_CORPO_COM_LISTA: Final = 4_096


def interativo(escrito: object, conteudo: str, remessa: Remessa | None) -> dict[str, Any]:
    """``{"botoes": […]}`` or ``{"lista": {…}}`` (:class:`~engine.conector.trabalhos.Envio`). Raises Impossivel."""
    opcoes = objeto(escrito, "interativo")
    if "botoes" in opcoes:
        return _cabeca(remessa) | _com_botoes(opcoes["botoes"], conteudo)
    if "lista" in opcoes:
        if remessa is not None:
            raise Impossivel("Uma lista não leva arquivo")
        return _com_lista(objeto(opcoes["lista"], "lista"), conteudo)
    raise Impossivel("interativo tem botoes ou lista")


def _cabeca(remessa: Remessa | None) -> dict[str, Any]:
    if remessa is None:
        return {}
    if remessa.tipo == "audio":
        raise Impossivel("Botões não vão com áudio")
    arquivo = {"id": remessa.id} | ({"filename": remessa.nome} if remessa.tipo == "document" else {})
    return {"header": {"type": remessa.tipo, remessa.tipo: arquivo}}


def _com_botoes(escritos: object, conteudo: str) -> dict[str, Any]:
    botoes = [_botao(objeto(botao, "botão")) for botao in lista(escritos, "Botões", 1, _BOTOES)]
    _diferentes([botao["reply"]["id"] for botao in botoes])
    corpo = {"text": obrigatorio_ate(conteudo, _CORPO_COM_BOTOES, "O texto com botões")}
    return {"type": "button", "body": corpo, "action": {"buttons": botoes}}


def _botao(botao: dict[str, Any]) -> dict[str, Any]:
    identidade = obrigatorio_ate(botao.get("id"), 256, "O id do botão")
    titulo = obrigatorio_ate(botao.get("titulo"), 20, "O título do botão")
    return {"type": "reply", "reply": {"id": identidade, "title": titulo}}


def _com_lista(escrita: dict[str, Any], conteudo: str) -> dict[str, Any]:
    secoes = [_secao(objeto(secao, "seção")) for secao in lista(escrita.get("secoes"), "Seções", 1, _LINHAS)]
    linhas = [linha["id"] for secao in secoes for linha in secao["rows"]]
    if len(linhas) > _LINHAS:
        raise Impossivel(f"A lista tem {len(linhas)} linhas; o WhatsApp aceita {_LINHAS}")
    if len(secoes) > 1 and any("title" not in secao for secao in secoes):
        raise Impossivel("Com mais de uma seção, cada uma precisa de título")
    _diferentes(linhas)
    acao = {"button": obrigatorio_ate(escrita.get("botao"), 20, "O botão da lista"), "sections": secoes}
    corpo = {"text": obrigatorio_ate(conteudo, _CORPO_COM_LISTA, "O texto com lista")}
    return {"type": "list", "body": corpo, "action": acao}


def _secao(secao: dict[str, Any]) -> dict[str, Any]:
    linhas = [_linha(objeto(linha, "linha")) for linha in lista(secao.get("linhas"), "Linhas da seção", 1, _LINHAS)]
    titulo = secao.get("titulo")
    return ({"title": obrigatorio_ate(titulo, 24, "O título da seção")} if titulo else {}) | {"rows": linhas}


def _linha(linha: dict[str, Any]) -> dict[str, Any]:
    escrita = {
        "id": obrigatorio_ate(linha.get("id"), 200, "O id da linha"),
        "title": obrigatorio_ate(linha.get("titulo"), 24, "O título da linha"),
    }
    descricao = linha.get("descricao")
    return escrita | ({"description": ate(str(descricao), 72, "A descrição da linha")} if descricao else {})


def _diferentes(ids: list[str]) -> None:
    if len(set(ids)) != len(ids):
        raise Impossivel("Cada opção precisa de um id seu")
