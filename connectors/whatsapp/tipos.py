"""Each type of message → what a person reads of it, and the file it brings.

The shapes are those of https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages.
A type that is not known here is still a message: its text is looked for, and its file if it has one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from connectors.whatsapp.json_tolerante import Ilegivel, ler_json
from connectors.whatsapp.limpeza import Objeto, estrutura, limpo, objeto_de, objetos_de, texto_de
from connectors.whatsapp.pessoas import enderecos
from engine.conector.enderecos import Endereco
from engine.modelo import TipoMensagem

_MB: Final = 1024 * 1024
_LINHAS: Final = 50
"""Of a list (items, contacts, answers) that are put in words; all are in the ``metadados``."""
_ID: Final = 512


class Midia(Struct, frozen=True, kw_only=True):
    """A file that is at Meta still. ``sha256`` in base64 or hexadecimal; ``maximo`` bytes it may have."""

    id: str
    maximo: int
    mime: str | None = None
    sha256: str | None = None
    nome: str | None = None


class Conteudo(Struct, frozen=True, kw_only=True):
    """What a message says. ``dados`` is added to its ``metadados``; ``tambem`` are addresses of whoever wrote.
    ``mudou``: the phone in it has taken the place of the one that it comes from.
    """

    texto: str
    tipo: TipoMensagem = "texto"
    midia: Midia | None = None
    responde_a: str | None = None
    tambem: tuple[Endereco, ...] = ()
    automatica: bool = False
    mudou: bool = False
    dados: Objeto = {}


def conteudo_de(tipo: str, mensagem: Objeto) -> Conteudo:
    """What a message of this type says; its payload has the name of its type."""
    carga = objeto_de(mensagem, tipo)
    if tipo in _DE_LISTA:
        return _DE_LISTA[tipo](mensagem)
    if tipo in _POR_TIPO:
        return _POR_TIPO[tipo](carga)
    return _desconhecido(tipo, carga, mensagem)


def _texto(carga: Objeto) -> Conteudo:
    return Conteudo(texto=texto_de(carga, "body") or "(mensagem sem texto)")


# -- files -------------------------------------------------------------------------------------------------------------


def _midia(carga: Objeto, maximo: int) -> Midia | None:
    identidade = texto_de(carga, "id", _ID)
    if identidade is None:
        return None
    mime, sha256 = texto_de(carga, "mime_type", 128), texto_de(carga, "sha256", 128)
    return Midia(id=identidade, maximo=maximo, mime=mime, sha256=sha256, nome=texto_de(carga, "filename", 255))


def _arquivo(tipo: TipoMensagem, chamado: str, maximo: int) -> Callable[[Objeto], Conteudo]:
    def ler(carga: Objeto) -> Conteudo:
        return Conteudo(texto=texto_de(carga, "caption") or chamado, tipo=tipo, midia=_midia(carga, maximo))

    return ler


def _documento(carga: Objeto) -> Conteudo:
    nome = texto_de(carga, "filename", 255)
    texto = texto_de(carga, "caption") or (f"Documento: {nome}" if nome else "Documento")
    return Conteudo(texto=texto, tipo="documento", midia=_midia(carga, 100 * _MB))


def _audio(carga: Objeto) -> Conteudo:
    texto = "Mensagem de voz" if carga.get("voice") is True else "Áudio"
    return Conteudo(texto=texto, tipo="audio", midia=_midia(carga, 16 * _MB))


def _figurinha(carga: Objeto) -> Conteudo:
    texto = "Figurinha animada" if carga.get("animated") is True else "Figurinha"
    return Conteudo(texto=texto, tipo="imagem", midia=_midia(carga, 1 * _MB))


# -- places, people, things --------------------------------------------------------------------------------------------


def _localizacao(carga: Objeto) -> Conteudo:
    onde = ", ".join(filter(None, (texto_de(carga, nome, 1_000) for nome in ("name", "address"))))
    latitude, longitude = carga.get("latitude"), carga.get("longitude")
    if not _e_grau(latitude) or not _e_grau(longitude):
        return Conteudo(texto=f"Localização: {onde}" if onde else "Localização")
    ponto = f"{latitude},{longitude}"
    return Conteudo(texto=f"Localização: {onde or ponto}\nhttps://maps.google.com/?q={ponto}")


def _e_grau(valor: object) -> bool:
    return isinstance(valor, int | float) and not isinstance(valor, bool) and -360 <= valor <= 360


def _contatos(mensagem: Objeto) -> Conteudo:
    cartoes = [_cartao(contato) for contato in objetos_de(mensagem, "contacts")]
    return Conteudo(
        texto="\n".join(cartoes[:_LINHAS]) or "Contato", dados={"contacts": estrutura(mensagem.get("contacts"))}
    )


def _cartao(contato: Objeto) -> str:
    nome = objeto_de(contato, "name")
    partes = [texto_de(nome, "formatted_name", 256) or texto_de(nome, "first_name", 256) or "sem nome"]
    partes += [numero for fone in objetos_de(contato, "phones")[:5] if (numero := texto_de(fone, "phone", 64))]
    partes += [email for item in objetos_de(contato, "emails")[:5] if (email := texto_de(item, "email", 256))]
    return f"Contato: {', '.join(partes)}"


def _pedido(carga: Objeto) -> Conteudo:
    itens = objetos_de(carga, "product_items")
    linhas = [f"Pedido com {len(itens)} {'item' if len(itens) == 1 else 'itens'}"]
    linhas += [_item(item) for item in itens[:_LINHAS]]
    recado = texto_de(carga, "text")
    return Conteudo(texto="\n".join([*linhas, recado] if recado else linhas))


def _item(item: Objeto) -> str:
    quantidade, produto = texto_de(item, "quantity", 16) or "?", texto_de(item, "product_retailer_id", 100) or "?"
    preco, moeda = texto_de(item, "item_price", 32), texto_de(item, "currency", 8)
    return f"{quantidade} × {produto}" + (f" ({preco} {moeda or ''}".rstrip() + ")" if preco else "")


# -- answers -----------------------------------------------------------------------------------------------------------


def _botao(carga: Objeto) -> Conteudo:
    return Conteudo(texto=texto_de(carga, "text") or texto_de(carga, "payload") or "Botão")


def _interativa(carga: Objeto) -> Conteudo:
    formulario = objeto_de(carga, "nfm_reply")
    if formulario:
        return _formulario(formulario)
    permissao = objeto_de(carga, "call_permission_reply")
    if permissao:
        aceitou = permissao.get("response") == "accept"
        return Conteudo(texto="Permitiu ligações" if aceitou else "Não permitiu ligações")
    resposta = objeto_de(carga, "button_reply") or objeto_de(carga, "list_reply")
    titulo = texto_de(resposta, "title") or texto_de(resposta, "id") or "Resposta"
    descricao = texto_de(resposta, "description")
    return Conteudo(texto=f"{titulo}\n{descricao}" if descricao else titulo)


def _formulario(formulario: Objeto) -> Conteudo:
    """A form's answers come as JSON in a text."""
    respostas = _respostas(formulario)
    campos = (f"{limpo(str(nome), 128)}: {_em_palavras(valor)}" for nome, valor in list(respostas.items())[:_LINHAS])
    linhas = [f"Formulário: {texto_de(formulario, 'body', 1_000) or texto_de(formulario, 'name', 256) or 'respondido'}"]
    return Conteudo(texto="\n".join([*linhas, *campos]), dados={"respostas": estrutura(respostas)} if respostas else {})


def _respostas(formulario: Objeto) -> Objeto:
    escrito = formulario.get("response_json")
    try:
        respostas = ler_json(escrito.encode("utf-8", "replace")) if isinstance(escrito, str) else escrito
    except Ilegivel:  # it is in the ``metadados`` as it came
        return {}
    return (
        {nome: valor for nome, valor in respostas.items() if nome != "flow_token"}
        if isinstance(respostas, dict)
        else {}
    )


def _em_palavras(valor: object) -> str:
    if isinstance(valor, list):
        return ", ".join(_em_palavras(item) for item in valor[:20] if not isinstance(item, list | dict))
    if isinstance(valor, bool):
        return "sim" if valor else "não"
    return limpo(valor, 1_000) if isinstance(valor, str) else "…" if isinstance(valor, dict) else f"{valor}"[:64]


# -- about another message ---------------------------------------------------------------------------------------------


def _reacao(carga: Objeto) -> Conteudo:
    emoji = texto_de(carga, "emoji", 64)
    texto = f"Reagiu com {emoji}" if emoji else "Retirou a reação"
    return Conteudo(texto=texto, responde_a=texto_de(carga, "message_id", _ID))


def _edicao(carga: Objeto) -> Conteudo:
    """Its file, if it has one, is the one there was: only the text beside it changed."""
    nova = objeto_de(carga, "message")
    tipo = texto_de(nova, "type", 64) or "text"
    texto = conteudo_de(tipo, nova).texto if tipo != "edit" else "?"
    return Conteudo(texto=f"Mensagem editada: {texto}", responde_a=texto_de(carga, "original_message_id", _ID))


def _apagada(carga: Objeto) -> Conteudo:
    return Conteudo(texto="Apagou uma mensagem", responde_a=texto_de(carga, "original_message_id", _ID))


# -- what nobody wrote -------------------------------------------------------------------------------------------------

MUDOU_DE_NUMERO: Final = "Mudou de número"
_DO_SISTEMA: Final = {
    "user_changed_number": MUDOU_DE_NUMERO,
    "customer_changed_number": MUDOU_DE_NUMERO,
    "user_changed_user_id": "Mudou de identificação no WhatsApp",
    "customer_identity_changed": "A identidade de segurança no WhatsApp mudou",
    "user_identity_changed": "A identidade de segurança no WhatsApp mudou",
}


def _sistema(carga: Objeto) -> Conteudo:
    novos = enderecos(carga, ("wa_id", "new_wa_id", "previous_user_id", "user_id", "parent_user_id"))
    feito = _DO_SISTEMA.get(texto_de(carga, "type", 64) or "")
    numero = next((novo.valor for novo in novos if novo.tipo == "telefone"), None)
    texto = f"{feito}: {numero}" if feito and numero else feito or texto_de(carga, "body") or "Aviso do WhatsApp"
    return Conteudo(texto=texto, tambem=novos, automatica=True, mudou=feito == MUDOU_DE_NUMERO and numero is not None)


def _boas_vindas(_: Objeto) -> Conteudo:
    return Conteudo(texto="Abriu a conversa", automatica=True)


def _nao_mostrada(mensagem: Objeto) -> Conteudo:
    erro = next(iter(objetos_de(mensagem, "errors")), {})
    motivo = texto_de(objeto_de(erro, "error_data"), "details", 500) or texto_de(erro, "title", 500)
    texto = "Mensagem de um tipo que o WhatsApp não entrega a empresas; peça que seja enviada de outra forma"
    return Conteudo(texto=f"{texto} ({motivo})" if motivo else texto)


def _desconhecido(tipo: str, carga: Objeto, mensagem: Objeto) -> Conteudo:
    """A type of the future: what looks like text is its text, what looks like a file its file."""
    nomes = ("body", "text", "caption", "title", "name", "description")
    texto = next((achado for nome in nomes if (achado := texto_de(carga, nome))), None)
    midia = _midia(carga, 100 * _MB) if "mime_type" in carga else None
    padrao = f"Mensagem do tipo «{tipo}»" if carga or mensagem.get("errors") is None else _nao_mostrada(mensagem).texto
    return Conteudo(texto=texto or padrao, tipo="documento" if midia else "texto", midia=midia)


_POR_TIPO: Final[dict[str, Callable[[Objeto], Conteudo]]] = {
    "text": _texto,
    "image": _arquivo("imagem", "Imagem", 16 * _MB),
    "video": _arquivo("video", "Vídeo", 100 * _MB),
    "audio": _audio,
    "voice": _audio,
    "document": _documento,
    "sticker": _figurinha,
    "location": _localizacao,
    "order": _pedido,
    "button": _botao,
    "interactive": _interativa,
    "reaction": _reacao,
    "edit": _edicao,
    "revoke": _apagada,
    "system": _sistema,
    "request_welcome": _boas_vindas,
}
_DE_LISTA: Final[dict[str, Callable[[Objeto], Conteudo]]] = {
    "contacts": _contatos,
    "unsupported": _nao_mostrada,
    "unknown": _nao_mostrada,
}
"""Those whose payload is not an object of the type's name."""
