"""What came to an empresa once, to be gone through again under another policy."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from engine.politica.modelo import Horario
from engine.ports import TicketPassado
from engine.simulacao.trafego import Chegada
from engine.simulacao.turnos import Presenca, presencas

DURACAO_PADRAO: Final = 300_000
"""Of a ticket in a fila of which none has been done with (ms)."""


def chegadas_de(passados: Sequence[TicketPassado], filas: Mapping[str, int]) -> tuple[Chegada, ...]:
    """The same tickets, in order; ``filas`` are the places of those that there are: what came to others is left out.

    An agent has a ticket for as long as it had it; for the mean of its fila where that is not known. Who was closed
    before anybody had it had waited as long as it would; of the others nobody knows, and they stay.
    """
    medias = _medias(passados)
    todas = [
        Chegada(
            um.criado_em,
            filas[um.fila_id],
            _duracao(um) or medias[um.fila_id],
            max(1, um.encerrado_em - um.criado_em) if um.atribuido_em is None and um.encerrado_em is not None else None,
            um.prioridade,
            canal_id=um.canal_id,
        )
        for um in passados
        if um.fila_id in filas
    ]
    return tuple(sorted(todas, key=lambda chegada: chegada.em))


def _duracao(um: TicketPassado) -> int | None:
    if um.atribuido_em is None or um.encerrado_em is None or um.encerrado_em <= um.atribuido_em:
        return None
    return um.encerrado_em - um.atribuido_em


def _medias(passados: Iterable[TicketPassado]) -> Mapping[str, int]:
    de_cada: dict[str, list[int]] = defaultdict(list)
    for um in passados:
        duracao = _duracao(um)
        if duracao is not None:
            de_cada[um.fila_id].append(duracao)
    medias = {fila_id: sum(todas) // len(todas) for fila_id, todas in de_cada.items()}
    return defaultdict(lambda: DURACAO_PADRAO, medias)


def presencas_de(
    passados: Iterable[TicketPassado], pessoas: Sequence[tuple[str, Horario | None]], fuso: str, inicio: int, fim: int
) -> tuple[Presenca, ...]:
    """When these agents (id and shift, by place) were there. Who has a shift was there by it; of the others their work
    tells: each day, by the clock of ``fuso``, from the first ticket that one was given to the last that it was given or
    had done with. Who was given none was not there.
    """
    dias = _dias(passados, {id_: lugar for lugar, (id_, turno) in enumerate(pessoas) if turno is None}, ZoneInfo(fuso))
    idas = [Presenca(inicio, lugar, presente=False) for lugar, (_, turno) in enumerate(pessoas) if turno is None]
    for (lugar, _), (de, ate) in dias.items():
        idas += [Presenca(max(de, inicio), lugar, presente=True), Presenca(ate + 1, lugar, presente=False)]
    for lugar, (_, turno) in enumerate(pessoas):
        if turno is not None:
            idas += takewhile(lambda presenca: presenca.em < fim, presencas(turno, [lugar], inicio))
    return tuple(sorted(idas, key=lambda presenca: presenca.em))


def _dias(
    passados: Iterable[TicketPassado], lugares: Mapping[str, int], zona: ZoneInfo
) -> Mapping[tuple[int, date], tuple[int, int]]:
    """From when to when (ms) there is work of somebody on a day."""
    dias: dict[tuple[int, date], tuple[int, int]] = {}
    for um in passados:
        lugar, de = lugares.get(um.atendente_id or ""), um.atribuido_em
        if lugar is None or de is None:
            continue
        dia, ate = _dia(de, zona), um.encerrado_em
        if ate is None or _dia(ate, zona) != dia:
            ate = de
        antes = dias.get((lugar, dia), (de, ate))
        dias[lugar, dia] = min(antes[0], de), max(antes[1], ate)
    return dias


def _dia(em: int, zona: ZoneInfo) -> date:
    return datetime.fromtimestamp(em / 1000, zona).date()
