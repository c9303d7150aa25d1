"""Which policy holds for a ticket; and so which of any documents that are for some tickets only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Protocol, TypeVar

from msgspec import Struct

from engine.modelo import Prioridade, TipoCanal
from engine.politica.habilidades import chave
from engine.sla.modelo import Quando


class DeAlguns(Protocol):
    """A document that is for some tickets."""

    @property
    def ativa(self) -> bool: ...

    @property
    def ordem(self) -> int: ...

    @property
    def quando(self) -> Quando: ...


D = TypeVar("D", bound=DeAlguns)


class Tipo(Struct, frozen=True, gc=False):
    """What of a ticket decides which policy holds: tickets of one kind have one. ``etiquetas`` are its own and its
    contact's.
    """

    prioridade: Prioridade
    fila_id: str
    canal_id: str | None
    etiquetas: tuple[str, ...] = ()


class Escolha:
    """``politicas`` by id, in the order in which they hold. ``equipes_da`` says which equipes serve a fila,
    ``tipo_do`` of which type a canal is. All are looked through: whoever asks often remembers the answer.
    """

    __slots__ = ("_equipes_da", "_politicas", "_tipo_do")

    def __init__(
        self,
        politicas: Mapping[str, DeAlguns],
        equipes_da: Callable[[str], Set[str]],
        tipo_do: Callable[[str], TipoCanal | None],
    ) -> None:
        self._politicas: Sequence[tuple[str, _Exigida]] = [
            (id_, _Exigida.de(politica.quando)) for id_, politica in politicas.items() if politica.ativa
        ]
        self._equipes_da = equipes_da
        self._tipo_do = tipo_do

    def politica_de(self, tipo: Tipo) -> str | None:
        """The id of the policy that holds; None: none does."""
        equipes, etiquetas = self._equipes_da(tipo.fila_id), {chave(uma) for uma in tipo.etiquetas}
        canal = None if tipo.canal_id is None else self._tipo_do(tipo.canal_id)
        return next((id_ for id_, uma in self._politicas if uma.serve(tipo, canal, equipes, etiquetas)), None)


class _Exigida(Struct, frozen=True, gc=False):
    """What a policy asks of a ticket, as sets. An empty one asks nothing."""

    prioridades: frozenset[Prioridade]
    canais: frozenset[str]
    filas: frozenset[str]
    equipes: frozenset[str]
    etiquetas: frozenset[str]

    @classmethod
    def de(cls, quando: Quando) -> _Exigida:
        return cls(
            frozenset(quando.prioridades),
            frozenset((*quando.canais, *quando.canal_ids)),
            frozenset(quando.filas),
            frozenset(quando.equipes),
            frozenset(map(chave, quando.etiquetas)),
        )

    def serve(self, tipo: Tipo, canal: TipoCanal | None, equipes: Set[str], etiquetas: Set[str]) -> bool:
        return (
            (not self.prioridades or tipo.prioridade in self.prioridades)
            and (not self.filas or tipo.fila_id in self.filas)
            and (not self.canais or canal in self.canais or tipo.canal_id in self.canais)
            and (not self.equipes or bool(self.equipes & equipes))
            and (not self.etiquetas or bool(self.etiquetas & etiquetas))
        )


def em_ordem(politicas: Iterable[tuple[str, D]]) -> dict[str, D]:
    """By id, in the order in which they hold: ids are in the order of time."""
    return dict(sorted(politicas, key=lambda uma: (uma[1].ordem, uma[0])))
