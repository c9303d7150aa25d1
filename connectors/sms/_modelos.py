"""Templates of a request: what stands between braces is put in, and can never become more than a value.

A body in JSON or of a form is read first, and only what its values say is replaced; then it is written again by what
writes JSON and forms. So there is no text that ends a string, adds a field or opens an object. In an address it is
percent-encoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import msgspec
from msgspec import Struct

TipoDeConteudo = Literal["application/json", "application/x-www-form-urlencoded"]
Arvore = str | int | float | bool | None | list["Arvore"] | dict[str, "Arvore"]
Valores = Mapping[str, str]

LUGARES: Final = frozenset({"para", "paraDigitos", "de", "texto", "id", "webhook", "arquivo", "usuario", "senha"})
"""What a template may name."""
NO_CABECALHO: Final = frozenset({"id", "usuario", "senha"})
_OPCIONAIS: Final = frozenset({"{webhook}", "{arquivo}"})
"""A value that is one of these alone goes with its name where there is nothing to say."""
_PROFUNDIDADE: Final = 16
_CAMPOS_MAXIMO: Final = 100

_lugar: Final = re.compile(r"\{([A-Za-z]{1,20})\}")


class ModeloInvalido(ValueError):
    """A template makes no sense; the message says why, in Portuguese."""


class ModeloDeCorpo(Struct, frozen=True):
    """A body that was read: a tree of JSON, or the fields of a form."""

    tipo: TipoDeConteudo
    arvore: Arvore = None
    campos: tuple[tuple[str, str], ...] = ()

    def preencher(self, valores: Valores) -> bytes:
        """The body, with the values in it."""
        if self.tipo == "application/json":
            return msgspec.json.encode(_preenchida(self.arvore, valores))
        campos = [(n, preencher(v, valores)) for n, v in self.campos if not _fica_fora(v, valores)]
        return urlencode(campos).encode()


def ler_corpo(tipo: TipoDeConteudo, escrito: str) -> ModeloDeCorpo:
    """Raises ModeloInvalido."""
    if not escrito.strip():
        raise ModeloInvalido("está vazio")
    modelo = _ler_json(escrito) if tipo == "application/json" else _ler_formulario(escrito)
    _exigir_lugares(escrito, LUGARES)
    return modelo


def ler_url(escrita: str) -> str:
    """An address of http or https, whose machine is fixed. Raises ModeloInvalido."""
    try:
        partes = urlsplit(escrita)
        anfitriao, _ = partes.hostname, partes.port
    except ValueError as erro:
        raise ModeloInvalido("não é um endereço") from erro
    if partes.scheme not in {"http", "https"} or not anfitriao:
        raise ModeloInvalido("precisa começar com https:// e o nome de um servidor")
    if "{" in partes.netloc or "@" in partes.netloc:
        raise ModeloInvalido("o nome do servidor não pode variar nem ter usuário e senha; use usuario e senha")
    _exigir_lugares(escrita, LUGARES)
    return escrita


def ler_cabecalho(escrito: str) -> str:
    """The value of a header. Raises ModeloInvalido."""
    if not all(" " <= c <= "~" or c == "\t" for c in escrito):
        raise ModeloInvalido("um cabeçalho só pode ter letras sem acento, números e sinais")
    _exigir_lugares(escrito, NO_CABECALHO)
    return escrito.strip()


def tem(modelo: str, lugar: str) -> bool:
    """Whether a template names something."""
    return "{" + lugar + "}" in modelo


def preencher(modelo: str, valores: Valores, escapar: Callable[[str], str] = str) -> str:
    """Once: braces in a value mean nothing."""
    return _lugar.sub(lambda achado: escapar(valores.get(achado[1], "")), modelo)


def na_url(valor: str) -> str:
    """A value in an address, whatever part of it. (A dot alone could climb out of its folder.)"""
    return quote(valor, safe="").replace(".", "%2E") if set(valor) == {"."} else quote(valor, safe="")


def _ler_json(escrito: str) -> ModeloDeCorpo:
    try:
        arvore: Arvore = msgspec.json.decode(escrito)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as erro:
        raise ModeloInvalido('não é JSON; o que está entre chaves fica entre aspas: {"to": "{para}"}') from erro
    if not isinstance(arvore, dict | list) or _profundidade(arvore) > _PROFUNDIDADE:
        raise ModeloInvalido(f"precisa ser um objeto ou uma lista de JSON, com até {_PROFUNDIDADE} níveis")
    return ModeloDeCorpo("application/json", arvore=arvore)


def _ler_formulario(escrito: str) -> ModeloDeCorpo:
    try:
        campos = parse_qsl(escrito.strip(), keep_blank_values=True, strict_parsing=True, max_num_fields=_CAMPOS_MAXIMO)
    except ValueError as erro:
        raise ModeloInvalido("não é um formulário; escreva como to={para}&text={texto}") from erro
    return ModeloDeCorpo("application/x-www-form-urlencoded", campos=tuple(campos))


def _exigir_lugares(escrito: str, conhecidos: frozenset[str]) -> None:
    for nome in _lugar.findall(escrito):
        if nome not in conhecidos:
            parecido = get_close_matches(nome, conhecidos, 1)
            dica = f"; seria {{{parecido[0]}}}?" if parecido else ""
            todos = " ".join(f"{{{um}}}" for um in sorted(conhecidos))
            raise ModeloInvalido(f"{{{nome}}} não é conhecido aqui{dica} Existem {todos}")


def _profundidade(arvore: Arvore, ate: int = _PROFUNDIDADE + 1) -> int:
    """How deep a tree is; not looked at beyond ``ate``."""
    filhos = arvore.values() if isinstance(arvore, dict) else arvore if isinstance(arvore, list) else ()
    return 1 + max((_profundidade(filho, ate - 1) for filho in filhos), default=0) if ate > 0 else 1


def _preenchida(arvore: Arvore, valores: Valores) -> Arvore:
    if isinstance(arvore, str):
        return preencher(arvore, valores)
    if isinstance(arvore, list):
        return [_preenchida(um, valores) for um in arvore if not _fica_fora(um, valores)]
    if isinstance(arvore, dict):
        return {nome: _preenchida(um, valores) for nome, um in arvore.items() if not _fica_fora(um, valores)}
    return arvore


def _fica_fora(modelo: Arvore, valores: Valores) -> bool:
    return isinstance(modelo, str) and modelo in _OPCIONAIS and not valores.get(modelo.strip("{}"))
