"""Options read by the settings' own readers, so both complain in the same words."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import click

from balcao.ajustes.leitores import Leitor, ValorInvalido
from engine.ids import is_uuid
from engine.simulacao.cenario import FUSO
from engine.tempo import ms_de


class Lido(click.ParamType[Any]):
    """A value read by a reader of ``balcao.ajustes.leitores``."""

    def __init__(self, nome: str, leitor: Leitor) -> None:
        self.name = nome
        self._leitor = leitor

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if not isinstance(value, str):  # a default
            return value
        try:
            return self._leitor(value)
        except ValorInvalido as erro:
            self.fail(f"{erro.motivo} — {erro.remedio}", param, ctx)


opcao_dados = click.option("--dados", metavar="PASTA", help="A pasta dos dados locais (BALCAO_DADOS; .balcao).")
"""For every command: which data it is about."""


def trocas(**informados: str | None) -> dict[str, str]:
    """What the options say instead of the variables, by the variables' names."""
    return {nome: valor for nome, valor in informados.items() if valor is not None}


def identificador(valor: str) -> str:
    """A UUID, in any case."""
    minusculo = valor.strip().lower()
    if not is_uuid(minusculo):
        raise ValorInvalido(f"{valor!r} não é um UUID", "escreva como 0198c5f0-1d2e-7abc-8def-0123456789ab")
    return minusculo


def instante(valor: str) -> int:
    """A day, from its midnight on in the zone in which simulations reckon; or an instant in UTC. Gives ms."""
    try:
        if not valor.endswith("Z"):
            dia = datetime.combine(date.fromisoformat(valor), time(), ZoneInfo(FUSO))
            return round(dia.timestamp() * 1000)
        return ms_de(valor)
    except ValueError:
        raise ValorInvalido(f"{valor!r} não é uma data", "escreva como 2026-11-01, ou 2026-11-01T12:00:00Z") from None
