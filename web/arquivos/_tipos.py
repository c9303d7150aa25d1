"""What a file is, by its content. What it is called is not asked.

Some kinds are shown in a page, some are known documents; anything else is kept as a download, unless it runs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Final

from msgspec import Struct

from engine.modelo import TipoMensagem
from web.arquivos import _documentos, _imagens, _midia
from web.arquivos._conteudo import Conteudo, Recusado, exigir, recusado
from web.arquivos._nome import extensao
from web.arquivos._outros import DESCONHECIDO, OLE, outro
from web.arquivos._perigos import Perigo, sem_perigo, sem_programa
from web.arquivos._texto import texto


class Tipo(Struct, frozen=True):
    """A kind of file: its MIME type, the pixels of an image, the charset of a text."""

    mime: str
    largura: int | None = None
    altura: int | None = None
    charset: str | None = None

    @property
    def mensagem(self) -> TipoMensagem:
        """The kind of message that carries it."""
        if not mostrado(self.mime, self.largura):
            return "documento"
        return _DE_MENSAGEM[self.mime.partition("/")[0]]


def mostrado(mime: str, largura: int | None) -> bool:
    """Whether a browser may show it where it is. It runs nothing of these."""
    familia = mime.partition("/")[0]
    return mime in EXTENSOES and familia in _DE_MENSAGEM and (familia != "image" or largura is not None)


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
"""What is shown or is a common document, with the endings that names of it have: the strict list."""

_Imagem = Callable[[Conteudo], _imagens.Medidas]
_Outro = Callable[[Conteudo], str]

_IMAGENS: Final[tuple[tuple[bytes, str, _Imagem], ...]] = (
    (b"\xff\xd8\xff", "image/jpeg", _imagens.jpeg),
    (b"\x89PNG\r\n\x1a\n", "image/png", _imagens.png),
    (b"GIF87a", "image/gif", _imagens.gif),
    (b"GIF89a", "image/gif", _imagens.gif),
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
"""With something in it, and without."""
_MIDIA: Final[tuple[tuple[int, bytes, _Outro], ...]] = (
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


def identificar(
    arquivo: BinaryIO, tamanho: int, nome: str, *, estrito: bool = False, guardar_tudo: bool = False
) -> Tipo:  # fmt: skip
    """What this file is. Blocking: for a thread. ``estrito``: only what is in EXTENSOES, and whole. ``guardar_tudo``: a
    contact sent it, so nothing is refused: what runs is bytes to be downloaded, of no type at all.

    Raises:
        UnsupportedMedia: it runs, is several things at once, or is not in the strict list.
    """
    c = Conteudo(arquivo, tamanho)
    if guardar_tudo:
        try:
            sem_programa(c)
            return _tipo(c, extensao(nome), estrito=False)
        except Recusado:
            return Tipo(DESCONHECIDO)
    try:
        sem_programa(c)
        tipo = _tipo(c, extensao(nome), estrito=estrito)
        exigir(not estrito or tipo.mime in EXTENSOES, f"é {tipo.mime}, que esta instalação não aceita")
    except Recusado as motivo:
        raise recusado(nome, str(motivo)) from None
    return tipo


def _tipo(c: Conteudo, final: str, *, estrito: bool) -> Tipo:
    try:
        achado = _conhecido(c) or _de_texto(c, final)
    except Perigo:
        raise
    except Recusado:
        if estrito:
            raise
        achado = None  # not wholly what it begins as: nothing to show, but still somebody's file
    if achado is not None:
        return achado
    mime = _documentos.ZIP if c.inicio.startswith(_ZIP) else outro(c)
    return Tipo(DESCONHECIDO if mostrado(mime, 1) else mime)


def _conhecido(c: Conteudo) -> Tipo | None:
    """None if it begins as nothing of the strict list. Raises Recusado if it does and then goes on differently."""
    inicio = c.inicio
    if inicio.startswith(_ZIP):
        return Tipo(_documentos.documento_zip(c))
    if inicio.startswith(b"%PDF-"):
        return Tipo(_documentos.pdf(c))
    for marca, mime, medir in _IMAGENS:
        if inicio.startswith(marca):
            sem_perigo(c)
            return Tipo(mime, *medir(c))
    if inicio.startswith(b"RIFF") and inicio[8:12] == b"WEBP":
        sem_perigo(c)
        return Tipo("image/webp", *_imagens.webp(c))
    for onde, marca, olhar in _MIDIA:
        if inicio.startswith(marca, onde):
            sem_perigo(c)
            return Tipo(olhar(c))
    return None


def _de_texto(c: Conteudo, final: str) -> Tipo | None:
    lido = None if c.inicio.startswith(OLE) else texto(c, final)
    return None if lido is None else Tipo(lido[0], charset=lido[1])
