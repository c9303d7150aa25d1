"""Small files of every kind that is taken, forms that carry them, and a node that takes them."""

from __future__ import annotations

import asyncio
import io
import struct
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

import asyncpg
from msgspec import Struct

from balcao.ajustes.campos import Ajustes
from balcao.servidor.montagem import montar
from tests.servidor import CHAVE_DOS_SEGREDOS
from tests.web.rest_apoio import SEGREDO, Recebida, Servidor, Usuario

FRONTEIRA = "----fronteira7MA4YWxk"
MULTIPART = f"multipart/form-data; boundary={FRONTEIRA}"

Parte = str | tuple[str, bytes]
"""A field, or the name and the content of a file."""


def formulario(*partes: tuple[str, Parte], fim: bool = True) -> bytes:
    """The body of a form."""
    saida = b""
    for campo, valor in partes:
        saida += f'--{FRONTEIRA}\r\nContent-Disposition: form-data; name="{campo}"'.encode()
        if isinstance(valor, str):
            saida += b"\r\n\r\n" + valor.encode() + b"\r\n"
        else:
            nome, conteudo = valor[0].replace('"', "%22"), valor[1]  # as browsers do
            saida += (
                f'; filename="{nome}"\r\nContent-Type: application/octet-stream\r\n\r\n'.encode() + conteudo + b"\r\n"
            )
    return saida + (f"--{FRONTEIRA}--\r\n".encode() if fim else b"")


# -- images ------------------------------------------------------------------------------------------------------------


def _bloco_png(tipo: bytes, dados: bytes) -> bytes:
    return struct.pack(">I", len(dados)) + tipo + dados + struct.pack(">I", zlib.crc32(tipo + dados))


def exif(orientacao: int, ordem: str = "<") -> bytes:
    """A camera's note of which way up it was held."""
    marca = b"II*\0" if ordem == "<" else b"MM\0*"
    return marca + struct.pack(f"{ordem}IHHHIHHI", 8, 1, 0x0112, 3, 1, orientacao, 0, 0)


def png(largura: int = 3, altura: int = 2, enchimento: bytes = b"", exif: bytes = b"") -> bytes:
    """``enchimento``: the content of a private chunk, to make it large."""
    cabeca = _bloco_png(b"IHDR", struct.pack(">IIBBBBB", largura, altura, 8, 2, 0, 0, 0))
    pontos = _bloco_png(b"IDAT", zlib.compress(b"\0" * (largura * 3 + 1) * min(altura, 10)))
    resto = _bloco_png(b"prVt", enchimento) if enchimento else b""
    resto += _bloco_png(b"eXIf", exif) if exif else b""
    return b"\x89PNG\r\n\x1a\n" + cabeca + resto + pontos + _bloco_png(b"IEND", b"")


def png_de(tamanho: int, encher: Callable[[int], bytes] = lambda quantos: b"x" * quantos) -> bytes:
    """A PNG of exactly so many bytes."""
    return png(enchimento=encher(tamanho - len(png()) - 12))


def gif(largura: int = 5, altura: int = 4, quadro: tuple[int, int] | None = None) -> bytes:
    tela = struct.pack("<HHBBB", largura, altura, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    comentario = b"\x21\xfe\x03oi!\0"
    imagem = b"\x2c" + struct.pack("<HHHHB", 0, 0, *(quadro or (largura, altura)), 0) + b"\x02\x02\x4c\x01\0"
    return b"GIF89a" + tela + comentario + imagem + b"\x3b"


def sof(largura: int, altura: int) -> bytes:
    return b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", altura, largura) + b"\x01\x01\x11\0"


def jpeg(largura: int = 7, altura: int = 6, exif: bytes = b"", mais: bytes = b"") -> bytes:
    app0 = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    if exif:
        app0 += b"\xff\xe1" + struct.pack(">H", 8 + len(exif)) + b"Exif\0\0" + exif
    sos = b"\xff\xda\x00\x08\x01\x01\0\0\x3f\0" + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + app0 + sof(largura, altura) + mais + sos + b"\xff\xd9"


def _riff(tipo: bytes, dados: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(dados) + 4) + tipo + dados


def webp(largura: int = 9, altura: int = 8) -> bytes:
    quadro = b"\x30\x01\x00\x9d\x01\x2a" + struct.pack("<HH", largura, altura) + b"\0\0"
    return _riff(b"WEBP", b"VP8 " + struct.pack("<I", len(quadro)) + quadro)


def webp_sem_perdas(largura: int = 9, altura: int = 8) -> bytes:
    bits = (largura - 1) | (altura - 1) << 14
    quadro = b"\x2f" + struct.pack("<I", bits) + b"\0" * 5
    return _riff(b"WEBP", b"VP8L" + struct.pack("<I", len(quadro)) + quadro)


def quadro_webp(largura: int, altura: int, dentro: bytes = b"") -> bytes:
    """A frame of an animation."""
    dados = b"\0" * 6 + (largura - 1).to_bytes(3, "little") + (altura - 1).to_bytes(3, "little") + b"\0" * 4 + dentro
    return b"ANMF" + struct.pack("<I", len(dados)) + dados


def webp_estendido(largura: int = 9, altura: int = 8, exif: bytes = b"", dentro: bytes = b"") -> bytes:
    dados = (
        (b"\x08" if exif else b"\0")
        + b"\0\0\0"
        + (largura - 1).to_bytes(3, "little")
        + (altura - 1).to_bytes(3, "little")
    )
    nota = b"EXIF" + struct.pack("<I", len(exif)) + exif if exif else b""
    return _riff(b"WEBP", b"VP8X" + struct.pack("<I", len(dados)) + dados + dentro + nota)


# -- sound and video ---------------------------------------------------------------------------------------------------


def ogg(codigo: bytes = b"OpusHead") -> bytes:
    pagina = b"OggS\0\x02" + b"\0" * 8 + b"\1\0\0\0" + b"\0\0\0\0" + b"\0\0\0\0" + b"\x01\x13"
    return pagina + codigo + b"\x01\x01\x38\x01\x80\xbb\0\0\0\0\0"


def mp3(*, id3: bool = False) -> bytes:
    quadro = b"\xff\xfb\x90\x00" + b"\0" * 413  # 128 kbit/s, 44.1 kHz: 417 bytes
    return (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 if id3 else b"") + quadro * 3


def aac() -> bytes:
    tamanho = 20
    cabeca = bytes((0xFF, 0xF1, 0x50, 0x80 | tamanho >> 11, tamanho >> 3 & 0xFF, (tamanho & 7) << 5 | 0x1F, 0xFC))
    return (cabeca + b"\0" * (tamanho - 7)) * 2


def amr() -> bytes:
    return b"#!AMR\n" + b"\x3c" + b"\0" * 31


def wav() -> bytes:
    return _riff(
        b"WAVE", b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"data\x04\0\0\0\x80\x80\x80\x80"
    )


def _caixa(tipo: bytes, dados: bytes) -> bytes:
    return struct.pack(">I", len(dados) + 8) + tipo + dados


def mp4(marca: bytes = b"isom", *trilhas: bytes) -> bytes:
    """``trilhas``: handlers of its tracks."""
    moov = b"".join(
        _caixa(b"trak", _caixa(b"mdia", _caixa(b"hdlr", b"\0" * 8 + trilha + b"\0" * 13))) for trilha in trilhas
    )
    ftyp = _caixa(b"ftyp", marca + b"\0\0\2\0" + marca)
    return ftyp + _caixa(b"moov", moov) + _caixa(b"mdat", b"\0" * 16)


def webm(codigo: bytes = b"V_VP9", tipo: bytes = b"webm") -> bytes:
    doctype = b"\x42\x82" + bytes((0x80 | len(tipo),)) + tipo
    cabeca = b"\x1a\x45\xdf\xa3" + bytes((0x80 | (4 + len(doctype)),)) + b"\x42\x86\x81\x01" + doctype
    return cabeca + b"\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff" + b"\x86\x85" + codigo


# -- documents ---------------------------------------------------------------------------------------------------------


def pdf(meio: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n" + meio + b"trailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def zip_de(*entradas: tuple[str, bytes], comentario: bytes = b"") -> bytes:
    saida = io.BytesIO()
    with ZipFile(saida, "w", ZIP_DEFLATED) as arquivo:
        for nome, conteudo in entradas:
            arquivo.writestr(nome, conteudo)
        arquivo.comment = comentario
    return saida.getvalue()


_TIPOS = ("[Content_Types].xml", b"<Types/>")


def docx(*mais: tuple[str, bytes]) -> bytes:
    return zip_de(_TIPOS, ("word/document.xml", b"<w:document/>"), *mais)


def que_mente(conteudo: bytes) -> bytes:
    """A document whose directory says of this that it is of three bytes."""
    inteiro = docx(("word/a.xml", conteudo))
    return inteiro.replace(struct.pack("<I", len(conteudo)), struct.pack("<I", 3))


def com_tamanho(diz: int) -> bytes:
    """A document whose directory says that its last file opens into so many bytes."""
    inteiro = bytearray(docx())
    struct.pack_into("<I", inteiro, inteiro.rindex(b"PK\x01\x02") + 24, diz)
    return bytes(inteiro)


def sobreposto(vezes: int) -> bytes:
    """A document whose directory names its last file so many times."""
    inteiro = docx()
    inicio, ultima = inteiro.index(b"PK\x01\x02"), inteiro.rindex(b"PK\x01\x02")
    diretorio = inteiro[inicio:-22] + inteiro[ultima:-22] * vezes
    quantas = 2 + vezes
    fim = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, quantas, quantas, len(diretorio), inicio, 0)
    return inteiro[:inicio] + diretorio + fim


def docx_por(metodo: int) -> bytes:
    saida = io.BytesIO()
    with ZipFile(saida, "w", metodo) as arquivo:
        for nome, conteudo in (_TIPOS, ("word/document.xml", b"<w:document/>")):
            arquivo.writestr(nome, conteudo)
    return saida.getvalue()


def xlsx(*mais: tuple[str, bytes]) -> bytes:
    return zip_de(_TIPOS, ("xl/workbook.xml", b"<workbook/>"), *mais)


def pptx() -> bytes:
    return zip_de(_TIPOS, ("ppt/presentation.xml", b"<p:presentation/>"))


def zip_com_mimetype(tipo: str, *entradas: tuple[str, bytes]) -> bytes:
    saida = io.BytesIO()
    with ZipFile(saida, "w", ZIP_DEFLATED) as arquivo:
        arquivo.writestr(ZipInfo("mimetype"), tipo, ZIP_STORED)
        for nome, conteudo in entradas:
            arquivo.writestr(nome, conteudo)
    return saida.getvalue()


def odf(tipo: str, *mais: tuple[str, bytes]) -> bytes:
    conteudo = ("content.xml", b"<office:document-content/>")
    return zip_com_mimetype(f"application/vnd.oasis.opendocument.{tipo}", conteudo, *mais)


def ole(*partes: str, classe: bytes = b"\0" * 16) -> bytes:
    """The container of old Office: its header, and a directory of so many parts in the first sector."""
    cabeca = bytearray(512)
    cabeca[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    cabeca[30] = 9
    entradas = [nome.encode("utf-16-le").ljust(80, b"\0") + b"\0" * 48 for nome in ("Root Entry", *partes)]
    entradas[0] = entradas[0][:80] + classe + entradas[0][96:]
    return bytes(cabeca) + b"".join(entradas).ljust(1024, b"\0")


# -- a node that takes files -------------------------------------------------------------------------------------------


class Sobras(Struct, frozen=True):
    """What there is of an empresa's files: objects, rows that say whose they are, and intents."""

    objetos: int = 0
    arquivos: int = 0
    pendentes: int = 0


class Casa(Struct, frozen=True):
    """A node in this process, the people of a fresh empresa, and where it keeps things."""

    servidor: Servidor
    dsn: str
    dados: Path
    porta: int

    async def ticket(self, dono: Usuario) -> str:
        corpo = {"contato_nome": "João", "contato_telefone": "5511999998888"}
        ticket_id: str = (await dono("POST", "/tickets", corpo)).ok(201)["id"]
        return ticket_id

    async def sobras(self, empresa_id: str | None = None) -> Sobras:
        empresa_id = empresa_id or self.servidor.empresa
        pasta = self.dados / "arquivos" / empresa_id
        con = await asyncpg.connect(self.dsn)
        try:
            arquivos, pendentes = [
                await con.fetchval(f"SELECT count(*) FROM {tabela} WHERE empresa_id = $1", empresa_id)
                for tabela in ("atendimento_arquivos", "atendimento_arquivos_pendentes")
            ]
        finally:
            await con.close()
        return Sobras(len(list(pasta.iterdir())) if pasta.exists() else 0, arquivos, pendentes)


@asynccontextmanager
async def casa(dsn: str, **trocas: Any) -> AsyncIterator[Casa]:
    """``trocas``: settings of its own."""
    async with AsyncExitStack() as pilha:
        dados = Path(pilha.enter_context(TemporaryDirectory(prefix="balcao-teste-")))
        ajustes = Ajustes(
            jwt_secret=SEGREDO, database_url=dsn, port=0, dados=dados, limite_usuario=0, limite_empresa=0,
            limite_endereco=0, chaves_dos_segredos=(CHAVE_DOS_SEGREDOS,), **trocas,
        )  # fmt: skip
        vivo = await montar(pilha, ajustes)
        yield Casa(Servidor(vivo.app, vivo.no), dsn, dados, vivo.soquete.getsockname()[1])


def em_casa(dsn: str, teste: Callable[[Casa], Awaitable[None]], **trocas: Any) -> None:
    """Run a test against a node of its own on the database."""

    async def main() -> None:
        async with casa(dsn, **trocas) as c:
            await teste(c)

    asyncio.run(main())


async def enviar(quem: Usuario, *partes: tuple[str, Parte], **cabecalhos: str) -> Recebida:
    """POST a form."""
    return await enviar_corpo(quem, formulario(*partes), **cabecalhos)


async def enviar_corpo(quem: Usuario, corpo: bytes, **cabecalhos: str) -> Recebida:
    return await quem("POST", "/mensagens/arquivo", corpo, content_type=MULTIPART, **cabecalhos)


def caminho(endereco: str) -> str:
    """Of an address: what the server is asked for."""
    partes = urlsplit(endereco)
    return f"{partes.path}?{partes.query}"
