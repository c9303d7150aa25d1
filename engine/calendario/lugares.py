"""Where a calendar holds: which is a fila's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from typing import Final

from engine.calendario import exame
from engine.calendario.modelo import Calendario, Feriado
from engine.documentos.cenario import Cenario, desconhecidos
from engine.errors import Detalhe

TIPO: Final = "calendario"


def calendario_da_fila(calendarios: Mapping[str, Calendario], fila_id: str, equipes: Set[str]) -> str | None:
    """The id of the one that holds for a fila: its own; that of an equipe that serves it (of several, the oldest
    calendar); that of the empresa. None: there is none, and all time is business time.
    """
    em_ordem = sorted(calendarios)  # ids are in the order of time
    proprio = next((id_ for id_ in em_ordem if fila_id in calendarios[id_].filas), None)
    da_equipe = next((id_ for id_ in em_ordem if not equipes.isdisjoint(calendarios[id_].equipes)), None)
    return proprio or da_equipe or next((id_ for id_ in em_ordem if calendarios[id_].empresa), None)


def problemas(calendario: Calendario, cenario: Cenario) -> Iterator[Detalhe]:
    """What is wrong with it beside the empresa's others."""
    yield from exame.problemas(calendario)
    yield from desconhecidos("equipes", calendario.equipes, cenario.equipes, "equipe desta empresa")
    yield from desconhecidos("filas", calendario.filas, cenario.filas, "fila desta empresa")
    for vizinho in cenario.de(TIPO).values():
        outro, nome = vizinho.documento, vizinho.nome
        assert isinstance(outro, Calendario), "it is of that kind"
        if calendario.empresa and outro.empresa:
            yield Detalhe("empresa", f'"{nome}" já é o da empresa; mude lá antes, ou mande false aqui')
        yield from _de_outro("equipes", calendario.equipes, outro.equipes, nome)
        yield from _de_outro("filas", calendario.filas, outro.filas, nome)


def problemas_do_feriado(feriado: Feriado, _cenario: Cenario) -> list[Detalhe]:
    return exame.problemas_do_feriado(feriado)


def _de_outro(campo: str, ids: tuple[str, ...], do_outro: tuple[str, ...], nome: str) -> Iterator[Detalhe]:
    for posicao, id_ in enumerate(ids):
        if id_ in do_outro:
            yield Detalhe(f"{campo}[{posicao}]", f'já tem o calendário "{nome}"; retire de lá antes, ou daqui')
