"""What a ticket asks of whoever is to have it. Tickets that ask the same stand in one line."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Final

from msgspec import Struct

from engine.modelo import Rota, TicketRow
from engine.politica.habilidades import chave
from engine.politica.modelo import HabilidadeExigida, RegraDeHabilidades

Pedidas = tuple[tuple[str, int], ...]
"""Skills by key, each with the least level, in order of their keys."""

SEM_ROTA = Rota()


class Exigencia(Struct, frozen=True, gc=False):
    """The *signature*: room for a ticket of ``classe`` (see :class:`~engine.distribuicao.custos.Custos`), all of
    ``habilidades`` with at least those levels, and, better than none, those of ``preferidas``. ``etapa`` is how far the
    ticket has waited: who is to wait for longer ones may not have it.
    """

    classe: int = 0
    etapa: int = 0
    habilidades: Pedidas = ()
    preferidas: Pedidas = ()


class Relaxamento(Struct, frozen=True, gc=False):
    """What the rings up to a moment have made easier."""

    dispensa: frozenset[str] = frozenset()
    reduz: int = 0
    pontos: int = 0


LEMBRADOS: Final = 2_000
"""Kinds of tickets of which it is remembered what they ask for. Then it is all worked out anew."""


class Pedidos:
    """What tickets ask for by the rules of a policy. Those that are alike in all that a rule may look at ask the same,
    so it is worked out of the first of them only, and of the rules with none of its tags nothing at all: however many
    rules there are, and signatures.
    """

    __slots__ = ("_lembrados", "_por_etiqueta")

    def __init__(self, regras: Iterable[RegraDeHabilidades]) -> None:
        self._por_etiqueta: dict[str | None, list[RegraDeHabilidades]] = {}
        for regra in regras:
            qual = None if regra.etiqueta is None else chave(regra.etiqueta)
            self._por_etiqueta.setdefault(qual, []).append(regra)
        self._lembrados: dict[Hashable, tuple[Pedidas, Pedidas]] = {}

    def de(self, row: TicketRow, tipo: str | None) -> tuple[Pedidas, Pedidas]:
        """The skills that a ticket asks for: those that a person has set, or those of all rules that fit it; and those
        that it likes.
        """
        rota = row.rota or SEM_ROTA
        como = (rota.etiquetas, rota.idioma, rota.habilidades, tipo, row.canal_id, row.prioridade)
        pede = self._lembrados.get(como)
        if pede is None:
            if len(self._lembrados) >= LEMBRADOS:
                self._lembrados.clear()
            pede = self._lembrados[como] = self._pedidas(row, rota, tipo)
        return pede

    def _pedidas(self, row: TicketRow, rota: Rota, tipo: str | None) -> tuple[Pedidas, Pedidas]:
        exige: dict[str, int] = {}
        prefere: dict[str, int] = {}
        for uma in rota.habilidades if rota.habilidades is not None else self._das_regras(row, rota, tipo):
            quais, qual = prefere if uma.preferida else exige, chave(uma.nome)
            quais[qual] = max(uma.nivel, quais.get(qual, 1))
        return _em_ordem(exige), _em_ordem({qual: nivel for qual, nivel in prefere.items() if qual not in exige})

    def _das_regras(self, row: TicketRow, rota: Rota, tipo: str | None) -> Iterable[HabilidadeExigida]:
        for etiqueta in {None, *map(chave, rota.etiquetas)}:
            for regra in self._por_etiqueta.get(etiqueta, ()):
                if _cabe(regra, row, rota, tipo):
                    yield from regra.exige


def _cabe(regra: RegraDeHabilidades, row: TicketRow, rota: Rota, tipo: str | None) -> bool:
    """Whether a rule fits a ticket that has its tag."""
    return (
        regra.canal in {None, tipo}
        and regra.canal_id in {None, row.canal_id}
        and regra.prioridade in {None, row.prioridade}
        and (regra.idioma is None or (rota.idioma is not None and _fala(chave(regra.idioma), chave(rota.idioma))))
    )


def _fala(pedido: str, idioma: str) -> bool:
    """Whether a language, by its key, is the one asked for: ``es`` is also ``es-MX`` (RFC 4647, section 3.3.1)."""
    return idioma == pedido or idioma.startswith(f"{pedido} ")


def relaxadas(exige: Pedidas, anel: Relaxamento) -> Pedidas:
    if not anel.dispensa and not anel.reduz:
        return exige
    return tuple((qual, max(1, nivel - anel.reduz)) for qual, nivel in exige if qual not in anel.dispensa)


def tem_as_habilidades(niveis: Mapping[str, int], exige: Pedidas) -> bool:
    for qual, nivel in exige:  # noqa: SIM110  # it is asked of whole rosters, and all() of a generator takes twice as long
        if niveis.get(qual, 0) < nivel:
            return False
    return True


def _em_ordem(niveis: Mapping[str, int]) -> Pedidas:
    return tuple(sorted(niveis.items()))
