"""What is told of jobs that may not be in memory: they are read first."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from actors.canal.mensagens import EnviosAchados
from engine.errors import BalcaoError, Overloaded, Refusal, fora_de_ordem
from engine.modelo import EnvioRow
from engine.runtime import Effects, Reply, settle

PEDIDOS_POR_LEITURA = 100
"""Who waits is served by one reading for all, up to so many."""
PEDIDOS_NO_MAXIMO = 1_000

Achados = dict[str, EnvioRow]
"""The jobs that were found, by their id, and by what the provider calls them. What changes one puts it in again."""


class _Pedido(NamedTuple):
    ids: tuple[str, ...]
    externos: tuple[str, ...]
    fazer: Callable[[Achados], object]
    resposta: Reply[Any]


class Consultas:
    """One reading at a time, after all that was done before is durable, and what changes meanwhile is remembered: so
    nothing of what is found is stale, though nothing of it is in memory. ``ler`` has the store read; the answer is an
    EnviosAchados to the actor.
    """

    __slots__ = ("_ator", "_consulta", "_lendo", "_ler", "_mudados", "_pedidos")

    def __init__(self, ator: Effects, ler: Callable[[tuple[str, ...], tuple[str, ...], int], None]) -> None:
        self._ator = ator
        self._ler = ler
        self._pedidos: list[_Pedido] = []
        self._lendo: list[_Pedido] = []
        self._mudados: dict[str, EnvioRow] = {}
        self._consulta = 0

    def pedir(self, ids: tuple[str, ...], externos: tuple[str, ...], fazer: Callable[[Achados], object]) -> None:
        """Have ``fazer`` called with the jobs of these ids; what it returns is answered, or its
        Refusal, before which it must have changed nothing. Raises Overloaded.
        """
        if len(self._pedidos) >= PEDIDOS_NO_MAXIMO:
            raise Overloaded("sobrecarga", "Há consultas demais à espera neste canal; tente de novo em instantes")
        pedido = _Pedido(ids, externos, fazer, self._ator.defer())
        self._ator.once_released(partial(self._guardar, pedido))

    def _guardar(self, pedido: _Pedido) -> None:
        self._pedidos.append(pedido)
        self._comecar()

    def _comecar(self) -> None:
        if self._lendo or not self._pedidos:
            return
        self._lendo, self._pedidos = self._pedidos[:PEDIDOS_POR_LEITURA], self._pedidos[PEDIDOS_POR_LEITURA:]
        self._consulta += 1
        ids = dict.fromkeys(id_ for pedido in self._lendo for id_ in pedido.ids)
        externos = dict.fromkeys(externo for pedido in self._lendo for externo in pedido.externos)
        self._ler(tuple(ids), tuple(externos), self._consulta)

    def mudou(self, row: EnvioRow) -> None:
        """A job is like this now: it may have been read before."""
        if self._lendo:
            self._mudados[row.id] = row

    def achados(self, m: EnviosAchados) -> None:
        if m.consulta != self._consulta:  # of before a crash
            return
        rows = {row.id: row for row in m.rows} | self._mudados
        achados: Achados = {row.id_externo: row for row in rows.values() if row.id_externo is not None} | rows
        for pedido in self._lendo:
            if m.erro is not None:
                self._ator.refuse(pedido.resposta, m.erro)
            else:
                self._fazer(pedido, achados)
        self._ator.once_released(self._acabou)

    def _fazer(self, pedido: _Pedido, achados: Achados) -> None:
        """What refuses one changes nothing, and the others are done all the same."""
        try:
            resposta = pedido.fazer(achados)
        except Refusal as recusa:
            self._ator.refuse(pedido.resposta, recusa)
        else:
            self._ator.answer(pedido.resposta, resposta)

    def _acabou(self) -> None:
        self._lendo, self._mudados = [], {}
        self._comecar()

    # -- when it goes wrong --------------------------------------------------------------------------------------------

    def refazer(self) -> None:
        """A turn has failed: whoever waits asks again."""
        for pedido in (*self._lendo, *self._pedidos):
            self._ator.refuse(pedido.resposta, fora_de_ordem())
        self._esquecer()

    def abandonar(self, erro: Callable[[], BalcaoError]) -> None:
        """Outside any turn, the actor has stopped or is quarantined."""
        pedidos = (*self._lendo, *self._pedidos)
        self._esquecer()
        for pedido in pedidos:
            settle(pedido.resposta, None, erro())

    def _esquecer(self) -> None:
        self._lendo, self._pedidos, self._mudados = [], [], {}
        self._consulta += 1
