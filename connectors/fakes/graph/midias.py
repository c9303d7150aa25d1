"""Files, as Meta keeps them: those that contacts send, and those that we upload."""

from __future__ import annotations

from hashlib import sha256
from itertools import count
from typing import Any, Final

from msgspec import Struct

from connectors.fakes.graph.erros import ErroDoFalso
from connectors.fakes.servidor_http import Pedido

_MB: Final = 1024 * 1024
_MAXIMO: Final = 10_000
_ENDERECOS_MAXIMO: Final = 10_000
_ACEITOS: Final = (
    *("audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus", "text/plain", "application/pdf"),
    *("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint", "image/jpeg", "image/png"),
    *("image/webp", "video/mp4", "video/3gpp"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
)


class MidiaFalsa(Struct, kw_only=True):
    """A file. What is ``dito`` of it may differ from what it is."""

    id: str
    conteudo: bytes
    mime: str
    nome: str | None = None
    sha256_dito: str | None = None
    tamanho_dito: int | None = None
    url_dita: str | None = None
    cortada_em: int | None = None

    @property
    def sha256(self) -> str:
        """In hexadecimal."""
        return self.sha256_dito or sha256(self.conteudo).hexdigest()


class Midias:
    """All files. An address of one is good for a while."""

    def __init__(self) -> None:
        self._midias: dict[str, MidiaFalsa] = {}
        self._enderecos: dict[str, tuple[str, float]] = {}
        self._ids = count(300_000_000_000_001)

    def __contains__(self, identidade: object) -> bool:
        return identidade in self._midias

    def nova(self, conteudo: bytes, mime: str, nome: str | None = None) -> MidiaFalsa:
        """Keep a file; the oldest goes where there are too many."""
        midia = MidiaFalsa(id=str(next(self._ids)), conteudo=conteudo, mime=mime, nome=nome)
        self._midias[midia.id] = midia
        if len(self._midias) > _MAXIMO:
            del self._midias[next(iter(self._midias))]
        return midia

    def ficha(self, identidade: str, base: str, ate_s: float) -> dict[str, Any]:
        """What is said of a file, with a new address for it. Raises ErroDoFalso."""
        midia = self._midias.get(identidade)
        if midia is None:
            raise ErroDoFalso(100, f"Unsupported get request. Object with ID '{identidade}' does not exist", 400)
        segredo = f"{next(self._ids):x}"
        self._enderecos[segredo] = (identidade, ate_s)
        if len(self._enderecos) > _ENDERECOS_MAXIMO:
            del self._enderecos[next(iter(self._enderecos))]
        return {
            "messaging_product": "whatsapp",
            "url": midia.url_dita or f"{base}/baixar/{segredo}",
            "mime_type": midia.mime,
            "sha256": midia.sha256,
            "file_size": len(midia.conteudo) if midia.tamanho_dito is None else midia.tamanho_dito,
            "id": identidade,
        }

    def no_endereco(self, segredo: str, agora_s: float) -> MidiaFalsa | None:
        """None: there is none, or its address is too old."""
        identidade, ate = self._enderecos.get(segredo, ("", 0.0))
        return self._midias.get(identidade) if ate > agora_s else None

    def receber(self, pedido: Pedido) -> MidiaFalsa:
        """An upload. Raises ErroDoFalso."""
        partes = partes_de(pedido)
        if partes.get("messaging_product", (None, "", b""))[2] != b"whatsapp":
            raise ErroDoFalso(100, "The parameter messaging_product is required.")
        if "file" not in partes:
            raise ErroDoFalso(100, "The parameter file is required.")
        nome, mime, conteudo = partes["file"]
        mime = mime.partition(";")[0].strip().lower()
        if mime not in _ACEITOS:
            raise ErroDoFalso(100, f"Param file must be a file with one of the following types: {', '.join(_ACEITOS)}.")
        if len(conteudo) > (100 if mime.startswith(("application/", "text/")) else 16) * _MB:
            raise ErroDoFalso(131053, "File size is too large")
        return self.nova(conteudo, mime, nome)


def partes_de(pedido: Pedido) -> dict[str, tuple[str | None, str, bytes]]:
    """The parts of a form (RFC 7578), by name: file name, type, content. Good enough for what a client of ours sends.

    Raises ErroDoFalso.
    """
    _, _, fronteira = pedido.cabecalhos.get("content-type", "").partition("boundary=")
    if pedido.tipo != "multipart/form-data" or not fronteira:
        raise ErroDoFalso(100, "The request is not multipart/form-data.")
    partes = {}
    for parte in pedido.corpo.split(b"--" + fronteira.strip('"').encode())[1:-1]:
        cabeca, _, conteudo = parte.partition(b"\r\n\r\n")
        linhas = cabeca.decode("utf-8", "replace").split("\r\n")
        cabecalhos = {
            nome.strip().lower(): valor.strip() for nome, _, valor in (linha.partition(":") for linha in linhas)
        }
        ditos = dict(_parametro(dito) for dito in cabecalhos.get("content-disposition", "").split(";")[1:])
        partes[ditos.get("name", "")] = (ditos.get("filename"), cabecalhos.get("content-type", ""), conteudo[:-2])
    return partes


def _parametro(dito: str) -> tuple[str, str]:
    nome, _, valor = dito.strip().partition("=")
    return nome, valor.strip('"')
