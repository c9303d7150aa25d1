"""The page about policies: every field and every warning is on it, and what it shows can be saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

from msgspec.structs import fields

from engine.politica.cenario import Cenario, OutraFila
from engine.politica.documento import completo
from engine.politica.exame import problemas
from engine.politica.modelo import PADRAO, Parte, Politica
from tests.engine.test_regras_verificacao import AVISAM
from tests.test_documentacao import texto
from web.pedido.validacao import Esquema

PAGINA = texto("docs/politicas.md")
DOCUMENTO = PAGINA.partition("## The document")[2].partition("\n## ")[0]


def nomes(tipo: type[Parte]) -> Iterator[str]:
    """Every name that is written somewhere in a document."""
    for campo in fields(tipo):
        yield campo.encode_name
        for parte in _partes(get_type_hints(tipo)[campo.name]):
            yield from nomes(parte)


def _partes(dica: Any) -> Iterator[type[Parte]]:
    if isinstance(dica, type) and issubclass(dica, Parte):
        yield dica
    for parte in get_args(dica):
        yield from _partes(parte)


def test_every_field_is_on_the_page() -> None:
    ditos = {palavra for trecho in re.findall(r"`([^`]+)`", DOCUMENTO) for palavra in re.findall(r"\w+", trecho)}
    assert {*nomes(Politica)} - ditos == set()


def test_every_warning_is_on_the_page_and_no_other() -> None:
    tabela = PAGINA.partition("| codigo |")[2]
    na_pagina = {
        codigo for linha in re.findall(r"^\| (`.+?`) \|", tabela, re.MULTILINE) for codigo in linha.split(", ")
    }
    assert na_pagina == {f"`{caso[0]}`" for caso in AVISAM}


def test_the_example_can_be_saved() -> None:
    (exemplo,) = re.findall(r"```json\n(.+?)```", PAGINA, re.DOTALL)
    lida = Esquema(Politica).ler(json.loads(exemplo))
    assert problemas(lida, Cenario("esta", {"esta": OutraFila("Esta", PADRAO)})) == []


def test_the_defaults_of_the_page_are_those_of_the_document() -> None:
    inteiro = completo(PADRAO)
    for campo, padrao in re.findall(r"^\| `(\w+)` \|.*\| `?([^`|]+?)`? \|$", DOCUMENTO, re.MULTILINE):
        if isinstance(inteiro[campo], str | bool | int):
            assert json.dumps(inteiro[campo]).strip('"') == padrao, campo
