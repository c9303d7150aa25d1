"""What tickets ask for, in an empresa to measure with: a product that somebody must know, in a language.

Both are asked by rules of the fila's policy, of the ticket's tag and of its language. So there are as many signatures
as products times languages.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final

import msgspec
from msgspec import Struct

from engine.modelo import Rota
from engine.politica.modelo import HabilidadeExigida, Politica, RegraDeHabilidades

_LANGUAGES: Final = ("pt", "es", "en", "fr", "de")
_SPOKEN: Final = 2
"""Languages that an agent speaks, where there are so many."""
_LEVEL: Final = 3
"""The least proficiency that is asked for."""
_BEST: Final = 5
_STRIDE: Final = 101
"""A prime: tickets that follow one another ask for what is far apart."""
_read_rota = msgspec.json.Decoder(Rota).decode


class Skills(Struct, frozen=True):
    """Each agent knows half of ``products``, rounded up, and speaks two of ``languages`` (1 to 5). So it may have a
    third of all tickets with 4 and 3, a fifth with 60 and 5, and all of them with one of each.
    """

    products: int
    languages: int

    @property
    def signatures(self) -> int:
        return self.products * self.languages

    def policy(self) -> str:
        """The part of a fila's policy that asks for them, as its row has it."""
        rules = [RegraDeHabilidades(exige=_asked(_product(n)), etiqueta=_product(n)) for n in range(self.products)]
        rules += [RegraDeHabilidades(exige=_asked(_tongue(one)), idioma=one) for one in _LANGUAGES[: self.languages]]
        return msgspec.json.encode(Politica(habilidades=tuple(rules))).decode()

    def of_agent(self, n: int) -> Mapping[str, int]:
        """What the agent number ``n`` can do, and how well. By chance, and always the same."""
        chance = Random(n)
        spoken = chance.sample(_LANGUAGES[: self.languages], min(_SPOKEN, self.languages))
        known = chance.sample(range(self.products), (self.products + 1) // 2)
        names = [*map(_tongue, spoken), *map(_product, known)]
        return {name: chance.randint(_LEVEL, _BEST) for name in names}

    def tag(self, k: int) -> str:
        """Of the ticket number ``k`` of a fila: all signatures come in turn, mixed."""
        return _product(k * _STRIDE % self.signatures % self.products)

    def language(self, k: int) -> str:
        return _LANGUAGES[k * _STRIDE % self.signatures // self.products]

    def rota(self, k: int) -> Rota:
        """What the row of that ticket says, read as it is from the database: no two tickets share any of it."""
        return _read_rota(msgspec.json.encode(Rota(etiquetas=(self.tag(k),), idioma=self.language(k))))


ONE: Final = Skills(1, 1)
SOME: Final = Skills(4, 3)
MANY: Final = Skills(60, 5)


def _asked(name: str) -> tuple[HabilidadeExigida]:
    return (HabilidadeExigida(nome=name, nivel=_LEVEL),)


def _product(n: int) -> str:
    return f"Produto {n}"


def _tongue(language: str) -> str:
    return f"fala {language}"
