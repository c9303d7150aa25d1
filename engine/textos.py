"""Texts with variables in them: which they use, what is wrong with them, and the text once they are filled in.

A variable stands between braces: ``{{contato.nome}}``, also with blanks around the name (:data:`DUPLAS`), or in the
older spelling of the message to those who wait, ``{posicao}`` (:data:`SIMPLES`). There is nothing else in it, neither
conditions nor loops. A text is read once from its beginning to its end, in time that grows with its length, and what
is put in is not read: a contact that calls itself ``{{atendente.nome}}`` is called just that.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Final

from msgspec import Struct

from engine.errors import Detalhe

_DITA_MAXIMA: Final = 40
"""Characters of what stands between braces that a problem quotes."""


class Chaves(Struct, frozen=True, gc=False):
    """How variables are told from the text: by what stands before and after the name, and whether there may be blanks
    (``folga``) between. ``ache`` finds each, and each of the marks that stands alone.
    """

    abre: str
    fecha: str
    folga: bool
    ache: re.Pattern[str]

    def sozinha(self, dita: str) -> bool:
        return dita in {self.abre, self.fecha}

    def nome(self, dita: str) -> str:
        """The name of a variable that stands in a text as ``dita``."""
        nome = dita[len(self.abre) : -len(self.fecha)]
        return nome.strip(" ") if self.folga else nome

    def escrita(self, nome: str) -> str:
        """The variable as it stands in a text."""
        return f"{self.abre}{nome}{self.fecha}"


DUPLAS: Final = Chaves("{{", "}}", folga=True, ache=re.compile(r"\{\{[^{}]*\}\}|\{\{|\}\}"))
SIMPLES: Final = Chaves("{", "}", folga=False, ache=re.compile(r"\{[^{}]*\}|[{}]"))


def variaveis(texto: str, chaves: Chaves = DUPLAS) -> list[str]:
    """The names of the variables in a text, each once, in its order. Those that nobody knows are among them.

    >>> variaveis("{{saudacao}}, {{contato.nome}}! {{saudacao}}")
    ['saudacao', 'contato.nome']
    """
    ditas = chaves.ache.findall(texto)
    return list(dict.fromkeys(chaves.nome(dita) for dita in ditas if not chaves.sozinha(dita)))


def problemas(
    texto: str, permitidas: Collection[str], campo: str = "texto", chaves: Chaves = DUPLAS
) -> list[Detalhe]:  # fmt: skip
    """What is wrong with a text that may use these variables, each once, with the remedy: braces without their pair,
    and variables that there are not. A text without a problem is filled in wholly by values for all of ``permitidas``.
    """
    ditas = dict.fromkeys(chaves.ache.findall(texto))
    return [Detalhe(campo, problema) for dita in ditas for problema in _de_uma(dita, permitidas, chaves)]


def _de_uma(dita: str, permitidas: Collection[str], chaves: Chaves) -> Iterator[str]:
    as_que_ha = ", ".join(map(chaves.escrita, permitidas))
    nome = chaves.nome(dita)
    if chaves.sozinha(dita):
        yield f"tem {dita} sem par; as chaves só servem às variáveis {as_que_ha}: retire-a"
    elif nome not in permitidas:
        perto = get_close_matches(nome.strip(), permitidas, 1)
        remedio = f"use {chaves.escrita(perto[0])}" if perto else f"use {as_que_ha}, ou retire-a"
        yield f"não existe a variável {dita[:_DITA_MAXIMA]}; {remedio}"


def preencher(texto: str, valores: Mapping[str, str], chaves: Chaves = DUPLAS) -> str:
    """The text with these values in the places of their variables; what has no value stays as it is written. Values are
    not read for variables.

    >>> preencher("Oi, {{ contato.nome }}!", {"contato.nome": "{{saudacao}}", "saudacao": "bom dia"})
    'Oi, {{saudacao}}!'
    """
    return chaves.ache.sub(lambda achada: valores.get(chaves.nome(achada[0]), achada[0]), texto)
