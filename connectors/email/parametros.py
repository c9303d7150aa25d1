"""``Content-Type`` and ``Content-Disposition``: a value with parameters (RFC 2045), also long ones (RFC 2231)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote_to_bytes

from connectors.email.palavras import decodificar, legivel

_parametro: Final = re.compile(r""";\s*([^\s=;"]{1,80})\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)""")
_fuga: Final = re.compile(r"\\(.)")
_PARAMETROS: Final = 100
_TIPO: Final = re.compile(r"[a-z0-9!#$&^_.+-]{1,80}/[a-z0-9!#$&^_.+-]{1,80}\Z")


def ler(valor: str) -> tuple[str, dict[str, str]]:
    """The value without its parameters, in lower case, and these by their names, in lower case, decoded. A blank does
    for the first semicolon: some programs leave it out.
    """
    principal, resto = _separar(valor)
    principal, valor = principal.lower(), f";{resto}"
    simples: dict[str, str] = {}
    longos: dict[str, dict[int, tuple[str, bool]]] = {}
    for nome, texto in _lidos(valor):
        base, asterisco, resto = nome.partition("*")
        if not asterisco:
            simples.setdefault(base, legivel(texto))
        else:
            numero = resto.rstrip("*")
            parte = int(numero) if numero.isascii() and numero.isdecimal() and len(numero) < 4 else 0
            longos.setdefault(base, {})[parte] = (texto, nome.endswith("*"))
    return principal, simples | {base: _juntos(partes) for base, partes in longos.items()}


def _separar(valor: str) -> tuple[str, str]:
    antes, _, depois = valor.partition(";")
    principal, *solto = antes.split(None, 1)[:2] or [""]
    return principal, ";".join([*solto, depois])


def tipo_valido(tipo: str) -> bool:
    """Whether this is a media type, in lower case and without parameters."""
    return _TIPO.match(tipo) is not None


def _lidos(valor: str) -> Iterator[tuple[str, str]]:
    for numero, achado in enumerate(_parametro.finditer(valor)):
        if numero >= _PARAMETROS:
            return
        texto = achado[2].strip()
        if texto.startswith('"'):
            texto = _fuga.sub(r"\1", texto[1:].removesuffix('"'))
        yield achado[1].lower(), texto


def _juntos(partes: dict[int, tuple[str, bool]]) -> str:
    """RFC 2231: numbered pieces; the first of the encoded ones says in which charset all of them are."""
    charset, dados = "", b""
    for ordem, (texto, codificado) in enumerate(partes[numero] for numero in sorted(partes)):
        resto = texto
        if codificado and ordem == 0 and texto.count("'") >= 2:
            charset, _, resto = texto.split("'", 2)
        dados += unquote_to_bytes(resto) if codificado else resto.encode("utf-8", "replace")
    return legivel(decodificar(dados, charset))
