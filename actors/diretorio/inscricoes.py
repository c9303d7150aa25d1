"""The browsers that agents want to be told by."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from actors.diretorio.diretorio import DiretorioLocal
from engine.modelo import CanalRow, InscricaoRow
from engine.runtime import Stateful

_NENHUMA: Final[tuple[InscricaoRow, ...]] = ()


class Inscricoes:
    """Written only by callbacks of successful turns. Most agents have none, and cost one look. ``ao_mudar`` is called
    when there is the first one, or the last is gone.
    """

    __slots__ = ("_ao_mudar", "_de", "_por_id")

    def __init__(self, rows: Iterable[InscricaoRow], ao_mudar: Callable[[], None]) -> None:
        self._ao_mudar = ao_mudar
        self._por_id: dict[str, InscricaoRow] = {}
        self._de: dict[str, dict[str, InscricaoRow]] = {}
        for row in rows:
            self._por(row)

    @property
    def ha(self) -> bool:
        """Whether anybody wants to be told so."""
        return bool(self._por_id)

    def de(self, atendente_id: str) -> Collection[InscricaoRow]:
        suas = self._de.get(atendente_id)
        return _NENHUMA if suas is None else suas.values()

    def por_id(self, id_: str) -> InscricaoRow | None:
        return self._por_id.get(id_)

    def do_canal(self, canal_id: str) -> list[InscricaoRow]:
        return [row for row in self._por_id.values() if row.canal_id == canal_id]

    def mudou(self, row: InscricaoRow) -> None:
        """It is new, another's, or gone."""
        havia = self.ha
        self._por(row)
        if self.ha != havia:
            self._ao_mudar()

    def _por(self, row: InscricaoRow) -> None:
        antes = self._por_id.pop(row.id, None)
        if antes is not None:
            suas = self._de[antes.atendente_id]
            del suas[antes.id]
            if not suas:
                del self._de[antes.atendente_id]
        if row.ativa:
            self._por_id[row.id] = row
            self._de.setdefault(row.atendente_id, {})[row.id] = row


def guardar(ator: Stateful[Any], inscricoes: Inscricoes, row: InscricaoRow) -> None:
    ator.save(row)
    ator.once_released(partial(inscricoes.mudou, row))


def esquecer(ator: Stateful[Any], inscricoes: Inscricoes, row: InscricaoRow) -> None:
    """Nothing is sent by it any more."""
    guardar(ator, inscricoes, replace(row, ativa=False))


def canais_de_push(diretorio: DiretorioLocal) -> list[CanalRow]:
    """Those that are active, the oldest first."""
    rows = (diretorio.canal_row(id_) for id_ in diretorio.canais)
    return sorted((row for row in rows if row is not None and row.tipo == "push" and row.ativo), key=lambda row: row.id)
