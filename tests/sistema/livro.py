"""The ledger of a client: everything it tried to write, in order, with what it was told of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from tests.sistema.cliente import Resposta

Destino = Literal["enviada", "confirmada", "incerta", "recusada"]
"""``enviada``: no answer yet, which at the end is as good as ``incerta``."""

NAO_SE_SABE = frozenset({"resultado_incerto", "empresa_em_outro_no"})
"""Codes of answers that do not say that nothing was written."""


class Tentativa(Struct):
    """One write. ``marca`` is what it leaves in the data."""

    marca: str
    destino: Destino = "enviada"
    id: str | None = None


class Livro:
    """One author's writes: sent one after the other, so their order in the data is that of this list."""

    def __init__(self, autor: str) -> None:
        self.autor = autor
        self.tentativas: list[Tentativa] = []

    def tentar(self, marca: str | None = None) -> Tentativa:
        """Enter a write that is about to be sent."""
        tentativa = Tentativa(marca or f"{self.autor} {len(self.tentativas)}")
        self.tentativas.append(tentativa)
        return tentativa

    def quantas(self, destino: Destino) -> int:
        return sum(t.destino == destino for t in self.tentativas)

    def conferir(self, gravadas: Sequence[str]) -> None:
        """``gravadas`` are the marks of this author in the data, in their order there.

        What was acknowledged is there once and in order; what was refused is not; of the rest, each is there at most
        once, and in its place.
        """
        achadas = 0
        for tentativa in self.tentativas:
            if tentativa.destino != "recusada" and gravadas[achadas : achadas + 1] == [tentativa.marca]:
                achadas += 1
            else:
                assert tentativa.destino != "confirmada", (
                    f"lost or out of order: {tentativa.marca!r}; there: {gravadas[achadas - 2 : achadas + 3]}"
                )
        assert achadas == len(gravadas), f"duplicated, refused or never sent: {gravadas[achadas:]}"


def anotar(tentativa: Tentativa, resposta: Resposta) -> None:
    """Enter what the server answered to a write. It may refuse for now; anything else is a defect."""
    if resposta.status in {200, 201}:
        tentativa.id = resposta.json["id"]
        tentativa.destino = "confirmada"
    else:
        assert resposta.status in {429, 503}, (resposta.status, resposta.corpo)
        tentativa.destino = negada(resposta.erro(resposta.status)["codigo"])


def negada(codigo: str) -> Destino:
    """What an error means for the write it answers."""
    return "incerta" if codigo in NAO_SE_SABE else "recusada"
