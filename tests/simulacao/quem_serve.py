"""Who serves which fila, followed by the events alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Set
from typing import Any

from engine.modelo import EventoRow

Pares = set[tuple[str, str]]


class QuemServe:
    """Memberships as three sets of pairs: (fila, atendente), (equipe, atendente) and (equipe, fila)."""

    def __init__(self) -> None:
        self._padrao = ""
        self._da_fila: Pares = set()
        self._da_equipe: Pares = set()
        self._servidas: Pares = set()
        self._tratar: dict[str, Callable[[dict[str, Any]], None]] = {
            "fila_criada": self._fila_criada,
            "atendente_criado": lambda d: self._da_fila.add((self._padrao, d["atendente"]["id"])),
            "fila_membro_incluido": lambda d: self._da_fila.add((d["filaId"], d["atendenteId"])),
            "fila_membro_removido": lambda d: self._da_fila.discard((d["filaId"], d["atendenteId"])),
            "equipe_membro_incluido": lambda d: self._da_equipe.add((d["equipeId"], d["atendenteId"])),
            "equipe_membro_removido": lambda d: self._da_equipe.discard((d["equipeId"], d["atendenteId"])),
            "equipe_fila_vinculada": lambda d: self._servidas.add((d["equipeId"], d["filaId"])),
            "equipe_fila_desvinculada": lambda d: self._servidas.discard((d["equipeId"], d["filaId"])),
            "atendente_excluido": lambda d: self._sem(d["id"]),
            "fila_excluida": lambda d: self._sem(d["id"]),
            "equipe_excluida": lambda d: self._sem(d["id"]),
        }

    def seguir(self, evento: EventoRow, dados: dict[str, Any]) -> None:
        tratar = self._tratar.get(evento.tipo)
        if tratar is not None:
            tratar(dados)

    def _fila_criada(self, dados: dict[str, Any]) -> None:
        if dados["fila"]["padrao"]:
            self._padrao = dados["fila"]["id"]

    def _sem(self, id_: str) -> None:
        for pares in (self._da_fila, self._da_equipe, self._servidas):
            pares -= {par for par in pares if id_ in par}

    @property
    def mudam(self) -> Set[str]:
        """The events by which somebody may begin or cease to serve something."""
        return self._tratar.keys()

    def serve(self, fila_id: str, atendente_id: str) -> bool:
        return (fila_id, atendente_id) in self.pares()

    def equipes_da(self, fila_id: str) -> set[str]:
        """The equipes that serve a fila."""
        return {equipe_id for equipe_id, servida in self._servidas if servida == fila_id}

    def pares(self) -> Pares:
        """Every fila with each who serves it."""
        membros: defaultdict[str, set[str]] = defaultdict(set)
        for equipe_id, atendente_id in self._da_equipe:
            membros[equipe_id].add(atendente_id)
        por_equipe = {(fila_id, quem) for equipe_id, fila_id in self._servidas for quem in membros[equipe_id]}
        return por_equipe | self._da_fila
