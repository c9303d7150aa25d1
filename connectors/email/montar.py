"""A message into the bytes of a mail (RFC 5322).

Fields are written here and not by the standard library's ``EmailMessage``: that one turns a long Message-ID in
``References`` into encoded words, by which threads break. No value can bring a line of its own: control characters are
taken out of everything that becomes part of a field.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Iterator
from email.header import Header
from email.utils import formatdate
from hashlib import sha256
from html import escape
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from connectors.email import enderecos, limites, parametros
from connectors.email.carta import assunto_base, e_id
from connectors.email.lembrados import sem_numero
from connectors.email.marcas import Marcas
from connectors.email.palavras import sem_controles, uma_linha
from engine.conector.trabalhos import ArquivoParaEnviar, Envio
from engine.emails import canonico

_LINHA: Final = 76
_PEDACO: Final = 12
"""Letters, each of which may become twelve characters."""
_SEM_ASSUNTO: Final = "Sua mensagem"
_atomos: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*\Z")
_especiais: Final = re.compile(r'(["\\])')
_simples: Final = re.compile(r"[ !#-\[\]-~]{1,60}\Z")
"""What a quoted string holds without escapes."""
_endereco_web: Final = re.compile(r"https?://[^\s<>\"']{1,2000}[^\s<>\"'.,;:!?)]")
_REFERENCIAS: Final = 20
"""The first and the latest ones (RFC 5537, section 3.4.4, keeps those)."""


class Remetente(Struct, frozen=True):
    """Who we are to those who get our mails."""

    nome: str
    endereco: str


class Pronta(Struct, frozen=True):
    """A mail that can be sent. ``utf8``: only to a server that knows SMTPUTF8 (RFC 6531)."""

    de: str
    para: str
    id: str
    bruto: bytes
    utf8: bool


def montar(
    trabalho_id: str, envio: Envio, remetente: Remetente, marcas: Marcas, agora_s: float, arquivo: bytes | None = None
) -> Pronta:
    """The mail of a job; the same but for its date, however often it is made. ``agora_s``: seconds since the epoch;
    ``arquivo``: what ``envio.arquivo`` holds. Raises ValueError if the recipient's address is none.
    """
    para = canonico(envio.para.valor)
    if not enderecos.valido(para):
        raise ValueError("not an address")
    id_ = marcas.message_id(trabalho_id)
    corpo = _corpo(envio, arquivo, sha256(id_.encode()).hexdigest()[:24])
    de_quem = (f"X-Balcao: {marcas.da_empresa}",)
    linhas = [*_cabecalho(envio, remetente, marcas.responder_para(trabalho_id), para, id_, agora_s), *de_quem, *corpo]
    bruto = "\r\n".join(linhas).encode()
    return Pronta(remetente.endereco, para, id_, bruto, utf8=not (para + remetente.endereco).isascii())


def _cabecalho(
    envio: Envio, remetente: Remetente, responder_para: str, para: str, id_: str, agora_s: float
) -> Iterator[str]:
    yield f"Date: {formatdate(agora_s)}"
    yield f"From: {_pessoa(remetente.nome, remetente.endereco)}"
    yield f"To: <{para}>"
    yield _campo("Subject", assunto(envio))
    yield f"Message-ID: {id_}"
    if responder_para != remetente.endereco:
        yield f"Reply-To: {_pessoa(remetente.nome, responder_para)}"
    respondida = _id(envio.responde_a)
    if respondida is not None:
        yield f"In-Reply-To: {respondida}"
    referencias = _referencias(envio, respondida)
    if referencias:
        yield "References: " + "\r\n ".join(referencias)
    if envio.automatica:
        yield f"Auto-Submitted: {'auto-replied' if respondida else 'auto-generated'}"
        yield "X-Auto-Response-Suppress: All"
    yield "MIME-Version: 1.0"


def assunto(envio: Envio) -> str:
    """Of an answer "Re: …", whatever the conversation was called."""
    base = assunto_base(uma_linha(envio.assunto or "", limites.ASSUNTO))
    if not base:
        return _SEM_ASSUNTO
    return f"Re: {base}" if envio.responde_a or envio.referencias else base


def _referencias(envio: Envio, respondida: str | None) -> list[str]:
    ditas = [id_ for dita in (*envio.referencias, envio.responde_a) if (id_ := _id(dita)) is not None]
    unicas = list(dict.fromkeys(dita for dita in ditas if dita != respondida)) + ([respondida] if respondida else [])
    return unicas if len(unicas) <= _REFERENCIAS else [unicas[0], *unicas[1 - _REFERENCIAS :]]


def _id(dito: str | None) -> str | None:
    """A Message-ID as it can be written; of a file's message, that of its mail."""
    limpo = sem_numero(dito or "")
    return limpo if e_id(limpo) else None


def _pessoa(nome: str, endereco: str) -> str:
    nome = uma_linha(nome, limites.NOME)
    if not nome:
        return f"<{endereco}>"
    if not nome.isascii():
        escrito = Header(nome, "utf-8", maxlinelen=_LINHA - 10, header_name="Reply-To").encode(linesep="\r\n")
    else:
        escrito = nome if _atomos.match(nome) else '"' + _especiais.sub(r"\\\1", nome) + '"'
    return f"{escrito}\r\n <{endereco}>" if len(escrito) + len(endereco) > _LINHA - 12 else f"{escrito} <{endereco}>"


def _campo(nome: str, valor: str) -> str:
    """A field of running text, folded and encoded (RFC 2047)."""
    if valor.isascii() and len(valor) + len(nome) < _LINHA and "=?" not in valor:
        return f"{nome}: {valor}"
    return f"{nome}: {Header(valor, 'utf-8', maxlinelen=_LINHA, header_name=nome).encode(linesep=chr(13) + chr(10))}"


def _corpo(envio: Envio, arquivo: bytes | None, fronteira: str) -> list[str]:
    texto = sem_controles(envio.conteudo.replace("\r\n", "\n").replace("\r", "\n"))
    formas = _formas(texto, f"=_a{fronteira}")
    if envio.arquivo is None or arquivo is None:
        return formas
    marca = f"=_m{fronteira}"
    return [
        f'Content-Type: multipart/mixed; boundary="{marca}"',
        "",
        f"--{marca}",
        *(formas if texto.strip() else _parte("text/plain; charset=utf-8", b"")),
        f"--{marca}",
        *_anexo(envio.arquivo, arquivo),
        f"--{marca}--",
        "",
    ]


def _formas(texto: str, marca: str) -> list[str]:
    """The text, and the same as a page."""
    return [
        f'Content-Type: multipart/alternative; boundary="{marca}"',
        "",
        f"--{marca}",
        *_parte("text/plain; charset=utf-8", _linhas(texto).encode()),
        f"--{marca}",
        *_parte("text/html; charset=utf-8", _linhas(_pagina(texto)).encode()),
        f"--{marca}--",
        "",
    ]


def _linhas(texto: str) -> str:
    """The canonical form of a text on the way has CRLF, also within base64 (RFC 2045, section 6.8)."""
    return texto.replace("\n", "\r\n") + "\r\n"


def _pagina(texto: str) -> str:
    pedacos, fim = [], 0
    for achado in _endereco_web.finditer(texto):
        elo = escape(achado[0])
        pedacos += [escape(texto[fim : achado.start()]), f'<a href="{elo}">{elo}</a>']
        fim = achado.end()
    corpo = ("".join(pedacos) + escape(texto[fim:])).replace("\n", "<br>\n")
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body><div>{corpo}</div></body></html>'


def _parte(tipo: str, dados: bytes, *mais: str) -> list[str]:
    """base64: nothing on the way touches it, no line is long, and no boundary can stand in it."""
    codificado = encodebytes(dados).decode().rstrip("\n").replace("\n", "\r\n")
    return [f"Content-Type: {tipo}", *mais, "Content-Transfer-Encoding: base64", "", codificado]


def _anexo(arquivo: ArquivoParaEnviar, dados: bytes) -> list[str]:
    tipo = arquivo.tipo.partition(";")[0].strip().lower()
    nome = uma_linha(arquivo.nome, limites.NOME_DE_ARQUIVO).replace("/", "_").replace("\\", "_") or "arquivo"
    if tipo.startswith(("multipart/", "message/")) or not parametros.tipo_valido(tipo):
        tipo = "application/octet-stream"  # those may not be in base64 (RFC 2046, section 5.2.1)
    pedacos = [f'filename="{nome}"'] if _simples.match(nome) else list(_longo(nome))
    return _parte(tipo, dados, ";\r\n ".join(["Content-Disposition: attachment", *pedacos]))


def _longo(nome: str) -> Iterator[str]:
    """A name of any letters and length, in pieces (RFC 2231). It stands alone: where a plain ``filename`` is beside it,
    many readers take that one.
    """
    letras = [quote(letra.encode(), safe="") for letra in nome]
    if len(letras) <= _PEDACO:
        yield f"filename*=utf-8''{''.join(letras)}"
        return
    for numero in range(0, len(letras), _PEDACO):
        pedaco = "".join(letras[numero : numero + _PEDACO])
        yield f"filename*{numero // _PEDACO}*=" + ("utf-8''" if numero == 0 else "") + pedaco
