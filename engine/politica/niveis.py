"""What is set of an agent's skills: names as somebody wrote them, and how well it has those of which that is known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from engine.errors import Detalhe
from engine.politica.habilidades import chave


def problemas(habilidades: Sequence[str], niveis: Mapping[str, int]) -> Iterator[Detalhe]:
    """What keeps ``niveis`` from being those of these skills, each with the name it is about."""
    conhecidas = {chave(nome) for nome in habilidades}
    vistos: dict[str, str] = {}
    for nome in niveis:
        qual = chave(nome)
        if qual not in conhecidas:
            remedio = f"as habilidades são {', '.join(habilidades)}" if habilidades else "não há habilidades"
            yield Detalhe(f"niveis.{nome}", f"não está em habilidades; inclua-a lá, ou retire-a ({remedio})")
        elif qual in vistos:
            yield Detalhe(f"niveis.{nome}", f"é a mesma habilidade que {vistos[qual]}; deixe só uma")
        vistos.setdefault(qual, nome)


def dos_nomes(habilidades: Sequence[str], niveis: Mapping[str, int]) -> dict[str, int]:
    """The proficiency in those of these skills of which it is known, by their names as they are written there."""
    ditos = {chave(nome): nivel for nome, nivel in niveis.items()}
    return {nome: ditos[chave(nome)] for nome in habilidades if chave(nome) in ditos}
