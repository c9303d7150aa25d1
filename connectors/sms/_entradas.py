"""What a provider's webhook says: messages, and what became of ours. Pure."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from connectors.sms import _caminhos as caminhos
from connectors.sms._descricao import CamposDoWebhook, Descricao
from connectors.sms._enderecos import endereco_de
from connectors.sms._modelos import Arvore
from connectors.sms._palavras import palavra_chave
from engine.conector.assinaturas_sms import PARAMETRO_DO_TRABALHO
from engine.conector.entradas import MensagemRecebida, StatusRecebido
from engine.conector.trabalhos import Webhook

ITENS_MAXIMO: Final = 1_000
ARQUIVOS_MAXIMO: Final = 10
"""Files of one message: Twilio's bound."""
_ID_MAXIMO: Final = 500
"""Leaves room for the number of a message's other files."""
_TEXTO_MAXIMO: Final = 65_536
_CURTO: Final = 256
_URL_MAXIMO: Final = 4_096
_ADIANTADO_MS: Final = 3_600_000
"""A clock that is further ahead is not believed."""
_VAZIA: Final = "(mensagem vazia)"


class ArquivoDoProvedor(Struct, frozen=True):
    """Where a file is, and what the provider says it is (MIME)."""

    url: str
    tipo: str | None


class Recebida(Struct, frozen=True):
    """A message, and its files that are still to be fetched."""

    mensagem: MensagemRecebida
    arquivos: tuple[ArquivoDoProvedor, ...] = ()


class Entradas(Struct, frozen=True):
    """``problemas``: what could not be read, in Portuguese."""

    mensagens: tuple[Recebida, ...] = ()
    status: tuple[StatusRecebido, ...] = ()
    problemas: tuple[str, ...] = ()


def ler(descricao: Descricao, webhook: Webhook) -> Entradas:
    """All that it says. What is neither a message nor a status that means something to us is passed over."""
    try:
        arvore = caminhos.ler(b64decode(webhook.corpo, validate=True), webhook.tipo_de_conteudo)
    except (binascii.Error, caminhos.Ilegivel):
        return Entradas(problemas=("O webhook não é JSON nem formulário",))
    mensagens: list[Recebida] = []
    status: list[StatusRecebido] = []
    problemas: list[str] = []
    for posicao, item in enumerate(_itens(arvore, descricao.campos)):
        if posicao == ITENS_MAXIMO:
            problemas.append(f"O webhook traz mais de {ITENS_MAXIMO} itens")
            break
        match _lido(descricao, item, webhook):
            case Recebida() as mensagem:
                mensagens.append(mensagem)
            case StatusRecebido() as um:
                status.append(um)
            case str() as problema:
                problemas.append(problema)
            case None:
                continue
    return Entradas(tuple(mensagens), tuple(status), tuple(problemas))


def _itens(arvore: Arvore, campos: CamposDoWebhook) -> Iterator[Arvore]:
    lista = caminhos.achar(arvore, campos.lista) if campos.lista else arvore
    if isinstance(lista, list):
        yield from lista
    elif lista is not None:
        yield lista


def _lido(descricao: Descricao, item: Arvore, webhook: Webhook) -> Recebida | StatusRecebido | str | None:
    """What an item is; a text says what is wrong with it."""
    campos = descricao.campos
    dito = caminhos.primeiro(item, campos.estado, _CURTO)
    if dito is not None and dito.strip().lower() in campos.estados:
        return _status(descricao, item, webhook, dito.strip().lower())
    texto, arquivos = caminhos.primeiro(item, campos.texto, _TEXTO_MAXIMO), _arquivos(item, campos)
    if texto is None and not arquivos:
        return None
    return _mensagem(descricao, item, webhook, texto or "", arquivos)


def _status(descricao: Descricao, item: Arvore, webhook: Webhook, dito: str) -> StatusRecebido | str | None:
    campos = descricao.campos
    estado = campos.estados[dito]
    if estado is None:
        return None
    trabalho_id = caminhos.texto(item, campos.trabalho, _CURTO) or _da_consulta(webhook.consulta)
    id_externo = caminhos.primeiro(item, campos.id, _ID_MAXIMO)
    if not trabalho_id and not id_externo:
        return f"Um status ({dito}) não diz de qual mensagem é"
    codigo = caminhos.texto(item, campos.erro, _CURTO) or None
    if estado != "falhou":
        codigo = None
    return StatusRecebido(
        estado=estado,
        em=_quando(item, campos, webhook),
        trabalho_id=trabalho_id or None,
        id_externo=id_externo or None,
        classe=None if estado != "falhou" else descricao.resposta.classes.get((codigo or "").lower(), "final"),
        codigo=codigo,
        erro=None if estado != "falhou" else f"O provedor não entregou ({codigo or dito})",
    )


def _da_consulta(consulta: str) -> str | None:
    try:
        achado = dict(parse_qsl(consulta, max_num_fields=10)).get(PARAMETRO_DO_TRABALHO)
    except ValueError:
        return None
    return caminhos.limpo(achado, _CURTO) if achado else None


def _mensagem(
    descricao: Descricao, item: Arvore, webhook: Webhook, texto: str, arquivos: tuple[ArquivoDoProvedor, ...]
) -> Recebida | str:
    campos = descricao.campos
    de = endereco_de(caminhos.texto(item, campos.de, _CURTO) or "")
    if de is None:
        return "Uma mensagem não diz de quem é"
    mensagem = MensagemRecebida(
        id=caminhos.primeiro(item, campos.id, _ID_MAXIMO) or _id_feito(item, webhook),
        de=de,
        em=_quando(item, campos, webhook),
        conteudo=texto if texto.strip() or arquivos else _VAZIA,
        metadados=_metadados(campos, item, texto, tem_arquivos=bool(arquivos)),
    )
    return Recebida(mensagem, arquivos)


def _metadados(campos: CamposDoWebhook, item: Arvore, texto: str, *, tem_arquivos: bool) -> dict[str, Any]:
    dados: dict[str, Any] = {"tipoOriginal": "mms" if tem_arquivos else "sms"}
    if para := caminhos.texto(item, campos.para, _CURTO):
        dados["para"] = para
    if (palavra := palavra_chave(texto)) is not None:
        dados["palavraChave"] = palavra
    guardados = {nome: caminhos.texto(item, nome, _CURTO) for nome in campos.guardar}
    if tem := {nome: valor for nome, valor in guardados.items() if valor}:
        dados["provedor"] = tem
    return dados


def _arquivos(item: Arvore, campos: CamposDoWebhook) -> tuple[ArquivoDoProvedor, ...]:
    if not campos.arquivo:
        return ()
    achados = []
    for n in range(ARQUIVOS_MAXIMO if "{n}" in campos.arquivo else 1):
        url = caminhos.texto(item, campos.arquivo.replace("{n}", str(n)), _URL_MAXIMO)
        if not url:
            break
        tipo = caminhos.texto(item, campos.tipo_do_arquivo.replace("{n}", str(n)), _CURTO)
        achados.append(ArquivoDoProvedor(url, tipo or None))
    return tuple(achados)


def _id_feito(item: Arvore, webhook: Webhook) -> str:
    """For who gives none: the same when this webhook is read again, another in the next one. (Somebody may well write
    "ok" twice; what the provider sends twice comes twice.)
    """
    return "sem-id-" + sha256(msgspec.json.encode(item) + str(webhook.recebido_em).encode()).hexdigest()[:32]


def _quando(item: Arvore, campos: CamposDoWebhook, webhook: Webhook) -> int:
    """By the provider's clock, if it can be believed; else when the webhook came."""
    lido = instante(caminhos.texto(item, campos.em, _CURTO) or "")
    return lido if lido is not None and 0 < lido <= webhook.recebido_em + _ADIANTADO_MS else webhook.recebido_em


def instante(escrito: str) -> int | None:
    """Milliseconds since the epoch: of seconds or milliseconds, ISO 8601 or RFC 5322; without a zone it is UTC.

    >>> instante("1700000000"), instante("1700000000123"), instante("2023-11-14T22:13:20Z"), instante("ontem")
    (1700000000000, 1700000000123, 1700000000000, None)
    """
    escrito = escrito.strip()
    if escrito.isascii() and escrito.replace(".", "", 1).isdigit() and len(escrito) <= 20:
        numero = float(escrito)
        return int(numero if numero > 1e11 else numero * 1000)
    for como in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            lido = como(escrito)
            return int((lido if lido.tzinfo else lido.replace(tzinfo=UTC)).timestamp() * 1000)
        except (ValueError, OverflowError):
            continue
    return None
