"""What people say of a ticket for the rules of its fila: tags, its language, and the skills that it asks for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from engine.modelo import Pedida, Rota, TicketRow
from engine.politica.habilidades import chave

_IDIOMA: Final = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?")
_SEM_ROTA: Final = Rota()


def idioma_escrito(dito: str) -> str | None:
    """A language as BCP 47 writes it (``pt-BR``, ``zh-Hant``): its name, and perhaps a script and a region; None if
    ``dito`` is none.
    """
    achado = _IDIOMA.fullmatch(dito.strip().replace("_", "-").lower())
    if achado is None:
        return None
    lingua, escrita, regiao = achado.groups()
    return "-".join(filter(None, (lingua, escrita and escrita.title(), regiao and regiao.upper())))


def uma_de_cada(nomes: Iterable[str]) -> tuple[str, ...]:
    """Each once, as it was written first."""
    primeiras: dict[str, str] = {}
    for nome in nomes:
        primeiras.setdefault(chave(nome), nome)
    return tuple(primeiras.values())


def com_marcas(
    row: TicketRow,
    etiquetas: tuple[str, ...] | UnsetType = UNSET,
    idioma: str | UnsetType | None = UNSET,
    habilidades: tuple[Pedida, ...] | UnsetType | None = UNSET,
) -> TicketRow:
    """The ticket with what is said; what is UNSET stays as it was."""
    if etiquetas is UNSET and idioma is UNSET and habilidades is UNSET:
        return row
    antes = row.rota or _SEM_ROTA
    rota = replace(
        antes,
        etiquetas=antes.etiquetas if etiquetas is UNSET else uma_de_cada(etiquetas),
        idioma=antes.idioma if idioma is UNSET else idioma,
        habilidades=antes.habilidades if habilidades is UNSET else habilidades,
    )
    return row if rota == antes else replace(row, rota=None if rota == _SEM_ROTA else rota)
