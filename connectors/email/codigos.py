"""Why a mail was refused, found in what servers write: reply codes (RFC 5321) and enhanced status codes (RFC 3463).

Such texts hold numbers of many kinds beside them. An address of the network is no code (``64.4.12.3``), nor is the
version of a program (``Exim 4.92.3``), a port, or half of a longer number.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from connectors.email.palavras import uma_linha

_DIZERES: Final = 300
_LINHAS: Final = 500
_LINHA: Final = 1_000
_TRES: Final = r"(?<![\w.@+])([45])[0-57]\d(?!\w|\.\d)"
_AMPLIADO: Final = r"(?<![\w.])([45]\.[0-7]\.\d{1,3})(?!\w|\.\w)"
_status: Final = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\w|\.\w)")
"""In a field that holds nothing else, also subjects that nobody has defined."""
_ampliado: Final = re.compile(_AMPLIADO)
_ambos: Final = re.compile(rf"{_TRES}[\s:#(-]{{1,4}}{_AMPLIADO}")
_no_comeco: Final = re.compile(rf"(?:^\W{{0,20}}|[:;'\"#(]\s?|\b(?:smtp|error|erro|code|código|returned|said) ){_TRES}",
                               re.IGNORECASE)  # fmt: skip
"""Where a reply stands, and not a number of something: at the beginning, or after what introduces it."""
_devolvida: Final = re.compile(
    r"^\W{0,40}(?:(?:this is a |below (?:this line )?is a )?copy of (?:the|your) (?:\w+ )?message|"
    r"(?:original message(?: headers)?|mensagem original)\W*\Z|unsent message below|message header follows|"
    r"returned message|the header of the original message|(?:return-path|received|message-id|mime-version): )",
    re.IGNORECASE,
)
"""From here on it is the mail itself, with the numbers of whoever wrote it."""
_assunto: Final = re.compile(r"\W{0,20}(?:subject|assunto|asunto|betreff|objet): ", re.IGNORECASE)


class Motivo(Struct, frozen=True):
    """``codigo`` as in RFC 3463, ``5.0.0`` where only its class is known; None if not even that. ``dizeres``: the line
    that says so, for people.
    """

    codigo: str | None
    dizeres: str


def do_texto(texto: str) -> Motivo:
    """The reason that a text gives: the line with the strongest signs of a server's answer; of these the first that is
    final, for what was tried in vain before may stand there too.
    """
    linhas = _de_quem_devolve(texto)
    for padrao in (_ambos, _ampliado, _no_comeco):
        achadas = [(da_linha(linha) or "", linha) for linha in linhas if padrao.search(linha)]
        if achadas:
            codigo, linha = next((achada for achada in achadas if achada[0].startswith("5")), achadas[0])
            return Motivo(codigo, uma_linha(linha, _DIZERES))
    return Motivo(None, "")


def do_relato(status: str, diagnostico: str) -> Motivo:
    """The reason that the fields of a report give (RFC 3464, sections 2.3.4 and 2.3.6): its ``Status``, and what the
    server said, where that says more.
    """
    tipo, ponto_e_virgula, resto = diagnostico.partition(";")
    dizeres = uma_linha(resto if ponto_e_virgula and " " not in tipo.strip() else diagnostico, _DIZERES)
    achado = _status.search(status)
    codigo = achado[1] if achado else None
    if codigo is None or codigo.endswith(".0.0"):
        dito = da_linha(dizeres)
        codigo = dito if dito is not None and (codigo is None or dito[0] == codigo[0]) else codigo
    return Motivo(codigo, dizeres)


def da_linha(linha: str) -> str | None:
    """The code in what a server said."""
    ambos = _ambos.search(linha)
    if ambos is not None:
        return ambos[2]
    ampliado = _ampliado.search(linha)
    if ampliado is not None:
        return ampliado[1]
    tres = _no_comeco.search(linha)
    return f"{tres[1]}.0.0" if tres else None


def sem_devolvida(texto: str) -> str:
    """What the server says itself, without the mail that it returns."""
    return "\n".join(_de_quem_devolve(texto))


def _de_quem_devolve(texto: str) -> list[str]:
    linhas = [linha[:_LINHA] for linha in texto.split("\n", _LINHAS)[:_LINHAS] if not _assunto.match(linha)]
    corte = next((numero for numero, linha in enumerate(linhas) if numero and _devolvida.match(linha)), len(linhas))
    return linhas[:corte]
