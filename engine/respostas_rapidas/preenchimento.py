"""A quick reply, filled in for a ticket. What is not known of it is said by words that fit in the same place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from msgspec import Struct

from engine import textos
from engine.caracteres import tem_visivel
from engine.modelo import TicketRow

SEM_VALOR: Final[Mapping[str, str]] = {
    "contato.nome": "cliente",
    "contato.primeiroNome": "cliente",
    "contato.telefone": "telefone não informado",
    "contato.email": "e-mail não informado",
    "ticket.numero": "",
    "ticket.assunto": "sem assunto",
    "atendente.nome": "nossa equipe",
    "fila.nome": "atendimento",
    "empresa.nome": "nossa empresa",
    "saudacao": "",
    "data": "",
    "hora": "",
}
"""Every variable, and what is said in its place where there is no value; those that always have one say nothing."""
VARIAVEIS: Final = tuple(SEM_VALOR)
FUSO_PADRAO: Final = "America/Sao_Paulo"
MANHA, TARDE, NOITE = 5, 12, 18
"""The hours from which on each greeting is said."""

_zona = lru_cache(maxsize=256)(ZoneInfo)


class DeQuem(Struct, frozen=True, gc=False):
    """What a reply may say beside its ticket: who says it, from where, and when it is (ms) by which clock (an IANA
    name). None: not known.
    """

    atendente: str | None
    fila: str | None
    empresa: str | None
    agora: int
    fuso: str


def preencher(texto: str, ticket: TicketRow, de: DeQuem) -> str:
    """The text, with what is known in the places of its variables. Values are not read for variables."""
    return textos.preencher(texto, valores(ticket, de))


def valores(ticket: TicketRow, de: DeQuem) -> dict[str, str]:
    """Of every variable."""
    agora = datetime.fromtimestamp(de.agora / 1000, _zona(de.fuso))
    conhecidos = {
        "contato.nome": ticket.contato_nome,
        "contato.primeiroNome": (ticket.contato_nome.split() or [""])[0],
        "contato.telefone": None if ticket.contato_telefone is None else f"+{ticket.contato_telefone}",
        "contato.email": ticket.contato_email,
        "ticket.numero": str(ticket.numero),
        "ticket.assunto": ticket.assunto,
        "atendente.nome": de.atendente,
        "fila.nome": de.fila,
        "empresa.nome": de.empresa,
        "saudacao": saudacao(agora.hour),
        "data": f"{agora:%d/%m/%Y}",
        "hora": f"{agora:%H:%M}",
    }
    return {nome: valor if valor and tem_visivel(valor) else SEM_VALOR[nome] for nome, valor in conhecidos.items()}


def saudacao(hora: int) -> str:
    """What people say to each other at that hour of the day (0 to 23)."""
    if MANHA <= hora < TARDE:
        return "Bom dia"
    return "Boa tarde" if TARDE <= hora < NOITE else "Boa noite"
