"""What a ticket takes of an agent: how many slots by its canal and status, and what else bounds an agent.

Types of canal between which nothing tells apart are one *class*; so, if nobody has set anything, there is one.
"""

from __future__ import annotations

from typing import Final, get_args

from engine.modelo import TicketRow, TipoComContatos
from engine.politica.capacidade import PADRAO, Capacidade

VAGA: Final = 100
"""A slot, in hundredths: so costs add up exactly."""

Tipo = TipoComContatos | None
TIPOS: Final[tuple[Tipo, ...]] = (None, *get_args(TipoComContatos))

Ocupacao = tuple[int, int]
"""What a ticket holds: its cost, and its class; -1 where it waits on the customer, and
counts for no bound of a class.
"""


class Custos:
    """A ``Capacidade``, ready to count with. By class: ``custo`` and ``custo_pendente`` in hundredths, ``maximo``, and
    ``exclui``, the classes that nobody is given together with it.
    """

    __slots__ = ("_classes", "arremate", "capacidade", "custo", "custo_pendente", "exclui", "maximo", "sem_novos",
                 "um_so")  # fmt: skip

    def __init__(self, capacidade: Capacidade = PADRAO) -> None:
        self.capacidade = capacidade
        self.arremate = capacidade.arremate_segundos * 1000
        self.sem_novos = capacidade.minutos_sem_novos * 60_000
        perfis: dict[tuple[object, ...], int] = {}
        self._classes: dict[Tipo, int] = {}
        for tipo in TIPOS:
            self._classes[tipo] = perfis.setdefault(_perfil(capacidade, tipo), len(perfis))
        de_cada = {classe: tipo for tipo, classe in reversed(self._classes.items())}
        tipos = [de_cada[classe] for classe in range(len(perfis))]
        self.custo = tuple(_custo(capacidade, tipo) for tipo in tipos)
        self.custo_pendente = tuple(_custo_pendente(capacidade, tipo) for tipo in tipos)
        self.maximo = tuple(_maximo(capacidade, tipo) for tipo in tipos)
        self.exclui = tuple(self._excluidas(tipo) for tipo in tipos)
        self.um_so = len(perfis) == 1

    def _excluidas(self, tipo: Tipo) -> tuple[int, ...]:
        outros = _excluidos(self.capacidade, tipo)
        return tuple(sorted({self._classes[outro] for outro in outros}))

    def classe(self, tipo: Tipo) -> int:
        return self._classes[tipo]

    def quantas(self) -> int:
        """How many classes there are."""
        return len(self.custo)

    def ocupacao(self, row: TicketRow, tipo: Tipo) -> Ocupacao:
        """What a ticket holds of its owner."""
        classe = self._classes[tipo]
        if row.status == "PENDENTE":
            return self.custo_pendente[classe], -1
        return self.custo[classe], classe


def _custo(capacidade: Capacidade, tipo: Tipo) -> int:
    return VAGA if tipo is None else round(capacidade.custos.get(tipo, 1) * VAGA)


def _custo_pendente(capacidade: Capacidade, tipo: Tipo) -> int:
    pendente = capacidade.custo_pendente
    return _custo(capacidade, tipo) if pendente is None else round(pendente * VAGA)


def _maximo(capacidade: Capacidade, tipo: Tipo) -> int | None:
    return None if tipo is None else capacidade.maximos.get(tipo)


def _excluidos(capacidade: Capacidade, tipo: Tipo) -> frozenset[Tipo]:
    pares = [(um, outro) for um, outro in capacidade.exclusoes if tipo in {um, outro} and um != outro]
    return frozenset(um if outro == tipo else outro for um, outro in pares)


def _perfil(capacidade: Capacidade, tipo: Tipo) -> tuple[object, ...]:
    """What tells types apart; one that is counted by itself is like no other."""
    maximo, excluidos = _maximo(capacidade, tipo), _excluidos(capacidade, tipo)
    so_dele = tipo if maximo is not None or excluidos else None
    return _custo(capacidade, tipo), _custo_pendente(capacidade, tipo), so_dele
