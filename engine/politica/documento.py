"""A policy as a document: whole, as text, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from engine.modelo import FilaRow, PoliticaVersaoRow
from engine.politica.da_fila import DA_FILA, politica_de
from engine.politica.modelo import PADRAO, Politica

Diferencas = dict[str, tuple[object, object]]
"""Before and after, by the path of the field; null is also what was not there."""

_DO_PADRAO: Final = {campo: getattr(PADRAO, campo) for campo in DA_FILA}

ler: Final = msgspec.json.Decoder(Politica).decode
"""The policy that a version's text says."""


def completo(parte: Struct) -> dict[str, object]:
    """The document with every field in it, also those that have the default."""
    return {campo.encode_name: _valor(getattr(parte, campo.name)) for campo in fields(parte)}


def _valor(valor: object) -> object:
    if isinstance(valor, Struct):
        return completo(valor)
    if isinstance(valor, dict):
        return {chave: _valor(um) for chave, um in valor.items()}
    if isinstance(valor, tuple):
        return [_valor(um) for um in valor]
    return valor


def texto(politica: Politica) -> str:
    """The whole of it as JSON, as a version keeps it: what a default was then stays so."""
    return msgspec.json.encode(completo(politica)).decode()


def na_fila(row: FilaRow, politica: Politica) -> FilaRow:
    """The fila with this policy: in its own fields what stands there, in its document the rest."""
    resto = msgspec.json.encode(replace(politica, **_DO_PADRAO)).decode()
    return replace(row, politica=resto, **{campo: getattr(politica, campo) for campo in DA_FILA})


def primeira_versao(row: FilaRow) -> PoliticaVersaoRow:
    """The version with which a fila begins: it is written down when the fila leaves it."""
    return PoliticaVersaoRow(row.empresa_id, row.id, 1, texto(politica_de(row)), None, row.criada_em)


def diferencas(antes: Politica, depois: Politica) -> Diferencas:
    """What differs, by paths such as ``aneis[1].aposSegundos``, in the order of the document."""
    return diferencas_de(completo(antes), completo(depois))


def diferencas_de(antes: dict[str, object], depois: dict[str, object]) -> Diferencas:
    """The same of any two documents that are whole (:func:`completo`)."""
    return dict(_diferem("", antes, depois))


def _diferem(campo: str, antes: object, depois: object) -> Iterator[tuple[str, tuple[object, object]]]:
    if antes == depois:
        return
    if isinstance(antes, dict) and isinstance(depois, dict):
        ponto = f"{campo}." if campo else ""
        for nome in antes | depois:
            yield from _diferem(f"{ponto}{nome}", antes.get(nome), depois.get(nome))
    elif isinstance(antes, list) and isinstance(depois, list):
        for posicao in range(max(len(antes), len(depois))):
            yield from _diferem(f"{campo}[{posicao}]", _em(antes, posicao), _em(depois, posicao))
    else:
        yield campo, (antes, depois)


def _em(lista: list[object], posicao: int) -> object:
    return lista[posicao] if posicao < len(lista) else None
