"""Tags: those that are one however they are written, together."""

from __future__ import annotations

from collections.abc import Iterable

from engine.politica.habilidades import chave
from engine.ports import UsoDeEtiqueta


def reunidas(usos: Iterable[UsoDeEtiqueta], prefixo: str | None = None) -> list[UsoDeEtiqueta]:
    """Each tag once, as it is written most often (of two the first by name), with the sums of all its ways of writing;
    the most used first. ``prefixo``: only those that begin so.
    """
    por_chave: dict[str, list[UsoDeEtiqueta]] = {}
    inicio = "" if prefixo is None else chave(prefixo)
    for uso in usos:
        qual = chave(uso.nome)
        if qual.startswith(inicio):
            por_chave.setdefault(qual, []).append(uso)
    return sorted(map(_juntas, por_chave.values()), key=lambda uso: (-_quantos(uso), uso.nome))


def _juntas(usos: list[UsoDeEtiqueta]) -> UsoDeEtiqueta:
    como = min(usos, key=lambda uso: (-_quantos(uso), uso.nome)).nome
    return UsoDeEtiqueta(como, sum(uso.tickets for uso in usos), sum(uso.contatos for uso in usos))


def _quantos(uso: UsoDeEtiqueta) -> int:
    return uso.tickets + uso.contatos
