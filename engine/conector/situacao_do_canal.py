"""``situacao`` of a canal: the last of each kind that was said of it, as long as it is of what the canal is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from engine.conector.entradas import NovidadeDoCanal
from engine.modelo import TipoCanal
from engine.vistas import json_text

_DA_CONTA: Final[Mapping[TipoCanal, tuple[str, ...]]] = {"whatsapp": ("phoneNumberId", "wabaId", "urlBase")}
"""Whose account it is: what a provider says of that (its quality, a ban) is true whatever token we have."""

_ler: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_Situacao = dict[str, msgspec.Raw]


def sabida(situacao: str | None, novidade: NovidadeDoCanal) -> bool:
    """Whether it says of the connections what is known already: connectors tell it anew when they start."""
    if novidade.tipo != "conexao":
        return False
    antes = _lida(situacao).get("conexao")
    return novidade.dados == ({} if antes is None else msgspec.json.decode(antes))


def com_novidades(situacao: str | None, novidades: Iterable[NovidadeDoCanal]) -> str | None:
    """After these."""
    depois = _lida(situacao)
    for novidade in novidades:
        if novidade.tipo == "conexao" and not novidade.dados:
            depois.pop("conexao", None)
        elif novidade.tipo != "modelo":
            depois[novidade.tipo] = _cru(novidade)
    return _escrita(depois)


def ao_configurar(situacao: str | None, tipo: TipoCanal, antes: str, depois: str) -> str | None:
    """What is still true once another ``config``, or other secrets, took the place of those of before."""
    da_conta, de, para = _DA_CONTA.get(tipo, ()), _ler(antes), _ler(depois)
    if not da_conta or any(de.get(nome) != para.get(nome) for nome in da_conta):
        return None
    return sem_conexao(situacao)


def sem_conexao(situacao: str | None) -> str | None:
    """Nobody has tried yet whether it works."""
    return _escrita({tipo: dados for tipo, dados in _lida(situacao).items() if tipo != "conexao"})


def _lida(situacao: str | None) -> _Situacao:
    return _ler(situacao or "{}")


def _cru(novidade: NovidadeDoCanal) -> msgspec.Raw:
    return msgspec.Raw(json_text(novidade.dados).encode())


def _escrita(situacao: _Situacao) -> str | None:
    return json_text(situacao) if situacao else None
