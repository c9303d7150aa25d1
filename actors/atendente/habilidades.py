"""The skills of an atendente, as they are saved."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import UNSET, UnsetType
from msgspec.structs import replace

from engine.errors import Invalid
from engine.modelo import AtendenteRow
from engine.politica.marcas import uma_de_cada
from engine.politica.niveis import dos_nomes, problemas


def com_habilidades(row: AtendenteRow, ditos: Mapping[str, int] | UnsetType = UNSET) -> AtendenteRow:
    """The row with each of its skills once, and with what is known of those. ``ditos``: the proficiencies that
    somebody has just said.

    Raises Invalid: they are not all of its skills.
    """
    achados = () if ditos is UNSET else tuple(problemas(row.habilidades, ditos))
    if achados:
        raise Invalid("dados_invalidos", f"{achados[0].campo}: {achados[0].problema}", achados)
    habilidades = uma_de_cada(row.habilidades)
    return replace(row, habilidades=habilidades, niveis=dos_nomes(habilidades, row.niveis))
