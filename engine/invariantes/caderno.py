"""The notebook of an examination: what was looked at, and what was found amiss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from msgspec import Struct
from msgspec.structs import asdict

GUARDADOS: Final = 200
"""Findings of one invariant that are kept, and looked at again; the others are only counted."""


class Alvo(Struct, frozen=True, gc=False, rename="camel"):
    """What a finding is about, by ids. ``seq`` is an event's."""

    ticket_id: str | None = None
    atendente_id: str | None = None
    fila_id: str | None = None
    canal_id: str | None = None
    contato_id: str | None = None
    envio_id: str | None = None
    mensagem_id: str | None = None
    seq: int | None = None


class Achado(Struct, frozen=True, gc=False):
    """Something that is not as invariant ``numero`` says. ``sobre`` is what it is about, whoever else is in it: two
    findings of one ``codigo`` about the same are the same.
    """

    numero: int
    codigo: str
    mensagem: str
    alvo: Alvo
    sobre: str

    @property
    def chave(self) -> tuple[int, str, str]:
        return self.numero, self.codigo, self.sobre


class Caderno:
    """``conferidos`` counts what was looked at by invariant, ``demais`` the findings that were not kept."""

    def __init__(self) -> None:
        self.conferidos: Counter[int] = Counter()
        self.demais: Counter[int] = Counter()
        self._achados: dict[int, dict[tuple[int, str, str], Achado]] = {}

    def conferir(self, *numeros: int, quantos: int = 1) -> None:
        """So many more things were looked at for these invariants."""
        for numero in numeros:
            self.conferidos[numero] += quantos

    def anotar(self, numero: int, codigo: str, mensagem: str, alvo: Alvo, sobre: str | None = None) -> None:
        """Something is amiss. ``sobre``: the first id of ``alvo``, if it is not said."""
        deste = self._achados.setdefault(numero, {})
        achado = Achado(numero, codigo, mensagem, alvo, sobre or _primeiro(alvo))
        if len(deste) < GUARDADOS or achado.chave in deste:
            deste[achado.chave] = achado
        else:
            self.demais[numero] += 1

    def achados(self) -> Iterator[Achado]:
        """By invariant, in the order in which they were found."""
        for numero in sorted(self._achados):
            yield from self._achados[numero].values()

    def __contains__(self, chave: tuple[int, str, str]) -> bool:
        return chave in self._achados.get(chave[0], {})


def _primeiro(alvo: Alvo) -> str:
    return next((str(valor) for valor in asdict(alvo).values() if valor is not None), "")


def confirmados(antes: Caderno, depois: Caderno) -> dict[int, list[Achado]]:
    """What was amiss both times, by invariant, as it is now."""
    vistos: dict[int, list[Achado]] = {}
    for achado in depois.achados():
        if achado.chave in antes:
            vistos.setdefault(achado.numero, []).append(achado)
    return vistos
