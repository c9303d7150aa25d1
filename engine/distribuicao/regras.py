"""The policy of a fila, ready to go by: what a ticket asks when it has waited so long, and where it stands in line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import Final

from engine.distribuicao.exigencia import SEM_ROTA, Exigencia, Pedidas, Pedidos, Relaxamento, relaxadas
from engine.distribuicao.partes import CONTA_ATENDIDOS
from engine.modelo import Estrategia, FilaRow, Prioridade, TicketRow
from engine.ordenado import Chave
from engine.politica.da_fila import distribui_sozinha, politica_de
from engine.politica.habilidades import chave
from engine.sla import relogio

PESO: Final[Mapping[Prioridade, int]] = {"BAIXA": 0, "NORMAL": 10, "ALTA": 20, "URGENTE": 30}
"""What a ticket's priority weighs beside its fila's 1-10: a higher class always goes first, the fila decides within."""

UM_MINUTO: Final = 60_000
PRAZO_SEM_DIZER: Final = 24 * 3600
VIA_PROPRIA: Final = 50
"""The priority, among all filas of an agent, of one that no policy has set another for."""


def prioridade_efetiva(prioridade: Prioridade, prioridade_da_fila: int) -> int:
    """The rank of a ticket among all filas: 1 (BAIXA in the least fila) to 40 (URGENTE in the foremost)."""
    return PESO[prioridade] + prioridade_da_fila


def na_fila_desde(row: TicketRow) -> int:
    """Since when it waits in its present fila."""
    desde = None if row.rota is None else row.rota.na_fila_desde
    return row.aguardando_desde if desde is None else max(desde, row.aguardando_desde)


LEMBRAM: Final[frozenset[Estrategia]] = frozenset(
    {"ROUND_ROBIN", "MAIOR_TEMPO_OCIOSO", "MENOS_ATENDIDOS", "PONDERADO", "HIBRIDO"}
)
"""Strategies that go by what was given before: so that is saved, and a restart changes nothing of it."""


class Regras:
    """``limiares`` are the waits (ms, rising) after which something is otherwise for a ticket: a ring begins, or those
    who come by an equipe may have it. ``etapa`` 0 is before the first of them. ``vigia``: there is something to be
    looked at again of a ticket that waits. ``conta``: what its agents are given is counted in windows; ``lembra``: it
    is to be saved.
    """

    __slots__ = (
        "_aneis",
        "_pedidos",
        "_pontos_por_ms",
        "_por_equipe",
        "_prazos",
        "automatica",
        "conta",
        "lembra",
        "limiares",
        "pede",
        "politica",
        "vigia",
    )  # fmt: skip

    def __init__(self, fila: FilaRow) -> None:
        politica = self.politica = politica_de(fila)
        self.automatica = distribui_sozinha(fila)
        self._pontos_por_ms = politica.pontos_por_minuto / UM_MINUTO
        self._prazos = {
            prioridade: politica.prazos_segundos.get(prioridade, PRAZO_SEM_DIZER) * 1000 for prioridade in PESO
        }
        self._por_equipe = self._vias()
        atrasos = {atraso for atraso, _ in self._por_equipe.values()}
        maximo = politica.maximo
        sobe = maximo.segundos * 1000 if maximo is not None and maximo.acao == "priorizar" and maximo.segundos else 0
        dos_aneis = {anel.apos_segundos * 1000 for anel in politica.aneis}
        self.limiares = tuple(sorted((dos_aneis | atrasos | {sobe}) - {0}))
        self._aneis = tuple(self._relaxamento(limiar, sobe) for limiar in (0, *self.limiares))
        self.conta = bool(politica.estrategia in CONTA_ATENDIDOS or politica.limite or politica.aquecimento)
        self.lembra = bool(politica.estrategia in LEMBRAM or politica.limite or politica.aquecimento)
        self._pedidos = Pedidos(politica.habilidades)
        self.pede = bool(politica.habilidades)
        self.vigia = bool(self.limiares or politica.transbordos or politica.maximo or politica.afinidade)

    def _vias(self) -> dict[str, tuple[int, int]]:
        """For each equipe: from which wait its agents may have something (ms), and with what priority."""
        dos_aneis: dict[str, int] = {}
        for anel in self.politica.aneis:
            for equipe_id in anel.equipes:
                ms = anel.apos_segundos * 1000
                dos_aneis[equipe_id] = min(ms, dos_aneis.get(equipe_id, ms))
        vias = {equipe_id: (ms, VIA_PROPRIA) for equipe_id, ms in dos_aneis.items()}
        for via in self.politica.equipes:
            atraso = max(via.atraso_segundos * 1000, dos_aneis.get(via.equipe_id, 0))
            vias[via.equipe_id] = (atraso, via.prioridade)
        return vias

    def _relaxamento(self, limiar: int, sobe: int) -> Relaxamento:
        valem = [anel for anel in self.politica.aneis if anel.apos_segundos * 1000 <= limiar]
        maximo = self.politica.maximo
        pontos = maximo.pontos if maximo is not None and sobe and sobe <= limiar else 0
        return Relaxamento(
            frozenset(chave(nome) for anel in valem for nome in anel.dispensa),
            sum(anel.reduz_nivel for anel in valem),
            pontos + sum(anel.pontos for anel in valem),
        )

    def da_linha(self) -> tuple[object, ...]:
        """What of the policy decides where a ticket stands in the line, what it asks, and when that changes."""
        um = self.politica
        lugar = (um.ordem, um.pontos_por_minuto, um.prazos_segundos, um.afinidade, um.transbordos, um.maximo)
        return *lugar, um.habilidades, um.aneis, um.equipes

    # -- as time passes ----------------------------------------------------------------------------------------------

    def etapa(self, row: TicketRow, now: int) -> int:
        return bisect_right(self.limiares, now - na_fila_desde(row)) if self.limiares else 0

    def atraso(self, etapa: int) -> int:
        """The wait after which a stage begins (ms)."""
        return self.limiares[etapa - 1] if etapa else 0

    def proxima_etapa_em(self, row: TicketRow, etapa: int) -> int | None:
        """When the stage after this one begins for a ticket (ms)."""
        return na_fila_desde(row) + self.limiares[etapa] if etapa < len(self.limiares) else None

    def via(self, equipes: Iterable[str | None]) -> tuple[int, int]:
        """Of an agent who serves the fila by these (None: as a member of its own): the stage from which it may have
        something, and the priority of the fila among all that it serves. The best of each.
        """
        vias = [self._por_equipe.get(equipe_id or "", (0, VIA_PROPRIA)) for equipe_id in equipes] or [(0, VIA_PROPRIA)]
        atraso = min(atraso for atraso, _ in vias)
        return bisect_right(self.limiares, atraso) if atraso else 0, min(prioridade for _, prioridade in vias)

    # -- what it asks, and where it stands -----------------------------------------------------------------------------

    def exigencia(self, row: TicketRow, classe: int, tipo: str | None, etapa: int) -> Exigencia:
        if not self.pede and (row.rota is None or row.rota.habilidades is None):
            return _SIMPLES.get((classe, etapa)) or Exigencia(classe, etapa)
        exige, prefere = self.pedidas(row, tipo)
        return Exigencia(classe, etapa, relaxadas(exige, self._aneis[etapa]), prefere)

    def pedidas(self, row: TicketRow, tipo: str | None) -> tuple[Pedidas, Pedidas]:
        """The skills that it asks for, and likes, as long as no ring has relaxed them."""
        return self._pedidos.de(row, tipo)

    def chave(self, row: TicketRow, etapa: int) -> Chave:
        """Its place in the line of the fila. Ageing is the same for all that wait, so places do not change with time:
        what came a minute earlier stands as if it had so many points more.
        """
        desde = row.aguardando_desde
        match self.politica.ordem:
            case "idade":
                return (desde, row.numero)
            case "prazo":
                prometido = None if row.sla is None else relogio.primeiro_prazo(row.sla)
                prazo = desde + self._prazos[row.prioridade] if prometido is None else prometido
                return (prazo, desde, row.numero)
            case _:
                pontos = PESO[row.prioridade] + self._aneis[etapa].pontos
                return (desde * self._pontos_por_ms - pontos, desde, row.numero)

    def posto(self, row: TicketRow, etapa: int, now: int) -> Chave:
        """Its rank among all filas, for who serves several: higher effective priority first, then the longer wait,
        then the lower number. Where the order of a fila is not by priority, all in it have that of NORMAL.
        """
        politica = self.politica
        peso = PESO[row.prioridade] if politica.ordem == "prioridade" else PESO["NORMAL"]
        pontos = peso + politica.prioridade + self._aneis[etapa].pontos
        envelheceu = (now - row.aguardando_desde) * self._pontos_por_ms
        return (-(pontos + envelheceu), row.aguardando_desde, row.numero)


_SIMPLES: Final = {(classe, etapa): Exigencia(classe, etapa) for classe in range(8) for etapa in range(4)}

__all__ = ["PESO", "SEM_ROTA", "VIA_PROPRIA", "Regras", "na_fila_desde", "prioridade_efetiva"]
