"""What providers have taken of connectors, and what they tell of it later: in any order, twice, or of the wrong try."""

from __future__ import annotations

from collections import Counter, defaultdict
from random import Random
from typing import get_args

from engine.conector.entradas import EstadoExterno, StatusRecebido
from engine.conector.trabalhos import ClasseDeErro, Trabalho


class Provedores:
    """``enviados`` counts how often a job was taken. ``recusados`` are those of which that was said to have failed, and
    as what; ``ambiguos`` counts what was said of a job without saying of which of its tries.
    """

    def __init__(self, aleatorio: Random) -> None:
        self._r = aleatorio
        self._conhecidos: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self.enviados: Counter[str] = Counter()
        self.recusados: set[tuple[str, str]] = set()
        self.ambiguos: Counter[str] = Counter()

    def tomar(self, canal_id: str, trabalho: Trabalho) -> str:
        """Gives what the provider calls it."""
        externo = f"ext.{trabalho.id}.{trabalho.tentativa}"
        self.enviados[trabalho.id] += 1
        self._conhecidos[canal_id].append((trabalho.id, externo))
        return externo

    def contar(self, canal_id: str) -> list[tuple[str, StatusRecebido]]:
        """A few statuses, and of which jobs they are."""
        r, conhecidos = self._r, self._conhecidos[canal_id]
        return [self.dizer(*um) for um in r.choices(conhecidos[-10:], k=r.randint(1, 4))] if conhecidos else []

    def dizer(self, id_: str, externo: str, *, cedo: bool = False) -> tuple[str, StatusRecebido]:
        """A status of what was taken. ``cedo``: nobody knows yet what the provider calls it, which it says."""
        r = self._r
        estado = r.choice((*get_args(EstadoExterno), "falhou", "entregue"))
        com_id, com_nome = r.random() < (0.3 if cedo else 0.6), cedo or r.random() < 0.7
        if not com_nome:
            self.ambiguos[id_] += estado in {"falhou", "enviado"}
        elif estado == "falhou":
            self.recusados.add((id_, externo))
        status = StatusRecebido(
            estado=estado,
            em=0,
            trabalho_id=id_ if com_id or not com_nome else None,
            id_externo=externo if com_nome else None,
            classe=r.choice((None, *get_args(ClasseDeErro))) if estado == "falhou" else None,
        )
        return id_, status

    def vezes(self, id_: str) -> int:
        """How often a job may have been sent again because of what was told of it."""
        return sum(um == id_ for um, _ in self.recusados) + self.ambiguos[id_]
