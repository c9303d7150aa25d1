"""What a file is, by its content; and which kinds are taken, each with the names it may have."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final

import filetype  # type: ignore[import-untyped]  # it has no types; one function of it is used
from msgspec import Struct

from engine.modelo import TipoMensagem
from web.arquivos import _documentos, _imagens, _midia
from web.arquivos._conteudo import Conteudo, Recusado, exigir, recusado
from web.arquivos._nome import extensao
from web.arquivos._perigos import sem_perigo


class Tipo(Struct, frozen=True):
    """A kind of file: its MIME type, and the pixels of an image."""

    mime: str
    largura: int | None = None
    altura: int | None = None

    @property
    def mensagem(self) -> TipoMensagem:
        """The kind of message that carries it."""
        return _DE_MENSAGEM.get(self.mime.partition("/")[0], "documento")


_DE_MENSAGEM: Final[dict[str, TipoMensagem]] = {"image": "imagem", "audio": "audio", "video": "video"}

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
EXTENSOES: Final[dict[str, tuple[str, ...]]] = {
    "image/jpeg": ("jpg", "jpeg", "jfif"),
    "image/png": ("png",),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "mp4"),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/wav": ("wav",),
    "audio/webm": ("webm", "weba"),
    "audio/3gpp": ("3gp", "3gpp"),
    "video/mp4": ("mp4", "m4v"),
    "video/3gpp": ("3gp", "3gpp"),
    "video/webm": ("webm",),
    "application/pdf": ("pdf",),
    f"{_OFFICE}wordprocessingml.document": ("docx",),
    f"{_OFFICE}spreadsheetml.sheet": ("xlsx",),
    f"{_OFFICE}presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "text/plain": ("txt",),
    "text/csv": ("csv",),
}
"""Everything that is taken, with the endings that a name of it may have."""

_Imagem = Callable[[Conteudo], _imagens.Medidas]
_Outro = Callable[[Conteudo], str]

_IMAGENS: Final[tuple[tuple[bytes, str, _Imagem], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg", _imagens.jpeg),
    (b"\x89PNG\r\n\x1a\n", "image/png", _imagens.png),
    (b"GIF87a", "image/gif", _imagens.gif),
    (b"GIF89a", "image/gif", _imagens.gif),
)
_OUTROS: Final[tuple[tuple[int, bytes, _Outro], ...]] = (
    (0, b"%PDF-", _documentos.pdf),
    (0, b"OggS", _midia.ogg),
    (4, b"ftyp", _midia.mp4),
    (0, b"\x1aE\xdf\xa3", _midia.webm),
    (8, b"WAVE", _midia.wav),
    (0, b"#!AMR", _midia.amr),
    (0, b"ID3", _midia.mp3),
    (0, b"\xff\xf1", _midia.aac),
    (0, b"\xff\xf9", _midia.aac),
    (0, b"\xff\xfb", _midia.mp3),
    (0, b"\xff\xfa", _midia.mp3),
    (0, b"\xff\xf3", _midia.mp3),
    (0, b"\xff\xf2", _midia.mp3),
    (0, b"\xff\xe3", _midia.mp3),
)
"""Where the first bytes of a format are, what they are, and who looks into the rest."""


def identificar(arquivo: BinaryIO, tamanho: int, nome: str) -> Tipo:
    """What this file is. Blocking: for a thread.

    Raises:
        UnsupportedMedia: it is nothing that is taken, is several things at once, or its name says something else.
    """
    c = Conteudo(arquivo, tamanho)
    try:
        if c.inicio.startswith(b"PK\x03\x04"):
            tipo = Tipo(_documentos.documento_zip(c))
        else:
            sem_perigo(c)
            tipo = _pelo_inicio(c, extensao(nome))
        aceitas = EXTENSOES[tipo.mime]
        exigir(
            extensao(nome) in aceitas,
            f"o conteúdo é {tipo.mime}, e um nome assim deve terminar em {' ou '.join(f'.{e}' for e in aceitas)}",
        )
    except Recusado as motivo:
        raise recusado(nome, str(motivo)) from None
    return tipo


def _pelo_inicio(c: Conteudo, final: str) -> Tipo:
    inicio = c.inicio
    for marca, mime, medir in _IMAGENS:
        if inicio.startswith(marca):
            return Tipo(mime, *medir(c))
    if inicio.startswith(b"RIFF") and inicio[8:12] == b"WEBP":
        return Tipo("image/webp", *_imagens.webp(c))
    for onde, marca, olhar in _OUTROS:
        if inicio.startswith(marca, onde):
            return Tipo(olhar(c))
    if final in {"txt", "csv"}:
        mime = _documentos.texto(c)
        return Tipo("text/csv" if final == "csv" else mime)
    parece = filetype.guess_mime(inicio)
    raise Recusado(f"é {parece}" if parece else "não se reconhece o que é")
