"""Mails as they are met, and what is read of them."""

from __future__ import annotations

import base64
import quopri

import pytest

from connectors.email import carta as cartas
from connectors.email import parametros
from connectors.email.carta import assunto_base, instante
from connectors.email.enderecos import Pessoa
from connectors.email.enderecos import ler as enderecos
from connectors.email.palavras import decodificar, legivel
from tests.connectors.email_apoio import ANA, crua, lida


def em_partes(*partes: str, tipo: str = "mixed", mais: str = "") -> bytes:
    corpo = "".join(f"--b\n{parte}\n" for parte in partes)
    return crua(f"prologo\n{corpo}--b--\nepilogo", Content_Type=f'multipart/{tipo}; boundary="b"{mais}')


def parte(tipo: str, corpo: str, **campos: str) -> str:
    linhas = [f"Content-Type: {tipo}", *(f"{nome.replace('_', '-')}: {valor}" for nome, valor in campos.items())]
    return "\n".join([*linhas, "", corpo])


TEXTO = parte("text/plain; charset=utf-8", "em texto")
PAGINA = parte("text/html; charset=utf-8", "<p>em <b>HTML</b></p>")


@pytest.mark.parametrize(
    ("dados", "charset", "texto"),
    [
        ("ação".encode(), "utf-8", "ação"),
        ("ação".encode("latin-1"), "iso-8859-1", "ação"),
        ("ação".encode("latin-1"), "utf-8", "ação"),  # says UTF-8, and is not
        ("ação".encode(), "iso-8859-1", "ação"),  # says Latin-1, and is UTF-8
        ("ação".encode(), "us-ascii", "ação"),
        ("ação".encode("latin-1"), None, "ação"),
        ("ação".encode(), "x-nunca-ouvi", "ação"),
        ("ação".encode(), '"UTF-8"', "ação"),
        ("preço “10 €”".encode("cp1252"), "iso-8859-1", "preço “10 €”"),
        ("Привет".encode("koi8-r"), "koi8-r", "Привет"),
        ("Привет".encode("cp1251"), "windows-1251", "Привет"),
        ("Привет".encode(), "windows-1251", "Привет"),
        ("你好".encode("gb18030"), "gb2312", "你好"),
        ("こんにちは".encode("iso2022_jp"), "ISO-2022-JP", "こんにちは"),
        ("héllo".encode("utf-16"), "utf-16", "héllo"),
        (b"\xef\xbb\xbfcom marca", "utf-8", "com marca"),
        (b"a\x00b\x07c\r\nd\re", "utf-8", "abc\nd\ne"),
        ("日本".encode("cp932"), "cp932", "日本"),
        ("Привет".encode("cp1251"), "CP1251", "Привет"),
        (b"+AOE-", "unicode-1-1-utf-7", "á"),
        (b"zip", "zlib_codec", "zip"),
        (b"abc", "punycode", "abc"),
        (b"\\x41", "unicode_escape", "\\x41"),
    ],
)
def test_charsets(dados: bytes, charset: str | None, texto: str) -> None:
    assert decodificar(dados, charset) == texto


def test_a_long_text_with_one_bad_byte_is_still_utf8() -> None:
    dados = "não é não ".encode() * 100 + b"\xff" + "não".encode()
    assert decodificar(dados, "utf-8").count("não") == 201


@pytest.mark.parametrize(
    ("valor", "texto"),
    [
        ("=?utf-8?q?Ol=C3=A1_mundo?=", "Olá mundo"),
        ("=?UTF-8?B?T2zDoSBtdW5kbw==?=", "Olá mundo"),
        ("=?iso-8859-1?Q?Ol=E1?=", "Olá"),
        ("=?utf-8?q?a?= =?utf-8?q?b?=", "ab"),
        ("=?utf-8?q?a?=\r\n =?iso-8859-1?q?=E1?=", "aá"),
        ("=?utf-8?q?a?= b =?utf-8?q?c?=", "a b c"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=A1?=", "á"),  # a character cut in two
        ("=?utf-8?b?T2zDoQ?=", "Olá"),  # without padding
        ("=?utf-8?b?T2z%DoQ==?=", "Olá"),
        ("=?x-nada?q?Ol=C3=A1?=", "Olá"),
        ("=?utf-8*pt?q?Ol=C3=A1?=", "Olá"),
        ("Re: =?utf-8?q?=5B1=5D?= x", "Re: [1] x"),
        ("=?utf-8?q?com espaco?=", "com espaco"),
        ("=?utf-8?q?a=0D=0ABcc:_x?=", "a Bcc: x"),
        ("=?utf-8?x?nada?=", "=?utf-8?x?nada?="),
        ("=?utf-8?q?aberta", "=?utf-8?q?aberta"),
        ("plano", "plano"),
        ("", ""),
    ],
)
def test_encoded_words(valor: str, texto: str) -> None:
    assert legivel(valor) == texto


@pytest.mark.parametrize(
    ("valor", "pessoas"),
    [
        ("Ana <ana@exemplo.com>", [("Ana", ANA)]),
        ("ana@exemplo.com", [("", ANA)]),
        ("<ANA@Exemplo.com>", [("", ANA)]),
        ("ana@exemplo.com (Ana Souza)", [("Ana Souza", ANA)]),
        ('"Souza, Ana" <ana@exemplo.com>, b@c.de', [("Souza, Ana", ANA), ("", "b@c.de")]),
        ('"falsa@banco.com <falsa@banco.com>" <ana@exemplo.com>', [("falsa@banco.com <falsa@banco.com>", ANA)]),
        ("=?utf-8?q?Jo=C3=A3o_=3Cx=40y.z=3E?= <ana@exemplo.com>", [("João <x@y.z>", ANA)]),
        ("'ana@exemplo.com' <ana@exemplo.com>", [("", ANA)]),
        ("Grupo: ana@exemplo.com, b@c.de;", [("", ANA), ("", "b@c.de")]),
        ("joão@münchen.de", [("", "joão@xn--mnchen-3ya.de")]),
        ("=?utf-8?q?ana=40exemplo=2Ecom?=", [("", ANA)]),  # against RFC 2047, and met
        ("=?utf-8?q?Ana_Souza_=3Cana=40exemplo=2Ecom=3E?=", [("Ana Souza", ANA)]),
        ("Ana <ana@>", []),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("(" * 5000 + "ana@exemplo.com", [("", ANA)]),
        ('"' + "\\" * 5000, []),
        ("a@b@c", []),
        ("", []),
    ],
)
def test_addresses(valor: str, pessoas: list[tuple[str, str]]) -> None:
    assert enderecos(valor) == [Pessoa(*pessoa) for pessoa in pessoas]


@pytest.mark.parametrize(
    "tipo", ["text/plain charset=utf-8", "text/plain charset=utf-8; format=fixed", "text/plain\tcharset=utf-8;"]
)
def test_a_type_without_its_semicolon_is_text_all_the_same(tipo: str) -> None:
    carta = lida("Olá", Content_Type=tipo)
    assert (carta.corpo.texto.strip(), carta.corpo.anexos) == ("Olá", ())


@pytest.mark.parametrize(
    ("valor", "nome"),
    [
        ('attachment; filename="nota fiscal.pdf"', "nota fiscal.pdf"),
        ("attachment; filename=nota.pdf", "nota.pdf"),
        ("attachment; filename*=utf-8''a%C3%A7%C3%A3o.pdf", "ação.pdf"),
        ("attachment; filename*0*=utf-8''a%C3%A7; filename*1*=%C3%A3o; filename*2=.pdf", "ação.pdf"),
        ("attachment; filename*1=b.pdf; filename*0=a", "ab.pdf"),
        ('attachment; filename="=?utf-8?q?a=C3=A7=C3=A3o=2Epdf?="', "ação.pdf"),
        ('attachment; filename="ação.pdf"', "ação.pdf"),
        ('attachment; filename="a;b\\"c.pdf"; size=3', 'a;b"c.pdf'),
        ('attachment; filename="sem fim.pdf', "sem fim.pdf"),
        ('attachment; filename="a\nb.pdf"', "a b.pdf"),
    ],
)
def test_names_of_files(valor: str, nome: str) -> None:
    assert parametros.ler(valor)[1]["filename"].strip() == nome


@pytest.mark.parametrize(
    ("bruto", "texto"),
    [
        (crua("Olá"), "Olá"),
        (crua("Ol=C3=A1 =\nmundo", Content_Transfer_Encoding="quoted-printable"), "Olá mundo"),
        (crua(base64.b64encode("Olá".encode()).decode(), Content_Transfer_Encoding="base64"), "Olá"),
        (crua("T2zDoQ", Content_Transfer_Encoding="BASE64"), "Olá"),
        (crua("T2zDoSwgdHVk!byBiZW0\n/", Content_Transfer_Encoding="base64"), "Olá, tudo bem?"),
        (crua("Isto não é base64, é texto.", Content_Transfer_Encoding="base64"), "Isto não é base64, é texto."),
        (crua("Olá", Content_Type=None), "Olá"),
        (crua("Olá", Content_Type="text"), "Olá"),
        (crua("Olá", Content_Type="multipart/mixed"), "Olá"),
        (crua("Olá", Content_Type='multipart/mixed; boundary="nunca"'), "Olá"),
        (em_partes(TEXTO, PAGINA, tipo="alternative"), "em texto"),
        (em_partes(PAGINA, tipo="alternative"), "em HTML"),
        (em_partes(parte("text/plain", "  \n"), PAGINA, tipo="alternative"), "em HTML"),
        (em_partes(TEXTO, TEXTO), "em texto\n\nem texto"),
        (em_partes(TEXTO, parte("text/plain", "anexo", Content_Disposition="attachment")), "em texto"),
        (em_partes(TEXTO, parte("text/plain; name=a.txt", "anexo")), "em texto"),
        (em_partes(TEXTO, PAGINA), "em texto\n\nem HTML"),
        (em_partes(PAGINA, parte("image/png", "x", Content_ID="<i>"), tipo="related"), "em HTML"),
        (em_partes(TEXTO, parte("application/pgp-signature", "x"), tipo="signed"), "em texto"),
        (crua("longa \nlinha\n> citada \n> tambem\n-- \nAna", Content_Type="text/plain; format=flowed"),
         "longa linha\n> citada tambem\n-- \nAna"),
        (crua("sem \nbranco", Content_Type="text/plain; format=flowed; delsp=yes"), "sembranco"),
        (b"sem cabecalho nenhum\nnem fim", "sem cabecalho nenhum\nnem fim"),
        (b"From ana Mon Jan 1 2026\nFrom: a@b.c\n\ncorpo", "corpo"),
        (b"From: a@b.c\nisto nao e campo\ncorpo", "isto nao e campo\ncorpo"),
        (b"From: a@b.c\r\rOla\rmundo", "Ola\nmundo"),
        (b"", ""),
        (b"\n", ""),
        (b"\x00\xff", "ÿ"),
    ],
)  # fmt: skip
def test_the_text_of_a_mail(bruto: bytes, texto: str) -> None:
    assert cartas.ler(bruto).corpo.texto.strip("\n").rstrip() == texto


def test_a_multipart_that_breaks_off_is_read_to_where_it_does() -> None:
    bruto = em_partes(TEXTO, parte("application/pdf", "conteudo que"))
    cortada = cartas.ler(bruto[: bruto.index(b"que")])
    assert cortada.corpo.texto.strip() == "em texto"
    assert [anexo.corpo() for anexo in cortada.corpo.anexos] == [b"conteudo "]


def test_a_boundary_that_begins_another_is_none() -> None:
    corpo = f"--b\n{TEXTO}\n--bb\nainda texto\n--b --\nmais\n--b--"
    carta = lida(corpo, Content_Type="multipart/mixed; boundary=b")
    assert "--bb\nainda texto\n--b --\nmais" in carta.corpo.texto


def test_files_are_found_wherever_they_are() -> None:
    dentro = 'Content-Type: multipart/related; boundary="r"\n\n--r\n' + PAGINA + "\n--r\n"
    dentro += parte("image/png", "aaaa", Content_ID="<logo>", Content_Transfer_Encoding="base64") + "\n--r--"
    carta = cartas.ler(
        em_partes(
            f'Content-Type: multipart/alternative; boundary="a"\n\n--a\n{TEXTO}\n--a\n{dentro}\n--a--',
            parte('application/pdf; name="a.pdf"', "aaaa", Content_Disposition="attachment"),
            parte("message/rfc822", "Subject: dentro\n\noutro e-mail"),
        )
    )
    assert carta.corpo.texto.strip() == "em texto"
    assert [anexo.tipo for anexo in carta.corpo.anexos] == ["image/png", "application/pdf", "message/rfc822"]
    assert carta.corpo.anexos[1].nome == "a.pdf"
    assert "HTML" in carta.corpo.pagina


def test_headers_in_eight_bits_are_read() -> None:
    bruto = b"From: Jo\xe3o <a@b.c>\nSubject: N\xc3\xa3o chegou\n\nx"
    carta = cartas.ler(bruto)
    assert carta.de == Pessoa("João", "a@b.c")
    assert carta.assunto == "Não chegou"


def test_a_folded_header_is_one_line() -> None:
    carta = lida(Subject="uma linha\r\n muito\r\n\tlonga")
    assert carta.assunto == "uma linha muito longa"


@pytest.mark.parametrize(
    ("campos", "de"),
    [
        ({"From": None, "Sender": "b@c.de"}, "b@c.de"),
        ({"From": "nada", "Reply-To": "b@c.de"}, "b@c.de"),
        ({"From": None, "Return-Path": "<b@c.de>"}, "b@c.de"),
        ({"From": None}, None),
    ],
)
def test_who_wrote_it_without_a_good_from(campos: dict[str, str | None], de: str | None) -> None:
    lido = lida(**campos).de
    assert (lido.email if lido else None) == de


@pytest.mark.parametrize(
    "id_", ["<a@b>" + "x" * 500, "<" + "a" * 500 + "@b>", "<a b@c>", "<>", "", "só texto", "<a@b\x00>"]
)
def test_an_absurd_id_is_replaced_by_a_hash_of_the_mail(id_: str) -> None:
    uma, outra = lida("um", Message_ID=id_), lida("dois", Message_ID=id_)
    assert uma.id.startswith("sha256:")
    assert uma.id == lida("um", Message_ID=id_).id
    assert uma.id != outra.id


def test_the_hash_does_not_see_the_way_that_a_mail_took() -> None:
    bruto = crua("um", Message_ID=None)
    assert cartas.ler(b"Received: by outro\r\n" + bruto).id == cartas.ler(bruto).id


@pytest.mark.parametrize(
    ("dito", "id_"), [("<a.b@c.de>", "<a.b@c.de>"), ("a.b@c.de", "<a.b@c.de>"), ("  <a.b@c.de>  ", "<a.b@c.de>")]
)
def test_an_id_is_kept_with_its_angles(dito: str, id_: str) -> None:
    assert lida(Message_ID=dito).id == id_


def test_references_are_read_oldest_first_and_once() -> None:
    carta = lida(References="<a@1>\r\n <b@2> <a@1> lixo <c 3>", In_Reply_To="Sua mensagem de ontem <b@2>")
    assert (carta.referencias, carta.em_resposta_a) == (("<a@1>", "<b@2>"), ("<b@2>",))


@pytest.mark.parametrize(
    ("assunto", "base"),
    [
        ("Re: Pedido", "Pedido"),
        ("RES: ENC: Fwd: re[2]: Pedido", "Pedido"),
        ("Re:Re:Re: Pedido", "Pedido"),
        ("Resumo: Pedido", "Resumo: Pedido"),
        ("Re : Pedido", "Pedido"),
        ("Pedido re: algo", "Pedido re: algo"),
        ("Re:", ""),
        ("Re: " * 10_000, "Re: " * 9_950),
    ],
)
def test_the_subject_without_prefixes(assunto: str, base: str) -> None:
    assert assunto_base(assunto) == base.strip()


@pytest.mark.parametrize(
    ("data", "ms"),
    [
        ("Fri, 27 Nov 2026 10:00:00 -0300", 1795784400000),
        ("27 Nov 26 10:00 GMT", 1795773600000),
        ("nunca", None),
        ("", None),
        ("Fri, 99 Nov 2026 10:00:00 -0300", None),
        ("Fri, 27 Nov 2026 10:00:00 +9999999999", None),
        ("Fri, 27 Nov 99999999999 10:00:00 -0300", None),
    ],
)
def test_dates(data: str, ms: int | None) -> None:
    assert instante(data) == ms


def test_quoted_printable_that_is_broken_is_read_as_it_is() -> None:
    texto = quopri.encodestring("ação".encode()).decode() + "=ZZ 100% =\n"
    assert lida(texto, Content_Transfer_Encoding="quoted-printable").corpo.texto.startswith("ação=ZZ 100%")
