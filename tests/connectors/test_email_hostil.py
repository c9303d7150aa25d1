"""Whatever bytes come, a mail is read: no exception, no endless time, nothing larger than the engine takes."""

from __future__ import annotations

import base64
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.email import carta as cartas
from connectors.email import entrada, limites
from connectors.email.triagem import Escrita, triar
from tests.connectors.email_apoio import SUPORTE, crua, marcas

PEDACOS = [
    b"From: ", b"To: ", b"Subject: ", b"Message-ID: <a@b>", b"References: ", b"Content-Type: ", b"multipart/mixed",
    b"multipart/alternative", b"multipart/related", b"multipart/report", b"multipart/digest", b"message/rfc822",
    b"message/delivery-status", b"text/plain", b"text/html", b"; boundary=b", b'; boundary="b"', b"; charset=",
    b"utf-8",
    b"utf-7", b"utf-16", b"iso-2022-jp", b"x-nada", b"; format=flowed", b"; report-type=delivery-status", b"\n--b\n",
    b"\n--b--\n", b"\n\n", b"\r\n", b"\n", b"\r", b" ", b"\t", b"Content-Transfer-Encoding: ", b"base64",
    b"quoted-printable", b"Content-Disposition: attachment; filename*0*=utf-8''%", b"filename*1=x", b"=?utf-8?q?",
    b"=?utf-8?b?", b"?=", b"=C3=", b"<", b">", b'"', b"(", b")", b",", b";", b":", b"=", b"@", b"\x00", b"\xff",
    b"\xc3",
    b"<div>", b"</div>", b"<blockquote>", b"<a href=", b"<!--", b"Em 1 escreveu:", b"-- \n", b"De: x\nEnviado: y\n",
    b"Date: Fri, 99 Nov 99999 99:99:99 +9999", b"Action: failed\nStatus: 5.1.1\n\n", b"Return-Path: <>",
    b"mailer-daemon@x",
    b"+ADw-", b"begin 644 x\n", b"Auto-Submitted: ", b"List-Id: ",
]  # fmt: skip


def seguir(bruto: bytes) -> None:
    """All that happens to a mail before the engine has it."""
    carta = cartas.ler(bruto)
    assert carta.id == cartas.ler(bruto).id
    assert len(carta.id) <= limites.ID or carta.id.startswith("sha256:")
    decisao = triar(carta, marcas(), SUPORTE, 1)
    for anexo in carta.corpo.anexos:
        anexo.corpo()
    if isinstance(decisao, Escrita):
        for mensagem in entrada.mensagens(carta, decisao, 1, (), (), carta.excessos):
            codificada = msgspec.json.encode(mensagem)
            assert msgspec.json.decode(codificada, type=type(mensagem)) == mensagem
            assert mensagem.conteudo.strip()
            assert len(mensagem.conteudo) <= 65_536
            assert len(msgspec.json.encode(mensagem.metadados)) <= 64 * 1024


@given(st.lists(st.sampled_from(PEDACOS), max_size=60).map(b"".join))
@settings(max_examples=400)
def test_pieces_of_mails_in_any_order_are_read(bruto: bytes) -> None:
    seguir(bruto)


@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(bruto: bytes) -> None:
    seguir(bruto)


@given(st.data())
@settings(max_examples=200)
def test_a_good_mail_that_was_damaged_is_read(dados: st.DataObject) -> None:
    bruto = bytearray(BOA)
    for _ in range(dados.draw(st.integers(1, 10))):
        onde = dados.draw(st.integers(0, len(bruto) - 1))
        ate = min(len(bruto), onde + dados.draw(st.integers(0, 40)))
        bruto[onde:ate] = dados.draw(st.one_of(st.binary(max_size=4), st.sampled_from(PEDACOS)))
        if not bruto:
            return
    seguir(bytes(bruto))


BOA = crua(
    "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\nContent-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: quoted-printable\n\nOl=C3=A1\n--c\nContent-Type: text/html\n\n<p>Ol&aacute;</p>\n"
    "--c--\n"
    "--b\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nJVBERg==\n--b--",
    Content_Type="multipart/mixed; boundary=b",
    Subject="=?utf-8?q?Ol=C3=A1?=",
)


def aninhada(fundo: int, corpo: bytes = b"oi\n") -> bytes:
    niveis = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(fundo))
    return niveis + b"Content-Type: text/plain\n\n" + corpo


BOMBAS = {
    "deep": lambda: aninhada(5_000, b"x\n" * 500_000),
    "deep within rfc822": lambda: b"Content-Type: message/rfc822\n\n" * 5_000 + b"oi",
    "10,000 parts": lambda: b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\noi\n" * 10_000,
    "a million boundaries": lambda: b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n" * 1_000_000,
    "boundaries within lines": lambda: b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b" * 3_000_000,
    "a boundary of one letter many times": lambda: aninhada(20, b"--b1" + b"\n-" * 3_000_000),
    "a million header fields": lambda: b"X: y\n" * 1_000_000 + b"\noi",
    "one header of 20 MB": lambda: b"Subject: " + b"a" * 20_000_000 + b"\n\noi",
    "a folded header of 20 MB": lambda: b"Subject: a\n" + b" b\n" * 5_000_000 + b"\noi",
    "a header of encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\noi",
    "a header of half words": lambda: b"Subject: " + b"=?a?q?" * 100_000 + b"\n\noi",
    "a header of brackets": lambda: b"From: " + b"(" * 100_000 + b"<" * 100_000 + b"\n\noi",
    "a header of quotes": lambda: b"From: " + b'"\\' * 100_000 + b"\n\noi",
    "a header of parameters": lambda: b"Content-Type: text/plain" + b'; a*0*="' * 100_000 + b"\n\noi",
    "a header of ids": lambda: b"References: " + b"<a@b>" * 100_000 + b"\nIn-Reply-To: " + b"<" * 99_999 + b"\n\noi",
    "25 MB of base64": lambda: b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + b"QUJD" * 6_250_000,
    "25 MB of padding": lambda: b"Content-Type: a/b\nContent-Transfer-Encoding: base64\n\n" + b"A=" * 12_500_000,
    "25 MB of quoted-printable": lambda: b"Content-Transfer-Encoding: quoted-printable\n\n" + b"=41=\n" * 5_000_000,
    "25 MB of UTF-7": lambda: b"Content-Type: text/plain; charset=utf-7\n\n" + b"+A" * 12_500_000,
    "25 MB of line ends": lambda: b"\n" * 25_000_000,
    "25 MB of carriage returns": lambda: b"From: a@b.c\r\r" + b"x\r" * 12_500_000,
    "25 MB of quotes": lambda: b"From: a@b.c\n\n" + b">\n" * 12_500_000,
    "25 MB of flowed lines": lambda: b"Content-Type: text/plain; format=flowed\n\n" + b"a \n" * 8_000_000,
    "25 MB of HTML": lambda: b"Content-Type: text/html\n\n" + b"<div><table><a href=x>" * 1_000_000,
    "more than 25 MB": lambda: b"From: a@b.c\n\n" + b"x" * 40_000_000,
}


@pytest.mark.parametrize("qual", BOMBAS)
def test_a_bomb_is_read_within_bounds(qual: str) -> None:
    seguir(BOMBAS[qual]())


def test_an_archive_is_a_file_and_is_not_opened() -> None:
    guardado = BytesIO()
    with ZipFile(guardado, "w", ZIP_DEFLATED) as pacote:
        pacote.writestr("zeros", b"\0" * 50_000_000)
    corpo = base64.encodebytes(guardado.getvalue()).decode()
    bruto = crua(corpo, Content_Type="application/zip; name=bomba.zip", Content_Transfer_Encoding="base64")
    carta = cartas.ler(bruto)
    [anexo] = carta.corpo.anexos
    assert (anexo.nome, anexo.corpo()) == ("bomba.zip", guardado.getvalue())


@pytest.mark.parametrize(("fundo", "excessos"), [(15, frozenset()), (500, frozenset({"profundidade"}))])
def test_depth_is_read_to_a_limit_and_told(fundo: int, excessos: frozenset[str]) -> None:
    carta = cartas.ler(aninhada(fundo))
    assert carta.excessos == excessos
    assert carta.corpo.texto.strip() == ("" if excessos else "oi")
