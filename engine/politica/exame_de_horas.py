"""What is wrong with a zone, with hours of a day and with dates: each with the field and the remedy."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from datetime import date
from typing import Final

from engine.errors import Detalhe
from engine.parede import conhecido, fusos

INTERVALOS_MAXIMO: Final = 24
_ANOS: Final = (2000, 2100)
_HORA: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])|24:00")
_DATA: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def do_fuso(fuso: str) -> Iterator[Detalhe]:
    """A zone must be one that this machine knows."""
    if conhecido(fuso):
        return
    perto = difflib.get_close_matches(fuso, fusos(), n=1)
    remedio = f"você quis dizer {perto[0]}?" if perto else "use um como America/Sao_Paulo"
    yield Detalhe("fuso", f"não é um fuso da base IANA; {remedio}")


def intervalos_demais(campo: str, intervalos: tuple[tuple[str, str], ...]) -> Iterator[Detalhe]:
    """So many intervals no day has."""
    if len(intervalos) > INTERVALOS_MAXIMO:
        yield Detalhe(campo, f"tem {len(intervalos)} intervalos; use no máximo {INTERVALOS_MAXIMO}")


def sao_horas(de: str, ate: str) -> str | None:
    """What is wrong with one of the two, if anything is."""
    if _HORA.fullmatch(de) and _HORA.fullmatch(ate):
        return None
    return "deve ter duas horas de 00:00 a 24:00, com dois dígitos cada parte, como 08:00"


def da_data(campo: str, texto: str, *, repetida: bool) -> Iterator[Detalhe]:
    """A date must be one that there is, and stand in its list once."""
    if not e_data(texto):
        yield Detalhe(campo, f"deve ser uma data que existe, de {_ANOS[0]} a {_ANOS[1]}, como 2026-12-25")
    elif repetida:
        yield Detalhe(campo, f"{texto} já está na lista; retire uma das duas")


def e_data(texto: str) -> bool:
    """Whether it is a date that there is, of these years."""
    if not _DATA.fullmatch(texto):
        return False
    try:
        ano = date.fromisoformat(texto).year
    except ValueError:
        return False
    return _ANOS[0] <= ano <= _ANOS[1]
