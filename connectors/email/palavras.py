"""Charsets as they are met, and the encoded words of header fields (RFC 2047).

What a mail declares is a hint. Names of charsets are looked up in a list of our own, never in Python's registry: that
one has codecs that are no charsets, and some that take quadratic time. Western charsets are read as the WHATWG's
Encoding Standard reads them (``iso-8859-1`` is windows-1252), and what is valid UTF-8 with more than ASCII in it is
UTF-8 whatever it claims: nobody writes such sequences in Latin-1.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from connectors.email import limites

_OCIDENTAIS: Final = frozenset({
    "", "ascii", "us-ascii", "ansi_x3.4-1968", "iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso-8859-15",
    "iso8859-15", "latin-9", "windows-1252", "cp1252", "cp-1252", "ansi", "7bit", "8bit", "unknown", "unknown-8bit",
    "x-unknown", "default", "utf-8", "utf8", "utf8mb4", "utf-8-mac", "unicode-1-1-utf-8", "cp65001",
})  # fmt: skip
"""Those, and what says nothing: UTF-8 if it is that, and windows-1252 otherwise."""
_OUTRAS: Final = {
    "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1253": "cp1253", "windows-1254": "cp1254",
    "iso-8859-9": "cp1254", "windows-1255": "cp1255", "windows-1256": "cp1256", "windows-1257": "cp1257",
    "windows-1258": "cp1258", "cp1250": "cp1250", "cp1251": "cp1251", "cp1253": "cp1253", "cp1254": "cp1254",
    "cp1255": "cp1255", "cp1256": "cp1256", "cp1257": "cp1257", "cp1258": "cp1258", "windows-874": "cp874",
    "iso-8859-11": "cp874", "tis-620": "cp874",
    "iso-8859-2": "iso8859_2", "iso-8859-3": "iso8859_3", "iso-8859-4": "iso8859_4", "iso-8859-5": "iso8859_5",
    "iso-8859-6": "iso8859_6", "iso-8859-7": "iso8859_7", "iso-8859-8": "iso8859_8", "iso-8859-8-i": "iso8859_8",
    "iso-8859-10": "iso8859_10", "iso-8859-13": "iso8859_13", "iso-8859-14": "iso8859_14", "iso-8859-16": "iso8859_16",
    "koi8-r": "koi8_r", "koi8-u": "koi8_u", "ibm850": "cp850", "cp850": "cp850", "ibm437": "cp437", "cp437": "cp437",
    "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030",
    "x-gbk": "gb18030", "hz-gb-2312": "hz", "big5": "cp950", "big5-hkscs": "big5hkscs", "shift_jis": "cp932",
    "shift-jis": "cp932", "sjis": "cp932", "windows-31j": "cp932", "cp932": "cp932", "ms932": "cp932",
    "x-sjis": "cp932", "cp936": "gb18030", "cp949": "cp949", "windows-949": "cp949", "cp950": "cp950",
    "iso-2022-jp": "iso2022_jp", "euc-jp": "euc_jp", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "iso-2022-kr": "iso2022_kr",
    "utf-7": "utf_7", "unicode-1-1-utf-7": "utf_7", "utf-16": "utf_16", "utf-16le": "utf_16_le",
    "utf-16be": "utf_16_be",
}  # fmt: skip

_DE_MUITOS_BYTES: Final = frozenset({
    "gb18030", "hz", "cp950", "big5hkscs", "cp932", "iso2022_jp", "euc_jp", "cp949", "iso2022_kr", "utf_7", "utf_16",
    "utf_16_le", "utf_16_be",
})  # fmt: skip

_palavra: Final = re.compile(r"=\?([^?\s]{1,64})\?([bBqQ])\?([^?]*)\?=")
_dobra: Final = re.compile(r"\r?\n[ \t]|[\r\n]")
_controles: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_controles_de_linha: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_FORA_DO_BASE64: Final = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
)
_EMENDAS: Final = 100


def decodificar(dados: bytes, declarada: str | None) -> str:
    r"""The text of ``dados``, which is said to be in the charset ``declarada``. It never fails: what cannot be read at
    all is shown as U+FFFD. Line ends are ``\n``, and other control characters are gone.
    """
    nome = (declarada or "").strip(" \"'").lower().partition("*")[0]
    outra = _OUTRAS.get(nome)
    if outra is None or (outra not in _DE_MUITOS_BYTES and _e_utf8(dados)):
        texto = _ocidental(dados)
    else:
        texto = dados.decode(outra, "replace")
    return sem_controles(texto.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff"))


def sem_controles(texto: str) -> str:
    """Text of several lines without other control characters, and without halves of characters."""
    return _controles.sub("", texto).encode("utf-8", "replace").decode()


def uma_linha(texto: str, maximo: int) -> str:
    """Text as one line of at most ``maximo`` characters, without control characters."""
    return " ".join(_controles_de_linha.sub(" ", texto[: maximo * 4]).split())[:maximo]


def _ocidental(dados: bytes) -> str:
    try:
        return dados.decode()
    except UnicodeDecodeError as erro:
        # A long text that breaks off, or has one bad byte, is still UTF-8.
        bons = dados.decode("utf-8", "ignore")
        perdidos = len(dados) - len(bons.encode())
        if erro.start and perdidos <= len(dados) // 200 and not bons.isascii():
            return dados.decode("utf-8", "replace")
        return dados.decode("cp1252", "replace")


def _e_utf8(dados: bytes) -> bool:
    try:
        return not dados.decode().isascii()
    except UnicodeDecodeError:
        return False


def campo(bruto: bytes) -> str:
    """The value of a header field, unfolded and in characters, its encoded words untouched."""
    return _dobra.sub(" ", _ocidental(bruto[: limites.VALOR])).strip()


def legivel(valor: str, maximo: int = limites.VALOR) -> str:
    """The value of a field as a person reads it: one line, encoded words decoded. Words that stand beside one another
    are one text (RFC 2047, section 2), and their bytes are joined first: senders cut them within a character.
    """
    pedacos: list[str] = []
    fim, aberta = 0, ("", b"")
    for palavra in _palavra.finditer(valor):
        entre = valor[fim : palavra.start()]
        charset, dados = palavra[1].lower(), _da_palavra(palavra[2], palavra[3])
        if entre.strip() or charset != aberta[0]:
            pedacos.append(decodificar(aberta[1], aberta[0]))
            aberta = (charset, b"")
        if entre.strip() or not pedacos[1:]:
            pedacos.append(entre)
        aberta = (charset, aberta[1] + dados)
        fim = palavra.end()
    pedacos += [decodificar(aberta[1], aberta[0]), valor[fim:]]
    return uma_linha("".join(pedacos), maximo)


def _da_palavra(codificacao: str, texto: str) -> bytes:
    dados = texto.encode("utf-8", "replace")
    return base64(dados) if codificacao in "bB" else binascii.a2b_qp(dados, header=True)


def base64(dados: bytes) -> bytes:
    """What base64 holds, also where it is broken: strange characters are passed over, and what is cut off is lost."""
    limpo = dados.translate(None, _FORA_DO_BASE64)
    corridas = limpo.split(b"=") if limpo.count(b"=") <= _EMENDAS else [limpo.replace(b"=", b"")]
    return b"".join(_corrida(corrida) for corrida in corridas)


def _corrida(corrida: bytes) -> bytes:
    if len(corrida) % 4 == 1:
        corrida = corrida[:-1]
    return binascii.a2b_base64(corrida + b"=" * (-len(corrida) % 4))
