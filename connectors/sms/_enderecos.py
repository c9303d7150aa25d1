"""Who wrote an SMS, and to whom one can be written."""

from __future__ import annotations

import re
from typing import Final

from engine.conector.enderecos import Endereco

_telefone: Final = re.compile(r"\+?[0-9]{9,15}").fullmatch
_codigo: Final = re.compile(r"[0-9]{2,8}").fullmatch
_remetente: Final = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,62}[^\s\x00-\x1f\x7f])?").fullmatch
_marcas: Final = re.compile(r"[\s().-]+")


def endereco_de(escrito: str) -> Endereco | None:
    """A phone, a short code (2 to 8 digits without a plus), or the name of a sender (3GPP TS 23.040 §9.1.2.5); None if
    it is nothing.

    >>> endereco_de("+55 11 99999-8888").valor, endereco_de("27123").tipo, endereco_de("BANCO X").tipo
    ('+5511999998888', 'codigo', 'remetente')
    """
    junto = _marcas.sub("", escrito)
    if _telefone(junto) is not None:
        return Endereco("telefone", junto)
    if re.fullmatch(r"\+[0-9]{4,15}", junto):
        return Endereco("telefone", junto)
    if _codigo(junto) is not None:
        return Endereco("codigo", junto)
    nome = escrito.strip()
    return Endereco("remetente", nome) if _remetente(nome) is not None else None


def destino_de(endereco: Endereco) -> str | None:
    """How a provider is told where to send; None if nobody can be reached there by SMS."""
    if endereco.tipo == "codigo":
        return endereco.valor
    if endereco.tipo != "telefone":
        return None
    junto = _marcas.sub("", endereco.valor)
    if not re.fullmatch(r"\+?[0-9]{4,15}", junto):
        return None
    return junto if junto.startswith("+") else f"+{junto}"
