r"""The ``.env`` file: ``NAME=value`` lines, as dotenv tools write them.

``#`` begins a comment on a line of its own or after a space; ``export`` in front is allowed. In single quotes a value
is literal; in double quotes ``\n``, ``\t``, ``\"``, ``\\`` and ``\$`` are escapes. Quoted values may span lines.
Nothing is expanded: a password may hold a ``$``.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from balcao.erros import AjustesInvalidos, ErroDeUso

_LINHA: Final = re.compile(
    r"""
    [ \t]*(?:export[ \t]+)?
    (?P<nome>[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*
    (?:
        '(?P<simples>[^']*)'[ \t]*(?:\#.*)?
      | "(?P<duplas>(?:[^"\\]|\\.)*)"[ \t]*(?:\#.*)?
      | (?P<solto>(?!['"]).*)
    )$
    """,
    re.VERBOSE | re.MULTILINE,
)
_VAZIA: Final = re.compile(r"[ \t]*(?:#.*)?$", re.MULTILINE)
_COMENTARIO: Final = re.compile(r"(?:^|[ \t]+)#.*")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "$": "$"}


def interpretar(conteudo: str, origem: str = ".env") -> dict[str, str]:
    """The variables of a file's text; the last of a name wins.

    Raises:
        AjustesInvalidos: lines that are not ``NAME=value``, each by its number (never its text: it may be a secret).
    """
    conteudo = conteudo.removeprefix("\ufeff").replace("\r\n", "\n")
    valores: dict[str, str] = {}
    problemas: list[ErroDeUso] = []
    inicio = 0
    while inicio < len(conteudo):
        achado = _LINHA.match(conteudo, inicio)
        if achado:
            valores[achado["nome"]] = _valor(achado)
            inicio = achado.end() + 1
            continue
        if not _VAZIA.match(conteudo, inicio):
            problemas.append(_linha_errada(conteudo, inicio, origem))
        quebra = conteudo.find("\n", inicio)
        inicio = len(conteudo) if quebra < 0 else quebra + 1
    if problemas:
        raise AjustesInvalidos(problemas)
    return valores


def ler_arquivo(caminho: Path) -> dict[str, str]:
    """The variables of a ``.env`` file; none if it does not exist."""
    try:
        return interpretar(caminho.read_text(encoding="utf-8"), caminho.name)
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        raise AjustesInvalidos([ErroDeUso(f"{caminho.name} não está em UTF-8", "salve o arquivo em UTF-8")]) from None
    except OSError as erro:
        problema = ErroDeUso(f"não foi possível ler {caminho}: {erro.strerror}", "confira as permissões do arquivo")
        raise AjustesInvalidos([problema]) from None


def _valor(achado: re.Match[str]) -> str:
    if achado["simples"] is not None:
        return achado["simples"]
    if achado["duplas"] is not None:
        return re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[0]), achado["duplas"], flags=re.DOTALL)
    return _COMENTARIO.sub("", achado["solto"]).strip()


def _linha_errada(conteudo: str, inicio: int, origem: str) -> ErroDeUso:
    numero = conteudo.count("\n", 0, inicio) + 1
    return ErroDeUso(f"{origem}, linha {numero}: não é NOME=valor", "corrija a linha, ou comente-a com #")
