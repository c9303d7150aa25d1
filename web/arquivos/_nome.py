"""Names of files: shown, sent on and offered for saving, never used as a path. A name is cleaned, never judged."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from typing import Final

TAMANHO_MAXIMO: Final = 255
"""Bytes in UTF-8: what file systems take."""
SEM_NOME: Final = "arquivo"
_FINAL_MAXIMO: Final = 20
"""Bytes of an ending that is kept when a name is shortened."""
_separador = re.compile(r"[/\\]")
_brancos = re.compile(r"\s+")
_LIGACOES: Final = "\u200c\u200d"
"""The zero-width (non-)joiners: scripts and emoji are written with them."""
_INVISIVEIS: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control characters, and those that turn the direction of writing: they make ``gpj.exe`` look like ``exe.jpg``."""
_EXECUTAM: Final = frozenset({
    "apk", "app", "appimage", "bat", "bash", "bin", "cmd", "com", "command", "cpl", "cs", "csh", "deb", "desktop",
    "dll", "dmg", "docm", "dotm", "exe", "gadget", "hta", "htm", "html", "inf", "ins", "iso", "jar", "js", "jse",
    "ksh", "lnk", "mht", "mhtml", "mjs", "msc", "msi", "msp", "osx", "pif", "phar", "php", "pl", "ppam", "ppsm",
    "pptm", "ps1", "psm1", "py", "pyc", "rb", "reg", "rpm", "scf", "scr", "sct", "sh", "shs", "svg", "svgz",
    "swf", "url", "vb", "vbe", "vbs", "webloc", "ws", "wsf", "wsh", "xbap", "xhtml", "xht", "xlam", "xlsm",
    "xltm", "xsl", "zsh",
})  # fmt: skip
"""Endings by which a system chooses to run what a file has in it."""


def nome_limpo(nome: str) -> str:
    """The name as it is kept: without folders and without what cannot be seen; never empty."""
    ultimo = _separador.split(nome)[-1]
    visivel = "".join(
        letra
        for letra in _brancos.sub(" ", ultimo)
        if letra in _LIGACOES or unicodedata.category(letra) not in _INVISIVEIS
    )
    return _curto(visivel.strip(" ." + _LIGACOES) or SEM_NOME)


def com_extensao(nome: str, mime: str, finais: tuple[str, ...] = ()) -> str:
    """A clean name, with an ending of its type added where it has none, or one that would have it run.

    ``finais``: those of the type.
    """
    final = extensao(nome)
    if final and (final not in _EXECUTAM or final in finais):
        return nome
    proprio = f".{finais[0]}" if finais else mimetypes.guess_extension(mime.partition(";")[0]) or ".bin"
    return _curto(nome, TAMANHO_MAXIMO - len(proprio)) + proprio


def extensao(nome: str) -> str:
    """What follows the last dot, in lower case; "" if there is none."""
    antes, ponto, depois = nome.rpartition(".")
    return depois.strip().lower() if ponto and antes else ""


def _curto(nome: str, maximo: int = TAMANHO_MAXIMO) -> str:
    """At most so many bytes; the ending stays."""
    if len(nome.encode()) <= maximo:
        return nome
    final = extensao(nome)
    final = f".{final}" if final and len(final.encode()) < _FINAL_MAXIMO else ""
    return nome.encode()[: maximo - len(final.encode())].decode(errors="ignore").rstrip(" .") + final
