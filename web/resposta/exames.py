"""What an examination found, as it is shown to whoever runs the empresa."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from actors.no.exames import Exame
from engine.invariantes import REGRAS, Alvo, Regra
from engine.tempo import iso

MOSTRADOS: Final = 20
"""Findings of an invariant that are shown; the others are counted."""


class AchadoVisto(Struct, frozen=True, rename="camel"):
    """Something that is not as it must be: what, in words, and the ids of what it is about."""

    codigo: str
    mensagem: str
    alvo: Alvo


class InvarianteVisto(Struct, frozen=True, rename="camel", kw_only=True):
    """An invariant. ``olhado`` says what was looked at, ``conferidos`` how many things that were, and ``quantos`` how
    many of them are amiss; ``achados`` shows the first.
    """

    numero: int
    nome: str
    regra: str
    ok: bool
    olhado: str
    conferidos: int
    quantos: int
    achados: list[AchadoVisto]


class ExameVisto(Struct, frozen=True, rename="camel", kw_only=True):
    """An examination of the empresa. ``completo``: it was not cut short. ``desdeSeq`` and ``ateSeq``: which part of the
    event log was read.
    """

    ok: bool
    em: str
    duracao_ms: int
    completo: bool
    desde_seq: int
    ate_seq: int
    invariantes: list[InvarianteVisto]


def exame_visto(exame: Exame) -> ExameVisto:
    vistos = [_invariante(regra, exame) for regra in REGRAS]
    return ExameVisto(
        ok=all(visto.ok for visto in vistos),
        em=iso(exame.em),
        duracao_ms=round(exame.duracao * 1000),
        completo=exame.completo,
        desde_seq=exame.desde,
        ate_seq=exame.ate,
        invariantes=vistos,
    )


def _invariante(regra: Regra, exame: Exame) -> InvarianteVisto:
    quantos, achados = exame.quantos(regra.numero), exame.achados.get(regra.numero, [])
    return InvarianteVisto(
        numero=regra.numero,
        nome=regra.nome,
        regra=regra.frase,
        ok=not quantos,
        olhado=regra.olhado,
        conferidos=exame.conferidos.get(regra.numero, 0),
        quantos=quantos,
        achados=[AchadoVisto(um.codigo, um.mensagem, um.alvo) for um in achados[:MOSTRADOS]],
    )
