"""Files of messages that came in (MMS), fetched from where the provider says they are."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin

import httpx2

from connectors.base import ArquivoRecusado, Motor
from connectors.rede import Lida, buscar
from connectors.sms._descricao import Descricao
from connectors.sms._entradas import ArquivoDoProvedor
from connectors.sms._pedido import autorizacao
from connectors.tcp import EnderecoRecusado
from engine.modelo import TipoMensagem

BYTES_MAXIMO: Final = 16 * 1024 * 1024
"""More than any MMS has (5 MB), and what the engine keeps by default."""
SEGUNDOS: Final = 60.0
DESVIOS_MAXIMO: Final = 3
"""Twilio's files are elsewhere: the address answers with another one."""
_PASSAGEIROS: Final = frozenset({401, 403, 407, 408, 425, 429})
"""Neither do they say that the file is gone: a password may be put right."""
_DESVIOS: Final = frozenset({301, 302, 303, 307, 308})
_EXTENSOES: Final = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/webp": "webp",
    "audio/amr": "amr",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "application/pdf": "pdf",
    "text/vcard": "vcf",
    "text/x-vcard": "vcf",
    "text/plain": "txt",
}
_NOMES: Final[dict[TipoMensagem, str]] = {
    "imagem": "Imagem",
    "audio": "Áudio",
    "video": "Vídeo",
    "documento": "Documento",
}


class MidiaIndisponivel(Exception):
    """It could not be fetched now, and is still there."""


async def guardar(
    http: httpx2.AsyncClient, motor: Motor, descricao: Descricao, arquivo: ArquivoDoProvedor, nome: str
) -> tuple[str, TipoMensagem]:
    """Fetch a file and have it stored: its ``ficha``, and what it is. ``nome`` is without an extension.

    Raises:
        ArquivoRecusado: it is not there any more, too large, dangerous, or at an address that is not called.
        MidiaIndisponivel: as it says.
    """
    lida = await _buscar(http, descricao, arquivo.url)
    tipo = _mime(lida.cabecalhos.get("content-type")) or _mime(arquivo.tipo)
    nome = f"{nome}.{_EXTENSOES.get(tipo or '', 'bin')}"
    return await motor.guardar(nome, tipo, lida.corpo), tipo_de(tipo)


def tipo_de(mime: str | None) -> TipoMensagem:
    """The kind of message that a file makes."""
    match (mime or "").partition("/")[0]:
        case "image":
            return "imagem"
        case "audio":
            return "audio"
        case "video":
            return "video"
        case _:
            return "documento"


def chamado(tipo: TipoMensagem) -> str:
    """What people call it."""
    return _NOMES.get(tipo, "Documento")


def perdido(tipo: TipoMensagem, motivo: str) -> str:
    """What is said of a file that is not kept."""
    return f"({chamado(tipo)} que não pôde ser {'guardada' if tipo == 'imagem' else 'guardado'}: {motivo})"


async def _buscar(http: httpx2.AsyncClient, descricao: Descricao, url: str) -> Lida:
    """Following redirects by hand: each goes through the guard, and only the provider's own host learns who we are."""
    for _ in range(DESVIOS_MAXIMO + 1):
        lida = await _uma_vez(http, descricao, url)
        if lida.status not in _DESVIOS:
            return _exigir(lida)
        url = urljoin(url, lida.cabecalhos.get("location", ""))
    raise ArquivoRecusado("o endereço do arquivo desvia vezes demais")


async def _uma_vez(http: httpx2.AsyncClient, descricao: Descricao, url: str) -> Lida:
    dele = e_do_provedor(descricao, url)
    try:
        return await buscar(
            http,
            "GET",
            url,
            cabecalhos=autorizacao(descricao) if dele else {},
            maximo=BYTES_MAXIMO,
            segundos=SEGUNDOS,
            da_configuracao=dele,
        )
    except (EnderecoRecusado, httpx2.InvalidURL, httpx2.UnsupportedProtocol, httpx2.LocalProtocolError) as erro:
        raise ArquivoRecusado("o endereço do arquivo não pode ser chamado") from erro
    except httpx2.HTTPError as erro:
        raise MidiaIndisponivel(type(erro).__name__) from erro


def e_do_provedor(descricao: Descricao, url: str) -> bool:
    """Whether an address is where the provider itself is called: the same scheme, host and port."""
    try:
        um, outro = httpx2.URL(url), httpx2.URL(descricao.url)
    except httpx2.InvalidURL:
        return False
    return (um.scheme, um.host, um.port) == (outro.scheme, outro.host, outro.port) and not um.userinfo


def _exigir(lida: Lida) -> Lida:
    if lida.status in _PASSAGEIROS or lida.status >= 500:
        raise MidiaIndisponivel(str(lida.status))
    if lida.status != 200:
        raise ArquivoRecusado(f"o provedor não o tem mais ({lida.status})")
    if lida.cortado:
        raise ArquivoRecusado(f"tem mais de {BYTES_MAXIMO // 1024 // 1024} MB")
    return lida


def _mime(escrito: str | None) -> str | None:
    tipo = (escrito or "").partition(";")[0].strip().lower()
    return tipo if tipo and tipo != "application/octet-stream" else None
