"""The documents of an empresa by its events alone: each change says what differs, and by that they are put together."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final, TypeVar

import msgspec

from engine.documentos.especie import Especie
from engine.documentos.especies import POR_TIPO
from engine.modelo import DocumentoRow, EventoRow
from engine.politica.documento import completo
from engine.politica.modelo import Parte
from tests.simulacao.loja import LojaEmMemoria

D = TypeVar("D", bound=Parte)
_PASSOS: Final = re.compile(r"[^.\[\]]+|\[\d+\]")


class DocumentosDitos:
    """``versao`` is another after each change of any of them."""

    def __init__(self) -> None:
        self.versao = 0
        self._crus: defaultdict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
        self._lidos: dict[str, Mapping[str, Any]] = {}

    def seguir(self, evento: EventoRow) -> None:
        if evento.tipo != "configuracao_atualizada":
            return
        dados, mudancas = json.loads(evento.dados), json.loads(evento.mudancas or "{}")
        tipo, id_ = dados["tipoDoDocumento"], dados["id"]
        destes = self._crus[tipo]
        self.versao += 1
        self._lidos.pop(tipo, None)
        if dados["acao"] == "excluido":
            del destes[id_]
            return
        documento = destes.setdefault(id_, {})
        for campo, (_, depois) in mudancas.items():
            _por(documento, _PASSOS.findall(campo), depois)

    def de(self, especie: Especie[D]) -> Mapping[str, D]:
        """All of a kind, by id."""
        if especie.tipo not in self._lidos:
            self._lidos[especie.tipo] = {
                id_: msgspec.convert(_sem_nome(um), especie.documento) for id_, um in self._crus[especie.tipo].items()
            }
        return self._lidos[especie.tipo]

    def nome(self, especie: Especie[Any], id_: str) -> str:
        nome: str = self._crus[especie.tipo][id_]["nome"]
        return nome

    def conferir(self, loja: LojaEmMemoria, empresa_id: str) -> None:
        """What is kept is what was told."""
        ha = [row for row in loja.de(DocumentoRow, empresa_id) if row.excluido_em is None]
        assert {row.id for row in ha} == {id_ for destes in self._crus.values() for id_ in destes}, "documents"
        for row in ha:
            especie = POR_TIPO[row.tipo]
            dito = completo(self.de(especie)[row.id])
            assert dito == completo(especie.ler(row.dados)), f"{row.tipo} {row.id} is not what was told of it"


def _sem_nome(documento: dict[str, Any]) -> dict[str, Any]:
    return {campo: valor for campo, valor in documento.items() if campo != "nome"}


def _por(onde: Any, passos: list[str], valor: Any) -> None:
    """What is not there any more is told as null: in a list, and of what has no value of its own."""
    passo, *resto = passos
    if isinstance(onde, list):
        lugar = int(passo[1:-1])
        if not resto and valor is None:
            del onde[lugar:]
        elif not resto:
            onde[lugar : lugar + 1] = [valor]
        else:
            _por(onde[lugar], resto, valor)
    elif resto:
        _por(onde.setdefault(passo, [] if resto[0].startswith("[") else {}), resto, valor)
    elif valor is None:
        onde.pop(passo, None)
    else:
        onde[passo] = valor
