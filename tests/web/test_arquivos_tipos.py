"""What a file is, by its content: each kind that is taken, and what is not, whatever it pretends."""

from __future__ import annotations

import io
from contextlib import suppress
from zipfile import ZIP_BZIP2

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.errors import UnsupportedMedia
from engine.modelo import TipoMensagem
from tests.web import arquivos_apoio as a
from web.arquivos._tipos import EXTENSOES, Tipo, identificar

OFFICE = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."


def tipo_de(conteudo: bytes, nome: str) -> Tipo:
    return identificar(io.BytesIO(conteudo), len(conteudo), nome)


ACEITOS: list[tuple[str, bytes, Tipo, TipoMensagem]] = [
    ("foto.jpg", a.jpeg(), Tipo("image/jpeg", 7, 6), "imagem"),
    ("foto.JPEG", a.jpeg(), Tipo("image/jpeg", 7, 6), "imagem"),
    ("movimento.jpg", a.jpeg() + a.mp4(b"mp42", b"vide"), Tipo("image/jpeg", 7, 6), "imagem"),
    ("tela.png", a.png(), Tipo("image/png", 3, 2), "imagem"),
    ("grande.png", a.png(9_248, 6_936), Tipo("image/png", 9_248, 6_936), "imagem"),
    ("anim.gif", a.gif(), Tipo("image/gif", 5, 4), "imagem"),
    ("figura.webp", a.webp(), Tipo("image/webp", 9, 8), "imagem"),
    ("figura.webp", a.webp_sem_perdas(), Tipo("image/webp", 9, 8), "imagem"),
    ("figura.webp", a.webp_estendido(), Tipo("image/webp", 9, 8), "imagem"),
    ("voz.ogg", a.ogg(), Tipo("audio/ogg"), "audio"),
    ("voz.opus", a.ogg(), Tipo("audio/ogg"), "audio"),
    ("som.oga", a.ogg(b"\x01vorbis"), Tipo("audio/ogg"), "audio"),
    ("som.mp3", a.mp3(), Tipo("audio/mpeg"), "audio"),
    ("som.mp3", a.mp3(id3=True), Tipo("audio/mpeg"), "audio"),
    ("som.m4a", a.mp4(b"M4A ", b"soun"), Tipo("audio/mp4"), "audio"),
    ("som.aac", a.aac(), Tipo("audio/aac"), "audio"),
    ("som.amr", a.amr(), Tipo("audio/amr"), "audio"),
    ("som.wav", a.wav(), Tipo("audio/wav"), "audio"),
    ("voz.webm", a.webm(b"A_OPUS"), Tipo("audio/webm"), "audio"),
    ("voz.3gp", a.mp4(b"3gp4", b"soun"), Tipo("audio/3gpp"), "audio"),
    ("filme.mp4", a.mp4(b"mp42", b"soun", b"vide"), Tipo("video/mp4"), "video"),
    ("filme.3gp", a.mp4(b"3gp5", b"vide"), Tipo("video/3gpp"), "video"),
    ("filme.webm", a.webm(), Tipo("video/webm"), "video"),
    ("boleto.pdf", a.pdf(), Tipo("application/pdf"), "documento"),
    ("carta.docx", a.docx(), Tipo(f"{OFFICE}wordprocessingml.document"), "documento"),
    ("contas.xlsx", a.xlsx(), Tipo(f"{OFFICE}spreadsheetml.sheet"), "documento"),
    ("aula.pptx", a.pptx(), Tipo(f"{OFFICE}presentationml.presentation"), "documento"),
    ("carta.odt", a.odf("text"), Tipo(f"{ODF}text"), "documento"),
    ("contas.ods", a.odf("spreadsheet"), Tipo(f"{ODF}spreadsheet"), "documento"),
    ("nota.txt", "Olá, João 👋 שלום\r\n".encode(), Tipo("text/plain"), "documento"),
    ("lista.csv", b"\xef\xbb\xbfnome;valor\nJo\xc3\xa3o;1 < 2\n", Tipo("text/csv"), "documento"),
]


@pytest.mark.parametrize(("nome", "conteudo", "tipo", "de_mensagem"), ACEITOS)
def test_a_kind_that_is_taken_is_known_by_its_content(
    nome: str, conteudo: bytes, tipo: Tipo, de_mensagem: TipoMensagem
) -> None:
    assert replace(tipo_de(conteudo, nome), charset=None) == tipo
    assert tipo.mensagem == de_mensagem


def test_every_kind_that_is_taken_has_a_test() -> None:
    assert {tipo.mime for _, _, tipo, _ in ACEITOS} == EXTENSOES.keys()


ZIP = a.zip_de(("leia.txt", b"oi"))
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
OCTETOS = "application/octet-stream"
DOCX = f"{OFFICE}wordprocessingml.document"
GUARDADOS: dict[str, tuple[str, bytes, str]] = {
    "wrong extension": ("foto.jpg", a.png(), "image/png"),
    "extension of a program": ("foto.exe", a.png(), "image/png"),
    "two extensions, the last of a page": ("foto.png.html", a.png(), "image/png"),
    "GIF with something after it": ("x.gif", a.gif() + b";alert(1)", OCTETOS),
    "PNG cut off": ("x.png", a.png()[:-6], OCTETOS),
    "PNG without width": ("x.png", a.png(0, 5), OCTETOS),
    "JPEG cut off": ("x.jpg", a.jpeg()[:-2], OCTETOS),
    "JPEG without image": ("x.jpg", b"\xff\xd8\xff\xe0\0\x04\0\0\xff\xd9", OCTETOS),
    "WebP cut off": ("x.webp", a.webp()[:-1], OCTETOS),
    "PDF after blanks": ("x.pdf", b"\n" + a.pdf(), "text/plain"),
    "PDF and page": ("x.pdf", a.pdf(HTML), "application/pdf"),
    "PDF without end": ("x.pdf", a.pdf()[:-10], "application/pdf"),
    "PHP named as text": ("x.txt", b"oi\n<?php system('id');", "text/plain"),
    "text with NUL": ("x.txt", b"oi\0", OCTETOS),
    "text in Latin-1": ("x.txt", "Olá".encode("latin-1"), "text/plain"),
    "text cut off in a letter": ("x.txt", "Olá".encode()[:-1], "text/plain"),
    "text with escapes of a terminal": ("x.txt", b"\x1b]0;oi\x07", OCTETOS),
    "text of another name": ("x.json", b"{}", "text/plain"),
    "ZIP": ("x.zip", ZIP, "application/zip"),
    "ZIP named as a document": ("x.docx", ZIP, "application/zip"),
    "document with more entries than any has": (
        "x.docx",
        a.docx(*((f"word/{n}", b"") for n in range(5_001))),
        "application/zip",
    ),
    "document with something after it": ("x.docx", a.docx() + HTML, "application/zip"),
    "document with a comment": ("x.docx", a.zip_de(("word/document.xml", b""), comentario=HTML), "application/zip"),
    "document cut off": ("x.docx", a.docx()[:-1], "application/zip"),
    "drawing of OpenDocument": ("x.odt", a.odf("graphics"), "application/vnd.oasis.opendocument.graphics"),
    "MP4 without tracks": ("x.mp4", a.mp4(b"isom"), OCTETOS),
    "MP4 cut off": ("x.mp4", a.mp4(b"isom", b"vide")[:-1], OCTETOS),
    "QuickTime": ("x.mp4", a.mp4(b"qt  ", b"vide"), "video/quicktime"),
    "HEIC": ("x.jpg", a.mp4(b"heic", b"pict"), "image/heic"),
    "Matroska": ("x.webm", a.webm(tipo=b"matroska"), "video/x-matroska"),
    "Ogg of no known sound": ("x.ogg", a.ogg(b"\x80theora "), OCTETOS),
    "MP3 of one frame and noise": ("x.mp3", a.mp3()[:417] + b"MZ" * 300, OCTETOS),
    "ID3 tag without sound": ("x.mp3", b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10 + b"oi!!", OCTETOS),
    "AAC of one frame and noise": ("x.aac", a.aac()[:20] + b"MZ" * 300, OCTETOS),
    "nothing known": ("x.pdf", b"\x01\x02\x03\x04" * 100, OCTETOS),
    "name with two dots": ("foto..png", a.png(), "image/png"),
    "name without ending": ("blob", a.png(), "image/png"),
    "JPEG called PNG": ("foto.png", a.jpeg(), "image/jpeg"),
    "document of Word Online": (
        "carta.docx",
        a.zip_de(("[Content_Types].xml", b""), ("word/document2.xml", b"x")),
        DOCX,
    ),
    "text that mentions a page's code": ("nota.txt", "Olá, o <script> não abre".encode(), "text/plain"),
    "table of Windows": ("lista.csv", "nome;situação\nJoão;não\n".encode("cp1252"), "text/csv"),
    "text of Windows in UTF-16": ("nota.txt", "Olá".encode("utf-16"), "text/plain"),
    "photo of an iPhone": ("IMG_1.HEIC", a.mp4(b"heic", b"pict"), "image/heic"),
    "film of an iPhone": ("IMG_1.MOV", a.mp4(b"qt  ", b"vide"), "video/quicktime"),
    "old QuickTime": ("a.mov", b"\0\0\0\x08wide" + b"\0" * 20, "video/quicktime"),
    "old document": ("a.doc", a.ole("WordDocument"), "application/msword"),
    "old spreadsheet": ("a.xls", a.ole("Workbook"), "application/vnd.ms-excel"),
    "old presentation": ("a.ppt", a.ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
    "contact": ("joao.vcf", b"BEGIN:VCARD\r\nFN:Jo\xc3\xa3o\r\nEND:VCARD\r\n", "text/vcard"),
    "event": ("a.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar"),
    "invoice in XML": ("nfe.xml", b'<?xml version="1.0" encoding="UTF-8"?><nfeProc/>', "application/xml"),
    "rich text": ("a.rtf", b"{\\rtf1 oi}", "application/rtf"),
    "ZIP with a program in it": ("a.zip", a.zip_de(("setup.exe", b"MZ")), "application/zip"),
    "empty ZIP": ("a.zip", a.zip_de(), "application/zip"),
    "book": ("a.epub", a.zip_com_mimetype("application/epub+zip"), "application/epub+zip"),
    "WebP with more inside than it says": (
        "x.webp",
        a.webp_estendido(2, 2, dentro=a.webp(15_900, 15_800)[12:]),
        "application/octet-stream",
    ),
    "WebP with a frame that is larger than it says": (
        "x.webp",
        a.webp_estendido(2, 2, dentro=a.quadro_webp(15_900, 15_800)),
        "application/octet-stream",
    ),
    "WebP with a frame that holds more than it says": (
        "x.webp",
        a.webp_estendido(2, 2, dentro=a.quadro_webp(2, 2, a.webp(15_900, 15_800)[12:])),
        "application/octet-stream",
    ),
    "photo too large to be shown": ("x.png", a.png(16_320, 12_240), "image/png"),
}
"""What the strict list refuses, or would for its name, and what it is taken as."""
RECUSADOS: dict[str, tuple[str, bytes]] = {
    "a program": ("foto.png", b"MZ" + b"\0" * 100),
    "GIF and JavaScript": ("x.gif", b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)//"),
    "GIF with a page in its comment": ("x.gif", a.gif().replace(b"\x03oi!", b"\x0b<script>1//")),
    "PNG with a ZIP after it": ("x.png", a.png() + ZIP),
    "PNG with a page after it": ("x.png", a.png() + HTML),
    "PNG too large to be opened": ("x.png", a.png(60_000, 60_000)),
    "JPEG with a ZIP after it": ("x.jpg", a.jpeg() + ZIP),
    "JPEG with a page far after it": ("x.jpg", a.jpeg() + b"\0" * 70_000 + HTML + b"\0" * 70_000),
    "WebP with a page after it": ("x.webp", a.webp() + HTML),
    "PDF after other bytes": ("x.pdf", b"MZ\0\0" + a.pdf()),
    "PDF with a ZIP after it": ("x.pdf", a.pdf() + ZIP),
    "an HTML application": ("x.txt", b'\r\n<hta:application id="x" /><script>1</script>'),
    "PHP in its short form": ("x.txt", b"<?= `id` ?>"),
    "SVG": ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "SVG named as text": ("x.txt", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "page named as text": ("x.txt", b" \n" + HTML),
    "page in capitals": ("x.csv", b"< ScRiPt >alert(1)"),
    "document with macros": ("x.docx", a.docx(("word/vbaProject.bin", b"x"))),
    "spreadsheet with old macros": ("x.xlsx", a.xlsx(("xl/macrosheets/sheet1.xml", b"x"))),
    "OpenDocument with macros": ("x.odt", a.odf("text", ("Basic/Standard/Modulo1.xml", b"x"))),
    "document with a program": ("x.docx", a.docx(("word/embeddings/a.EXE", b"x"))),
    "document with paths that leave": ("x.docx", a.docx(("../../etc/passwd", b"x"))),
    "document that is a bomb": ("x.docx", a.docx(*((f"word/m{n}.xml", b"\0" * 33_554_432) for n in range(9)))),
    "document after other bytes": ("x.docx", b"GIF89a" + a.docx()),
    "MP4 with a page after it": ("x.mp4", a.mp4(b"isom", b"vide") + HTML),
    "WAV with a page after it": ("x.wav", a.wav() + HTML),
    "image with more pixels than any phone takes": ("x.png", a.png(15_900, 15_800)),
    "image longer than any is": ("x.png", a.png(30_001, 2)),
    "document that opens into 200 MB": ("x.docx", a.docx(("word/a.xml", b"\0" * 200_000_000))),
    "ZIP that is a bomb": ("x.zip", a.zip_de(*((f"{n}", b"\0" * 33_554_432) for n in range(4)))),
    "JPEG with more pixels than any phone takes": ("x.jpg", a.jpeg(15_900, 15_800)),
    "JPEG that says two sizes": ("x.jpg", a.jpeg(15_900, 15_800, mais=a.sof(2, 2))),
    "GIF with more pixels than any phone takes": ("x.gif", a.gif(15_900, 15_800)),
    "GIF whose frame is larger than its screen": ("x.gif", a.gif(2, 2, quadro=(15_900, 15_800))),
    "WebP with more pixels than any phone takes": ("x.webp", a.webp(15_900, 15_800)),
    "lossless WebP with more pixels than any phone takes": ("x.webp", a.webp_sem_perdas(15_900, 15_800)),
    "extended WebP with more pixels than any phone takes": ("x.webp", a.webp_estendido(15_900, 15_800)),
    "document that opens into more than it says": ("x.docx", a.que_mente(b"\0" * 200_000_000)),
    "document whose files lie upon one another": ("x.docx", a.sobreposto(200)),
    "document of ZIP64 that opens into 4 GB": ("x.docx", a.com_tamanho(0xFFFF_FFFF)),
    "document packed as none is": ("x.docx", a.docx_por(ZIP_BZIP2)),
    "ELF": ("foto.jpg", b"\x7fELF\x02\x01\x01" + b"\0" * 60),
    "Mach-O": ("notas.txt", b"\xcf\xfa\xed\xfe" + b"\0" * 60),
    "Java class": ("x.bin", b"\xca\xfe\xba\xbe\0\0\0\x34"),
    "WebAssembly": ("x.bin", b"\0asm\x01\0\0\0"),
    "shell script": ("notas.txt", b"#!/bin/sh\nrm -rf /\n"),
    "batch file": ("notas.txt", b"@ECHO OFF\r\ndel *\r\n"),
    "PHP": ("notas.txt", b"\n<?php system('id');"),
    "Windows shortcut": ("Fatura.pdf", b"L\0\0\0\x01\x14\x02\0" + b"\0" * 70),
    "Windows installer": ("x.doc", a.ole("x", classe=bytes.fromhex("84100c0000000000c000000000000046"))),
    "old document with macros": ("x.doc", a.ole("WordDocument", "_VBA_PROJECT")),
    "Java application": ("x.zip", a.zip_de(("META-INF/MANIFEST.MF", b""), ("a/B.class", b"x"))),
    "Android application": ("x.zip", a.zip_de(("AndroidManifest.xml", b""), ("classes.dex", b"x"))),
    "SVG after a prologue": (
        "x.xml",
        b'<?xml version="1.0"?><!-- oi --><!DOCTYPE svg [<!ENTITY a "b">]><s:svg xmlns:s="u"/>',
    ),
    "XHTML": ("x.xml", b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"/>'),
    "page in UTF-16": ("x.txt", "<html>oi</html>".encode("utf-16")),
    "page after a mark": ("x.txt", b"\xef\xbb\xbf<!DOCTYPE html>"),
    "page that begins with a comment": ("x.txt", b"<!-- oi --><script>alert(1)</script>"),
}


@pytest.mark.parametrize("caso", GUARDADOS)
def test_what_is_none_of_these_is_kept_as_what_it_is(caso: str) -> None:
    nome, conteudo, mime = GUARDADOS[caso]
    tipo = tipo_de(conteudo, nome)
    assert tipo.mime == mime
    assert tipo.mensagem == ("imagem" if tipo.largura else "documento")


@pytest.mark.parametrize("caso", GUARDADOS)
def test_the_strict_list_takes_only_what_is_in_it_whatever_its_name(caso: str) -> None:
    nome, conteudo, mime = GUARDADOS[caso]
    try:
        tipo = identificar(io.BytesIO(conteudo), len(conteudo), nome, estrito=True)
    except UnsupportedMedia:
        assert mime not in EXTENSOES or tipo_de(conteudo, nome).mensagem == "documento"
    else:
        assert tipo.mime == mime in EXTENSOES


@pytest.mark.parametrize("orientacao", range(1, 9))
def test_a_picture_lies_as_its_camera_says(orientacao: int) -> None:
    medidas = (7, 6) if orientacao < 5 else (6, 7)
    for ordem in ("<", ">"):
        exif = a.exif(orientacao, ordem)
        for conteudo in (a.jpeg(7, 6, exif), a.png(7, 6, exif=exif), a.webp_estendido(7, 6, exif)):
            tipo = tipo_de(conteudo, "foto")
            assert (tipo.largura, tipo.altura) == medidas


@given(st.binary(max_size=200))
def test_a_note_of_the_camera_that_is_noise_changes_nothing_else(ruido: bytes) -> None:
    assert tipo_de(a.jpeg(7, 6, b"II*\0" + ruido.replace(b"<", b"")), "foto.jpg").largura in {6, 7}


@pytest.mark.parametrize("caso", RECUSADOS)
def test_what_is_not_taken_is_refused_by_name(caso: str) -> None:
    nome, conteudo = RECUSADOS[caso]
    with pytest.raises(UnsupportedMedia) as recusa:
        tipo_de(conteudo, nome)
    assert recusa.value.codigo == "arquivo_recusado"
    assert repr(nome) in recusa.value.message


@pytest.mark.parametrize(
    ("nome", "inicio", "parte", "fim"),
    [
        ("x.gif", a.gif()[:-1] + b"\x21\xfe", b"\x01a", b"\0\x3b"),
        ("x.gif", a.gif()[:-1], b"\x21\xfe\0", b"\x3b"),
        ("x.png", a.png()[:33], a.png()[-12:-8] + b"aaaa" + b"\0\0\0\0", a.png()[33:]),
        ("x.jpg", a.jpeg()[:-2], b"\xff\xfe\0\2", b"\xff\xd9"),
        ("x.mp4", a.mp4(b"isom", b"vide"), b"\0\0\0\x08free", b""),
    ],
)
def test_a_file_of_ever_so_many_parts_is_given_up(nome: str, inicio: bytes, parte: bytes, fim: bytes) -> None:
    assert tipo_de(inicio + parte * 10 + fim, nome).mensagem != "documento"
    muitas = inicio + parte * 200_000 + fim
    assert tipo_de(muitas, nome).mime == OCTETOS
    with pytest.raises(UnsupportedMedia, match="partes demais"):
        identificar(io.BytesIO(muitas), len(muitas), nome, estrito=True)


@given(st.sampled_from(ACEITOS), st.data())
def test_any_change_of_a_file_is_taken_or_refused_and_never_fails(
    aceito: tuple[str, bytes, Tipo, TipoMensagem], dados: st.DataObject
) -> None:
    nome, conteudo, _, _ = aceito
    mexido = bytearray(conteudo)
    for _ in range(dados.draw(st.integers(1, 4))):
        onde = dados.draw(st.integers(0, len(mexido) - 1))
        mexido[onde : onde + dados.draw(st.integers(0, 4))] = dados.draw(st.binary(max_size=4))
        mexido += b"\0" * (not mexido)
    with suppress(UnsupportedMedia):
        tipo_de(bytes(mexido), nome)


@given(st.sampled_from([conteudo[:12] for _, conteudo, _, _ in ACEITOS]), st.binary(max_size=300))
def test_noise_after_the_first_bytes_of_a_format_never_fails(inicio: bytes, resto: bytes) -> None:
    with suppress(UnsupportedMedia):
        tipo_de(inicio + resto, "x.bin")
