"""Who is told of something: whom a rule names, without who caused it, and without who may not see the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Protocol

from engine.avisos.modelo import Destinatarios, PapelAvisado, RegraDeAviso
from engine.avisos.ocorrencias import Ocorrencia

PESSOAS_NO_MAXIMO: Final = 500
"""Who is told of one thing: what is for more people than that is no notice."""


class Gente(Protocol):
    """What is known of the people of an empresa."""

    def com_papel(self, papel: PapelAvisado) -> Iterable[str]:
        """Those who came with this role last."""
        ...

    def da_fila(self, fila_id: str) -> Iterable[str]:
        """Who serves it, for whatever reason."""
        ...

    def da_equipe(self, equipe_id: str) -> Iterable[str]: ...

    def ve(self, usuario_id: str, fila_id: str, atendente_id: str | None) -> bool:
        """Whether somebody sees the tickets of that fila and that owner; not if it is not known, or was deleted."""
        ...

    def conhece(self, usuario_id: str) -> bool:
        """Whether it is somebody of the empresa, who is let in."""
        ...


def serve(regra: RegraDeAviso, ocorrencia: Ocorrencia) -> bool:
    """Whether a rule speaks of such a ticket. What concerns no ticket is of no fila, and has no priority."""
    ticket = ocorrencia.ticket
    if not regra.filas and not regra.prioridades:
        return True
    if ticket is None:
        return False
    de_fila = not regra.filas or ticket.fila_id in regra.filas
    return de_fila and (not regra.prioridades or ticket.prioridade in regra.prioridades)


def a_quem(para: Destinatarios, ocorrencia: Ocorrencia, gente: Gente) -> list[str]:
    """The ids of whom is told, each once, those whom it is about before the others; at most PESSOAS_NO_MAXIMO."""
    achados: dict[str, None] = {}
    for id_ in _ditos(para, ocorrencia, gente):
        if id_ in achados or id_ == ocorrencia.causador:
            continue
        if _pode_saber(id_, ocorrencia, gente):
            achados[id_] = None
        if len(achados) == PESSOAS_NO_MAXIMO:
            break
    return list(achados)


def _pode_saber(id_: str, ocorrencia: Ocorrencia, gente: Gente) -> bool:
    """Who is asked whether it takes a ticket may be told of it, though it comes to its fila by way of another."""
    ticket = ocorrencia.ticket
    if ticket is None or (ocorrencia.tipo == "oferta" and id_ in ocorrencia.envolvidos):
        return gente.conhece(id_)
    return gente.ve(id_, ticket.fila_id, ticket.atendente_id)


def _ditos(para: Destinatarios, ocorrencia: Ocorrencia, gente: Gente) -> Iterator[str]:
    if para.dono:
        yield from ocorrencia.envolvidos
    yield from para.usuarios
    for papel in para.papeis:
        yield from gente.com_papel(papel)
    if para.da_fila and ocorrencia.ticket is not None:
        yield from gente.da_fila(ocorrencia.ticket.fila_id)
    for fila_id in para.filas:
        yield from gente.da_fila(fila_id)
    for equipe_id in para.equipes:
        yield from gente.da_equipe(equipe_id)
